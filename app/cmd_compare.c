/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "args.h"
#include "base/units.h"
#include "compare_page.h"
#include "page.h"
#include "report/changes.h"
#include "report/changes_read.h"
#include "report/saved.h"
#include "report/trend.h"

#define PPB 1e9

static const struct app_arg options_table[] = {
	{ "against", NULL, "the files before it are the base's repeats, those after it another group's" },
	{ "level", "SHARE", "a change is shown where chance alone makes none so large: 95%, 99.9% [99%]" },
	{ "tolerance", "SHARE", "how much worse a rate, a latency or a burst may get [1%]" },
	{ "loss-tolerance", "SHARE", "by which a share of lost frames may grow: 0.001% [0]" },
	{ "trend", "DIR",
		"all results of a folder in the order of time, plan by plan: where figures changed" },
	{ "format", "text|md|json|html",
		"form of the result; md is Markdown, html a page with a result of each group drawn [text]" },
	{ NULL, NULL, NULL },
};

/* The forms of the result. */
static const struct {
	const char *name;
	/* NULL: a page, which has results besides */
	int (*write)(const struct ovr_changes *changes, FILE *out, struct ovr_err *err);
	int (*write_trend)(const struct ovr_trend *trend, FILE *out, struct ovr_err *err);
	unsigned int columns; /* of the page; 0: lines stay as they are */
} forms[] = {
	{ "text", ovr_report_changes_text, ovr_report_trend_text, APP_PAGE_RESULT },
	{ "md", ovr_report_changes_markdown, ovr_report_trend_markdown, 0 },
	{ "json", ovr_report_changes_json, ovr_report_trend_json, 0 },
	{ "html", NULL, app_compare_page_write_trend, 0 },
};

/* What the command line says besides the files. */
struct compare_options {
	struct ovr_changes changes; /* its options */
	const char *trend;          /* a folder; NULL: files are compared */
	size_t form;
	bool is_grouped; /* --against was found: files are repeats */
	uint32_t n_files;
	const char *first[OVR_CHANGES_GROUPS_MAX]; /* file of each group */
};

static int
read_form(const char *text, size_t *ret_form, struct ovr_err *err)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(text, forms[i].name) == 0) {
			*ret_form = i;
			return 0;
		}
	return ovr_err_set(
		err, -EINVAL, "compare: --format: found \"%.80s\", accepted: text, md, json, html", text);
}

static int
read_share(const char *name, const char *text, double *ret_share, struct ovr_err *err)
{
	uint32_t ppb;
	int status = ovr_units_parse_share_ppb(name, text, &ppb, err);

	if (status == 0)
		*ret_share = ppb / PPB;
	return status;
}

static int
read_level(const char *text, double *ret_level, struct ovr_err *err)
{
	double level = 0;
	int status = read_share("--level", text, &level, err);

	if (status == 0 && !(level >= 0.5 && level < 1))
		return ovr_err_set(
			err, -ERANGE, "--level: found \"%.80s\", accepted: 50%% to 99.9999999%%", text);
	if (status == 0)
		*ret_level = level;
	return status;
}

static int
apply(const struct app_word *word, struct compare_options *options, struct ovr_err *err)
{
	const char *name = word->option == NULL ? "" : word->option->name;

	if (word->option == NULL)
		options->n_files++;
	else if (strcmp(name, "against") == 0)
		options->is_grouped = true;
	else if (strcmp(name, "trend") == 0)
		options->trend = word->text;
	else if (strcmp(name, "level") == 0)
		return read_level(word->text, &options->changes.level, err);
	else if (strcmp(name, "tolerance") == 0)
		return read_share("--tolerance", word->text, &options->changes.tolerance, err);
	else if (strcmp(name, "loss-tolerance") == 0)
		return read_share("--loss-tolerance", word->text, &options->changes.loss_tolerance, err);
	else
		return read_form(word->text, &options->form, err);
	return 0;
}

static int
parse(int argc, char **argv, struct compare_options *options, struct ovr_err *err)
{
	struct app_args args = { "compare", options_table, argc, argv, 1 };
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;

		status = app_args_next(&args, &word, err);
		if (status == 0)
			status = apply(&word, options, err);
	}
	if (status == 0 && options->trend != NULL && (options->n_files != 0 || options->is_grouped))
		return ovr_err_set(err, -EINVAL,
			"compare: found files or --against beside --trend, accepted: a folder alone");
	if (status == 0 && options->trend == NULL && options->n_files < 2)
		status = ovr_err_set(err, -EINVAL,
			"compare: found %u file%s, accepted: two at least: overrun compare A.json B.json",
			options->n_files, options->n_files == 1 ? "" : "s");
	return status;
}

