/* SPDX-License-Identifier: BSD-3-Clause */
/* A sweep for programs: overrun.result/1 with its trials in short and an answer of its own. */
#include <math.h>

#include "method/confidence.h"
#include "report/summary_json.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/sweep.h"
#include "report/sweep_parts.h"

#define LEVEL 0.95

static json_t *
check_of(const struct ovr_result_model_check *check)
{
	json_t *object = json_object();
	json_t *excluded = json_object();
	bool any = check->n_of[OVR_COMPARISON_VALID] != 0;
	int rc = 0;

	for (unsigned int cause = OVR_COMPARISON_VALID + 1; cause < OVR_COMPARISON_CAUSES; cause++)
		rc |= ovr_json_put_count(excluded,
			ovr_comparison_cause_name((enum ovr_comparison_cause)cause), check->n_of[cause]);
	rc |= ovr_json_put_count(object, "cells", check->n_cells);
	rc |= ovr_json_put_count(object, "injected", check->n_injected);
	rc |= ovr_json_put_count(object, "compared", check->n_of[OVR_COMPARISON_VALID]);
	rc |= json_object_set_new(object, "excluded", excluded);
	rc |= ovr_json_put_count(object, "within", check->n_within);
	rc |= json_object_set_new(
		object, "within_ratio", ovr_json_ratio(check->n_within, check->n_of[OVR_COMPARISON_VALID]));
	rc |= ovr_json_put_real(object, "worst_frames", any ? check->worst_frames : NAN);
	rc |= ovr_json_put_real(object, "worst_bound_frames", any ? check->worst_bound_frames : NAN);
	return ovr_json_finish(object, rc);
}

static json_t *
ring_of(const struct ovr_result_ring *ring)
{
	json_t *object = json_object();
	double n = (double)ring->n_compared;
	int rc = 0;

	rc |= ovr_json_put_count(object, "rxd", ring->rxd);
	rc |= ovr_json_put_count(object, "cells", ring->n_cells);
	rc |= ovr_json_put_count(object, "void", ring->n_void);
	rc |= ovr_json_put_count(object, "excluded", ring->n_excluded);
	rc |= ovr_json_put_count(object, "sent", ring->sent);
	rc |= ovr_json_put_count(object, "lost", ring->lost);
	rc |= json_object_set_new(object, "loss_ratio", ovr_json_ratio(ring->lost, ring->sent));
	rc |= ovr_json_put_count(object, "void_sent", ring->void_sent);
	rc |= ovr_json_put_count(object, "void_lost", ring->void_lost);
	rc |= ovr_json_put_real(object, "model_loss_ratio", ring->model_loss);
	rc |= ovr_json_put_count(object, "undisturbed_sent", ring->undisturbed_sent);
	rc |= ovr_json_put_count(object, "undisturbed_lost", ring->undisturbed_lost);
	rc |= ovr_json_put_count(object, "stalls", ring->n_injected);
	rc |= ovr_json_put_count(object, "stalls_compared", ring->n_compared);
	rc |= ovr_json_put_real(object, "lost_per_stall", (double)ring->lost_compared / n);
	rc |= ovr_json_put_real(object, "model_lost_per_stall", ring->model_compared / n);
	return ovr_json_finish(object, rc);
}

static json_t *
smallest_lossless_of(const struct ovr_result_curve *curve)
{
	json_t *object;
	int rc = 0;

	if (curve->smallest_lossless == 0)
		return json_null();
	object = json_object();
	rc |= ovr_json_put_count(object, "rxd", curve->smallest_lossless);
	rc |= ovr_json_put_count(object, "frames", curve->smallest_lossless_frames);
	rc |= ovr_json_put_real(object, "loss_ratio_at_most",
		ovr_method_confidence_none_in(curve->smallest_lossless_frames, LEVEL));
	rc |= ovr_json_put_known(object, "lossy_above", curve->lossy_above != 0, curve->lossy_above);
	rc |= ovr_json_put_count(object, "unknown_below", curve->n_unknown_below);
	return ovr_json_finish(object, rc);
}

