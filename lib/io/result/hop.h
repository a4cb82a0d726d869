/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What a hop did: the result of `overrun hop`. Plain data; the cables with the lists of events are
 * its owner's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cable/cable.h"

/** Room for the name of an interface. */
#define OVR_RESULT_HOP_NAME_BYTES 16

/** One direction. */
struct ovr_result_hop_way {
	char from[OVR_RESULT_HOP_NAME_BYTES], to[OVR_RESULT_HOP_NAME_BYTES];
	char keys[256]; /**< as they were given; "": a clean cable */
	struct ovr_cable_counts counts;
	const struct ovr_cable_event *event; /**< the list, n_events of them */
	uint64_t n_events;
	bool balances;
	/* what was lost beside the plan: each voids the result */
	uint64_t missed;    /**< before the hop: the socket's buffer was full; packets of the kernel */
	uint64_t not_split; /**< packets of a kind of segmentation that is not known here */
	uint64_t no_room;   /**< frames for which there was no memory, or too many were under way */
	uint64_t refused;   /**< delivered frames that the interface did not take */
};

/** The hop. Zeroed memory is an empty one. */
struct ovr_result_hop {
	struct ovr_result_hop_way way[2]; /**< there and back */
	uint64_t seed;
	uint32_t queue_frames;
	uint64_t begin_ns; /**< CLOCK_MONOTONIC: time 0 of the events */
	uint64_t duration_ns;
	char reason[OVR_ERR_TEXT_BYTES]; /**< why the result is void; "": it is not */
};

/** Judge: a hop that lost what it should not have is void. */
void ovr_result_hop_close(struct ovr_result_hop *hop);
