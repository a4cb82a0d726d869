/* SPDX-License-Identifier: BSD-3-Clause */
#include "disturbed/disturbed.h"

#include <criterion/criterion.h>

#include "bench.h"
#include "plan/command.h"
#include "result/sweep.h"

Test(trial, the_bound_is_one_transmit_burst_and_one_receive_batch)
{
	struct bench bench;
	struct ovr_comparison comparison;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1083, OVR_STALL_INJECTED);
	add_rx(&bench, 20 * MS, 200000, 1084, OVR_STALL_INJECTED);
	add_rx(&bench, 30 * MS, 200000, 917, OVR_STALL_INJECTED);
	add_rx(&bench, 40 * MS, 200000, 916, OVR_STALL_INJECTED);
	comparison = ovr_disturbed_trial(&bench.result);
	cr_assert_float_eq(comparison.bound_frames, 83, 1e-6, "50 in 5 us and one more, and a batch of 32");
	cr_assert_eq(comparison.n_within, 2);
	bench.result.plan.trial.stall_min_ns = 1000;
	comparison = ovr_disturbed_trial(&bench.result);
	cr_assert_float_eq(comparison.bound_frames, 64, 1e-6, "a burst of 32 is more than comes within 1 us");
}

Test(trial, arrivals_are_counted_outside_the_senders_stalls)
{
	struct bench bench;
	struct ovr_comparison comparison;

	arrange(&bench);
	bench.result.ledger.figures.scheduled = 1200000;
	bench.result.shortfall = 200000;
	bench.result.shortfall_in_stalls = 200000;
	comparison = ovr_disturbed_trial(&bench.result);
	cr_assert_float_eq(comparison.arrival_pps, 10e6, 1e-3, "all slots outside stalls were kept");
	bench.result.shortfall_in_stalls = 0;
	comparison = ovr_disturbed_trial(&bench.result);
	cr_assert_float_eq(
		comparison.arrival_pps, 10e6 / 1.2, 1e-3, "one in six was missed for other reasons");
}

Test(trial, arrivals_are_counted_outside_the_pauses_of_the_line)
{
	struct bench bench;
	struct ovr_comparison_stall stall;

	arrange(&bench);
	/* 20,000 slots were refused, and the line stood still for 2 ms, or 20,000 slots */
	bench.result.ledger.figures.scheduled = 1020000;
	bench.result.ledger.figures.refused = 20000;
	bench.result.line_paused_ns = 2 * MS;
	cr_assert_float_eq(ovr_disturbed_trial(&bench.result).arrival_pps, 10e6, 1e-3);
	add_rx(&bench, 10 * MS, 2 * MS, 19000, OVR_STALL_INJECTED);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_float_eq(stall.model, 19000, 1e-6, "not 18,607");
	bench.result.line_paused_ns = MS;
	cr_assert_float_eq(ovr_disturbed_trial(&bench.result).arrival_pps, 10e6 / 1.01, 1e-3,
		"half of them were more than a line carries that runs");
	bench.result.line_paused_ns = -1;
	cr_assert_float_eq(ovr_disturbed_trial(&bench.result).arrival_pps, 10e6 / 1.02, 1e-3, "no wire");
}

Test(trial, a_slow_receiver_does_not_save_a_trial_whose_other_stalls_were_disturbed)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1100, OVR_STALL_INJECTED);
	add_rx(&bench, 20 * MS, 200000, 1100, OVR_STALL_INJECTED);
	bench.rx[0].backlog_ns = 10000;
	add_pause(&bench, 20 * MS, 200000, 1968);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_SLOW], 1);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).exclusion, OVR_COMPARISON_EXCLUDED_OVERLAPPED);
}

Test(trial, what_was_lost_before_the_ring_spoils_the_comparison_but_not_the_trial)
{
	struct bench bench;
	struct ovr_comparison comparison;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	ovr_ledger_add(&bench.result.ledger, OVR_PLACE_TX_RING, "wire:0", 0, 7, "tx_burst refused", "worker");
	ovr_ledger_add(&bench.result.ledger, OVR_PLACE_RX_RING, "wire:1", 0, 1000, "rx_q0_missed", "wire");
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1);
	ovr_ledger_add(&bench.result.ledger, OVR_PLACE_PATH, "wire:1", -1, 3, "dropped", "wire");
	comparison = ovr_disturbed_trial(&bench.result);
	cr_assert_eq(comparison.n_of[OVR_COMPARISON_PATH], 1);
	cr_assert_not(comparison.exclusion);
}

