/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "page/view.h"

/* Pictures of all series together. */
#define FIGURES_MAX 16
/* Lines of changes in a picture. */
#define LINES_MAX 8

static const struct {
	const char *name, *suffix;
	enum ovr_picture_unit unit;
} units[] = {
	{ "pps", "pps", OVR_PICTURE_PPS },
	{ "bps", "b/s", OVR_PICTURE_COUNT },
	{ "ns", "", OVR_PICTURE_NS },
	{ "frames", "", OVR_PICTURE_COUNT },
	{ "ratio", "", OVR_PICTURE_RATIO },
};

/* @return the row of a figure's unit; that of frames where there is none */
static size_t
unit_of(const json_t *figure)
{
	size_t i = 0;

	while (i < sizeof(units) / sizeof(units[0]) &&
		strcmp(units[i].name, ovr_saved_text(figure, "unit")) != 0)
		i++;
	return i < sizeof(units) / sizeof(units[0]) ? i : 3;
}

static struct ovr_view_text
value_text(const json_t *figure, const json_t *side)
{
	switch (units[unit_of(figure)].unit) {
	case OVR_PICTURE_RATIO:
		return ovr_view_share(ovr_get_count(side, "events"), ovr_get_count(side, "of"));
	case OVR_PICTURE_NS:
		return ovr_view_time_at(side, "value");
	default:
		return ovr_view_si_at(side, "value", units[unit_of(figure)].suffix);
	}
}

static void
add_changes(struct ovr_view *view, const json_t *series, json_t *table)
{
	const json_t *figure, *change;
	size_t i, k;

	json_array_foreach(ovr_get(series, "figures"), i, figure)
	{
		json_array_foreach(ovr_get(figure, "changes"), k, change)
		{
			const json_t *point = json_array_get(
				ovr_get(series, "points"), ovr_get_count(change, "point"));

			ovr_view_row(view, table,
				(const char *[]){ ovr_saved_text(series, "of"),
					ovr_saved_text(figure, "figure"),
					value_text(figure, ovr_get(change, "before")).text,
					value_text(figure, ovr_get(change, "after")).text,
					ovr_saved_text(point, "began_utc"), ovr_saved_text(point, "file") });
		}
	}
}

/* A figure that is zero in all results, or in none known, has no picture. */
static bool
is_shown(const json_t *figure)
{
	const json_t *side;
	size_t i;

	json_array_foreach(ovr_get(figure, "values"), i, side)
	{
		if (ovr_saved_real(side, "value") > 0)
			return true;
	}
	return false;
}

/* @param plan number of the series, 0: the only one; @param number of the picture, from 1 */
static void
draw_figure(struct ovr_view *view, const json_t *series, size_t plan, const json_t *figure, size_t number)
{
	const json_t *values = ovr_get(figure, "values"), *side, *change;
	struct ovr_picture_dot *dot = ovr_view_keep(view, json_array_size(values), sizeof(*dot));
	struct ovr_picture_line *line = ovr_view_keep(view, LINES_MAX, sizeof(*line));
	char *title = ovr_view_keep(view, 120, 1), id[32];
	struct ovr_view_picture *picture;
	struct ovr_picture_dots *dots;
	size_t i, n_lines = 0;

	if (dot == NULL || line == NULL || title == NULL)
		return;
	snprintf(id, sizeof(id), "trend-%zu", number);
	snprintf(title, 120, plan == 0 ? "%.40s of %.40s" : "%.40s of %.40s, plan %zu",
		ovr_saved_text(figure, "figure"), ovr_saved_text(series, "of"), plan);
	picture = ovr_view_picture(view, OVR_VIEW_DOTS, sizeof(*dots), id, title,
		"Each result of the folder as a dot, in the order of their times; a line where the figure "
		"changed.");
	if (picture == NULL)
		return;
	dots = picture->of.dots;
	json_array_foreach(values, i, side)
	{
		dot[i] = (struct ovr_picture_dot){ (double)i + 1, ovr_saved_real(side, "value"), "model",
			"" };
		snprintf(dot[i].name, sizeof(dot[i].name), "%.60s",
			ovr_saved_text(json_array_get(ovr_get(series, "points"), i), "file"));
	}
	json_array_foreach(ovr_get(figure, "changes"), i, change)
	{
		double ratio = ovr_saved_real(change, "ratio");
		bool is_more = !isfinite(ratio) || ratio > 1;

		if (n_lines == LINES_MAX)
			break;
		line[n_lines].x = (double)ovr_get_count(change, "point") + 0.5;
		line[n_lines].style = strcmp(ovr_saved_text(figure, "better"),
					      is_more ? "lower" : "higher") == 0
			? "loss"
			: "pass";
		snprintf(line[n_lines].name, sizeof(line[n_lines].name), "from %.20s to %.20s",
			value_text(figure, ovr_get(change, "before")).text,
			value_text(figure, ovr_get(change, "after")).text);
		n_lines++;
	}
	dots->dot = dot;
	dots->n_dots = json_array_size(values);
	dots->line = line;
	dots->n_lines = n_lines;
	dots->x = (struct ovr_picture_axis){ .label = "number of the result", .unit = OVR_PICTURE_COUNT };
	dots->y = (struct ovr_picture_axis){ .label = "value",
		.unit = units[unit_of(figure)].unit,
		.is_log = units[unit_of(figure)].unit == OVR_PICTURE_RATIO };
}

void
ovr_view_trend(struct ovr_view *view)
{
	static const char *const head[] = { "results of", "figure", "before", "after", "since", "first file",
		NULL };
	uint64_t n = ovr_get_count(view->root, "regressions");
	const json_t *series, *figure;
	json_t *table = ovr_view_table(view, "Changes in the course of the results", "", head);
	char text[200];
	size_t i, k, n_drawn = 0;

	view->verdict = n == 0 ? "pass" : "loss";
	view->word = n == 0 ? "no regression" : "regression";
	snprintf(view->heading, sizeof(view->heading), "overrun compare: a folder of results");
	snprintf(text, sizeof(text), "changes shown: %.30s, at a level of %.6g %%; regressions: %.30s",
		ovr_view_count_at(view->root, "changes").text, 100 * ovr_saved_real(view->root, "level"),
		ovr_view_count(n).text);
	ovr_view_reason(view, text);
	json_array_foreach(ovr_get(view->root, "series"), i, series)
	{
		add_changes(view, series, table);
		json_array_foreach(ovr_get(series, "figures"), k, figure)
		{
			if (n_drawn < FIGURES_MAX && is_shown(figure))
				draw_figure(view, series,
					ovr_saved_size(view->root, "series") > 1 ? i + 1 : 0, figure,
					++n_drawn);
		}
	}
}
