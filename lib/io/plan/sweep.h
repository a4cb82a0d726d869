/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The grid of a sweep, and the trial in each of its cells.
 *
 * Pure; any thread.
 */
#pragma once

#include "base/err.h"
#include "method/grid.h"
#include "plan/plan.h"

/** Cells of a sweep, all repeats together, at most. */
#define OVR_PLAN_SWEEP_CELLS_MAX 100000

/** What is varied; the values of struct ovr_method_cell.at stand in this order. */
enum ovr_plan_axis {
	OVR_PLAN_AXIS_RING,
	OVR_PLAN_AXIS_SIZE,
	OVR_PLAN_AXIS_RATE,
	OVR_PLAN_AXIS_BURST,
	OVR_PLAN_AXIS_QUEUES,
	OVR_PLAN_AXIS_STALL,
	OVR_PLAN_AXES,
};

/** @return the grid of a plan of the command OVR_PLAN_SWEEP */
struct ovr_method_grid ovr_plan_sweep_grid(const struct ovr_plan *plan);

/**
 * The trial of a cell: the plan with the cell's values and seed, for OVR_PLAN_RUN, without files,
 * frozen.
 * @param index of the cell in the grid
 * @return 0; what ovr_plan_freeze() refuses, and -EINVAL for stalls that do not end within the
 * trial's time; the cell named
 */
int ovr_plan_sweep_cell(
	const struct ovr_plan *plan, uint64_t index, struct ovr_plan *ret_trial, struct ovr_err *err);

/**
 * Refuse a stall that does not come and end within the plan's time: it would say nothing of a ring.
 * The first one begins a period after the start.
 * @return 0; -EINVAL
 */
int ovr_plan_check_stall(const struct ovr_plan *trial, struct ovr_err *err);

/** "rxd 512, size 64, rate 100%, burst 32, rxq 1, stall 100us/10ms". @return @p buf */
const char *ovr_plan_sweep_label(const struct ovr_plan *trial, char *buf, size_t size);

/**
 * Check a sweep as a whole: what it refuses of a trial, and every one of its cells. The plan itself
 * stays as it was asked for: what freeze computes differs from cell to cell.
 * @return 0; -EINVAL, -ERANGE
 */
int ovr_plan_sweep_check(const struct ovr_plan *plan, struct ovr_err *err);