Test(trial, nothing_is_known_where_a_log_was_full)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	bench.worker[1].n_stalls = 2;
	bench.worker[1].n_stalls_kept = 1;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_LOG], 1);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).exclusion, OVR_COMPARISON_EXCLUDED_OVERLAPPED,
		"no stall is left to look at");
	bench.worker[1].n_stalls = 1;
	bench.result.n_periods_dropped = 1;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_LOG], 1);
}

Test(trial, a_trial_that_lost_frames_in_a_host_stall_is_excluded)
{
	struct bench bench;
	struct ovr_comparison comparison;

	arrange(&bench);
	add_rx(&bench, 5 * MS, 130000, 300, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	comparison = ovr_disturbed_trial(&bench.result);
	cr_assert_eq(comparison.lost_host, 300);
	cr_assert_eq(comparison.n_of[OVR_COMPARISON_VALID], 1, "its host stall is far enough away");
	cr_assert_eq(comparison.exclusion, OVR_COMPARISON_EXCLUDED_HOST);
	bench.rx[0].frames = 0;
	cr_assert_not(ovr_disturbed_trial(&bench.result).exclusion);
}

Test(trial, what_was_lost_while_the_ring_was_still_full_is_laid_to_that_stall)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 5 * MS, 130000, 0, OVR_STALL_ON_CPU);
	bench.result.n_periods = 1;
	bench.period[0] = (struct ovr_seq_period){ .before_tx_ns = 5 * MS + 229000, .n_frames = 12 };
	bench.period_stall[0] = UINT32_MAX;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).lost_host, 0, "it had drained 98 us before");
	bench.rx[0].drained_ns = UINT64_MAX;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).lost_host, 12, "99 us after it");
	bench.period[0].before_tx_ns += 2000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).lost_host, 0, "a slow receiver, or something else");
	bench.period[0].before_tx_ns -= 2000;
	bench.result.transit.least_ns = 2000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).lost_host, 0, "stamped before, and there after it");
}

/* 8 of 10 Mpps are served, so that 199,000 of a million are lost with a ring of 1,000. */
static void
overload(struct bench *bench)
{
	bench->result.plan.receiver.stall.length_ns = 0;
	bench->result.plan.receiver.service = (struct ovr_rate){ OVR_RATE_PPS, UINT64_C(8000000000) };
	bench->queue[1].frames = 801000;
	bench->queue[1].missed = 199000;
}

Test(trial, an_overload_is_not_laid_to_a_short_host_stall)
{
	struct bench bench;
	struct ovr_comparison comparison;

	arrange(&bench);
	overload(&bench);
	add_rx(&bench, 5 * MS, 130000, 900, OVR_STALL_ON_CPU);
	bench.result.n_periods = 1;
	bench.period[0] = (struct ovr_seq_period){ .before_tx_ns = 5 * MS + 140000, .n_frames = 198000 };
	bench.period_stall[0] = UINT32_MAX;
	comparison = ovr_disturbed_trial(&bench.result);
	cr_assert_eq(comparison.lost_host, 1300, "10 Mpps for 130 us, and nothing after them");
	cr_assert_eq(comparison.exclusion, OVR_COMPARISON_EXCLUDED_NOT);
}

Test(trial, an_overload_is_excluded_where_a_tenth_of_its_loss_came_in_such_stalls)
{
	struct bench bench;

	arrange(&bench);
	overload(&bench);
	add_rx(&bench, 5 * MS, 1990000, 0, OVR_STALL_ON_CPU);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).exclusion, OVR_COMPARISON_EXCLUDED_NOT,
		"19,900 of 199,000");
	bench.rx[0].length_ns += 1000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).exclusion, OVR_COMPARISON_EXCLUDED_HOST, "19,910");
	bench.rx[0].start_ns = 99 * MS;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).exclusion, OVR_COMPARISON_EXCLUDED_NOT,
		"10,000: sending ends in it");
}

