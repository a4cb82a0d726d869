/* SPDX-License-Identifier: BSD-3-Clause */
#include "back_to_back/judge.h"

#include <criterion/criterion.h>
#include <string.h>

/* 1G, 64 bytes; 1,000 frames take 672 us. */
static const struct ovr_back_to_back_terms ahead = { 1488095.238, true, 1 },
					   paced = { 1488095.238, false, 1 };

static struct ovr_result result;
static struct ovr_result_worker worker[3];
static struct ovr_result_queue queue[2];
static struct ovr_stall rx_stall[2], tx_stall[1];
static struct ovr_hist interarrival;

static void
sound(int64_t lost)
{
	memset(&result, 0, sizeof(result));
	memset(worker, 0, sizeof(worker));
	worker[0].is_tx = true;
	result.worker = worker;
	result.n_workers = 2;
	result.rx_stall = rx_stall;
	result.tx_stall = tx_stall;
	result.plan.ports.txd = 1024;
	result.plan.ports.txq = 1;
	result.plan.ports.burst = 32;
	result.duration_ns = 300000;
	result.ledger.figures.sent = 1000;
	result.ledger.lost = lost;
}

static void
stall(struct ovr_stall *at, uint64_t start_ns, uint64_t length_ns, enum ovr_stall_cause cause)
{
	*at = (struct ovr_stall){ .start_ns = start_ns, .length_ns = length_ns, .cause = cause };
}

Test(judge, a_burst_that_nothing_disturbed_is_sound)
{
	sound(0);
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	sound(1);
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
}

Test(judge, a_whole_burst_with_a_pause_of_the_line_shows_nothing_and_a_lossy_one_does)
{
	sound(0);
	result.line_paused_ns = 700;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_PAUSE);
	result.line_paused_ns = 600; /* no frame's time */
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	result.line_paused_ns = 700;
	result.ledger.lost = 1;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
}

Test(judge, a_pause_in_which_a_slow_server_takes_nothing_does_not_show)
{
	sound(0);
	result.plan.receiver.service.value = 100000000; /* 100 kpps: 10 us each */
	result.line_paused_ns = 9000;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	result.line_paused_ns = 10000;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_PAUSE);
}

Test(judge, a_full_transmit_ring_outlasts_a_short_stall_and_an_empty_one_none)
{
	sound(0);
	result.n_tx_stalls = 1;
	stall(&tx_stall[0], 100000, 600000, OVR_STALL_ON_CPU); /* 1,024 frames last 688 us */
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	cr_assert_eq(ovr_back_to_back_judge(&result, &paced), OVR_RESULT_BACK_TO_BACK_GAP);
	tx_stall[0].length_ns = 700000;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_GAP);
	tx_stall[0].start_ns = 300000; /* all was handed over */
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
}

Test(judge, slots_that_were_not_kept_are_a_gap)
{
	sound(0);
	result.shortfall = 1;
	cr_assert_eq(ovr_back_to_back_judge(&result, &paced), OVR_RESULT_BACK_TO_BACK_GAP);
}

Test(judge, frames_handed_over_later_than_the_line_sends_them_are_a_gap)
{
	sound(0);
	result.duration_ns = 672000 + 21000; /* 31 frames */
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	result.duration_ns = 672000 + 22000; /* 33 frames */
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_GAP);
}

Test(judge, a_port_that_takes_frames_faster_than_its_line_shows_nothing)
{
	sound(5);
	result.ledger.figures.sent = 10000; /* 8,976 after a full ring, 6,032 us of line */
	result.duration_ns = 6000000;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	result.duration_ns = 5900000;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_FAST);
}

Test(judge, a_loss_that_a_receive_stall_may_have_cost_shows_nothing)
{
	sound(14);
	result.n_rx_stalls = 1;
	stall(&rx_stall[0], 100000, 10000, OVR_STALL_PREEMPTED); /* 14.9 frames */
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_STALL);
	result.ledger.lost = 16;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	result.ledger.lost = 14;
	rx_stall[0].cause = OVR_STALL_INJECTED;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	rx_stall[0].cause = OVR_STALL_PREEMPTED;
	result.ledger.lost = 0;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
}

Test(judge, a_server_that_was_in_time_was_not_disturbed_by_a_stall)
{
	sound(14);
	result.plan.receiver.service.value = 300000000; /* 300 kpps */
	result.n_rx_stalls = 1;
	stall(&rx_stall[0], 100000, 50000, OVR_STALL_ON_CPU);
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	worker[1].service_late_ns = 50000; /* 15 frames */
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_STALL);
	result.ledger.lost = 17;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
}

Test(judge, of_two_servers_each_is_late_with_its_half_of_the_rate)
{
	sound(14);
	result.n_workers = 3;
	result.plan.receiver.service.value = 300000000; /* 300 kpps, 150 kpps each */
	result.n_rx_stalls = 1;
	stall(&rx_stall[0], 100000, 50000, OVR_STALL_ON_CPU);
	worker[1].service_late_ns = 50000; /* 7.5 frames */
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	worker[2].service_late_ns = 50000; /* and 7.5 frames */
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_STALL);
}

