/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Back-to-back frames and buffer size (RFC 2544 section 26.4 as updated by RFC 9004).
 *
 *     implied buffer time    = average burst / max rate                                  RFC 9004 section 6.1
 *     correction             = implied · throughput / max rate                           section 6.4
 *     corrected buffer time  = implied · (1 − throughput / max rate)                     section 6.4
 *     buffer in frames       = corrected · max rate                                      ours
 *     actual buffer time     = corrected · max rate / actual rate                        section 7, at a rate of interest
 *
 * The max rate is the line rate at that frame size; the throughput is the rate at which the device
 * forwards. While a burst of B frames arrives, B · throughput / max rate of them leave, and the
 * buffer holds the rest. The buffer in frames is thus the number of slots that the device has, and
 * does not depend on its forwarding rate.
 *
 * The search bisects whole numbers of frames, with loss verification (ETSI TST 009): a length at
 * which frames were lost can be repeated before it counts as lossy. Pure: lengths and outcomes in,
 * figures out; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Why there is no buffer time (RFC 9004 sections 5.2 and 6.1). */
enum ovr_method_buffer_fault {
	OVR_METHOD_BUFFER_SOUND,
	OVR_METHOD_BUFFER_NO_BURST,     /**< not one frame arrived without loss, or no search was completed */
	OVR_METHOD_BUFFER_AT_LINE_RATE, /**< the device keeps up with the line: no burst fills its buffer */
	OVR_METHOD_BUFFER_AT_LIMIT,     /**< a search ended at its limit: nothing was ever lost */
	OVR_METHOD_BUFFER_NO_RATE,      /**< the throughput is not known */
};

/** The lengths that several searches found, in frames. */
struct ovr_method_back_to_back_lengths {
	size_t n;
	double average, median;
	uint64_t min, max;
	double deviation; /**< standard deviation of a sample, divisor n − 1; 0 for one repeat */
};

/** Buffer of the device. Zeroed where fault is not OVR_METHOD_BUFFER_SOUND. */
struct ovr_method_buffer {
	enum ovr_method_buffer_fault fault;
	double implied_s, correction_s, corrected_s;
	double frames;
};

/** Goal of a search. */
struct ovr_method_back_to_back_goal {
	uint64_t limit_frames; /**< longest burst to try, ≥ 1 */
	uint64_t step_frames;  /**< it ends when a burst that holds is known to so many frames, ≥ 1 */
	uint32_t attempts;     /**< trials of one length, all told, before its loss is believed, ≥ 1 */
};

/** A search for the longest burst without loss. Begin with ovr_method_back_to_back_begin(). */
struct ovr_method_back_to_back_search {
	struct ovr_method_back_to_back_goal goal;
	uint64_t lossless_frames;     /**< longest burst that arrived whole; 0: none yet */
	uint64_t lost_frames;         /**< shortest one above it that did not; 0: none yet */
	uint64_t next_frames;         /**< to be tried; 0: it is over, and lossless_frames is the answer */
	uint32_t attempt;             /**< which trial of this length is next, from 1 */
	uint32_t n_trials;            /**< taken */
	uint32_t n_retries;           /**< of these: of a length at which frames had been lost */
	uint32_t n_passes_above_loss; /**< lengths that arrived whole after frames of them had been lost */
	bool rests_on_retry;          /**< the answer is one of these */
};

/** @return the figures of n lengths; all zero for none */
struct ovr_method_back_to_back_lengths ovr_method_back_to_back_lengths_of(const uint64_t *frames, size_t n);

/**
 * @param average_frames average burst without loss, ≥ 0
 * @param max_pps what the line carries at most, > 0, frames/s
 * @param throughput_pps what the device forwards without loss, or while the burst arrives, 0 if
 * nothing; NaN or < 0: not known
 * @param at_limit whether any search ended at its limit
 * @return the buffer, or why there is none; where several reasons hold, the first of: no burst,
 * limit, no rate, line rate
 */
struct ovr_method_buffer ovr_method_buffer_of(
	double average_frames, double max_pps, double throughput_pps, bool at_limit);

/**
 * Buffer time at another rate (RFC 9004 section 7).
 * @param throughput_pps what the buffer was calculated with
 * @param actual_pps a rate of interest, > 0, below the throughput, frames/s
 * @return seconds; NaN if there is no buffer time, or the rate is no number above 0 and below the
 * throughput
 */
double ovr_method_buffer_actual_s(
	const struct ovr_method_buffer *buffer, double max_pps, double throughput_pps, double actual_pps);

/** @return "line rate", "limit", … in a sentence for people; "" if sound */
const char *ovr_method_buffer_fault_text(enum ovr_method_buffer_fault fault);

/** Begin. A goal below its ranges is raised into them. */
void ovr_method_back_to_back_begin(
	struct ovr_method_back_to_back_search *search, const struct ovr_method_back_to_back_goal *goal);

/**
 * Add the outcome of the trial of next_frames: whether every frame arrived. Sets next_frames and
 * attempt. No effect on a search that is over. The caller leaves out disturbed trials; the same
 * length is next then.
 */
void ovr_method_back_to_back_take(struct ovr_method_back_to_back_search *search, bool whole);

/**
 * @return whether the search is over and nothing was ever lost: the answer says nothing about the
 * device
 */
bool ovr_method_back_to_back_is_at_limit(const struct ovr_method_back_to_back_search *search);
