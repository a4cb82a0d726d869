/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Trials of a search, by load, and limits of the sender that follow from them. Shared by
 * MLRsearch and binary search; all trials count for all goals.
 *
 * A trial whose sender fell short of the load by more than the tolerance counts as
 * ovr_method_goal_short_load() says. Where a sender falls short OVR_METHOD_SHORT_MAX times in a
 * row and not for its stalls alone, the best of these loads becomes the highest one of the search.
 * Where it falls short for its stalls alone, OVR_METHOD_STALLED_MAX such trials in a row end the
 * search. Pure.
 */
#pragma once

#include <stdbool.h>

#include "method/goal.h"

/** Most trials of one search; it ends there. */
#define OVR_METHOD_TRIALS_MAX 2000

/** Large: allocate it. Begin with ovr_method_tried_begin(). */
struct ovr_method_tried {
	struct ovr_method_goal goal[OVR_METHOD_GOALS_MAX];
	uint32_t n_goals;
	double min_pps, max_pps; /**< 0 < min ≤ max; the max is lowered to what the sender can do */
	double tolerance_ratio;  /**< how far an achieved load may fall short of the intended one */
	uint64_t limit_ns;       /**< no trial begins that would end later; of what take() was told */
	struct ovr_method_trial
		trial[OVR_METHOD_TRIALS_MAX]; /**< by load, ascending; at one load in their order */
	size_t n_trials;
	uint64_t spent_ns;
	enum ovr_method_stop stop;
	uint32_t n_stalled;    /**< trials in a row, short for stalls alone */
	uint32_t n_short;      /**< in a row, at one load; the search sets it to 0 at another one */
	double best_short_pps; /**< of these */
	uint32_t n_irregular;  /**< trials whose sender fell short, in all */
};

/** Outcome of a trial. */
enum ovr_method_taken {
	OVR_METHOD_REGULAR,
	OVR_METHOD_FELL_SHORT,
	OVR_METHOD_LOWERED, /**< fell short too often: max_pps was lowered to its best load, or to the load known to pass */
};

/** Loads of the bounds of a goal; 0: there is no such bound. */
struct ovr_method_ends {
	double lower_pps, upper_pps;
};

/** Begin without a trial. */
void ovr_method_tried_begin(struct ovr_method_tried *tried, const struct ovr_method_goal *goal,
	uint32_t n_goals, double min_pps, double max_pps, double tolerance_ratio, uint64_t limit_ns);

/**
 * @return whether there is room and time for one more trial of this length; if not, stop says which
 * is missing
 */
bool ovr_method_tried_has_room(struct ovr_method_tried *tried, uint64_t duration_ns);

/**
 * A trial is over.
 * @param[in,out] trial its load_pps is the intended one, and then the load at which it counts; 0:
 * it counts for none
 * @param spent_ns what it took, with all that is around it
 */
enum ovr_method_taken ovr_method_tried_take(
	struct ovr_method_tried *tried, struct ovr_method_trial *trial, uint64_t spent_ns);

/**
 * @return the bounds that the trials are for a goal, which may be a coarser one than those of the
 * search
 */
struct ovr_method_ends ovr_method_tried_ends(
	const struct ovr_method_tried *tried, const struct ovr_method_goal *goal);

/** @return whether these bounds end the search for a goal, and how */
enum ovr_method_end ovr_method_tried_end(const struct ovr_method_tried *tried,
	const struct ovr_method_goal *goal, struct ovr_method_ends ends);

/** @return the answer for one of the goals so far. @param goal its number */
struct ovr_method_answer ovr_method_tried_answer(const struct ovr_method_tried *tried, uint32_t goal);
