/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "args.h"
#include "capture/capture.h"
#include "output.h"
#include "page.h"
#include "report/check.h"

static const struct app_arg options_table[] = {
	{ "trial-id", "ID", "the trial to look at, 0x... [the one with the most frames]" },
	{ "json", "FILE", "write the account as JSON; -: to stdout, in place of the text" },
	{ NULL, NULL, NULL },
};

/* What the command line says. */
struct check_options {
	const char *path;
	const char *json; /* "": none is written */
	uint32_t trial_id;
};

static int
apply(const struct app_word *word, struct ovr_plan *plan, struct check_options *options, struct ovr_err *err)
{
	int status = 0;

	if (word->option == NULL && options->path != NULL)
		return ovr_err_set(err, -EINVAL, "check: found \"%.80s\" after \"%.80s\", accepted: one file",
			word->text, options->path);
	if (word->option == NULL) {
		options->path = word->text;
	} else if (strcmp(word->option->name, "json") == 0) {
		options->json = word->text;
	} else {
		/* the same form as in a plan */
		status = ovr_plan_set(plan, "trial-id", word->text, err);
		options->trial_id = plan->trial.id;
	}
	return status;
}

static int
parse(int argc, char **argv, struct check_options *ret_options, struct ovr_err *err)
{
	struct app_args args = { "check", options_table, argc, argv, 1 };
	struct check_options options = { .json = "" };
	struct ovr_plan plan;
	int status = 0;

	ovr_plan_default(&plan);
	while (args.at < argc && status == 0) {
		struct app_word word;

		status = app_args_next(&args, &word, err);
		if (status == 0)
			status = apply(&word, &plan, &options, err);
	}
	if (status == 0 && options.path == NULL)
		status = ovr_err_set(
			err, -EINVAL, "check: no capture was named; accepted: overrun check FILE.pcap");
	if (status == 0)
		status = app_output_check_apart("check", options.path, options.json, err);
	if (status == 0)
		*ret_options = options;
	return status;
}

static int
report(const struct ovr_capture_account *account, const struct check_options *options,
	struct app_output *json, struct ovr_err *err)
{
	int printed = 0;
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_check_json(account, options->path, json->file, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	/* a result that no file takes is not lost */
	if (!json->is_stdout)
		printed = ovr_report_check_text(
			account, options->path, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

int
cmd_check(int argc, char **argv)
{
	struct ovr_capture_account account = { 0 };
	struct app_output json = { 0 };
	struct check_options options;
	struct ovr_err err;
	int code, status;

	status = parse(argc, argv, &options, &err);
	if (status == 0)
		status = app_output_open(&json, "json", options.json, &err);
	if (status == 0)
		status = ovr_capture_check(options.path, options.trial_id, NULL, &account, &err);
	if (status == 0)
		status = report(&account, &options, &json, &err);
	app_output_drop(&json);
	code = status != 0 ? app_fail(&err) : ovr_report_check_verdict(&account);
	ovr_capture_account_done(&account);
	return code;
}

void
cmd_check_help(FILE *out)
{
	fprintf(out,
		"\nLost are the holes between a stream's first and last frame in the file: what was lost "
		"before or after them cannot be seen in a capture. Exit codes: 0 no loss, 1 loss or damage, "
		"3 not a capture of our frames.\n\n");
	app_args_help(options_table, out);
}
