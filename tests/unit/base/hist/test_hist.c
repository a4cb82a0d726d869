/* SPDX-License-Identifier: BSD-3-Clause */
#include "hist/hist.h"

#include <criterion/criterion.h>

/*
 * 15 KiB each: not on the stack of a test. Zeroed for every test, since each runs in a process of
 * its own.
 */
static struct ovr_hist hist, other;

Test(hist, values_below_64_have_a_bucket_each)
{
	cr_assert_eq(ovr_hist_index(0), 0);
	cr_assert_eq(ovr_hist_index(63), 63);
	cr_assert_eq(ovr_hist_bucket_low(63), 63);
	cr_assert_eq(ovr_hist_bucket_high(63), 63);
	cr_assert_eq(ovr_hist_bucket_high(0), 0);
}

Test(hist, from_64_on_two_values_share_a_bucket_then_four)
{
	cr_assert_eq(ovr_hist_index(64), 64);
	cr_assert_eq(ovr_hist_index(65), 64);
	cr_assert_eq(ovr_hist_index(66), 65);
	cr_assert_eq(ovr_hist_index(127), 95);
	cr_assert_eq(ovr_hist_index(128), 96);
	cr_assert_eq(ovr_hist_index(131), 96);
	cr_assert_eq(ovr_hist_index(132), 97);
	cr_assert_eq(ovr_hist_bucket_low(96), 128);
	cr_assert_eq(ovr_hist_bucket_high(96), 131);
}

Test(hist, the_last_32_buckets_reach_from_2_to_the_63_to_the_largest_value)
{
	cr_assert_eq(ovr_hist_index((uint64_t)1 << 63), 1888);
	cr_assert_eq(ovr_hist_index(UINT64_MAX), 1919);
	cr_assert_eq(ovr_hist_bucket_low(1888), (uint64_t)1 << 63);
	cr_assert_eq(ovr_hist_bucket_high(1887), ((uint64_t)1 << 63) - 1);
	cr_assert_eq(ovr_hist_bucket_high(1919), UINT64_MAX);
	cr_assert_eq(OVR_HIST_BUCKETS, 1920);
}

Test(hist, buckets_touch_without_a_hole_and_hold_their_own_ends)
{
	for (unsigned int i = 0; i < OVR_HIST_BUCKETS; i++) {
		uint64_t low = ovr_hist_bucket_low(i), high = ovr_hist_bucket_high(i);

		cr_assert_eq(ovr_hist_index(low), i, "low end of bucket %u", i);
		cr_assert_eq(ovr_hist_index(high), i, "high end of bucket %u", i);
		if (i > 0)
			cr_assert_eq(low, ovr_hist_bucket_high(i - 1) + 1, "bucket %u", i);
		cr_assert_leq((high - low) / 2, low / 64, "bucket %u is wider than 1/32 of its values", i);
	}
}

Test(hist, an_empty_one_answers_zero)
{
	cr_assert_eq(ovr_hist_percentile(&hist, 0), 0);
	cr_assert_eq(ovr_hist_percentile(&hist, 50), 0);
	cr_assert_eq(ovr_hist_percentile(&hist, 100), 0);
	cr_assert_eq(ovr_hist_mean(&hist), 0.0);
}

Test(hist, a_single_value_is_every_percentile)
{
	ovr_hist_add(&hist, 1000003);

	cr_assert_eq(ovr_hist_percentile(&hist, 0), 1000003);
	cr_assert_eq(ovr_hist_percentile(&hist, 50), 1000003);
	cr_assert_eq(ovr_hist_percentile(&hist, 99.9), 1000003);
	cr_assert_eq(ovr_hist_percentile(&hist, 100), 1000003);
	cr_assert_eq(hist.min, 1000003);
	cr_assert_eq(hist.max, 1000003);
}

