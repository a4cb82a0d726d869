/* SPDX-License-Identifier: BSD-3-Clause */
/* What changed, for programs (overrun.compare/1). */
#include <math.h>

#include "report/changes.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"

#define CHANGES(member) OVR_JSON_MEMBER(struct ovr_changes, member)
#define FIGURE(member)  OVR_JSON_MEMBER(struct ovr_changes_figure, member)
#define GROUP(member)   OVR_JSON_MEMBER(struct group, member)
#define SIDE(member)    OVR_JSON_MEMBER(struct side, member)
#define CHANGE(member)  OVR_JSON_MEMBER(struct change, member)
#define VALUE(member)   OVR_JSON_MEMBER(struct value, member)

OVR_JSON_NAMED(static, units, ovr_changes_unit, ovr_changes_unit_name, 0, OVR_CHANGES_UNITS);
OVR_JSON_NAMED(static, outcomes, ovr_changes_outcome, ovr_changes_outcome_name, 0, OVR_CHANGES_OUTCOMES);
OVR_JSON_NAMED(static, sources, ovr_changes_source, ovr_changes_source_name, 0, OVR_CHANGES_SOURCES);

static const struct ovr_json_names goods = { .n = 3, .text = { "lower", "higher", "neither" } };

/* What is written of a group. */
struct group {
	const char *name;
	const struct ovr_changes_group *of;
	uint32_t n_results, n_void;
};

static json_t *
files_of(const struct ovr_json_at *at)
{
	const struct group *group = at->object;
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < group->of->n_files; i++)
		rc |= json_array_append_new(list, ovr_json_text(group->of->file[i]));
	return ovr_json_finish(list, rc);
}

static const struct ovr_json_row group_rows[] = {
	{ "group", OVR_JSON_STRING, GROUP(name), "A is the base", .min = 1 },
	{ "results", OVR_JSON_COUNT, GROUP(n_results) },
	{ "void", OVR_JSON_COUNT, GROUP(n_void), "of these: left out" },
	{ "files", OVR_JSON_LIST, .value = files_of, .item = OVR_JSON_TEXT },
};

static const struct ovr_json_table group_table = OVR_JSON_TABLE(
	"compare_group", struct group, group_rows, NULL);

static json_t *
groups_of(const struct ovr_json_at *at)
{
	const struct ovr_changes *changes = at->object;
	struct group group[OVR_CHANGES_GROUPS_MAX];

	for (uint32_t i = 0; i < changes->n_groups; i++)
		group[i] = (struct group){ ovr_changes_group_name(i), &changes->group[i],
			changes->group[i].n_results, changes->group[i].n_void };
	return ovr_json_list(&group_table, group, changes->n_groups, NULL);
}

struct side {
	const char *group;
	struct ovr_changes_side of;
};

static const struct ovr_json_row side_rows[] = {
	{ "group", OVR_JSON_STRING, SIDE(group), .min = 1 },
	{ "n", OVR_JSON_COUNT, SIDE(of.n), "trials that have a value" },
	{ "value", OVR_JSON_AMOUNT, SIDE(of.value), "their mean; of a ratio the share of all frames",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "spread_ratio", OVR_JSON_AMOUNT, SIDE(of.spread),
		"standard deviation of a trial by the mean; null: fewer than two, or a ratio",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "events", OVR_JSON_COUNT, SIDE(of.events), "of a ratio: frames lost, over all trials; else 0" },
	{ "of", OVR_JSON_COUNT, SIDE(of.of), "… of frames sent" },
};

static const struct ovr_json_table side_table = OVR_JSON_TABLE(
	"compare_side", struct side, side_rows, "A figure in a group");

static json_t *
sides_of(const struct ovr_json_at *at)
{
	const struct ovr_changes_figure *figure = at->object;
	const struct ovr_changes *changes = at->context;
	struct side side[OVR_CHANGES_GROUPS_MAX];

	for (uint32_t i = 0; i < changes->n_groups; i++)
		side[i] = (struct side){ ovr_changes_group_name(i), figure->side[i] };
	return ovr_json_list(&side_table, side, changes->n_groups, NULL);
}

