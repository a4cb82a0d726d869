/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Receive-side scaling: the queue of a flow, by the Toeplitz hash of NICs with table look-up.
 *
 * Hash input as NICs take it for UDP: source address, destination address, source port,
 * destination port, all in network order (12 bytes for IPv4, 36 for IPv6). A hash takes 12 or 36
 * look-ups, one in the table of each input byte.
 */
#pragma once

#include <stdint.h>

#include "frame/frame.h"

#define OVR_RSS_KEY_BYTES 40
#define OVR_RSS_INPUT_MAX 36
/** Entries of the indirection table. */
#define OVR_RSS_RETA_SIZE 128

/**
 * The key that Microsoft's RSS specification gives with its verification suite; most NICs' default.
 */
extern const uint8_t ovr_rss_default_key[OVR_RSS_KEY_BYTES];

/**
 * A prepared key: table[i][b] is what byte b at input place i adds to the hash. 36 KiB; read by any
 * thread.
 */
struct ovr_rss {
	uint32_t table[OVR_RSS_INPUT_MAX][256];
};

/** Prepare a key. */
void ovr_rss_init(struct ovr_rss *rss, const uint8_t key[OVR_RSS_KEY_BYTES]);

/** @return the Toeplitz hash of @p n input bytes, n ≤ OVR_RSS_INPUT_MAX */
static inline uint32_t
ovr_rss_hash(const struct ovr_rss *rss, const uint8_t *input, unsigned int n)
{
	uint32_t hash = 0;

	for (unsigned int i = 0; i < n; i++)
		hash ^= rss->table[i][input[i]];
	return hash;
}

/** @return the hash of a flow's UDP 5-tuple */
uint32_t ovr_rss_hash_flow(const struct ovr_rss *rss, const struct ovr_frame_flow *flow);

/**
 * @return the hash of a frame: its UDP 5-tuple; addresses alone for other IP packets and for
 *         fragments; 0 if it is not IP. VLAN tags (up to two) are skipped. @p pkt is contiguous.
 */
uint32_t ovr_rss_hash_frame(const struct ovr_rss *rss, const uint8_t *pkt, uint32_t pkt_len);
