/* SPDX-License-Identifier: BSD-3-Clause */
/* What changed, as text and as Markdown: the same cells in two forms. */
#include "report/changes.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/plain.h"
#include "report/figure.h"
#include "report/markdown.h"
#include "report/table.h"

#define CELL_BYTES 256

/* A group and what it is held against. */
struct pair {
	const struct ovr_changes *changes;
	uint32_t group;
	bool of_accounts; /* the rows that are context */
};

/* A share, in percent. */
static const char *
print_share(char *text, size_t size, double share)
{
	if (share == 0)
		snprintf(text, size, "0 %%");
	else
		snprintf(text, size, "%.3g %%", 100 * share);
	return text;
}

const char *
ovr_report_changes_value(char *text, size_t size, enum ovr_changes_unit unit, double value)
{
	static const char *const names[OVR_CHANGES_UNITS] = {
		[OVR_CHANGES_PPS] = "pps", [OVR_CHANGES_BPS] = "b/s"
	};

	if (isnan(value))
		snprintf(text, size, "-");
	else if (unit == OVR_CHANGES_RATIO)
		print_share(text, size, value);
	else if (unit == OVR_CHANGES_FRAMES)
		snprintf(text, size, "%s frames", ovr_figure_count((uint64_t)value).text);
	else if (unit == OVR_CHANGES_NS)
		snprintf(text, size, "%s", ovr_figure_time((uint64_t)value).text);
	else
		snprintf(text, size, "%s", ovr_figure_si(value, names[unit]).text);
	return text;
}

/* "9.52 Mpps ±0.9 %", "0.259 % (192,884 of 74,404,761)" */
static void
print_side(char *cell, const struct ovr_changes_figure *figure, const struct ovr_changes_side *side)
{
	char value[64];

	ovr_report_changes_value(value, sizeof(value), figure->unit, side->value);
	if (figure->unit == OVR_CHANGES_RATIO && side->events > 0)
		snprintf(cell, CELL_BYTES, "%s (%s of %s)", value, ovr_figure_count(side->events).text,
			ovr_figure_si((double)side->of, "").text);
	else if (figure->unit == OVR_CHANGES_RATIO && side->of > 0)
		snprintf(cell, CELL_BYTES, "0 of %s", ovr_figure_si((double)side->of, "").text);
	else if (!isnan(side->spread))
		snprintf(cell, CELL_BYTES, "%s ±%.*f %%", value, side->spread < 0.1, 100 * side->spread);
	else
		snprintf(cell, CELL_BYTES, "%s", value);
}

/* Less than this of a value is what a sum of doubles is off by, and no change. */
#define ROUNDING 1e-9

/* "-2.01 %", "× 23", from the ratio of two amounts. */
static const char *
print_percent(char *text, size_t size, double ratio)
{
	if (isinf(ratio))
		snprintf(text, size, "∞");
	else if (ratio >= 10)
		snprintf(text, size, "× %.3g", ratio);
	else if (fabs(ratio - 1) < ROUNDING)
		snprintf(text, size, "+0 %%");
	else
		snprintf(text, size, "%+.3g %%", 100 * (ratio - 1));
	return text;
}

static const char *
print_times(char *text, size_t size, double ratio)
{
	if (isinf(ratio))
		snprintf(text, size, "∞");
	else
		snprintf(text, size, "%.3g", ratio);
	return text;
}

/* "-2.01 % (-2.4 % … -1.6 %)", "× 3.2 (1.1 … 9.4)" */
static void
print_change(char *cell, const struct ovr_changes_figure *figure, const struct ovr_changes_change *change)
{
	const struct ovr_method_difference *found = &change->difference;
	char ratio[32], low[32], high[32];

	if (isnan(found->ratio)) {
		snprintf(cell, CELL_BYTES, "-");
	} else if (figure->unit == OVR_CHANGES_RATIO) {
		print_times(ratio, sizeof(ratio), found->ratio);
		print_times(low, sizeof(low), found->low);
		print_times(high, sizeof(high), found->high);
		/* of an account its clusters are not known, so no interval is */
		if (figure->is_account)
			snprintf(cell, CELL_BYTES, "× %s", ratio);
		else
			snprintf(cell, CELL_BYTES, "× %s (%s … %s)", ratio, low, high);
	} else {
		print_percent(ratio, sizeof(ratio), found->ratio);
		print_percent(low, sizeof(low), found->low);
		print_percent(high, sizeof(high), found->high);
		snprintf(cell, CELL_BYTES, "%s (%s … %s)", ratio, low, high);
	}
}

