/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/frame.h"

#include <errno.h>

#include "frame/headers.h"

/* A copy of a template's head may be made in steps of a cache line. */
#define ROUND_BYTES 64

#define PKT_LEN_MIN (64 - OVR_FRAME_FCS_BYTES)
#define PKT_LEN_MAX (OVR_FRAME_SIZE_MAX - OVR_FRAME_FCS_BYTES)

#define IPV6_VERSION 0x60
#define HOPS         64

void
ovr_frame_fill(uint8_t *buf, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		buf[i] = ovr_frame_filler(i);
}

static unsigned int
rounded_up(unsigned int size)
{
	return (size + ROUND_BYTES - 1) / ROUND_BYTES * ROUND_BYTES;
}

static unsigned int
ip_bytes(unsigned int ip_version)
{
	return ip_version == 4 ? IPV4_BYTES : IPV6_BYTES;
}

/* Ethernet header and VLAN tags. Returns the offset of what follows. */
static unsigned int
put_ether(uint8_t *buf, const struct ovr_frame_flow *flow)
{
	unsigned int type_at = ETHER_BYTES - 2;

	memcpy(buf, flow->dst_mac, 6);
	memcpy(buf + 6, flow->src_mac, 6);
	for (unsigned int i = 0; i < flow->n_vlans; i++) {
		bool outer = i + 1 < flow->n_vlans;

		put_be16(buf + type_at, outer ? ETHER_TYPE_QINQ : ETHER_TYPE_VLAN);
		put_be16(buf + type_at + 2, flow->vlan[i] & 0xfff);
		type_at += VLAN_BYTES;
	}
	put_be16(buf + type_at, flow->ip_version == 4 ? ETHER_TYPE_IPV4 : ETHER_TYPE_IPV6);
	return type_at + 2;
}

/* IP and UDP headers but for lengths and checksums. */
static void
put_ip(uint8_t *ip, const struct ovr_frame_flow *flow)
{
	uint8_t *udp = ip + ip_bytes(flow->ip_version);

	memset(ip, 0, ip_bytes(flow->ip_version));
	if (flow->ip_version == 4) {
		ip[0] = IPV4_VERSION_IHL;
		put_be16(ip + IPV4_FRAGMENT, IPV4_DF);
		ip[IPV4_TTL] = HOPS;
		ip[IPV4_PROTO] = IP_PROTO_UDP;
		memcpy(ip + IPV4_SRC, flow->src_ip, 4);
		memcpy(ip + IPV4_DST, flow->dst_ip, 4);
	} else {
		ip[0] = IPV6_VERSION;
		ip[IPV6_NEXT] = IP_PROTO_UDP;
		ip[IPV6_HOP_LIMIT] = HOPS;
		memcpy(ip + IPV6_SRC, flow->src_ip, 16);
		memcpy(ip + IPV6_DST, flow->dst_ip, 16);
	}
	put_be16(udp, flow->src_port);
	put_be16(udp + UDP_DST_PORT, flow->dst_port);
}

/*
 * The datagram takes the whole frame, so that the checksum covers it all: set lengths and IPv4's
 * checksum, clear the tag, and sum up what the stamp does not.
 */
static void
seal(uint8_t *buf, unsigned int pkt_len, unsigned int ip_offset, unsigned int ip_version,
	struct ovr_frame_template *ret_template)
{
	unsigned int udp_offset = ip_offset + ip_bytes(ip_version);
	uint16_t udp_len = (uint16_t)(pkt_len - udp_offset);
	uint8_t *ip = buf + ip_offset;
	uint8_t *udp = buf + udp_offset;
	uint16_t csum;

	if (ip_version == 4) {
		put_be16(ip + IPV4_TOTAL, (uint16_t)(pkt_len - ip_offset));
		memset(ip + IPV4_CSUM, 0, 2);
		csum = (uint16_t)~csum_fold(csum_bytes(0, ip, IPV4_BYTES));
		memcpy(ip + IPV4_CSUM, &csum, 2);
	} else {
		put_be16(ip + IPV6_PAYLOAD, udp_len);
	}
	put_be16(udp + UDP_LENGTH, udp_len);
	memset(udp + UDP_CSUM, 0, 2 + OVR_FRAME_TAG_BYTES);
	*ret_template = (struct ovr_frame_template){
		.pkt_len = (uint16_t)pkt_len,
		.tag_offset = (uint16_t)(udp_offset + UDP_BYTES),
		.csum_offset = (uint16_t)(udp_offset + UDP_CSUM),
		.csum_base = csum_fold(
			udp_sum(udp, ip_version == 4 ? IPV4_ADDRESSES_BYTES : IPV6_ADDRESSES_BYTES, udp_len)),
		.bytes = buf,
	};
}

int
ovr_frame_template_build(const struct ovr_frame_flow *flow, unsigned int size, uint8_t *buf,
	struct ovr_frame_template *ret_template, struct ovr_err *err)
{
	unsigned int smallest = ovr_frame_size_min(flow->ip_version, flow->n_vlans);
	unsigned int ip_offset;

