/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <unistd.h>

#include "app.h"
#include "env/env.h"
#include "options.h"
#include "output.h"
#include "plans.h"
#include "report/search.h"
#include "search/plans.h"
#include "search/search.h"

static void
show_trial(void *context, uint32_t number, const char *label)
{
	(void)context;
	fprintf(stderr, "\r\033[Ktrial %u: %s", number, label);
	fflush(stderr);
}

static int
report(const struct ovr_result_search *search, struct app_output *json, struct ovr_err *err)
{
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_search_json(search, json->file, err);
	if (status == 0)
		status = app_output_complete(json, 1, err);
	if (status == 0 && json->file != stdout)
		status = ovr_report_search_text(search, stdout, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	return status;
}

static int
run_search(const struct ovr_plan *plan, char *const *eal, struct app_output *json, struct ovr_err *err)
{
	bool is_shown = !plan->quiet && isatty(STDERR_FILENO);
	struct ovr_series_hooks hooks = { .trial = is_shown ? show_trial : NULL, .stop = &app_stop };
	struct ovr_env_conf env = { .extra = eal };
	struct ovr_result_search search = { .n_sizes = 0 };
	struct ovr_series series;
	int code = APP_EXIT_CANNOT;
	int status;

	ovr_series_begin(&series, &hooks);
	/* workers are born with signals blocked: they interrupt the control thread alone */
	app_signals_block();
	status = ovr_search_env(&series, plan, &env, err);
	if (status == 0)
		status = ovr_env_start(&env, err);
	app_signals_open();
	if (status == 0)
		status = ovr_search_run(&series, plan, &search, err);
	if (is_shown)
		fputs("\r\033[K", stderr);
	ovr_env_stop();
	app_clean_up();
	if (status == 0)
		status = report(&search, json, err);
	if (status == 0)
		code = (int)search.verdict;
	ovr_result_search_done(&search);
	return code;
}

int
cmd_search(int argc, char **argv)
{
	struct app_options options;
	struct ovr_err err;
	struct app_output json = { 0 };
	int status = app_options_parse(argc, argv, OVR_PLAN_SEARCH, &options, &err);
	int code = APP_EXIT_CANNOT;

	if (status == 0 && options.help) {
		char *help[] = { (char *)"help", (char *)"search", NULL };

		return cmd_help(2, help);
	}
	if (status == 0)
		status = app_plan_take_templates(&options.plan, &err);
	if (status == 0)
		status = ovr_search_plan_freeze(&options.plan, &err);
	if (status == 0 && options.dry_run)
		return app_plan_print(&options.plan, &err);
	if (status == 0)
		status = app_output_open(&json, "json", options.plan.json, &err);
	if (status == 0) {
		app_recover(options.plan.quiet);
		code = run_search(&options.plan, options.eal, &json, &err);
	}
	app_output_drop(&json);
	if (code == APP_EXIT_CANNOT)
		app_fail(&err);
	return code;
}

void
cmd_search_help(FILE *out)
{
	fprintf(out,
		"\nThe highest load at which no more is lost than each goal allows, by trials of --time "
		"each: "
		"NDR (nothing) and PDR\n"
		"(0.5%%) unless said otherwise. What the tester itself sends on this port is measured first "
		"and is the highest load;\n"
		"an answer there is \"at least\". Exit codes: 0 every goal has its answer, 1 one has none, "
		"or "
		"not as narrow as\n"
		"asked, and the reason is printed, 2 void, 3 could not run.\n");
	app_options_help(OVR_PLAN_SEARCH, out);
}

void
cmd_search_man(FILE *out)
{
	app_options_man(OVR_PLAN_SEARCH, out);
}
