/* SPDX-License-Identifier: BSD-3-Clause */
/* A sweep as test cases: its curves, and its cells. */
#include "report/sweep.h"

#include <string.h>

#include "report/figure.h"

#define LABEL_BYTES 256

/* "size 64, rate 100%, burst 32, rxq 1, stall none": the label of a cell without its ring */
static const char *
curve_label(const struct ovr_plan *trial, char *buf, size_t size)
{
	const char *rest;

	ovr_plan_sweep_label(trial, buf, size);
	rest = strstr(buf, ", ");
	return rest != NULL ? rest + 2 : buf;
}

/* A curve that has no such ring among the cells that are done may still have one. */
static void
add_curve(struct ovr_cases *cases, const struct ovr_result_sweep *sweep, uint32_t number)
{
	const struct ovr_result_curve *curve = &sweep->curve[number];
	bool is_judged = curve->is_known && sweep->n_done == sweep->n_cells;
	char label[LABEL_BYTES] = "";
	struct ovr_plan trial;
	enum ovr_case_outcome outcome = curve->smallest_lossless != 0 ? OVR_CASE_PASS
		: is_judged                                           ? OVR_CASE_LOSS
								      : OVR_CASE_VOID;

	if (ovr_plan_sweep_cell(&sweep->plan, (uint64_t)number * sweep->n_rings, &trial, NULL) != 0)
		return;
	ovr_cases_add(
		cases, outcome, 0, "a ring loses nothing: %s", curve_label(&trial, label, sizeof(label)));
	if (outcome == OVR_CASE_PASS)
		ovr_cases_say(cases, "smallest lossless ring %s: none of %s frames was lost",
			ovr_figure_count(curve->smallest_lossless).text,
			ovr_figure_count(curve->smallest_lossless_frames).text);
	else if (curve->is_known)
		ovr_cases_say(cases, "unknown or none: each undisturbed cell lost frames");
	else
		ovr_cases_say(cases, "unknown: no cell was undisturbed");
}

/* Why a finished cell counts for nothing, if it does. */
static void
say_aside(struct ovr_cases *cases, const struct ovr_result_cell *cell)
{
	if (ovr_result_cell_is_void(cell))
		ovr_cases_say(
			cases, "void%s%s", cell->summary.reason[0] != '\0' ? ": " : "", cell->summary.reason);
	else if (cell->comparison.exclusion != OVR_COMPARISON_EXCLUDED_NOT)
		ovr_cases_say(cases, "excluded: %s", ovr_report_sweep_exclusion(cell->comparison.exclusion));
}

static void
add_cell(struct ovr_cases *cases, const struct ovr_result_sweep *sweep, uint32_t index)
{
	const struct ovr_result_cell *cell = &sweep->cell[index];
	bool counts = cell->is_done && !ovr_result_cell_is_void(cell) &&
		cell->comparison.exclusion == OVR_COMPARISON_EXCLUDED_NOT;
	char label[LABEL_BYTES] = "", repeat[32] = "";
	struct ovr_plan trial;

	if (ovr_plan_sweep_cell(&sweep->plan, index, &trial, NULL) != 0)
		return;
	if (sweep->grid.repeats > 1)
		snprintf(repeat, sizeof(repeat), ", repeat %u",
			ovr_method_grid_cell(&sweep->grid, index).repeat + 1);
	ovr_cases_add(cases, counts ? OVR_CASE_PASS : OVR_CASE_ASIDE,
		cell->is_done ? cell->summary.duration_ns : 0, "cell: %s%s",
		ovr_plan_sweep_label(&trial, label, sizeof(label)), repeat);
	if (!cell->is_done) {
		ovr_cases_say(cases, "not done");
		return;
	}
	say_aside(cases, cell);
	ovr_cases_say(cases, "sent %s, lost %s", ovr_figure_count(cell->summary.sent).text,
		ovr_figure_signed(cell->summary.lost).text);
}

void
ovr_report_sweep_cases(const struct ovr_result_sweep *sweep, struct ovr_cases *cases)
{
	ovr_cases_begin(cases, &sweep->plan, &sweep->environment);
	ovr_cases_verdict(cases, sweep->verdict, 0, sweep->reason);
	for (uint32_t i = 0; i < sweep->n_curves; i++)
		add_curve(cases, sweep, i);
	for (uint32_t i = 0; i < sweep->n_cells; i++)
		add_cell(cases, sweep, i);
}
