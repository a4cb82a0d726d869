/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Transmit schedule: absolute deadlines, exact to a fraction of a picosecond.
 *
 * The schedule is a list of slots. Slot i begins at its due time and lasts the frame's interval;
 * intervals are kept as an integer of picoseconds and a remainder over a common denominator, so
 * that no rounding adds up. A trial of duration T holds the slots that end by T: floor(rate · T) of
 * them at a constant rate.
 *
 *     scheduled = attempted + shortfall
 *
 * A sender that resumes late has a backlog of slots. It catches up slots no older than
 * `backlog_max_ps`, since any sender works in bursts. Older slots are skipped and counted as
 * shortfall: sending them would make a burst that the plan does not have. With catch_up all slots
 * are sent, late.
 *
 * Pure arithmetic; one owner (a transmit worker). Times are ps since the trial's epoch.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "base/units.h"
#include "frame/mix.h"

/** Shape of the traffic. */
enum ovr_pace_shape {
	OVR_PACE_SMOOTH,  /**< one slot after the other */
	OVR_PACE_BURST,   /**< burst_frames slots at the rate, then an idle gap_ns, repeated */
	OVR_PACE_POISSON, /**< exponentially distributed intervals with the rate's mean */
};

/** Configuration of a schedule. Plain data. */
struct ovr_pace_conf {
	struct ovr_rate rate; /**< of the whole port */
	uint64_t line_bps;    /**< for rates in % of the line */
	enum ovr_pace_shape shape;
	uint64_t burst_frames;   /**< OVR_PACE_BURST: ≥ 1 */
	uint64_t gap_ns;         /**< OVR_PACE_BURST */
	uint64_t seed;           /**< OVR_PACE_POISSON */
	uint64_t duration_ns;    /**< slots that end later are not in the schedule; 0: no limit */
	uint64_t backlog_max_ps; /**< how much backlog is caught up */
	bool catch_up;           /**< catch up all of it */
	uint16_t worker;         /**< this sender, 0 … n_workers - 1 */
	uint16_t n_workers;      /**< senders that share the rate, each every n_workers-th slot */
};

/** A schedule under way. Fields are the owner's; the inline functions below are its interface. */
struct ovr_pace {
	uint64_t due_ps;   /**< when the next slot begins */
	uint64_t due_rest; /**< and its remainder, in 1/denominator ps */
	uint64_t denominator;
	uint64_t end_ps; /**< slots that end later do not count; UINT64_MAX: no limit */
	uint64_t backlog_max_ps;
	uint64_t shortfall; /**< slots skipped so far */
	uint64_t mean_ps;   /**< this worker's interval of a frame of mean size, floored, ≥ 1 */
	uint64_t cycle_ps;  /**< one pass through the mix */
	uint64_t cycle_rest;
	uint16_t cycle_slots;  /**< places in the mix */
	uint16_t skip_place;   /**< where in the mix the next skipped slot stands */
	uint64_t burst_frames; /**< 0: no bursts */
	uint64_t burst_left;
	uint64_t gap_ps;
	bool poisson;
	struct ovr_rng rng;
	uint64_t interval_ps
		[OVR_MIX_SIZES_MAX]; /**< per size of the mix: from this slot to this worker's next one */
	uint64_t interval_rest[OVR_MIX_SIZES_MAX];
	uint64_t slot_ps[OVR_MIX_SIZES_MAX]; /**< per size: how long the slot itself lasts, rounded up */
	uint8_t size_at[OVR_MIX_LENGTH_MAX]; /**< the mix's places */
};

/**
 * Begin a schedule at time 0.
 * @return 0; -EINVAL: a rate in % of a line of unknown speed, a burst of 0; -ERANGE: less than one
 *         frame in 10 minutes
 */
int ovr_pace_init(struct ovr_pace *pace, const struct ovr_pace_conf *conf, const struct ovr_mix *mix,
	struct ovr_err *err);

