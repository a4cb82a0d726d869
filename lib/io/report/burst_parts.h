/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What the text and the JSON of a burst search both say. Internal to report.
 */
#pragma once

#include "result/burst.h"

#define OVR_BURST_DEVIATIONS_MAX  4
#define OVR_BURST_DEVIATION_BYTES 200

/** Where a search does not do what the RFCs say. */
struct ovr_burst_deviations {
	char text[OVR_BURST_DEVIATIONS_MAX][OVR_BURST_DEVIATION_BYTES];
	uint32_t n;
};

struct ovr_burst_deviations ovr_burst_deviations_of(const struct ovr_result_burst *burst);
