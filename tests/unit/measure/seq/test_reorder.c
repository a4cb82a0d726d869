/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq/seq.h"

#include "feed.h"

#define MS 1000000u

/* Arrivals with their times of arrival in ms; a stream from 1. */
static struct ovr_seq_reorder
arrive_at(const uint64_t *number, const uint64_t *time_ms, size_t n)
{
	struct ovr_seq *seq = feed_start(1, NULL);
	struct ovr_seq_reorder reorder;

	for (size_t i = 0; i < n; i++)
		ovr_seq_arrive(seq, number[i], 0, time_ms[i] * MS);
	ovr_seq_finish(seq, n + 1);
	reorder = ovr_seq_account(seq)->reorder;
	ovr_seq_destroy(seq, 1);
	return reorder;
}

Test(reorder, rfc_4737_one_frame_four_late)
{
	const uint64_t number[] = { 1, 2, 3, 5, 6, 7, 8, 4, 9, 10 };
	const uint64_t time_ms[] = { 68, 88, 108, 148, 168, 188, 208, 210, 228, 248 };
	struct ovr_seq_reorder r = arrive_at(number, time_ms, 10);

	cr_assert_eq(r.frames, 1);
	cr_assert_eq(r.extent_max, 4);
	cr_assert_eq(r.extent_sum, 4);
	cr_assert_eq(r.late_time_max_ns, 62 * MS);
	cr_assert_eq(r.late_time_sum_ns, 62 * MS);
	cr_assert_eq(r.exactly_n[4], 1);
	cr_assert_eq(r.exactly_n[5], 0);
	cr_assert_eq(r.runs, 1);
	cr_assert_eq(r.run_sum, 9);
	cr_assert_eq(r.run_square, 49);
	cr_assert_eq(r.beyond_memory, 0);
}

Test(reorder, rfc_4737_one_frame_ahead_of_two)
{
	/* 7 overtakes 5 and 6 */
	const uint64_t number[] = { 1, 2, 3, 4, 7, 5, 6, 8, 9, 10 };
	const uint64_t time_ms[] = { 68, 88, 108, 128, 188, 189, 190, 208, 228, 248 };
	struct ovr_seq_reorder r = arrive_at(number, time_ms, 10);

	cr_assert_eq(r.frames, 2);
	cr_assert_eq(r.extent_max, 2);
	cr_assert_eq(r.extent_sum, 3);
	cr_assert_eq(r.late_time_max_ns, 2 * MS);
	cr_assert_eq(r.late_time_sum_ns, 3 * MS);
	cr_assert_eq(r.exactly_n[0], 1);
	cr_assert_eq(r.exactly_n[1], 1);
	cr_assert_eq(r.runs, 2);
	cr_assert_eq(r.run_sum, 8);
	cr_assert_eq(r.run_square, 25);
}

Test(reorder, rfc_4737_three_frames_after_four)
{
	/* 4, 5 and 6 come 62, 64 and 68 ms after 7 */
	const uint64_t number[] = { 1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11 };
	const uint64_t time_ms[] = { 68, 88, 108, 188, 208, 228, 248, 250, 252, 256, 268 };
	struct ovr_seq_reorder r = arrive_at(number, time_ms, 11);

	cr_assert_eq(r.frames, 3);
	cr_assert_eq(r.extent_max, 6);
	cr_assert_eq(r.extent_sum, 15);
	cr_assert_eq(r.late_time_max_ns, 68 * MS);
	cr_assert_eq(r.late_time_sum_ns, 194 * MS);
	cr_assert_eq(r.exactly_n[4], 1);
	cr_assert_eq(r.exactly_n[0], 2);
}

Test(reorder, rfc_4737_two_discontinuities)
{
	struct ovr_seq_reorder r =
		feed_all(1, 17, NUMBERS(1, 2, 3, 6, 7, 4, 5, 8, 9, 10, 12, 13, 11, 14, 15, 16)).reorder;

	cr_assert_eq(r.frames, 3);
	cr_assert_eq(r.extent_max, 3);
	cr_assert_eq(r.extent_sum, 7);
	cr_assert_eq(r.exactly_n[2], 2);
	cr_assert_eq(r.exactly_n[0], 1);
	cr_assert_eq(r.exactly_n[1], 0);
	cr_assert_eq(r.runs, 3);
	cr_assert_eq(r.run_sum, 13);
	cr_assert_eq(r.run_square, 50);
}

Test(reorder, rfc_4737_only_the_first_of_three_would_trigger_a_fast_retransmit)
{
	struct ovr_seq_reorder r = feed_all(1, 10, NUMBERS(1, 2, 3, 7, 8, 9, 4, 5, 6)).reorder;

	cr_assert_eq(r.frames, 3);
	cr_assert_eq(r.extent_max, 5);
	cr_assert_eq(r.extent_sum, 12);
	cr_assert_eq(r.exactly_n[3], 1);
	cr_assert_eq(r.exactly_n[0], 2);
}

Test(reorder, rfc_4737_none_of_three_is_3_reordered_after_two)
{
	/* 1-reordered 1, 2-reordered 1, 3-reordered 0 */
	struct ovr_seq_reorder r = feed_all(1, 9, NUMBERS(1, 2, 3, 7, 8, 4, 5, 6)).reorder;

	cr_assert_eq(r.frames, 3);
	cr_assert_eq(r.exactly_n[0], 2);
	cr_assert_eq(r.exactly_n[1], 0);
	cr_assert_eq(r.exactly_n[2], 1);
	cr_assert_eq(r.exactly_n[3], 0);
}

