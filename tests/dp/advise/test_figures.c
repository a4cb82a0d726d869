/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/figures.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#define MS UINT64_C(1000000)

/* 100 ms at 1 Mfps into one ring of 1,024 slots: all sent, and what was missed is the test's. */
static struct ovr_result result;
static struct ovr_result_queue queue[5];
static struct ovr_result_worker worker[3];
static struct ovr_stall stall[8];
static struct ovr_method_question question;

static void
begin(void)
{
	ovr_plan_default(&result.plan);
	result.plan.stall_min_ns = 5000;
	result.plan.stall = (struct ovr_stall_plan){ .length_ns = MS, .period_ns = 10 * MS };
	result.planned_fps = 1e6;
	result.duration_ns = 100 * MS;
	result.rxd_set = 1024;
	result.ledger.figures.scheduled = result.ledger.figures.sent = 100000;
	queue[0] = (struct ovr_result_queue){ .is_tx = true, .frames = 100000 };
	queue[1] = (struct ovr_result_queue){ .frames = 100000, .missed_known = true };
	worker[0].is_tx = true;
	result.queue = queue;
	result.n_queues = 2;
	result.worker = worker;
	result.n_workers = 2;
	result.rx_stall = stall;
}

static void
add(uint64_t start_ns, uint64_t length_ns, uint64_t frames, enum ovr_stall_cause cause)
{
	stall[result.n_rx_stalls++] = (struct ovr_stall){
		.start_ns = start_ns, .length_ns = length_ns, .frames = frames, .cause = cause
	};
}

