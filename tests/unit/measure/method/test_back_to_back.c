/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/back_to_back.h"

#include <criterion/criterion.h>
#include <math.h>

/* 10G, frames of 64 bytes: 10^10 / 672 */
#define MAX_PPS 14880952.380952381

/*
 * A store of so many slots, emptied at a steady rate from the moment its first frame arrives: does
 * it hold a burst?
 */
static bool
store_holds(uint64_t slots, uint64_t server_pps, uint64_t burst)
{
	for (uint64_t k = 0; k < burst; k++) {
		uint64_t served = k * server_pps * 672 / UINT64_C(10000000000);

		if (k >= served + slots)
			return false;
	}
	return true;
}

static struct ovr_method_back_to_back_search
search_of_store(uint64_t slots, uint64_t server_pps, const struct ovr_method_back_to_back_goal *goal)
{
	struct ovr_method_back_to_back_search search;

	ovr_method_back_to_back_begin(&search, goal);
	while (search.next_frames != 0)
		ovr_method_back_to_back_take(&search, store_holds(slots, server_pps, search.next_frames));
	return search;
}

Test(back_to_back, bursts_of_30000_frames_at_8_mpps_are_13872_frames_of_buffer)
{
	struct ovr_method_buffer buffer = ovr_method_buffer_of(30000, MAX_PPS, 8e6, false);

	cr_assert_eq(buffer.fault, OVR_METHOD_BUFFER_SOUND);
	cr_assert_float_eq(buffer.implied_s, 2.0160e-3, 1e-9);
	cr_assert_float_eq(buffer.correction_s, 1.083802e-3, 1e-9);
	cr_assert_float_eq(buffer.corrected_s, 932.198e-6, 1e-9);
	cr_assert_float_eq(buffer.frames, 13872, 0.001);
}

Test(back_to_back, the_table_of_rfc_9004_holds_at_14_54_mpps)
{
	struct ovr_method_buffer buffer = ovr_method_buffer_of(26000, MAX_PPS, 14.54e6, false);

	cr_assert_float_eq(buffer.implied_s, 1.7472e-3, 1e-9);
	cr_assert_float_eq(buffer.corrected_s, 40.03e-6, 0.01e-6);
	cr_assert_float_eq(buffer.frames, 595.7, 0.05);
}

Test(back_to_back, the_fluid_store_of_4095_slots_is_4095_frames_of_buffer)
{
	struct ovr_method_buffer buffer = ovr_method_buffer_of(21151.86, MAX_PPS, 12e6, false);

	cr_assert_float_eq(buffer.implied_s, 1.4214e-3, 0.00005e-3);
	cr_assert_float_eq(buffer.corrected_s, 275.18e-6, 0.005e-6);
	cr_assert_float_eq(buffer.frames, 4095, 0.01);
}

Test(back_to_back, the_search_finds_21147_frames_for_4095_slots)
{
	static const struct ovr_method_back_to_back_goal goal = { 1488095, 1, 1 };
	struct ovr_method_back_to_back_search search = search_of_store(4095, 12000000, &goal);

	cr_assert_eq(search.lossless_frames, 21147);
	cr_assert_eq(search.lost_frames, 21148);
	cr_assert_float_eq(ovr_method_buffer_of(21147, MAX_PPS, 12e6, false).frames, 4094.06, 0.01);
}

Test(back_to_back, the_search_finds_2635_frames_for_511_slots_and_5279_for_1023)
{
	static const struct ovr_method_back_to_back_goal goal = { 1488095, 1, 1 };

	cr_assert_eq(search_of_store(511, 12000000, &goal).lossless_frames, 2635);
	cr_assert_eq(search_of_store(1023, 12000000, &goal).lossless_frames, 5279);
}

Test(back_to_back, the_buffer_does_not_depend_on_the_rate_of_the_server)
{
	static const struct ovr_method_back_to_back_goal goal = { 1488095, 1, 1 };
	static const uint64_t server_pps[] = { 1000000, 3000000, 7440476, 12000000 };

	for (size_t i = 0; i < 4; i++) {
		uint64_t held = search_of_store(1024, server_pps[i], &goal).lossless_frames;
		struct ovr_method_buffer buffer = ovr_method_buffer_of(
			(double)held, MAX_PPS, (double)server_pps[i], false);

		cr_assert_float_eq(buffer.frames, 1024, 1, "%llu frames/s: %g",
			(unsigned long long)server_pps[i], buffer.frames);
	}
}

Test(back_to_back, a_store_that_keeps_up_ends_at_the_limit_and_has_no_buffer_time)
{
	static const struct ovr_method_back_to_back_goal goal = { 100000, 1, 1 };
	struct ovr_method_back_to_back_search search = search_of_store(64, 15000000, &goal);
	struct ovr_method_buffer buffer;

	cr_assert_eq(search.lossless_frames, 100000);
	cr_assert(ovr_method_back_to_back_is_at_limit(&search));
	buffer = ovr_method_buffer_of(100000, MAX_PPS, 12e6, true);
	cr_assert_eq(buffer.fault, OVR_METHOD_BUFFER_AT_LIMIT);
	cr_assert_eq(buffer.implied_s, 0);
	cr_assert_eq(buffer.frames, 0);
}

