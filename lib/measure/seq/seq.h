/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Sequence tracking of one stream: in order, missing, reordered, duplicate, late; loss periods and
 * distances.
 *
 * A tracker follows one stream's sequence numbers (from 0, no holes where they were sent) as they
 * arrive at one receive worker. It keeps one bit per sequence number in a window that slides with
 * the highest number seen, in steps of 64: with h the highest number, it begins at (⌊h / 64⌋ −
 * window / 64) · 64, so it holds the `window` numbers below h and up to 63 more. Within the window
 * arrivals are classified exactly. A number that leaves the window unseen is lost. A number that
 * arrives after it has left is `late`: whether it is a duplicate is not known.
 *
 *     arrivals    = unique + duplicate + late
 *     unique      = in order + reordered               (RFC 4737 §3.3: reordered iff below the next expected)
 *     lost        = sent − unique, after ovr_seq_finish(sent)   head and tail included
 *     periods     = the maximal runs of consecutive losses      (RFC 3357)
 *
 * A jump is an arrival above the next expected number (RFC 4737 §3.4: a sequence discontinuity);
 * the skipped numbers are missing from then on. A first arrival above first_seq is a jump, and
 * later arrivals below it are reordered. The latest n_jumps are remembered, for the extents of
 * reordered frames and the times of losses.
 *
 * Reordering metrics follow RFC 4737 on first copies only: ratio (§4.1), extent (§4.2), late time
 * (§4.3), n-reordering (§5.3), free runs (§4.6). Duplication follows RFC 5560; the compared field
 * is (trial, stream, sequence).
 *
 * Owner: one receive worker while running, any one thread afterwards. ovr_seq_arrive() neither
 * allocates nor fails.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/** Last cell of n-reordering: frames that are reordered by this n or more. */
#define OVR_SEQ_N_REORDER_MAX 64
/** Cells of the histogram of loss-period lengths: 1, 2, 3-4, 5-8, … powers of two. */
#define OVR_SEQ_LENGTH_CELLS 48

/** What one arrival is. */
enum ovr_seq_class {
	OVR_SEQ_IN_ORDER,
	OVR_SEQ_REORDERED,
	OVR_SEQ_DUPLICATE,
	OVR_SEQ_LATE,
};

/** One loss period, as the log keeps it (RFC 3357 §5.1), and when it happened. */
struct ovr_seq_period {
	uint16_t stream;
	uint16_t worker;    /**< receive worker that saw the hole; filled by the owner of the log */
	uint64_t first_seq; /**< first lost number */
	uint64_t n_frames;  /**< numbers lost in a row, ≥ 1 */
	/**
	 * transmit time of the highest number that had arrived when the hole opened, ns since the
	 * epoch; 0 at the head, and where the jump over the hole is forgotten
	 */
	uint64_t before_tx_ns;
	/**
	 * transmit time of the frame that jumped over the hole; UINT64_MAX at the tail; where the
	 * jump is forgotten, that of the oldest one remembered, which was later
	 */
	uint64_t after_tx_ns;
	uint64_t after_rx_ns; /**< when that frame arrived; UINT64_MAX at the tail */
};

/**
 * A bounded list of loss periods that trackers of a worker share; the caller owns the memory. While
 * the trackers run, others may look at it: an entry below n_kept is complete and does not change.
 */
struct ovr_seq_log {
	struct ovr_seq_period *period; /**< room for @ref capacity entries */
	uint64_t capacity;
	_Atomic uint64_t n_kept;         /**< entries in use */
	_Atomic uint64_t n_dropped;      /**< periods without room in the list; they are in all counters */
	_Atomic uint64_t dropped_frames; /**< lost in these */
};

/** Losses of one stream in RFC 3357's terms; exact even where the log was full. */
struct ovr_seq_loss {
	uint64_t frames;
	uint64_t head;    /**< of these: the period that begins at first_seq; all if nothing arrived */
	uint64_t tail;    /**< of these: above the highest number that arrived */
	uint64_t periods; /**< maximal runs of losses */
	uint64_t longest; /**< frames in the longest one */
	/** smallest difference between successive lost numbers; 0 with fewer than two losses */
	uint64_t min_distance;
	/**
	 * losses at a distance ≤ delta from the one before (RFC 3357 §4.1); the first loss is none
	 */
	uint64_t noticeable;
	/**
	 * periods by length: cell 0 is 1, cell k is 2^(k-1)+1 … 2^k; the last one takes longer ones
	 * too
	 */
	uint64_t length_cell[OVR_SEQ_LENGTH_CELLS];
};

