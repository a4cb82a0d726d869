/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Result of a burst search: back-to-back frames and buffer time (RFC 2544 section 26.4, RFC 9004).
 * Plain data, owned by the caller that made it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "method/back_to_back.h"
#include "result/summary.h"

/** What RFC 9004 section 5.3 asks for after each burst. */
#define OVR_RESULT_BACK_TO_BACK_REST_NS UINT64_C(2000000000)

/** Why a trial shows nothing. */
enum ovr_result_back_to_back_fault {
	OVR_RESULT_BACK_TO_BACK_SOUND,
	OVR_RESULT_BACK_TO_BACK_GAP, /**< the sender did not keep the line busy, and all arrived: the burst was easier than asked */
	OVR_RESULT_BACK_TO_BACK_PAUSE, /**< the wire's line paused, and all arrived */
	OVR_RESULT_BACK_TO_BACK_FAST,  /**< the port took frames faster than its line may carry them */
	OVR_RESULT_BACK_TO_BACK_STALL, /**< a host stall of a receive core, and frames were lost */
	OVR_RESULT_BACK_TO_BACK_FAULTS,
};

/** What one trial showed. */
struct ovr_result_back_to_back_trial {
	uint32_t
		repeat; /**< of this search, from 1; 0: a first trial, which sends one frame and belongs to none */
	uint64_t frames; /**< burst length */
	bool is_whole;   /**< every frame arrived */
	enum ovr_result_back_to_back_fault fault;
	struct ovr_result_summary summary;
};

/** One search. */
struct ovr_result_back_to_back_repeat {
	struct ovr_method_back_to_back_search search;
	uint32_t n_disturbed; /**< trials that showed nothing, and were repeated */
	bool is_excluded; /**< one length was disturbed again and again: there is no answer, and it is not averaged */
};

/** The searches. Zeroed memory is an empty one. */
struct ovr_result_back_to_back {
	struct ovr_plan plan; /**< frozen; its load is not used */
	struct ovr_result_environment environment;
	enum ovr_ledger_verdict verdict; /**< loss: an answer is missing, and reason says why */
	char reason[OVR_LEDGER_REASON_BYTES + 80];

	uint64_t line_bps;
	double max_pps; /**< what the line carries at most, frames/s */
	bool is_ahead; /**< the sender keeps the TX ring full, and the port makes the gaps; else it keeps the line's pace itself */
	uint32_t rxd_set; /**< descriptors of each receive ring; 0: the device does not say */
	struct ovr_method_back_to_back_goal goal;

	struct ovr_result_back_to_back_repeat *repeat;
	uint32_t n_repeats; /**< carried out, the excluded ones included */
	uint32_t n_excluded;
	uint32_t n_of[OVR_RESULT_BACK_TO_BACK_FAULTS]; /**< trials by what they showed */
	struct ovr_result_back_to_back_trial *trial;
	uint32_t n_trials, capacity;

	struct ovr_method_back_to_back_lengths lengths; /**< of the repeats that are not excluded */
	double throughput_pps;                          /**< NaN: not known */
	bool throughput_is_seen;    /**< while bursts with losses drained; else the user said it */
	uint32_t n_throughput;      /**< of so many bursts */
	bool throughput_is_stalled; /**< every one of these had host stalls of the receive cores */
	struct ovr_method_buffer buffer;
	double actual_pps; /**< 0: none was asked for */
	double actual_s;   /**< NaN: it is not below the throughput, or there is no buffer time */
};

/** @return "sound", "gap", "pause", "fast", "stall" */
const char *ovr_result_back_to_back_fault_name(enum ovr_result_back_to_back_fault fault);

/** @return whether it is averaged */
bool ovr_result_back_to_back_counts(const struct ovr_result_back_to_back_repeat *repeat);

/** Free what it owns (not the struct). Zeroed and half-filled ones are allowed. */
void ovr_result_back_to_back_done(struct ovr_result_back_to_back *burst);
