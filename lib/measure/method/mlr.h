/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The search of MLRsearch (RFC 9971): several goals at once, over an abstract trial.
 *
 * Each goal has three targets: two coarser ones (widths ×4 and ×2; their trial durations and
 * duration sums lie between the initial duration and the goal's own, in equal ratios), then its
 * own. All goals' coarse targets come before any finer one. Within a target a load is tried until
 * it is decided; then the next one:
 *
 *     no bound yet          the coarser target's lower bound, then its upper one; at first the caller's guess
 *     only a lower bound    up by the target's width, then by twice as much each time, at most to the highest load
 *     only an upper bound   down likewise, at least to the lowest load
 *     both                  half way, until they are as close as the width
 *
 * All trials count for all goals, short ones as in method/tried.h. Pure: the caller asks
 * ovr_method_mlr_next(), carries the trial out and hands it to ovr_method_mlr_take().
 */
#pragma once

#include <stdbool.h>

#include "method/tried.h"

#define OVR_METHOD_MLR_TARGETS 3

/** What to search for, and where. */
struct ovr_method_mlr_conf {
	struct ovr_method_goal goal[OVR_METHOD_GOALS_MAX];
	uint32_t n_goals;
	double min_pps, max_pps; /**< 0 < min ≤ max */
	double first_pps;        /**< a guess; brought between min and max */
	double tolerance_ratio;  /**< how far an achieved load may fall short of the intended one */
	uint64_t limit_ns;       /**< no trial begins that would end later; of what take() was told */
};

/** A search. Large: allocate it. Begin with ovr_method_mlr_begin(). */
struct ovr_method_mlr {
	struct ovr_method_mlr_conf conf;
	struct ovr_method_tried tried;
	double intended_pps;                   /**< 0: none */
	uint32_t current_goal, current_target; /**< for whom */
	uint32_t n_steps;                      /**< in one direction, for that target */
};

/** Begin. */
void ovr_method_mlr_begin(struct ovr_method_mlr *mlr, const struct ovr_method_mlr_conf *conf);

/** The next trial. @return false: it is over, and mlr->tried.stop says why */
bool ovr_method_mlr_next(struct ovr_method_mlr *mlr, struct ovr_method_ask *ret_ask);

/**
 * A trial is over.
 * @param[in,out] trial its load_pps is the intended one, and then the load at which it counts; 0:
 * it counts for none
 * @param spent_ns what it took, with all that is around it
 * @return whether it was regular: its sender did not fall short
 */
bool ovr_method_mlr_take(struct ovr_method_mlr *mlr, struct ovr_method_trial *trial, uint64_t spent_ns);

/** Count the time of a trial without a result. The same trial is next. */
void ovr_method_mlr_pass(struct ovr_method_mlr *mlr, uint64_t spent_ns);

/** What is known of a goal, at any time. @param goal < conf.n_goals */
struct ovr_method_answer ovr_method_mlr_answer(const struct ovr_method_mlr *mlr, uint32_t goal);

/**
 * @return a goal's target, OVR_METHOD_MLR_TARGETS - 1 being the goal itself: widths, durations and
 * sums in between
 */
struct ovr_method_goal ovr_method_mlr_target(const struct ovr_method_goal *goal, uint32_t target);
