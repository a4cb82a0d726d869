/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Search for the highest load within a loss ratio: trials on the plan's ports, for every goal and
 * size.
 *
 * Each size has a warm-up at the highest load, which is discarded; one more such trial, or up to
 * three where the sender's core stalled, which measure the tester limit: what the tester itself
 * sends on this port; then the algorithm, from the lowest load to that limit. A void trial is
 * ignored and repeated; three in a row end the search, void. Loss is that of the receiver as a
 * whole: frames lost in stalls of our own receive cores are counted apart, and not subtracted.
 */
#pragma once

#include "result/search.h"
#include "series/series.h"

/** Void trials in a row that end a search. */
#define OVR_SEARCH_VOIDS_MAX 3

/**
 * What EAL must be started with.
 * @param series begun
 * @param plan frozen by ovr_search_plan_freeze()
 * @param[in,out] env as for ovr_series_expect()
 * @return 0; what ovr_series_expect() returns
 */
int ovr_search_expect(struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env,
	struct ovr_err *err);

/**
 * Run it. EAL runs, as ovr_search_expect() asked for. Control thread.
 * @param[out] ret_search finished; the caller calls ovr_result_search_done(). Untouched on failure
 * @return 0, whatever the verdict is; negative errno: the first trial could not be run, and nothing
 * is left behind
 */
int ovr_search_run(struct ovr_series *series, const struct ovr_plan *plan,
	struct ovr_result_search *ret_search, struct ovr_err *err);
