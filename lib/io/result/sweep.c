/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/sweep.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Losses per stall that differ by no more than this are the same, in frames. */
#define GRAIN_FRAMES 1

/* So few stalls that were undisturbed say nothing of a ring. */
#define COMPARED_MIN 3

int
ovr_result_sweep_init(struct ovr_result_sweep *sweep, const struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_method_grid grid = ovr_plan_sweep_grid(plan);

	*sweep = (struct ovr_result_sweep){ .plan = *plan, .grid = grid };
	sweep->n_cells = (uint32_t)ovr_method_grid_cells(&grid);
	sweep->n_rings = grid.n[OVR_PLAN_AXIS_RING];
	sweep->n_curves = sweep->n_cells / grid.repeats / sweep->n_rings;
	sweep->cell = calloc(sweep->n_cells, sizeof(*sweep->cell));
	sweep->ring = calloc((size_t)sweep->n_curves * sweep->n_rings, sizeof(*sweep->ring));
	sweep->curve = calloc(sweep->n_curves, sizeof(*sweep->curve));
	if (sweep->cell != NULL && sweep->ring != NULL && sweep->curve != NULL)
		return 0;
	ovr_result_sweep_done(sweep);
	return ovr_err_set(err, -ENOMEM, "no memory for a sweep of %u cells", sweep->n_cells);
}

void
ovr_result_sweep_done(struct ovr_result_sweep *sweep)
{
	free(sweep->cell);
	free(sweep->ring);
	free(sweep->curve);
	sweep->cell = NULL;
	sweep->ring = NULL;
	sweep->curve = NULL;
}

/* Whether a finished cell counts for the smallest lossless ring: neither void nor excluded. */
static bool
is_undisturbed(const struct ovr_result_cell *cell)
{
	return !ovr_result_cell_is_void(cell) && cell->comparison.exclusion == OVR_COMPARISON_EXCLUDED_NOT;
}

/* A void cell counts for nothing already, and is not excluded as well. */
static void
count_cell(struct ovr_result_sweep *sweep, struct ovr_result_cell *cell)
{
	cell->is_done = true;
	sweep->n_done++;
	if (ovr_result_cell_is_void(cell)) {
		sweep->n_void++;
		cell->comparison.exclusion = OVR_COMPARISON_EXCLUDED_NOT;
	} else if (!is_undisturbed(cell)) {
		sweep->n_excluded++;
		sweep->n_excluded_of[cell->comparison.exclusion]++;
	}
}

void
ovr_result_sweep_take(struct ovr_result_sweep *sweep, uint64_t index, const struct ovr_result_cell *cell)
{
	sweep->cell[index] = *cell;
	count_cell(sweep, &sweep->cell[index]);
}

void
ovr_result_sweep_resume(struct ovr_result_sweep *sweep, uint64_t index, const struct ovr_result_cell *cell)
{
	sweep->n_resumed++;
	ovr_result_sweep_take(sweep, index, cell);
}

bool
ovr_result_cell_is_void(const struct ovr_result_cell *cell)
{
	return cell->summary.verdict == OVR_VERDICT_VOID;
}

static void
add_to_ring(struct ovr_result_ring *ring, const struct ovr_result_cell *cell)
{
	const struct ovr_comparison *comparison = &cell->comparison;
	uint64_t lost = cell->summary.lost > 0 ? (uint64_t)cell->summary.lost : 0;
	uint64_t in_stalls = comparison->lost_injected + comparison->lost_host;

	ring->n_cells++;
	if (ovr_result_cell_is_void(cell)) {
		ring->n_void++;
		ring->void_sent += cell->summary.sent;
		ring->void_lost += lost;
		return;
	}
	ring->slots = comparison->slots;
	ring->model_loss += cell->model_loss;
	ring->sent += cell->summary.sent;
	ring->lost += lost;
	ring->n_injected += comparison->n_injected;
	ring->n_compared += comparison->n_of[OVR_COMPARISON_VALID];
	ring->lost_compared += comparison->lost;
	ring->model_compared += comparison->model;
	if (!is_undisturbed(cell)) {
		ring->n_excluded++;
		return;
	}
	ring->undisturbed_sent += cell->summary.sent;
	ring->undisturbed_lost += lost;
	ring->lost_outside += lost > in_stalls ? lost - in_stalls : 0;
	ring->n_lossy += lost != 0;
}

