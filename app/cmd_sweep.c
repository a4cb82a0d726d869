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
#include "report/sweep.h"
#include "sweep/sweep.h"

/* The line of progress, where stderr is a terminal. */
struct progress {
	uint32_t n_left;
	bool is_shown;
};

static void
show_trial(void *context, uint32_t number, const char *label)
{
	struct progress *progress = context;

	fprintf(stderr, "\r\033[Kcell %u of %u: %s", number, progress->n_left, label);
	fflush(stderr);
	progress->is_shown = true;
}

/* Where a result goes besides the text. */
enum { OUTPUT_JSON, OUTPUT_CSV, OUTPUTS };

static int
report(const struct ovr_result_sweep *sweep, struct app_output *outputs, struct ovr_err *err)
{
	FILE *json = outputs[OUTPUT_JSON].file;
	FILE *csv = outputs[OUTPUT_CSV].file;
	int status = 0;

	if (json != NULL)
		status = ovr_report_sweep_json(sweep, json, err);
	if (status == 0 && csv != NULL)
		status = ovr_report_sweep_csv(sweep, csv, err);
	if (status == 0)
		status = app_output_complete(outputs, OUTPUTS, err);
	if (status == 0 && json != stdout && csv != stdout)
		status = ovr_report_sweep_text(sweep, stdout, err);
	if (status == 0)
		status = app_output_finish(outputs, OUTPUTS, err);
	return status;
}

/* How a sweep that was stopped goes on. */
static void
say_how_to_resume(const struct ovr_result_sweep *sweep)
{
	if (sweep->n_done == sweep->n_cells)
		return;
	if (sweep->plan.sweep.state[0] != '\0')
		fprintf(stderr, "overrun: the same command goes on with cell %u of %u, from %s\n",
			sweep->n_done + 1, sweep->n_cells, sweep->plan.sweep.state);
	else
		fprintf(stderr,
			"overrun: nothing was kept; with --state FILE a sweep goes on where it was\n");
}

static int
run_sweep(struct ovr_result_sweep *sweep, struct ovr_sweep_state *state, char *const *eal,
	struct app_output *outputs, struct ovr_err *err)
{
	struct progress progress = { .n_left = sweep->n_cells - sweep->n_done };
	struct ovr_series_hooks hooks = { .context = &progress, .stop = &app_stop };
	struct ovr_env_conf env = { .extra = eal };
	struct ovr_series series;
	int status;

	if (!sweep->plan.quiet && isatty(STDERR_FILENO))
		hooks.trial = show_trial;
	ovr_series_begin(&series, &hooks);
	/* workers are born with signals blocked: they interrupt the control thread alone */
	app_signals_block();
	status = ovr_sweep_expect(&series, sweep, &env, err);
	if (status == 0)
		status = ovr_env_start(&env, err);
	app_signals_open();
	if (status == 0)
		status = ovr_sweep_run(&series, state, sweep, err);
	if (progress.is_shown)
		fputs("\r\033[K", stderr);
	ovr_env_stop();
	app_clean_up();
	if (status == 0)
		status = report(sweep, outputs, err);
	if (status == 0)
		say_how_to_resume(sweep);
	return status == 0 ? (int)sweep->verdict : APP_EXIT_CANNOT;
}

int
cmd_sweep(int argc, char **argv)
{
	static struct app_options options;
	static struct ovr_result_sweep sweep;
	struct ovr_sweep_state state = { .fd = -1 };
	struct app_output outputs[OUTPUTS] = { 0 };
	struct ovr_err err;
	int status = app_options_parse(argc, argv, OVR_PLAN_SWEEP, &options, &err);
	int code = APP_EXIT_CANNOT;

	if (status == 0 && options.help) {
		char *help[] = { (char *)"help", (char *)"sweep", NULL };

		return cmd_help(2, help);
	}
	if (status == 0)
		status = app_plan_take_templates(&options.plan, &err);
	if (status == 0)
		status = ovr_plan_sweep_check(&options.plan, &err);
	if (status == 0 && options.dry_run)
		return app_plan_print(&options.plan, &err);
	if (status == 0)
		status = app_output_open(&outputs[OUTPUT_JSON], "json", options.plan.json, &err);
	if (status == 0)
		status = app_output_open(&outputs[OUTPUT_CSV], "csv", options.plan.csv, &err);
	if (status == 0)
		status = ovr_result_sweep_init(&sweep, &options.plan, &err);
	if (status == 0)
		status = ovr_sweep_state_open(&state, &sweep, &err);
	if (status == 0) {
		app_recover(options.plan.quiet);
		code = run_sweep(&sweep, &state, options.eal, outputs, &err);
	}
	ovr_sweep_state_close(&state);
	ovr_result_sweep_done(&sweep);
	app_output_drop(&outputs[OUTPUT_JSON]);
	app_output_drop(&outputs[OUTPUT_CSV]);
	if (code == APP_EXIT_CANNOT)
		app_fail(&err);
	return code;
}

void
cmd_sweep_help(FILE *out)
{
	fprintf(out,
		"\nA trial in each cell of a grid, in mixed order: every ring size with every frame size, "
		"load, burst, number of\n"
		"queues and stall. Says of each curve which ring is the smallest that lost nothing, and "
		"whether the loss falls to\n"
		"a knee (stalls), is flat (overload, or a limit elsewhere) or rises (cache), with the "
		"model's "
		"loss beside the\n"
		"measured one (docs/sweep.md). With --state a sweep that ended early goes on; --csv has a "
		"row "
		"for each cell.\n"
		"Exit codes: 0 every curve has such a ring, 1 some have none, 2 void or stopped, 3 could not "
		"run.\n");
	app_options_help(OVR_PLAN_SWEEP, out);
}

void
cmd_sweep_man(FILE *out)
{
	app_options_man(OVR_PLAN_SWEEP, out);
}
