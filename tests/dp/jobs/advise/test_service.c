/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/service.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>

#include "made_up.h"

static struct ovr_method_question question;

Test(service, the_arrivals_are_those_outside_the_senders_stalls, .init = begin)
{
	result.shortfall = result.shortfall_in_stalls = 20000;
	queue[1].frames = 79000;
	queue[1].missed = 1000;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	cr_assert_float_eq(question.arrival_pps, 1e6, 1e-3);
	cr_assert_eq(question.n_queues, 1);
}

Test(service, the_fullest_queue_is_told_beside_all_of_them, .init = begin)
{
	queue[1].frames = 10000;
	queue[2] = (struct ovr_result_queue){ .queue = 1, .frames = 60000 };
	queue[3] = (struct ovr_result_queue){ .queue = 2, .frames = 30000 };
	result.n_queues = 4;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	cr_assert_float_eq(question.arrival_pps, 0.6e6, 1e-3);
	cr_assert_float_eq(question.total_pps, 1e6, 1e-3);
	cr_assert_eq(question.n_queues, 3);
}

Test(service, a_load_in_bursts_arrives_at_the_rate_within_them, .init = begin)
{
	cr_assert_eq(ovr_plan_set(&result.plan, "rate", "4mpps", NULL), 0);
	cr_assert_eq(ovr_plan_set(&result.plan, "shape", "burst=100,gap=75us", NULL), 0);
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	cr_assert_float_eq(question.arrival_pps, 4e6, 1);
}

Test(service, where_nothing_came_there_is_nothing_to_size_for, .init = begin)
{
	queue[1].frames = 0;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), -ENODATA);
}

/* The baseline and the saturation are one result here: what arrives is 1 Mpps. */
Test(service, an_overrun_receiver_takes_what_it_took_while_it_polled, .init = begin)
{
	struct ovr_result saturation = result;
	struct ovr_result_queue saturated[2] = { queue[0], queue[1] };
	struct ovr_result_advice_service service;

	saturation.queue = saturated;
	/* 21,024 taken, of which 1,024 stood in the ring, in 100 ms less a host stall of 20 */
	saturated[1].frames = 21024;
	saturated[1].missed = 70000;
	add(30 * MS, 20 * MS, 5000, OVR_STALL_PREEMPTED);
	saturation.n_rx_stalls = 1;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	service = ovr_advise_service_of(&saturation, &result, &question);
	cr_assert_not(service.is_least);
	cr_assert_float_eq(service.pps, 250000, 1e-3);
	cr_assert_float_eq(service.busiest, 4, 1e-9);
	cr_assert_float_eq(question.service_pps, 250000, 1e-3);
}

/*
 * Four streams on two queues whose port counts only as a whole: 60,000 of 100,000 frames are lost.
 */
static void
begin_two_queues(
	struct ovr_result *saturation, struct ovr_result_queue *saturated, struct ovr_result_stream *stream)
{
	*saturation = result;
	saturated[0] = queue[0];
	saturated[1] = (struct ovr_result_queue){ .queue = 0, .worker = 0, .frames = 11024 };
	saturated[2] = (struct ovr_result_queue){ .queue = 1, .worker = 1, .frames = 28976 };
	stream[0] = (struct ovr_result_stream){ .queue = 0, .account.loss.frames = 40000 };
	stream[1] = (struct ovr_result_stream){ .queue = 1, .account.loss.frames = 0 };
	stream[2] = (struct ovr_result_stream){ .queue = -1, .account.loss.frames = 20000 };
	saturation->queue = saturated;
	saturation->n_queues = 3;
	saturation->stream = stream;
	saturation->n_streams = 2;
	saturation->ledger.lost = 40000;
	/* the baseline has half of the load on each, and loses nothing */
	queue[1].frames = 50000;
	queue[2] = (struct ovr_result_queue){ .queue = 1, .worker = 1, .frames = 50000 };
	result.n_queues = 3;
	worker[1] = (struct ovr_result_worker){ .worker = 0 };
	worker[2] = (struct ovr_result_worker){ .worker = 1 };
	result.n_workers = saturation->n_workers = 3;
}