/* "p 0.0003"; the smallest are below what is calculated exactly */
static const char *
print_chance(char *text, size_t size, double p)
{
	if (p < 1e-12)
		snprintf(text, size, "p < 1e-12");
	else
		snprintf(text, size, "p %.2g", p);
	return text;
}

/* "worse: a regression, p 0.0003"; why it was not tested */
static void
print_outcome(char *cell, const struct pair *pair, const struct ovr_changes_figure *figure)
{
	const struct ovr_changes_change *change = &figure->change[pair->group];
	const struct ovr_changes_side *base = &figure->side[0], *other = &figure->side[pair->group];
	bool is_base_short = base->n < 2;
	char chance[32];

	if (figure->is_account)
		cell[0] = '\0';
	else if (change->outcome != OVR_CHANGES_UNTESTED)
		snprintf(cell, CELL_BYTES, "%s%s, %s", ovr_changes_outcome_name(change->outcome),
			change->is_regression                          ? ": a regression"
				: change->outcome == OVR_CHANGES_WORSE ? ": tolerated"
								       : "",
			print_chance(chance, sizeof(chance), change->p_corrected));
	else if (base->n == 0 || other->n == 0)
		snprintf(cell, CELL_BYTES, "unknown in %s",
			ovr_changes_group_name(base->n == 0 ? 0 : pair->group));
	else if (figure->unit == OVR_CHANGES_RATIO)
		snprintf(cell, CELL_BYTES, "none in either");
	else
		snprintf(cell, CELL_BYTES, "not shown: one value in %s",
			is_base_short && other->n < 2
				? "each"
				: ovr_changes_group_name(is_base_short ? 0 : pair->group));
}

/* Figures that a group or the base has; of rare frames and of accounts those with any. */
static bool
is_shown(const struct pair *pair, const struct ovr_changes_figure *figure)
{
	const struct ovr_changes_side *base = &figure->side[0], *other = &figure->side[pair->group];

	if (figure->is_account != pair->of_accounts || base->n + other->n == 0)
		return false;
	return figure->unit != OVR_CHANGES_RATIO || base->events + other->events != 0 ||
		(!figure->is_account && strstr(figure->name, "loss") != NULL);
}

static bool
figure_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct pair *pair = of;
	const struct ovr_changes_figure *figure = &pair->changes->figure[index];

	if (!is_shown(pair, figure))
		return false;
	snprintf(row->cell[0], CELL_BYTES, "  %s", figure->name);
	ovr_plain(row->cell[0]);
	print_side(row->cell[1], figure, &figure->side[0]);
	print_side(row->cell[2], figure, &figure->side[pair->group]);
	print_change(row->cell[3], figure, &figure->change[pair->group]);
	print_outcome(row->cell[4], pair, figure);
	return true;
}

static bool
property_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct pair *pair = of;
	const struct ovr_changes_property *property = &pair->changes->property[index];
	const char *base = property->value[0], *other = property->value[pair->group];

	if (!ovr_changes_differs(pair->changes, property, pair->group))
		return false;
	snprintf(row->cell[0], CELL_BYTES, "  %s", ovr_changes_source_name(property->source));
	snprintf(row->cell[1], CELL_BYTES, "%s", property->name);
	snprintf(row->cell[2], CELL_BYTES, "%.120s", base == NULL ? "-" : base);
	snprintf(row->cell[3], CELL_BYTES, "%.120s", other == NULL ? "-" : other);
	for (unsigned int i = 1; i < 4; i++)
		ovr_plain(row->cell[i]);
	return true;
}

static void
print_group(const struct ovr_changes *changes, uint32_t group, FILE *out)
{
	const struct ovr_changes_group *found = &changes->group[group];
	char name[160];

	fprintf(out, "  %s  %s  %u result%s", ovr_changes_group_name(group), group == 0 ? "base" : "    ",
		found->n_results, ovr_figure_plural(found->n_results));
	if (found->n_void != 0)
		fprintf(out, ", %u void and left out", found->n_void);
	for (uint32_t i = 0; i < found->n_files; i += i + 1 < found->n_files ? found->n_files - 1 : 1) {
		snprintf(name, sizeof(name), "%.150s", found->file[i]);
		fprintf(out, "  %s%s", i == 0 ? "" : found->n_files > 2 ? "… " : "", ovr_plain(name));
	}
	fputc('\n', out);
}

