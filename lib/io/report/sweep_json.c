/* SPDX-License-Identifier: BSD-3-Clause */
/* A sweep for programs: overrun.result/1 with its trials in short and an answer of its own. */
#include "method/confidence.h"
#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/summary_json.h"
#include "report/sweep.h"
#include "report/sweep_parts.h"

#define LEVEL 0.95

#define CHECK(member) OVR_JSON_MEMBER(struct ovr_result_model_check, member)
#define RING(member)  OVR_JSON_MEMBER(struct ovr_result_ring, member)
#define CURVE(member) OVR_JSON_MEMBER(struct ovr_result_curve, member)
#define SHAPE(member) OVR_JSON_MEMBER(struct ovr_method_shape, member)
#define LABEL(member) OVR_JSON_MEMBER(struct labels, member)
#define SWEEP(member) OVR_JSON_MEMBER(struct ovr_result_sweep, member)

static const struct ovr_json_row check_rows[] = {
	{ "cells", OVR_JSON_COUNT, CHECK(n_cells), "of which at least three stalls are compared, or all" },
	{ "injected", OVR_JSON_COUNT, CHECK(n_injected) },
	{ "compared", OVR_JSON_COUNT, CHECK(n_of[OVR_COMPARISON_VALID]) },
	{ "excluded", OVR_JSON_COUNTS, CHECK(n_of), .names = &ovr_json_exclusion_causes },
	{ "within", OVR_JSON_COUNT, CHECK(n_within), "one transmit burst and one receive batch" },
	{ "within_ratio", OVR_JSON_SHARE, CHECK(n_within),
		.whole = offsetof(struct ovr_result_model_check, n_of[OVR_COMPARISON_VALID]) },
	{ "worst_frames", OVR_JSON_REAL, CHECK(worst_frames), "lost - model",
		OVR_JSON_BY(struct ovr_result_model_check, n_of[OVR_COMPARISON_VALID]) },
	{ "worst_bound_frames", OVR_JSON_REAL, CHECK(worst_bound_frames),
		OVR_JSON_BY(struct ovr_result_model_check, n_of[OVR_COMPARISON_VALID]) },
};

static const struct ovr_json_table check_table = OVR_JSON_TABLE("model_check", struct ovr_result_model_check,
	check_rows, "every injected stall against max(0, lambda T - U)");

static json_t *
lost_per_stall(const struct ovr_json_at *at)
{
	const struct ovr_result_ring *ring = at->object;

	return ovr_json_real((double)ring->lost_compared / (double)ring->n_compared);
}

static json_t *
model_lost_per_stall(const struct ovr_json_at *at)
{
	const struct ovr_result_ring *ring = at->object;

	return ovr_json_real(ring->model_compared / (double)ring->n_compared);
}

static const struct ovr_json_row ring_rows[] = {
	{ "rxd", OVR_JSON_COUNT, RING(rxd), .min = 1 },
	{ "cells", OVR_JSON_COUNT, RING(n_cells), "finished" },
	{ "void", OVR_JSON_COUNT, RING(n_void) },
	{ "excluded", OVR_JSON_COUNT, RING(n_excluded) },
	{ "sent", OVR_JSON_COUNT, RING(sent), "in those that are not void" },
	{ "lost", OVR_JSON_COUNT, RING(lost) },
	{ "loss_ratio", OVR_JSON_SHARE, RING(lost), .whole = offsetof(struct ovr_result_ring, sent) },
	{ "void_sent", OVR_JSON_COUNT, RING(void_sent), "in the void ones" },
	{ "void_lost", OVR_JSON_COUNT, RING(void_lost) },
	{ "model_loss_ratio", OVR_JSON_RATIO, RING(model_loss) },
	{ "undisturbed_sent", OVR_JSON_COUNT, RING(undisturbed_sent) },
	{ "undisturbed_lost", OVR_JSON_COUNT, RING(undisturbed_lost) },
	{ "stalls", OVR_JSON_COUNT, RING(n_injected), "injected" },
	{ "stalls_compared", OVR_JSON_COUNT, RING(n_compared) },
	{ "lost_per_stall", OVR_JSON_REAL, .about = "of those compared", .null = OVR_JSON_NULL_IF_SO,
		.value = lost_per_stall },
	{ "model_lost_per_stall", OVR_JSON_REAL, .null = OVR_JSON_NULL_IF_SO, .value = model_lost_per_stall },
};

