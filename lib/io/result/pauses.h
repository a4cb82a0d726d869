/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Time for which no frames came to the receive rings because senders, or the core that emulates the
 * line, paused. Pure; any thread.
 *
 * A sender that resumes after a stall skips the slots that are older than a burst and sends the
 * others late, after its pause. An interval therefore misses the frames that were due in its
 * overlap with the pause, less the late frames that the line had room for before the interval
 * ended. A pause that began before the interval can add more frames than it takes; the missing time
 * is then negative.
 *
 * The time is a range where the late frames are unknown: where frames were refused, where the log
 * has more of them than a sender makes up for, and for a core that runs the line alone, which skips
 * nothing.
 */
#pragma once

#include "result/result.h"

/** Pauses within some time, as time in which nothing came. */
struct ovr_pauses {
	double min_ns; /**< where all late frames came in time; may be negative */
	double max_ns; /**< where those that need not have, did not; min_ns ≤ max_ns */
};

/**
 * @return the pauses between two instants since the trial's epoch; those in the gaps between bursts
 *         are none
 */
struct ovr_pauses ovr_pauses_in(const struct ovr_result *result, uint64_t from_ns, uint64_t to_ns);

/**
 * The list of senders' stalls stands by worker and time.
 * @param at_place a place in result->tx_stall: 0, or after the last stall of the sender before
 * @param[out] end_place after this sender's last stall
 * @return the place in result->tx_stall of the first stall of the sender at @p at_place that ends
 *         after @p ns
 */
uint64_t ovr_pauses_first_after(
	const struct ovr_result *result, uint64_t at_place, uint64_t ns, uint64_t *end_place);
