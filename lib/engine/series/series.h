/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file A series of trials in one process: the EAL configuration that suits all of them, the run of
 * each, and what ended them early.
 *
 * EAL starts once in a process, so the caller announces every plan that may come before. Each
 * trial has workers and books of its own; ports stay open from one to the next (trial/session.h).
 *
 *     ovr_series_begin → ovr_series_expect (each plan that may come) → ovr_series_start →
 *     ovr_series_trial … → ovr_series_take_end → ovr_series_close → ovr_env_stop
 *
 * A runner carries out the trials. Without one they run in this process; trials whose ports are on
 * other machines have a runner of their own. Who runs a series sees no difference.
 *
 * Control thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "env/cpu_map.h"
#include "nic/counters.h"
#include "result/summary.h"
#include "result/result.h"
#include "trial/trial.h"

/**
 * Workers of a plan. On other machines there are as many as their CPUs allow, which they know: then
 * these are bounds.
 */
struct ovr_series_workers {
	uint16_t n_tx_most; /**< that transmit: no more than these */
	uint16_t n_least;   /**< all together: no fewer than these */
};

/**
 * Who carries out the trials of a series. Functions that may fail return 0, or negative errno with
 * the sentence.
 */
struct ovr_series_runner {
	void *context;
	/**
	 * A plan that may come. Before the first trial.
	 * @param env as for ovr_series_expect(); untouched where none of its workers is here
	 */
	int (*expect)(
		void *context, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err);
	/** The workers of a plan, as far as they are known before it is carried out. */
	int (*workers)(void *context, const struct ovr_plan *plan, struct ovr_series_workers *ret_workers,
		struct ovr_err *err);
	/**
	 * Carry out one trial.
	 * @param hooks those of the series, without `far`
	 * @param[out] ret_result finished; untouched on failure
	 */
	int (*trial)(void *context, const struct ovr_plan *plan, const struct ovr_trial_hooks *hooks,
		struct ovr_result *ret_result, struct ovr_err *err);
	/**
	 * Read the counters of an interface on the machine that has it. Between trials.
	 * @param port netdev:, of the plan of the series
	 * @param stop as in ovr_series_hooks
	 * @param counters as for ovr_nic_counters_read()
	 */
	int (*counters)(void *context, const struct ovr_port_name *port, const atomic_bool *stop,
		struct ovr_nic_counters *counters, struct ovr_err *err);
	/** Close the ports; the next trial opens them again. */
	int (*close)(void *context, struct ovr_err *err);
};

/** Callbacks of the caller. Zeroed: none. */
struct ovr_series_hooks {
	/**
	 * a trial begins: its number from 1, and what it is for, for a line of progress. May be
	 * NULL
	 */
	void (*trial)(void *context, uint32_t number, const char *label);
	/** what the trial has counted, as ovr_trial_hooks.live. May be NULL */
	void (*live)(void *context, const struct ovr_live_reading *reading);
	/** the trial is over; NULL: it could not be run. May be NULL */
	void (*over)(void *context, const struct ovr_result *result);
	/** as ovr_trial_hooks.sample. May be NULL */
	void (*sample)(void *context, const struct ovr_result_sample *sample, uint64_t elapsed_ns,
		uint64_t total_ns);
	/** as ovr_trial_hooks.checkpoint. May be NULL */
	void (*checkpoint)(void *context, const struct ovr_result *so_far);
	void *context;
	FILE *capture; /**< as ovr_trial_hooks.capture */
	/** set by a signal handler to stop early. May be NULL */
	const atomic_bool *stop;
	/** outlives the series; NULL: the trials run in this process */
	const struct ovr_series_runner *runner;
};

/** Longest label of a trial, with its end. */
#define OVR_SERIES_LABEL_BYTES  256
#define OVR_SERIES_REASON_BYTES (OVR_ERR_TEXT_BYTES + OVR_SERIES_LABEL_BYTES)

