/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Comparison of a trial's injected stalls with the ring model (model/model.h): which stalls it
 * covers, what they lost, and what they should have lost. Plain data; the rules by which it is made
 * are in disturbed/disturbed.h.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Why an injected stall is excluded. */
enum ovr_comparison_cause {
	OVR_COMPARISON_VALID, /**< it is not excluded */
	OVR_COMPARISON_RX,
	OVR_COMPARISON_TX,
	OVR_COMPARISON_LOG,
	OVR_COMPARISON_PATH,
	OVR_COMPARISON_SLOW,
	OVR_COMPARISON_CAUSES,
};

/** Why a trial is excluded as a whole. */
enum ovr_comparison_exclusion {
	OVR_COMPARISON_EXCLUDED_NOT, /**< it is not excluded */
	OVR_COMPARISON_EXCLUDED_HOST,
	OVR_COMPARISON_EXCLUDED_ABSENT,
	OVR_COMPARISON_EXCLUDED_OVERLAPPED,
	OVR_COMPARISON_EXCLUSIONS,
};

/** One injected stall. */
struct ovr_comparison_stall {
	enum ovr_comparison_cause cause;
	uint64_t ran_ns; /**< T: its length while frames were sent */
	double came_ns; /**< of it, how long frames arrived at least: within bursts, without senders' pauses */
	uint64_t lost;  /**< frames lost in it */
	double model;   /**< frames that it should lose */
	double model_injected; /**< frames that it should lose at least, had it been no longer than injected */
	double bound_frames;   /**< allowed difference of lost and model; see struct ovr_comparison */
};

/** The stalls of a trial. */
struct ovr_comparison {
	uint64_t n_injected;                  /**< injected stalls that began while frames were sent */
	uint64_t n_of[OVR_COMPARISON_CAUSES]; /**< of these, by cause; the first are compared */
	uint64_t lost_injected;               /**< frames lost in all of them */
	uint64_t n_host;                      /**< host stalls of the receive cores */
	uint64_t lost_host; /**< frames lost in host stalls, or before their backlogs drained */
	enum ovr_comparison_exclusion exclusion;
	double arrival_pps; /**< λ of all rings together */
	double slots;       /**< U of each */
	/**
	 * Allowed difference of lost and model, the largest of all stalls: one transmit burst, one
	 * receive batch of each queue of a receiver, and half of the frames that senders' pauses
	 * leave open. They may arrive, or be taken, at the very beginning or end of a stall. A
	 * transmit burst is --burst frames, or the arrivals of --stall-min: a shorter gap of the
	 * sender is no stall.
	 */
	double bound_frames;
	/* of the compared stalls */
	uint64_t ran_ns;     /**< sum of T */
	uint64_t lost;       /**< frames */
	double model;        /**< frames that they should lose */
	uint64_t n_within;   /**< stalls with lost and model no farther apart than their bound */
	double worst_frames; /**< lost − model where they are farthest apart; 0: no stall is compared */
};

/** @return "compared", "rx", "tx", "log", "path", "slow" */
const char *ovr_comparison_cause_name(enum ovr_comparison_cause cause);

/** @return "no", "host", "absent", "overlapped" */
const char *ovr_comparison_exclusion_name(enum ovr_comparison_exclusion exclusion);
