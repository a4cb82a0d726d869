/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/units.h"
#include "many.h"
#include "page.h"
#include "report/search.h"
#include "search/plans.h"
#include "search/search.h"

/* Where a result goes besides the text. */
enum { OUTPUT_JSON, OUTPUT_CSV, OUTPUTS };

static int
report(const struct ovr_result_search *search, struct app_output *outputs, struct ovr_err *err)
{
	FILE *json = outputs[OUTPUT_JSON].file;
	FILE *csv = outputs[OUTPUT_CSV].file;
	int status = 0;
	int printed = 0;

	if (json != NULL)
		status = ovr_report_search_json(search, json, err);
	if (status == 0 && csv != NULL)
		status = ovr_report_search_csv(search, csv, err);
	if (status == 0)
		status = app_output_finish(outputs, OUTPUTS, err);
	/* a result that no file takes is not lost */
	if (!outputs[OUTPUT_JSON].is_stdout && !outputs[OUTPUT_CSV].is_stdout)
		printed = ovr_report_search_text(search, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

/* A search is long: say how long at most. */
static void
announce(struct app_many *many, const struct ovr_plan *plan)
{
	uint32_t n_sizes = ovr_search_plan_sizes(plan);
	char what[64];

	snprintf(what, sizeof(what), "%u size%s (--search-time)", n_sizes, n_sizes == 1 ? "" : "s");
	app_many_announce(many, plan->search.limit_ns * n_sizes, what);
}

static int
run_search(const struct app_options *options, struct app_output *outputs, struct ovr_err *err)
{
	struct ovr_result_search search = { .n_sizes = 0 };
	int code = APP_EXIT_CANNOT;
	struct app_many many;
	int status;

	app_many_begin(&many, options);
	status = ovr_search_expect(&many.series, &options->plan, &many.env, err);
	status = app_many_start(&many, status, err);
	announce(&many, &options->plan);
	if (status == 0)
		status = ovr_search_run(&many.series, &options->plan, &search, err);
	app_many_end(&many);
	if (status == 0)
		status = report(&search, outputs, err);
	if (status == 0)
		code = (int)search.verdict;
	ovr_result_search_done(&search);
	return code;
}

int
cmd_search(int argc, char **argv)
{
	struct app_output outputs[OUTPUTS] = { 0 };
	struct app_options options;
	struct ovr_err err;
	int code;

	if (app_many_prepare(argc, argv, OVR_PLAN_SEARCH, ovr_search_plan_freeze, &options,
		    &outputs[OUTPUT_JSON], &code, &err)) {
		if (app_output_open(&outputs[OUTPUT_CSV], "csv", options.plan.csv, &err) == 0)
			code = run_search(&options, outputs, &err);
		if (code == APP_EXIT_CANNOT)
			app_fail(&err);
	}
	app_output_drop(&outputs[OUTPUT_JSON]);
	app_output_drop(&outputs[OUTPUT_CSV]);
	return code;
}

void
cmd_search_help(FILE *out)
{
	fprintf(out,
		"\nThe highest load at which no more is lost than each goal allows, by trials "
		"of --time each: NDR (nothing) and PDR (0.5%%) unless said otherwise. What the "
		"tester itself sends on this port is measured first and is the highest load; "
		"an answer there is \"at least\". Exit codes: 0 every goal has its answer, 1 "
		"one has none, or not as narrow as required, and the reason is printed, 2 void, 3 "
		"could not run.\n");
	app_options_help(OVR_PLAN_SEARCH, out);
}

void
cmd_search_man(FILE *out)
{
	app_options_man(OVR_PLAN_SEARCH, out);
}