Test(reorder, a_single_frame_is_not_reordered)
{
	struct ovr_seq_account a = feed_all(1, 2, NUMBERS(1));

	cr_assert_eq(a.reorder.frames, 0);
	cr_assert_eq(a.reorder.runs, 0);
	cr_assert_eq(a.reorder.run_sum, 1);
	cr_assert_eq(a.unique, 1);
}

Test(reorder, loss_is_no_reordering)
{
	struct ovr_seq_account a = feed_all(1, 21, NUMBERS(1, 2, 5, 9, 14, 20));

	cr_assert_eq(a.reorder.frames, 0);
	cr_assert_eq(a.reorder.run_sum, 6);
}

Test(reorder, a_late_head_frame_is_reordered_against_the_first_arrival)
{
	struct ovr_seq_account a = feed_all(1, 5, NUMBERS(2, 3, 4, 1));

	cr_assert_eq(a.reorder.frames, 1);
	cr_assert_eq(a.reorder.extent_max, 3);
	cr_assert_eq(a.reorder.exactly_n[3], 1);
	cr_assert_eq(a.reorder.late_time_max_ns, 0);
	cr_assert_eq(a.first_seq, 1);
	cr_assert_eq(a.loss.frames, 0);
}

Test(reorder, copies_do_not_count_as_arrivals_of_an_extent)
{
	struct ovr_seq_account a = feed_all(1, 7, NUMBERS(1, 3, 3, 1, 4, 3, 2, 2, 5, 6));

	cr_assert_eq(a.duplicate, 4);
	cr_assert_eq(a.reorder.frames, 1);
	cr_assert_eq(a.reorder.extent_max, 2);
	cr_assert_eq(a.reorder.exactly_n[2], 1);
	cr_assert_eq(a.reorder.run_square, 9);
}

Test(reorder, a_stream_backwards_is_1_2_3_and_more_reordered)
{
	struct ovr_seq_account a = feed_all(1, 7, NUMBERS(6, 5, 4, 3, 2, 1));

	cr_assert_eq(a.reorder.frames, 5);
	cr_assert_eq(a.reorder.extent_sum, 15);
	for (int n = 1; n <= 5; n++)
		cr_assert_eq(a.reorder.exactly_n[n], 1, "n %d", n);
	cr_assert_eq(a.reorder.runs, 5);
	cr_assert_eq(a.reorder.run_square, 1);
}

Test(reorder, the_last_cell_takes_64_and_more)
{
	struct ovr_seq *seq = feed_start(0, NULL);
	const struct ovr_seq_reorder *r = &ovr_seq_account(seq)->reorder;

	/* 300 numbers backwards: number 299 - k has k larger ones before it. */
	for (uint64_t k = 0; k < 300; k++)
		feed_one(seq, 299 - k);

	cr_assert_eq(r->frames, 299);
	cr_assert_eq(r->exactly_n[63], 1);
	cr_assert_eq(r->exactly_n[64], 236);
	cr_assert_eq(r->extent_max, 299);
	ovr_seq_destroy(seq, 1);
}

Test(reorder, a_smaller_arrival_64_before_does_not_shorten_n_below_63)
{
	struct ovr_seq *seq = feed_start(0, NULL);
	const struct ovr_seq_reorder *r = &ovr_seq_account(seq)->reorder;

	/* 0 … 9, a hole of two, 12, then 10, then 63 in order, then 11. */
	feed_range(seq, 0, 10);
	feed(seq, NUMBERS(12, 10));
	feed_range(seq, 13, 76);
	feed_one(seq, 11);

	cr_assert_eq(r->exactly_n[1], 1);
	cr_assert_eq(r->exactly_n[63], 1);
	cr_assert_eq(r->extent_max, 65);
	ovr_seq_destroy(seq, 1);
}

Test(reorder, a_smaller_arrival_is_found_after_63_reordered_larger_ones)
{
	struct ovr_seq *seq = feed_start(0, NULL);
	const struct ovr_seq_reorder *r = &ovr_seq_account(seq)->reorder;

	feed(seq, NUMBERS(0, 300, 10));
	for (uint64_t number = 299; number > 236; number--)
		feed_one(seq, number);
	cr_assert_eq(r->exactly_n[63], 0);
	feed_one(seq, 11);

	cr_assert_eq(r->exactly_n[63], 1);
	ovr_seq_destroy(seq, 1);
}

Test(reorder, an_extent_beyond_the_remembered_jumps_is_said_to_be_unknown)
{
	struct ovr_seq *seq = feed_start_window(1024, NULL);
	const struct ovr_seq_reorder *r = &ovr_seq_account(seq)->reorder;

	/* 65 jumps, of which 64 are remembered: the one over 1 is not, the one over 3 is. */
	for (uint64_t number = 0; number <= 130; number += 2)
		feed_one(seq, number);
	cr_assert_eq(feed_one(seq, 1), OVR_SEQ_REORDERED);
	cr_assert_eq(feed_one(seq, 3), OVR_SEQ_REORDERED);

	cr_assert_eq(r->frames, 2);
	cr_assert_eq(r->beyond_memory, 1);
	cr_assert_eq(r->extent_sum, 65);
	cr_assert_eq(r->exactly_n[64], 1);
	cr_assert_eq(r->exactly_n[0], 1);
	ovr_seq_destroy(seq, 1);
}

Test(reorder, a_clock_that_stepped_back_gives_no_late_time)
{
	struct ovr_seq *seq = feed_start(0, NULL);

	ovr_seq_arrive(seq, 0, 0, 500);
	ovr_seq_arrive(seq, 2, 0, 600);
	ovr_seq_arrive(seq, 1, 0, 550);

	cr_assert_eq(ovr_seq_account(seq)->reorder.frames, 1);
	cr_assert_eq(ovr_seq_account(seq)->reorder.late_time_max_ns, 0);
	ovr_seq_destroy(seq, 1);
}