static const struct ovr_json_table ring_table = OVR_JSON_TABLE(
	"curve_ring", struct ovr_result_ring, ring_rows, NULL);

static json_t *
loss_ratio_at_most(const struct ovr_json_at *at)
{
	const struct ovr_result_curve *curve = at->object;

	return ovr_json_real(ovr_method_confidence_none_in(curve->smallest_lossless_frames, LEVEL));
}

static const struct ovr_json_row smallest_lossless_rows[] = {
	{ "rxd", OVR_JSON_COUNT, CURVE(smallest_lossless), .min = 1 },
	{ "frames", OVR_JSON_COUNT, CURVE(smallest_lossless_frames), "sent without loss" },
	{ "loss_ratio_at_most", OVR_JSON_RATIO, .about = "upper bound at 95 %", .value = loss_ratio_at_most },
	{ "lossy_above", OVR_JSON_COUNT, CURVE(lossy_above), "the smallest larger ring that lost",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "unknown_below", OVR_JSON_COUNT, CURVE(n_unknown_below),
		"smaller rings all of whose cells are void or excluded" },
};

static const struct ovr_json_table smallest_lossless_table = OVR_JSON_TABLE("smallest_lossless_ring",
	struct ovr_result_curve, smallest_lossless_rows,
	"the smallest ring that lost nothing in undisturbed cells");

OVR_JSON_NAMED(static, shapes, ovr_method_shape_kind, ovr_method_shape_name, 0, OVR_METHOD_SHAPES);

static json_t *
shape_text(const struct ovr_json_at *at)
{
	char text[256];

	return ovr_json_text(ovr_report_sweep_shape(at->object, text, sizeof(text)));
}

static const struct ovr_json_row shape_rows[] = {
	{ "kind", OVR_JSON_NAME, SHAPE(kind), .names = &shapes },
	{ "knee_slots", OVR_JSON_REAL, SHAPE(knee), "from here on nothing is lost: lambda T",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "lossy_to_slots", OVR_JSON_REAL, SHAPE(lossy_to), .null = OVR_JSON_NULL_IF_NONE },
	{ "least_at_slots", OVR_JSON_REAL, SHAPE(least_at), .null = OVR_JSON_NULL_IF_NONE },
	{ "text", OVR_JSON_TEXT, .value = shape_text, .min = 1 },
};

static const struct ovr_json_table shape_table = OVR_JSON_TABLE(
	"shape", struct ovr_method_shape, shape_rows, NULL);

/* The context of a curve: its sweep, and the plan of its first cell. */
struct place {
	const struct ovr_result_sweep *sweep;
	struct ovr_plan plan;
};

/* What is the same all along a curve, as the plan has it. */
struct labels {
	char size[OVR_PLAN_VALUE_BYTES], rate[OVR_PLAN_VALUE_BYTES], burst[OVR_PLAN_VALUE_BYTES],
		rxq[OVR_PLAN_VALUE_BYTES], stall[OVR_PLAN_VALUE_BYTES];
};

static const struct ovr_json_row label_rows[] = {
	{ "size", OVR_JSON_TEXT, LABEL(size) },
	{ "rate", OVR_JSON_TEXT, LABEL(rate) },
	{ "burst", OVR_JSON_TEXT, LABEL(burst) },
	{ "rxq", OVR_JSON_TEXT, LABEL(rxq) },
	{ "stall", OVR_JSON_TEXT, LABEL(stall) },
};

static const struct ovr_json_table labels_table = OVR_JSON_TABLE(
	"curve_labels", struct labels, label_rows, NULL);

static json_t *
labels_of(const struct ovr_json_at *at)
{
	const struct place *place = at->context;
	struct labels labels;

	for (size_t i = 0; i < labels_table.n_rows; i++) {
		const struct ovr_json_row *label = &label_rows[i];
		const struct ovr_plan_row *row = ovr_plan_row_of(label->key);
		char *text = (char *)&labels + label->offset;
		const char *value = row->print(row, &place->plan, text, label->size);

		if (value != text)
			snprintf(text, label->size, "%s", value);
	}
	return ovr_json_object(&labels_table, &labels, NULL);
}

