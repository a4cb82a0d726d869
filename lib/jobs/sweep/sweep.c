/* SPDX-License-Identifier: BSD-3-Clause */
#include "sweep/sweep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "disturbed/disturbed.h"
#include "sweep/bounds.h"

/* Whether a cell and its repeats, which stand so far apart, are done. */
static bool
all_done(const struct ovr_result_sweep *sweep, uint32_t index, uint32_t n_once)
{
	while (index < sweep->n_cells && sweep->cell[index].is_done)
		index += n_once;
	return index >= sweep->n_cells;
}

int
ovr_sweep_expect(struct ovr_series *series, const struct ovr_result_sweep *sweep, struct ovr_env_conf *env,
	struct ovr_err *err)
{
	/* the repeats of a cell need the same */
	uint32_t n_once = sweep->n_cells / sweep->grid.repeats;
	int status = 0;

	for (uint32_t i = 0; i < n_once && status == 0; i++) {
		struct ovr_plan trial;

		if (all_done(sweep, i, n_once))
			continue;
		status = ovr_plan_sweep_cell(&sweep->plan, i, &trial, err);
		if (status == 0)
			status = ovr_series_expect(series, &trial, env, err);
	}
	return status;
}

/*
 * What could not be run, or noted, ends a sweep that has begun: what was measured so far is
 * reported.
 */
static int
fail_cell(struct ovr_result_sweep *sweep, int status, const struct ovr_err *err)
{
	if (sweep->n_done == 0)
		return status;
	ovr_result_sweep_fail(sweep, err->text);
	return 0;
}

/* One cell, which is kept unless a signal came meanwhile. */
static int
measure(struct ovr_series *series, struct ovr_sweep_state *state, struct ovr_result_sweep *sweep,
	uint32_t index, struct ovr_result *result, struct ovr_err *err)
{
	struct ovr_result_summary summary;
	struct ovr_plan trial;
	char label[256];
	int status = ovr_plan_sweep_cell(&sweep->plan, index, &trial, err);

	if (status != 0)
		return status;
	ovr_plan_sweep_label(&trial, label, sizeof(label));
	status = ovr_series_trial(series, &trial, label, result, &summary, err);
	if (status != 0) {
		ovr_err_prefix(err, "cell \"%s\"", label);
		return status;
	}
	if (!ovr_series_is_stopped(series)) {
		struct ovr_result_cell cell = { .summary = summary };

		cell.summary.number = index + 1;
		cell.comparison = ovr_disturbed_trial(result);
		cell.model_loss = ovr_disturbed_model_loss(result, &cell.comparison);
		ovr_result_sweep_take(sweep, index, &cell);
		status = ovr_sweep_state_add(state, sweep, index, err);
	}
	ovr_result_done(result);
	return status;
}

int
ovr_sweep_run(struct ovr_series *series, struct ovr_sweep_state *state, struct ovr_result_sweep *sweep,
	struct ovr_err *err)
{
	uint32_t *order = malloc(sweep->n_cells * sizeof(*order));
	struct ovr_result *result = calloc(1, sizeof(*result));
	int status = ovr_sweep_check_port(sweep, err);

	if (status != 0)
		goto out;
	if (order == NULL || result == NULL) {
		status = ovr_err_set(err, -ENOMEM, "no memory for a sweep of %u cells", sweep->n_cells);
		goto out;
	}
	ovr_method_grid_order(&sweep->grid, order);
	for (uint32_t i = 0; i < sweep->n_cells && status == 0 && !ovr_series_is_stopped(series); i++)
		if (!sweep->cell[order[i]].is_done)
			status = measure(series, state, sweep, order[i], result, err);
	if (status != 0)
		status = fail_cell(sweep, status, err);
	sweep->environment = series->environment;
	if (sweep->environment.overrun_version[0] == '\0')
		snprintf(sweep->environment.overrun_version, sizeof(sweep->environment.overrun_version), "%s",
			OVR_VERSION);
	ovr_result_sweep_finish(sweep);
out:
	free(result);
	free(order);
	return status;
}
