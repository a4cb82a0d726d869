/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Which impairments hit a frame: seeded, exact, and the same for the wire and for a hop.
 *
 * Each kind of impairment draws from its own random sequence, once per frame, so that enabling one
 * kind does not change the frames that another one hits. They act in this order: drop-at, replay,
 * drop-every, drop-burst, drop, fcs, corrupt, reorder, dup. A lost frame gets no further
 * impairment. A frame that is held back is not duplicated, as its copy would arrive in order.
 *
 * One owner. Nothing allocates or fails.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "plan/wire_conf.h"

/** One random sequence per kind of impairment. */
enum ovr_cable_draw_kind {
	OVR_CABLE_DRAW_DROP_BURST,
	OVR_CABLE_DRAW_DROP,
	OVR_CABLE_DRAW_FCS,
	OVR_CABLE_DRAW_CORRUPT,
	OVR_CABLE_DRAW_DUP,
	OVR_CABLE_DRAW_REORDER,
	OVR_CABLE_DRAWS,
};

/** Losses that were measured, to be repeated. Zeroed: none. */
struct ovr_cable_replay {
	const struct ovr_wire_range *range; /**< lost frames, ascending and apart; the caller's */
	uint32_t n_ranges;
	uint64_t period; /**< frames after which they begin again; above the last range */
};

/** What is drawn, frame by frame. The fields are private. */
struct ovr_cable_draw {
	struct ovr_wire_conf conf;
	struct ovr_rng rng[OVR_CABLE_DRAWS];
	uint64_t threshold[OVR_CABLE_DRAWS]; /* of 2^64 */
	uint64_t index;                      /* of the next frame */
	uint32_t next_range;
	struct ovr_cable_replay replay;
	uint32_t next_replay;
	uint64_t replay_index;
	uint32_t burst_left;
};

/** What is done to a frame. */
struct ovr_cable_fate {
	bool is_dropped; /**< the rest is of no matter then */
	bool is_bad;     /**< lost by a bad FCS */
	bool is_corrupt; /**< one bit is flipped, at this place: */
	bool is_held;    /**< until conf.reorder_frames later ones have passed */
	bool is_doubled;
	uint64_t place; /**< of the bit, as a share of 2^64 */
};

/** Begin, or begin again, with the first frame. @param conf copied */
void ovr_cable_draw_begin(struct ovr_cable_draw *draw, const struct ovr_wire_conf *conf, uint64_t seed);

/** Repeat losses from the next frame on. @param replay its list is not copied */
void ovr_cable_draw_replay(struct ovr_cable_draw *draw, const struct ovr_cable_replay *replay);

/** @return the fate of the next frame */
struct ovr_cable_fate ovr_cable_draw_next(struct ovr_cable_draw *draw);
