/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/arrivals.h"

#include <criterion/criterion.h>
#include <math.h>

#define MS UINT64_C(1000000)

/* Bursts of 2,000 frames at 4,000/s, half a second apart. */
static struct ovr_result
bursts(struct ovr_result_queue *queue, struct ovr_result_worker *worker)
{
	struct ovr_result result = { .planned_pps = 2000, .queue = queue, .n_queues = 1 };

	result.plan.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = 4000000 };
	result.plan.frames.size.n_sizes = result.plan.frames.size.length = 1;
	result.plan.frames.size.size[0] = 64;
	result.plan.load.shape =
		(struct ovr_plan_shape){ .shape = OVR_PACE_BURST, .burst_frames = 2000, .gap_ns = 500 * MS };
	result.ledger.figures.scheduled = 8000;
	*queue = (struct ovr_result_queue){ .frames = 6000, .missed = 2000, .missed_known = true };
	*worker = (struct ovr_result_worker){ .is_tx = false };
	result.worker = worker;
	result.n_workers = 1;
	return result;
}

Test(arrivals, frames_come_at_the_rate_within_a_burst)
{
	struct ovr_result_queue queue;
	struct ovr_result_worker worker;
	struct ovr_result result = bursts(&queue, &worker);
	struct ovr_arrivals arrivals = ovr_arrivals_of(&result, 0);

	cr_assert_float_eq(ovr_arrivals_peak(&result), 2, 1e-12);
	cr_assert_float_eq(arrivals.pps, 4000, 1e-9);
	result.plan.load.shape.shape = OVR_PACE_SMOOTH;
	cr_assert_eq(ovr_arrivals_peak(&result), 1);
}

Test(arrivals, a_receiver_that_serves_the_mean_and_not_the_burst_is_slow)
{
	struct ovr_result_queue queue;
	struct ovr_result_worker worker;
	struct ovr_result result = bursts(&queue, &worker);
	struct ovr_arrivals arrivals = ovr_arrivals_of(&result, 0);

	result.plan.receiver.service = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = 2500000 };
	cr_assert(ovr_arrivals_is_slow(&result, &arrivals));
	result.plan.receiver.service.value = 4001000;
	cr_assert_not(ovr_arrivals_is_slow(&result, &arrivals));
	result.plan.receiver.service.value = 0;
	cr_assert(isinf(ovr_arrivals_service_pps(&result)));
}

Test(arrivals, time_in_gaps_is_no_time_in_which_frames_come)
{
	struct ovr_result_queue queue;
	struct ovr_result_worker worker;
	struct ovr_result result = bursts(&queue, &worker);

	cr_assert_float_eq(ovr_arrivals_on_ns(&result, 0, 400 * MS), 400e6, 1);
	cr_assert_float_eq(ovr_arrivals_on_ns(&result, 400 * MS, 600 * MS), 100e6, 1);
	cr_assert_float_eq(ovr_arrivals_on_ns(&result, 600 * MS, 900 * MS), 0, 1);
	cr_assert_float_eq(ovr_arrivals_on_ns(&result, 400 * MS, 2100 * MS), 700e6, 1);
	result.plan.load.shape.shape = OVR_PACE_SMOOTH;
	cr_assert_float_eq(ovr_arrivals_on_ns(&result, 400 * MS, 2100 * MS), 1700e6, 1);
}
