/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app.h"
#include "args.h"
#include "base/nearest.h"
#include "output.h"
#include "page.h"
#include "page/page.h"
#include "report/saved.h"

/* Results on one page, at most. */
#define DOCUMENTS_MAX 32

static const struct app_arg options_table[] = {
	{ "output", "FILE", "where the page goes, as -o FILE; -: to stdout [-]" },
	{ "format", "html|md|svg|csv|text",
		"what is written [by the ending of FILE: .html, .md, .svg, .csv, .txt; to stdout text, else "
		"html]" },
	{ "picture", "NAME", "with svg: one picture alone, as where, time, latency or periods [all]" },
	{ "title", "TEXT", "heading of the page [the command and the ports]" },
	{ "note", "TEXT", "a sentence below the heading [none]" },
	{ NULL, NULL, NULL },
};

/* What the command line says. */
struct report_options {
	const char *path[DOCUMENTS_MAX];
	size_t n_paths;
	const char *output;
	bool has_format;
	enum ovr_page_format format;
	struct ovr_page_words words;
};

static int
parse_format(const char *text, enum ovr_page_format *ret_format, struct ovr_err *err)
{
	for (int format = 0; format < OVR_PAGE_FORMATS; format++)
		if (strcmp(text, ovr_page_format_name((enum ovr_page_format)format)) == 0) {
			*ret_format = (enum ovr_page_format)format;
			return 0;
		}
	return ovr_err_set(
		err, -EINVAL, "report: --format: found \"%.80s\", accepted: html, md, svg, csv, text", text);
}

/* The format that a file's name ends with; a name without an ending is of a page. */
static int
format_of(const char *path, enum ovr_page_format *ret_format, struct ovr_err *err)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash == NULL ? path : slash, '.');

	*ret_format = OVR_PAGE_HTML;
	if (strcmp(path, "-") == 0 || (dot != NULL && strcasecmp(dot, ".txt") == 0))
		*ret_format = OVR_PAGE_TEXT;
	if (strcmp(path, "-") == 0 || dot == NULL || strcasecmp(dot, ".txt") == 0 ||
		strcasecmp(dot, ".htm") == 0)
		return 0;
	for (int format = 0; format < OVR_PAGE_FORMATS; format++)
		if (strcasecmp(dot + 1, ovr_page_format_name((enum ovr_page_format)format)) == 0) {
			*ret_format = (enum ovr_page_format)format;
			return 0;
		}
	return ovr_err_set(err, -EINVAL,
		"report: --output: found \"%.80s\", whose ending is of no format, accepted: .html, .md, "
		".svg, "
		".csv, .txt, or --format FORMAT",
		path);
}

static int
apply(const struct app_word *word, struct report_options *options, struct ovr_err *err)
{
	if (word->option == NULL && options->n_paths == DOCUMENTS_MAX)
		return ovr_err_set(err, -EINVAL, "report: found more than %d results, accepted: 1 to %d",
			DOCUMENTS_MAX, DOCUMENTS_MAX);
	if (word->option == NULL) {
		options->path[options->n_paths++] = word->text;
	} else if (strcmp(word->option->name, "output") == 0) {
		options->output = word->text;
	} else if (strcmp(word->option->name, "format") == 0) {
		options->has_format = true;
		return parse_format(word->text, &options->format, err);
	} else if (strcmp(word->option->name, "picture") == 0) {
		options->words.picture = word->text;
	} else if (strcmp(word->option->name, "title") == 0) {
		options->words.title = word->text;
	} else {
		options->words.note = word->text;
	}
	return 0;
}

static int
parse(int argc, char **argv, struct report_options *ret_options, struct ovr_err *err)
{
	struct app_args args = { "report", options_table, argc, argv, 1 };
	struct report_options options = { .output = "-" };
	static char long_name[] = "--output";
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;

		if (strcmp(argv[args.at], "-o") == 0)
			argv[args.at] = long_name;
		status = app_args_next(&args, &word, err);
		if (status == 0)
			status = apply(&word, &options, err);
	}
	if (status == 0 && options.n_paths == 0)
		status = ovr_err_set(err, -EINVAL,
			"report: no result was named; accepted: overrun report RESULT.json... -o OUT.html");
	for (size_t i = 0; i < options.n_paths && status == 0; i++)
		status = app_output_check_apart("report", options.path[i], options.output, err);
	if (status != 0)
		return status;
	if (!options.has_format)
		status = format_of(options.output, &options.format, err);
	if (status != 0)
		return status;
	if (options.words.picture != NULL && options.format != OVR_PAGE_SVG)
		return ovr_err_set(err, -EINVAL,
			"report: --picture: found with %s, accepted: with --format svg",
			ovr_page_format_name(options.format));
	*ret_options = options;
	return 0;
}

static int
report(const struct report_options *options, struct ovr_saved *saved, struct app_output *output,
	struct ovr_err *err)
{
	struct ovr_page_document document[DOCUMENTS_MAX];
	int status = 0;

	for (size_t i = 0; i < options->n_paths && status == 0; i++) {
		status = ovr_saved_open(options->path[i], &saved[i], err);
		document[i] = (struct ovr_page_document){ options->path[i], saved[i].root };
	}
	/* on a terminal a text is a page; all else, and files, stay as they are */
	if (status == 0 && output->is_stdout && options->format == OVR_PAGE_TEXT)
		output->file = app_page(APP_PAGE_RESULT);
	if (status == 0)
		status = ovr_page_write(
			document, options->n_paths, &options->words, options->format, output->file, err);
	return status != 0 ? status : app_output_finish(output, 1, err);
}

int
cmd_report(int argc, char **argv)
{
	struct ovr_saved saved[DOCUMENTS_MAX] = { 0 };
	struct app_output output = { 0 };
	struct report_options options;
	struct ovr_err err;
	int status = parse(argc, argv, &options, &err);

	if (status == 0)
		status = app_output_open(&output, "output", options.output, &err);
	if (status == 0)
		status = report(&options, saved, &output, &err);
	app_output_drop(&output);
	for (size_t i = 0; i < DOCUMENTS_MAX; i++)
		ovr_saved_close(&saved[i]);
	return status != 0 ? app_fail(&err) : APP_EXIT_PASS;
}

void
cmd_report_help(FILE *out)
{
	fprintf(out,
		"\nMakes a page of results that overrun wrote with --json: the verdict and its reason, "
		"tables, "
		"pictures, where it ran and the command that repeats it. The page is one file that opens "
		"without "
		"a network; nothing in it refers to others. Results of %s. Exit codes: 0 written, 3 a file "
		"is no "
		"such result, or nothing can be written.\n\n",
		ovr_page_commands());
	app_args_help(options_table, out);
}
