/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What is known of a running command: sums over its trials, the latest interval, and how far it is.
 *
 * A reading is what one trial has counted since its start. Live readings are torn: two counters of
 * one reading may differ by a few frames. ovr_live_add() adds to the sums what a reading has more
 * than the one before it, so that a sum never falls, from trial to trial and where a driver resets
 * its counters. Plain data without pointers: a copy is a snapshot. Pure; the caller owns it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ledger/ledger.h"
#include "result/result.h"
#include "stall/stall.h"

/** Counters of places that are kept; further ones are not. */
#define OVR_LIVE_ACCOUNTS_MAX 256
/** A worker for each transmit and receive core, and the wire's. */
#define OVR_LIVE_CORES_MAX (2 * OVR_PLAN_WORKERS_MAX + 1)
/** Latest stalls that are kept. */
#define OVR_LIVE_STALLS_MAX 32
/** Intervals that are kept. */
#define OVR_LIVE_HISTORY_MAX 256
/** Finished trials that are kept. */
#define OVR_LIVE_TRIALS_MAX 64
/** Cells of a distribution: cell k counts values of 2^(k-1) to 2^k - 1 ns. */
#define OVR_LIVE_CELLS OVR_STALL_CELLS

/** What a core does. */
enum ovr_live_side {
	OVR_LIVE_TX,
	OVR_LIVE_RX,
	OVR_LIVE_WIRE, /**< it runs the wire, and nothing else */
	OVR_LIVE_SIDES,
};

/** One transmit queue, and the streams that it sends. */
struct ovr_live_tx_queue {
	uint64_t attempted, refused, sent, sent_bytes, shortfall;
	/**
	 * Frames of its streams that are lost as far as is known: while a trial runs, those that
	 * left the window of their stream unseen; once it is over, all
	 */
	uint64_t lost;
};

/** One receive queue. */
struct ovr_live_rx_queue {
	uint64_t received, received_bytes;
	uint64_t missed;   /**< by the port's counter of this queue, */
	bool missed_known; /**< where it has one */
	uint64_t polls, empty_polls;
};

/** Frames that arrived, by class; reordered ones are among the unique. */
struct ovr_live_classes {
	uint64_t unique, duplicate, reordered, late, corrupt, stale, foreign;
};

/** One counter of a place. */
struct ovr_live_account {
	enum ovr_ledger_place place;
	char port[48];
	int32_t queue; /**< -1: of the whole port */
	char counter[48], source[32];
	uint64_t frames;
};

/** One core. */
struct ovr_live_core {
	enum ovr_live_side side;
	uint16_t cpu;
	uint64_t stalls, stalled_ns;
};

/** Sums, or what one trial has counted so far. */
struct ovr_live_counts {
	/**
	 * ends of other processes told it: tx[0] is all queues of all senders, its losses are those
	 * of all streams once the trial is over, rx[0] has the bytes of all queues, and polls,
	 * places, links, stalls, latencies and rings are not known
	 */
	bool is_told;
	uint32_t n_txq, n_rxq;
	struct ovr_live_tx_queue tx[OVR_PLAN_QUEUES_MAX];
	struct ovr_live_rx_queue rx[OVR_PLAN_QUEUES_MAX];
	struct ovr_live_classes classes;
	uint32_t n_accounts;
	struct ovr_live_account account[OVR_LIVE_ACCOUNTS_MAX];
	uint32_t n_cores;
	struct ovr_live_core core[OVR_LIVE_CORES_MAX];
	/** stalls of transmit and receive cores, by cause and length */
	uint64_t stall_cell[OVR_LIVE_WIRE][OVR_STALL_CAUSES][OVR_LIVE_CELLS];
	uint64_t stall_ns[OVR_LIVE_WIRE][OVR_STALL_CAUSES];
	uint64_t latency_cell[OVR_LIVE_CELLS]; /**< unique frames, by latency */
	uint64_t latency_ns;                   /**< the sum, which wraps beyond 2^64 */
};

/** A receive ring as it stands. */
struct ovr_live_ring {
	uint32_t used, size; /**< descriptors with a frame that was not taken yet; size 0: unknown */
};

/** A stall as it happened. */
struct ovr_live_stall {
	enum ovr_live_side side;
	uint32_t trial; /**< from 1 */
	struct ovr_stall stall;
};

