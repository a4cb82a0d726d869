/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/excerpt.h"

#include <criterion/criterion.h>

Test(excerpt, only_comments_that_name_a_hole_add_one)
{
	struct excerpt excerpt = { 0 };

	cr_assert_eq(excerpt_add(&excerpt,
			     "after a hole: stream 65535, numbers 281474976710650 to 281474976710655"),
		0);
	cr_assert_eq(excerpt_add(&excerpt, "after a hole: stream 3, numbers 7 to 7, before the next"), 0);
	cr_assert_eq(excerpt_add(&excerpt, "after a hole: stream 3, numbers 9 to 8"), 0);
	cr_assert_eq(excerpt_add(&excerpt, "after a loss"), 0);
	cr_assert_eq(excerpt_add(&excerpt, ""), 0);
	cr_assert_eq(excerpt.n, 2);
	excerpt_sort(&excerpt);
	cr_expect_eq(excerpt.hole[0].hole.stream, 3);
	cr_expect_eq(excerpt.hole[0].hole.frames, 1);
	cr_expect_eq(excerpt.hole[1].hole.first_seq, 281474976710650);
	cr_expect_eq(excerpt.hole[1].hole.frames, 6);
	excerpt_done(&excerpt);
}

Test(excerpt, a_number_is_found_in_the_hole_of_its_stream_alone)
{
	struct excerpt excerpt = { 0 };
	struct ovr_capture_stream stream[2] = { { .stream = 1 }, { .stream = 2 } };
	struct ovr_capture_account account = { .stream = stream, .n_streams = 2 };

	cr_assert_eq(excerpt_add(&excerpt, "after a hole: stream 2, numbers 10 to 19"), 0);
	cr_assert_eq(excerpt_add(&excerpt, "after a hole: stream 1, numbers 30 to 30"), 0);
	cr_assert_eq(excerpt_add(&excerpt, "after a hole: stream 1, numbers 10 to 14"), 0);
	excerpt_sort(&excerpt);
	for (uint64_t seq = 9; seq <= 15; seq += 3)
		excerpt_arrive(&excerpt, 1, seq); /* 12 alone */
	excerpt_arrive(&excerpt, 1, 30);
	excerpt_arrive(&excerpt, 2, 20);
	excerpt_arrive(&excerpt, 0, 12);
	excerpt_arrive(&excerpt, 3, 12);
	cr_assert_eq(excerpt_collect(&excerpt, &account), 0);
	cr_expect_eq(account.n_periods, 2);
	cr_expect_eq(stream[0].account.loss.frames, 4);
	cr_expect_eq(stream[1].account.loss.frames, 10);
	cr_expect_eq(account.total.loss.frames, 14);
	cr_expect_eq(account.total.loss.longest, 10);
	free(account.period);
	excerpt_done(&excerpt);
}
