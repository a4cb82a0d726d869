/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Reorder density (RD) and reorder buffer-occupancy density (RBD) of RFC 5236.
 *
 *     RD   Every arrival gets a receive index: the next number that is not lost. Its displacement is this index
 *          minus its own number: below 0 it came early, above 0 late. A number is lost once the
 *          threshold + 1 arrivals from its turn on did not bring it.
 *     RBD  A buffer that puts frames in order holds those that came before their turn. Its
 *     occupancy is counted
 *          after each arrival. A full one, of threshold frames, gives up the missing number it
 *          waits for.
 *
 * Arrivals are first copies only, as ovr_seq_arrive() tells them. One that is displaced by more
 * than the threshold, or whose number was given up before it arrived, is in neither density; it is
 * counted as such. As in the RFC's algorithm it takes no receive index, and one whose number was
 * given up no place among the threshold + 1 arrivals either.
 *
 * Owner: one thread. Nothing allocates or fails.
 */
#pragma once

#include <stdint.h>

/** Largest threshold, and the default. */
#define OVR_SEQ_DENSITY_THRESHOLD 100u

/** Two histograms, of one stream or of many. Plain data; zeroed: empty. */
struct ovr_seq_density {
	uint64_t displaced_frames; /**< arrivals in @ref displaced */
	/** [D + OVR_SEQ_DENSITY_THRESHOLD]: arrivals of displacement D */
	uint64_t displaced[2 * OVR_SEQ_DENSITY_THRESHOLD + 1];
	uint64_t beyond;           /**< arrivals displaced by more than the threshold, or given up before */
	uint64_t occupancy_frames; /**< arrivals in @ref occupancy */
	/** [n]: arrivals that left n frames waiting */
	uint64_t occupancy[OVR_SEQ_DENSITY_THRESHOLD + 1];
};

/** One stream under way. Fields are the owner's. */
struct ovr_seq_density_feed {
	uint32_t threshold;
	uint32_t n_window, n_early, n_held;
	uint32_t head;                                  /**< of the window, a ring */
	uint64_t index;                                 /**< the next receive index */
	uint64_t window[OVR_SEQ_DENSITY_THRESHOLD + 1]; /**< arrivals without an index yet */
	uint64_t early[OVR_SEQ_DENSITY_THRESHOLD];      /**< that have one below their number, ahead of it */
	uint64_t expected;                              /**< number that the buffer waits for */
	uint64_t held[OVR_SEQ_DENSITY_THRESHOLD];       /**< the buffer */
};

/**
 * Begin.
 * @param first_seq the stream's first number
 * @param threshold 1 … OVR_SEQ_DENSITY_THRESHOLD (DT and BT)
 */
void ovr_seq_density_begin(struct ovr_seq_density_feed *feed, uint64_t first_seq, uint32_t threshold);

/**
 * The first copy of @p number arrived. Counted in @p density at once or up to threshold arrivals
 * later.
 */
void ovr_seq_density_arrive(
	struct ovr_seq_density_feed *feed, uint64_t number, struct ovr_seq_density *density);

/** No more will arrive: count what has not been counted yet. */
void ovr_seq_density_finish(struct ovr_seq_density_feed *feed, struct ovr_seq_density *density);
