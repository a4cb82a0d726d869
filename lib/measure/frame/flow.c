/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/frame.h"

#include <string.h>

#include "frame/headers.h"

/* The dynamic ports (RFC 6335) begin here; there are 2^14 of them. */
#define PORT_FIRST 49152u
#define PORTS_MASK 0x3fffu

/* The destination that the plan names for all streams. */
static void
set_destination(const struct ovr_frame_flow_conf *conf, struct ovr_frame_flow *flow)
{
	static const uint8_t none[16] = { 0 };

	if (conf->dst_port == 0)
		return;
	flow->dst_port = conf->dst_port;
	if (memcmp(conf->dst_ip, none, sizeof(none)) != 0)
		memcpy(flow->dst_ip, conf->dst_ip, sizeof(flow->dst_ip));
}

struct ovr_frame_flow
ovr_frame_flow_of(const struct ovr_frame_flow_conf *conf, uint16_t stream, uint16_t salt)
{
	struct ovr_frame_flow flow = {
		.ip_version = conf->ip_version,
		.n_vlans = conf->n_vlans,
		.src_port = (uint16_t)(PORT_FIRST + ((stream + (unsigned int)salt) & PORTS_MASK)),
		.dst_port = OVR_FRAME_UDP_PORT,
	};

	memcpy(flow.vlan, conf->vlan, sizeof(flow.vlan));
	memcpy(flow.src_mac, conf->src_mac, sizeof(flow.src_mac));
	memcpy(flow.dst_mac, conf->dst_mac, sizeof(flow.dst_mac));
	if (conf->ip_version == 4) {
		/*
		 * The last byte stays within 1 … 128: never that of a network or a broadcast. The
		 * source holds all bits of the stream but bit 7, the destination all but bit 0:
		 * each pair of addresses is one stream's.
		 */
		uint8_t high = (uint8_t)(stream >> 8);
		uint8_t src[4] = { 198, 18, high, (uint8_t)(1 + (stream & 0x7f)) };
		uint8_t dst[4] = { 198, 19, high, (uint8_t)(1 + (stream >> 1 & 0x7f)) };

		memcpy(flow.src_ip, src, sizeof(src));
		memcpy(flow.dst_ip, dst, sizeof(dst));
	} else {
		/* Interface identifiers from 1: that of zero is the routers' anycast address. */
		uint32_t host = stream + 1u;
		uint8_t ip[16] = { 0x20, 0x01, 0x00, 0x02 };

		ip[13] = (uint8_t)(host >> 16);
		ip[14] = (uint8_t)(host >> 8);
		ip[15] = (uint8_t)host;
		memcpy(flow.src_ip, ip, sizeof(ip));
		ip[7] = 1;
		memcpy(flow.dst_ip, ip, sizeof(ip));
	}
	set_destination(conf, &flow);
	return flow;
}

unsigned int
ovr_frame_size_min(unsigned int ip_version, unsigned int n_vlans)
{
	return ETHER_BYTES + n_vlans * VLAN_BYTES + (ip_version == 4 ? IPV4_BYTES : IPV6_BYTES) + UDP_BYTES +
		OVR_FRAME_TAG_BYTES + OVR_FRAME_FCS_BYTES;
}

bool
ovr_frame_flow_is_marked(
	unsigned int ip_version, const uint8_t *addresses, const uint8_t *ports, uint16_t stream)
{
	struct ovr_frame_flow_conf conf = { .ip_version = (uint8_t)ip_version };
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, stream, 0);
	size_t n = ip_version == 4 ? IPV4_ADDRESSES_BYTES / 2 : IPV6_ADDRESSES_BYTES / 2;

	if (get_be16(ports) == (uint16_t)(CAPTURE_PORT_FIRST + stream))
		return true;
	return memcmp(addresses, flow.src_ip, n) == 0 && memcmp(addresses + n, flow.dst_ip, n) == 0 &&
		get_be16(ports + UDP_DST_PORT) == flow.dst_port;
}
