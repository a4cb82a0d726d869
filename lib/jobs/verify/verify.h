/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Verification of the drop counters of a port's driver: its receive ring overflows by known
 * amounts, and every counter that claims losses is compared with the sequence numbers
 * (nic/truth.h).
 */
#pragma once

#include "result/verify.h"
#include "series/series.h"
#include "verify/plans.h"

/**
 * @return 0; what ovr_series_expect() returns. Before EAL is started; @p plan frozen by
 * ovr_verify_plan_freeze()
 */
int ovr_verify_expect(struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env,
	struct ovr_err *err);

/**
 * Carry it out. EAL runs. Control thread.
 * @param ret_verify large: not for a stack. Untouched on failure
 * @return 0, whatever the verdict is; negative errno: a trial could not be run
 */
int ovr_verify_run(struct ovr_series *series, const struct ovr_plan *plan,
	struct ovr_result_verify *ret_verify, struct ovr_err *err);
