/* SPDX-License-Identifier: BSD-3-Clause */
/** @file A trial whose stalls the tests of this folder set: no file, no device. */
#pragma once

#include <string.h>

#include "result/result.h"

#define MS UINT64_C(1000000)

/*
 * 100 ms at 10 Mpps into one ring of 1,000 slots, a buffer time of 100 us: all sent, and what was
 * missed is the test's.
 */
struct bench {
	struct ovr_result result;
	struct ovr_result_queue queue[3];
	struct ovr_result_worker worker[3];
	struct ovr_stall rx[8], tx[8];
	struct ovr_seq_period period[2];
	uint32_t period_stall[2];
};

static inline void
arrange(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	bench->result.plan.ports.burst = 32;
	bench->result.plan.trial.stall_min_ns = 5000;
	bench->result.plan.receiver.stall = (struct ovr_stall_plan){ .length_ns = 200000,
		.period_ns = 10 * MS };
	bench->result.planned_pps = 10e6;
	bench->result.duration_ns = 100 * MS;
	bench->result.rxd_set = 1000;
	bench->result.ledger.figures.scheduled = bench->result.ledger.figures.sent = 1000000;
	bench->queue[0] = (struct ovr_result_queue){ .is_tx = true, .frames = 1000000 };
	bench->queue[1] = (struct ovr_result_queue){ .frames = 999000, .missed = 1000, .missed_known = true };
	bench->worker[0].is_tx = true;
	bench->result.queue = bench->queue;
	bench->result.n_queues = 2;
	bench->result.worker = bench->worker;
	bench->result.n_workers = 2;
	bench->result.rx_stall = bench->rx;
	bench->result.tx_stall = bench->tx;
	bench->result.period = bench->period;
	bench->result.period_stall = bench->period_stall;
}

static inline void
add_rx(struct bench *bench, uint64_t start_ns, uint64_t length_ns, uint64_t frames,
	enum ovr_stall_cause cause)
{
	bench->rx[bench->result.n_rx_stalls++] = (struct ovr_stall){ .start_ns = start_ns,
		.length_ns = length_ns,
		.frames = frames,
		.cause = cause,
		.drained_ns = start_ns + length_ns + 1000 };
}

/*
 * The last stall that was added began so long after the last look at an empty ring; so the one
 * before it had not drained.
 */
static inline void
not_drained_since(struct bench *bench, uint64_t backlog_ns)
{
	bench->rx[bench->result.n_rx_stalls - 1].backlog_ns = backlog_ns;
	bench->rx[bench->result.n_rx_stalls - 2].drained_ns = UINT64_MAX;
}

static inline void
add_tx(struct bench *bench, uint16_t worker, uint64_t start_ns, uint64_t length_ns)
{
	bench->tx[bench->result.n_tx_stalls++] = (struct ovr_stall){
		.worker = worker, .start_ns = start_ns, .length_ns = length_ns, .cause = OVR_STALL_ON_CPU
	};
}

/* A pause in which the sender skipped some slots. */
static inline void
add_pause(struct bench *bench, uint64_t start_ns, uint64_t length_ns, uint64_t skipped)
{
	add_tx(bench, 0, start_ns, length_ns);
	bench->tx[bench->result.n_tx_stalls - 1].frames = skipped;
}
