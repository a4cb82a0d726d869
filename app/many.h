/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file What the commands share that carry out many trials: from the command line to a frozen plan,
 * and EAL around the trials.
 */
#pragma once

#include <stdbool.h>

#include "app.h"
#include "options.h"
#include "output.h"
#include "series/series.h"

/** Freeze and check the plan of a command. @return 0; negative errno with the sentence */
typedef int app_freeze(struct ovr_plan *plan, struct ovr_err *err);

/**
 * From the command line to what is to be done: options, help, templates, the frozen plan,
 * --dry-run, the JSON file.
 * @param[out] ret_code the exit code where nothing is to be done any more
 * @return whether it is to be carried out; the caller drops @p json in either case
 */
bool app_many_prepare(int argc, char **argv, enum ovr_plan_command command, app_freeze *freeze,
	struct app_options *ret_options, struct app_output *json, int *ret_code, struct ovr_err *err);

/**
 * The same for a command line that was read already.
 * @param status of reading it, passed on where it is not 0
 * @param options read; its plan is frozen here
 */
bool app_many_settle(int status, app_freeze *freeze, struct app_options *options, struct app_output *json,
	int *ret_code, struct ovr_err *err);

/** A series of trials with its EAL. */
struct app_many {
	struct ovr_series series;
	struct ovr_env_conf env;
	bool is_shown; /**< progress, on a terminal */
	uint32_t
		n_expected; /**< trials that are cells of a grid, set after app_many_begin(); 0: nobody knows how many */
	char announcement[160]; /**< what is still to be said before the trials; see app_many_announce() */
	uint64_t begun_ns;      /**< the first trial; monotonic, as the next one */
	uint64_t told_ns;       /**< the last line, off a terminal */
};

/**
 * Begin; @p many stays where it is until the end. The caller then expects its plans, many->series
 * and many->env. Signals are kept from threads made meanwhile.
 */
void app_many_begin(struct app_many *many, const struct app_options *options);

/**
 * Start EAL.
 * @param status of what came before, passed on where it is not 0.
 * @return 0; what ovr_env_start() returns
 */
int app_many_start(struct app_many *many, int status, struct ovr_err *err);

/** The trials are over, or could not be begun. */
void app_many_end(struct app_many *many);

/**
 * @return how long a trial takes that sends for so long, with what is around it and a second for
 * its ports
 */
uint64_t app_many_trial_ns(const struct ovr_plan *plan, uint64_t sends_ns);

/**
 * Say what the command takes at most, before its trials; off a terminal after the first one. Not
 * with --quiet.
 * @param at_most_ns 0: not known before the speed of the line is
 * @param what "12 cells", "2 sizes (--search-time)"
 */
void app_many_announce(struct app_many *many, uint64_t at_most_ns, const char *what);