/* What came of it, in a sentence. */
static void
print_answer(const struct ovr_changes *changes, FILE *out)
{
	if (changes->n_tests == 0)
		fprintf(out, "Nothing could be tested: no figure has enough trials in both groups");
	else if (changes->n_regressions != 0)
		fprintf(out, "%u regression%s", changes->n_regressions,
			ovr_figure_plural(changes->n_regressions));
	else if (changes->n_shown != 0)
		fprintf(out, "No regression; %u change%s shown", changes->n_shown,
			ovr_figure_plural(changes->n_shown));
	else
		fprintf(out, "No change is shown by these trials");
	fprintf(out, " (level %.10g %%, %u test%s; tolerance %g %%, of loss %g %%).", 100 * changes->level,
		changes->n_tests, ovr_figure_plural(changes->n_tests), 100 * changes->tolerance,
		100 * changes->loss_tolerance);
}

static void
print_pair(const struct ovr_changes *changes, uint32_t group, FILE *out)
{
	struct pair pair = { changes, group, false };
	struct ovr_table figures = {
		.column = { { "  figure", false, 0 }, { "A", true, 0 }, { NULL, true, 0 },
			{ "change", false, 0 }, { "", false, 0 } },
		.n_columns = 5,
		.gap = 2,
		.row = figure_row,
	};
	struct ovr_table properties = {
		.column = { { "  difference", false, 0 }, { "", false, 0 }, { "A", false, 0 },
			{ NULL, false, 0 } },
		.n_columns = 4,
		.gap = 2,
		.row = property_row,
	};

	figures.column[2].heading = ovr_changes_group_name(group);
	properties.column[3].heading = ovr_changes_group_name(group);
	ovr_table_print(&figures, &pair, changes->n_figures, out);
	pair.of_accounts = true;
	figures.column[0].heading = "  account";
	ovr_table_print(&figures, &pair, changes->n_figures, out);
	ovr_table_print(&properties, &pair, changes->n_properties, out);
}

int
ovr_report_changes_text(const struct ovr_changes *changes, FILE *out, struct ovr_err *err)
{
	fprintf(out, "compare   %s\n\n", changes->command);
	for (uint32_t group = 0; group < changes->n_groups; group++)
		print_group(changes, group, out);
	for (uint32_t group = 1; group < changes->n_groups; group++)
		print_pair(changes, group, out);
	if (changes->n_findings != 0)
		fputc('\n', out);
	for (uint32_t i = 0; i < changes->n_findings; i++)
		fprintf(out, "  %s: %s.\n", ovr_changes_group_name(changes->finding[i].group),
			changes->finding[i].text);
	fputc('\n', out);
	print_answer(changes, out);
	fputc('\n', out);
	return ferror(out) ? ovr_err_set(err, -EIO, "the text cannot be written") : 0;
}

int
ovr_report_changes_markdown(const struct ovr_changes *changes, FILE *out, struct ovr_err *err)
{
	struct ovr_table table = { .column = { { "figure", false, 0 }, { "A", true, 0 }, { NULL, true, 0 },
					   { "change", true, 0 }, { "outcome", false, 0 } },
		.n_columns = 5,
		.row = figure_row };
	struct ovr_table properties = { .column = { { "difference", false, 0 }, { "name", false, 0 },
						{ "A", false, 0 }, { NULL, false, 0 } },
		.n_columns = 4,
		.row = property_row };

	fputs("**", out);
	print_answer(changes, out);
	fprintf(out, "**\n\n");
	for (uint32_t group = 0; group < changes->n_groups; group++) {
		fprintf(out, "- %s: %u result%s", ovr_changes_group_name(group),
			changes->group[group].n_results, ovr_figure_plural(changes->group[group].n_results));
		if (changes->group[group].n_void != 0)
			fprintf(out, ", %u void and left out", changes->group[group].n_void);
		fprintf(out, "%s\n", group == 0 ? " (base)" : "");
	}
	for (uint32_t group = 1; group < changes->n_groups; group++) {
		struct pair pair = { changes, group, false };

		table.column[0].heading = "figure";
		table.column[2].heading = properties.column[3].heading = ovr_changes_group_name(group);
		ovr_markdown_table(&table, &pair, changes->n_figures, out);
		pair.of_accounts = true;
		table.column[0].heading = "account";
		ovr_markdown_table(&table, &pair, changes->n_figures, out);
		ovr_markdown_table(&properties, &pair, changes->n_properties, out);
	}
	for (uint32_t i = 0; i < changes->n_findings; i++) {
		fprintf(out, "%s- %s: ", i == 0 ? "\n" : "",
			ovr_changes_group_name(changes->finding[i].group));
		ovr_markdown_text(changes->finding[i].text, out);
		fputs(".\n", out);
	}
	return ferror(out) ? ovr_err_set(err, -EIO, "the Markdown cannot be written") : 0;
}
