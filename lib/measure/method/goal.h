/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Search goals, and the classification of a load as lower or upper bound (MLRsearch, RFC 9971) from
 * the trials made at each load.
 *
 * A trial is high-loss for a goal if its loss ratio is above the goal's, and full if it is no
 * shorter than the goal's final duration. With E, the goal's exceed ratio, in time:
 *
 *     bal      = short_low · E / (1 − E)             short high-loss time that short low-loss time excuses
 *     eff_high = full_high + max(0, short_high − bal)
 *     whole    = max(full_low + eff_high, duration sum)
 *     LOWER      if whole − full_low ≤ whole · E     even if all time that is missing turned bad
 *     UPPER      if eff_high > whole · E             even if all of it turned good
 *
 * A goal with attempts is that of a binary search with loss verification (RFC 9004 §5) instead, and
 * has no times:
 *
 *     LOWER      if a trial was low-loss
 *     UPPER      if none was, and as many were made as there are attempts, or one lost more than retry_lost frames
 *
 * By either rule what is LOWER for a goal is LOWER for every goal that differs by a higher loss
 * ratio alone, and what is UPPER for it is UPPER for every one with a lower ratio: a stricter goal
 * never has the higher answer.
 *
 * Times are whole nanoseconds, so that their sums are exact; shares of them are rounded to one.
 * All functions are pure and may be called from any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Most goals of one search. */
#define OVR_METHOD_GOALS_MAX 4

/** Trials of a search in a row in which the sender may fall short of the intended load. */
#define OVR_METHOD_SHORT_MAX 3
/** The same where its stalls alone kept it from that, which says nothing about what it can do. */
#define OVR_METHOD_STALLED_MAX 10

/** Goal of a search. */
struct ovr_method_goal {
	uint64_t final_ns;   /**< shortest trial that counts in full; > 0 */
	uint64_t sum_ns;     /**< time in which a load is decided; ≥ final_ns as a rule */
	uint64_t initial_ns; /**< trials of a search begin with this length; ≤ final_ns */
	double loss_ratio;   /**< of the sent frames, that may be lost in a trial: 0 … 1 */
	double exceed_ratio; /**< of the time, in which more may be lost: 0 … below 1 */
	double width_ratio;  /**< (upper − lower) / upper at which a search ends; > 0 */
	uint32_t
		attempts; /**< binary search: trials at one load, in all, that may lose; 0: MLRsearch's rule */
	uint64_t retry_lost; /**< binary search: most frames lost by a trial that deserves another attempt */
};

/** One trial. */
struct ovr_method_trial {
	double load_pps;     /**< the load at which it counts */
	double achieved_pps; /**< load put on the line; the loss ratio refers to it */
	double able_pps;     /**< load of the sender outside its stalls; ≥ achieved_pps */
	uint64_t duration_ns;
	double loss_ratio; /**< lost / sent */
	uint64_t lost;     /**< frames */
};

enum ovr_method_bound {
	OVR_METHOD_UNDECIDED,
	OVR_METHOD_LOWER,
	OVR_METHOD_UPPER,
	/**
	 * LOWER, above the relevant upper bound: by loss inversion (RFC 9971) it is none. Of
	 * several loads, never of one alone
	 */
	OVR_METHOD_INVERTED,
};

/** How a search for a goal ended. */
enum ovr_method_end {
	OVR_METHOD_OPEN,     /**< it did not end: bounds that are known stand, but are not narrow */
	OVR_METHOD_FOUND,    /**< bounds as narrow as required */
	OVR_METHOD_AT_LEAST, /**< the highest load that could be tried is a lower bound */
	OVR_METHOD_BELOW,    /**< the lowest load is an upper bound: there is no answer */
};

/** The next trial. */
struct ovr_method_ask {
	double load_pps;
	uint64_t duration_ns;
};

