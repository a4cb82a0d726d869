/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A command that carries out many trials: its descriptor, and the driver of all of them.
 *
 *     command line → frozen plan → files opened → EAL started → trials → report → exit code
 *
 * What is a command's own stands in its cmd_*.c, as one struct app_job. Control thread.
 */
#pragma once

#include <stdbool.h>

#include "app.h"
#include "options.h"
#include "plans.h"
#include "report.h"
#include "series/series.h"

/** What is known of a job before its trials. */
struct app_job_outlook {
	uint64_t at_most_ns; /**< that all trials take; 0: not known before the speed of the line is */
	char what[96];       /**< "12 cells", "2 sizes (--search-time)" */
	uint32_t n_cells;    /**< trials, where they are cells of a grid; 0: nobody knows how many */
};

/**
 * A job. Its functions get the result as a pointer to memory of result_bytes, zeroed at first.
 * Those that may fail return 0, or negative errno with the sentence.
 */
struct app_job {
	enum ovr_plan_command command;
	const char *help; /**< the part of the help before the options */
	/** read the command line: app_options_parse(), or what ends in it */
	int (*parse)(int argc, char **argv, enum ovr_plan_command command, struct app_options *ret_options,
		struct ovr_err *err);
	app_freeze *freeze;
	size_t result_bytes;
	size_t verdict_at; /**< offset of its enum ovr_ledger_verdict, which is the exit code */
	/** make the result ready for its trials. NULL: zeroed memory is ready */
	int (*prepare)(const struct ovr_plan *plan, void *result, struct ovr_err *err);
	/** whether no trial is left to do: EAL is not started then. NULL: some always are */
	bool (*is_complete)(const void *result);
	struct app_job_outlook (*outlook)(const struct ovr_plan *plan, const void *result);
	/** say which trials may come, as ovr_series_expect() */
	int (*expect)(struct ovr_series *series, const struct ovr_plan *plan, const void *result,
		struct ovr_env_conf *env, struct ovr_err *err);
	/** carry out the trials */
	int (*run)(struct ovr_series *series, const struct ovr_plan *plan, void *result, struct ovr_err *err);
	struct app_report report;
	/** say what is still to be said once the result is written. NULL: nothing is */
	void (*conclude)(const void *result);
	/** release what the result owns, prepared or not. NULL: it owns nothing */
	void (*done)(void *result);
};

/** Functions of a descriptor from those of a module, which take the result by its own type. */
#define APP_JOB_EXPECT(name, function)                                                              \
	static int name(struct ovr_series *series, const struct ovr_plan *plan, const void *result, \
		struct ovr_env_conf *env, struct ovr_err *err)                                      \
	{                                                                                           \
		(void)result;                                                                       \
		return function(series, plan, env, err);                                            \
	}
#define APP_JOB_RUN(name, function)                                                                        \
	static int name(                                                                                   \
		struct ovr_series *series, const struct ovr_plan *plan, void *result, struct ovr_err *err) \
	{                                                                                                  \
		return function(series, plan, result, err);                                                \
	}
#define APP_JOB_DONE(name, function)   \
	static void name(void *result) \
	{                              \
		function(result);      \
	}

extern const struct app_job app_job_advise, app_job_burst, app_job_search, app_job_selftest, app_job_sweep,
	app_job_verify;

/** Carry a job out. @param argv as that of a command. @return the exit code */
int app_job_run(const struct app_job *job, int argc, char **argv);

/** The part of a job's help that is its own, and its options. */
void app_job_help(const struct app_job *job, FILE *out);

/**
 * @return how long a trial takes that sends for so long, with what is around it and a second for
 * its ports
 */
uint64_t app_job_trial_ns(const struct ovr_plan *plan, uint64_t sends_ns);
