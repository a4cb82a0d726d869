/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What can this tester itself do, here? The ceilings of this machine's cores, or of a port: what they send, what they check,
 * and what they hold in step, with the stalls that they have meanwhile.
 *
 * Trial after trial in one EAL, each with books of its own; one that is void makes the selftest void. On the wire what is sent
 * is measured without any line, and what is checked over a bare ring, since the wire's line is software too. On another port
 * both are measured on that port, at once.
 */
#pragma once

#include "result/selftest.h"
#include "selftest/plans.h"
#include "trial/trial.h"

/** What the caller wants to be told. */
struct ovr_selftest_hooks {
	/** a trial begins: its number from 1, purpose and rate are set. Called by the control thread. May be NULL */
	void (*trial)(void *context, uint32_t number, const struct ovr_result_subtrial *trial);
	void *context;
	/** set by a signal handler to stop early: the result is then void. May be NULL */
	const atomic_bool *stop;
};

/**
 * Where the workers go, and what EAL must be started with so that every trial finds cores and memory.
 * @param plan frozen by ovr_selftest_plan_freeze()
 * @param[out] ret_env its `extra` is left alone
 * @return 0; what ovr_trial_env() returns
 */
int ovr_selftest_env(const struct ovr_plan *plan, struct ovr_place *ret_place, struct ovr_env_conf *ret_env,
	struct ovr_err *err);

/**
 * Run it. EAL runs, as ovr_selftest_env() asked for.
 * @param[out] ret_selftest finished; the caller calls ovr_result_selftest_done(). Untouched on failure
 * @return 0, whatever the verdict is; negative errno: a trial could not be run, and nothing is left behind
 */
int ovr_selftest_run(const struct ovr_plan *plan, const struct ovr_place *place,
	const struct ovr_selftest_hooks *hooks, struct ovr_result_selftest *ret_selftest,
	struct ovr_err *err);