Test(trial, rings_that_turned_nothing_away_lost_nothing_in_any_stall)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 5 * MS, 130000, 300, OVR_STALL_ON_CPU);
	bench.queue[1].missed = 0;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).lost_host, 0);
	bench.queue[1].missed_known = false;
	cr_assert_eq(
		ovr_disturbed_trial(&bench.result).lost_host, 300, "where they do not say, it may be theirs");
}

Test(trial, a_trial_is_excluded_when_each_of_its_stalls_was_disturbed)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 0, OVR_STALL_INJECTED);
	add_pause(&bench, 10 * MS, 200000, 1968);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).exclusion, OVR_COMPARISON_EXCLUDED_OVERLAPPED);
	add_rx(&bench, 20 * MS, 200000, 1000, OVR_STALL_INJECTED);
	cr_assert_not(ovr_disturbed_trial(&bench.result).exclusion);
}

Test(trial, a_trial_without_the_injected_stalls_is_excluded)
{
	struct bench bench;

	arrange(&bench);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).exclusion, OVR_COMPARISON_EXCLUDED_ABSENT);
	add_rx(&bench, 100 * MS, 200000, 0, OVR_STALL_INJECTED);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).exclusion, OVR_COMPARISON_EXCLUDED_ABSENT,
		"nothing was sent in it");
	bench.result.plan.receiver.stall.length_ns = 0;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).exclusion, OVR_COMPARISON_EXCLUDED_NOT,
		"none was asked for");
}

Test(trial, what_came_to_an_unread_ring_is_counted_and_nothing_disturbs_it)
{
	struct bench bench;
	struct ovr_comparison_stall stall;
	struct ovr_comparison comparison;

	arrange(&bench);
	bench.result.plan.receiver.stall = (struct ovr_stall_plan){ .unread = true };
	bench.queue[1].frames = 1000;
	bench.queue[1].missed = 998500; /* 500 were lost on the way */
	add_rx(&bench, 0, 1000, 30, OVR_STALL_ON_CPU);
	add_rx(&bench, 1000, 101 * MS, 998800, OVR_STALL_INJECTED);
	add_tx(&bench, 0, 20 * MS, 5 * MS);
	bench.worker[0].n_stalls = 9;
	ovr_ledger_add(&bench.result.ledger, OVR_PLACE_PATH, "wire:1", -1, 500, "dropped", "wire");
	cr_assert(ovr_disturbed_stall(&bench.result, 1, &stall));
	cr_assert_eq(stall.cause, OVR_COMPARISON_VALID);
	cr_assert_eq(stall.lost, 998500);
	cr_assert_float_eq(stall.model, 998500, 1e-6, "999,500 came to a ring of 1,000");
	comparison = ovr_disturbed_trial(&bench.result);
	cr_assert_eq(comparison.n_within, 1);
	cr_assert_not(comparison.exclusion);
}

static double
model_loss_of(struct ovr_result *result)
{
	struct ovr_result_queue queue[] = { { .frames = 1000000, .missed_known = true } };
	struct ovr_result_worker worker[] = { { .is_tx = false } };
	struct ovr_comparison comparison;

	result->planned_pps = 10e6;
	result->duration_ns = 100000000;
	result->rxd_set = 1000;
	result->plan.ports.rxq = 1;
	result->ledger.figures.scheduled = result->ledger.figures.sent = 1000000;
	result->queue = queue;
	result->n_queues = 1;
	result->worker = worker;
	result->n_workers = 1;
	comparison = ovr_disturbed_trial(result);
	return ovr_disturbed_model_loss(result, &comparison);
}

Test(trial, the_model_says_what_a_cell_should_lose)
{
	static struct ovr_result result;

	cr_assert_float_eq(model_loss_of(&result), 0, 1e-12, "nothing stands in the way");
	result.plan.receiver.service = (struct ovr_rate){ OVR_RATE_PPS, UINT64_C(8000000000) };
	cr_assert_float_eq(model_loss_of(&result), 0.2, 1e-12, "8 of 10 Mpps are served");
	result.plan.receiver.service.value = 0;
	result.plan.receiver.stall = (struct ovr_stall_plan){ .length_ns = 200000, .period_ns = 10000000 };
	cr_assert_float_eq(model_loss_of(&result), 0.01, 1e-12, "2,000 - 1,000 of 100,000");
}

