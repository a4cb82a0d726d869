/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file A receive ring, frame by frame: the oracle for what lib/measure/model calculates, of which
 * it knows nothing. Every frame has its time, is served for 1/μ, stands still while the receiver
 * stalls, and has its slot until it is served.
 */
#pragma once

#include <stdint.h>

#include "base/rng.h"

enum ring_sim_shape { RING_SIM_SMOOTH, RING_SIM_BURST, RING_SIM_POISSON };

/** What comes, and what the receiver does. Rates in frames/s, times in ns. */
struct ring_sim {
	enum ring_sim_shape shape;
	double arrival_pps; /**< within a burst */
	uint64_t burst_frames;
	double gap_ns;
	double service_pps;         /**< INFINITY: at once */
	double stall_ns, period_ns; /**< 0: no stalls */
	double jitter; /**< each start is moved by up to this share of the period to either side */
};

/**
 * @return the most frames that were in the ring while @p n_frames came; the first comes at 0, the
 * first stall begins at @p stall_ns
 */
uint64_t ring_sim_run(const struct ring_sim *sim, uint64_t n_frames, double stall_ns, struct ovr_rng *rng);

/**
 * @return the most of many runs of @p n_frames: stalls begin with a burst, or anywhere, and as
 * close as their jitter may bring them
 */
uint64_t ring_sim_need(const struct ring_sim *sim, uint64_t n_frames, uint32_t n_runs, struct ovr_rng *rng);
