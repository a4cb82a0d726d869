/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Results of repeats, generated: a trial of a seed, with noise like that of a host. Rates spread by
 * a share of themselves, latencies more and to one side, and frames are lost in clusters of
 * different sizes, as in stalls.
 */
#pragma once

#include "report/saved.h"

/** What a trial is to be like. */
struct sample_repeat {
	uint64_t seed;
	double rate_pps;   /**< mean of all repeats */
	double spread;     /**< standard deviation of a repeat, as a share of the mean */
	double clusters;   /**< losses of a trial, on average */
	double frames;     /**< of a cluster, on average */
	double latency_ns; /**< median of all repeats */
	uint32_t rxd;
};

/** A trial without a fault: 10 Mpps with 1 % of spread, 3 clusters of 500 frames, 20 µs. */
struct sample_repeat sample_repeat_default(uint64_t seed);

/** @return the result, read back; to be closed. A test fails where it is none */
struct ovr_saved sample_repeat(const struct sample_repeat *repeat);
