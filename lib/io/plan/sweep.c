/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/sweep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "plan/command.h"
#include "plan/tcp.h"

/* How long a trial sends where nobody says that, and no count. */
#define TRIAL_NS UINT64_C(250000000)

/* A list without values stands for the plan's own one. */
static uint32_t
or_own(uint32_t n)
{
	return n == 0 ? 1 : n;
}

struct ovr_method_grid
ovr_plan_sweep_grid(const struct ovr_plan *plan)
{
	const struct ovr_plan_sweep *sweep = &plan->sweep;

	return (struct ovr_method_grid){
		.n_axes = OVR_PLAN_AXES,
		.n = {
			[OVR_PLAN_AXIS_RING] = or_own(sweep->n_rings),
			[OVR_PLAN_AXIS_SIZE] = or_own(plan->sizes.n),
			[OVR_PLAN_AXIS_RATE] = or_own(sweep->n_rates),
			[OVR_PLAN_AXIS_BURST] = or_own(sweep->n_bursts),
			[OVR_PLAN_AXIS_QUEUES] = or_own(sweep->n_queues),
			[OVR_PLAN_AXIS_STALL] = or_own(sweep->n_stalls),
		},
		.repeats = plan->repetition.repeats,
		.seed = plan->trial.seed,
	};
}

static int
take_cell(const struct ovr_plan *plan, const struct ovr_method_cell *cell, struct ovr_plan *trial,
	struct ovr_err *err)
{
	const struct ovr_plan_sweep *sweep = &plan->sweep;

	if (sweep->n_rings != 0)
		trial->ports.rxd = sweep->ring[cell->at[OVR_PLAN_AXIS_RING]];
	if (sweep->n_rates != 0)
		trial->load.rate = sweep->rate[cell->at[OVR_PLAN_AXIS_RATE]];
	if (sweep->n_bursts != 0)
		trial->ports.burst = sweep->burst[cell->at[OVR_PLAN_AXIS_BURST]];
	if (sweep->n_queues != 0)
		trial->ports.rxq = sweep->queues[cell->at[OVR_PLAN_AXIS_QUEUES]];
	if (sweep->n_stalls != 0)
		trial->receiver.stall = sweep->stall[cell->at[OVR_PLAN_AXIS_STALL]];
	if (plan->sizes.n == 0)
		return 0;
	return ovr_mix_parse(
		"sizes", plan->sizes.text[cell->at[OVR_PLAN_AXIS_SIZE]], &trial->frames.size, err);
}

int
ovr_plan_check_stall(const struct ovr_plan *trial, struct ovr_err *err)
{
	const struct ovr_stall_plan *stall = &trial->receiver.stall;
	char found[OVR_UNITS_TEXT_BYTES * 4], time[OVR_UNITS_TEXT_BYTES], needed[OVR_UNITS_TEXT_BYTES];

	if (stall->length_ns == 0 || trial->load.time_ns == 0 ||
		stall->period_ns + stall->length_ns <= trial->load.time_ns)
		return 0;
	return ovr_err_set(err, -EINVAL,
		"stall: found %s in trials of %s, accepted: --time %s or longer, so that a stall ends in "
		"each",
		ovr_stall_plan_print(found, sizeof(found), stall),
		ovr_units_print_duration_ns(time, sizeof(time), trial->load.time_ns),
		ovr_units_print_duration_ns(needed, sizeof(needed), stall->period_ns + stall->length_ns));
}

int
ovr_plan_sweep_cell(
	const struct ovr_plan *plan, uint64_t index, struct ovr_plan *ret_trial, struct ovr_err *err)
{
	struct ovr_method_grid grid = ovr_plan_sweep_grid(plan);
	struct ovr_method_cell cell = ovr_method_grid_cell(&grid, index);
	struct ovr_plan trial = *plan;
	char label[256];
	int status;

	trial.command = OVR_PLAN_RUN;
	trial.trial.seed = ovr_method_grid_seed(&grid, index);
	trial.output.json[0] = trial.output.csv[0] = trial.output.capture[0] = '\0';
	trial.output.junit[0] = trial.output.tap[0] = '\0';
	trial.sizes = (struct ovr_plan_sizes){ .n = 0 };
	trial.sweep = (struct ovr_plan_sweep){ .n_rings = 0 };
	trial.repetition.repeats = 1;
	if (trial.load.time_ns == OVR_PLAN_TIME_AUTO && trial.load.count == 0)
		trial.load.time_ns = TRIAL_NS;
	status = take_cell(plan, &cell, &trial, err);
	if (status == 0)
		status = ovr_plan_freeze(&trial, err);
	if (status == 0)
		status = ovr_plan_check_stall(&trial, err);
	if (status != 0) {
		ovr_err_prefix(err, "cell \"%s\"", ovr_plan_sweep_label(&trial, label, sizeof(label)));
		return status;
	}
	*ret_trial = trial;
	return 0;
}

const char *
ovr_plan_sweep_label(const struct ovr_plan *trial, char *buf, size_t size)
{
	static const char *const keys[] = { "rxd", "size", "rate", "burst", "rxq", "stall" };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && n < size; i++) {
		const struct ovr_plan_row *row = ovr_plan_row_of(keys[i]);
		char value[OVR_PLAN_VALUE_BYTES];

		n += (size_t)snprintf(buf + n, size - n, "%s%s %s", i > 0 ? ", " : "", keys[i],
			row->print(row, trial, value, sizeof(value)));
	}
	return buf;
}

int
ovr_plan_sweep_check(const struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_method_grid grid = ovr_plan_sweep_grid(plan);
	uint64_t n_cells = ovr_method_grid_cells(&grid);
	int status = ovr_plan_refuse_changed(plan, err);

	if (status == 0)
		status = ovr_plan_check_tcp_command(plan, err);
	if (status == 0)
		status = ovr_plan_check_lists(plan, err);
	/* the cells have none of them */
	if (status == 0)
		status = ovr_plan_check_files(plan, err);
	if (status == 0 && n_cells > OVR_PLAN_SWEEP_CELLS_MAX)
		return ovr_err_set(err, -ERANGE, "grid: found %" PRIu64 " cells, accepted: at most %d",
			n_cells, OVR_PLAN_SWEEP_CELLS_MAX);
	/* the repeats of a cell differ in their seeds alone */
	for (uint64_t i = 0; status == 0 && i < n_cells / grid.repeats; i++) {
		struct ovr_plan trial;

		status = ovr_plan_sweep_cell(plan, i, &trial, err);
	}
	return status;
}
