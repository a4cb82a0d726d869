/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Accounts of the streams, merged over the workers that received them. Private to this module.
 * Control thread only.
 */
#pragma once

#include <stdbool.h>

#include "result/result.h"
#include "trial/workers.h"

/**
 * @return whether frames of a stream arrived on another queue than expected.
 * @param queue -1: unknown
 */
bool ovr_streams_is_elsewhere(const struct ovr_result_stream *stream, int queue);

/**
 * Finish every stream's trackers with what was sent and fill result->stream, total, moved and
 * uncountable streams, and the loss periods with the stall each of them fell into (rx_stall and
 * transit must be filled; its `frames` are added to).
 * @param sent_until_ns end of sending
 * @return 0; -ENOMEM
 */
int ovr_streams_collect(
	struct ovr_workers *workers, uint64_t sent_until_ns, struct ovr_result *result, struct ovr_err *err);
