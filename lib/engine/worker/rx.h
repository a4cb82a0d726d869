/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Receive workers: polling, classification of frames, tracking of streams, and the log of
 * stalls.
 *
 * A queue here is one receive queue; a worker is a core and the queues it polls in turn. Trackers
 * belong to the worker, so a stream that RSS moves between queues of one worker keeps its order
 * and its account. Set up by the control thread, then owned by the worker until it has returned;
 * any thread may read counters. A running worker neither allocates nor fails nor logs.
 *
 *     received = unique + duplicate + late + corrupt + stale + foreign
 *
 * Of several receivers each knows the streams of all. A frame of another one's is foreign here, and
 * counted by its stream besides.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame/classify.h"
#include "frame/mix.h"
#include "hist/hist.h"
#include "seq/seq.h"
#include "stall/core.h"
#include "stall/injection.h"
#include "stall/stall.h"
#include "stat/stat.h"
#include "worker/answer.h"
#include "worker/datagrams.h"
#include "worker/run.h"
#include "worker/snapshot.h"

#define OVR_RX_BURST_MAX OVR_FRAME_KINDS_MAX
/** Most frames that some drivers return per poll. */
#define OVR_RX_BATCH 32

/** One receive queue. */
struct ovr_rx_queue {
	uint16_t port_id, queue_id;      /**< as ethdev knows it */
	struct ovr_datagrams *datagrams; /**< a socket's, which it owns; NULL: ethdev's */
	uint32_t bit;                    /**< 1 << its number among the queues of its port */
	uint16_t burst;
	uint16_t
		batch; /**< a poll that returns this many may have left frames: the smaller of burst and OVR_RX_BATCH */
	/* written by the worker, read by anybody */
	_Alignas(OVR_STAT_LINE_BYTES) struct ovr_stat frames;
	struct ovr_stat bytes; /**< with FCS */
	struct ovr_stat polls;
	struct ovr_stat empty_polls;
};

/** Frames of one worker by class. */
struct ovr_rx_counters {
	struct ovr_stat unique, duplicate, reordered, late, corrupt, stale, foreign;
	struct ovr_stat merged; /**< among the foreign: several frames of ours made into one on the way */
	struct ovr_stat before_their_time; /**< frames with a transmit time in the future: without latency */
};

/** One receive core. */
struct ovr_rx_worker {
	/* const while running */
	const struct ovr_run *run;
	struct ovr_rx_queue **queue;
	uint16_t n_queues;
	struct ovr_frame_expect expect;
	uint16_t own_first; /**< streams of which frames are to come here; of others they are astray */
	uint32_t n_own;
	uint64_t tmax_ns;
	uint64_t service_ps;  /**< time to serve one frame; 0: as fast as it can */
	uint16_t short_polls; /**< the rings are empty after so many polls in a row that left none; ≥ 1 */
	bool keeps_snapshot;
	struct ovr_answerer *answerer; /**< gets foreign frames; NULL: none are answered */
	const struct ovr_mix *mix;     /**< to count sizes apart; NULL: there is one */

	/* the worker's */
	struct ovr_clock_steady time; /**< all its readings of the counter */
	struct ovr_stall_injection injection;
	struct ovr_stall_monitor monitor;
	struct ovr_stall_thread thread;
	struct ovr_seq *seq;   /**< tracker of each stream */
	uint64_t *late;        /**< per stream: arrived after tmax_ns */
	uint64_t *corrupt;     /**< per stream: arrived damaged */
	uint64_t *astray;      /**< per stream of another receiver: arrived here; part of foreign */
	uint32_t *queues_seen; /**< per stream: bit per queue */
	uint64_t unique_of_size[OVR_MIX_SIZES_MAX];
	struct ovr_snapshot snapshot;
	struct ovr_hist latency_ns;
	struct ovr_hist
		transit_ns; /**< of polls after one that found the rings empty: frames that had not waited */
	struct ovr_hist interarrival_ns;
	uint64_t last_unique_ns;
	bool has_unique;
	uint64_t busy_until_ns;
	uint64_t last_poll_ns; /**< with --service, as the next two */
	bool last_batch_was_full;
	uint64_t service_late_ns; /**< time in which frames waited and the core was away */
	uint64_t loops;

	_Alignas(OVR_STAT_LINE_BYTES) struct ovr_rx_counters counters;
};

/** The worker's thread function (lcore_function_t). @param arg struct ovr_rx_worker @return 0 */
int ovr_rx_work(void *arg);
