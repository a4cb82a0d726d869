/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftest/figures.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct ovr_result result;
static struct ovr_result_worker worker[3];
static struct ovr_result_queue queue[3];
static struct ovr_hist gap[3];
static struct ovr_stall stall[3];
static struct ovr_seq_period period[8];
static uint32_t period_stall[8];

/* One transmit core, two receive cores with a queue each; a second of 10 Mpps in rings of 1,000. */
static void
begin(void)
{
	memset(&result, 0, sizeof(result));
	ovr_plan_default(&result.plan);
	result.plan.ports.rxq = 2;
	result.rxd_set = 1000;
	result.planned_pps = 10e6;
	result.duration_ns = 1000000000;
	result.worker = worker;
	result.n_workers = 3;
	result.queue = queue;
	result.n_queues = 3;
	for (unsigned int i = 0; i < 3; i++) {
		gap[i] = (struct ovr_hist){ .sum = 1000000000 };
		worker[i] = (struct ovr_result_worker){
			.is_tx = i == 0, .worker = i == 2, .cpu = (uint16_t)(4 + i), .gap_ns = &gap[i]
		};
		queue[i] = (struct ovr_result_queue){ .is_tx = i == 0, .worker = i == 2 };
	}
	queue[0].frames = 10000000;
	queue[1].frames = 6000000;
	queue[2].frames = 3000000;
}

TestSuite(figures, .init = begin);

Test(figures, a_trial_is_judged_by_its_schedule_its_losses_and_its_worst_core)
{
	struct ovr_method_sustain_figures f;

	result.ledger.figures.scheduled = 10000000;
	result.ledger.figures.refused = 7;
	result.ledger.figures.sent = 9999000;
	result.ledger.lost = 50;
	result.shortfall = 993;
	result.shortfall_in_stalls = 900;
	worker[0].stalled_ns = 1000000;
	worker[2].stalled_ns = 30000000;
	f = ovr_selftest_figures_of(&result);
	cr_assert_eq(f.scheduled, 10000000);
	cr_assert_eq(f.refused, 7);
	cr_assert_eq(f.sent, 9999000);
	cr_assert_eq(f.shortfall, 993);
	cr_assert_eq(f.shortfall_in_stalls, 900);
	cr_assert_eq(f.lost, 50);
	cr_assert_eq(f.lost_in_stalls, 0);
	cr_assert_eq(f.stalled_ppm, 30000);
}

static void
add_period(uint16_t of_worker, uint64_t before_tx_ns, uint64_t n_frames, uint32_t of_stall)
{
	period_stall[result.n_periods] = of_stall;
	period[result.n_periods++] = (struct ovr_seq_period){
		.worker = of_worker, .first_seq = 1000, .n_frames = n_frames, .before_tx_ns = before_tx_ns
	};
}

Test(figures, a_loss_is_a_stalls_if_it_fell_into_it_or_began_while_the_ring_was_still_full)
{
	/*
	 * two stalls of receive worker 0, 50 µs each, one of worker 1; a ring's buffer time is 200
	 * µs
	 */
	stall[0] = (struct ovr_stall){ .start_ns = 1000000, .length_ns = 50000 };
	stall[1] = (struct ovr_stall){ .start_ns = 5000000, .length_ns = 50000 };
	stall[2] = (struct ovr_stall){ .start_ns = 9000000, .length_ns = 50000, .worker = 1 };
	for (uint32_t i = 0; i < 3; i++)
		stall[i].drained_ns = UINT64_MAX;
	result.rx_stall = stall;
	result.n_rx_stalls = 3;
	result.period = period;
	result.period_stall = period_stall;
	add_period(0, 1020000, 1, 0);
	add_period(0, 5250000, 10, UINT32_MAX);    /* 200 µs after the second one's end */
	add_period(0, 5250001, 100, UINT32_MAX);   /* too late for it */
	add_period(1, 1900000, 1000, UINT32_MAX);  /* before any of its worker */
	add_period(0, 9100000, 10000, UINT32_MAX); /* the stall was another worker's */
	add_period(1, 9100000, 100000, UINT32_MAX);
	add_period(1, 5100000, 1000000, UINT32_MAX);
	add_period(0, 0, 10000000, UINT32_MAX); /* nobody knows when */
	cr_assert_eq(ovr_selftest_figures_of(&result).lost_in_stalls, 100011);
	stall[1].drained_ns = 5249999;
	cr_assert_eq(ovr_selftest_figures_of(&result).lost_in_stalls, 100001, "it had drained");
}

Test(figures, what_is_lost_in_the_first_millisecond_is_the_cold_starts)
{
	result.period = period;
	result.period_stall = period_stall;
	add_period(0, 999999, 1, UINT32_MAX);
	add_period(0, 1000000, 10, UINT32_MAX);
	add_period(0, 0, 100, UINT32_MAX); /* nobody knows when */
	period[2].first_seq = 0;           /* but for the very first frames */
	add_period(0, 0, 1000, UINT32_MAX);
	cr_assert_eq(ovr_selftest_figures_of(&result).lost_in_stalls, 101);
}

