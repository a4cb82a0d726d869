/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Positions and contents of the headers of a frame. Private to the module.
 *
 * Offsets are those of RFC 791, RFC 8200 and RFC 768, from the start of each header.
 */
#pragma once

#include <stdint.h>
#include <string.h>

#include "frame/csum.h"
#include "frame/frame.h"

#define ETHER_BYTES     14
#define ETHER_TYPE_IPV4 0x0800
#define ETHER_TYPE_IPV6 0x86dd
#define ETHER_TYPE_VLAN 0x8100 /* 802.1Q */
#define ETHER_TYPE_QINQ 0x88a8 /* 802.1ad */
#define VLAN_BYTES      4

/* Encapsulations that a frame may gain on its way. */
#define ETHER_TYPE_MPLS       0x8847 /* RFC 3032 */
#define ETHER_TYPE_MPLS_MCAST 0x8848
#define MPLS_BYTES            4
#define MPLS_BOTTOM           0x01   /* in the third byte of a label */
#define ETHER_TYPE_PPPOE      0x8864 /* RFC 2516, of a session */
#define PPPOE_BYTES           8      /* with the PPP protocol */
#define PPP_IPV4              0x0021
#define PPP_IPV6              0x0057

#define IPV4_VERSION_IHL     0x45 /* without options */
#define IPV4_BYTES           20
#define IPV4_TOTAL           2
#define IPV4_FRAGMENT        6
#define IPV4_TTL             8
#define IPV4_PROTO           9
#define IPV4_CSUM            10
#define IPV4_SRC             12
#define IPV4_DST             16
#define IPV4_ADDRESSES_BYTES 8
#define IPV4_DF              0x4000
#define IPV4_IS_FRAGMENT     0x3fff /* more fragments, or an offset */
#define IPV4_OFFSET_MASK     0x1fff

#define IPV6_BYTES           40
#define IPV6_PAYLOAD         4
#define IPV6_NEXT            6
#define IPV6_HOP_LIMIT       7
#define IPV6_SRC             8
#define IPV6_DST             24
#define IPV6_ADDRESSES_BYTES 32

#define UDP_BYTES    8
#define UDP_DST_PORT 2
#define UDP_LENGTH   4
#define UDP_CSUM     6
#define IP_PROTO_UDP 17

/* First of the source ports that tell the streams of a capture apart; it wraps round to 0. */
#define CAPTURE_PORT_FIRST 49152u

static inline uint16_t
get_be16(const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, 2);
	return __builtin_bswap16(value);
}

static inline void
put_be16(uint8_t *at, uint16_t value)
{
	value = __builtin_bswap16(value);
	memcpy(at, &value, 2);
}

/*
 * Offset of what follows the Ethernet header and up to two VLAN tags, with its type. The offset is
 * at most pkt_len; the type is 0 if the frame ends before.
 */
static inline uint32_t
ether_skip(const uint8_t *pkt, uint32_t pkt_len, uint16_t *ret_type)
{
	uint32_t offset = ETHER_BYTES;
	uint16_t type = 0;

	if (pkt_len < ETHER_BYTES) {
		*ret_type = 0;
		return pkt_len;
	}
	type = get_be16(pkt + offset - 2);
	while ((type == ETHER_TYPE_VLAN || type == ETHER_TYPE_QINQ) &&
		offset < ETHER_BYTES + OVR_FRAME_VLANS_MAX * VLAN_BYTES) {
		if (pkt_len < offset + VLAN_BYTES) {
			*ret_type = 0;
			return pkt_len;
		}
		offset += VLAN_BYTES;
		type = get_be16(pkt + offset - 2);
	}
	*ret_type = type;
	return offset;
}

/*
 * Bytes of the encapsulation at `at`, with the type of what follows; 0: none, or it does not end
 * within `room`.
 */
static inline uint32_t
encapsulation_bytes(const uint8_t *at, uint32_t room, uint16_t type, uint16_t *ret_inner)
{
	uint16_t protocol;

	switch (type) {
	case ETHER_TYPE_VLAN:
	case ETHER_TYPE_QINQ:
		if (room < VLAN_BYTES)
			return 0;
		*ret_inner = get_be16(at + 2);
		return VLAN_BYTES;
	case ETHER_TYPE_MPLS:
	case ETHER_TYPE_MPLS_MCAST:
		if (room <= MPLS_BYTES)
			return 0;
		*ret_inner = type;
		if ((at[2] & MPLS_BOTTOM) != 0) /* nothing but the packet itself says what it is */
			*ret_inner = at[MPLS_BYTES] >> 4 == 4 ? ETHER_TYPE_IPV4 : ETHER_TYPE_IPV6;
		return MPLS_BYTES;
	case ETHER_TYPE_PPPOE:
		if (room < PPPOE_BYTES)
			return 0;
		protocol = get_be16(at + PPPOE_BYTES - 2);
		if (protocol != PPP_IPV4 && protocol != PPP_IPV6)
			return 0;
		*ret_inner = protocol == PPP_IPV4 ? ETHER_TYPE_IPV4 : ETHER_TYPE_IPV6;
		return PPPOE_BYTES;
	default:
		return 0;
	}
}

/*
 * ether_skip(), and what a frame may have gained on its way: further VLAN tags, MPLS labels, PPPoE.
 */
static inline uint32_t
link_skip(const uint8_t *pkt, uint32_t pkt_len, uint16_t *ret_type)
{
	uint32_t offset = ether_skip(pkt, pkt_len, ret_type), n;

	while ((n = encapsulation_bytes(pkt + offset, pkt_len - offset, *ret_type, ret_type)) != 0)
		offset += n;
	return offset;
}

/*
 * What a UDP checksum covers: the addresses, which stand right before the UDP header in both
 * versions of IP (no options, no extension headers), the datagram, and the rest of the pseudo
 * header.
 */
static inline uint64_t
udp_sum(const uint8_t *udp, uint32_t address_bytes, uint16_t udp_len)
{
	uint64_t sum = (uint64_t)__builtin_bswap16(udp_len) + __builtin_bswap16(IP_PROTO_UDP);

	return csum_bytes(sum, udp - address_bytes, address_bytes + udp_len);
}
