/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Result of plan-ring: the ring that is enough for a link, frames, stalls and a receiver that are
 * typed in. Pure arithmetic, plain data.
 */
#pragma once

#include "base/err.h"
#include "method/advise.h"
#include "model/model.h"
#include "plan/plan.h"

#define OVR_RESULT_PLAN_RING_ROWS_MAX 20

/** One size of ring. */
struct ovr_result_ring_row {
	uint32_t descriptors, usable;
	double buffer_time_ns; /**< buffer time: the longest stall without loss */
	double lost_per_stall; /**< of a ring that was empty before */
	double loss_ratio; /**< in the long run; NaN: with this jitter it depends on how the stalls fall */
	uint64_t memory_bytes; /**< of all queues */
};

/** The recommendation. */
struct ovr_result_plan_ring {
	struct ovr_plan plan;
	struct ovr_method_question question;
	struct ovr_method_advice advice;
	uint64_t need; /**< slots without the margin; 0: an overload */
	struct ovr_result_ring_row
		row[OVR_RESULT_PLAN_RING_ROWS_MAX]; /**< powers of two, and --rxd, in order */
	uint32_t n_rows;
};

/**
 * Calculate.
 * @param plan of the command OVR_PLAN_MODEL
 * @return 0; -EINVAL, -ERANGE: a row that plan-ring refuses, an unread stall, more than the line
 * carries, an imbalance above the
 *         number of queues
 */
int ovr_result_plan_ring(
	const struct ovr_plan *plan, struct ovr_result_plan_ring *ret_ring, struct ovr_err *err);