Test(judge, what_costs_less_than_the_step_does_not_show)
{
	struct ovr_back_to_back_terms coarse = { 1488095.238, true, 16 };

	sound(14);
	result.n_rx_stalls = 1;
	stall(&rx_stall[0], 100000, 10000, OVR_STALL_PREEMPTED);
	cr_assert_eq(ovr_back_to_back_judge(&result, &coarse), OVR_RESULT_BACK_TO_BACK_SOUND);
	rx_stall[0].length_ns = 11000;
	cr_assert_eq(ovr_back_to_back_judge(&result, &coarse), OVR_RESULT_BACK_TO_BACK_STALL);
}

Test(judge, an_unread_ring_can_be_disturbed_by_nothing)
{
	sound(1);
	result.plan.receiver.stall.unread = true;
	result.n_rx_stalls = 1;
	stall(&rx_stall[0], 0, 300000, OVR_STALL_PREEMPTED);
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
	result.ledger.lost = 0;
	result.line_paused_ns = 500000;
	result.shortfall = 10;
	cr_assert_eq(ovr_back_to_back_judge(&result, &ahead), OVR_RESULT_BACK_TO_BACK_SOUND);
}

static struct ovr_result_back_to_back burst;

static void
answers(size_t n, uint32_t asked, enum ovr_method_buffer_fault fault)
{
	burst = (struct ovr_result_back_to_back){
		.plan.repetition.repeats = asked, .lengths.n = n, .buffer.fault = fault
	};
	ovr_back_to_back_judge_all(&burst);
}

Test(judge, as_many_answers_as_asked_for_pass)
{
	answers(50, 50, OVR_METHOD_BUFFER_SOUND);
	cr_assert_eq(burst.verdict, OVR_VERDICT_PASS);
	cr_assert_str_empty(burst.reason);
}

Test(judge, two_answers_of_fifty_do_not_pass)
{
	answers(2, 50, OVR_METHOD_BUFFER_SOUND);
	cr_assert_eq(burst.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(burst.reason,
		"2 of 50 searches had an answer: in the others a length was disturbed again and again, see "
		"their trials");
	answers(0, 50, OVR_METHOD_BUFFER_NO_BURST);
	cr_assert_eq(burst.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(burst.reason,
		"0 of 50 searches had an answer: in the others a length was disturbed again and again, see "
		"their trials");
}

/* Nothing is known then, and nothing is said of bursts. */
Test(judge, where_every_search_was_excluded_nothing_is_known)
{
	burst = (struct ovr_result_back_to_back){
		.plan.repetition.repeats = 50, .n_excluded = 10, .n_repeats = 10
	};
	burst.buffer.fault = OVR_METHOD_BUFFER_NO_BURST;
	ovr_back_to_back_judge_all(&burst);
	cr_assert_eq(burst.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(burst.reason,
		"not known: all 10 searches were excluded, since a length was disturbed again and again, "
		"see their trials");
}

Test(judge, a_search_that_ended_at_its_limit_is_void_though_it_is_the_only_one)
{
	answers(1, 50, OVR_METHOD_BUFFER_AT_LIMIT);
	cr_assert_eq(burst.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(
		burst.reason, "the search ended at its limit: no burst was long enough to lose a frame");
}

Test(judge, without_a_buffer_time_it_does_not_pass)
{
	answers(50, 50, OVR_METHOD_BUFFER_NO_BURST);
	cr_assert_eq(burst.verdict, OVR_VERDICT_LOSS);
	answers(50, 50, OVR_METHOD_BUFFER_AT_LINE_RATE);
	cr_assert_eq(burst.verdict, OVR_VERDICT_VOID);
}

Test(judge, the_flow_is_what_came_after_the_first_batch_in_the_time_it_took)
{
	struct ovr_back_to_back_flow flow;

	sound(3000);
	memset(queue, 0, sizeof(queue));
	result.queue = queue;
	result.n_queues = 2;
	queue[0] = (struct ovr_result_queue){ .is_tx = true, .frames = 6200, .polls = 300 };
	queue[1] = (struct ovr_result_queue){ .frames = 3200, .polls = 5100, .empty_polls = 5000 };
	ovr_hist_add_n(&interarrival, 100000, 99);
	ovr_hist_add_n(&interarrival, 0, 3100);
	result.interarrival_ns = &interarrival;
	flow = ovr_back_to_back_flow_of(&result);
	cr_assert_float_eq(flow.frames, 3168, 1e-6);
	cr_assert_float_eq(flow.seconds, 9.9e-3, 1e-9);
	cr_assert_not(flow.is_stalled);
	result.n_rx_stalls = 1;
	stall(&rx_stall[0], 5000000, 100000, OVR_STALL_PREEMPTED);
	cr_assert(ovr_back_to_back_flow_of(&result).is_stalled);
	queue[1].empty_polls = 5099;
	cr_assert_eq(ovr_back_to_back_flow_of(&result).seconds, 0);
}
