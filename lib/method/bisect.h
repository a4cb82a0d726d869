/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Throughput by binary search with loss verification (RFC 2544 §26.1 and RFC 9004 §5; ETSI TST 009 calls it BSLV).
 *
 * The highest load is tried first: if it passes, the answer is "at least". Then the middle of what is left, until the
 * bounds are as close as the width; the lowest load is tried only where nothing passed. A trial in which more frames were lost
 * than the loss ratio allows is repeated at the same load, up to so many attempts in all, where no more than retry_lost
 * frames were lost: rare losses of the host make a plain search fall far too low. More than that is believed at once. A load
 * that passes at any attempt passed, which is an upward bias: how many loads owe that to a repetition is counted.
 *
 * Short trials as in method/mlr.h. Pure; the caller carries the trials out.
 */
#pragma once

#include <stdbool.h>

#include "method/goal.h"

struct ovr_method_bisect_conf {
	struct ovr_method_goal goal; /**< final duration, loss ratio and width are used */
	double min_fps, max_fps;     /**< 0 < min ≤ max */
	double tolerance_ratio; /**< how far an achieved load may fall short of the one that was asked for */
	uint32_t attempts;      /**< at one load, in all; 1: losses are believed at once */
	uint64_t retry_lost;    /**< most frames lost by a trial that deserves another attempt */
	uint64_t limit_ns;      /**< no trial begins that would end later; of what take() was told */
};

/** A search. Begin with ovr_method_bisect_begin(). */
struct ovr_method_bisect {
	struct ovr_method_bisect_conf conf;
	double lower_fps, upper_fps; /**< highest that passed, lowest that failed, as asked; 0: none */
	double lower_achieved_fps;
	double throughput_fps; /**< forwarded in the trial that passed at lower_fps */
	double max_fps;        /**< as the sender can do it */
	double asked_fps;      /**< 0: none */
	uint32_t attempt;      /**< at asked_fps, those that are over */
	uint32_t n_short;      /**< in a row, at asked_fps */
	uint32_t n_stalled;    /**< the same for stalls alone */
	double best_short_fps;
	uint64_t spent_ns;
	enum ovr_method_stop stop;
	uint32_t n_trials, n_loads; /**< loads that were decided */
	uint32_t n_retried;         /**< of these: passed, and not at the first attempt */
	uint32_t n_irregular;
};

void ovr_method_bisect_begin(struct ovr_method_bisect *bisect, const struct ovr_method_bisect_conf *conf);

/** The next trial. @return false: it is over, and bisect->stop says why */
bool ovr_method_bisect_next(struct ovr_method_bisect *bisect, struct ovr_method_ask *ret_ask);

/** A trial is over: as ovr_method_mlr_take(). @return whether it was regular */
bool ovr_method_bisect_take(
	struct ovr_method_bisect *bisect, struct ovr_method_trial *trial, uint64_t spent_ns);

/** A trial came to nothing: it only took time. The same is asked for again. */
void ovr_method_bisect_pass(struct ovr_method_bisect *bisect, uint64_t spent_ns);

/** What is known, at any time. */
struct ovr_method_answer ovr_method_bisect_answer(const struct ovr_method_bisect *bisect);

/** @return the probability that a load fails in which each of @p attempts trials is lossy with probability @p q */
double ovr_method_bisect_false_fail(double q, uint32_t attempts);
