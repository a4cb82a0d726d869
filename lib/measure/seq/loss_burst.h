/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Burst and gap metrics of losses (RFC 3611 section 4.7.2).
 *
 * A burst is a longest stretch of numbers that begins and ends with a lost one, and inside which
 * fewer than Gmin in a row arrived. All the rest is gap: a single loss with Gmin arrivals on both
 * sides too. A stream counts as preceded and followed by Gmin arrivals.
 */
#pragma once

#include <stdint.h>

#include "seq/seq.h"

/** RFC 3611's recommended Gmin. */
#define OVR_SEQ_LOSS_BURST_GMIN 16u

/** Bursts and gaps, of one stream or of many. Plain data; zeroed: empty. */
struct ovr_seq_loss_burst {
	uint64_t bursts, gaps;             /**< stretches of each kind */
	uint64_t burst_frames, gap_frames; /**< numbers in them */
	uint64_t burst_lost, gap_lost;     /**< of these lost */
};

/**
 * Count the bursts and gaps of one stream, of the numbers in [first_seq, end_seq).
 * @param period all its loss periods, by number and within these bounds
 * @param gmin ≥ 1
 * @param burst is added to
 */
void ovr_seq_loss_burst_add(const struct ovr_seq_period *period, uint64_t n_periods, uint64_t first_seq,
	uint64_t end_seq, uint32_t gmin, struct ovr_seq_loss_burst *burst);

/**
 * @return the density as the RFC writes it: floor(256 · lost / frames), at most 255; 0 for no
 * frames
 */
uint8_t ovr_seq_loss_burst_density(uint64_t lost, uint64_t frames);
