/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq/seq.h"

#include "feed.h"

static struct ovr_seq_period kept[16];

static struct ovr_seq_log
log_of(uint64_t capacity)
{
	return (struct ovr_seq_log){ .period = kept, .capacity = capacity };
}

static void
assert_period(const struct ovr_seq_period *period, uint64_t first_seq, uint64_t n_frames)
{
	cr_assert_eq(period->first_seq, first_seq, "period at %lu, not %lu", period->first_seq, first_seq);
	cr_assert_eq(period->n_frames, n_frames, "period of %lu, not %lu", period->n_frames, n_frames);
	cr_assert_eq(period->stream, 7);
}

Test(loss, rfc_3357_five_losses_in_four_periods)
{
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq_account a = feed_all_but(1, 11, 2, &log, NUMBERS(2, 5, 7, 9, 10));

	cr_assert_eq(a.loss.frames, 5);
	cr_assert_eq(a.loss.periods, 4);
	cr_assert_eq(a.loss.longest, 2);
	cr_assert_eq(a.loss.noticeable, 3);
	cr_assert_eq(a.loss.min_distance, 1);
	cr_assert_eq(a.loss.length_cell[0], 3);
	cr_assert_eq(a.loss.length_cell[1], 1);
	cr_assert_eq(a.loss.head, 0);
	cr_assert_eq(a.loss.tail, 2);
	cr_assert_eq(log.n_kept, 4);
	assert_period(&kept[0], 2, 1);
	assert_period(&kept[1], 5, 1);
	assert_period(&kept[2], 7, 1);
	assert_period(&kept[3], 9, 2);
}

Test(loss, rfc_3357_periods_of_lengths_1_3_1_3)
{
	/* rrrxrrxxxrxrrxxx */
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq_account a = feed_all_but(0, 16, 0, &log, NUMBERS(3, 6, 7, 8, 10, 13, 14, 15));

	cr_assert_eq(a.loss.frames, 8);
	cr_assert_eq(a.loss.periods, 4);
	cr_assert_eq(a.loss.longest, 3);
	cr_assert_eq(a.loss.min_distance, 1);
	cr_assert_eq(a.loss.length_cell[0], 2);
	cr_assert_eq(a.loss.length_cell[1], 0);
	cr_assert_eq(a.loss.length_cell[2], 2);
	assert_period(&kept[0], 3, 1);
	assert_period(&kept[1], 6, 3);
	assert_period(&kept[2], 10, 1);
	assert_period(&kept[3], 13, 3);
}

Test(loss, a_delta_of_2_leaves_out_the_distances_of_3)
{
	/* Distances 0,3,1,1,2,3,1,1 */
	struct ovr_seq_account a = feed_all_but(0, 16, 2, NULL, NUMBERS(3, 6, 7, 8, 10, 13, 14, 15));

	cr_assert_eq(a.loss.noticeable, 5);
}

Test(loss, losses_of_20_and_50_are_30_apart)
{
	struct ovr_seq_account a = feed_all_but(0, 60, 0, NULL, NUMBERS(20, 50));

	cr_assert_eq(a.loss.min_distance, 30);
	cr_assert_eq(a.loss.noticeable, 1);
}

Test(loss, with_the_default_delta_of_99_a_distance_of_100_is_not_noticeable)
{
	struct ovr_seq_account close = feed_all_but(0, 600, 0, NULL, NUMBERS(50, 125, 126, 127));
	struct ovr_seq_account spaced = feed_all_but(0, 600, 0, NULL, NUMBERS(100, 200, 300, 400, 500));
	struct ovr_seq_account mixed = feed_all_but(0, 600, 0, NULL, NUMBERS(100, 175, 275, 290, 400));

	cr_assert_eq(close.loss.noticeable, 3);
	cr_assert_eq(spaced.loss.noticeable, 0);
	cr_assert_eq(spaced.loss.min_distance, 100);
	cr_assert_eq(mixed.loss.noticeable, 2);
	cr_assert_eq(mixed.loss.min_distance, 15);
}

/* The singletons 0 0 0 1 0: their mean is 0.2. */
Test(loss, rfc_7680_one_loss_among_five_frames)
{
	struct ovr_seq_account a = feed_all_but(0, 5, 0, NULL, NUMBERS(3));

	cr_assert_eq(a.unique + a.loss.frames, 5);
	cr_assert_eq((double)a.loss.frames / (double)(a.unique + a.loss.frames), .2);
}

