/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Slots that a ring needs for zero loss, whatever the phases of bursts and stalls. Exact to the
 * frame.
 *
 * Frames arrive at λ, continuously or in bursts of B with a gap after each. The receiver serves
 * one frame in 1/μ, and pauses for T once in a period, also in the middle of a frame. A frame
 * occupies its slot until it is served. In an interval of t at most α(t) frames arrive (when it
 * begins with a burst), and at least β(t) frames of a backlog are served (when it begins with a
 * stall). The need is the maximum of α(t) − β(t), which some phases attain. A frame that arrives
 * at the instant at which another one is served can use its slot.
 *
 * Random arrivals (Poisson) have no such bound, only one that is exceeded with a small probability
 * p at any instant. For any θ > 0 they exceed a smooth load of λ(e^θ − 1)/θ by more than ln(1/p)/θ
 * with probability p at most (Ville's inequality for their exponential martingale). The need is
 * thus that of the faster smooth load plus ln(1/p)/θ, minimized over θ.
 *
 * Pure; any thread.
 */
#pragma once

#include <stdint.h>

#include "model/model.h"

/** The need of a load for which no ring is enough. */
#define OVR_MODEL_NEED_NONE UINT64_MAX

/** A load of one ring, with how its frames and stalls may fall. */
struct ovr_model_profile {
	struct ovr_model_load load; /**< λ while frames come; μ; T and P */
	double apart_ns; /**< from the start of one stall to that of the next, at least; T ≤ it ≤ P; ignored with one stall, or none */
	double burst_frames; /**< B ≥ 1; 0: without gaps */
	double gap_ns;       /**< after the last frame's interval */
};

/** @return λ over bursts and gaps */
double ovr_model_profile_mean_pps(const struct ovr_model_profile *profile);

/** @return slots, ≥ 1; OVR_MODEL_NEED_NONE: a lasting overload, which any ring loses frames in */
uint64_t ovr_model_need(const struct ovr_model_profile *profile);

/**
 * @param p probability with which more are needed at an instant, within (0, 1)
 * @return slots for the same load with Poisson arrivals of the rate λ; OVR_MODEL_NEED_NONE: an
 * overload. Bursts are ignored
 */
uint64_t ovr_model_need_random(const struct ovr_model_profile *profile, double p);