Test(figures, of_many_loss_periods_a_hundred_are_kept_and_the_rest_are_counted)
{
	static uint32_t of_stall[65536];

	result.period_stall = of_stall;
	result.n_periods = 100;
	ovr_selftest_trim(&result);
	cr_assert_eq(result.n_periods, 100);
	cr_assert_eq(result.n_periods_dropped, 0);
	result.n_periods = 65536;
	result.n_periods_dropped = 7;
	ovr_selftest_trim(&result);
	cr_assert_eq(result.n_periods, 100);
	cr_assert_eq(result.n_periods_dropped, 65443);
}

Test(figures, of_many_stalls_a_thousand_are_kept_and_those_that_a_loss_period_points_at)
{
	result.n_tx_stalls = result.n_rx_stalls = 5000;
	result.tx_stall = calloc(5000, sizeof(*result.tx_stall));
	result.rx_stall = calloc(5000, sizeof(*result.rx_stall));
	for (unsigned int i = 0; i < 5000; i++) {
		result.tx_stall[i].cpu = 4;
		result.rx_stall[i].cpu = i < 900 ? 5 : 6;
	}
	worker[0].n_stalls = worker[0].n_stalls_kept = 5000;
	result.period = period;
	result.period_stall = period_stall;
	add_period(0, 1, 1, 17);
	add_period(0, 2, 1, 1999);
	add_period(0, 3, 1, UINT32_MAX);
	ovr_selftest_trim(&result);
	cr_assert_eq(result.n_tx_stalls, 1000);
	cr_assert_eq(result.n_rx_stalls, 2000);
	cr_assert_eq(worker[0].n_stalls_kept, 1000);
	cr_assert_eq(worker[0].n_stalls, 5000);
	cr_assert_eq(worker[1].n_stalls_kept, 900);
	cr_assert_eq(worker[2].n_stalls_kept, 1100);
	free(result.tx_stall);
	free(result.rx_stall);
}

Test(figures, overrun_is_what_was_refused_and_what_found_the_ring_full)
{
	result.ledger.figures.attempted = 1000;
	result.ledger.figures.refused = 100;
	ovr_ledger_add(&result.ledger, OVR_PLACE_RX_RING, "wire:1", 0, 150, "rx_q0_missed", "wire");
	ovr_ledger_add(&result.ledger, OVR_PLACE_RX_ERRORS, "wire:1", -1, 10, "rx_errors", "wire");
	cr_assert_eq(ovr_selftest_overrun_of(&result), 0.25);
}

Test(figures, each_core_has_the_rate_of_its_queues_and_the_stalls_of_all_trials)
{
	static struct ovr_result_selftest selftest;

	worker[0].n_stalls = 3;
	worker[0].stalled_ns = 40000000;
	worker[0].longest_ns = 20000000;
	result.clock_ppm = -0.5;
	ovr_selftest_add_cores(&selftest, &result, true, false);
	worker[0].longest_ns = 10000000;
	result.clock_ppm = 0.25;
	queue[0].frames = 1;
	ovr_selftest_add_cores(&selftest, &result, false, true);
	cr_assert_eq(selftest.n_cores, 3);
	cr_assert(selftest.core[0].is_tx);
	cr_assert_eq(selftest.core[0].cpu, 4);
	cr_assert_eq(selftest.core[0].pps, 10e6);
	cr_assert_float_eq(selftest.core[0].pps_stalled, 0.04, 1e-9);
	cr_assert_eq(selftest.core[0].n_stalls, 6);
	cr_assert_eq(selftest.core[0].stalled_ns, 80000000);
	cr_assert_eq(selftest.core[0].monitored_ns, 2000000000);
	cr_assert_eq(selftest.core[0].longest_ns, 20000000);
	cr_assert_eq(selftest.core[1].pps, 6e6);
	cr_assert_eq(selftest.core[2].pps, 3e6);
	cr_assert_eq(selftest.clock_ppm, -0.5);
}

Test(figures, outside_stalls_a_core_was_faster_than_over_the_whole_time)
{
	static struct ovr_result_selftest selftest;

	worker[1].stalled_ns = 250000000;
	worker[2].stalled_ns = 400000000;
	ovr_selftest_add_cores(&selftest, &result, true, true);
	/* 6 Mpps in three quarters of the time, and 3 Mpps in 60 % of it */
	cr_assert_float_eq(ovr_selftest_pps_outside_stalls(&selftest, false), 13e6, 1);
	cr_assert_float_eq(ovr_selftest_pps_outside_stalls(&selftest, true), 10e6, 1);
}

Test(figures, within_its_longest_stall_a_cores_share_of_the_rate_arrives)
{
	static struct ovr_result_selftest selftest;

	worker[0].longest_ns = 1000000;
	worker[1].longest_ns = 2000000;
	worker[2].longest_ns = 100;
	ovr_selftest_add_cores(&selftest, &result, false, false);
	selftest.search.answer_pps = 12e6;
	ovr_selftest_close_cores(&selftest);
	cr_assert_eq(selftest.core[0].longest_frames, 12000);
	cr_assert_eq(selftest.core[1].longest_frames, 12000);
	/* 0.6 of a frame needs room for one */
	cr_assert_eq(selftest.core[2].longest_frames, 1);
}

Test(figures, without_a_sustained_rate_nothing_arrives)
{
	static struct ovr_result_selftest selftest;

	worker[1].longest_ns = 2000000;
	ovr_selftest_add_cores(&selftest, &result, false, false);
	ovr_selftest_close_cores(&selftest);
	cr_assert_eq(selftest.core[1].longest_frames, 0);
}