static json_t *
shape_of(const struct ovr_method_shape *shape)
{
	json_t *object = json_object();
	char text[256];
	int rc = 0;

	rc |= ovr_json_put_text(object, "kind", ovr_method_shape_name(shape->kind));
	rc |= ovr_json_put_real(object, "knee_slots", shape->knee);
	rc |= ovr_json_put_real(object, "lossy_to_slots", shape->lossy_to);
	rc |= ovr_json_put_real(object, "least_at_slots", shape->least_at);
	rc |= ovr_json_put_text(object, "text", ovr_report_sweep_shape(shape, text, sizeof(text)));
	return ovr_json_finish(object, rc);
}

/* What is the same all along a curve, as the plan of its first cell has it. */
static json_t *
curve_of(const struct ovr_result_sweep *sweep, uint32_t number)
{
	static const char *const keys[] = { "size", "rate", "burst", "rxq", "stall" };
	const struct ovr_result_curve *curve = &sweep->curve[number];
	struct ovr_plan trial;
	json_t *object, *rings;
	int rc = 0;

	if (ovr_plan_sweep_cell(&sweep->plan, (uint64_t)number * sweep->n_rings, &trial, NULL) != 0)
		return NULL;
	object = json_object();
	rings = json_array();
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct ovr_plan_row *row = ovr_plan_row_of(keys[i]);
		char value[OVR_PLAN_VALUE_BYTES];

		rc |= ovr_json_put_text(object, keys[i], row->print(row, &trial, value, sizeof(value)));
	}
	for (uint32_t i = 0; i < sweep->n_rings; i++)
		rc |= json_array_append_new(rings, ring_of(&curve->ring[i]));
	rc |= ovr_json_put_count(object, "n_known", curve->n_known);
	rc |= json_object_set_new(object, "smallest_lossless_ring", smallest_lossless_of(curve));
	rc |= json_object_set_new(object, "shape", shape_of(&curve->shape));
	rc |= json_object_set_new(object, "rings", rings);
	return ovr_json_finish(object, rc);
}

static json_t *
answer_of(const struct ovr_result_sweep *sweep)
{
	json_t *object = json_object();
	json_t *curves = json_array();
	json_t *cells = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < sweep->n_curves; i++)
		rc |= json_array_append_new(curves, curve_of(sweep, i));
	for (uint32_t i = 0; i < sweep->n_cells; i++)
		if (sweep->cell[i].is_done)
			rc |= json_array_append_new(cells, ovr_json_cell(sweep, i));
	rc |= ovr_json_put_count(object, "n_cells", sweep->n_cells);
	rc |= ovr_json_put_count(object, "n_done", sweep->n_done);
	rc |= ovr_json_put_count(object, "n_resumed", sweep->n_resumed);
	rc |= ovr_json_put_count(object, "n_void", sweep->n_void);
	rc |= ovr_json_put_count(object, "n_excluded", sweep->n_excluded);
	rc |= json_object_set_new(object, "model", check_of(&sweep->check));
	rc |= json_object_set_new(object, "curves", curves);
	rc |= json_object_set_new(object, "cells", cells);
	return ovr_json_finish(object, rc);
}

static json_t *
sweep_of(const struct ovr_result_sweep *sweep)
{
	json_t *object = ovr_json_head(
		"sweep", sweep->verdict, ovr_json_reason(sweep->reason), &sweep->plan, &sweep->environment);
	json_t *trials = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < sweep->n_cells; i++)
		if (sweep->cell[i].is_done)
			rc |= json_array_append_new(trials, ovr_json_summary(&sweep->cell[i].summary));
	rc |= json_object_set_new(object, "sweep", answer_of(sweep));
	rc |= json_object_set_new(object, "trials", trials);
	return ovr_json_finish(object, rc);
}

int
ovr_report_sweep_json(const struct ovr_result_sweep *sweep, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(sweep_of(sweep), out, err);
}