/** A series under way. */
struct ovr_series {
	struct ovr_series_hooks hooks;
	/* set after ovr_series_begin() */
	bool wants_xstats; /**< results are to have the receive port's extended statistics */
	bool varies_seed; /**< the trials before one are added to its plan's seed: none repeats the chances of another */
	struct ovr_cpu_map_host host;              /**< where the trials run in this process */
	struct ovr_session session;                /**< so are the ports */
	uint32_t n_trials;                         /**< begun */
	struct ovr_result_environment environment; /**< of the first trial */
	/* the last trial */
	char label[OVR_SERIES_LABEL_BYTES];
	uint64_t spent_ns; /**< with all that is around it */
	uint32_t n_voids;  /**< in a row, void ones up to it */
	/* the end; see ovr_series_end() */
	bool is_over;
	enum ovr_ledger_verdict verdict;
	char reason[OVR_SERIES_REASON_BYTES];
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

/**
 * @param plan frozen; some plan was announced before
 * @param[out] ret_workers in this process the exact numbers
 * @return 0; what ovr_cpu_map_choose() returns
 */
int ovr_series_workers_of(struct ovr_series *series, const struct ovr_plan *plan,
	struct ovr_series_workers *ret_workers, struct ovr_err *err);

/**
 * Start EAL for all plans that were announced; not where none of their workers is in this process.
 * @return 0; what ovr_env_start() returns
 */
int ovr_series_start(const struct ovr_series *series, const struct ovr_env_conf *env, struct ovr_err *err);

/**
 * Read the counters of an interface on the machine that has it. Not in a trial.
 * @param port netdev:, of the plan of the series
 * @param counters as for ovr_nic_counters_read()
 * @return 0; what ovr_nic_counters_read() returns; negative errno: its machine cannot be asked
 */
int ovr_series_counters(struct ovr_series *series, const struct ovr_port_name *port,
	struct ovr_nic_counters *counters, struct ovr_err *err);

/** @return whether a signal came: no more trials */
bool ovr_series_is_stopped(const struct ovr_series *series);

/** Name the next trial. @return its label, for ovr_series_trial(); valid until the next call */
const char *ovr_series_label(struct ovr_series *series, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * Carry out one trial. EAL runs.
 * @param plan frozen, of the command OVR_PLAN_RUN; one that was expected, or one that needs no more
 * than those did
 * @param label what it is for: "10G 64 B, ring 512, again"; from ovr_series_label(), or else copied
 * @param[out] ret_result finished; the caller calls ovr_result_done(). Untouched on failure
 * @param[out] ret_summary the same in short, its number and label set; attempt 1. May be NULL
 * @return 0, whatever the verdict is; negative errno: the trial could not be run
 */
int ovr_series_trial(struct ovr_series *series, const struct ovr_plan *plan, const char *label,
	struct ovr_result *ret_result, struct ovr_result_summary *ret_summary, struct ovr_err *err);

/**
 * End the series: no more trials are to come. What ended it first holds.
 * @param format of the reason, a clause
 */
void ovr_series_end(struct ovr_series *series, enum ovr_ledger_verdict verdict, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * End the series, void, where a signal came.
 * @param what stands before the reason, with a colon; NULL: nothing does
 * @return whether the series is over, by whatever
 */
bool ovr_series_end_by_signal(struct ovr_series *series, const char *what);

/**
 * Hand over what ended the series.
 * @param[out] ret_verdict, ret_reason untouched where nothing did
 * @param size of ret_reason, in bytes; a longer reason is cut
 * @return whether something did
 */
bool ovr_series_take_end(
	const struct ovr_series *series, enum ovr_ledger_verdict *ret_verdict, char *ret_reason, size_t size);

/**
 * Close the ports: before EAL stops, and before their device is changed, as the ring of a NIC. The
 * next trial opens them again.
 * @return 0; negative errno: something could not be put back; it stays in the journal, and the next
 *   process tries again
 */
int ovr_series_close(struct ovr_series *series, struct ovr_err *err);
