/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/neighbour.h"

#include "frame/headers.h"

#define ETHER_TYPE_ARP 0x0806
#define PKT_LEN_MIN    60

/* RFC 826, for Ethernet and IPv4 */
#define ARP_BYTES      28
#define ARP_HEAD       "\x00\x01\x08\x00\x06\x04"
#define ARP_HEAD_BYTES 6
#define ARP_OPERATION  6
#define ARP_SENDER_MAC 8
#define ARP_SENDER_IP  14
#define ARP_TARGET_MAC 18
#define ARP_TARGET_IP  24
#define ARP_REQUEST    1
#define ARP_REPLY      2

/* RFC 4861 section 4.3, 4.4 and 4.6.1, from the ICMPv6 header on */
#define IP_PROTO_ICMPV6   58
#define ND_HOP_LIMIT      255
#define ND_SOLICITATION   135
#define ND_ADVERTISEMENT  136
#define ND_CSUM           2
#define ND_FLAGS          4
#define ND_TARGET         8
#define ND_BYTES          24
#define ND_OPTION_BYTES   8
#define ND_SOURCE_ADDRESS 1
#define ND_TARGET_ADDRESS 2
#define ND_SOLICITED      0x40
#define ND_OVERRIDE       0x20
#define ND_WITH_OPTION    (ND_BYTES + ND_OPTION_BYTES)

static bool
is_zero(const uint8_t *at, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (at[i] != 0)
			return false;
	return true;
}

static bool
read_arp(const uint8_t *arp, uint32_t room, struct ovr_neighbour *ret)
{
	uint16_t operation;

	if (room < ARP_BYTES || memcmp(arp, ARP_HEAD, ARP_HEAD_BYTES) != 0)
		return false;
	operation = get_be16(arp + ARP_OPERATION);
	if (operation != ARP_REQUEST && operation != ARP_REPLY)
		return false;
	ret->kind = operation == ARP_REQUEST ? OVR_NEIGHBOUR_REQUEST : OVR_NEIGHBOUR_ANSWER;
	ret->ip_version = 4;
	memcpy(ret->sender_mac, arp + ARP_SENDER_MAC, 6);
	memcpy(ret->sender_ip, arp + ARP_SENDER_IP, 4);
	memcpy(ret->target, arp + (operation == ARP_REQUEST ? ARP_TARGET_IP : ARP_SENDER_IP), 4);
	/* a probe (RFC 5227) has no sender, an announcement asks for its own address */
	return operation == ARP_REPLY ||
		(!is_zero(ret->sender_ip, 4) && memcmp(ret->sender_ip, ret->target, 4) != 0);
}

/* The link-layer address among the options after a message; NULL: there is none. */
static const uint8_t *
option_of(const uint8_t *nd, uint32_t bytes, uint8_t type)
{
	uint32_t at = ND_BYTES;

	while (at + ND_OPTION_BYTES <= bytes && nd[at + 1] != 0) {
		if (nd[at] == type)
			return nd + at + 2;
		at += nd[at + 1] * 8u;
	}
	return NULL;
}

static uint16_t
nd_csum(const uint8_t *nd, uint32_t bytes)
{
	uint64_t sum = (uint64_t)__builtin_bswap16((uint16_t)bytes) + __builtin_bswap16(IP_PROTO_ICMPV6);

	return csum_fold(csum_bytes(sum, nd - IPV6_ADDRESSES_BYTES, IPV6_ADDRESSES_BYTES + bytes));
}

static bool
read_nd(const uint8_t *ip, uint32_t room, const uint8_t *ether_source, struct ovr_neighbour *ret)
{
	const uint8_t *nd = ip + IPV6_BYTES;
	const uint8_t *mac;
	uint32_t bytes;

	if (room < IPV6_BYTES + ND_BYTES || ip[0] >> 4 != 6 || ip[IPV6_NEXT] != IP_PROTO_ICMPV6 ||
		ip[IPV6_HOP_LIMIT] != ND_HOP_LIMIT)
		return false;
	bytes = get_be16(ip + IPV6_PAYLOAD);
	if (bytes < ND_BYTES || bytes > room - IPV6_BYTES || nd[1] != 0 ||
		(nd[0] != ND_SOLICITATION && nd[0] != ND_ADVERTISEMENT) || nd_csum(nd, bytes) != 0xffff)
		return false;
	ret->kind = nd[0] == ND_SOLICITATION ? OVR_NEIGHBOUR_REQUEST : OVR_NEIGHBOUR_ANSWER;
	ret->ip_version = 6;
	mac = option_of(nd, bytes, nd[0] == ND_SOLICITATION ? ND_SOURCE_ADDRESS : ND_TARGET_ADDRESS);
	memcpy(ret->sender_mac, mac != NULL ? mac : ether_source, 6);
	memcpy(ret->sender_ip, ip + IPV6_SRC, 16);
	memcpy(ret->target, nd + ND_TARGET, 16);
	/* duplicate address detection (RFC 4862 section 5.4.2) has no sender */
	return ret->kind == OVR_NEIGHBOUR_ANSWER || !is_zero(ret->sender_ip, 16);
}

