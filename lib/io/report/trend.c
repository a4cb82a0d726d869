/* SPDX-License-Identifier: BSD-3-Clause */
/* A trend, as text and as Markdown: the same cells in two forms. */
#include "report/trend.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/plain.h"
#include "report/changes.h"
#include "report/figure.h"
#include "report/markdown.h"
#include "report/table.h"

#define CELL_BYTES 256

/* Figures that stand in one table. */
#define COLUMNS_MAX 4

/* A part of a series: some of its figures. */
struct part {
	const struct ovr_trend_series *series;
	uint32_t first, n;
};

/* Changed here: better, worse, or neither. */
static const char *
mark_of(const struct ovr_trend_figure *figure, uint32_t point)
{
	static const char *const marks[OVR_CHANGES_OUTCOMES] = { [OVR_CHANGES_BETTER] = " better",
		[OVR_CHANGES_WORSE] = " worse",
		[OVR_CHANGES_OTHER] = " changed" };

	for (uint32_t i = 0; i < figure->n_changes; i++)
		if (figure->change[i].point == point && marks[figure->change[i].outcome] != NULL)
			return marks[figure->change[i].outcome];
	return "";
}

static bool
point_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct part *part = of;
	const struct ovr_trend_point *point = &part->series->point[index];

	snprintf(row->cell[0], CELL_BYTES, "  %.19s", point->at_utc[0] == '\0' ? "-" : point->at_utc);
	snprintf(row->cell[1], CELL_BYTES, "%.60s", point->file);
	ovr_plain(row->cell[0]);
	ovr_plain(row->cell[1]);
	for (uint32_t i = 0; i < part->n; i++) {
		const struct ovr_trend_figure *figure = &part->series->figure[part->first + i];
		const struct ovr_changes_side *side = &figure->side[index];
		char value[64];

		if (point->is_void)
			snprintf(row->cell[2 + i], CELL_BYTES, "void");
		else
			snprintf(row->cell[2 + i], CELL_BYTES, "%s%s",
				ovr_report_changes_value(
					value, sizeof(value), figure->unit, side->n == 0 ? NAN : side->value),
				mark_of(figure, index));
	}
	return true;
}

/* The table of a part; its headings are the figures' names. */
static struct ovr_table
table_of(const struct part *part, char heading[COLUMNS_MAX][OVR_CHANGES_NAME_BYTES])
{
	struct ovr_table table = {
		.column = { { "  began (UTC)", false, 0 }, { "file", false, 0 } },
		.n_columns = 2 + part->n,
		.gap = 2,
		.row = point_row,
	};

	for (uint32_t i = 0; i < part->n; i++) {
		memcpy(heading[i], part->series->figure[part->first + i].name, OVR_CHANGES_NAME_BYTES);
		ovr_plain(heading[i]);
		table.column[2 + i] = (struct ovr_table_column){ heading[i], true, 0 };
	}
	return table;
}

/* "loss is worse from FILE on (2026-11-30T12:00:00): 0 % → 0.2 %, p 0.0003; also there: …" */
static const char *
print_change(char *text, size_t size, const struct ovr_trend_series *series,
	const struct ovr_trend_figure *figure, const struct ovr_trend_change *change)
{
	const struct ovr_trend_point *point = &series->point[change->point];
	char before[64], after[64];

	snprintf(text, size, "%s is %s from %.60s on (%.19s): %s → %s, p %.2g%s%s%s", figure->name,
		ovr_changes_outcome_name(change->outcome), point->file, point->at_utc,
		ovr_report_changes_value(before, sizeof(before), figure->unit, change->before.value),
		ovr_report_changes_value(after, sizeof(after), figure->unit, change->after.value),
		change->p_corrected, change->is_regression ? ": a regression" : "",
		change->also[0] == '\0' ? "" : "; there, too: ", change->also);
	return ovr_plain(text);
}

/* Of how many results nothing is said, and what came of the others. */
static void
print_answer(const struct ovr_trend *trend, FILE *out)
{
	if (trend->n_changes == 0)
		fprintf(out, "No change is shown by these results");
	else
		fprintf(out, "%u change%s, %u regression%s", trend->n_changes,
			ovr_figure_plural(trend->n_changes), trend->n_regressions,
			ovr_figure_plural(trend->n_regressions));
	fprintf(out, " (level %g %%, corrected for places and figures; tolerance %g %%, of loss %g %%).",
		100 * trend->level, 100 * trend->tolerance, 100 * trend->loss_tolerance);
}

static void
print_left_out(const struct ovr_trend *trend, FILE *out)
{
	char why[OVR_CHANGES_TEXT_BYTES];

	if (trend->n_left_out == 0)
		return;
	snprintf(why, sizeof(why), "%s", trend->left_out);
	fprintf(out, "%u file%s left out: %s%s\n", trend->n_left_out, ovr_figure_plural(trend->n_left_out),
		ovr_plain(why), trend->n_left_out > 1 ? "; …" : "");
}

static void
print_series(const struct ovr_trend_series *series, bool is_markdown, FILE *out)
{
	char heading[COLUMNS_MAX][OVR_CHANGES_NAME_BYTES], text[2 * OVR_CHANGES_TEXT_BYTES];
	uint32_t n_changes = 0;

	for (uint32_t first = 0; first < series->n_figures; first += COLUMNS_MAX) {
		uint32_t left = series->n_figures - first;
		struct part part = { series, first, left < COLUMNS_MAX ? left : COLUMNS_MAX };
		struct ovr_table table = table_of(&part, heading);

		if (is_markdown)
			ovr_markdown_table(&table, &part, series->n_points, out);
		else
			ovr_table_print(&table, &part, series->n_points, out);
	}
	for (uint32_t f = 0; f < series->n_figures; f++)
		for (uint32_t i = 0; i < series->figure[f].n_changes; i++) {
			print_change(
				text, sizeof(text), series, &series->figure[f], &series->figure[f].change[i]);
			fputs(n_changes++ == 0 ? "\n" : "", out);
			fputs(is_markdown ? "- " : "  ", out);
			if (is_markdown)
				ovr_markdown_text(text, out);
			else
				fputs(text, out);
			fputs(".\n", out);
		}
}

static int
print_all(const struct ovr_trend *trend, bool is_markdown, FILE *out, struct ovr_err *err)
{
	for (uint32_t i = 0; i < trend->n_series; i++) {
		const struct ovr_trend_series *series = &trend->series[i];

		fprintf(out, "%s%strend   %s   plan %u of %u   %u result%s\n", i == 0 ? "" : "\n",
			is_markdown ? "### " : "", series->command, i + 1, trend->n_series, series->n_points,
			ovr_figure_plural(series->n_points));
		print_series(series, is_markdown, out);
	}
	fputc('\n', out);
	print_left_out(trend, out);
	print_answer(trend, out);
	fputc('\n', out);
	return ferror(out) ? ovr_err_set(err, -EIO, "the trend cannot be written") : 0;
}

int
ovr_report_trend_text(const struct ovr_trend *trend, FILE *out, struct ovr_err *err)
{
	return print_all(trend, false, out, err);
}

int
ovr_report_trend_markdown(const struct ovr_trend *trend, FILE *out, struct ovr_err *err)
{
	return print_all(trend, true, out, err);
}
