/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Rates of loss events and their confidence bounds, for text and JSON.
 *
 * Internal to report.
 */
#pragma once

#include "result/result.h"

/** Loss events that are listed as the worst. */
#define OVR_SOAK_WORST 32

/**
 * Events per hour with their bounds at 95 %; NAN where there was no time, or nothing to be said.
 */
struct ovr_soak_rate {
	double per_hour;
	double low, high;       /**< both sides; of no event the upper bound alone, one-sided */
	double loss_ratio_high; /**< nothing of n frames was lost: about 3/n; NAN where something was */
};

struct ovr_soak_rate ovr_soak_rate(const struct ovr_result *result);
