/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Back-to-back frame search: the longest burst at line rate without loss (RFC 2544 section 26.4 as
 * updated by RFC 9004), repeated N times, and the buffer size that follows.
 *
 * All trials run in one EAL. Each sends one burst from idle, drains and rests. A disturbed burst
 * (back_to_back/judge.h) is repeated; one that is disturbed too often excludes its search.
 */
#pragma once

#include "back_to_back/plans.h"
#include "result/back_to_back.h"
#include "series/series.h"

/** Most trials of one length that may show nothing, before its search is excluded. */
#define OVR_BACK_TO_BACK_DISTURBED_MAX 20
/** Searches that may be excluded before the first one has an answer. */
#define OVR_BACK_TO_BACK_EXCLUDED_MAX 3

/**
 * @return 0; what ovr_series_expect() returns. Before EAL is started; @p plan frozen by
 * ovr_back_to_back_plan_freeze()
 */
int ovr_back_to_back_expect(struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env,
	struct ovr_err *err);

/**
 * Carry it out. EAL runs. Control thread.
 * @param series begun, and told of the plan by ovr_back_to_back_expect()
 * @param[out] ret_burst the caller calls ovr_result_back_to_back_done(). Untouched on failure
 * @return 0, whatever the verdict is; negative errno: a trial could not be run, or the line's speed
 * is not known
 */
int ovr_back_to_back_run(struct ovr_series *series, const struct ovr_plan *plan,
	struct ovr_result_back_to_back *ret_burst, struct ovr_err *err);
