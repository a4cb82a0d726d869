/* SPDX-License-Identifier: BSD-3-Clause */
#include "many.h"
#include "page.h"
#include "report/sweep.h"
#include "sweep/sweep.h"

/* Where a result goes besides the text. */
enum { OUTPUT_JSON, OUTPUT_CSV, OUTPUTS };

static int
report(const struct ovr_result_sweep *sweep, struct app_output *outputs, struct ovr_err *err)
{
	FILE *json = outputs[OUTPUT_JSON].file;
	FILE *csv = outputs[OUTPUT_CSV].file;
	int status = 0;
	int printed = 0;

	if (json != NULL)
		status = ovr_report_sweep_json(sweep, json, err);
	if (status == 0 && csv != NULL)
		status = ovr_report_sweep_csv(sweep, csv, err);
	if (status == 0)
		status = app_output_finish(outputs, OUTPUTS, err);
	/* a result that no file takes is not lost */
	if (!outputs[OUTPUT_JSON].is_stdout && !outputs[OUTPUT_CSV].is_stdout)
		printed = ovr_report_sweep_text(sweep, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

/* How a sweep that was stopped goes on. */
static void
say_how_to_resume(const struct ovr_result_sweep *sweep)
{
	if (sweep->n_done == sweep->n_cells)
		return;
	if (sweep->plan.sweep.state[0] != '\0')
		app_say("overrun: the same command goes on with cell %u of %u, from %s", sweep->n_done + 1,
			sweep->n_cells, sweep->plan.sweep.state);
	else
		app_say("overrun: nothing was kept; with --state FILE a sweep goes on where it was");
}

/*
 * What the cells take that are not done; 0: one is sent by count, and its rate is a share of a line
 * that is not known yet.
 */
static uint64_t
at_most_ns(const struct ovr_result_sweep *sweep)
{
	uint64_t sum_ns = 0;

	for (uint32_t i = 0; i < sweep->n_cells; i++) {
		struct ovr_plan trial;
		double sends_ns;

		if (sweep->cell[i].is_done || ovr_plan_sweep_cell(&sweep->plan, i, &trial, NULL) != 0)
			continue;
		sends_ns = ovr_plan_sends_ns(&trial, ovr_plan_line_bps(&trial));
		if (sends_ns <= 0)
			return 0;
		sum_ns += app_many_trial_ns(&trial, (uint64_t)sends_ns);
	}
	return sum_ns;
}

static void
announce(struct app_many *many, const struct ovr_result_sweep *sweep)
{
	char what[64];

	snprintf(what, sizeof(what), "%u cell%s", many->n_expected, many->n_expected == 1 ? "" : "s");
	app_many_announce(many, at_most_ns(sweep), what);
}

static int
measure(const struct app_options *options, struct ovr_result_sweep *sweep, struct ovr_sweep_state *state,
	struct ovr_err *err)
{
	struct app_many many;
	int status;

	app_many_begin(&many, options);
	many.n_expected = sweep->n_cells - sweep->n_done;
	announce(&many, sweep);
	status = ovr_sweep_expect(&many.series, sweep, &many.env, err);
	status = app_many_start(&many, status, err);
	if (status == 0)
		status = ovr_sweep_run(&many.series, state, sweep, err);
	app_many_end(&many);
	return status;
}

/* A sweep of which each cell is finished needs no EAL. */
static int
run_sweep(const struct app_options *options, struct ovr_result_sweep *sweep, struct ovr_sweep_state *state,
	struct app_output *outputs, struct ovr_err *err)
{
	struct ovr_series none = { .n_trials = 0 };
	int status = sweep->n_done < sweep->n_cells ? measure(options, sweep, state, err)
						    : ovr_sweep_run(&none, state, sweep, err);

	if (status == 0)
		status = report(sweep, outputs, err);
	if (status == 0)
		say_how_to_resume(sweep);
	return status == 0 ? (int)sweep->verdict : APP_EXIT_CANNOT;
}

static int
check(struct ovr_plan *plan, struct ovr_err *err)
{
	return ovr_plan_sweep_check(plan, err);
}

int
cmd_sweep(int argc, char **argv)
{
	static struct app_options options;
	static struct ovr_result_sweep sweep;
	struct ovr_sweep_state state = { .fd = -1 };
	struct app_output outputs[OUTPUTS] = { 0 };
	struct ovr_err err;
	int status, code;

	if (app_many_prepare(
		    argc, argv, OVR_PLAN_SWEEP, check, &options, &outputs[OUTPUT_JSON], &code, &err)) {
		status = app_output_open(&outputs[OUTPUT_CSV], "csv", options.plan.csv, &err);
		if (status == 0)
			status = ovr_result_sweep_init(&sweep, &options.plan, &err);
		if (status == 0)
			status = ovr_sweep_state_open(&state, &sweep, &err);
		if (status == 0)
			code = run_sweep(&options, &sweep, &state, outputs, &err);
		if (code == APP_EXIT_CANNOT)
			app_fail(&err);
	}
	ovr_sweep_state_close(&state);
	ovr_result_sweep_done(&sweep);
	app_output_drop(&outputs[OUTPUT_JSON]);
	app_output_drop(&outputs[OUTPUT_CSV]);
	return code;
}

void
cmd_sweep_help(FILE *out)
{
	fprintf(out,
		"\nA trial in each cell of a grid, in mixed order: every ring size with every "
		"frame size, load, burst, number of queues and stall. Says of each curve which "
		"ring is the smallest that lost nothing, and whether the loss falls to a knee "
		"(stalls), is flat (overload, or a limit elsewhere) or rises (cache), with the "
		"model's loss beside the measured one (docs/reference/sweep.md). With --state a sweep "
		"that ended early goes on; --csv has a row for each cell. Exit codes: 0 every "
		"curve has such a ring, 1 some have none, 2 void, stopped or not known, 3 "
		"could not run.\n");
	app_options_help(OVR_PLAN_SWEEP, out);
}

void
cmd_sweep_man(FILE *out)
{
	app_options_man(OVR_PLAN_SWEEP, out);
}