static int
read_file(const char *path, uint32_t group, struct ovr_changes *changes, struct ovr_err *err)
{
	struct ovr_saved saved = { 0 };
	int status;

	if (group >= OVR_CHANGES_GROUPS_MAX)
		return ovr_err_set(err, -E2BIG,
			"compare: found more than %d groups, accepted: so many at most",
			OVR_CHANGES_GROUPS_MAX);
	status = ovr_saved_open(path, &saved, err);
	if (status == 0)
		status = ovr_changes_read(changes, group, path, &saved, err);
	ovr_saved_close(&saved);
	return status;
}

/* Groups are parted by --against; without it each file is one. */
static int
read_files(int argc, char **argv, struct compare_options *options, struct ovr_err *err)
{
	struct app_args args = { "compare", options_table, argc, argv, 1 };
	uint32_t group = 0, n_files = 0;
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;

		status = app_args_next(&args, &word, err);
		if (status == 0 && word.option != NULL && strcmp(word.option->name, "against") == 0) {
			if (n_files == 0)
				return ovr_err_set(err, -EINVAL,
					"compare: found no file before --against, accepted: the base's "
					"there, "
					"the other's behind it");
			group++;
			n_files = 0;
		} else if (status == 0 && word.option == NULL) {
			if (!options->is_grouped)
				group = n_files;
			status = read_file(word.text, group, &options->changes, err);
			if (status == 0 && options->first[group] == NULL)
				options->first[group] = word.text;
			n_files++;
		}
	}
	if (status == 0 && n_files == 0)
		return ovr_err_set(err, -EINVAL,
			"compare: found no file after --against, accepted: the base's before it, the other's "
			"there");
	return status;
}

/* A group all of whose results are void says nothing. */
static int
check_void(const struct ovr_changes *changes, struct ovr_err *err)
{
	for (uint32_t i = 0; i < changes->n_groups; i++)
		if (changes->group[i].n_void == changes->group[i].n_results)
			return ovr_err_set(err, -ENODATA,
				"compare: found no result in group %s that is not void, accepted: one at "
				"least",
				ovr_changes_group_name(i));
	return 0;
}

static int
compare_files(int argc, char **argv, struct compare_options *options, bool *ret_is_worse, struct ovr_err *err)
{
	struct ovr_changes *changes = &options->changes;
	FILE *out;
	int status = read_files(argc, argv, options, err);

	if (status == 0)
		status = check_void(changes, err);
	if (status == 0)
		status = ovr_changes_close(changes, err);
	if (status == 0) {
		out = app_page(forms[options->form].columns);
		status = forms[options->form].write != NULL
			? forms[options->form].write(changes, out, err)
			: app_compare_page_write(changes, options->first, changes->n_groups, out, err);
	}
	*ret_is_worse = changes->n_regressions != 0;
	ovr_changes_done(changes);
	return status;
}

static int
follow_trend(const struct compare_options *options, bool *ret_is_worse, struct ovr_err *err)
{
	struct ovr_trend trend = {
		.level = options->changes.level,
		.tolerance = options->changes.tolerance,
		.loss_tolerance = options->changes.loss_tolerance,
	};
	FILE *out;
	int status = ovr_trend_read(&trend, options->trend, err);

	if (status == 0)
		status = ovr_trend_close(&trend, err);
	if (status == 0) {
		out = app_page(forms[options->form].columns);
		status = forms[options->form].write_trend(&trend, out, err);
	}
	*ret_is_worse = trend.n_regressions != 0;
	ovr_trend_done(&trend);
	return status;
}

int
cmd_compare(int argc, char **argv)
{
	struct compare_options options = { .changes = { .level = 0.99, .tolerance = 0.01 } };
	bool is_worse = false;
	struct ovr_err err;
	int status = parse(argc, argv, &options, &err);

	if (status == 0 && options.trend != NULL)
		status = follow_trend(&options, &is_worse, &err);
	else if (status == 0)
		status = compare_files(argc, argv, &options, &is_worse, &err);
	if (status != 0)
		return app_fail(&err);
	return is_worse ? APP_EXIT_LOSS : APP_EXIT_PASS;
}

void
cmd_compare_help(FILE *out)
{
	fprintf(out,
		"\nReads results that --json wrote, and says which figures changed beyond the noise. With "
		"\"A.json B.json C.json\" the first is the base, and each other one is held against it; with "
		"\"A1.json A2.json --against B1.json B2.json\" groups of repeats are. Repeats tell the "
		"noise; "
		"one result each can only show a loss that changed, by its counts. --trend shows where "
		"figures "
		"changed in the course of many results. Exit codes: 0 no "
		"regression, 1 a regression beyond the tolerance, 3 could not compare.\n\n");
	app_args_help(options_table, out);
}
