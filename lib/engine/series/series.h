/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file A series of trials in one process: the EAL configuration that suits all of them, and the
 * run of each.
 *
 * EAL starts once in a process, so the caller announces every plan that may come before. Each
 * trial has workers and books of its own; ports stay open from one to the next (trial/session.h).
 *
 *     ovr_series_begin → ovr_series_expect (each plan that may come) → ovr_env_start →
 *     ovr_series_trial … → ovr_series_close → ovr_env_stop
 *
 * Control thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "env/cpu_map.h"
#include "result/summary.h"
#include "result/result.h"
#include "trial/trial.h"

/** Callbacks of the caller. Zeroed: none. */
struct ovr_series_hooks {
	/**
	 * a trial begins: its number from 1, and what it is for, for a line of progress. May be
	 * NULL
	 */
	void (*trial)(void *context, uint32_t number, const char *label);
	void *context;
	/** set by a signal handler to stop early. May be NULL */
	const atomic_bool *stop;
};

/** A series under way. */
struct ovr_series {
	struct ovr_series_hooks hooks;
	bool wants_xstats; /**< results are to have the receive port's extended statistics; set after ovr_series_begin() */
	struct ovr_cpu_map_host host;
	struct ovr_session session;                /**< the ports */
	uint32_t n_trials;                         /**< begun */
	struct ovr_result_environment environment; /**< of the first trial */
};

/** Begin. @param hooks may be NULL */
void ovr_series_begin(struct ovr_series *series, const struct ovr_series_hooks *hooks);

/**
 * Announce a plan that may come. Before EAL is started.
 * @param plan frozen
 * @param env zeroed before the first call, but for `extra`; grows with each one: CPUs of every
 * worker, memory for the largest plan
 * @return 0; what ovr_trial_env() returns
 */
int ovr_series_expect(struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env,
	struct ovr_err *err);

/** @return whether a signal came: no more trials */
bool ovr_series_is_stopped(const struct ovr_series *series);

/**
 * Carry out one trial. EAL runs.
 * @param plan frozen, of the command OVR_PLAN_RUN; one that was expected, or one that needs no more
 * than those did
 * @param label what it is for: "10G 64 B, ring 512, again"
 * @param[out] ret_result finished; the caller calls ovr_result_done(). Untouched on failure
 * @param[out] ret_summary the same in short, its number and label set; attempt 1. May be NULL
 * @return 0, whatever the verdict is; negative errno: the trial could not be run
 */
int ovr_series_trial(struct ovr_series *series, const struct ovr_plan *plan, const char *label,
	struct ovr_result *ret_result, struct ovr_result_summary *ret_summary, struct ovr_err *err);

/**
 * Close the ports: before EAL stops, and before their device is changed, as the ring of a NIC. The
 * next trial opens them again.
 * @return 0; negative errno: something could not be put back; it stays in the journal, and the next
 *   process tries again
 */
int ovr_series_close(struct ovr_series *series, struct ovr_err *err);
