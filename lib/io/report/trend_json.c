/* SPDX-License-Identifier: BSD-3-Clause */
/* A trend, for programs (overrun.trend/1). */
#include <math.h>

#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/trend.h"

#define TREND(member)  OVR_JSON_MEMBER(struct ovr_trend, member)
#define SERIES(member) OVR_JSON_MEMBER(struct ovr_trend_series, member)
#define POINT(member)  OVR_JSON_MEMBER(struct ovr_trend_point, member)
#define FIGURE(member) OVR_JSON_MEMBER(struct ovr_trend_figure, member)
#define SIDE(member)   OVR_JSON_MEMBER(struct ovr_changes_side, member)
#define CHANGE(member) OVR_JSON_MEMBER(struct ovr_trend_change, member)

OVR_JSON_NAMED(static, units, ovr_changes_unit, ovr_changes_unit_name, 0, OVR_CHANGES_UNITS);
OVR_JSON_NAMED(static, outcomes, ovr_changes_outcome, ovr_changes_outcome_name, 0, OVR_CHANGES_OUTCOMES);

static const struct ovr_json_names goods = { .n = 3, .text = { "lower", "higher", "neither" } };

static json_t *
file_of(const struct ovr_json_at *at)
{
	const struct ovr_trend_point *point = at->object;

	return ovr_json_text(point->file);
}

static const struct ovr_json_row point_rows[] = {
	{ "began_utc", OVR_JSON_TEXT, POINT(at_utc), "ISO 8601; null: unknown, and before all others",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "file", OVR_JSON_TEXT, .value = file_of, .min = 1 },
	{ "is_void", OVR_JSON_BOOL, POINT(is_void), "it has no values" },
};

static const struct ovr_json_table point_table = OVR_JSON_TABLE(
	"trend_point", struct ovr_trend_point, point_rows, "A result");

static const struct ovr_json_row side_rows[] = {
	{ "n", OVR_JSON_COUNT, SIDE(n), "values" },
	{ "value", OVR_JSON_AMOUNT, SIDE(value), "their mean; of a ratio the share of all frames; null: none",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "events", OVR_JSON_COUNT, SIDE(events), "of a ratio: frames lost; else 0" },
	{ "of", OVR_JSON_COUNT, SIDE(of), "… of frames sent" },
};

static const struct ovr_json_table side_table = OVR_JSON_TABLE(
	"trend_side", struct ovr_changes_side, side_rows, NULL);

/* In a result without a value all is 0. */
static json_t *
sides_of(const struct ovr_json_at *at)
{
	const struct ovr_trend_figure *figure = at->object;
	const struct ovr_trend_series *series = at->context;
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < series->n_points; i++) {
		struct ovr_changes_side side = figure->side[i];

		side.value = side.n == 0 ? NAN : side.value;
		rc |= json_array_append_new(list, ovr_json_object(&side_table, &side, NULL));
	}
	return ovr_json_finish(list, rc);
}

static const struct ovr_json_row change_rows[] = {
	{ "point", OVR_JSON_COUNT, CHANGE(point), "index of the first result after it" },
	{ "before", OVR_JSON_OBJECT, CHANGE(before), "from the change before it on", .table = &side_table },
	{ "after", OVR_JSON_OBJECT, CHANGE(after), "up to the next one", .table = &side_table },
	{ "ratio", OVR_JSON_AMOUNT, CHANGE(difference.ratio), "after by before; null: none before",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "low", OVR_JSON_AMOUNT, CHANGE(difference.low), "of the ratio, at the level; 0: open" },
	{ "high", OVR_JSON_AMOUNT, CHANGE(difference.high), "null: open", .null = OVR_JSON_NULL_IF_NONE },
	{ "p_corrected", OVR_JSON_AMOUNT, CHANGE(p_corrected), "for the places and figures that were tried" },
	{ "outcome", OVR_JSON_NAME, CHANGE(outcome), .names = &outcomes },
	{ "is_regression", OVR_JSON_BOOL, CHANGE(is_regression),
		"worse, beyond the tolerance, and the figure's last change" },
	{ "also", OVR_JSON_TEXT, CHANGE(also), "properties that changed there; may be empty" },
};

static const struct ovr_json_table change_table = OVR_JSON_TABLE(
	"trend_change", struct ovr_trend_change, change_rows, NULL);

static const struct ovr_json_row figure_rows[] = {
	{ "figure", OVR_JSON_TEXT, FIGURE(name), .min = 1 },
	{ "unit", OVR_JSON_NAME, FIGURE(unit), "ratio: frames of frames", .names = &units },
	{ "better", OVR_JSON_NAME, FIGURE(good), .names = &goods },
	{ "values", OVR_JSON_LIST, .about = "of each point", .value = sides_of, .table = &side_table },
	{ "changes", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_trend_figure, change, n_changes),
		.table = &change_table },
};

static const struct ovr_json_table figure_table = OVR_JSON_TABLE(
	"trend_figure", struct ovr_trend_figure, figure_rows, NULL);

static json_t *
figures_of(const struct ovr_json_at *at)
{
	const struct ovr_trend_series *series = at->object;

	return ovr_json_list(&figure_table, series->figure, series->n_figures, series);
}

static const struct ovr_json_row series_rows[] = {
	{ "of", OVR_JSON_TEXT, SERIES(command), "the command that wrote the results", .min = 1 },
	{ "points", OVR_JSON_LIST, .about = "in the order of their times",
		OVR_JSON_VECTOR(struct ovr_trend_series, point, n_points), .table = &point_table },
	{ "figures", OVR_JSON_LIST, .value = figures_of, .table = &figure_table },
};

static const struct ovr_json_table series_table = OVR_JSON_TABLE(
	"trend_series", struct ovr_trend_series, series_rows, "The results of one plan");

static json_t *
exit_code(const struct ovr_json_at *at)
{
	const struct ovr_trend *trend = at->object;

	return json_integer(trend->n_regressions != 0);
}

static const struct ovr_json_row rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.trend/1" },
	{ "command", OVR_JSON_FIXED, .fixed = "compare" },
	{ "regression", OVR_JSON_COUNT, .about = "1: there is one, and the exit code is 1",
		.value = exit_code, .max = 1 },
	{ "level", OVR_JSON_AMOUNT, TREND(level), "of confidence", .max = 1 },
	{ "tolerance_ratio", OVR_JSON_AMOUNT, TREND(tolerance), "of amounts" },
	{ "loss_tolerance_ratio", OVR_JSON_AMOUNT, TREND(loss_tolerance),
		"by which a share of frames may grow" },
	{ "changes", OVR_JSON_COUNT, TREND(n_changes) },
	{ "regressions", OVR_JSON_COUNT, TREND(n_regressions) },
	{ "left_out", OVR_JSON_COUNT, TREND(n_left_out), "files that are no results with figures" },
	{ "left_out_why", OVR_JSON_TEXT, TREND(left_out), "the first of them; null: none was",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "series", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_trend, series, n_series),
		.table = &series_table },
};

const struct ovr_json_table ovr_json_trend_table = OVR_JSON_TABLE("trend", struct ovr_trend, rows,
	"What overrun compare --trend --format json writes: results of a folder in the order of time");

int
ovr_report_trend_json(const struct ovr_trend *trend, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(ovr_json_object(&ovr_json_trend_table, trend, trend), out, err);
}
