/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/outages.h"

#include <criterion/criterion.h>

static struct ovr_outages outages;

/*
 * Looks at port 0, one after each second from 0 on: how often its link came or went until then;
 * odd: it is down.
 */
static void
look(uint64_t first_s, const uint32_t *changes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ovr_outages_look found = { .is_up = changes[i] % 2 == 0, .changes = changes[i] };

		if (first_s + i == 0)
			ovr_outages_begin(&outages, 0, &found, 0);
		else
			ovr_outages_look(
				&outages, 0, "netdev:a", &found, (first_s + i) * UINT64_C(1000000000));
	}
}

#define LOOK(...) \
	look(0, (const uint32_t[]){ __VA_ARGS__ }, sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

Test(outages, a_link_that_stays_up_has_none)
{
	LOOK(0, 0, 0, 0);
	cr_assert_eq(outages.n, 0);
}

Test(outages, a_link_that_comes_back_was_away_between_four_looks)
{
	LOOK(4, 4, 5, 5, 5, 6, 6);
	cr_assert_eq(outages.n, 1);
	cr_assert_str_eq(outages.outage[0].port, "netdev:a");
	cr_assert(outages.outage[0].was_seen);
	cr_assert_eq(outages.outage[0].up_until_ns, 1000000000);
	cr_assert_eq(outages.outage[0].down_from_ns, 2000000000);
	cr_assert_eq(outages.outage[0].down_until_ns, 4000000000);
	cr_assert(outages.outage[0].is_over);
	cr_assert_eq(outages.outage[0].up_again_ns, 5000000000);
	cr_assert_eq(ovr_outage_at_least_ns(&outages.outage[0]), 2000000000);
	cr_assert_eq(ovr_outage_at_most_ns(&outages.outage[0]), 4000000000);
}

Test(outages, one_that_no_look_saw_is_counted_by_the_kernel)
{
	LOOK(0, 0, 2, 2);
	cr_assert_eq(outages.n, 1);
	cr_assert_not(outages.outage[0].was_seen);
	cr_assert(outages.outage[0].is_over);
	cr_assert_eq(ovr_outage_at_least_ns(&outages.outage[0]), 0);
	cr_assert_eq(ovr_outage_at_most_ns(&outages.outage[0]), 1000000000);
	cr_assert_eq(outages.outage[0].up_until_ns, 1000000000);
}

Test(outages, one_that_lasts_to_the_end_is_not_over)
{
	LOOK(0, 0, 1, 1);
	cr_assert_eq(outages.n, 1);
	cr_assert_not(outages.outage[0].is_over);
	cr_assert_eq(ovr_outage_at_least_ns(&outages.outage[0]), 1000000000);
	cr_assert_eq(ovr_outage_at_most_ns(&outages.outage[0]), UINT64_MAX);
}

Test(outages, each_of_several_is_kept)
{
	LOOK(0, 1, 2, 2, 3, 4, 6);
	cr_assert_eq(outages.n, 3);
	cr_assert_eq(outages.outage[0].up_again_ns, 2000000000);
	cr_assert_eq(outages.outage[1].down_from_ns, 4000000000);
	cr_assert_eq(outages.outage[2].up_until_ns, 5000000000);
}

/* As often as the kernel counts it, whatever the looks see. */
Test(outages, an_outage_after_one_that_a_look_saw_is_another_one)
{
	LOOK(0, 1, 3);
	cr_assert_eq(outages.n, 2);
	cr_assert(outages.outage[0].is_over);
	cr_assert_eq(outages.outage[0].up_again_ns, 2000000000);
	cr_assert_eq(ovr_outage_at_least_ns(&outages.outage[0]), 0);
	cr_assert_eq(ovr_outage_at_most_ns(&outages.outage[0]), 2000000000);
	cr_assert_eq(outages.outage[1].up_until_ns, 1000000000);
	cr_assert_eq(outages.outage[1].down_from_ns, 2000000000);
	cr_assert_not(outages.outage[1].is_over);
	cr_assert_eq(ovr_outage_at_least_ns(&outages.outage[1]), 0);
}

Test(outages, two_between_two_looks_are_two)
{
	LOOK(0, 4);
	cr_assert_eq(outages.n, 2);
	for (uint32_t i = 0; i < 2; i++) {
		cr_assert_not(outages.outage[i].was_seen);
		cr_assert(outages.outage[i].is_over);
		cr_assert_eq(ovr_outage_at_least_ns(&outages.outage[i]), 0);
		cr_assert_eq(ovr_outage_at_most_ns(&outages.outage[i]), 1000000000);
	}
}

Test(outages, one_that_came_and_went_after_one_that_a_look_saw_is_counted)
{
	LOOK(0, 1, 1, 4);
	cr_assert_eq(outages.n, 2);
	cr_assert_eq(ovr_outage_at_least_ns(&outages.outage[0]), 1000000000);
	cr_assert_eq(ovr_outage_at_most_ns(&outages.outage[0]), 3000000000);
	cr_assert(outages.outage[1].is_over);
	cr_assert_not(outages.outage[1].was_seen);
	cr_assert_eq(ovr_outage_at_most_ns(&outages.outage[1]), 1000000000);
}

Test(outages, an_interface_that_was_made_anew_was_away)
{
	static const struct ovr_outages_look up = { true, 6 }, anew = { true, 2 };

	ovr_outages_begin(&outages, 0, &up, 0);
	cr_assert(ovr_outages_look(&outages, 0, "a", &anew, 1));
	cr_assert_eq(outages.n, 1);
	cr_assert_not(ovr_outages_look(&outages, 0, "a", &anew, 2));
	cr_assert_eq(outages.n, 1);
}

Test(outages, without_a_counter_the_state_tells)
{
	static const struct ovr_outages_look up = { true, 0 }, down = { false, 0 };

	ovr_outages_begin(&outages, 0, &up, 0);
	ovr_outages_look(&outages, 0, "a", &down, 1);
	ovr_outages_look(&outages, 0, "a", &down, 2);
	ovr_outages_look(&outages, 0, "a", &up, 3);
	cr_assert_eq(outages.n, 1);
	cr_assert_eq(ovr_outage_at_least_ns(&outages.outage[0]), 1);
	cr_assert_eq(ovr_outage_at_most_ns(&outages.outage[0]), 3);
}

Test(outages, a_look_tells_whether_the_link_was_lost_since_the_last_one)
{
	static const struct ovr_outages_look up = { true, 0 }, down = { false, 1 }, again = { true, 2 };

	ovr_outages_begin(&outages, 1, &up, 0);
	cr_assert_not(ovr_outages_look(&outages, 1, "b", &up, 1));
	cr_assert(ovr_outages_look(&outages, 1, "b", &down, 2));
	cr_assert(ovr_outages_look(&outages, 1, "b", &down, 3));
	cr_assert(ovr_outages_look(&outages, 1, "b", &again, 4));
	cr_assert_not(ovr_outages_look(&outages, 1, "b", &again, 5));
}

Test(outages, the_two_ports_have_links_of_their_own)
{
	static const struct ovr_outages_look up = { true, 0 }, down = { false, 1 };

	ovr_outages_begin(&outages, 0, &up, 0);
	ovr_outages_begin(&outages, 1, &up, 0);
	ovr_outages_look(&outages, 0, "a", &down, 1);
	ovr_outages_look(&outages, 1, "b", &down, 1);
	ovr_outages_look(&outages, 0, "a", &up, 2);
	cr_assert_eq(outages.n, 2);
	cr_assert(outages.outage[0].is_over);
	cr_assert_not(outages.outage[1].is_over);
	cr_assert_str_eq(outages.outage[1].port, "b");
}

/* 100 outages that no look saw, after seconds 0 … 99: the first 63 and the last are kept. */
Test(outages, beyond_the_bound_the_latest_takes_the_last_place)
{
	for (uint32_t s = 0; s <= 100; s++)
		look(s, &(uint32_t){ 2 * s }, 1);
	cr_assert_eq(outages.n, 100);
	cr_assert_eq(outages.n_kept, 64);
	cr_assert_eq(outages.outage[62].up_until_ns, 62000000000);
	cr_assert_eq(outages.outage[63].up_until_ns, 99000000000);
}

Test(outages, a_link_that_was_never_up_has_no_outage)
{
	static const struct ovr_outages_look up = { true, 2 }, down = { false, 1 };

	ovr_outages_begin(&outages, 0, &down, 0);
	ovr_outages_look(&outages, 0, "a", &down, 1);
	ovr_outages_look(&outages, 0, "a", &up, 2);
	cr_assert_eq(outages.n, 0);
}
