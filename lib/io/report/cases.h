/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The verdict of a finished result and the checks behind it, as test cases for CI systems, and
 * these as JUnit XML and as TAP 14.
 *
 * A module of a result lists its cases: ovr_cases_begin(), then ovr_cases_verdict(), then each
 * check by ovr_cases_add() and ovr_cases_say(). A case fails or is void only where the verdict does
 * not pass, so that a file with neither goes with the exit code 0, and any other with another one.
 * What a command loses on purpose is said, and fails nothing. Names say what was asked, never what
 * was measured: a history of many runs finds its cases again. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "ledger/ledger.h"
#include "result/summary.h"

/** What came of a case. */
enum ovr_case_outcome {
	OVR_CASE_PASS,
	OVR_CASE_LOSS,  /**< frames were lost, or an answer is missing: a failure */
	OVR_CASE_VOID,  /**< it cannot be judged: an error */
	OVR_CASE_ASIDE, /**< it was not done, or counts for nothing: skipped */
};

/** A case. */
struct ovr_case {
	enum ovr_case_outcome outcome;
	uint64_t ns; /**< that it took; 0: no time of its own */
	char *name;
	char *text; /**< lines; the first one is the reason. NULL: nothing is said */
};

/** A list of them. Zeroed memory is an empty one. */
struct ovr_cases {
	const struct ovr_plan *plan;               /**< of the command */
	struct ovr_result_environment environment; /**< where it ran */
	enum ovr_ledger_verdict verdict;
	struct ovr_case *item;
	uint32_t n, capacity;
	bool is_short; /**< there was no memory for all of them: nothing can be written */
};

/** @param plan outlives the list. The caller calls ovr_cases_done() in any case */
void ovr_cases_begin(struct ovr_cases *cases, const struct ovr_plan *plan,
	const struct ovr_result_environment *environment);

/** @return the outcome of a check that has the verdict */
enum ovr_case_outcome ovr_cases_outcome_of(enum ovr_ledger_verdict verdict);

/**
 * The first case, "verdict".
 * @param ns of the whole trial; 0: other cases have their times
 * @param reason "": there is none
 */
void ovr_cases_verdict(
	struct ovr_cases *cases, enum ovr_ledger_verdict verdict, uint64_t ns, const char *reason);

/** Add a case. @param format of its name */
void ovr_cases_add(struct ovr_cases *cases, enum ovr_case_outcome outcome, uint64_t ns, const char *format,
	...) __attribute__((format(printf, 4, 5)));

/** Say a line of the case that was added last. */
void ovr_cases_say(struct ovr_cases *cases, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * A trial of a command that loses frames on purpose: skipped where it is void, and passed else.
 * @param format of its name
 */
void ovr_cases_trial(struct ovr_cases *cases, const struct ovr_result_summary *summary, const char *format,
	...) __attribute__((format(printf, 3, 4)));

/** @return cases with that outcome */
uint32_t ovr_cases_n_of(const struct ovr_cases *cases, enum ovr_case_outcome outcome);

/** @return the time of all cases */
uint64_t ovr_cases_ns(const struct ovr_cases *cases);

/** Free what the list owns; it is empty then. */
void ovr_cases_done(struct ovr_cases *cases);

/** One testsuite of JUnit XML. @return 0; -EIO, -ENOMEM */
int ovr_cases_junit(const struct ovr_cases *cases, FILE *out, struct ovr_err *err);

/** TAP 14, what is said in YAML blocks. @return 0; -EIO, -ENOMEM */
int ovr_cases_tap(const struct ovr_cases *cases, FILE *out, struct ovr_err *err);
