/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Where the headers of an Ethernet frame with TCP or UDP begin. Internal to cable. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Offsets in bytes from the begin of the frame. */
struct ovr_cable_headers {
	uint32_t l3, l4;
	uint32_t payload; /**< after the header of TCP or UDP */
	uint32_t end;     /**< of the IP packet; padding follows */
	bool is_ipv6;
	uint8_t protocol; /**< 6: TCP; 17: UDP */
};

/**
 * @return whether the frame is a whole IPv4 or IPv6 packet of TCP or UDP that is no fragment.
 * Up to two VLAN tags may stand before it; IPv6 extension headers are not looked through
 */
bool ovr_cable_headers_of(const uint8_t *bytes, uint32_t length, struct ovr_cable_headers *ret_headers);
