/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Shape of a loss curve over ring size, and the cause that it points to.
 *
 *     falls to a knee  stalls: a ring of U slots loses λT − U in each, and nothing from U = λT on
 *     flat             the receiver is slower than the arrivals, or the limit is elsewhere: no ring helps
 *     rises            the ring's buffers have outgrown the cache: a smaller ring loses less
 *
 * Two losses are equal if they differ by at most a fifth of the larger one, or by the grain of the
 * measurement. A curve that rises and falls by more than that has no shape. Stalls far longer than
 * the buffer time of every ring give nearly equal loss ratios. The loss per stall still falls by
 * the slots of the ring, which gives the knee beyond the largest ring. Pure; any thread.
 */
#pragma once

#include <stddef.h>

/** Share of the larger of two losses within which they are the same. */
#define OVR_METHOD_SHAPE_TOLERANCE 0.2

/** The loss with one size of ring. */
struct ovr_method_ring_loss {
	double slots;          /**< U, of each ring; > 0 */
	double loss;           /**< lost frames per sent one */
	double frames;         /**< sent */
	double stalls;         /**< of a length that is the same for every ring; 0: none is known */
	double lost_per_stall; /**< frames lost in each of these */
	double grain;          /**< losses that lie no farther apart are the same */
};

/** What a curve looks like. */
enum ovr_method_shape_kind {
	OVR_METHOD_SHAPE_UNCLEAR,  /**< fewer than two sizes, or up and down */
	OVR_METHOD_SHAPE_LOSSLESS, /**< no size loses anything */
	OVR_METHOD_SHAPE_KNEE,     /**< falls, to nothing */
	OVR_METHOD_SHAPE_FALLING,  /**< falls, but not to nothing: the knee is beyond the largest ring */
	OVR_METHOD_SHAPE_FLAT,
	OVR_METHOD_SHAPE_RISING, /**< rises, at the end at least */
	OVR_METHOD_SHAPES,
};

/** The shape of a curve. */
struct ovr_method_shape {
	enum ovr_method_shape_kind kind;
	double knee;     /**< KNEE, FALLING: slots from which on nothing is lost, λT; NaN: not known */
	double lossy_to; /**< KNEE, FALLING: the largest ring that loses; else NaN */
	double least_at; /**< RISING: slots of the ring that loses least; else NaN */
};

/** @return "unclear", "lossless", "knee", "falling", "flat", "rising" */
const char *ovr_method_shape_name(enum ovr_method_shape_kind kind);

/** @param ring by slots, ascending; each size once */
struct ovr_method_shape ovr_method_shape_of(const struct ovr_method_ring_loss *ring, size_t n_rings);