/** Reordering of one stream in RFC 4737's terms. */
struct ovr_seq_reorder {
	uint64_t frames;     /**< reordered unique arrivals */
	uint64_t extent_max; /**< unique arrivals back to the earliest larger one */
	uint64_t extent_sum;
	uint64_t late_time_max_ns; /**< arrival time minus that of the earliest larger one */
	uint64_t late_time_sum_ns;
	/** arrivals whose extent is unknown, since the jump over them is forgotten */
	uint64_t beyond_memory;
	/**
	 * [n]: reordered arrivals with exactly n larger ones just before them; last cell: that many
	 * or more. A frame of cell n is k-reordered for every 1 ≤ k ≤ n. [0]: not n-reordered at
	 * all. Exact whatever is forgotten
	 */
	uint64_t exactly_n[OVR_SEQ_N_REORDER_MAX + 1];
	uint64_t runs; /**< free runs that a reordered arrival ended, empty ones too (RFC 4737 §4.6: x) */
	/** arrivals in order (a); those after the last run are added by ovr_seq_finish() */
	uint64_t run_sum;
	uint64_t run_square; /**< sum of the squares of the runs' lengths (q) */
};

/** Account of one stream. Plain data. */
struct ovr_seq_account {
	uint64_t arrivals; /**< unique + duplicate + late */
	uint64_t unique;
	uint64_t duplicate;  /**< further copies */
	uint64_t replicated; /**< numbers of which there was more than one copy (RFC 5560 §4.2) */
	uint64_t late;
	uint64_t first_seq; /**< smallest number of any arrival, late ones too, if there was one */
	uint64_t end_seq;   /**< one above the highest number that arrived; 0 if none */
	struct ovr_seq_loss loss;
	struct ovr_seq_reorder reorder;
};

/** How to track. Zero means the default. */
struct ovr_seq_conf {
	/**
	 * numbers below the highest one that the window holds, at least: 64 … 2^26, a power of
	 * two; 0: 65536
	 */
	uint32_t window;
	/**
	 * jumps that are remembered: 64 … 2^20, a power of two; 0: 1024. A window can have window /
	 * 2
	 */
	uint32_t n_jumps;
	uint64_t delta; /**< distance at which a loss is noticeable; 0: 99 (RFC 3357's example) */
	/** number at which the stream begins: 0, but for a capture that starts in the middle */
	uint64_t first_seq;
};

struct ovr_seq_rest;

/**
 * A tracker. The fields that an arrival in order reads and writes are in one cache line, so that
 * many interleaved streams cost little more than one; @ref rest has everything else. The fields
 * are private to the module.
 */
struct ovr_seq {
	_Alignas(64) uint64_t next; /**< one above the highest number; conf.first_seq before any */
	uint64_t high_tx_ns;        /**< transmit time of the highest number; 0 before any */
	uint64_t head_seen;         /**< bits of the window's last word, which holds the highest number */
	uint64_t unique;
	struct ovr_seq_rest *rest;
};

/**
 * @return the bytes that ovr_seq_create() takes for @p n trackers, without what malloc() adds. Any
 * thread.
 */
uint64_t ovr_seq_bytes(uint32_t n, const struct ovr_seq_conf *conf);

/**
 * Create trackers in one array. Their memory (window / 2 bytes and 40 per jump, each) is touched
 * here and thus allocated on the caller's NUMA node.
 * @param first_stream that of the first one; they are numbered from there
 * @param n how many, ≥ 1
 * @param conf not kept
 * @param log where loss periods are listed; shared, may be NULL; must outlive the trackers
 * @param[out] ret_seq an array of @p n; the caller destroys it
 * @return 0; -EINVAL: window or n_jumps out of range or no power of two; -ENOMEM
 */
int ovr_seq_create(uint16_t first_stream, uint32_t n, const struct ovr_seq_conf *conf,
	struct ovr_seq_log *log, struct ovr_seq **ret_seq, struct ovr_err *err);