/** What a trial has counted since its start. */
struct ovr_live_reading {
	uint64_t at_ns;    /**< since the trial's epoch */
	uint64_t total_ns; /**< how long it should send; 0: unknown */
	bool link_lost;    /**< since the reading before */
	struct ovr_live_counts counts;
	struct ovr_live_ring ring[OVR_PLAN_QUEUES_MAX];
	uint32_t n_stalls; /**< new ones */
	struct ovr_live_stall stall[OVR_LIVE_STALLS_MAX];
};

/** One interval, for rates. */
struct ovr_live_interval {
	uint64_t ns;
	uint64_t attempted, refused, sent, sent_bytes, received, received_bytes, missed, lost, stalls,
		stalled_ns;
	uint64_t missed_max_of_queue; /**< of the queue that missed most */
};

/** A finished trial. */
struct ovr_live_trial {
	uint32_t number; /**< from 1 */
	char label[96];
	enum ovr_ledger_verdict verdict;
	double tx_pps;
	uint64_t sent;
	int64_t lost;
};

/** A command and all that is known of it. Zeroed memory is one that has not begun. */
struct ovr_live {
	char command[16];             /**< "search" */
	uint32_t n_planned;           /**< trials that it will have; 0: nobody knows */
	uint64_t at_most_ns;          /**< that all of them take; 0: unknown */
	uint64_t begun_ns;            /**< when it began, of the caller's monotonic clock */
	uint64_t sampled_ns;          /**< when the latest reading was added, of the same clock; 0: never */
	uint64_t sampled_realtime_ns; /**< the same since 1970 */
	uint64_t n_readings;

	bool is_running; /**< a trial is */
	uint32_t number; /**< of the trial, from 1; 0: none has begun */
	char label[256]; /**< what it is for; may be empty */
	uint64_t trial_begun_ns;
	uint64_t at_ns, total_ns; /**< of the trial, as in its reading */
	uint32_t n_links_lost;    /**< intervals in which a link was down */

	uint64_t verdicts[OVR_VERDICT_VOID + 1]; /**< finished trials */
	uint32_t n_trials;                       /**< in the list, the latest last */
	struct ovr_live_trial trial[OVR_LIVE_TRIALS_MAX];

	struct ovr_live_counts last; /**< of the trial that runs, or ran last */
	struct ovr_live_counts sum;  /**< over all trials */
	double latency_s;            /**< sum of all latencies */
	struct ovr_live_ring ring[OVR_PLAN_QUEUES_MAX];

	/* finished trials that are not void */
	uint64_t book[OVR_PLACE_COUNT]; /**< by place; a hop's are at `path` */
	uint64_t unexplained;           /**< lost, and in no account */

	uint32_t n_history; /**< intervals, the latest last */
	struct ovr_live_interval history[OVR_LIVE_HISTORY_MAX];
	uint32_t n_stalls; /**< the latest last */
	struct ovr_live_stall stall[OVR_LIVE_STALLS_MAX];
};

/** A command begins. @param now_ns of a monotonic clock, as in all functions below */
void ovr_live_begin(
	struct ovr_live *live, const char *command, uint32_t n_planned, uint64_t at_most_ns, uint64_t now_ns);

/** A trial begins. @param number from 1 @param label may be "" */
void ovr_live_begin_trial(struct ovr_live *live, uint32_t number, const char *label, uint64_t now_ns);

/** Add what a reading of the trial has more than the one before it. */
void ovr_live_add(
	struct ovr_live *live, const struct ovr_live_reading *reading, uint64_t now_ns, uint64_t realtime_ns);

/** The trial is over: its verdict, its losses to the frame, and its books unless it is void. */
void ovr_live_end_trial(struct ovr_live *live, const struct ovr_result *result);

/** The trial could not be run. */
void ovr_live_drop_trial(struct ovr_live *live);

/** @return the counter of that place, port, queue, name and source; NULL: there is no room */
struct ovr_live_account *ovr_live_account_of(
	struct ovr_live_counts *counts, const struct ovr_live_account *account);

/** @return that core's counters; NULL: there is no room for them */
struct ovr_live_core *ovr_live_core_of(struct ovr_live_counts *counts, enum ovr_live_side side, uint16_t cpu);

/** @return "tx", "rx", "wire" */
const char *ovr_live_side_name(enum ovr_live_side side);
