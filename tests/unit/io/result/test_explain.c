/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/explain.h"

#include <criterion/criterion.h>
#include <string.h>

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)

/*
 * Four seconds at 4,000 frames/s into a ring of 256 whose receiver serves 2,500: 4,297 frames are
 * lost.
 */
struct bench {
	struct ovr_result result;
	struct ovr_result_queue queue;
	struct ovr_result_worker worker;
	struct ovr_stall stall[4];
	struct ovr_seq_period period[4];
	uint32_t period_stall[4];
};

static void
arrange(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	bench->result.plan.ports.burst = 32;
	bench->result.plan.trial.stall_min_ns = 5 * US;
	bench->result.plan.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = 4000000 };
	bench->result.plan.receiver.service = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = 2500000 };
	bench->result.plan.frames.size.n_sizes = bench->result.plan.frames.size.length = 1;
	bench->result.plan.frames.size.size[0] = 64;
	bench->result.planned_pps = 4000;
	bench->result.duration_ns = 4000 * MS;
	bench->result.rxd_set = 256;
	bench->result.ledger.figures.scheduled = bench->result.ledger.figures.sent = 16000;
	bench->queue = (struct ovr_result_queue){ .frames = 11703, .missed = 4297, .missed_known = true };
	bench->result.queue = &bench->queue;
	bench->result.n_queues = 1;
	bench->result.worker = &bench->worker;
	bench->result.n_workers = 1;
	bench->result.rx_stall = bench->stall;
	bench->result.period = bench->period;
	bench->result.period_stall = bench->period_stall;
}

/*
 * A stall that met a ring which was last found empty at @p empty_ns, and with which one loss period
 * coincides.
 */
static void
add(struct bench *bench, uint64_t start_ns, uint64_t length_ns, uint64_t empty_ns, uint64_t frames)
{
	uint64_t i = bench->result.n_rx_stalls++;

	bench->stall[i] = (struct ovr_stall){ .start_ns = start_ns,
		.length_ns = length_ns,
		.backlog_ns = start_ns - empty_ns,
		.frames = frames };
	bench->period[i].n_frames = frames;
	bench->period_stall[i] = (uint32_t)i;
	bench->result.n_periods++;
	bench->worker.match.periods++;
}

Test(explain, in_a_full_ring_a_stall_explains_what_came_in_it_and_no_more)
{
	struct bench bench;

	arrange(&bench);
	/* full after 256 / 1,500 s */
	add(&bench, 1000 * MS, 10 * US, 0, 1);
	add(&bench, 2000 * MS, 9 * MS, 0, 90);
	add(&bench, 3000 * MS, 9 * MS, 0, 20);
	ovr_result_explain(&bench.result);
	cr_assert_eq(bench.stall[0].explained, 0, "0.04 frames came in 10 us");
	cr_assert_eq(bench.stall[1].explained, 36, "9 ms at 4,000 frames/s");
	cr_assert_eq(bench.stall[2].explained, 20, "no more than was lost meanwhile");
	cr_assert_eq(bench.worker.match.periods, 3);
	cr_assert_eq(bench.worker.match.matched_periods, 2);
	cr_assert_eq(bench.worker.match.matched_frames, 56);
	cr_assert_eq(bench.worker.match.stalls, 2);
	cr_assert_eq(bench.worker.match.shortest_ns, 9 * MS);
	cr_assert_eq(bench.worker.match.longest_ns, 9 * MS);
}

Test(explain, free_slots_take_what_comes_in_a_stall)
{
	struct bench bench;

	arrange(&bench);
	bench.result.plan.ports.burst = 1;
	/* after 100 ms 150 frames are in it and 106 slots are free, give or take 4 */
	add(&bench, 100 * MS, 25 * MS, 0, 40);
	/* 250 after that stall, and full */
	add(&bench, 200 * MS, 25 * MS, 0, 200);
	ovr_result_explain(&bench.result);
	cr_assert_eq(bench.stall[0].explained, 0);
	cr_assert_eq(bench.stall[1].explained, 100);
}

Test(explain, without_a_service_asked_for_all_that_came_since_the_ring_was_empty_may_be_in_it)
{
	struct bench bench;

	arrange(&bench);
	bench.result.plan.receiver.service.value = 0;
	bench.result.plan.ports.burst = 1;
	add(&bench, 1000 * MS, 65 * MS, 1000 * MS, 10);
	/* 64 ms last 256 frames */
	add(&bench, 2000 * MS, 5 * MS, 1936 * MS, 10);
	add(&bench, 3000 * MS, 5 * MS, 3000 * MS, 10);
	ovr_result_explain(&bench.result);
	cr_assert_eq(bench.stall[0].explained, 6,
		"4 more than it holds, and two that came at once, or were taken");
	cr_assert_eq(bench.stall[1].explained, 10);
	cr_assert_eq(bench.stall[2].explained, 0, "20 frames in an empty ring of 256");
}

Test(explain, in_the_gap_between_two_bursts_nothing_comes)
{
	struct bench bench;

	arrange(&bench);
	bench.result.plan.load.shape =
		(struct ovr_plan_shape){ .shape = OVR_PACE_BURST, .burst_frames = 2000, .gap_ns = 500 * MS };
	bench.result.planned_pps = 2000;
	bench.result.ledger.figures.scheduled = 8000;
	bench.queue.frames = 5500;
	bench.queue.missed = 2500;
	/*
	 * full from 171 ms to the burst's end at 500 ms; the last 5 ms of the second stall are in
	 * the gap
	 */
	add(&bench, 300 * MS, 10 * MS, 0, 100);
	add(&bench, 495 * MS, 10 * MS, 0, 100);
	add(&bench, 600 * MS, 10 * MS, 0, 100);
	ovr_result_explain(&bench.result);
	cr_assert_eq(bench.stall[0].explained, 40, "at 4,000 frames/s, not at their mean of 2,000");
	cr_assert_eq(bench.stall[1].explained, 20);
	cr_assert_eq(bench.stall[2].explained, 0);
}
