/* SPDX-License-Identifier: BSD-3-Clause */
#include "cable/headers.h"

#define ETHERNET_BYTES 14u
#define VLAN_BYTES     4u
#define IPV4_BYTES     20u
#define IPV6_BYTES     40u
#define TCP_BYTES      20u
#define UDP_BYTES      8u
#define ETHERTYPE_IPV4 0x0800u
#define ETHERTYPE_IPV6 0x86ddu
#define ETHERTYPE_VLAN 0x8100u
#define ETHERTYPE_QINQ 0x88a8u
/* More fragments, and the offset. */
#define FRAGMENT 0x3fffu
#define TCP      6
#define UDP      17

static uint32_t
read16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static bool
find_l4(const uint8_t *bytes, uint32_t length, struct ovr_cable_headers *headers)
{
	const uint8_t *ip = bytes + headers->l3;
	uint32_t header_bytes;

	if (headers->is_ipv6) {
		if (length < headers->l3 + IPV6_BYTES)
			return false;
		headers->l4 = headers->l3 + IPV6_BYTES;
		headers->end = headers->l4 + read16(ip + 4);
		headers->protocol = ip[6];
		return true;
	}
	if (length < headers->l3 + IPV4_BYTES)
		return false;
	header_bytes = (ip[0] & 0x0fu) * 4u;
	headers->l4 = headers->l3 + header_bytes;
	headers->end = headers->l3 + read16(ip + 2);
	headers->protocol = ip[9];
	return header_bytes >= IPV4_BYTES && (read16(ip + 6) & FRAGMENT) == 0;
}

bool
ovr_cable_headers_of(const uint8_t *bytes, uint32_t length, struct ovr_cable_headers *ret_headers)
{
	struct ovr_cable_headers headers = { .l3 = ETHERNET_BYTES };
	uint32_t type;

	if (length < ETHERNET_BYTES)
		return false;
	type = read16(bytes + ETHERNET_BYTES - 2);
	for (unsigned int i = 0; i < 2 && (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ); i++) {
		headers.l3 += VLAN_BYTES;
		if (length < headers.l3)
			return false;
		type = read16(bytes + headers.l3 - 2);
	}
	headers.is_ipv6 = type == ETHERTYPE_IPV6;
	if ((!headers.is_ipv6 && type != ETHERTYPE_IPV4) || !find_l4(bytes, length, &headers))
		return false;
	/* what the kernel merges beyond 64 KiB says no length */
	if (headers.end > length || headers.end < headers.l4)
		return false;
	if (headers.protocol == TCP && headers.end >= headers.l4 + TCP_BYTES)
		headers.payload = headers.l4 + (bytes[headers.l4 + 12] >> 4) * 4u;
	else if (headers.protocol == UDP && headers.end >= headers.l4 + UDP_BYTES)
		headers.payload = headers.l4 + UDP_BYTES;
	if (headers.payload < headers.l4 + UDP_BYTES || headers.payload > headers.end ||
		(headers.protocol == TCP && headers.payload < headers.l4 + TCP_BYTES))
		return false;
	*ret_headers = headers;
	return true;
}
