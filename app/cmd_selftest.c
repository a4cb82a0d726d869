/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "env/env.h"
#include "options.h"
#include "output.h"
#include "plans.h"
#include "report/selftest.h"
#include "selftest/selftest.h"

static void
show_trial(void *context, uint32_t number, const struct ovr_result_subtrial *trial)
{
	(void)context;
	fprintf(stderr, "\r\033[Ktrial %u: %s", number, ovr_result_purpose_name(trial->purpose));
	if (trial->asked_fps != 0)
		fprintf(stderr, " %.4g Mfps%s", trial->asked_fps / 1e6, trial->attempt > 1 ? ", again" : "");
	fflush(stderr);
}

static int
report(const struct ovr_result_selftest *selftest, struct app_output *json, struct ovr_err *err)
{
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_selftest_json(selftest, json->file, err);
	if (status == 0)
		status = app_output_complete(json, 1, err);
	if (status == 0 && json->file != stdout)
		status = ovr_report_selftest_text(selftest, stdout, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	return status;
}

static int
run_selftest(const struct ovr_plan *plan, char *const *eal, struct app_output *json, struct ovr_err *err)
{
	struct ovr_selftest_hooks hooks = { .stop = &app_stop };
	struct ovr_env_conf env = { .extra = eal };
	struct ovr_result_selftest *selftest = calloc(1, sizeof(*selftest));
	bool is_shown = !plan->quiet && isatty(STDERR_FILENO);
	struct ovr_place place;
	int code = APP_EXIT_CANNOT;
	int status;

	if (selftest == NULL) {
		ovr_err_set(err, -ENOMEM, "no memory for a selftest");
		return APP_EXIT_CANNOT;
	}
	if (is_shown)
		hooks.trial = show_trial;
	/* workers are born with signals blocked: they interrupt the control thread alone */
	app_signals_block();
	status = ovr_selftest_env(plan, &place, &env, err);
	if (status == 0)
		status = ovr_env_start(&env, err);
	app_signals_open();
	if (status == 0)
		status = ovr_selftest_run(plan, &place, &hooks, selftest, err);
	if (is_shown)
		fputs("\r\033[K", stderr);
	ovr_env_stop();
	app_clean_up();
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
	struct app_options options;
	struct ovr_err err;
	struct app_output json = { 0 };
	int status = app_options_parse(argc, argv, OVR_PLAN_SELFTEST, &options, &err);
	int code = APP_EXIT_CANNOT;

	if (status == 0 && options.help) {
		char *help[] = { (char *)"help", (char *)"selftest", NULL };

		return cmd_help(2, help);
	}
	if (status == 0)
		status = app_plan_take_templates(&options.plan, &err);
	if (status == 0)
		status = ovr_selftest_plan_freeze(&options.plan, &err);
	if (status == 0 && options.dry_run)
		return app_plan_print(&options.plan, &err);
	if (status == 0)
		status = app_output_open(&json, "json", options.plan.json, &err);
	if (status == 0) {
		app_recover(options.plan.quiet);
		code = run_selftest(&options.plan, options.eal, &json, &err);
	}
	app_output_drop(&json);
	if (code == APP_EXIT_CANNOT)
		app_fail(&err);
	return code;
}

void
cmd_selftest_help(FILE *out)
{
	fprintf(out,
		"\nOn the wire, unless another port is named: what the transmit cores stamp and hand over, "
		"what "
		"the receive cores\n"
		"check, and the highest rate at which both keep step, found by trials of --time each; and "
		"how "
		"the cores stall.\n"
		"On another port (netdev:, pci:, vdev:) all of it on that port. Exit codes: 0 a rate is "
		"held, 1 "
		"none is, 2 void,\n"
		"3 could not run.\n");
	app_options_help(OVR_PLAN_SELFTEST, out);
}

void
cmd_selftest_man(FILE *out)
{
	app_options_man(OVR_PLAN_SELFTEST, out);
}
