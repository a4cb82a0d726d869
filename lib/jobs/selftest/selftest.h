/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Tester limits of the cores of the machines that have the ports, or of a port: the rates that they
 * send, check and sustain, and their stalls meanwhile.
 *
 * All trials run in one EAL, each with books of its own; a void trial makes the selftest void. On
 * the wire, sending is measured without a line and checking over a bare ring, since the wire's line
 * is software too. On another port both are measured on that port, in one trial.
 */
#pragma once

#include "result/selftest.h"
#include "selftest/plans.h"
#include "series/series.h"

/**
 * Say which trials may come. Before EAL is started.
 * @param plan frozen by ovr_selftest_plan_freeze()
 * @return 0; what ovr_series_expect() returns
 */
int ovr_selftest_expect(struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env,
	struct ovr_err *err);

/**
 * Run it. EAL runs. A signal that the series knows of makes the result void.
 * @param[out] ret_selftest finished; the caller calls ovr_result_selftest_done(). Untouched on
 * failure
 * @return 0, whatever the verdict is; negative errno: a trial could not be run, and nothing is left
 * behind
 */
int ovr_selftest_run(struct ovr_series *series, const struct ovr_plan *plan,
	struct ovr_result_selftest *ret_selftest, struct ovr_err *err);
