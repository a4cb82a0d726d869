/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/loss_curve.h"

#include <criterion/criterion.h>

#include "device.h"

static struct ovr_method_curve curve;

static void
draw_down_to(struct device *device, double step_ratio, double min_pps)
{
	struct ovr_method_curve_conf conf = {
		.max_pps = 10e6,
		.min_pps = min_pps,
		.step_ratio = step_ratio,
		.tolerance_ratio = 0.05,
		.duration_ns = 1 * S,
		.limit_ns = 100 * S,
	};
	struct ovr_method_ask ask;

	ovr_method_curve_begin(&curve, &conf);
	while (ovr_method_curve_next(&curve, &ask)) {
		struct ovr_method_trial trial = trial_of(device, &ask);

		ovr_method_curve_take(&curve, &trial, ask.duration_ns);
	}
}

static void
draw(struct device *device, double step_ratio)
{
	draw_down_to(device, step_ratio, 10e3);
}

Test(loss_curve, it_goes_down_in_steps_until_two_loads_lost_nothing)
{
	static const double load[] = { 10e6, 9e6, 8e6, 7e6, 6e6, 5e6 };
	struct device device = { .mu_pps = 6.5e6 };

	draw(&device, 0.1);
	cr_assert_eq(curve.n_points, 6);
	for (uint32_t i = 0; i < 6; i++)
		cr_assert_float_eq(curve.point[i].load_pps, load[i], 1);
	cr_assert_float_eq(curve.point[0].loss_ratio, 0.35, 1e-9);
	cr_assert_float_eq(curve.point[3].loss_ratio, 1 - 6.5 / 7, 1e-9);
	cr_assert_eq(curve.point[4].lost, 0);
	cr_assert_eq(curve.point[5].lost, 0);
	cr_assert(ovr_method_curve_is_complete(&curve));
	cr_assert_eq(curve.stop, OVR_METHOD_DONE);
}

Test(loss_curve, one_load_without_loss_between_two_that_lost_does_not_end_it)
{
	struct device device = { .mu_pps = 9e6, .hole_low = 7.5e6, .hole_high = 8.5e6 };

	draw(&device, 0.1);
	/* 10 loses, 9 does not, 8 does, 7 and 6 do not */
	cr_assert_eq(curve.n_points, 5);
	cr_assert(ovr_method_curve_is_complete(&curve));
}

Test(loss_curve, a_device_that_never_loses_needs_two_loads)
{
	struct device device = { 0 };

	draw(&device, 0.05);
	cr_assert_eq(curve.n_points, 2);
	cr_assert_float_eq(curve.point[1].load_pps, 9.5e6, 1);
}

Test(loss_curve, a_device_that_loses_at_any_load_is_tried_down_to_the_lowest)
{
	struct device device = { .any_ratio = 0.1 };

	draw(&device, 0.1);
	cr_assert_eq(curve.n_points, 10);
	cr_assert_not(ovr_method_curve_is_complete(&curve));
	cr_assert_eq(curve.stop, OVR_METHOD_DONE);
}

/* 1 − 8 · 0.1 is less than 0.2 in doubles. */
Test(loss_curve, the_lowest_load_is_tried_where_it_is_one_of_the_steps)
{
	struct device device = { .any_ratio = 0.1 };

	draw_down_to(&device, 0.1, 2e6);
	cr_assert_eq(curve.n_points, 9);
	cr_assert_eq(curve.point[8].load_pps, 2e6);
}

Test(loss_curve, the_limit_of_time_ends_it)
{
	struct device device = { .any_ratio = 0.1 };

	draw(&device, 0.005);
	cr_assert_eq(curve.n_points, 100);
	cr_assert_eq(curve.stop, OVR_METHOD_TIME);
}

Test(loss_curve, a_sender_that_falls_short_is_tried_again_and_stands_where_it_came_to)
{
	struct device device = { .sender_pps = 9e6 };

	draw(&device, 0.1);
	cr_assert_eq(curve.n_irregular, 3);
	cr_assert_eq(curve.n_points, 2);
	cr_assert_eq(curve.point[0].load_pps, 9e6);
}
