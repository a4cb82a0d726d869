/* SPDX-License-Identifier: BSD-3-Clause */
#include "clock/clock.h"

#include <criterion/criterion.h>

Test(clock, one_second_of_cycles_is_one_second_within_two_ns)
{
	struct ovr_clock clock = ovr_clock_of_hz(2596243000);

	cr_assert_geq(ovr_clock_ns(&clock, 2596243000), 999999998);
	cr_assert_leq(ovr_clock_ns(&clock, 2596243000), 1000000000);
}

Test(clock, a_clock_of_1_ghz_counts_nanoseconds)
{
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);

	cr_assert_eq(ovr_clock_ns(&clock, 123456789), 123456789);
	cr_assert_eq(ovr_clock_ps(&clock, 123456789), 123456789000);
	cr_assert_eq(ovr_clock_cycles_of_ns(&clock, 67), 67);
}

Test(clock, a_day_of_cycles_does_not_overflow)
{
	struct ovr_clock clock = ovr_clock_of_hz(4000000000);

	cr_assert_eq(ovr_clock_ns(&clock, 4000000000 * 86400), 86400000000000);
}

Test(clock, calibration_finds_a_rate_that_agrees_with_the_next_one)
{
	struct ovr_clock first = ovr_clock_calibrate(20000000);
	struct ovr_clock second = ovr_clock_calibrate(20000000);
	double ratio = (double)first.hz / (double)second.hz;

	cr_assert(ratio > 0.999 && ratio < 1.001, "two calibrations differ: %f", ratio);
}

Test(clock, a_counter_that_steps_back_stands_still_and_goes_on)
{
	struct ovr_clock_steady steady = { 0 };

	cr_assert_eq(ovr_clock_steady_at(&steady, 5000), 5000);
	cr_assert_eq(ovr_clock_steady_at(&steady, 2000), 5000); /* a step back by 3000 */
	cr_assert_eq(ovr_clock_steady_at(&steady, 2300), 5300);
	cr_assert_eq(ovr_clock_steady_at(&steady, 100), 5300); /* and by 2200 */
	cr_assert_eq(ovr_clock_steady_at(&steady, 101), 5301);
	cr_assert_eq(steady.n_steps, 2);
	cr_assert_eq(steady.lost_cycles, 5200);
}

Test(clock, a_counter_that_stepped_back_drifts_by_a_finite_figure)
{
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);
	struct ovr_clock_moment start = { 1000000000, 0 }, end = { 0, 1000000000 };

	cr_assert_float_eq(ovr_clock_drift_ppm(&clock, &start, &end), -2000000.0, 0.001);
}

Test(clock, a_counter_that_runs_100_ppm_fast_drifts_by_100_ppm)
{
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);
	struct ovr_clock_moment start = { 0, 0 }, end = { 1000100000, 1000000000 };

	cr_assert_float_eq(ovr_clock_drift_ppm(&clock, &start, &end), 100.0, 0.001);
}
