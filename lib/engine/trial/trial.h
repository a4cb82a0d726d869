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
#include "halves/halves.h"
#include "live/live.h"
#include "plan/plan.h"
#include "result/result.h"
#include "trial/session.h"

/** A port of this process that is open, its link up. Plain data. */
struct ovr_trial_port {
	struct ovr_result_port port; /**< what it is */
	uint32_t ring;               /**< descriptors of each ring; 0: the device does not say */
	bool ring_is_given;          /**< not read back: its driver was given this */
	uint16_t n_queues;           /**< of its direction */
	uint64_t line_bps;           /**< 0: unknown */
	bool has_mac;                /**< a NIC: its address is where frames have to be sent to */
	uint8_t mac[6];
	int numa_node; /**< -1: none or unknown */
};

/** What this process has made ready for a trial. */
struct ovr_trial_ready {
	bool sends, receives;              /**< the ends that are here */
	struct ovr_trial_port tx, rx;      /**< of these ends; the other one is zeroed */
	const struct ovr_cpu_map *cpu_map; /**< CPUs of the workers; 0 of an end that is elsewhere */
	const struct ovr_result_environment *environment;
};

/**
 * The other ends of a trial, as one half sees them. All is called by the control thread; nothing
 * but `armed` may block.
 */
struct ovr_trial_far {
	void *context;
	/**
	 * Ports are open and workers are made: wait until the start is known. Called once for each
	 * trial, after a sender's warm-up.
	 * @param ready lent for the call
	 * @param[out] ret_epoch_ns time zero, as CLOCK_MONOTONIC of this host in ns; far enough
	 * ahead to read all counters of the port meanwhile: 100 ms
	 * @return 0; -ECANCELED: the far ends are gone or gave up, err says why; any other negative
	 * errno ends the trial as well
	 */
	int (*armed)(void *context, const struct ovr_trial_ready *ready, uint64_t *ret_epoch_ns,
		struct ovr_err *err);
	/**
	 * Of a receiving half, asked again and again. May be NULL in another one.
	 * @param[out] ret_n_streams those of the receiver, from plan->frames.stream_first on
	 * @return NULL: senders elsewhere still send; else how many frames each stream sent, lent
	 * until the trial is over
	 */
	const uint64_t *(*sent_of)(void *context, uint32_t *ret_n_streams);
	/**
	 * Of a sending half: told once, when everything is sent. May be NULL in another one.
	 * @param sent_of frames of the streams from plan->frames.stream_first on; lent for the call
	 */
	void (*sent)(void *context, const uint64_t *sent_of, uint32_t n_streams);
	/** @return why the far ends are gone, a clause; NULL: they are there */
	const char *(*lost)(void *context);
	/**
	 * The half so far, each plan->trial.interval_ns, and each second of a longer one: what its
	 * counters tell (halves/join.h), without the time series and the list of loss events.
	 * @param so_far lent for the call; the end elsewhere is unknown. May be NULL
	 */
	void (*so_far)(void *context, const struct ovr_halves *so_far);
};

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
	/** of ovr_trial_run_half_in(); NULL: both ends are here, and start when they are ready */
	const struct ovr_trial_far *far;
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
 * Run what this process does of a trial: the half whose port is here, or both halves (their plan
 * names no port elsewhere). Nothing is joined: ovr_halves_join() of the halves and of what is in
 * @p ret_base makes the result.
 *
 * A half has no device, no queue, no pool and no worker for the end elsewhere. A receiving half
 * receives until far->sent_of() answers, and then drains. When far->lost() says that the far ends
 * are gone, it stops at once: its streams are unfinished, nothing of it is lost, and
 * `ended_early` of the half says why.
 * @param plan frozen, of the command OVR_PLAN_HALF or OVR_PLAN_RUN; with trial.id
 * @param hooks with far, unless both ends are here
 * @param[out] ret_halves the end elsewhere is unknown; the caller calls ovr_halves_done().
 * Untouched on failure
 * @param[out] ret_base what a join needs besides: plan as it was used, environment, gateway,
 * capture, notes; the caller calls ovr_result_done(). Untouched on failure
 * @return 0; negative errno: it could not be run; the session can go on with another one.
 * -ECANCELED: the far ends were gone before it began; -ETIME: the start came too late
 */
int ovr_trial_run_half_in(struct ovr_session *session, const struct ovr_plan *plan,
	const struct ovr_cpu_map *cpu_map, const struct ovr_trial_hooks *hooks, struct ovr_halves *ret_halves,
	struct ovr_result *ret_base, struct ovr_err *err);

/**
 * Run one trial, over ports of its own.
 * @param[out] ret_result finished; the caller calls ovr_result_done(). Untouched on failure
 * @return 0, whatever the verdict is; negative errno: the trial could not be run, and nothing is
 * left behind
 */
int ovr_trial_run(const struct ovr_plan *plan, const struct ovr_cpu_map *cpu_map,
	const struct ovr_trial_hooks *hooks, struct ovr_result *ret_result, struct ovr_err *err);