Test(loss, a_single_loss_has_no_distance)
{
	struct ovr_seq_account a = feed_all_but(0, 10, 0, NULL, NUMBERS(4));

	cr_assert_eq(a.loss.frames, 1);
	cr_assert_eq(a.loss.min_distance, 0);
	cr_assert_eq(a.loss.noticeable, 0);
}

Test(loss, what_is_lost_before_the_first_arrival_is_the_head)
{
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq *seq = feed_start(0, &log);

	feed_range(seq, 100, 1000);
	ovr_seq_finish(seq, 1000);

	cr_assert_eq(ovr_seq_account(seq)->loss.frames, 100);
	cr_assert_eq(ovr_seq_account(seq)->loss.head, 100);
	cr_assert_eq(ovr_seq_account(seq)->loss.tail, 0);
	cr_assert_eq(ovr_seq_account(seq)->loss.periods, 1);
	assert_period(&kept[0], 0, 100);
	cr_assert_eq(kept[0].before_tx_ns, 0);
	cr_assert_eq(kept[0].after_tx_ns, 10000);
	cr_assert_eq(kept[0].after_rx_ns, 11000);
	ovr_seq_destroy(seq, 1);
}

Test(loss, what_is_lost_after_the_last_arrival_is_the_tail)
{
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq *seq = feed_start(0, &log);

	feed_range(seq, 0, 900);
	ovr_seq_finish(seq, 1000);

	cr_assert_eq(ovr_seq_account(seq)->loss.frames, 100);
	cr_assert_eq(ovr_seq_account(seq)->loss.head, 0);
	cr_assert_eq(ovr_seq_account(seq)->loss.tail, 100);
	assert_period(&kept[0], 900, 100);
	cr_assert_eq(kept[0].before_tx_ns, 89900);
	cr_assert_eq(kept[0].after_tx_ns, UINT64_MAX);
	cr_assert_eq(kept[0].after_rx_ns, UINT64_MAX);
	ovr_seq_destroy(seq, 1);
}

Test(loss, a_stream_of_which_nothing_arrived_is_all_head)
{
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq *seq = feed_start(0, &log);

	ovr_seq_finish(seq, 1000);

	cr_assert_eq(ovr_seq_account(seq)->loss.frames, 1000);
	cr_assert_eq(ovr_seq_account(seq)->loss.head, 1000);
	cr_assert_eq(ovr_seq_account(seq)->loss.tail, 0);
	cr_assert_eq(ovr_seq_account(seq)->loss.periods, 1);
	cr_assert_eq(ovr_seq_account(seq)->end_seq, 0);
	assert_period(&kept[0], 0, 1000);
	cr_assert_eq(kept[0].before_tx_ns, 0);
	cr_assert_eq(kept[0].after_tx_ns, UINT64_MAX);
	ovr_seq_destroy(seq, 1);
}

Test(loss, a_stream_of_which_nothing_was_sent_lost_nothing)
{
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq *seq = feed_start(0, &log);

	ovr_seq_finish(seq, 0);

	cr_assert_eq(ovr_seq_account(seq)->loss.frames, 0);
	cr_assert_eq(ovr_seq_account(seq)->loss.periods, 0);
	cr_assert_eq(log.n_kept, 0);
	ovr_seq_destroy(seq, 1);
}

Test(loss, a_period_has_the_times_of_the_frames_on_both_sides)
{
	struct ovr_seq_log log = log_of(16);

	feed_all_but(0, 200000, 0, &log, NUMBERS(40, 41, 100, 190000));

	cr_assert_eq(log.n_kept, 3);
	assert_period(&kept[0], 40, 2);
	cr_assert_eq(kept[0].before_tx_ns, 3900);
	cr_assert_eq(kept[0].after_tx_ns, 4200);
	cr_assert_eq(kept[0].after_rx_ns, 5200);
	assert_period(&kept[1], 100, 1);
	cr_assert_eq(kept[1].before_tx_ns, 9900);
	cr_assert_eq(kept[1].after_rx_ns, 11100);
	assert_period(&kept[2], 190000, 1);
	cr_assert_eq(kept[2].before_tx_ns, 18999900);
	cr_assert_eq(kept[2].after_tx_ns, 19000100);
}