static uint32_t
undisturbed_cells(const struct ovr_result_ring *ring)
{
	return ring->n_cells - ring->n_void - ring->n_excluded;
}

/* Whether the undisturbed stalls are enough to go by. All of them are. */
static bool
says_enough(uint64_t n_compared, uint64_t n_injected)
{
	return n_compared >= COMPARED_MIN || (n_compared != 0 && n_compared == n_injected);
}

/* A point of the curve. @return false: nothing is known of this ring */
static bool
point_of(const struct ovr_result_ring *ring, struct ovr_method_ring_loss *ret_point)
{
	double per_stall;

	*ret_point = (struct ovr_method_ring_loss){ .slots = ring->slots };
	if (says_enough(ring->n_compared, ring->n_injected) && ring->sent != 0) {
		per_stall = (double)ring->lost_compared / (double)ring->n_compared;
		ret_point->frames = (double)ring->sent;
		ret_point->stalls = (double)ring->n_injected;
		ret_point->lost_per_stall = per_stall > GRAIN_FRAMES ? per_stall : 0;
		ret_point->loss = per_stall * (double)ring->n_injected / (double)ring->sent;
		if (ring->undisturbed_sent != 0)
			ret_point->loss += (double)ring->lost_outside / (double)ring->undisturbed_sent;
		ret_point->grain = GRAIN_FRAMES * (double)ring->n_injected / (double)ring->sent;
		return true;
	}
	if (undisturbed_cells(ring) == 0 || ring->undisturbed_sent == 0)
		return false;
	ret_point->frames = (double)ring->undisturbed_sent;
	ret_point->loss = (double)ring->undisturbed_lost / (double)ring->undisturbed_sent;
	return true;
}

static void
find_smallest_lossless(struct ovr_result_curve *curve, uint32_t n_rings)
{
	for (uint32_t i = 0; i < n_rings; i++) {
		const struct ovr_result_ring *ring = &curve->ring[i];

		if (undisturbed_cells(ring) == 0) {
			curve->n_unknown_below += curve->smallest_lossless == 0;
			continue;
		}
		curve->is_known = true;
		if (curve->smallest_lossless == 0 && ring->n_lossy == 0) {
			curve->smallest_lossless = ring->rxd;
			curve->smallest_lossless_frames = ring->undisturbed_sent;
		} else if (curve->smallest_lossless != 0 && curve->lossy_above == 0 && ring->n_lossy != 0) {
			curve->lossy_above = ring->rxd;
		}
	}
}

static void
finish_curve(struct ovr_result_sweep *sweep, uint32_t number)
{
	struct ovr_result_curve *curve = &sweep->curve[number];
	struct ovr_method_ring_loss point[OVR_PLAN_LIST_MAX];
	size_t n_points = 0;

	*curve = (struct ovr_result_curve){
		.ring = &sweep->ring[(size_t)number * sweep->n_rings],
	};
	for (uint32_t i = 0; i < sweep->n_rings; i++) {
		struct ovr_result_ring *ring = &curve->ring[i];
		uint64_t once = sweep->n_cells / sweep->grid.repeats;

		*ring = (struct ovr_result_ring){
			.rxd = sweep->plan.sweep.n_rings != 0 ? sweep->plan.sweep.ring[i]
							      : sweep->plan.ports.rxd,
		};
		for (uint64_t at = (uint64_t)number * sweep->n_rings + i; at < sweep->n_cells; at += once)
			if (sweep->cell[at].is_done)
				add_to_ring(ring, &sweep->cell[at]);
		ring->model_loss /= ring->n_cells - ring->n_void; /* NaN for none */
		n_points += point_of(ring, &point[n_points]);
	}
	curve->shape = ovr_method_shape_of(point, n_points);
	/* stalls of excluded cells alone do not show that a ring that lost frames loses none */
	if (curve->shape.kind == OVR_METHOD_SHAPE_LOSSLESS) {
		n_points = 0;
		for (uint32_t i = 0; i < sweep->n_rings; i++)
			if (undisturbed_cells(&curve->ring[i]) != 0 || curve->ring[i].lost == 0)
				n_points += point_of(&curve->ring[i], &point[n_points]);
		curve->shape = ovr_method_shape_of(point, n_points);
	}
	curve->n_known = (uint32_t)n_points;
	find_smallest_lossless(curve, sweep->n_rings);
}