struct change {
	const char *group;
	struct ovr_changes_change of;
};

static const struct ovr_json_row change_rows[] = {
	{ "group", OVR_JSON_STRING, CHANGE(group), .min = 1 },
	{ "ratio", OVR_JSON_AMOUNT, CHANGE(of.difference.ratio),
		"its value by the base's; null: unknown, or the base has none",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "low", OVR_JSON_AMOUNT, CHANGE(of.difference.low), "of the ratio, at the level; 0: open" },
	{ "high", OVR_JSON_AMOUNT, CHANGE(of.difference.high), "null: open", .null = OVR_JSON_NULL_IF_NONE },
	{ "p", OVR_JSON_AMOUNT, CHANGE(of.difference.p),
		"chance of such a difference where there is none; null: not tested",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "p_corrected", OVR_JSON_AMOUNT, CHANGE(of.p_corrected), "for the number of tests (Holm)",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "outcome", OVR_JSON_NAME, CHANGE(of.outcome), .names = &outcomes },
	{ "is_regression", OVR_JSON_BOOL, CHANGE(of.is_regression), "worse, beyond the tolerance" },
};

static const struct ovr_json_table change_table = OVR_JSON_TABLE(
	"compare_change", struct change, change_rows, "A figure in a group, held against the base");

static json_t *
changes_of(const struct ovr_json_at *at)
{
	const struct ovr_changes_figure *figure = at->object;
	const struct ovr_changes *changes = at->context;
	struct change change[OVR_CHANGES_GROUPS_MAX];

	for (uint32_t i = 1; i < changes->n_groups; i++)
		change[i - 1] = (struct change){ ovr_changes_group_name(i), figure->change[i] };
	return ovr_json_list(&change_table, change, changes->n_groups - 1, NULL);
}

static const struct ovr_json_row figure_rows[] = {
	{ "figure", OVR_JSON_TEXT, FIGURE(name), .min = 1 },
	{ "unit", OVR_JSON_NAME, FIGURE(unit), "ratio: frames of frames", .names = &units },
	{ "better", OVR_JSON_NAME, FIGURE(good), .names = &goods },
	{ "is_account", OVR_JSON_BOOL, FIGURE(is_account), "frames of an account: context, not tested" },
	{ "resolution_ratio", OVR_JSON_AMOUNT, FIGURE(resolution),
		"how far a value may be from the true one: no smaller difference is shown" },
	{ "sides", OVR_JSON_LIST, .value = sides_of, .table = &side_table },
	{ "changes", OVR_JSON_LIST, .value = changes_of, .table = &change_table },
};

static const struct ovr_json_table figure_table = OVR_JSON_TABLE(
	"compare_figure", struct ovr_changes_figure, figure_rows, NULL);

static json_t *
figures_of(const struct ovr_json_at *at)
{
	const struct ovr_changes *changes = at->object;

	return ovr_json_list(&figure_table, changes->figure, changes->n_figures, changes);
}

struct value {
	const char *group, *value;
};

static json_t *
value_text(const struct ovr_json_at *at)
{
	const struct value *value = at->object;

	return value->value == NULL ? json_null() : ovr_json_text(value->value);
}

static const struct ovr_json_row value_rows[] = {
	{ "group", OVR_JSON_STRING, VALUE(group), .min = 1 },
	{ "value", OVR_JSON_TEXT, .about = "\"a, b\" where its results differ; null: none has it",
		.null = OVR_JSON_NULL_IF_SO, .value = value_text },
};

static const struct ovr_json_table value_table = OVR_JSON_TABLE(
	"compare_value", struct value, value_rows, NULL);

