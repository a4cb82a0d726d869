/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "page/view.h"

static struct ovr_view_text
value_text(const json_t *figure, const json_t *side)
{
	const char *unit = ovr_saved_text(figure, "unit");
	struct ovr_view_text text = { "" };

	if (strcmp(unit, "ratio") == 0)
		return ovr_view_share(ovr_get_count(side, "events"), ovr_get_count(side, "of"));
	if (strcmp(unit, "ns") == 0)
		text = ovr_view_time_at(side, "value");
	else if (strcmp(unit, "frames") == 0)
		text = ovr_view_rounded_at(side, "value");
	else
		text = ovr_view_si_at(side, "value", strcmp(unit, "bps") == 0 ? "b/s" : "pps");
	return text;
}

/* "× 0.98"; of nothing before "× ∞", and where nothing is after it either, the same. */
static struct ovr_view_text
factor_text(const json_t *sides, size_t side, const json_t *change)
{
	double base = ovr_saved_real(json_array_get(sides, 0), "value");
	double value = ovr_saved_real(json_array_get(sides, side), "value");
	double ratio = ovr_get(change, "ratio") != NULL ? ovr_saved_real(change, "ratio") : value / base;
	struct ovr_view_text text = { "unknown" };

	if (base == 0 && value >= 0)
		snprintf(text.text, sizeof(text.text), "%s", value > 0 ? "× ∞" : "same");
	else if (isfinite(ratio) && ratio < 1e9)
		snprintf(text.text, sizeof(text.text), "× %.4g", ratio);
	return text;
}

/* A share of frames, but of lost ones, that no group has any in says nothing. */
static bool
is_shown(const json_t *figure)
{
	const json_t *side;
	size_t i;
	bool is_told = strcmp(ovr_saved_text(figure, "unit"), "ratio") != 0 ||
		(!ovr_saved_bool(figure, "is_account") &&
			strstr(ovr_saved_text(figure, "figure"), "loss") != NULL);

	json_array_foreach(ovr_get(figure, "sides"), i, side)
		is_told = is_told || ovr_get_count(side, "events") > 0;
	return is_told;
}

/* "worse: a regression", "not shown"; of what was not tested, why. */
static void
print_outcome(char *buf, size_t size, const json_t *figure, size_t side, const json_t *change)
{
	const char *outcome = ovr_saved_text(change, "outcome");
	const json_t *sides = ovr_get(figure, "sides"), *other = json_array_get(sides, side);
	uint64_t n_base = ovr_get_count(json_array_get(sides, 0), "n"), n = ovr_get_count(other, "n");

	if (ovr_saved_bool(figure, "is_account"))
		snprintf(buf, size, "context");
	else if (strcmp(outcome, "worse") == 0)
		snprintf(buf, size, "worse: %s",
			ovr_saved_bool(change, "is_regression") ? "a regression" : "tolerated");
	else if (strcmp(outcome, "untested") != 0)
		snprintf(buf, size, "%.40s", outcome);
	else if (n_base == 0 || n == 0)
		snprintf(buf, size, "unknown in %.4s", n_base == 0 ? "A" : ovr_saved_text(change, "group"));
	else if (strcmp(ovr_saved_text(figure, "unit"), "ratio") == 0)
		snprintf(buf, size, "none in either");
	else
		snprintf(buf, size, "not shown: one value in %.4s",
			n_base < 2 && n < 2  ? "each"
				: n_base < 2 ? "A"
					     : ovr_saved_text(change, "group"));
}

/* "× 0.98 (0.976 … 0.984)": how large a change may be that was tested. */
static void
print_interval(char *buf, size_t size, const json_t *sides, size_t side, const json_t *change)
{
	int n = snprintf(buf, size, "%.60s", factor_text(sides, side, change).text);

	if (strcmp(ovr_saved_text(change, "outcome"), "untested") == 0 || ovr_get(change, "low") == NULL)
		return;
	if (ovr_get(change, "high") == NULL)
		snprintf(buf + n, size - (size_t)n, " (%.3g … ∞)", ovr_saved_real(change, "low"));
	else
		snprintf(buf + n, size - (size_t)n, " (%.3g … %.3g)", ovr_saved_real(change, "low"),
			ovr_saved_real(change, "high"));
}

/* What has changed is why: "B: loss 0 % → 0.3 %, × ∞ (4 … ∞), worse: a regression". */
static void
say_changes(struct ovr_view *view)
{
	const json_t *figure, *change;
	char text[600], outcome[64], interval[120];
	size_t i, k;

	json_array_foreach(ovr_get(view->root, "figures"), i, figure)
	{
		const json_t *sides = ovr_get(figure, "sides");

		json_array_foreach(ovr_get(figure, "changes"), k, change)
		{
			const char *found = ovr_saved_text(change, "outcome");

			if (strcmp(found, "untested") == 0 || strcmp(found, "not shown") == 0)
				continue;
			print_outcome(outcome, sizeof(outcome), figure, k + 1, change);
			print_interval(interval, sizeof(interval), sides, k + 1, change);
			snprintf(text, sizeof(text), "%.4s: %.100s %.60s → %.60s, %s, %s",
				ovr_saved_text(change, "group"), ovr_saved_text(figure, "figure"),
				value_text(figure, json_array_get(sides, 0)).text,
				value_text(figure, json_array_get(sides, k + 1)).text, interval, outcome);
			ovr_view_reason(view, text);
		}
	}
}