Test(figures, own_stalls_are_those_that_nobody_asked_for_and_those_that_lasted_longer, .init = begin)
{
	struct ovr_result_advice_soak soak;
	uint64_t own_ns[8];

	add(5 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	add(10 * MS, MS / 50, 0, OVR_STALL_ON_CPU);
	add(15 * MS, 3 * MS, 0, OVR_STALL_ON_PURPOSE);
	add(30 * MS, 2 * MS, 0, OVR_STALL_PREEMPTED);
	add(100 * MS, 9 * MS, 0, OVR_STALL_PREEMPTED); /* nothing was sent any more */
	ovr_advise_soak_of(&result, own_ns, &soak);
	cr_assert_eq(soak.n_asked, 2);
	cr_assert_eq(soak.n_own, 3);
	cr_assert_eq(own_ns[0], MS / 50);
	cr_assert_eq(own_ns[1], 3 * MS);
	cr_assert_eq(own_ns[2], 2 * MS);
	cr_assert_eq(soak.n_own_of[1], 1);
	cr_assert_eq(soak.n_own_of[3], 2);
	cr_assert_eq(soak.n_told, 3);
	cr_assert_eq(soak.longest[0].stall.length_ns, 3 * MS);
	cr_assert(soak.longest[0].is_prolonged);
	cr_assert_eq(soak.longest[1].stall.length_ns, 2 * MS);
	cr_assert_not(soak.longest[1].is_prolonged);
	cr_assert_eq(soak.longest[2].stall.length_ns, MS / 50);
}

Test(figures, a_soak_was_watched_until_the_first_log_was_full, .init = begin)
{
	struct ovr_result_advice_soak soak;
	uint64_t own_ns[8];

	worker[1] = (struct ovr_result_worker){ .worker = 0, .n_stalls = 2, .n_stalls_kept = 2 };
	add(5 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	add(40 * MS, 2 * MS, 0, OVR_STALL_PREEMPTED);
	ovr_advise_soak_of(&result, own_ns, &soak);
	cr_assert_not(soak.log_full);
	cr_assert_eq(soak.watched_ns, 100 * MS);
	worker[1].n_stalls = 3;
	worker[1].longest_ns = 2 * MS;
	ovr_advise_soak_of(&result, own_ns, &soak);
	cr_assert(soak.log_full);
	cr_assert_eq(soak.watched_ns, 42 * MS);
	cr_assert_eq(soak.n_own, 1);
	/* a sender's log is of no concern */
	worker[1].is_tx = true;
	ovr_advise_soak_of(&result, own_ns, &soak);
	cr_assert_not(soak.log_full);
}

Test(figures, the_longest_stall_counts_though_the_log_had_no_room_for_it, .init = begin)
{
	struct ovr_result_advice_soak soak;
	uint64_t own_ns[8];

	worker[1] = (struct ovr_result_worker){ .cpu = 3, .n_stalls = 9, .n_stalls_kept = 1 };
	worker[1].longest_ns = 30 * MS;
	add(5 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	ovr_advise_soak_of(&result, own_ns, &soak);
	cr_assert_eq(soak.n_own, 1);
	cr_assert_eq(own_ns[0], 30 * MS);
	cr_assert_eq(soak.n_own_of[4], 1);
	cr_assert_eq(soak.n_told, 1);
	cr_assert_eq(soak.longest[0].stall.cpu, 3);
	cr_assert_not(soak.longest[0].is_logged);
	/* no longer than those on purpose may be */
	worker[1].longest_ns = MS + MS / 20;
	ovr_advise_soak_of(&result, own_ns, &soak);
	cr_assert_eq(soak.n_own, 0);
}

Test(figures, the_five_longest_are_told, .init = begin)
{
	struct ovr_result_advice_soak soak;
	uint64_t own_ns[8];

	for (uint64_t i = 1; i <= 8; i++)
		add(i * 10 * MS, (i * 5 % 9) * MS, 0, OVR_STALL_PREEMPTED);
	ovr_advise_soak_of(&result, own_ns, &soak);
	cr_assert_eq(soak.n_own, 8);
	cr_assert_eq(soak.n_told, 5);
	for (uint32_t i = 0; i < 5; i++)
		cr_assert_eq(soak.longest[i].stall.length_ns, (8 - i) * MS);
}

Test(figures, no_ring_is_larger_than_what_the_port_made_of_the_largest, .init = begin)
{
	question.ring_max = 8192;
	result.rxd_set = 4096;
	ovr_advise_bound_ring(&result, &question);
	cr_assert_eq(question.ring_max, 4096);
	result.rxd_set = 8192;
	ovr_advise_bound_ring(&result, &question);
	cr_assert_eq(question.ring_max, 4096);
	/* the port does not tell */
	result.rxd_set = 0;
	ovr_advise_bound_ring(&result, &question);
	cr_assert_eq(question.ring_max, 4096);
}

Test(figures, the_arrivals_are_those_outside_the_senders_stalls, .init = begin)
{
	result.shortfall = result.shortfall_in_stalls = 20000;
	queue[1].frames = 79000;
	queue[1].missed = 1000;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	cr_assert_float_eq(question.arrival_fps, 1e6, 1e-3);
	cr_assert_eq(question.n_queues, 1);
}

Test(figures, the_fullest_queue_is_told_beside_all_of_them, .init = begin)
{
	queue[1].frames = 10000;
	queue[2] = (struct ovr_result_queue){ .queue = 1, .frames = 60000 };
	queue[3] = (struct ovr_result_queue){ .queue = 2, .frames = 30000 };
	result.n_queues = 4;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	cr_assert_float_eq(question.arrival_fps, 0.6e6, 1e-3);
	cr_assert_float_eq(question.total_fps, 1e6, 1e-3);
	cr_assert_eq(question.n_queues, 3);
}

Test(figures, a_load_in_bursts_arrives_at_the_rate_within_them, .init = begin)
{
	cr_assert_eq(ovr_plan_set(&result.plan, "rate", "4mpps", NULL), 0);
	cr_assert_eq(ovr_plan_set(&result.plan, "shape", "burst=100,gap=75us", NULL), 0);
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	cr_assert_float_eq(question.arrival_fps, 4e6, 1);
}

Test(figures, where_nothing_came_there_is_nothing_to_size_for, .init = begin)
{
	queue[1].frames = 0;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), -ENODATA);
}

/* The soak and the flood are one result here: what arrives is 1 Mfps. */
Test(figures, an_overrun_receiver_takes_what_it_took_while_it_polled, .init = begin)
{
	struct ovr_result flood = result;
	struct ovr_result_queue flooded[2] = { queue[0], queue[1] };
	struct ovr_result_advice_service service;

	flood.queue = flooded;
	/* 21,024 taken, of which 1,024 stood in the ring, in 100 ms less an own stall of 20 */
	flooded[1].frames = 21024;
	flooded[1].missed = 70000;
	add(30 * MS, 20 * MS, 5000, OVR_STALL_PREEMPTED);
	flood.n_rx_stalls = 1;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	service = ovr_advise_service_of(&flood, &result, &question);
	cr_assert_not(service.is_least);
	cr_assert_float_eq(service.fps, 250000, 1e-3);
	cr_assert_float_eq(service.busiest, 4, 1e-9);
	cr_assert_float_eq(question.service_fps, 250000, 1e-3);
}

/* Four streams on two queues whose port counts only as a whole: 60,000 of 100,000 frames are lost. */
static void
begin_two_queues(struct ovr_result *flood, struct ovr_result_queue *flooded, struct ovr_result_stream *stream)
{
	*flood = result;
	flooded[0] = queue[0];
	flooded[1] = (struct ovr_result_queue){ .queue = 0, .worker = 0, .frames = 11024 };
	flooded[2] = (struct ovr_result_queue){ .queue = 1, .worker = 1, .frames = 28976 };
	stream[0] = (struct ovr_result_stream){ .queue = 0, .account.loss.frames = 40000 };
	stream[1] = (struct ovr_result_stream){ .queue = 1, .account.loss.frames = 0 };
	stream[2] = (struct ovr_result_stream){ .queue = -1, .account.loss.frames = 20000 };
	flood->queue = flooded;
	flood->n_queues = 3;
	flood->stream = stream;
	flood->n_streams = 2;
	flood->ledger.lost = 40000;
	/* the soak has half of the load on each, and loses nothing */
	queue[1].frames = 50000;
	queue[2] = (struct ovr_result_queue){ .queue = 1, .worker = 1, .frames = 50000 };
	result.n_queues = 3;
	worker[1] = (struct ovr_result_worker){ .worker = 0 };
	worker[2] = (struct ovr_result_worker){ .worker = 1 };
	result.n_workers = flood->n_workers = 3;
}

Test(figures, what_a_queue_lost_by_sequence_overran_it_where_the_port_does_not_say, .init = begin)
{
	struct ovr_result flood;
	struct ovr_result_queue flooded[3];
	struct ovr_result_stream stream[3];
	struct ovr_result_advice_service service;

	begin_two_queues(&flood, flooded, stream);
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	service = ovr_advise_service_of(&flood, &result, &question);
	cr_assert_not(service.is_least);
	/* 10,000 in 100 ms, for 0.5 Mfps */
	cr_assert_float_eq(question.service_fps, 1e5, 1e-3);
	cr_assert_float_eq(service.busiest, 5, 1e-9);
	/* what was lost elsewhere is no fault of the receiver */
	ovr_ledger_add(&flood.ledger, OVR_PLACE_TX_KERNEL, "tx", -1, 40000, "dropped", "qdisc");
	service = ovr_advise_service_of(&flood, &result, &question);
	cr_assert(service.is_least);
	cr_assert(isinf(question.service_fps));
}

Test(figures, losses_of_streams_on_no_queue_or_several_are_shared_out, .init = begin)
{
	struct ovr_result flood;
	struct ovr_result_queue flooded[3];
	struct ovr_result_stream stream[3];

	begin_two_queues(&flood, flooded, stream);
	flood.n_streams = 3;
	flood.ledger.lost = 60000;
	cr_assert_eq(ovr_advise_arrivals_of(&flood, &question), 0);
	/* 40,000 and 11,024 of 40,000 parts of 20,000, and those taken */
	cr_assert_float_eq(question.arrival_fps, (11024 + 40000 + 20000 * 0.2756) * 10, 1e-3);
	cr_assert_float_eq(question.total_fps, 1e6, 1e-3);
}

Test(figures, losses_in_own_stalls_do_not_make_a_receiver_slow, .init = begin)
{
	struct ovr_result_advice_service service;

	queue[1].frames = 95000;
	queue[1].missed = 5000;
	add(30 * MS, 6 * MS, 4500, OVR_STALL_PREEMPTED);
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	service = ovr_advise_service_of(&result, &result, &question);
	cr_assert(service.is_least);
	cr_assert(isinf(question.service_fps));
}

Test(figures, what_own_stalls_take_of_the_soak_is_told_beside_what_is_served_between_them, .init = begin)
{
	struct ovr_result flood = result;
	struct ovr_result_queue flooded[2] = { queue[0], queue[1] };

	flood.queue = flooded;
	flooded[1].frames = 121024;
	flooded[1].missed = 100000;
	/* 15 ms, one of 3 where 1 was asked for, and 5 of the last one; those as asked are no part of it */
	add(5 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	add(10 * MS, 15 * MS, 0, OVR_STALL_PREEMPTED);
	add(30 * MS, 3 * MS, 0, OVR_STALL_ON_PURPOSE);
	add(75 * MS, 9 * MS, 0, OVR_STALL_PREEMPTED);
	question.watched_ns = 80 * MS;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	ovr_advise_service_of(&flood, &result, &question);
	cr_assert_float_eq(question.own_share, 22.0 / 80, 1e-9);
	cr_assert_float_eq(question.service_fps, 1.2e6, 1);
}

Test(figures, queues_that_share_a_core_share_what_it_serves, .init = begin)
{
	struct ovr_result flood = result;
	struct ovr_result_queue flooded[3] = { queue[0], queue[1], queue[1] };

	/* 0.75 and 0.25 Mfps on one core that serves 2 Mfps: the first one has 1.5 of them */
	queue[1].frames = 75000;
	queue[2] = (struct ovr_result_queue){ .queue = 1, .frames = 25000 };
	result.n_queues = flood.n_queues = 3;
	flood.queue = flooded;
	flooded[1].frames = flooded[2].frames = 101024;
	flooded[1].missed = flooded[2].missed = 100000;
	cr_assert_eq(ovr_advise_arrivals_of(&result, &question), 0);
	ovr_advise_service_of(&flood, &result, &question);
	cr_assert_float_eq(question.service_fps, 1.5e6, 1);
}

Test(figures, a_try_without_loss_in_stalls_left_alone_is_held, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	add(70 * MS, 8 * MS, 900, OVR_STALL_PREEMPTED);
	result.ledger.lost = 900;
	queue[1].missed = 900;
	result.ledger.explained = 900;
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_HELD);
	cr_assert_eq(tried.n_asked, 4);
	cr_assert_eq(tried.n_compared, 4);
	cr_assert_eq(tried.lost, 0);
	cr_assert_eq(tried.lost_aside, 900);
}

Test(figures, a_try_that_loses_in_one_of_them_is_lost, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, i == 2 ? 7 : 0, OVR_STALL_ON_PURPOSE);
	result.ledger.lost = 7;
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(tried.n_lossy, 1);
	cr_assert_eq(tried.lost, 7);
	cr_assert_eq(tried.lost_aside, 0);
}