/** Why a search makes no more trials. */
enum ovr_method_stop {
	OVR_METHOD_GOING,
	OVR_METHOD_DONE,
	OVR_METHOD_TIME,   /**< the limit of time */
	OVR_METHOD_TRIALS, /**< the limit of trials */
	OVR_METHOD_SHORT,  /**< the sender fell short of the lowest load, again and again */
	OVR_METHOD_STALLED, /**< the sender fell short of a load for its stalls, OVR_METHOD_STALLED_MAX times in a row */
};

/**
 * Answer for one goal. A sender with stalls, within the tolerance, sent less than intended in
 * total, and the intended rate between the stalls. The device therefore forwards at least the load
 * achieved at the lower bound, and may fail at the load intended at the upper one. The throughput
 * is between these two, and the width is their distance.
 */
struct ovr_method_answer {
	enum ovr_method_end end;
	double lower_pps;      /**< relevant lower bound: the highest load achieved at one; 0: none */
	double upper_pps;      /**< relevant upper bound: the intended load; 0: none */
	double throughput_pps; /**< conditional throughput at the lower bound; 0: no lower bound */
	double width_ratio;    /**< of these bounds: (upper − lower) / upper; 0: one of them is missing */
	double intended_width_ratio; /**< of the intended loads, which is what a search can make narrow */
};

/**
 * Relevant bounds over several loads: the lowest load that is UPPER, and the highest LOWER one
 * below it. Results above a lower load that fails are irrelevant (loss inversion).
 */
struct ovr_method_bounds {
	size_t lower, n_lower; /**< trials [lower, lower + n_lower) are those at the lower bound; n 0: none */
	size_t upper, n_upper; /**< and those at the upper one */
};

/**
 * Classify one load.
 * @param trial all trials at this load, in any order;
 * @param n_trials may be 0: UNDECIDED
 */
enum ovr_method_bound ovr_method_goal_classify(
	const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials);

/** The relevant bounds. @param trial sorted by load_pps, ascending */
struct ovr_method_bounds ovr_method_goal_bounds(
	const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials);

/**
 * Conditional throughput at one load in frames/s (RFC 9971, "Conditional Throughput Code"): load ·
 * (1 − loss), the loss being that of the trial at the goal's quantile. Full trials are taken by
 * ascending loss until 1 − E of max(duration sum, their own sum) is covered; with attempts the best
 * trial is the one that counts. The load is ovr_method_goal_achieved(): trials with the same loss
 * are alike, however much each of them sent.
 * @return 0 if they do not cover it, since missing time counts as total loss
 */
double ovr_method_goal_throughput(
	const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials);

/** @return the mean achieved load of some trials in frames/s, by their length; 0 without any */
double ovr_method_goal_achieved(const struct ovr_method_trial *trial, size_t n_trials);

/** @return whether two bounds are as close as the goal asks */
bool ovr_method_goal_is_narrow(const struct ovr_method_goal *goal, double lower_pps, double upper_pps);

/**
 * @return whether its stalls alone kept a sender from the intended load, to within the tolerance
 */
bool ovr_method_goal_is_stalled(const struct ovr_method_trial *trial, double tolerance_ratio);

/**
 * The load at which a trial counts whose sender fell short. A low-loss trial counts at the
 * achieved load. A high-loss trial counts at the load between the sender's stalls, which is
 * higher: the intended load where only stalls reduced it, else the load outside them.
 * @param trial its load_pps is the intended one
 * @return frames/s; 0: it is high-loss for some of the goals only, and the two loads differ, so
 * that it counts for none
 */
double ovr_method_goal_short_load(const struct ovr_method_goal *goal, uint32_t n_goals,
	const struct ovr_method_trial *trial, double tolerance_ratio);

/**
 * @return the answer for a goal; end is OVR_METHOD_OPEN or OVR_METHOD_FOUND
 * @param trial sorted by load_pps, ascending
 */
struct ovr_method_answer ovr_method_goal_answer(
	const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials);

/** @return "undecided", "lower", "upper", "inverted" */
const char *ovr_method_bound_name(enum ovr_method_bound bound);

/** @return "open", "found", "at-least", "none" */
const char *ovr_method_end_name(enum ovr_method_end end);
