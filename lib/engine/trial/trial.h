/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * One trial from a frozen plan to a finished result.
 *
 *     prepare → warm up → measure → stop sending → drain → settle → read counters → close the books
 *     → verdict
 *
 * The calling thread is the control thread: it sleeps between ticks. EAL runs, with lcores as
 * ovr_trial_env() asked for.
 */
#pragma once

#include <stdatomic.h>
#include <stdio.h>

#include "base/err.h"
#include "env/env.h"
#include "env/cpu_map.h"
#include "live/live.h"
#include "plan/plan.h"
#include "result/result.h"
#include "trial/session.h"

/** Callbacks and wishes of the caller during a trial. */
struct ovr_trial_hooks {
	/** called by the control thread at the end of each interval. May be NULL */
	void (*sample)(void *context, const struct ovr_result_sample *sample, uint64_t elapsed_ns,
		uint64_t total_ns);
	/**
	 * called by the control thread when the workers start, with nothing counted yet, and at the
	 * end of each interval, with all that was counted since. May be NULL
	 */
	void (*live)(void *context, const struct ovr_live_reading *reading);
	/**
	 * called by the control thread every plan->output.checkpoint_ns with the result so far,
	 * void and unfinished, which is valid during the call; ticks wait for it. May be NULL
	 */
	void (*checkpoint)(void *context, const struct ovr_result *so_far);
	void *context;
	FILE *capture;     /**< the caller's, for what plan->output.capture asks for; NULL: nowhere */
	bool wants_xstats; /**< the result is to include the receive port's extended statistics */
	/** set by a signal handler to stop early: the result is then void. May be NULL */
	const atomic_bool *stop;
};

/**
 * Place the workers of a plan, and make the configuration of EAL.
 * @param[out] ret_env its `extra` is left alone
 * @return 0; -EINVAL, -ENODEV: see ovr_cpu_map_choose(); -EXDEV: numa=strict and a worker far from
 * its port cannot be avoided
 */
int ovr_trial_env(const struct ovr_plan *plan, struct ovr_cpu_map *ret_map, struct ovr_env_conf *ret_env,
	struct ovr_err *err);

/**
 * Read the host and the PCI devices of a plan: the first half of ovr_trial_env(), for series of
 * trials.
 * @param[out] ret_env its PCI devices
 * @return 0; what ovr_port_pci_prepare() and ovr_cpu_map_host_read() return
 */
int ovr_trial_host(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames,
	struct ovr_cpu_map_host *ret_host, struct ovr_env_conf *ret_env, struct ovr_err *err);

/**
 * @return the number of workers of a placement; their CPUs in @p cpu, which has room for
 * OVR_ENV_WORKERS_MAX: tx, rx, wire
 */
uint16_t ovr_trial_cpus(const struct ovr_cpu_map *cpu_map, uint16_t *cpu);

/**
 * Run one trial over the ports of a session, which stay open for the next one.
 * @param[out] ret_result finished; the caller calls ovr_result_done(). Untouched on failure
 * @return 0, whatever the verdict is; negative errno: the trial could not be run; the session can
 *   go on with another one
 */
int ovr_trial_run_in(struct ovr_session *session, const struct ovr_plan *plan,
	const struct ovr_cpu_map *cpu_map, const struct ovr_trial_hooks *hooks, struct ovr_result *ret_result,
	struct ovr_err *err);

/**
 * Run one trial, over ports of its own.
 * @param[out] ret_result finished; the caller calls ovr_result_done(). Untouched on failure
 * @return 0, whatever the verdict is; negative errno: the trial could not be run, and nothing is
 * left behind
 */
int ovr_trial_run(const struct ovr_plan *plan, const struct ovr_cpu_map *cpu_map,
	const struct ovr_trial_hooks *hooks, struct ovr_result *ret_result, struct ovr_err *err);