Test(service, what_a_queue_lost_by_sequence_overran_it_where_the_port_does_not_say, .init = begin)
{
	struct ovr_result saturation;
	struct ovr_result_queue saturated[3];
	struct ovr_result_stream stream[3];
	struct ovr_result_advice_service service;

	begin_two_queues(&saturation, saturated, stream);
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	service = ovr_advise_service_of(&saturation, &result, &question);
	cr_assert_not(service.is_least);
	/* 10,000 in 100 ms, for 0.5 Mpps */
	cr_assert_float_eq(question.service_pps, 1e5, 1e-3);
	cr_assert_float_eq(service.busiest, 5, 1e-9);
	/* what was lost elsewhere is no fault of the receiver */
	ovr_ledger_add(&saturation.ledger, OVR_PLACE_TX_KERNEL, "tx", -1, 40000, "dropped", "qdisc");
	service = ovr_advise_service_of(&saturation, &result, &question);
	cr_assert(service.is_least);
	cr_assert(isinf(question.service_pps));
}

Test(service, losses_of_streams_on_no_queue_or_several_are_shared_out, .init = begin)
{
	struct ovr_result saturation;
	struct ovr_result_queue saturated[3];
	struct ovr_result_stream stream[3];

	begin_two_queues(&saturation, saturated, stream);
	saturation.n_streams = 3;
	saturation.ledger.lost = 60000;
	cr_assert_eq(ovr_advise_arrivals_of(&saturation, &question), 0);
	/* 40,000 and 11,024 of 40,000 parts of 20,000, and those taken */
	cr_assert_float_eq(question.arrival_pps, (11024 + 40000 + 20000 * 0.2756) * 10, 1e-3);
	cr_assert_float_eq(question.total_pps, 1e6, 1e-3);
}

Test(service, losses_in_host_stalls_do_not_make_a_receiver_slow, .init = begin)
{
	struct ovr_result_advice_service service;

	queue[1].frames = 95000;
	queue[1].missed = 5000;
	add(30 * MS, 6 * MS, 4500, OVR_STALL_PREEMPTED);
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	service = ovr_advise_service_of(&result, &result, &question);
	cr_assert(service.is_least);
	cr_assert(isinf(question.service_pps));
}

Test(service, what_host_stalls_take_of_the_baseline_is_told_beside_what_is_served_between_them, .init = begin)
{
	struct ovr_result saturation = result;
	struct ovr_result_queue saturated[2] = { queue[0], queue[1] };

	saturation.queue = saturated;
	saturated[1].frames = 121024;
	saturated[1].missed = 100000;
	/*
	 * 15 ms, one of 3 where 1 was injected, and 5 of the last one; those as asked are no part
	 * of it
	 */
	add(5 * MS, MS, 0, OVR_STALL_INJECTED);
	add(10 * MS, 15 * MS, 0, OVR_STALL_PREEMPTED);
	add(30 * MS, 3 * MS, 0, OVR_STALL_INJECTED);
	add(75 * MS, 9 * MS, 0, OVR_STALL_PREEMPTED);
	question.monitored_ns = 80 * MS;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	ovr_advise_service_of(&saturation, &result, &question);
	cr_assert_float_eq(question.host_share, 22.0 / 80, 1e-9);
	cr_assert_float_eq(question.service_pps, 1.2e6, 1);
}

Test(service, bursts_make_the_arrivals_faster_and_not_the_service, .init = begin)
{
	struct ovr_result saturation = result;
	struct ovr_result_queue saturated[2] = { queue[0], queue[1] };

	/* a mean of 1 Mpps, in bursts at 2 Mpps, and a receiver of 1.2 Mpps */
	result.plan.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = UINT64_C(2000000000) };
	result.plan.load.shape =
		(struct ovr_plan_shape){ .shape = OVR_PACE_BURST, .burst_frames = 2000, .gap_ns = MS };
	saturation.queue = saturated;
	saturated[1].frames = 121024;
	saturated[1].missed = 100000;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	ovr_advise_service_of(&saturation, &result, &question);
	cr_assert_float_eq(question.arrival_pps, 2e6, 1);
	cr_assert_float_eq(question.service_pps, 1.2e6, 1);
	cr_assert_eq(question.burst_frames, 2000);
	cr_assert_eq(question.gap_ns, MS);
}

Test(service, queues_that_share_a_core_share_what_it_serves, .init = begin)
{
	struct ovr_result saturation = result;
	struct ovr_result_queue saturated[3] = { queue[0], queue[1], queue[1] };

	/* 0.75 and 0.25 Mpps on one core that serves 2 Mpps: the first one has 1.5 of them */
	queue[1].frames = 75000;
	queue[2] = (struct ovr_result_queue){ .queue = 1, .frames = 25000 };
	result.n_queues = saturation.n_queues = 3;
	saturation.queue = saturated;
	saturated[1].frames = saturated[2].frames = 101024;
	saturated[1].missed = saturated[2].missed = 100000;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	ovr_advise_service_of(&saturation, &result, &question);
	cr_assert_float_eq(question.service_pps, 1.5e6, 1);
}