static json_t *
curve_rings(const struct ovr_json_at *at)
{
	const struct ovr_result_curve *curve = at->object;
	const struct place *place = at->context;

	return ovr_json_list(&ring_table, curve->ring, place->sweep->n_rings, NULL);
}

static const struct ovr_json_row curve_rows[] = {
	{ NULL, OVR_JSON_OBJECT, .value = labels_of, .table = &labels_table },
	{ "n_known", OVR_JSON_COUNT, CURVE(n_known),
		"rings that the shape rests on; the cells of the others are void or excluded" },
	{ "smallest_lossless_ring", OVR_JSON_OBJECT, OVR_JSON_BY(struct ovr_result_curve, smallest_lossless),
		.table = &smallest_lossless_table },
	{ "shape", OVR_JSON_OBJECT, CURVE(shape), .table = &shape_table },
	{ "rings", OVR_JSON_LIST, .value = curve_rings, .table = &ring_table },
};

static const struct ovr_json_table curve_table = OVR_JSON_TABLE(
	"curve", struct ovr_result_curve, curve_rows, NULL);

static json_t *
curve_of(const struct ovr_result_sweep *sweep, uint32_t number)
{
	struct place place = { .sweep = sweep };

	if (ovr_plan_sweep_cell(&sweep->plan, (uint64_t)number * sweep->n_rings, &place.plan, NULL) != 0)
		return NULL;
	return ovr_json_object(&curve_table, &sweep->curve[number], &place);
}

static json_t *
curves_of(const struct ovr_json_at *at)
{
	const struct ovr_result_sweep *sweep = at->object;
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < sweep->n_curves; i++)
		rc |= json_array_append_new(list, curve_of(sweep, i));
	return ovr_json_finish(list, rc);
}

static json_t *
cells_of(const struct ovr_json_at *at)
{
	const struct ovr_result_sweep *sweep = at->object;
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < sweep->n_cells; i++)
		if (sweep->cell[i].is_done)
			rc |= json_array_append_new(list, ovr_json_cell(sweep, i));
	return ovr_json_finish(list, rc);
}

static const struct ovr_json_row sweep_rows[] = {
	{ "n_cells", OVR_JSON_COUNT, SWEEP(n_cells), .min = 1 },
	{ "n_done", OVR_JSON_COUNT, SWEEP(n_done) },
	{ "n_resumed", OVR_JSON_COUNT, SWEEP(n_resumed), "of these, by earlier runs" },
	{ "n_void", OVR_JSON_COUNT, SWEEP(n_void) },
	{ "n_excluded", OVR_JSON_COUNT, SWEEP(n_excluded), "the void ones not among them" },
	{ "model", OVR_JSON_OBJECT, SWEEP(check), .table = &check_table },
	{ "curves", OVR_JSON_LIST, .about = "loss over ring size, for each combination of the other values",
		.value = curves_of, .table = &curve_table },
	{ "cells", OVR_JSON_LIST, .value = cells_of, .table = &ovr_json_cell_table },
};

static const struct ovr_json_table sweep_table = OVR_JSON_TABLE(
	"sweep", struct ovr_result_sweep, sweep_rows, "A grid of trials, and what it says of rings");

static bool
is_done(const void *element)
{
	const struct ovr_result_cell *cell = element;

	return cell->is_done;
}

static const struct ovr_json_row answer_rows[] = {
	{ "sweep", OVR_JSON_OBJECT, .table = &sweep_table },
	{ "trials", OVR_JSON_LIST, .about = "in their order",
		OVR_JSON_VECTOR(struct ovr_result_sweep, cell, n_cells), .is_listed = is_done,
		.item_offset = offsetof(struct ovr_result_cell, summary), .table = &ovr_json_summary_table },
};

const struct ovr_json_table ovr_json_sweep_table = OVR_JSON_TABLE(
	"sweep", struct ovr_result_sweep, answer_rows, NULL);

int
ovr_report_sweep_json(const struct ovr_result_sweep *sweep, FILE *out, struct ovr_err *err)
{
	const struct ovr_json_head head = { "sweep", sweep->verdict, ovr_json_reason(sweep->reason),
		&sweep->plan, &sweep->environment };

	return ovr_json_write(ovr_json_answer(&head, &ovr_json_sweep_table, sweep), out, err);
}
