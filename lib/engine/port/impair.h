/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Impairments of the wire: seeded, exact, and listed.
 *
 * Which frame is hit by what is drawn by cable/draw.h. Owner: the worker that runs the wire.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "plan/wire_conf.h"
#include "result/result.h"

struct rte_mbuf;
struct rte_mempool;

/**
 * Most frames that may be held back at a time; a frame that finds no room is not held back (and not
 * listed).
 */
#define OVR_IMPAIR_HELD_MAX 64
/** Most frames that one frame can set free: itself, its copy, and all that were held back. */
#define OVR_IMPAIR_OUT_MAX (2 + OVR_IMPAIR_HELD_MAX)

struct ovr_impair;

/**
 * @param copies where copies (duplicates, damaged frames) come from; when it is empty, none is made
 * @return 0; -ENOMEM
 */
int ovr_impair_create(const struct ovr_wire_conf *conf, uint64_t seed, struct rte_mempool *copies,
	struct ovr_impair **ret_impair, struct ovr_err *err);

/** Free it and the frames it holds. NULL is allowed. */
void ovr_impair_destroy(struct ovr_impair *impair);

/** Begin again: the same seed, an empty list. Frames still held are freed. */
void ovr_impair_begin(struct ovr_impair *impair);

/**
 * Pass one frame through the impairments.
 * @param[out] out the frames that go on, in their order: at most OVR_IMPAIR_OUT_MAX
 * @return how many
 */
unsigned int ovr_impair_pass(struct ovr_impair *impair, struct rte_mbuf *frame, struct rte_mbuf **out);

/**
 * Release all frames that are held back, at the end of sending.
 * @return how many were put into @p out (OVR_IMPAIR_HELD_MAX at most)
 */
unsigned int ovr_impair_release(struct ovr_impair *impair, struct rte_mbuf **out);

/** @return how many frames are held back */
unsigned int ovr_impair_held(const struct ovr_impair *impair);

/** @return how often @p kind was done; any thread */
uint64_t ovr_impair_count(const struct ovr_impair *impair, enum ovr_impairment_kind kind);

/**
 * The list of impairment events.
 * @param[out] ret_events the list, valid until the next begin
 * @return its length
 */
uint64_t ovr_impair_list(const struct ovr_impair *impair, const struct ovr_impairment **ret_events);