static struct ovr_seq_period period[2];
static uint32_t period_stall[2];

/* Frames that were lost in no stall. */
static void
lose(uint64_t before_tx_ns, uint64_t frames)
{
	period[result.n_periods] = (struct ovr_seq_period){
		.first_seq = before_tx_ns / 1000,
		.n_frames = frames,
		.before_tx_ns = before_tx_ns,
	};
	period_stall[result.n_periods++] = UINT32_MAX;
	result.period = period;
	result.period_stall = period_stall;
	result.ledger.lost += (int64_t)frames;
}

Test(figures, a_try_that_loses_in_no_stall_is_lost, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	lose(5 * MS, 3);
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_HELD);
	/* one frame for each stall says nothing, more do, be it before the first stall or between others */
	lose(26 * MS, 2);
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(tried.lost, 0);
	cr_assert_eq(tried.lost_outside, 5);
	cr_assert_eq(tried.lost_aside, 0);
}

Test(figures, losses_while_the_ring_drains_behind_an_own_stall_are_set_aside, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	add(70 * MS, 8 * MS, 900, OVR_STALL_PREEMPTED);
	result.ledger.lost = 900;
	/* 1,024 slots drain in a millisecond, if twice as much is taken as comes */
	lose(78 * MS + MS / 2, 100);
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_HELD);
	cr_assert_eq(tried.lost_outside, 0);
	cr_assert_eq(tried.lost_aside, 1000);
	/* behind that, nothing excuses them */
	lose(80 * MS, 100);
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(tried.lost_outside, 100);
	cr_assert_eq(tried.lost_aside, 1000);
}

Test(figures, losses_behind_a_stall_that_shows_something_are_the_rings, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	lose(21 * MS + MS / 10, 50);
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(tried.lost_outside, 50);
}

Test(figures, stalls_that_the_host_made_longer_or_that_follow_another_are_set_aside, .init = begin)
{
	struct ovr_result_advice_try tried;

	add(10 * MS, 3 * MS, 2000, OVR_STALL_ON_PURPOSE); /* longer than asked */
	add(28 * MS, 2 * MS - 1000, 900, OVR_STALL_PREEMPTED);
	add(30 * MS, MS, 500, OVR_STALL_ON_PURPOSE); /* right behind another */
	add(50 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	result.ledger.lost = 3400;
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.n_asked, 3);
	cr_assert_eq(tried.n_compared, 1);
	cr_assert_eq(tried.lost, 0);
	cr_assert_eq(tried.lost_aside, 3400);
	/* one stall is too few to be judged by */
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_ASIDE);
}
