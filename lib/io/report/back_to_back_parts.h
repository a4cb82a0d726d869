/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Parts common to text and JSON of a burst search. Internal to report.
 */
#pragma once

#include "result/back_to_back.h"

#define OVR_BACK_TO_BACK_DEVIATIONS_MAX  4
#define OVR_BACK_TO_BACK_DEVIATION_BYTES 200

/** Where a search does not do what the RFCs say. */
struct ovr_back_to_back_deviations {
	char text[OVR_BACK_TO_BACK_DEVIATIONS_MAX][OVR_BACK_TO_BACK_DEVIATION_BYTES];
	uint32_t n;
};

struct ovr_back_to_back_deviations ovr_back_to_back_deviations_of(
	const struct ovr_result_back_to_back *burst);
