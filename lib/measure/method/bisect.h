/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Throughput by binary search with loss verification (RFC 2544 §26.1 and RFC 9004 §5; ETSI
 * TST 009 calls it BSLV), for several goals one after the other.
 *
 * The highest load is tried first: if it passes, the answer is "at least". Then the middle of the
 * open interval is tried until the bounds are as close as the width; the lowest load only where
 * nothing passed. A trial above the loss ratio is repeated at the same load, up to the number of
 * attempts, if it lost no more than retry_lost frames: rare losses of the host make a plain search
 * converge far too low. A larger loss counts at once. A load passes if any attempt passed, which
 * biases the result upward; loads that passed by a repetition are counted.
 *
 * All trials count for all goals, short ones as in method/tried.h: a goal starts with the bounds
 * that earlier goals' trials give it, and resumes where a later goal's trials changed its bounds.
 * Pure; the caller carries out the trials.
 */
#pragma once

#include <stdbool.h>

#include "method/tried.h"

struct ovr_method_bisect_conf {
	/**
	 * final duration, loss ratio, width, attempts (≥ 1: losses are believed at once) and
	 * retry_lost are used
	 */
	struct ovr_method_goal goal[OVR_METHOD_GOALS_MAX];
	uint32_t n_goals;
	double min_pps, max_pps; /**< 0 < min ≤ max */
	double tolerance_ratio;  /**< how far an achieved load may fall short of the intended one */
	uint64_t limit_ns;       /**< no trial begins that would end later; of what take() was told */
};

/** A search. Large: allocate it. Begin with ovr_method_bisect_begin(). */
struct ovr_method_bisect {
	struct ovr_method_bisect_conf conf;
	struct ovr_method_tried tried;
	double intended_pps;   /**< 0: none */
	uint32_t current_goal; /**< for whom */
};

/** Loads of a search. */
struct ovr_method_bisect_loads {
	uint32_t n_decided; /**< a bound for some goal */
	uint32_t n_retried; /**< of these: passed for some goal, and not at the first attempt */
};

void ovr_method_bisect_begin(struct ovr_method_bisect *bisect, const struct ovr_method_bisect_conf *conf);

/** The next trial. @return false: it is over, and bisect->tried.stop says why */
bool ovr_method_bisect_next(struct ovr_method_bisect *bisect, struct ovr_method_ask *ret_ask);

/** A trial is over: as ovr_method_mlr_take(). @return whether it was regular */
bool ovr_method_bisect_take(
	struct ovr_method_bisect *bisect, struct ovr_method_trial *trial, uint64_t spent_ns);

/** Count the time of a trial without a result. The same trial is next. */
void ovr_method_bisect_pass(struct ovr_method_bisect *bisect, uint64_t spent_ns);

/** What is known of a goal, at any time. @param goal < conf.n_goals */
struct ovr_method_answer ovr_method_bisect_answer(const struct ovr_method_bisect *bisect, uint32_t goal);

/** @return counts of the loads tried so far */
struct ovr_method_bisect_loads ovr_method_bisect_loads(const struct ovr_method_bisect *bisect);

/**
 * @return the probability that a load fails in which each of @p attempts trials is lossy with
 * probability @p q
 */
double ovr_method_bisect_false_fail(double q, uint32_t attempts);
