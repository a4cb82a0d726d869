/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Copies of the frames around each loss, for a capture.
 *
 * A worker frees its last OVR_SNAPSHOT_NEIGHBOURS frames late. When a frame arrives that shows a
 * loss, the held ones are copied to memory allocated in setup, and the next ones as they arrive:
 * each frame once, in order of arrival. Frames without room are counted. Owner: one receive
 * worker; read after the run.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"

struct rte_mbuf;

/** Frames kept before a loss, and after it (the one that showed it is the first of these). */
#define OVR_SNAPSHOT_NEIGHBOURS OVR_PLAN_CAPTURE_HELD

/** Numbers that were missing when the first frame after them came. */
struct ovr_snapshot_hole {
	uint16_t stream;
	uint64_t first_seq;
	uint64_t frames; /**< 0: no hole, the frame is damaged */
};

/** A kept frame. */
struct ovr_snapshot_frame {
	uint64_t rx_ns;
	bool is_before, is_after;      /**< a loss; both, between two */
	bool shows_loss;               /**< it is damaged, or the first one after hole */
	struct ovr_snapshot_hole hole; /**< if it shows a loss */
	uint32_t pkt_len;              /**< without FCS, as it arrived */
	uint32_t cap_len;              /**< bytes of it that were kept */
	uint32_t slot;                 /**< its bytes: ovr_snapshot_bytes() */
};

/** The collection of one worker. */
struct ovr_snapshot {
	uint32_t capacity, slot_bytes;
	uint32_t n_kept;
	uint64_t left_out;
	uint32_t after_left; /**< frames still to be kept after the latest loss */
	uint32_t n_held, oldest;
	struct {
		struct rte_mbuf *frame;
		uint64_t rx_ns;
		bool was_asked; /**< to be kept, whether there was room or not */
		uint32_t kept;  /**< its place among the kept ones; UINT32_MAX: it is none */
	} held[OVR_SNAPSHOT_NEIGHBOURS];
	struct ovr_snapshot_frame *frame;
	uint8_t *bytes;
};

/** @param slot_bytes longest frame kept whole; longer ones are cut @return 0; -ENOMEM */
int ovr_snapshot_init(
	struct ovr_snapshot *snapshot, uint32_t capacity, uint32_t slot_bytes, struct ovr_err *err);

/** Free what it owns, and the frames it holds. Zeroed ones are allowed. */
void ovr_snapshot_done(struct ovr_snapshot *snapshot);

/**
 * A frame arrived. Takes it over.
 * @param hole what it shows; NULL: no loss
 * @return a frame that is no longer needed, to be freed by the caller; NULL: none
 */
struct rte_mbuf *ovr_snapshot_add(struct ovr_snapshot *snapshot, struct rte_mbuf *frame, uint64_t rx_ns,
	const struct ovr_snapshot_hole *hole);

/** @return the bytes of a kept frame */
static inline const uint8_t *
ovr_snapshot_bytes(const struct ovr_snapshot *snapshot, const struct ovr_snapshot_frame *frame)
{
	return snapshot->bytes + (uint64_t)frame->slot * snapshot->slot_bytes;
}