Test(hist, percentiles_of_1_to_10_are_nearest_ranks)
{
	for (uint64_t v = 1; v <= 10; v++)
		ovr_hist_add(&hist, v);

	cr_assert_eq(ovr_hist_percentile(&hist, 0), 1);
	cr_assert_eq(ovr_hist_percentile(&hist, 10), 1);
	cr_assert_eq(ovr_hist_percentile(&hist, 10.1), 2);
	cr_assert_eq(ovr_hist_percentile(&hist, 50), 5);
	cr_assert_eq(ovr_hist_percentile(&hist, 90), 9);
	cr_assert_eq(ovr_hist_percentile(&hist, 99.9), 10);
	cr_assert_eq(ovr_hist_percentile(&hist, 100), 10);
	cr_assert_eq(ovr_hist_mean(&hist), 5.5);
}

Test(hist, the_tail_begins_exactly_where_the_percentage_says)
{
	ovr_hist_add_n(&hist, 7, 999);
	ovr_hist_add(&hist, 50);

	cr_assert_eq(ovr_hist_percentile(&hist, 99.9), 7);
	cr_assert_eq(ovr_hist_percentile(&hist, 99.91), 50);
	cr_assert_eq(hist.count, 1000);
	cr_assert_eq(hist.sum, 7043);
}

Test(hist, a_percentile_is_its_buckets_upper_end_but_never_above_the_maximum)
{
	ovr_hist_add(&hist, 128);
	ovr_hist_add(&hist, 1024);

	cr_assert_eq(ovr_hist_percentile(&hist, 50), 131);
	cr_assert_eq(ovr_hist_percentile(&hist, 51), 1024);
}

Test(hist, percentages_outside_0_to_100_are_the_ends)
{
	ovr_hist_add(&hist, 3);
	ovr_hist_add(&hist, 9);

	cr_assert_eq(ovr_hist_percentile(&hist, -1), 3);
	cr_assert_eq(ovr_hist_percentile(&hist, 101), 9);
}

Test(hist, the_edges_of_the_range_are_counted_and_not_clamped)
{
	ovr_hist_add(&hist, 0);
	ovr_hist_add(&hist, 63);
	ovr_hist_add(&hist, 64);
	ovr_hist_add(&hist, (uint64_t)1 << 63);
	ovr_hist_add(&hist, UINT64_MAX);

	cr_assert_eq(hist.count, 5);
	cr_assert_eq(hist.min, 0);
	cr_assert_eq(hist.max, UINT64_MAX);
	cr_assert_eq(hist.bucket[0], 1);
	cr_assert_eq(hist.bucket[63], 1);
	cr_assert_eq(hist.bucket[64], 1);
	cr_assert_eq(hist.bucket[1888], 1);
	cr_assert_eq(hist.bucket[1919], 1);
	cr_assert_eq(ovr_hist_percentile(&hist, 60), 65);
	cr_assert_eq(ovr_hist_percentile(&hist, 100), UINT64_MAX);
}

Test(hist, merging_adds_counts_and_takes_the_outer_ends)
{
	ovr_hist_add(&hist, 10);
	ovr_hist_add(&hist, 20);
	ovr_hist_add_n(&other, 5, 3);
	ovr_hist_add(&other, 4000);

	ovr_hist_merge(&hist, &other);

	cr_assert_eq(hist.count, 6);
	cr_assert_eq(hist.sum, 4045);
	cr_assert_eq(hist.min, 5);
	cr_assert_eq(hist.max, 4000);
	cr_assert_eq(hist.bucket[5], 3);
	cr_assert_eq(ovr_hist_percentile(&hist, 50), 5);
	cr_assert_eq(ovr_hist_percentile(&hist, 66), 10);
}

Test(hist, merging_with_an_empty_one_changes_nothing_either_way)
{
	ovr_hist_add(&hist, 10);
	ovr_hist_merge(&hist, &other);
	cr_assert_eq(hist.min, 10);
	cr_assert_eq(hist.count, 1);

	ovr_hist_merge(&other, &hist);
	cr_assert_eq(other.min, 10);
	cr_assert_eq(other.max, 10);
	cr_assert_eq(other.count, 1);
}