Test(loss, a_late_arrival_splits_a_hole_into_two_periods_with_the_times_of_the_jump)
{
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq *seq = feed_start(0, &log);

	feed(seq, NUMBERS(0, 1, 10, 11, 5, 12));
	ovr_seq_finish(seq, 13);

	cr_assert_eq(log.n_kept, 2);
	assert_period(&kept[0], 2, 3);
	assert_period(&kept[1], 6, 4);
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(kept[i].before_tx_ns, 100);
		cr_assert_eq(kept[i].after_tx_ns, 1000);
		cr_assert_eq(kept[i].after_rx_ns, 2000);
	}
	ovr_seq_destroy(seq, 1);
}

Test(loss, a_period_over_several_words_is_one)
{
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq *seq = feed_start_window(64, &log);

	feed_range(seq, 0, 60);
	feed_range(seq, 260, 1000);
	ovr_seq_finish(seq, 1000);

	cr_assert_eq(log.n_kept, 1);
	assert_period(&kept[0], 60, 200);
	cr_assert_eq(ovr_seq_account(seq)->loss.longest, 200);
	cr_assert_eq(ovr_seq_account(seq)->loss.length_cell[8], 1);
	ovr_seq_destroy(seq, 1);
}

Test(loss, lengths_fall_into_cells_that_end_at_powers_of_two)
{
	struct ovr_seq *seq = feed_start(0, NULL);
	const uint64_t length[] = { 1, 2, 3, 4, 5, 8, 9, 16, 17 };
	uint64_t number = 0;
	const uint64_t *cell;

	for (size_t i = 0; i < N_ELEMENTS(length); i++) {
		feed_one(seq, number);
		number += 1 + length[i];
	}
	feed_one(seq, number);
	ovr_seq_finish(seq, number + 1);

	cell = ovr_seq_account(seq)->loss.length_cell;
	cr_assert_eq(cell[0], 1);
	cr_assert_eq(cell[1], 1);
	cr_assert_eq(cell[2], 2);
	cr_assert_eq(cell[3], 2);
	cr_assert_eq(cell[4], 2);
	cr_assert_eq(cell[5], 1);
	cr_assert_eq(ovr_seq_account(seq)->loss.periods, 9);
	ovr_seq_destroy(seq, 1);
}

Test(loss, the_last_cell_takes_lengths_beyond_2_to_the_47)
{
	struct ovr_seq *seq = feed_start(0, NULL);

	feed_one(seq, 0);
	ovr_seq_finish(seq, ((uint64_t)1 << 48) - 1);

	cr_assert_eq(ovr_seq_account(seq)->loss.length_cell[47], 1);
	cr_assert_eq(ovr_seq_account(seq)->loss.longest, ((uint64_t)1 << 48) - 2);
	ovr_seq_destroy(seq, 1);
}

Test(loss, periods_that_find_no_room_in_the_log_are_still_counted)
{
	struct ovr_seq_log log = log_of(2);
	struct ovr_seq_account a = feed_all_but(0, 20, 0, &log, NUMBERS(3, 6, 9, 12, 13));

	cr_assert_eq(log.n_kept, 2);
	cr_assert_eq(log.n_dropped, 2);
	cr_assert_eq(log.dropped_frames, 3);
	assert_period(&kept[1], 6, 1);
	cr_assert_eq(kept[2].n_frames, 0);
	cr_assert_eq(a.loss.periods, 4);
	cr_assert_eq(a.loss.frames, 5);
	cr_assert_eq(a.loss.longest, 2);
}

Test(loss, a_period_whose_jump_is_forgotten_lies_before_the_oldest_one_remembered)
{
	struct ovr_seq_conf conf = { .window = 1024, .n_jumps = 64 };
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq *seq = NULL;

	/* 100 jumps over one number each stand in the window: 1, 3, 5 … 199 are missing. */
	cr_assert_eq(ovr_seq_create(7, 1, &conf, &log, &seq, NULL), 0);
	for (uint64_t number = 0; number <= 200; number += 2)
		feed_one(seq, number);
	ovr_seq_finish(seq, 201);

	/* The oldest of the 64 that are remembered leapt over 73. */
	assert_period(&kept[0], 1, 1);
	cr_assert_eq(kept[0].before_tx_ns, 0);
	cr_assert_eq(kept[0].after_tx_ns, 7400);
	cr_assert_eq(kept[0].after_rx_ns, 8400);
	cr_assert_eq(ovr_seq_account(seq)->loss.periods, 100);
	ovr_seq_destroy(seq, 1);
}