/** Free all @p n of them. NULL is allowed. */
void ovr_seq_destroy(struct ovr_seq *seq, uint32_t n);

/** Bits in a word of the window. */
#define OVR_SEQ_WORD_BITS 64u

/** Move the window to the word of the next number. Part of ovr_seq_arrive(). */
void ovr_seq_turn(struct ovr_seq *seq);

/** The half of ovr_seq_arrive() for a number that is not the next one. */
enum ovr_seq_class ovr_seq_arrive_unexpected(
	struct ovr_seq *seq, uint64_t number, uint64_t tx_ns, uint64_t rx_ns);

/**
 * Count an arrival. Owner only; not after ovr_seq_finish(). Takes a few ns in order; a jump takes
 * one pass over the window at most.
 * @param number its sequence number, < 2^48
 * @param tx_ns when it was sent, @param rx_ns when it arrived, both since the trial's epoch
 * @return what it is; a number below conf.first_seq is late
 */
static inline enum ovr_seq_class
ovr_seq_arrive(struct ovr_seq *seq, uint64_t number, uint64_t tx_ns, uint64_t rx_ns)
{
	if (__builtin_expect(number != seq->next, 0))
		return ovr_seq_arrive_unexpected(seq, number, tx_ns, rx_ns);
	if (number % OVR_SEQ_WORD_BITS == 0)
		ovr_seq_turn(seq);
	seq->head_seen |= (uint64_t)1 << (number % OVR_SEQ_WORD_BITS);
	seq->next = number + 1;
	seq->high_tx_ns = tx_ns;
	seq->unique++;
	return OVR_SEQ_IN_ORDER;
}

/**
 * Count arrivals of the next @p n numbers, all sent at @p tx_ns: equal to n calls of
 * ovr_seq_arrive() with the numbers from seq->next on, at little more than the cost of one. Owner
 * only.
 * @param n ≥ 1
 */
void ovr_seq_arrive_next(struct ovr_seq *seq, uint64_t n, uint64_t tx_ns);

/**
 * Finish the tracker: numbers in [first_seq, sent) that have not arrived are lost. Call it once.
 * @param sent the numbers sent (one above the last); what arrived at or above it stays counted as
 * unique, and
 *        the ledger finds the contradiction (account.end_seq > sent). A hole that reaches above it
 *        and had already left the window as a whole stays counted as lost
 */
void ovr_seq_finish(struct ovr_seq *seq, uint64_t sent);

/**
 * @return the account, valid until the next arrival; before ovr_seq_finish() it does not include
 * losses inside the window
 */
const struct ovr_seq_account *ovr_seq_account(struct ovr_seq *seq);

/**
 * Merge the accounts of one stream that RSS moved between workers: numbers that none of them
 * received are lost.
 * @param account the accounts of the n_workers trackers, finished with the same @p sent
 * @param period their loss periods of this stream, of all workers together, in any order; each
 * worker's list
 *        complete; ovr_seq_period.worker is the index in @p account
 * @param first_seq conf.first_seq of the trackers
 * @param delta as in struct ovr_seq_conf
 * @param log takes the merged periods (worker 0), each with the narrowest times that the workers
 * know; may be
 *        NULL
 * @param[out] ret_account the merged account: unique, duplicate (a number that two workers saw is
 * one unique
 *             and one duplicate) and losses are exact; replicated is an upper bound (a number that
 *             one worker saw twice and another one too counts twice); reordering is the sum over
 *             the workers, since there is no order between queues. Like the log untouched on
 *             failure
 * @return 0; -ENOMEM; -EINVAL: no worker, or the lists contradict the accounts (incomplete)
 */
int ovr_seq_merge(uint16_t stream, const struct ovr_seq_account *account, unsigned int n_workers,
	const struct ovr_seq_period *period, uint64_t n_periods, uint64_t first_seq, uint64_t sent,
	uint64_t delta, struct ovr_seq_log *log, struct ovr_seq_account *ret_account, struct ovr_err *err);

/**
 * Add the figures of @p from to @p into: totals over streams (first_seq and end_seq are left
 * alone). Maxima and the smallest distance are those of any stream. Zeroed memory is a valid start.
 */
void ovr_seq_account_add(struct ovr_seq_account *into, const struct ovr_seq_account *from);
