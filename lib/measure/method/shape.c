/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/shape.h"

#include <math.h>
#include <stdbool.h>

/*
 * λT of stalls that last far longer than the rings is the same for each ring, to this share of the
 * rings' range.
 */
#define KNEES_APART 0.25

const char *
ovr_method_shape_name(enum ovr_method_shape_kind kind)
{
	static const char *const name[OVR_METHOD_SHAPES] = {
		[OVR_METHOD_SHAPE_UNCLEAR] = "unclear",
		[OVR_METHOD_SHAPE_LOSSLESS] = "lossless",
		[OVR_METHOD_SHAPE_KNEE] = "knee",
		[OVR_METHOD_SHAPE_FALLING] = "falling",
		[OVR_METHOD_SHAPE_FLAT] = "flat",
		[OVR_METHOD_SHAPE_RISING] = "rising",
	};

	return name[kind];
}

static bool
is_above(const struct ovr_method_ring_loss *a, const struct ovr_method_ring_loss *b)
{
	return a->loss - b->loss > OVR_METHOD_SHAPE_TOLERANCE * a->loss + fmax(a->grain, b->grain);
}

static bool
is_lossy(const struct ovr_method_ring_loss *ring)
{
	return ring->loss > ring->grain;
}

/* λT as one ring says: what it holds and what it lost, in each stall. */
static double
knee_of(const struct ovr_method_ring_loss *ring)
{
	return ring->slots + ring->lost_per_stall;
}

/* The same of all that lost frames in stalls. NaN: none did */
static double
knee_of_stalls(const struct ovr_method_ring_loss *ring, size_t n_rings)
{
	double knees = 0, stalls = 0;

	for (size_t i = 0; i < n_rings; i++) {
		if (ring[i].stalls <= 0 || ring[i].lost_per_stall <= 0)
			continue;
		knees += knee_of(&ring[i]) * ring[i].stalls;
		stalls += ring[i].stalls;
	}
	return stalls > 0 ? knees / stalls : NAN;
}

/*
 * Where the line through the last two rings that lose reaches nothing. NaN: there are no two, or it
 * does not
 */
static double
knee_of_line(const struct ovr_method_ring_loss *ring, size_t n_rings)
{
	const struct ovr_method_ring_loss *last = NULL, *before = NULL;

	for (size_t i = 0; i < n_rings; i++) {
		if (!is_lossy(&ring[i]))
			continue;
		before = last;
		last = &ring[i];
	}
	if (before == NULL || before->loss <= last->loss)
		return NAN;
	return last->slots + last->loss * (last->slots - before->slots) / (before->loss - last->loss);
}

/*
 * The knee, and the largest ring that loses. A size that was measured without loss is not below the
 * knee.
 */
static void
find_knee(const struct ovr_method_ring_loss *ring, size_t n_rings, struct ovr_method_shape *shape)
{
	double lossless_from = INFINITY;

	for (size_t i = n_rings; i-- > 0 && !is_lossy(&ring[i]);)
		lossless_from = ring[i].slots;
	for (size_t i = 0; i < n_rings; i++)
		if (is_lossy(&ring[i]))
			shape->lossy_to = ring[i].slots;
	shape->knee = knee_of_stalls(ring, n_rings);
	if (isnan(shape->knee))
		shape->knee = knee_of_line(ring, n_rings);
	if (!isnan(shape->knee))
		shape->knee = fmin(shape->knee, lossless_from);
}

/* Whether all rings imply the same length of stalls, though the losses hardly differ. */
static bool
is_of_long_stalls(const struct ovr_method_ring_loss *ring, size_t n_rings)
{
	double low = INFINITY, high = 0, grain = 0;

	for (size_t i = 0; i < n_rings; i++) {
		if (ring[i].stalls <= 0)
			return false;
		low = fmin(low, knee_of(&ring[i]));
		high = fmax(high, knee_of(&ring[i]));
		grain = fmax(grain, ring[i].grain * ring[i].frames / ring[i].stalls);
	}
	return high - low <= KNEES_APART * (ring[n_rings - 1].slots - ring[0].slots) + 2 * grain;
}

/*
 * Whether the losses fall to a minimum and rise again, or do only one of the two, within the grain.
 */
static bool
has_one_valley(const struct ovr_method_ring_loss *ring, size_t n_rings, size_t least)
{
	const struct ovr_method_ring_loss *reached = &ring[0];

	for (size_t i = 1; i <= least; i++) {
		if (is_above(&ring[i], reached))
			return false;
		if (ring[i].loss < reached->loss)
			reached = &ring[i];
	}
	reached = &ring[least];
	for (size_t i = least + 1; i < n_rings; i++) {
		if (is_above(reached, &ring[i]))
			return false;
		if (ring[i].loss > reached->loss)
			reached = &ring[i];
	}
	return true;
}

struct ovr_method_shape
ovr_method_shape_of(const struct ovr_method_ring_loss *ring, size_t n_rings)
{
	struct ovr_method_shape shape = { .knee = NAN, .lossy_to = NAN, .least_at = NAN };
	bool any_lossy = false;
	size_t least = 0;

	for (size_t i = 0; i < n_rings; i++) {
		any_lossy |= is_lossy(&ring[i]);
		least = ring[i].loss < ring[least].loss ? i : least;
	}
	if (n_rings < 2)
		return shape;
	if (!any_lossy) {
		shape.kind = OVR_METHOD_SHAPE_LOSSLESS;
	} else if (!has_one_valley(ring, n_rings, least)) {
		shape.kind = OVR_METHOD_SHAPE_UNCLEAR;
	} else if (is_above(&ring[n_rings - 1], &ring[least])) {
		shape.kind = OVR_METHOD_SHAPE_RISING;
		shape.least_at = ring[least].slots;
	} else if (is_above(&ring[0], &ring[least]) || is_of_long_stalls(ring, n_rings)) {
		shape.kind = is_lossy(&ring[least]) ? OVR_METHOD_SHAPE_FALLING : OVR_METHOD_SHAPE_KNEE;
		find_knee(ring, n_rings, &shape);
	} else {
		shape.kind = OVR_METHOD_SHAPE_FLAT;
	}
	return shape;
}
