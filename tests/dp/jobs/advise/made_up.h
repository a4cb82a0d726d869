/* SPDX-License-Identifier: BSD-3-Clause */
/* A trial of advise, made up: the parts of a result that its figures are taken from. */
#pragma once

#include "result/advice.h"

#define MS UINT64_C(1000000)

/* 100 ms at 1 Mpps into one ring of 1,024 slots: all sent, and what was missed is the test's. */
static struct ovr_result result;
static struct ovr_result_queue queue[5];
static struct ovr_result_worker worker[3];
static struct ovr_stall stall[8];

static inline void
begin(void)
{
	ovr_plan_default(&result.plan);
	result.plan.trial.stall_min_ns = 5000;
	result.plan.receiver.stall = (struct ovr_stall_plan){ .length_ns = MS, .period_ns = 10 * MS };
	result.planned_pps = 1e6;
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

static inline void
add(uint64_t start_ns, uint64_t length_ns, uint64_t frames, enum ovr_stall_cause cause)
{
	stall[result.n_rx_stalls++] = (struct ovr_stall){ .start_ns = start_ns,
		.length_ns = length_ns,
		.frames = frames,
		.cause = cause,
		.drained_ns = start_ns + length_ns + MS };
}