/** @return frames per second that the rate and shape ask for on average, over all workers */
double ovr_pace_mean_pps(const struct ovr_pace_conf *conf, const struct ovr_mix *mix);

/**
 * @return the nanoseconds from the first of @p count slots to the end of the last, on a slower
 * line its delay included; of a Poisson schedule the quantile that one in 10^9 exceeds; 0: the
 * rate is a share of a line
 *         of unknown speed
 */
double ovr_pace_count_ns(const struct ovr_pace_conf *conf, const struct ovr_mix *mix, uint64_t count);

/** @return whether a frame of size index @p size is due at @p now_ps and in the schedule */
static inline bool
ovr_pace_is_due(const struct ovr_pace *pace, uint64_t now_ps, unsigned int size)
{
	return pace->due_ps <= now_ps && pace->due_ps + pace->slot_ps[size] <= pace->end_ps;
}

/** The slow half of ovr_pace_advance(): shapes other than smooth. */
void ovr_pace_advance_shaped(struct ovr_pace *pace, unsigned int size);

/** Use the slot for a frame of size index @p size, and go to the next one. */
static inline void
ovr_pace_advance(struct ovr_pace *pace, unsigned int size)
{
	if (__builtin_expect(pace->poisson || pace->burst_frames != 0, 0)) {
		ovr_pace_advance_shaped(pace, size);
		return;
	}
	pace->due_ps += pace->interval_ps[size];
	pace->due_rest += pace->interval_rest[size];
	if (pace->due_rest >= pace->denominator) {
		pace->due_rest -= pace->denominator;
		pace->due_ps++;
	}
}

/**
 * Use the slots of a schedule with a single size that are due at @p now_ps, at most @p max (≤
 * 4096): the same as ovr_pace_advance() while ovr_pace_is_due().
 * @return how many
 */
static inline uint32_t
ovr_pace_take(struct ovr_pace *pace, uint64_t now_ps, uint32_t max)
{
	uint64_t last_ps = pace->end_ps - pace->slot_ps[0];
	uint32_t n = 0;

	if (pace->end_ps < pace->slot_ps[0] || max == 0)
		return 0;
	if (last_ps > now_ps)
		last_ps = now_ps;
	if (__builtin_expect(pace->poisson || pace->burst_frames != 0, 0)) {
		for (; n < max && pace->due_ps <= last_ps; n++)
			ovr_pace_advance_shaped(pace, 0);
		return n;
	}
	/* a sender at its limit finds all of them due */
	if (pace->due_ps + max * (pace->interval_ps[0] + 1) <= last_ps) {
		uint64_t rest = pace->due_rest + max * pace->interval_rest[0];

		pace->due_ps += max * pace->interval_ps[0] + rest / pace->denominator;
		pace->due_rest = rest % pace->denominator;
		return max;
	}
	for (; n < max && pace->due_ps <= last_ps; n++)
		ovr_pace_advance(pace, 0);
	return n;
}

/**
 * @return whether the backlog at @p now_ps is more than may be caught up: then ovr_pace_skip() is
 * called
 */
static inline bool
ovr_pace_is_behind(const struct ovr_pace *pace, uint64_t now_ps)
{
	return now_ps > pace->due_ps + pace->backlog_max_ps;
}

/**
 * Skip the slots that are older than the backlog that may be caught up, and count them as
 * shortfall. A Poisson schedule, which has no memory, goes on at that point with the mean number of
 * slots counted. Slots beyond the end of the schedule are not counted.
 * @return the slots skipped
 */
uint64_t ovr_pace_skip(struct ovr_pace *pace, uint64_t now_ps);

/**
 * @return whether no slot is left that ends within the schedule; @p size is the next frame's size
 * index
 */
static inline bool
ovr_pace_is_over(const struct ovr_pace *pace, unsigned int size)
{
	return pace->due_ps + pace->slot_ps[size] > pace->end_ps;
}
