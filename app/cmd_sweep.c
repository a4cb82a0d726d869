/* SPDX-License-Identifier: BSD-3-Clause */
#include "job.h"
#include "report/sweep.h"
#include "sweep/sweep.h"

/* A sweep and its journal. The sweep comes first: what writes it takes a pointer to either. */
struct sweep {
	struct ovr_result_sweep result;
	struct ovr_sweep_state state;
};

APP_WRITE(text, ovr_report_sweep_text)
APP_WRITE(json, ovr_report_sweep_json)
APP_WRITE(csv, ovr_report_sweep_csv)
APP_CASES(cases, ovr_report_sweep_cases)

static int
freeze(struct ovr_plan *plan, struct ovr_err *err)
{
	return ovr_plan_sweep_check(plan, err);
}

/* The cells that earlier runs have done are read from the journal. */
static int
prepare(const struct ovr_plan *plan, void *result, struct ovr_err *err)
{
	struct sweep *sweep = result;
	int status;

	sweep->state.fd = -1;
	status = ovr_result_sweep_init(&sweep->result, plan, err);
	return status != 0 ? status : ovr_sweep_state_open(&sweep->state, &sweep->result, err);
}

static bool
is_complete(const void *result)
{
	const struct sweep *sweep = result;

	return sweep->result.n_done == sweep->result.n_cells;
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
		sum_ns += app_job_trial_ns(&trial, (uint64_t)sends_ns);
	}
	return sum_ns;
}

static struct app_job_outlook
outlook(const struct ovr_plan *plan, const void *result)
{
	const struct sweep *sweep = result;
	struct app_job_outlook outlook = {
		.at_most_ns = at_most_ns(&sweep->result),
		.n_cells = sweep->result.n_cells - sweep->result.n_done,
	};

	(void)plan;
	snprintf(outlook.what, sizeof(outlook.what), "%u cell%s", outlook.n_cells,
		outlook.n_cells == 1 ? "" : "s");
	return outlook;
}

static int
expect(struct ovr_series *series, const struct ovr_plan *plan, const void *result, struct ovr_env_conf *env,
	struct ovr_err *err)
{
	const struct sweep *sweep = result;

	(void)plan;
	return ovr_sweep_expect(series, &sweep->result, env, err);
}

static int
run(struct ovr_series *series, const struct ovr_plan *plan, void *result, struct ovr_err *err)
{
	struct sweep *sweep = result;

	(void)plan;
	return ovr_sweep_run(series, &sweep->state, &sweep->result, err);
}

/* How a sweep that was stopped goes on. */
static void
say_how_to_resume(const void *result)
{
	const struct ovr_result_sweep *sweep = result;

	if (sweep->n_done == sweep->n_cells)
		return;
	if (sweep->plan.sweep.state[0] != '\0')
		app_say("overrun: the same command goes on with cell %u of %u, from %s", sweep->n_done + 1,
			sweep->n_cells, sweep->plan.sweep.state);
	else
		app_say("overrun: nothing was kept; with --state FILE a sweep goes on where it was");
}

static void
done(void *result)
{
	struct sweep *sweep = result;

	ovr_sweep_state_close(&sweep->state);
	ovr_result_sweep_done(&sweep->result);
}

const struct app_job app_job_sweep = {
	.command = OVR_PLAN_SWEEP,
	.help = "\nA trial in each cell of a grid, in mixed order: every ring size with every frame "
		"size, load, burst, number of queues and stall. Says of each curve which ring is the "
		"smallest that lost nothing, and whether the loss falls to a knee (stalls), is flat "
		"(overload, or a limit elsewhere) or rises (cache), with the model's loss beside the "
		"measured one (docs/reference/sweep.md). With --state a sweep that ended early goes on; "
		"--csv has a row for each cell. Exit codes: 0 every curve has such a ring, 1 some have "
		"none, 2 void, stopped or not known, 3 could not run.\n",
	.parse = app_options_parse,
	.freeze = freeze,
	.result_bytes = sizeof(struct sweep),
	.verdict_at = offsetof(struct sweep, result.verdict),
	.prepare = prepare,
	.is_complete = is_complete,
	.outlook = outlook,
	.expect = expect,
	.run = run,
	.report = { .text = text, .json = json, .csv = csv, .cases = cases },
	.conclude = say_how_to_resume,
	.done = done,
};
