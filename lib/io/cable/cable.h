/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * One direction of an emulated cable: frames go in with the time, and come out when they are due.
 *
 *     in ─> impairments (cable/draw.h) ─> queue of the rate limit ─> delay ─> out
 *
 * A frame that is held back goes on when as many later ones have passed as the plan says, or when
 * no frame came for OVR_CABLE_IDLE_NS. Each frame that comes in ends in exactly one account:
 *
 *     received + doubled = delivered + dropped + bad FCS + queue + left
 *
 * Pure: time is what the caller says. One owner.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cable/draw.h"
#include "plan/wire_conf.h"

/** Longest frame, without FCS: a jumbo frame with two VLAN tags. */
#define OVR_CABLE_FRAME_BYTES 9238u
/** After so long without a frame those that are held back go on. */
#define OVR_CABLE_IDLE_NS UINT64_C(1000000)
/** Frames that may be held back at a time; one more is not held back, and not listed. */
#define OVR_CABLE_HELD_MAX 64
/** Frames that may wait for the rate limit, if not given. */
#define OVR_CABLE_QUEUE 1000u
/** Frames under way at most, those that are delayed included. */
#define OVR_CABLE_FRAMES_MAX 1048576u

/** What is done to a frame. */
enum ovr_cable_kind {
	OVR_CABLE_DROP,
	OVR_CABLE_DUP,
	OVR_CABLE_REORDER,
	OVR_CABLE_FCS,
	OVR_CABLE_CORRUPT,
	OVR_CABLE_QUEUE_FULL,
	OVR_CABLE_KINDS,
};

/** One impairment event. */
struct ovr_cable_event {
	enum ovr_cable_kind kind;
	uint64_t frame; /**< which one: from 0 in the order in which they came */
	uint64_t at_ns; /**< when it came */
};

/** Counts, in frames. */
struct ovr_cable_counts {
	uint64_t received, received_bytes; /**< without FCS */
	uint64_t delivered, delivered_bytes;
	uint64_t kind[OVR_CABLE_KINDS];
	uint64_t left;    /**< under way when it was closed */
	uint64_t late_ns; /**< sum over the delivered: taken so much after they were due */
};

/** A frame that comes out. */
struct ovr_cable_frame {
	uint64_t due_ns;
	uint32_t length; /**< bytes, without FCS */
	uint8_t bytes[];
};

struct ovr_cable;

/** @return "drop", "dup", "reorder", "fcs", "corrupt", "queue" */
const char *ovr_cable_kind_name(enum ovr_cable_kind kind);

/**
 * @param conf speed_bps limits the rate, 0: nothing does; rotate_frames is of no matter here
 * @param queue_frames that wait for the rate limit at most, ≥ 1
 * @return 0; -ENOMEM
 */
int ovr_cable_create(const struct ovr_wire_conf *conf, uint64_t seed, uint32_t queue_frames,
	struct ovr_cable **ret_cable, struct ovr_err *err);

/** Repeat losses from the next frame on. @param replay its list is not copied */
void ovr_cable_replay_losses(struct ovr_cable *cable, const struct ovr_cable_replay *replay);

/** Free it, and the frames under way. NULL is allowed. */
void ovr_cable_destroy(struct ovr_cable *cable);

/**
 * A frame comes in.
 * @param length 14 to OVR_CABLE_FRAME_BYTES
 * @param now_ns not before that of the call before
 * @return 0; -ENOMEM, -ENOBUFS: more than OVR_CABLE_FRAMES_MAX are under way. The frame is in none
 * of the counts then
 */
int ovr_cable_put(struct ovr_cable *cable, const uint8_t *bytes, uint32_t length, uint64_t now_ns);

/** @return when the next frame is due, or held ones are to be released; UINT64_MAX: never */
uint64_t ovr_cable_due_ns(const struct ovr_cable *cable);

/** @return the next frame that is due, the caller's to free(); NULL: none is */
struct ovr_cable_frame *ovr_cable_take(struct ovr_cable *cable, uint64_t now_ns);

/** No more frames are taken: those under way are `left`. */
void ovr_cable_close(struct ovr_cable *cable);

/** @return the counts; valid as long as the cable is */
const struct ovr_cable_counts *ovr_cable_counts(const struct ovr_cable *cable);

/** @param[out] ret_events the list, in order of time @return its length: conf.list at most */
uint64_t ovr_cable_events(const struct ovr_cable *cable, const struct ovr_cable_event **ret_events);

/** @return whether the equation above holds; of a closed cable */
bool ovr_cable_balances(const struct ovr_cable *cable);