static void
check_model(struct ovr_result_sweep *sweep)
{
	struct ovr_result_model_check *check = &sweep->check;

	*check = (struct ovr_result_model_check){ .n_injected = 0 };
	for (uint32_t i = 0; i < sweep->n_cells; i++) {
		const struct ovr_comparison *comparison = &sweep->cell[i].comparison;

		if (!sweep->cell[i].is_done || ovr_result_cell_is_void(&sweep->cell[i]))
			continue;
		check->n_cells += says_enough(comparison->n_of[OVR_COMPARISON_VALID], comparison->n_injected);
		check->n_injected += comparison->n_injected;
		check->n_within += comparison->n_within;
		for (unsigned int cause = 0; cause < OVR_COMPARISON_CAUSES; cause++)
			check->n_of[cause] += comparison->n_of[cause];
		if (fabs(comparison->worst_frames) > fabs(check->worst_frames)) {
			check->worst_frames = comparison->worst_frames;
			check->worst_bound_frames = comparison->bound_frames;
		}
	}
}

static const char *
first_void_reason(const struct ovr_result_sweep *sweep)
{
	for (uint32_t i = 0; i < sweep->n_cells; i++)
		if (sweep->cell[i].is_done && ovr_result_cell_is_void(&sweep->cell[i]))
			return sweep->cell[i].summary.reason;
	return "";
}

void
ovr_result_sweep_fail(struct ovr_result_sweep *sweep, const char *why)
{
	sweep->is_failed = true;
	snprintf(sweep->reason, sizeof(sweep->reason), "%s", why);
}

void
ovr_result_sweep_finish(struct ovr_result_sweep *sweep)
{
	uint32_t n_without = 0, n_unknown = 0;

	for (uint32_t i = 0; i < sweep->n_curves; i++) {
		finish_curve(sweep, i);
		n_without += sweep->curve[i].smallest_lossless == 0;
		n_unknown += !sweep->curve[i].is_known;
	}
	check_model(sweep);
	if (sweep->is_failed) {
		sweep->verdict = OVR_VERDICT_VOID;
		return;
	}
	sweep->verdict = OVR_VERDICT_PASS;
	sweep->reason[0] = '\0';
	if (sweep->n_done < sweep->n_cells) {
		sweep->verdict = OVR_VERDICT_VOID;
		snprintf(sweep->reason, sizeof(sweep->reason), "stopped, %u of %u cells", sweep->n_done,
			sweep->n_cells);
	} else if (sweep->n_void == sweep->n_cells) {
		sweep->verdict = OVR_VERDICT_VOID;
		snprintf(sweep->reason, sizeof(sweep->reason), "each of %u cells is void; the first: %s",
			sweep->n_cells, first_void_reason(sweep));
	} else if (n_without != 0 && n_unknown == n_without) {
		sweep->verdict = OVR_VERDICT_VOID;
		snprintf(sweep->reason, sizeof(sweep->reason),
			"%u of %u curves are unknown, for want of an undisturbed cell", n_unknown,
			sweep->n_curves);
	} else if (n_without != 0) {
		sweep->verdict = OVR_VERDICT_LOSS;
		snprintf(sweep->reason, sizeof(sweep->reason),
			"%u of %u curves have no ring that lost nothing%s", n_without, sweep->n_curves,
			n_unknown == 0 ? "" : ", some of them for want of an undisturbed cell");
	}
}
