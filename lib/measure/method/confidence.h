/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Confidence bounds of a count and of a rate of events.
 *
 * "Nothing was lost" says no more than the n frames or the time of observation. Losses come in
 * clusters, so an interval on frames is far too narrow: events (loss periods, long stalls) are
 * counted, per time. Events are taken to come independently of each other at one rate (Poisson);
 * the bounds are exact, found by bisection to one part in 10^12.
 *
 * Shares of things that are independent of each other, as are probes of a path, have Wilson's
 * interval.
 *
 * A level is a share within (0, 1): 0.95. Pure; any thread.
 */
#pragma once

#include <stdint.h>

/** What a mean may be, given a count. */
struct ovr_method_interval {
	double low, high;
};

/**
 * None in @p n: @return the upper bound of the ratio, 1 − (1 − level)^(1/n), for large n and 95 %
 * about 3/n; 1 for n = 0
 */
double ovr_method_confidence_none_in(uint64_t n, double level);

/**
 * @return the central interval of a Poisson mean when @p count was counted: (1 − level)/2 on either
 * side
 */
struct ovr_method_interval ovr_method_confidence_count(uint64_t count, double level);

/**
 * @return the one-sided upper bound of a Poisson mean when @p count was counted; −ln(1 − level) for
 * none: 3.00 at 95 %
 */
double ovr_method_confidence_at_most(uint64_t count, double level);

/**
 * @return the interval of a share when @p count of @p n were counted, each independent of the
 * others (Wilson's score interval); 0 and 1 for n = 0
 */
struct ovr_method_interval ovr_method_confidence_share(uint64_t count, uint64_t n, double level);

/** @return the normal deviate that is exceeded, on either side, by that chance: 1.96 for 0.05 */
double ovr_method_confidence_normal(double chance);
