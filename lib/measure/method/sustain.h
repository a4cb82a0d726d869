/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Sustained rate of a tester: classification of one trial, and the search over trials.
 *
 * A tester sustains a rate when, outside its stalls, it keeps the schedule and receives all
 * arrivals. Stalls are a property of the host and reported separately; misses and losses in them
 * do not count here, unless the cores were stalled for too much of the time. Shares outside stalls
 * have a tolerance, since a gap too short for a stall costs a slot or two.
 *
 * The search bisects. The answer is a rate that was sustained and then confirmed by one more
 * trial; if a rate is not confirmed, lower ones follow. Pure; frames and rates in, rates out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Slots of the schedule that may be missed outside stalls, refused ones included: 0.5 %. */
#define OVR_METHOD_SUSTAIN_MISSED_PPM 5000
/** Sent frames that may be lost outside stalls: 0.01 %. */
#define OVR_METHOD_SUSTAIN_LOST_PPM 100
/** Largest share of the time that a core may be stalled in a valid trial: 20 %. */
#define OVR_METHOD_SUSTAIN_STALLED_PPM 200000
/**
 * A trial that did not sustain its rate is repeated if a core was stalled for more of the time
 * than this: 1 %.
 */
#define OVR_METHOD_SUSTAIN_RETRY_PPM 10000
/** Most attempts at one rate. */
#define OVR_METHOD_SUSTAIN_ATTEMPTS 2
/**
 * The search ends when the answer is known to this share of the lowest rate that was missed: 3 %.
 */
#define OVR_METHOD_SUSTAIN_WIDTH_PPM 30000
/** Rates that a search tries, at most; confirmations not counted. */
#define OVR_METHOD_SUSTAIN_RATES_MAX 12
/**
 * Most rates that are tried for confirmation; the step down grows with each one that fails.
 */
#define OVR_METHOD_SUSTAIN_CONFIRMS_MAX 5

/** What a trial at one rate showed. */
enum ovr_method_sustain {
	OVR_METHOD_SUSTAIN_YES,
	OVR_METHOD_SUSTAIN_MISSED,  /**< the sender did not keep the schedule */
	OVR_METHOD_SUSTAIN_REFUSED, /**< it did, but the port did not take the frames */
	OVR_METHOD_SUSTAIN_LOST,    /**< frames were lost outside stalls: the receiver takes less */
	OVR_METHOD_SUSTAIN_STALLED, /**< a core was stalled for too long to tell */
};

/** One trial, in frames. */
struct ovr_method_sustain_figures {
	uint64_t scheduled;
	uint64_t shortfall, shortfall_in_stalls;
	uint64_t refused;
	uint64_t sent;
	uint64_t lost, lost_in_stalls; /**< in stalls: or by another excuse, of which the caller knows */
	uint32_t stalled_ppm;          /**< share of the time that the worst core was stalled */
};

/** @return slots missed outside stalls: not attempted, or refused */
uint64_t ovr_method_sustain_missed(const struct ovr_method_sustain_figures *figures);

/** @return frames lost outside stalls */
uint64_t ovr_method_sustain_lost(const struct ovr_method_sustain_figures *figures);

/**
 * Classify one trial. Of several faults: stalled, else the first on a frame's way.
 */
enum ovr_method_sustain ovr_method_sustain_judge(const struct ovr_method_sustain_figures *figures);

/**
 * @return whether stalls may be why a trial did not sustain its rate, so that it is repeated
 */
bool ovr_method_sustain_deserves_retry(const struct ovr_method_sustain_figures *figures);

/** A search. Zeroed memory is none; begin with ovr_method_sustain_begin(). */
struct ovr_method_sustain_search {
	double limit_pps;     /**< no higher rate is asked for */
	double next_pps;      /**< to be tried; 0: it is over */
	double sustained_pps; /**< highest rate that was sustained; 0: none */
	double missed_pps;    /**< lowest rate above it that was not; 0: none */
	double answer_pps;    /**< confirmed; 0: none */
	bool confirms;        /**< the next trial is to confirm */
	uint32_t n_rates, n_confirms;
};

/**
 * Begin.
 * @param first_pps the rate to try first, a guess; > 0
 * @param limit_pps the highest one to be tried; ≥ first_pps is enforced
 */
void ovr_method_sustain_begin(struct ovr_method_sustain_search *search, double first_pps, double limit_pps);

/** Add the outcome of the trial at next_pps, after all its attempts. Sets next_pps. */
void ovr_method_sustain_take(struct ovr_method_sustain_search *search, bool is_sustained);

/**
 * @return the share of the lowest rate that was missed to which the answer is known; 0: nothing was
 * missed, or no answer
 */
double ovr_method_sustain_width(const struct ovr_method_sustain_search *search);

/** @return whether the answer is the limit itself: "at least" */
bool ovr_method_sustain_is_at_limit(const struct ovr_method_sustain_search *search);
