/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Slots that a ring needs to lose nothing, for any phases of bursts and stalls. Exact to the frame.
 *
 * Frames come at λ, for ever or in bursts of B with a gap after the last one; a receiver takes
 * 1/μ for each, one after the other, and stands still for T once in a period, in the middle of a
 * frame too. A frame has its slot until it is served. In any interval of t there come at most
 * α(t) frames, which is when it begins with a burst, and at least β(t) are served of a backlog,
 * which is when it begins with a stall: the need is the largest α(t) − β(t), and some phases have
 * it. A frame that comes at the instant at which another one is served finds its slot free.
 *
 * Frames that come at random (Poisson) have no such bound, but one that is exceeded with a small
 * probability p at any instant. For any θ > 0 they exceed what comes smoothly at λ(e^θ − 1)/θ by
 * more than ln(1/p)/θ only with p (Ville's inequality for their exponential martingale), so the
 * need is that of the faster smooth load and ln(1/p)/θ more; θ is chosen for the least of them.
 *
 * Pure; any thread.
 */
#pragma once

#include <stdint.h>

#include "model/model.h"

/** What no ring is enough for. */
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
