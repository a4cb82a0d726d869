/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/soak.h"

#include <criterion/criterion.h>
#include <math.h>

#include "support/result_sample.h"

/* A result of so many frames, hours and events. */
static struct ovr_soak_rate
rate_of(uint64_t sent, int64_t lost, double hours, uint32_t events)
{
	static struct ovr_result result;

	result.ledger.figures.sent = sent;
	result.ledger.lost = lost;
	result.duration_ns = (uint64_t)(hours * 3.6e12);
	result.loss_events.n = events;
	return ovr_soak_rate(&result);
}

Test(soak, no_event_in_a_day_is_under_an_eighth_an_hour)
{
	struct ovr_soak_rate rate = rate_of(86400000000, 0, 24, 0);

	cr_assert_eq(rate.per_hour, 0);
	cr_assert_eq(rate.low, 0);
	cr_assert_float_eq(rate.high, 0.12482, 1e-5);
}

Test(soak, no_loss_in_n_frames_is_under_3_by_n)
{
	/* 60 s of 10G at 64 bytes */
	cr_assert_float_eq(rate_of(892857143, 0, 1.0 / 60, 0).loss_ratio_high, 3.355e-9, 1e-12);
}

Test(soak, a_loss_has_no_bound_for_its_absence)
{
	cr_assert(isnan(rate_of(892857143, 1, 1, 1).loss_ratio_high));
}

Test(soak, events_have_poisson_bounds_on_both_sides)
{
	struct ovr_soak_rate rate = rate_of(1000000, 9, 0.5, 3);

	cr_assert_float_eq(rate.per_hour, 6, 1e-9);
	cr_assert_float_eq(rate.low, 2 * 0.6187, 1e-3);
	cr_assert_float_eq(rate.high, 2 * 8.7673, 1e-3);
}

Test(soak, no_time_has_no_rate)
{
	struct ovr_soak_rate rate = rate_of(0, 0, 0, 0);

	cr_assert(isnan(rate.per_hour));
	cr_assert(isnan(rate.low));
	cr_assert(isnan(rate.high));
	cr_assert(isnan(rate.loss_ratio_high));
}
