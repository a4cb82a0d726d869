/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Which stall caused which loss period? And do all of a queue's losses have a cause?
 *
 * Frames that a ring had no room for were sent while the core that polls it did not poll: the
 * hole's frames left between the transmit times of its two neighbours. A period belongs to the
 * stall of the worker that polls its queue with which that interval overlaps longest. A period that
 * overlaps none was not lost in a stall (the receiver was slower than the arrivals, or the loss was
 * elsewhere). One whose neighbours were forgotten (before_tx_ns 0 behind the head) is laid to no
 * stall. All times are of one clock; sender and receiver share it.
 */
#pragma once

#include <stdint.h>

#include "seq/seq.h"
#include "stall/stall.h"

/** What the matching found. Plain data. */
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
 * @param period its periods, in any order; tail periods (after_tx_ns UINT64_MAX) end at @p sent_until_ns
 * @param stall its stalls in order of time; their `frames` are added to
 * @param slack_ns how much later a frame reaches the ring than it was stamped (the path's delay)
 * @param[out] stall_of for each period the index of its stall, or UINT32_MAX; may be NULL
 */
struct ovr_stall_match ovr_stall_match(const struct ovr_seq_period *period, uint64_t n_periods,
	struct ovr_stall *stall, uint64_t n_stalls, uint64_t sent_until_ns, uint64_t slack_ns,
	uint32_t *stall_of);
