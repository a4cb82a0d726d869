/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What a probe carries, and what a reflector stamps on it.
 *
 * Internal to probe. All in network order.
 */
#pragma once

#include <stdint.h>

/** "ovrp": datagrams of others are none of ours. */
#define OVR_PROBE_MAGIC UINT32_C(0x6f767270)
/** "ovrs", on the way there: it is of no round, and a reflector does not count it. */
#define OVR_PROBE_SEARCH UINT32_C(0x6f767273)
/** "ovrc": the count is a reflector's. */
#define OVR_PROBE_STAMP UINT32_C(0x6f767263)
/** "ovrd": the same, and the probe had come before: its copy was made on the way there. */
#define OVR_PROBE_STAMP_COPY UINT32_C(0x6f767264)

/** The beginning of the payload, of ICMP after its header. */
struct ovr_probe_payload {
	uint32_t magic;
	uint32_t key; /**< of a run */
	uint32_t number;
	uint32_t inverse; /**< of the number, so that the checksum of ICMP is constant */
	uint32_t stamp;   /**< 0 on the way there, or OVR_PROBE_SEARCH */
	uint32_t count;   /**< probes of the flow that have come, this one included */
};
