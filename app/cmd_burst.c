/* SPDX-License-Identifier: BSD-3-Clause */
#include <unistd.h>

#include "app.h"
#include "burst/burst.h"
#include "env/env.h"
#include "options.h"
#include "output.h"
#include "plans.h"
#include "report/burst.h"

static void
show_trial(void *context, uint32_t number, const char *label)
{
	(void)context;
	fprintf(stderr, "\r\033[Ktrial %u: %s", number, label);
	fflush(stderr);
}

static int
report(const struct ovr_result_burst *burst, struct app_output *json, struct ovr_err *err)
{
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_burst_json(burst, json->file, err);
	if (status == 0)
		status = app_output_complete(json, 1, err);
	if (status == 0 && json->file != stdout)
		status = ovr_report_burst_text(burst, stdout, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	return status;
}

static int
run_burst(const struct ovr_plan *plan, char *const *eal, struct app_output *json, struct ovr_err *err)
{
	bool is_shown = !plan->quiet && isatty(STDERR_FILENO);
	struct ovr_series_hooks hooks = { .trial = is_shown ? show_trial : NULL, .stop = &app_stop };
	struct ovr_env_conf env = { .extra = eal };
	struct ovr_result_burst burst = { .n_trials = 0 };
	struct ovr_series series;
	int code = APP_EXIT_CANNOT;
	int status;

	ovr_series_begin(&series, &hooks);
	/* workers are born with signals blocked: they interrupt the control thread alone */
	app_signals_block();
	status = ovr_burst_env(plan, &series, &env, err);
	if (status == 0)
		status = ovr_env_start(&env, err);
	app_signals_open();
	if (status == 0)
		status = ovr_burst_run(plan, &series, &burst, err);
	if (is_shown)
		fputs("\r\033[K", stderr);
	ovr_env_stop();
	app_clean_up();
	if (status == 0)
		status = report(&burst, json, err);
	if (status == 0)
		code = (int)burst.verdict;
	ovr_result_burst_done(&burst);
	return code;
}

int
cmd_burst(int argc, char **argv)
{
	struct app_options options;
	struct ovr_err err;
	struct app_output json = { 0 };
	int status = app_options_parse(argc, argv, OVR_PLAN_BURST, &options, &err);
	int code = APP_EXIT_CANNOT;

	if (status == 0 && options.help) {
		char *help[] = { (char *)"help", (char *)"burst", NULL };

		return cmd_help(2, help);
	}
	if (status == 0)
		status = app_plan_take_templates(&options.plan, &err);
	if (status == 0)
		status = ovr_burst_plan_freeze(&options.plan, &err);
	if (status == 0 && options.dry_run)
		return app_plan_print(&options.plan, &err);
	if (status == 0)
		status = app_output_open(&json, "json", options.plan.json, &err);
	if (status == 0) {
		app_recover(options.plan.quiet);
		code = run_burst(&options.plan, options.eal, &json, &err);
	}
	app_output_drop(&json);
	if (code == APP_EXIT_CANNOT)
		app_fail(&err);
	return code;
}

void
cmd_burst_help(FILE *out)
{
	fprintf(out,
		"\nThe longest burst at line rate that arrives without loss (RFC 2544 section 26.4, RFC "
		"9004), searched\n"
		"for --repeats times, and the buffer that the average shows: in time and in frames, "
		"corrected by what\n"
		"is forwarded while the burst arrives. --service makes the receiver slow enough to need a "
		"buffer. Exit\n"
		"codes: 0 there is a buffer time, 1 no burst arrives or none could be sent undisturbed, 2 "
		"void (the\n"
		"receiver keeps up with the line, a signal), 3 could not run.\n");
	app_options_help(OVR_PLAN_BURST, out);
}

void
cmd_burst_man(FILE *out)
{
	app_options_man(OVR_PLAN_BURST, out);
}
