/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Judgement of one burst trial, and the summary of all searches. Finished trials in, plain data
 * out. Pure. Private to this module.
 *
 * A disturbance counts only if it can have changed the answer. Gaps make a burst easier: if it lost
 * frames in spite of them, the burst without gaps would have lost them too. A stall of the receiver
 * makes a burst harder: if no frame was lost in spite of it, the burst is lossless; if more frames
 * were lost than can have arrived or been served during the stall, some would have been lost
 * without it. A disturbance that can have cost less than the search's step is ignored.
 */
#pragma once

#include "result/back_to_back.h"

/** Conditions of a burst. */
struct ovr_back_to_back_terms {
	double max_pps; /**< what the line carries at most of that frame size, frames/s */
	bool is_ahead; /**< the sender keeps the TX ring full: a stall shorter than the ring's buffer time leaves no gap */
	uint64_t step_frames; /**< to which the answer is to be known */
};

enum ovr_result_back_to_back_fault ovr_back_to_back_judge(
	const struct ovr_result *result, const struct ovr_back_to_back_terms *terms);

/**
 * Set verdict and reason after searches that all came to their end. Fewer answers than asked for
 * are no pass.
 * @param burst its lengths and its buffer are known
 */
void ovr_back_to_back_judge_all(struct ovr_result_back_to_back *burst);

/** What was forwarded while a burst drained. */
struct ovr_back_to_back_flow {
	double frames, seconds; /**< frames after the first batch, from it to the last one */
	bool is_stalled; /**< a receive core stalled meanwhile by host stalls for more than 1 % of that time */
};

/**
 * A burst of which frames were lost kept the receiving side busy from its first frame to its last.
 * @return its flow; all 0 where fewer than two batches arrived
 */
struct ovr_back_to_back_flow ovr_back_to_back_flow_of(const struct ovr_result *result);