Test(back_to_back, the_limit_itself_is_tried_before_it_ends_there)
{
	static const struct ovr_method_back_to_back_goal goal = { 1000, 1, 1 };
	struct ovr_method_back_to_back_search search;

	ovr_method_back_to_back_begin(&search, &goal);
	while (search.next_frames != 0)
		ovr_method_back_to_back_take(&search, search.next_frames < 1000);
	cr_assert_eq(search.lossless_frames, 999);
	cr_assert_eq(search.lost_frames, 1000);
	cr_assert_not(ovr_method_back_to_back_is_at_limit(&search));
}

Test(back_to_back, a_throughput_at_or_above_the_line_rate_has_no_buffer_time)
{
	cr_assert_eq(ovr_method_buffer_of(5000, 1000, 1000, false).fault, OVR_METHOD_BUFFER_AT_LINE_RATE);
	cr_assert_eq(ovr_method_buffer_of(5000, 1000, 1001, false).fault, OVR_METHOD_BUFFER_AT_LINE_RATE);
	cr_assert_eq(ovr_method_buffer_of(5000, 1000, 999, false).fault, OVR_METHOD_BUFFER_SOUND);
}

Test(back_to_back, no_burst_and_no_rate_are_told_apart)
{
	cr_assert_eq(ovr_method_buffer_of(0, 1000, 500, false).fault, OVR_METHOD_BUFFER_NO_BURST);
	cr_assert_eq(ovr_method_buffer_of(5000, 1000, NAN, false).fault, OVR_METHOD_BUFFER_NO_RATE);
	cr_assert_eq(ovr_method_buffer_of(5000, 1000, -1, false).fault, OVR_METHOD_BUFFER_NO_RATE);
	cr_assert_str_eq(ovr_method_buffer_fault_text(OVR_METHOD_BUFFER_SOUND), "");
	cr_assert_str_eq(
		ovr_method_buffer_fault_text(OVR_METHOD_BUFFER_NO_BURST), "no burst arrived without loss");
}

Test(back_to_back, where_nobody_reads_the_burst_is_the_buffer)
{
	struct ovr_method_buffer buffer = ovr_method_buffer_of(512, MAX_PPS, 0, false);

	cr_assert_eq(buffer.fault, OVR_METHOD_BUFFER_SOUND);
	cr_assert_eq(buffer.correction_s, 0);
	cr_assert_float_eq(buffer.frames, 512, 1e-9);
}

Test(back_to_back, half_the_rate_is_twice_the_time)
{
	struct ovr_method_buffer buffer = ovr_method_buffer_of(30000, MAX_PPS, 8e6, false);

	/* 13,872 frames */
	cr_assert_float_eq(ovr_method_buffer_actual_s(&buffer, MAX_PPS, 8e6, 4e6), 3.468e-3, 1e-9);
	cr_assert_float_eq(ovr_method_buffer_actual_s(&buffer, MAX_PPS, 8e6, 2e6), 6.936e-3, 1e-9);
	cr_assert(isnan(ovr_method_buffer_actual_s(&buffer, MAX_PPS, 8e6, 0)));
	buffer.fault = OVR_METHOD_BUFFER_AT_LIMIT;
	cr_assert(isnan(ovr_method_buffer_actual_s(&buffer, MAX_PPS, 8e6, 1e6)));
}

Test(back_to_back, a_rate_that_is_not_below_the_throughput_has_no_actual_buffer_time)
{
	struct ovr_method_buffer buffer = ovr_method_buffer_of(30000, MAX_PPS, 8e6, false);

	cr_assert(isnan(ovr_method_buffer_actual_s(&buffer, MAX_PPS, 8e6, 8e6)));
	cr_assert(isnan(ovr_method_buffer_actual_s(&buffer, MAX_PPS, 8e6, MAX_PPS)));
	cr_assert(isnan(ovr_method_buffer_actual_s(&buffer, MAX_PPS, 0, 1e6)));
}

Test(back_to_back, the_search_ends_when_the_answer_is_known_to_the_step)
{
	static const struct ovr_method_back_to_back_goal goal = { 100000, 50, 1 };
	struct ovr_method_back_to_back_search search = search_of_store(1023, 12000000, &goal);

	cr_assert_leq(search.lossless_frames, 5279);
	cr_assert_gt(search.lost_frames, 5279);
	cr_assert_leq(search.lost_frames - search.lossless_frames, 50);
	cr_assert_eq(search.n_trials, 11);
}