Test(loss, the_first_period_whose_jump_is_remembered_has_its_times)
{
	struct ovr_seq_conf conf = { .window = 1024, .n_jumps = 64 };
	struct ovr_seq_period all[100];
	struct ovr_seq_log log = { .period = all, .capacity = 100 };
	struct ovr_seq *seq = NULL;

	cr_assert_eq(ovr_seq_create(7, 1, &conf, &log, &seq, NULL), 0);
	for (uint64_t number = 0; number <= 200; number += 2)
		feed_one(seq, number);
	ovr_seq_finish(seq, 201);

	assert_period(&all[35], 71, 1);
	cr_assert_eq(all[35].before_tx_ns, 0);
	assert_period(&all[36], 73, 1);
	cr_assert_eq(all[36].before_tx_ns, 7200);
	cr_assert_eq(all[36].after_tx_ns, 7400);
	assert_period(&all[99], 199, 1);
	cr_assert_eq(all[99].before_tx_ns, 19800);
	ovr_seq_destroy(seq, 1);
}

Test(loss, two_holes_on_both_sides_of_a_full_word_are_two_periods)
{
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq *seq = feed_start_window(64, &log);

	feed_range(seq, 0, 60);
	feed_range(seq, 64, 128);
	feed_range(seq, 130, 1000);
	ovr_seq_finish(seq, 1000);

	cr_assert_eq(log.n_kept, 2);
	assert_period(&kept[0], 60, 4);
	assert_period(&kept[1], 128, 2);
	ovr_seq_destroy(seq, 1);
}

Test(loss, a_jump_that_ends_a_period_does_not_make_its_times_forgotten)
{
	struct ovr_seq_log log = log_of(16);
	struct ovr_seq *seq = feed_start_window(128, &log);

	/* 64 jumps in the window fill the memory; the next one moves all of them out. */
	for (uint64_t number = 0; number <= 128; number += 2)
		feed_one(seq, number);
	feed_one(seq, 1000);

	assert_period(&kept[0], 1, 1);
	cr_assert_eq(kept[0].after_tx_ns, 200);
	cr_assert_eq(kept[0].after_rx_ns, 1200);
	ovr_seq_destroy(seq, 1);
}

Test(loss, numbers_that_were_never_sent_are_not_lost)
{
	struct ovr_seq *seq = feed_start(0, NULL);

	feed_range(seq, 0, 5);
	feed_one(seq, 2000000);
	ovr_seq_finish(seq, 10);

	cr_assert_eq(ovr_seq_account(seq)->loss.frames, 5);
	cr_assert_eq(ovr_seq_account(seq)->unique, 6);
	cr_assert_eq(ovr_seq_account(seq)->end_seq, 2000001);
	ovr_seq_destroy(seq, 1);
}

Test(loss, a_hole_that_began_just_below_what_was_sent_is_cut_to_one)
{
	struct ovr_seq *seq = feed_start(0, NULL);

	feed_range(seq, 0, 5);
	feed_one(seq, 2000000);
	ovr_seq_finish(seq, 6);

	cr_assert_eq(ovr_seq_account(seq)->loss.frames, 1);
	ovr_seq_destroy(seq, 1);
}

Test(loss, a_hole_that_left_the_window_up_to_one_above_what_was_sent_is_cut_by_one)
{
	struct ovr_seq *seq = feed_start(0, NULL);

	/* The window begins at (2000000 / 64 - 1024) * 64 = 1934464. */
	feed_range(seq, 0, 5);
	feed_one(seq, 2000000);
	ovr_seq_finish(seq, 1934463);

	cr_assert_eq(ovr_seq_account(seq)->loss.frames, 1934458);
	ovr_seq_destroy(seq, 1);
}

Test(loss, a_hole_wholly_above_what_was_sent_is_not_lost)
{
	struct ovr_seq *seq = feed_start(0, NULL);

	feed_range(seq, 0, 10);
	feed_one(seq, 2000000);
	ovr_seq_finish(seq, 10);

	cr_assert_eq(ovr_seq_account(seq)->loss.frames, 0);
	cr_assert_eq(ovr_seq_account(seq)->loss.periods, 0);
	ovr_seq_destroy(seq, 1);
}

Test(loss, a_hole_in_the_window_above_what_was_sent_is_cut)
{
	struct ovr_seq *seq = feed_start(0, NULL);

	feed(seq, NUMBERS(0, 1, 2, 90, 91));
	ovr_seq_finish(seq, 70);

	cr_assert_eq(ovr_seq_account(seq)->loss.frames, 67);
	cr_assert_eq(ovr_seq_account(seq)->loss.longest, 67);
	cr_assert_eq(ovr_seq_account(seq)->loss.tail, 0);
	ovr_seq_destroy(seq, 1);
}
