/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Neighbour discovery: ARP (RFC 826) and its IPv6 form (RFC 4861), as a host needs it to be
 * found behind a router.
 *
 * Frames are without FCS, tagged with up to two VLANs. All functions are pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame/frame.h"

/** Kind of message. */
enum ovr_neighbour_kind {
	OVR_NEIGHBOUR_REQUEST, /**< an ARP request, a neighbour solicitation */
	OVR_NEIGHBOUR_ANSWER,  /**< an ARP reply, a neighbour advertisement */
};

/** A parsed message. Plain data. */
struct ovr_neighbour {
	enum ovr_neighbour_kind kind;
	uint8_t ip_version;
	uint8_t target[16];    /**< who is asked for, or answers; IPv4 uses the first four bytes */
	uint8_t sender_ip[16]; /**< of a request: who asks */
	uint8_t sender_mac[6]; /**< of a request: the asker's; of an answer: the target's */
	uint32_t ether_bytes;  /**< the Ethernet header with its VLAN tags */
};

/** Room for any frame made here. */
#define OVR_NEIGHBOUR_BYTES 128

/**
 * @return whether a frame is a request or an answer. Probes, announcements and duplicate address
 * detection are not requests: no answer to them is expected
 */
bool ovr_neighbour_read(const uint8_t *pkt, uint32_t pkt_len, struct ovr_neighbour *ret_neighbour);

/**
 * Build a request for the MAC address of @p target.
 * @param flow who asks: its MAC, VLAN tags and source address
 * @param[out] buf OVR_NEIGHBOUR_BYTES
 * @return the frame's bytes
 */
uint32_t ovr_neighbour_ask(const struct ovr_frame_flow *flow, const uint8_t target[16], uint8_t *buf);

/**
 * Answer a request, on the VLAN that it came on.
 * @param pkt the request's frame
 * @param mac the target's
 * @param[out] buf OVR_NEIGHBOUR_BYTES
 * @return the frame's bytes
 */
uint32_t ovr_neighbour_answer(
	const uint8_t *pkt, const struct ovr_neighbour *request, const uint8_t mac[6], uint8_t *buf);