Test(back_to_back, a_burst_shorter_than_the_step_is_found_all_the_same)
{
	static const struct ovr_method_back_to_back_goal goal = { 100000, 1000, 1 };
	struct ovr_method_back_to_back_search search;

	ovr_method_back_to_back_begin(&search, &goal);
	while (search.next_frames != 0)
		ovr_method_back_to_back_take(&search, search.next_frames <= 500);
	/* 781 is lost, and 390 holds */
	cr_assert_eq(search.lossless_frames, 390);
	cr_assert_eq(search.lost_frames, 781);
	ovr_method_back_to_back_begin(&search, &goal);
	while (search.next_frames != 0)
		ovr_method_back_to_back_take(&search, false);
	cr_assert_eq(search.lossless_frames, 0);
	cr_assert_eq(search.lost_frames, 1);
}

Test(back_to_back, a_loss_is_believed_after_all_attempts)
{
	static const struct ovr_method_back_to_back_goal goal = { 4, 1, 3 };
	struct ovr_method_back_to_back_search search;

	ovr_method_back_to_back_begin(&search, &goal);
	cr_assert_eq(search.next_frames, 2);
	ovr_method_back_to_back_take(&search, false);
	cr_assert_eq(search.next_frames, 2);
	cr_assert_eq(search.attempt, 2);
	ovr_method_back_to_back_take(&search, false);
	ovr_method_back_to_back_take(&search, false);
	cr_assert_eq(search.next_frames, 1);
	cr_assert_eq(search.lost_frames, 2);
	cr_assert_eq(search.attempt, 1);
	ovr_method_back_to_back_take(&search, true);
	cr_assert_eq(search.next_frames, 0);
	cr_assert_eq(search.lossless_frames, 1);
	cr_assert_eq(search.n_trials, 4);
	cr_assert_eq(search.n_retries, 2);
	cr_assert_eq(search.n_passes_above_loss, 0);
}

Test(back_to_back, an_answer_that_needed_a_retry_says_so)
{
	static const struct ovr_method_back_to_back_goal goal = { 4, 1, 2 };
	struct ovr_method_back_to_back_search search;

	ovr_method_back_to_back_begin(&search, &goal);
	ovr_method_back_to_back_take(&search, false);
	ovr_method_back_to_back_take(&search, true);
	cr_assert_eq(search.lossless_frames, 2);
	cr_assert(search.rests_on_retry);
	ovr_method_back_to_back_take(&search, true);
	cr_assert_eq(search.lossless_frames, 3);
	cr_assert_not(search.rests_on_retry);
	cr_assert_eq(search.n_passes_above_loss, 1);
}

Test(back_to_back, where_one_frame_is_lost_there_is_no_burst)
{
	static const struct ovr_method_back_to_back_goal goal = { 1000, 1, 1 };
	struct ovr_method_back_to_back_search search;

	ovr_method_back_to_back_begin(&search, &goal);
	while (search.next_frames != 0)
		ovr_method_back_to_back_take(&search, false);
	cr_assert_eq(search.lossless_frames, 0);
	cr_assert_eq(search.lost_frames, 1);
	cr_assert_not(ovr_method_back_to_back_is_at_limit(&search));
}

Test(back_to_back, a_goal_of_nothing_is_raised_to_one_trial_of_one_frame)
{
	static const struct ovr_method_back_to_back_goal goal = { 0, 0, 0 };
	struct ovr_method_back_to_back_search search;

	ovr_method_back_to_back_begin(&search, &goal);
	cr_assert_eq(search.next_frames, 1);
	ovr_method_back_to_back_take(&search, false);
	cr_assert_eq(search.next_frames, 0);
	ovr_method_back_to_back_take(&search, true);
	cr_assert_eq(search.n_trials, 1);
}

Test(back_to_back, lengths_have_average_median_range_and_deviation)
{
	static const uint64_t frames[] = { 5279, 5283, 5275, 5279, 5284 };
	struct ovr_method_back_to_back_lengths lengths = ovr_method_back_to_back_lengths_of(frames, 5);

	cr_assert_eq(lengths.n, 5);
	cr_assert_float_eq(lengths.average, 5280, 1e-9);
	cr_assert_float_eq(lengths.median, 5279, 1e-9);
	cr_assert_eq(lengths.min, 5275);
	cr_assert_eq(lengths.max, 5284);
	/* (1 + 9 + 25 + 1 + 16) / 4 = 13 */
	cr_assert_float_eq(lengths.deviation, 3.605551, 1e-6);
}

Test(back_to_back, one_length_has_no_deviation_and_none_has_nothing)
{
	static const uint64_t frames[] = { 700, 900 };

	cr_assert_eq(ovr_method_back_to_back_lengths_of(frames, 1).deviation, 0);
	cr_assert_eq(ovr_method_back_to_back_lengths_of(frames, 1).median, 700);
	cr_assert_eq(ovr_method_back_to_back_lengths_of(frames, 2).median, 800);
	cr_assert_eq(ovr_method_back_to_back_lengths_of(frames, 0).n, 0);
	cr_assert_eq(ovr_method_back_to_back_lengths_of(frames, 0).max, 0);
}
