/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The flows of a plan: a table from 5-tuples to streams.
 *
 * The stream id of a frame with wrong checksums is not reliable; its 5-tuple still tells it from
 * foreign frames. Written by the control thread before the workers start, then read by any thread.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "frame/frame.h"

/** Opaque: a hash table, 40 bytes per slot and at least two slots per stream. */
struct ovr_frame_flows;

/**
 * An empty set.
 * @param n_streams most flows, 1 … OVR_FRAME_STREAMS_MAX
 * @return 0; -ENOMEM
 */
int ovr_frame_flows_create(uint32_t n_streams, struct ovr_frame_flows **ret_flows, struct ovr_err *err);

/** Free it. NULL is allowed. */
void ovr_frame_flows_destroy(struct ovr_frame_flows *flows);

/**
 * Add the flow of a stream; a 5-tuple that is in the set keeps its stream. At most n_streams
 * different ones.
 */
void ovr_frame_flows_add(struct ovr_frame_flows *flows, const struct ovr_frame_flow *flow, uint16_t stream);

/**
 * @param flows NULL: an empty set
 * @param ip_version 4 or 6
 * @param addresses source and destination as they stand in the IP header, 8 or 32 bytes
 * @param ports source and destination as they stand in the UDP header, 4 bytes
 * @return the stream; -1: none of this set
 */
int32_t ovr_frame_flows_find(const struct ovr_frame_flows *flows, unsigned int ip_version,
	const uint8_t *addresses, const uint8_t *ports);
