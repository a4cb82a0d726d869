/* SPDX-License-Identifier: BSD-3-Clause */
/* One thread. What readers see meanwhile is tests/threads/test_stat.c's matter. */
#include "stat/stat.h"

#include <criterion/criterion.h>

Test(stat, zeroed_memory_is_a_counter_of_0)
{
	struct ovr_stat stat = { 0 };

	cr_assert_eq(ovr_stat_read(&stat), 0);
}

Test(stat, what_is_added_is_read)
{
	struct ovr_stat stat = { 0 };

	ovr_stat_add(&stat, 3);
	ovr_stat_add(&stat, 0);
	ovr_stat_add(&stat, 5000000000);
	cr_assert_eq(ovr_stat_read(&stat), 5000000003);
}

Test(stat, a_figure_that_is_set_replaces_the_sum)
{
	struct ovr_stat stat = { 0 };

	ovr_stat_add(&stat, 7);
	ovr_stat_set(&stat, 40);
	ovr_stat_add(&stat, 2);
	cr_assert_eq(ovr_stat_read(&stat), 42);
}

Test(stat, the_difference_of_two_readings_holds_over_the_wrap_at_64_bits)
{
	struct ovr_stat stat = { 0 };
	uint64_t before;

	ovr_stat_set(&stat, UINT64_MAX - 1);
	before = ovr_stat_read(&stat);
	ovr_stat_add(&stat, 5);
	cr_assert_eq(ovr_stat_read(&stat), 3);
	cr_assert_eq(ovr_stat_read(&stat) - before, 5);
}

Test(stat, an_array_of_counters_has_no_gaps)
{
	cr_assert_eq(sizeof(struct ovr_stat), 8);
	cr_assert_eq(OVR_STAT_LINE_BYTES % sizeof(struct ovr_stat), 0);
}
