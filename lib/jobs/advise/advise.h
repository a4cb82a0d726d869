/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Recommendation of a receive ring for this load on this host: measured, calculated and verified.
 *
 *     baseline        the load as asked, with the largest ring: what comes to each queue, and how the receive cores stall
 *     saturation      as much as goes: what the receiver can take
 *     recommendation  method/advise.h
 *     verification    the recommended ring, then the largest power of two below, with stalls of the length that it is for
 *
 * A verification in which fewer than OVR_RESULT_ADVICE_COMPARED_MIN injected stalls were
 * undisturbed is repeated, up to OVR_RESULT_ADVICE_ATTEMPTS attempts in all.
 */
#pragma once

#include "advise/plans.h"
#include "result/advice.h"
#include "series/series.h"

/**
 * @return 0; what ovr_series_expect() returns. Before EAL is started; @p plan frozen by
 * ovr_advise_plan_freeze()
 */
int ovr_advise_expect(struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env,
	struct ovr_err *err);

/**
 * Carry it out. EAL runs. Control thread.
 * @param series begun, and told of the plan by ovr_advise_expect()
 * @param[out] ret_advice untouched on failure
 * @return 0, whatever the verdict is; negative errno: a trial could not be run
 */
int ovr_advise_run(struct ovr_series *series, const struct ovr_plan *plan,
	struct ovr_result_advice *ret_advice, struct ovr_err *err);
