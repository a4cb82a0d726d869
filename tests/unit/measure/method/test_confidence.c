/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/confidence.h"

#include <criterion/criterion.h>
#include <math.h>

Test(confidence, a_minute_at_10g_without_loss_shows_3_36e_9_at_95_percent)
{
	cr_assert_float_eq(ovr_method_confidence_none_in(892857143, 0.95), 3.355e-9, 0.001e-9);
}

Test(confidence, none_in_one_shows_95_percent_and_none_in_none_nothing)
{
	cr_assert_float_eq(ovr_method_confidence_none_in(1, 0.95), 0.95, 1e-12);
	cr_assert_eq(ovr_method_confidence_none_in(0, 0.95), 1);
}

Test(confidence, a_higher_level_allows_less_to_be_said)
{
	cr_assert_float_eq(ovr_method_confidence_none_in(1000000, 0.99), 4.605e-6, 0.001e-6);
}

static void
expect_interval(uint64_t count, double low, double high, double grain)
{
	struct ovr_method_interval interval = ovr_method_confidence_count(count, 0.95);

	cr_assert_float_eq(interval.low, low, grain, "%g", interval.low);
	cr_assert_float_eq(interval.high, high, grain, "%g", interval.high);
}

Test(confidence, poisson_intervals_at_95_percent)
{
	expect_interval(0, 0, 3.69, 0.005);
	expect_interval(1, 0.0253, 5.57, 0.005);
	expect_interval(2, 0.242, 7.22, 0.005);
	expect_interval(3, 0.619, 8.77, 0.005);
	expect_interval(5, 1.62, 11.67, 0.005);
	expect_interval(10, 4.795, 18.39, 0.005);
	expect_interval(100, 81.4, 121.6, 0.05);
}

Test(confidence, the_low_ends_of_small_counts_are_exact)
{
	cr_assert_float_eq(ovr_method_confidence_count(1, 0.95).low, 0.0253178, 1e-7);
	cr_assert_float_eq(ovr_method_confidence_count(2, 0.95).low, 0.2422093, 1e-7);
}

Test(confidence, a_large_count_has_the_interval_of_a_normal_one)
{
	struct ovr_method_interval interval = ovr_method_confidence_count(1000000, 0.95);

	cr_assert_float_eq(interval.low, 998041, 2);
	cr_assert_float_eq(interval.high, 1001962, 2);
}

Test(confidence, no_event_may_be_three_and_three_may_be_7_75)
{
	cr_assert_float_eq(ovr_method_confidence_at_most(0, 0.95), 2.9957, 0.0001);
	cr_assert_float_eq(ovr_method_confidence_at_most(3, 0.95), 7.7537, 0.0001);
}

/* Newcombe 1998 (Statistics in Medicine 17, 857), table I, method 3 */
Test(confidence, wilsons_interval_of_a_share)
{
	struct ovr_method_interval interval = ovr_method_confidence_share(81, 263, 0.95);

	cr_assert_float_eq(interval.low, 0.2553, 0.00005, "%g", interval.low);
	cr_assert_float_eq(interval.high, 0.3662, 0.00005, "%g", interval.high);
	interval = ovr_method_confidence_share(15, 148, 0.95);
	cr_assert_float_eq(interval.low, 0.0624, 0.00005, "%g", interval.low);
	cr_assert_float_eq(interval.high, 0.1605, 0.00005, "%g", interval.high);
	interval = ovr_method_confidence_share(0, 20, 0.95);
	cr_assert_eq(interval.low, 0);
	cr_assert_float_eq(interval.high, 0.1611, 0.00005, "%g", interval.high);
	interval = ovr_method_confidence_share(1, 29, 0.95);
	cr_assert_float_eq(interval.low, 0.0061, 0.00005, "%g", interval.low);
	cr_assert_float_eq(interval.high, 0.1718, 0.00005, "%g", interval.high);
}

Test(confidence, a_share_of_none_and_of_all)
{
	struct ovr_method_interval interval = ovr_method_confidence_share(0, 0, 0.95);

	cr_assert_eq(interval.low, 0);
	cr_assert_eq(interval.high, 1);
	interval = ovr_method_confidence_share(20, 20, 0.95);
	cr_assert_eq(interval.high, 1);
	cr_assert_float_eq(interval.low, 1 - 0.1611, 0.00005, "%g", interval.low);
}

Test(confidence, normal_deviates)
{
	cr_assert_float_eq(ovr_method_confidence_normal(0.05), 1.959964, 1e-6);
	cr_assert_float_eq(ovr_method_confidence_normal(0.01), 2.575829, 1e-6);
}
