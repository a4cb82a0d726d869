/* SPDX-License-Identifier: BSD-3-Clause */
/** @file Declarations common to stall.c and trial.c. Private to this module. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "result/arrivals.h"

#define OVR_DISTURBED_ALL (-1) /**< all receivers */

/** @return whether every ring of a receiver, or of all, has a drop counter; and the sum of these */
bool ovr_disturbed_missed(const struct ovr_result *result, int32_t worker, uint64_t *ret_frames);

/** @return for how long frames arrived during a stall: sent, and within bursts */
double ovr_disturbed_came_ns(const struct ovr_result *result, const struct ovr_stall *stall);

/**
 * @return ns after the end of a stall of @p length_ns by which the fullest ring has drained; a
 * receiver that needs longer is slow
 */
double ovr_disturbed_drain_max_ns(
	const struct ovr_result *result, const struct ovr_arrivals *arrivals, uint64_t length_ns);
