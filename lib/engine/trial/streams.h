/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Accounts of the streams, merged over the workers that received them. Private to this module.
 * Control thread only.
 */
#pragma once

#include <stdbool.h>

#include "halves/halves.h"
#include "trial/workers.h"

/**
 * @return whether frames of a stream arrived on another queue than expected.
 * @param queue -1: unknown
 */
bool ovr_streams_is_elsewhere(const struct ovr_result_stream *stream, int queue);

/**
 * Finish every stream's trackers, and fill in streams, total, loss periods, and the numbers of
 * streams that are uncountable or elsewhere. Workers are at rest. Once.
 * @param sent_of numbers that each stream has sent
 * @return 0; -ENOMEM
 */
int ovr_streams_finish(struct ovr_workers *workers, const uint64_t *sent_of,
	struct ovr_half_receiver *receiver, struct ovr_err *err);
