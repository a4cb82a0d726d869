/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Transmit workers: stamping and sending of due frames, and their counters.
 *
 * A queue here is one transmit queue: its schedule, its streams, its counters. A worker is a core
 * and the queues it serves in turn; the first one also runs the wire, if the port is one and no
 * core was given to it. Set up by the control thread, then owned by the worker until it has
 * returned. A running worker neither allocates (but frames from the pool) nor fails nor logs.
 *
 *     attempted = refused + sent
 *
 * A refused frame returns its number to its stream and was never sent.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame/frame.h"
#include "frame/mix.h"
#include "pace/pace.h"
#include "plan/plan.h"
#include "stall/core.h"
#include "stall/stall.h"
#include "stat/stat.h"
#include "worker/answer.h"
#include "worker/datagrams.h"
#include "worker/run.h"

#define OVR_TX_BURST_MAX 512
/**
 * Room for ready frames: several bursts, so that the remaining frames are seldom moved to the
 * front.
 */
#define OVR_TX_READY (4 * OVR_TX_BURST_MAX)

struct ovr_wire;
struct rte_mbuf;
struct rte_mempool;

/** A stream as its only writer sees it. */
struct ovr_tx_stream {
	uint64_t next_seq;
	const struct ovr_frame_template *template; /**< one per size of the mix */
	uint16_t stream;
	uint16_t place; /**< in the mix, of the next frame */
};

/**
 * How much of a template is copied for each frame; the rest of the buffer holds the filler already.
 */
enum ovr_tx_copy {
	OVR_TX_COPY_64,    /**< the first 64 bytes hold headers and tag */
	OVR_TX_COPY_128,   /**< the first 128 do */
	OVR_TX_COPY_WHOLE, /**< the payload is a capture's */
};

/** One transmit queue. */
struct ovr_tx_queue {
	/* const while running */
	uint16_t port_id, queue_id;
	struct ovr_datagrams *datagrams; /**< a socket's, which it owns; NULL: ethdev's queue */
	uint16_t burst;
	bool wait_when_full;
	uint32_t trial_id;
	uint64_t count; /**< frames to send, at most as many as the tag can number */
	/**
	 * one stream, one size, its payload in the buffers: numbers follow each other, and a burst
	 * is stamped as a run
	 */
	bool is_uniform;
	const struct ovr_mix *mix;
	struct rte_mempool *pool;

	/* the worker's */
	struct ovr_pace pace;
	struct ovr_tx_stream *stream;
	uint32_t n_streams, cursor; /**< streams take turns */
	uint64_t sent_so_far;
	/**
	 * frames from the pool, not yet accepted by the port, the oldest first, since their lines
	 * are on their way
	 */
	struct rte_mbuf *ready[OVR_TX_READY];
	uint16_t oldest_ready, n_ready;             /**< they stand side by side */
	struct rte_mbuf *pending[OVR_TX_BURST_MAX]; /**< wait_when_full: attempted, waiting for room */
	uint16_t n_pending;
	struct ovr_stall
		*stall; /**< stall of the core that the queue is catching up after; NULL: it is on schedule */
	uint64_t stall_until_ps; /**< shortfall after this time is not charged to the stall */
	bool is_over;
	uint64_t end_ps; /**< when it was over: the end of its last slot, or later */

	/* written by the worker, read by anybody */
	_Alignas(OVR_STAT_LINE_BYTES) struct ovr_stat attempted;
	struct ovr_stat refused;
	struct ovr_stat sent;
	struct ovr_stat sent_bytes; /**< with FCS */
	struct ovr_stat shortfall;
	struct ovr_stat shortfall_in_stalls;
	struct ovr_stat shortfall_pool; /**< slots without a free frame */
	struct ovr_stat full_waits;
	struct ovr_stat bursts;
};

/** One transmit core. */
struct ovr_tx_worker {
	const struct ovr_run *run;
	struct ovr_wire *wire; /**< to be run by this worker; NULL: none */
	enum ovr_tx_copy copy;
	struct ovr_tx_queue **queue;
	uint16_t n_queues;
	struct ovr_clock_steady time; /**< all its readings of the counter */
	struct ovr_errand *errand;    /**< sent on its first queue; NULL: none */
	struct ovr_stall_monitor monitor;
	struct ovr_stall_thread thread; /**< counters of Linux for it, after the run */
	uint64_t loops;
	_Atomic uint64_t done_ns; /**< the end of its last queue's last slot; 0: it still sends */
};

/** The worker's thread function (lcore_function_t). @param arg struct ovr_tx_worker @return 0 */
int ovr_tx_work(void *arg);

/** A worker that only runs the wire. */
struct ovr_wire_worker {
	const struct ovr_run *run;
	struct ovr_wire *wire;
	struct ovr_clock_steady time; /**< all its readings of the counter */
	struct ovr_stall_monitor monitor;
	struct ovr_stall_thread thread;
	uint64_t loops;
};

/** Its thread function. @param arg struct ovr_wire_worker @return 0 */
int ovr_wire_work(void *arg);

/** Return the frames that a queue still holds to the pool. Control thread, after the run. */
void ovr_tx_queue_done(struct ovr_tx_queue *queue);