static json_t *
values_of(const struct ovr_json_at *at)
{
	const struct ovr_changes_property *property = at->object;
	const struct ovr_changes *changes = at->context;
	struct value value[OVR_CHANGES_GROUPS_MAX];

	for (uint32_t i = 0; i < changes->n_groups; i++)
		value[i] = (struct value){ ovr_changes_group_name(i), property->value[i] };
	return ovr_json_list(&value_table, value, changes->n_groups, NULL);
}

static const struct ovr_json_row property_rows[] = {
	{ "source", OVR_JSON_NAME, OVR_JSON_MEMBER(struct ovr_changes_property, source), .names = &sources },
	{ "name", OVR_JSON_TEXT, OVR_JSON_MEMBER(struct ovr_changes_property, name), .min = 1 },
	{ "values", OVR_JSON_LIST, .value = values_of, .table = &value_table },
};

static const struct ovr_json_table property_table = OVR_JSON_TABLE("compare_difference",
	struct ovr_changes_property, property_rows, "What differs between groups besides the figures");

static json_t *
differences_of(const struct ovr_json_at *at)
{
	const struct ovr_changes *changes = at->object;
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < changes->n_properties; i++)
		if (changes->property[i].differs)
			rc |= json_array_append_new(
				list, ovr_json_object(&property_table, &changes->property[i], changes));
	return ovr_json_finish(list, rc);
}

static json_t *
finding_group(const struct ovr_json_at *at)
{
	const struct ovr_changes_finding *finding = at->object;

	return json_string(ovr_changes_group_name(finding->group));
}

static const struct ovr_json_row finding_rows[] = {
	{ "group", OVR_JSON_TEXT, .value = finding_group, .min = 1 },
	{ "text", OVR_JSON_TEXT, OVR_JSON_MEMBER(struct ovr_changes_finding, text), "a sentence", .min = 1 },
};

static const struct ovr_json_table finding_table = OVR_JSON_TABLE(
	"compare_finding", struct ovr_changes_finding, finding_rows, NULL);

static json_t *
exit_code(const struct ovr_json_at *at)
{
	const struct ovr_changes *changes = at->object;

	return json_integer(changes->n_regressions != 0);
}

static const struct ovr_json_row rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.compare/1" },
	{ "command", OVR_JSON_FIXED, .fixed = "compare" },
	{ "of", OVR_JSON_TEXT, CHANGES(command), "the command that wrote the results", .min = 1 },
	{ "regression", OVR_JSON_COUNT, .about = "1: there is one, and the exit code is 1",
		.value = exit_code, .max = 1 },
	{ "level", OVR_JSON_AMOUNT, CHANGES(level), "of confidence", .max = 1 },
	{ "tolerance_ratio", OVR_JSON_AMOUNT, CHANGES(tolerance), "of amounts" },
	{ "loss_tolerance_ratio", OVR_JSON_AMOUNT, CHANGES(loss_tolerance),
		"by which a share of frames may grow" },
	{ "tests", OVR_JSON_COUNT, CHANGES(n_tests), "chances are corrected for so many" },
	{ "shown", OVR_JSON_COUNT, CHANGES(n_shown), "changes" },
	{ "regressions", OVR_JSON_COUNT, CHANGES(n_regressions) },
	{ "groups", OVR_JSON_LIST, .value = groups_of, .table = &group_table, .min = 2 },
	{ "figures", OVR_JSON_LIST, .value = figures_of, .table = &figure_table },
	{ "differences", OVR_JSON_LIST, .value = differences_of, .table = &property_table },
	{ "findings", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_changes, finding, n_findings),
		.table = &finding_table },
};

const struct ovr_json_table ovr_json_compare_table = OVR_JSON_TABLE("compare", struct ovr_changes, rows,
	"What overrun compare --format json writes: figures of groups of trials, held against a base");

int
ovr_report_changes_json(const struct ovr_changes *changes, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(ovr_json_object(&ovr_json_compare_table, changes, changes), out, err);
}
