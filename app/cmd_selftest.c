/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "many.h"
#include "page.h"
#include "report/selftest.h"
#include "selftest/selftest.h"

static int
report(const struct ovr_result_selftest *selftest, struct app_output *json, struct ovr_err *err)
{
	int printed = 0;
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_selftest_json(selftest, json->file, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	/* a result that no file takes is not lost */
	if (!json->is_stdout)
		printed = ovr_report_selftest_text(
			selftest, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

/*
 * Two measurements at most, the steps to a rate, and its confirmations, each with a second attempt.
 */
static void
announce(struct app_many *many, const struct ovr_plan *plan)
{
	char what[64];

	snprintf(what, sizeof(what), "up to %d trials (--time)", OVR_RESULT_SELFTEST_TRIALS_MAX);
	app_many_announce(
		many, OVR_RESULT_SELFTEST_TRIALS_MAX * app_many_trial_ns(plan, plan->time_ns), what);
}

static int
run_selftest(const struct app_options *options, struct app_output *json, struct ovr_err *err)
{
	struct ovr_result_selftest *selftest = calloc(1, sizeof(*selftest));
	int code = APP_EXIT_CANNOT;
	struct app_many many;
	int status;

	if (selftest == NULL) {
		ovr_err_set(err, -ENOMEM, "no memory for a selftest");
		return code;
	}
	app_many_begin(&many, options);
	announce(&many, &options->plan);
	status = ovr_selftest_expect(&many.series, &options->plan, &many.env, err);
	status = app_many_start(&many, status, err);
	if (status == 0)
		status = ovr_selftest_run(&many.series, &options->plan, selftest, err);
	app_many_end(&many);
	if (status == 0)
		status = report(selftest, json, err);
	if (status == 0)
		code = (int)selftest->verdict;
	ovr_result_selftest_done(selftest);
	free(selftest);
	return code;
}

int
cmd_selftest(int argc, char **argv)
{
	struct app_output json = { 0 };
	struct app_options options;
	struct ovr_err err;
	int code;

	if (app_many_prepare(
		    argc, argv, OVR_PLAN_SELFTEST, ovr_selftest_plan_freeze, &options, &json, &code, &err)) {
		code = run_selftest(&options, &json, &err);
		if (code == APP_EXIT_CANNOT)
			app_fail(&err);
	}
	app_output_drop(&json);
	return code;
}

void
cmd_selftest_help(FILE *out)
{
	fprintf(out,
		"\nOn the wire, unless another port is named: what the transmit cores stamp and "
		"hand over, what the receive cores check, and the highest rate at which both "
		"sustain, found by trials of --time each; and how the cores stall. On "
		"another port (netdev:, pci:, vdev:) all of it on that port. Exit codes: 0 a "
		"rate is sustained, 1 none is, 2 void, 3 could not run.\n");
	app_options_help(OVR_PLAN_SELFTEST, out);
}

void
cmd_selftest_man(FILE *out)
{
	app_options_man(OVR_PLAN_SELFTEST, out);
}
