/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The offset of another host's clock from ours, and how sure it is.
 *
 * An exchange has four times: ours when we asked (t1), theirs when they heard (t2) and when they
 * answered (t3), ours when the answer was here (t4). No message arrives before it is sent, on
 * whichever clock, so that
 *
 *     t3 − t4 ≤ offset ≤ t2 − t1        offset: their clock less ours
 *
 * The middle of that is off by half of the round trip, (t4 − t1) − (t3 − t2), at most. The shortest
 * round trip of a set of exchanges says most. Between two sets the offset is interpolated.
 *
 * Times are ns of each host's CLOCK_MONOTONIC, 0 … 2^62. Pure, any thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** Fewest exchanges of a set. */
#define OVR_OFFSET_EXCHANGES_MIN 8

/**
 * How much faster one host's clock may run than the other's: each may be adjusted by 500 ppm
 * while it is disciplined. What exceeds it is a step.
 */
#define OVR_OFFSET_DRIFT_PPM 1000

/** Four times of one exchange. Plain data. */
struct ovr_offset_exchange {
	int64_t t1_ns; /**< our clock: asked */
	int64_t t2_ns; /**< their clock: heard */
	int64_t t3_ns; /**< their clock: answered */
	int64_t t4_ns; /**< our clock: the answer was here */
};

/** What a set of exchanges says, by the one with the shortest round trip. Plain data. */
struct ovr_offset {
	int64_t offset_ns; /**< their clock less ours */
	uint64_t bound_ns; /**< the true offset is no further away: half of the round trip, rounded up */
	uint64_t rtt_ns;   /**< the shortest round trip */
	int64_t at_ns;     /**< our clock, in the middle of that exchange */
};

/** An offset at one moment. Plain data. */
struct ovr_offset_at {
	int64_t offset_ns; /**< their clock less ours */
	uint64_t bound_ns; /**< the larger bound of both sets, and half of what the offset changed */
};

/**
 * @param exchange @p n of them, in the order in which they were made
 * @param who for sentences: "rack1"
 * @param[out] ret_offset untouched on failure
 * @return 0; -EINVAL: fewer than OVR_OFFSET_EXCHANGES_MIN; -EBADMSG: times that cannot be, out
 *         of their range too, or a clock that was stepped among them
 */
int ovr_offset_of(const struct ovr_offset_exchange *exchange, size_t n, const char *who,
	struct ovr_offset *ret_offset, struct ovr_err *err);

/**
 * @param before, after two sets; the second one is the later
 * @param at_ns our clock, from the one to the other
 * @param[out] ret_at untouched on failure
 * @return 0; -EINVAL: the moment is not between both; -EBADMSG: a clock was stepped between them
 */
int ovr_offset_between(const struct ovr_offset *before, const struct ovr_offset *after, int64_t at_ns,
	const char *who, struct ovr_offset_at *ret_at, struct ovr_err *err);