	if (size < smallest || size > OVR_FRAME_SIZE_MAX)
		return ovr_err_set(err, -ERANGE,
			"frame size %u: IPv%u with %u VLAN tags takes %u to %u bytes (with FCS)", size,
			flow->ip_version, flow->n_vlans, smallest, OVR_FRAME_SIZE_MAX);
	ovr_frame_fill(buf, rounded_up(size));
	ip_offset = put_ether(buf, flow);
	put_ip(buf + ip_offset, flow);
	seal(buf, size - OVR_FRAME_FCS_BYTES, ip_offset, flow->ip_version, ret_template);
	return 0;
}

/* Find UDP over IP as a template has it. Returns the version of IP, or a negative errno. */
static int
find_ip(const uint8_t *frame, unsigned int pkt_len, unsigned int *ret_ip_offset, struct ovr_err *err)
{
	uint16_t type;
	uint32_t offset = ether_skip(frame, pkt_len, &type);
	const uint8_t *ip = frame + offset;
	uint8_t proto;
	int version;

	*ret_ip_offset = offset;
	if (type == ETHER_TYPE_IPV4 && pkt_len - offset >= IPV4_BYTES && ip[0] >> 4 == 4) {
		if (ip[0] != IPV4_VERSION_IHL)
			return ovr_err_set(err, -EPROTO,
				"the frame has IP options (header of %u bytes, 20 are accepted)",
				(ip[0] & 0xfu) * 4);
		if ((get_be16(ip + IPV4_FRAGMENT) & IPV4_IS_FRAGMENT) != 0)
			return ovr_err_set(err, -EPROTO, "the frame is a fragment of an IP packet");
		proto = ip[IPV4_PROTO];
		version = 4;
	} else if (type == ETHER_TYPE_IPV6 && pkt_len - offset >= IPV6_BYTES && ip[0] >> 4 == 6) {
		proto = ip[IPV6_NEXT];
		version = 6;
	} else {
		return ovr_err_set(err, -EPROTO, "the frame is not IP (Ethernet type 0x%04x)", type);
	}
	if (proto != IP_PROTO_UDP)
		return ovr_err_set(err, -EPROTO, "the frame is not UDP directly over IPv%d (protocol %u)",
			version, proto);
	return version;
}

int
ovr_frame_template_of_capture(const uint8_t *frame, unsigned int pkt_len, uint16_t stream, uint8_t *buf,
	struct ovr_frame_template *ret_template, struct ovr_err *err)
{
	unsigned int ip_offset, udp_offset;
	unsigned int held;
	int version;

	if (pkt_len < PKT_LEN_MIN || pkt_len > PKT_LEN_MAX)
		return ovr_err_set(err, -ERANGE,
			"the frame has %u bytes, %u to %u are accepted (without FCS)", pkt_len, PKT_LEN_MIN,
			PKT_LEN_MAX);
	version = find_ip(frame, pkt_len, &ip_offset, err);
	if (version < 0)
		return version;
	udp_offset = ip_offset + ip_bytes((unsigned int)version);
	held = udp_offset + UDP_BYTES + OVR_FRAME_TAG_BYTES;
	if (pkt_len < held)
		return ovr_err_set(err, -ERANGE,
			"the frame has %u bytes, with its headers the tag needs %u (without FCS)", pkt_len,
			held);
	memcpy(buf, frame, pkt_len);
	for (unsigned int i = pkt_len; i < rounded_up(pkt_len + OVR_FRAME_FCS_BYTES); i++)
		buf[i] = ovr_frame_filler(i);
	/*
	 * Of the stream alone: frames of different conversations must not end up with one 5-tuple.
	 */
	put_be16(buf + udp_offset, (uint16_t)(CAPTURE_PORT_FIRST + stream));
	seal(buf, pkt_len, ip_offset, (unsigned int)version, ret_template);
	return 0;
}

struct ovr_frame_flow
ovr_frame_template_flow(const struct ovr_frame_template *template)
{
	struct ovr_frame_flow flow = { 0 };
	uint16_t type;
	uint32_t offset = ether_skip(template->bytes, template->pkt_len, &type);
	const uint8_t *ip = template->bytes + offset;
	const uint8_t *udp;

	flow.ip_version = type == ETHER_TYPE_IPV4 ? 4 : 6;
	flow.n_vlans = (uint8_t)((offset - ETHER_BYTES) / VLAN_BYTES);
	for (unsigned int i = 0; i < flow.n_vlans; i++)
		flow.vlan[i] = get_be16(template->bytes + ETHER_BYTES + i * VLAN_BYTES) & 0xfff;
	memcpy(flow.dst_mac, template->bytes, 6);
	memcpy(flow.src_mac, template->bytes + 6, 6);
	if (flow.ip_version == 4) {
		memcpy(flow.src_ip, ip + IPV4_SRC, 4);
		memcpy(flow.dst_ip, ip + IPV4_DST, 4);
	} else {
		memcpy(flow.src_ip, ip + IPV6_SRC, 16);
		memcpy(flow.dst_ip, ip + IPV6_DST, 16);
	}
	udp = ip + ip_bytes(flow.ip_version);
	flow.src_port = get_be16(udp);
	flow.dst_port = get_be16(udp + UDP_DST_PORT);
	return flow;
}