static void
add_figures(struct ovr_view *view)
{
	static const char *const head[] = { "figure", "group", "base", "value", "of the base", "outcome",
		NULL };
	const json_t *figure, *change;
	json_t *table = ovr_view_table(view, "Figures", "", head);
	size_t i, k;

	json_array_foreach(ovr_get(view->root, "figures"), i, figure)
	{
		const json_t *sides = ovr_get(figure, "sides");

		if (!is_shown(figure))
			continue;
		json_array_foreach(ovr_get(figure, "changes"), k, change)
		{
			char outcome[64], interval[120];

			print_outcome(outcome, sizeof(outcome), figure, k + 1, change);
			print_interval(interval, sizeof(interval), sides, k + 1, change);
			ovr_view_row(view, table,
				(const char *[]){ ovr_saved_text(figure, "figure"),
					ovr_saved_text(change, "group"),
					value_text(figure, json_array_get(sides, 0)).text,
					value_text(figure, json_array_get(sides, k + 1)).text, interval,
					outcome });
		}
	}
}

static void
add_groups(struct ovr_view *view)
{
	static const char *const head[] = { "group", "results", "void", "first file", NULL };
	const json_t *group;
	json_t *table = ovr_view_table(view, "Groups", "Group A is the base.", head);
	size_t i;

	json_array_foreach(ovr_get(view->root, "groups"), i, group) ovr_view_row(view, table,
		(const char *[]){ ovr_saved_text(group, "group"), ovr_view_count_at(group, "results").text,
			ovr_view_count_at(group, "void").text, ovr_saved_text(group, "files[0]") });
}

/* A row for each group: a table of a column for each would have no room. */
static void
add_differences(struct ovr_view *view)
{
	static const char *const head[] = { "what", "name", "group", "value", NULL };
	const json_t *differences = ovr_get(view->root, "differences"), *difference, *value;
	json_t *table;
	size_t i, k;

	if (json_array_size(differences) == 0)
		return;
	table = ovr_view_table(view, "What differs besides", "", head);
	json_array_foreach(differences, i, difference) json_array_foreach(
		ovr_get(difference, "values"), k, value) ovr_view_row(view, table,
		(const char *[]){ ovr_saved_text(difference, "source"), ovr_saved_text(difference, "name"),
			ovr_saved_text(value, "group"),
			ovr_get(value, "value") == NULL ? "not said" : ovr_saved_text(value, "value") });
}

static void
fill_interval(struct ovr_picture_interval *interval, const json_t *figure, const json_t *change)
{
	const char *outcome = ovr_saved_text(change, "outcome");

	snprintf(interval->name, sizeof(interval->name), "%.1s  %.56s", ovr_saved_text(change, "group"),
		ovr_saved_text(figure, "figure"));
	interval->is_known = strcmp(outcome, "untested") != 0;
	interval->ratio = ovr_get(change, "ratio") == NULL ? INFINITY : ovr_saved_real(change, "ratio");
	interval->low = ovr_saved_real(change, "low");
	interval->high = ovr_get(change, "high") == NULL ? INFINITY : ovr_saved_real(change, "high");
	interval->style = strcmp(outcome, "better") == 0 ? "pass"
		: strcmp(outcome, "worse") == 0          ? "loss"
		: strcmp(outcome, "changed") == 0        ? "model"
							 : "calm";
}

static void
draw_changes(struct ovr_view *view)
{
	const json_t *figures = ovr_get(view->root, "figures"), *figure, *change;
	struct ovr_picture_interval *interval;
	struct ovr_view_picture *picture;
	size_t i, k, n = 0;

	json_array_foreach(figures, i, figure) n += ovr_saved_size(figure, "changes");
	interval = ovr_view_keep(view, n, sizeof(*interval));
	if (interval == NULL || n == 0)
		return;
	picture = ovr_view_picture(view, OVR_VIEW_INTERVALS, sizeof(struct ovr_picture_intervals), "changes",
		"Changes",
		"Each figure as a multiple of the base's, with the interval that it lies in: green is "
		"better, red worse, "
		"grey is not shown by these trials. Accounts are context, and not tested.");
	if (picture == NULL)
		return;
	picture->of.intervals->interval = interval;
	json_array_foreach(figures, i, figure)
	{
		if (!is_shown(figure))
			continue;
		json_array_foreach(ovr_get(figure, "changes"), k, change)
		{
			if (picture->of.intervals->n_intervals == OVR_PICTURE_INTERVALS_MAX)
				break;
			fill_interval(&interval[picture->of.intervals->n_intervals++], figure, change);
		}
	}
}

void
ovr_view_compare(struct ovr_view *view)
{
	uint64_t n = ovr_get_count(view->root, "regressions");
	const json_t *finding;
	char text[600];
	size_t i;

	view->verdict = n == 0 ? "pass" : "loss";
	view->word = n == 0 ? "no regression" : "regression";
	snprintf(view->heading, sizeof(view->heading), "overrun compare: results of %.40s",
		ovr_saved_text(view->root, "of"));
	snprintf(text, sizeof(text),
		"changes shown: %.30s, by %.30s test%s at a level of %.10g %%; regressions: %.30s",
		ovr_view_count_at(view->root, "shown").text, ovr_view_count_at(view->root, "tests").text,
		ovr_get_count(view->root, "tests") == 1 ? "" : "s", 100 * ovr_saved_real(view->root, "level"),
		ovr_view_count(n).text);
	ovr_view_reason(view, text);
	say_changes(view);
	json_array_foreach(ovr_get(view->root, "findings"), i, finding)
	{
		snprintf(text, sizeof(text), "%.1s: %.590s", ovr_saved_text(finding, "group"),
			ovr_saved_text(finding, "text"));
		ovr_view_reason(view, text);
	}
	add_figures(view);
	add_differences(view);
	add_groups(view);
	draw_changes(view);
}