/*
 * 14.88 Mpps in two, one and one parts of four, to as many receivers as there are queues, or to
 * one.
 */
static double
model_loss_of_shares(struct ovr_result *result, uint16_t n_workers)
{
	struct ovr_result_queue queue[] = { { .frames = 500000 }, { .frames = 250000 },
		{ .frames = 250000 } };
	struct ovr_result_worker worker[] = { { .worker = 0 }, { .worker = 1 }, { .worker = 2 } };
	struct ovr_comparison comparison;

	for (uint16_t i = 0; i < n_workers; i++)
		queue[i].worker = i;
	result->planned_pps = 14.88e6;
	result->rxd_set = 512;
	result->plan.ports.rxq = 3;
	result->ledger.figures.scheduled = result->ledger.figures.sent = 1000000;
	result->queue = queue;
	result->n_queues = 3;
	result->worker = worker;
	result->n_workers = n_workers;
	comparison = ovr_disturbed_trial(result);
	return ovr_disturbed_model_loss(result, &comparison);
}

Test(trial, the_model_knows_the_share_of_each_ring)
{
	static struct ovr_result result;

	result.plan.receiver.stall = (struct ovr_stall_plan){ .length_ns = 100000, .period_ns = 10000000 };
	cr_assert_float_eq(model_loss_of_shares(&result, 1), 232.0 / 148800, 1e-12,
		"744 - 512 in the fullest, 372 find room in each of the others");
	result.plan.receiver.stall.length_ns = 0;
	result.plan.receiver.service = (struct ovr_rate){ OVR_RATE_PPS, UINT64_C(14880000000) };
	cr_assert_float_eq(model_loss_of_shares(&result, 1), 0, 1e-12, "one receiver serves them all");
	cr_assert_float_eq(
		model_loss_of_shares(&result, 3), 1.0 / 6, 1e-12, "a third of 14.88 Mpps for a half");
}

Test(trial, an_overload_is_flat_on_a_host_that_stalls)
{
	static struct ovr_result result;
	struct ovr_result_sweep sweep;
	struct ovr_plan plan;
	struct ovr_err err;
	struct ovr_result_queue queue[] = { { .missed_known = true } };
	struct ovr_result_worker worker[] = { { .is_tx = false } };
	struct ovr_stall stall[] = {
		{ .start_ns = 5000000, .length_ns = 130000, .frames = 900, .cause = OVR_STALL_PREEMPTED }
	};

	result.planned_pps = 10e6;
	result.duration_ns = 100000000;
	result.plan.receiver.service = (struct ovr_rate){ OVR_RATE_PPS, UINT64_C(8000000000) };
	result.ledger.figures.scheduled = result.ledger.figures.sent = 1000000;
	result.queue = queue;
	result.n_queues = 1;
	result.worker = worker;
	result.n_workers = 1;
	result.rx_stall = stall;
	result.n_rx_stalls = 1;
	ovr_plan_default_for(OVR_PLAN_SWEEP, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "rings", "64,512,8192", &err), 0, "%s", err.text);
	cr_assert_eq(ovr_result_sweep_init(&sweep, &plan, &err), 0, "%s", err.text);
	for (uint32_t i = 0; i < 3; i++) {
		struct ovr_result_cell cell = { .summary = { .sent = 1000000, .verdict = OVR_VERDICT_LOSS } };

		result.rxd_set = plan.sweep.ring[i];
		queue[0].missed = 200000 - result.rxd_set;
		queue[0].frames = 1000000 - queue[0].missed;
		cell.summary.lost = (int64_t)queue[0].missed;
		cell.comparison = ovr_disturbed_trial(&result);
		ovr_result_sweep_take(&sweep, i, &cell);
	}
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.n_excluded, 0);
	cr_assert_eq(sweep.curve[0].shape.kind, OVR_METHOD_SHAPE_FLAT);
	ovr_result_sweep_done(&sweep);
}
