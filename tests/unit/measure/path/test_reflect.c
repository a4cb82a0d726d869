/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/reflect.h"

#include <criterion/criterion.h>

#include "path/path.h"

Test(reflect, each_number_counts_once)
{
	struct ovr_path_count count = { 0 };

	cr_assert(ovr_path_count_add(&count, 7));
	cr_assert(ovr_path_count_add(&count, 9));
	cr_assert_not(ovr_path_count_add(&count, 7));
	cr_assert(ovr_path_count_add(&count, 8));
	cr_assert_not(ovr_path_count_add(&count, 9));
	cr_assert(ovr_path_count_add(&count, 0));
	cr_assert_eq(count.n, 4);
}

/* 8 and 8 + 4096 share a place in the window. */
Test(reflect, old_numbers_are_forgotten_and_do_not_count)
{
	struct ovr_path_count count = { 0 };

	cr_assert(ovr_path_count_add(&count, 8));
	cr_assert(ovr_path_count_add(&count, 4000));
	cr_assert(ovr_path_count_add(&count, 8 + 4096));
	cr_assert_not(ovr_path_count_add(&count, 8));
	cr_assert(ovr_path_count_add(&count, 9));
	cr_assert(ovr_path_count_add(&count, 1000000));
	cr_assert(ovr_path_count_add(&count, 1000000 - 4095));
	cr_assert_not(ovr_path_count_add(&count, 1000000 - 4096));
	cr_assert_eq(count.n, 6);
}

/* Of ten: 2 and 5 are lost on the way there, answers to 3 and 7 on the way back, 10 somewhere. */
static const uint64_t stamp[] = { 1, 0, 0, 3, 0, 4, 0, 6, 7, 0 };

Test(reflect, losses_there_and_back_are_told_apart)
{
	struct ovr_path_directions directions = { 0 };

	for (uint32_t i = 0; i < 10; i++)
		ovr_path_directions_add(&directions, stamp[i] != 0, stamp[i]);
	cr_assert(ovr_path_directions_are_known(&directions));
	cr_assert_eq(directions.sent_then, 9);
	cr_assert_eq(directions.count, 7);
	cr_assert_eq(directions.answered_then, 5);
}

Test(reflect, a_path_has_the_losses_of_its_flows_by_direction)
{
	struct ovr_path_probe probe[20];
	struct ovr_path path;

	for (uint32_t i = 0; i < 20; i++)
		probe[i] = (struct ovr_path_probe){ .sent_ns = i,
			.flow = (uint16_t)(i % 2),
			.ttl = 1,
			.answer = stamp[i / 2] != 0 ? OVR_PATH_DESTINATION : OVR_PATH_MISSING,
			.reflected = (uint32_t)stamp[i / 2] };
	ovr_path_judge(probe, 20, OVR_PATH_ALL_FLOWS, &path);
	cr_assert(path.has_direction);
	cr_assert_eq(path.forward_missing, 4);
	cr_assert_eq(path.backward_missing, 4);
	cr_assert_eq(path.undirected_missing, 2);
	cr_assert_eq(path.hop[0].missing, 10);
}

Test(reflect, an_answer_without_a_stamp_leaves_the_direction_unknown)
{
	struct ovr_path_directions directions = { 0 };

	ovr_path_directions_add(&directions, true, 1);
	ovr_path_directions_add(&directions, true, 0);
	cr_assert_not(ovr_path_directions_are_known(&directions));
}

Test(reflect, a_count_that_begins_anew_or_beyond_what_was_sent_is_doubted)
{
	struct ovr_path_directions anew = { 0 }, beyond = { 0 }, none = { 0 };

	ovr_path_directions_add(&anew, true, 1);
	ovr_path_directions_add(&anew, true, 1);
	cr_assert_not(ovr_path_directions_are_known(&anew));
	ovr_path_directions_add(&beyond, true, 2);
	cr_assert_not(ovr_path_directions_are_known(&beyond));
	ovr_path_directions_add(&none, false, 0);
	cr_assert_not(ovr_path_directions_are_known(&none));
}