bool
ovr_neighbour_read(const uint8_t *pkt, uint32_t pkt_len, struct ovr_neighbour *ret_neighbour)
{
	struct ovr_neighbour found = { 0 };
	uint16_t type;
	uint32_t offset = ether_skip(pkt, pkt_len, &type);
	bool is_one = false;

	found.ether_bytes = offset;
	if (type == ETHER_TYPE_ARP)
		is_one = read_arp(pkt + offset, pkt_len - offset, &found);
	else if (type == ETHER_TYPE_IPV6)
		is_one = read_nd(pkt + offset, pkt_len - offset, pkt + 6, &found);
	if (is_one)
		*ret_neighbour = found;
	return is_one;
}

static uint32_t
put_arp(uint8_t *buf, uint32_t offset, uint16_t operation, const uint8_t *mac, const uint8_t *ip,
	const uint8_t *to_mac, const uint8_t *to_ip)
{
	uint8_t *arp = buf + offset;

	put_be16(arp - 2, ETHER_TYPE_ARP);
	memcpy(arp, ARP_HEAD, ARP_HEAD_BYTES);
	put_be16(arp + ARP_OPERATION, operation);
	memcpy(arp + ARP_SENDER_MAC, mac, 6);
	memcpy(arp + ARP_SENDER_IP, ip, 4);
	memcpy(arp + ARP_TARGET_MAC, to_mac, 6);
	memcpy(arp + ARP_TARGET_IP, to_ip, 4);
	return offset + ARP_BYTES < PKT_LEN_MIN ? PKT_LEN_MIN : offset + ARP_BYTES;
}

static uint32_t
put_nd(uint8_t *buf, uint32_t offset, uint8_t type, const uint8_t *from, const uint8_t *to,
	const uint8_t *target, const uint8_t *mac)
{
	uint8_t *ip = buf + offset;
	uint8_t *nd = ip + IPV6_BYTES;
	uint16_t csum;

	put_be16(ip - 2, ETHER_TYPE_IPV6);
	ip[0] = 6 << 4;
	put_be16(ip + IPV6_PAYLOAD, ND_WITH_OPTION);
	ip[IPV6_NEXT] = IP_PROTO_ICMPV6;
	ip[IPV6_HOP_LIMIT] = ND_HOP_LIMIT;
	memcpy(ip + IPV6_SRC, from, 16);
	memcpy(ip + IPV6_DST, to, 16);
	nd[0] = type;
	if (type == ND_ADVERTISEMENT)
		nd[ND_FLAGS] = ND_SOLICITED | ND_OVERRIDE;
	memcpy(nd + ND_TARGET, target, 16);
	nd[ND_BYTES] = type == ND_ADVERTISEMENT ? ND_TARGET_ADDRESS : ND_SOURCE_ADDRESS;
	nd[ND_BYTES + 1] = 1; /* in units of 8 bytes */
	memcpy(nd + ND_BYTES + 2, mac, 6);
	csum = (uint16_t)~nd_csum(nd, ND_WITH_OPTION);
	memcpy(nd + ND_CSUM, &csum, 2);
	return offset + IPV6_BYTES + ND_WITH_OPTION;
}

uint32_t
ovr_neighbour_ask(const struct ovr_frame_flow *flow, const uint8_t target[16], uint8_t *buf)
{
	/*
	 * the solicited-node group of an address (RFC 4291 section 2.7.1), and its MAC address (RFC
	 * 2464)
	 */
	uint8_t group[16] = { 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, target[13], target[14],
		target[15] };
	static const uint8_t nobody[6] = { 0 };
	uint32_t offset = ETHER_BYTES;

	memset(buf, 0, OVR_NEIGHBOUR_BYTES);
	memset(buf, 0xff, 6);
	if (flow->ip_version == 6) {
		memset(buf, 0x33, 2);
		memcpy(buf + 2, group + 12, 4);
	}
	memcpy(buf + 6, flow->src_mac, 6);
	for (unsigned int i = 0; i < flow->n_vlans; i++, offset += VLAN_BYTES) {
		put_be16(buf + offset - 2, flow->n_vlans == 2 && i == 0 ? ETHER_TYPE_QINQ : ETHER_TYPE_VLAN);
		put_be16(buf + offset, flow->vlan[i]);
	}
	if (flow->ip_version == 4)
		return put_arp(buf, offset, ARP_REQUEST, flow->src_mac, flow->src_ip, nobody, target);
	return put_nd(buf, offset, ND_SOLICITATION, flow->src_ip, group, target, flow->src_mac);
}

uint32_t
ovr_neighbour_answer(
	const uint8_t *pkt, const struct ovr_neighbour *request, const uint8_t mac[6], uint8_t *buf)
{
	memset(buf, 0, OVR_NEIGHBOUR_BYTES);
	memcpy(buf, pkt, request->ether_bytes);
	memcpy(buf, request->sender_mac, 6);
	memcpy(buf + 6, mac, 6);
	if (request->ip_version == 4)
		return put_arp(buf, request->ether_bytes, ARP_REPLY, mac, request->target,
			request->sender_mac, request->sender_ip);
	return put_nd(buf, request->ether_bytes, ND_ADVERTISEMENT, request->target, request->sender_ip,
		request->target, mac);
}
