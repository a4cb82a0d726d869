/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file A grid of trials: ring size × frame size × load × burst × queues × stall. Each cell is a
 * complete trial with books of its own.
 *
 * A summary of each trial is kept, so memory does not grow with the events in a trial. With a
 * journal (report/sweep_state.h) a sweep that ended early continues with the cells that are not
 * done.
 *
 * Control thread.
 */
#pragma once

#include "report/sweep_state.h"
#include "result/sweep.h"
#include "series/series.h"

/**
 * Say which trials may come: every cell that is not done. Before EAL is started.
 * @param env as in ovr_series_expect()
 * @return 0, with @p env as it was where all are done; what ovr_series_expect() returns
 */
int ovr_sweep_expect(struct ovr_series *series, const struct ovr_result_sweep *sweep,
	struct ovr_env_conf *env, struct ovr_err *err);

/**
 * Measure every cell that is not done, in the grid's order. EAL runs, if there is one. A signal
 * ends it: the trial under way is not kept. Where a trial cannot be run, or a cell not be noted,
 * and some cell is done, the sweep ends void, with the reason.
 * @param sweep from ovr_result_sweep_init(), and ovr_sweep_state_open(); finished afterwards
 * @param state takes each finished cell
 * @return 0, whatever the verdict is; what ovr_sweep_check_port() refuses; negative errno: the
 * first trial could not be run
 */
int ovr_sweep_run(struct ovr_series *series, struct ovr_sweep_state *state, struct ovr_result_sweep *sweep,
	struct ovr_err *err);
