/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Matching of loss periods with the stalls of the receiver in which they fell.
 *
 * A ring overruns while its core does not poll, so the frames of a hole, sent between the transmit
 * times of its two neighbours, overlap the stall. A period belongs to the stall of its worker that
 * this interval overlaps longest. A period that overlaps none was not lost in a stall: the
 * receiver was slower than the arrivals, or the loss was elsewhere. A period without known
 * neighbours (before_tx_ns 0 after the head) is matched with no stall. Sender and receiver use one
 * clock. The transit time is added to the stamps, as frames reach the ring later than they were
 * stamped. The time that the frame after the hole waited in the ring is not part of the interval.
 *
 * A ring loses frames after a stall, too, until the backlog of the stall has drained.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "seq/seq.h"
#include "stall/stall.h"

/** How much later than it was stamped a frame reaches a receive ring. 0: not known. */
struct ovr_stall_transit {
	uint64_t least_ns;
	uint64_t usual_ns; /**< with its time in a transmit ring, before a full line */
};

/**
 * Result of the matching; in a finished trial only of losses that stalls explain
 * (result/explain.h). Plain data.
 */
struct ovr_stall_match {
	uint64_t periods; /**< looked at */
	uint64_t matched_periods;
	uint64_t matched_frames;
	uint64_t stalls;      /**< distinct stalls that have at least one period */
	uint64_t shortest_ns; /**< of these */
	uint64_t longest_ns;
};

/**
 * Match one worker's loss periods with its stalls, and add the frames to each stall.
 * @param period its periods, in any order; tail periods (after_tx_ns UINT64_MAX) end at @p
 * sent_until_ns
 * @param stall its stalls in order of time; their `frames` are added to
 * @param[out] stall_of for each period the index of its stall, or UINT32_MAX; may be NULL
 */
struct ovr_stall_match ovr_stall_match(const struct ovr_seq_period *period, uint64_t n_periods,
	struct ovr_stall *stall, uint64_t n_stalls, uint64_t sent_until_ns,
	const struct ovr_stall_transit *transit, uint32_t *stall_of);

/**
 * @return whether the start of a period is known; a period without it is matched with no stall
 */
bool ovr_stall_is_timed(const struct ovr_seq_period *period);

/**
 * @param stall by worker and time
 * @param period a loss period that is matched with no stall
 * @return the last stall of its worker that began before its first frame reached the ring, by its
 * place in the list; n_stalls: none, or the start of the period is not known
 */
uint64_t ovr_stall_before_loss(const struct ovr_stall *stall, uint64_t n_stalls,
	const struct ovr_seq_period *period, const struct ovr_stall_transit *transit);

/**
 * @param stall the one that ovr_stall_before_loss() found for @p period
 * @param drain_max_ns a backlog that lasts longer is not the stall's, but of a slow receiver
 * @return whether the backlog of the stall can still be there when the first frame of the period
 * reached the ring: the rings were not found empty before, and the stall had ended no more than
 * @p drain_max_ns ago
 */
bool ovr_stall_is_draining(const struct ovr_stall *stall, const struct ovr_seq_period *period,
	const struct ovr_stall_transit *transit, double drain_max_ns);
