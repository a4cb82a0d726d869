/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames of a plan of 16 streams, and what a receiver takes them for. */
#pragma once

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "frame/classify.h"

#define TRIAL 0x5eed1234

/* The plan's flows are set before each test: those of 16 streams, over both versions of IP. */
static struct ovr_frame_expect expect = { .trial_id = TRIAL, .n_streams = 16 };

static inline void
make_flows(void)
{
	struct ovr_frame_flows *flows;

	cr_assert_eq(ovr_frame_flows_create(32, &flows, NULL), 0);
	for (uint16_t stream = 0; stream < 32; stream++) {
		struct ovr_frame_flow_conf conf = { .ip_version = stream < 16 ? 4 : 6 };
		struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, stream % 16, 0);

		ovr_frame_flows_add(flows, &flow, stream % 16);
	}
	expect.flows = flows;
}

static inline void
free_flows(void)
{
	ovr_frame_flows_destroy((struct ovr_frame_flows *)expect.flows);
}

static const struct ovr_frame_tag tag_7 = { TRIAL, 7, 1234567890123, 98765432109 };

/* A stamped frame of stream 7. Returns its bytes without FCS. */
static inline uint32_t
frame_of(uint8_t *pkt, unsigned int ip_version, unsigned int n_vlans, unsigned int size,
	const struct ovr_frame_tag *tag)
{
	struct ovr_frame_flow_conf conf = {
		.ip_version = (uint8_t)ip_version, .n_vlans = (uint8_t)n_vlans, .vlan = { 1, 2 }
	};
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, tag->stream, 0);
	struct ovr_frame_template template;

	cr_assert_eq(ovr_frame_template_build(&flow, size, pkt, &template, NULL), 0);
	ovr_frame_stamp(pkt, &template, tag);
	return template.pkt_len;
}

static inline enum ovr_frame_kind
kind_of(const uint8_t *pkt, uint32_t pkt_len)
{
	struct ovr_frame_tag tag;

	return ovr_frame_classify(pkt, pkt_len, &expect, &tag);
}

/* Make the checksum of an IPv4 header right again. */
static inline void
fix_ipv4(uint8_t *ip)
{
	uint32_t sum = 0;

	ip[10] = ip[11] = 0;
	for (unsigned int i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	ip[10] = (uint8_t)(~sum >> 8);
	ip[11] = (uint8_t)~sum;
}

static inline void
expect_tag_7(const struct ovr_frame_tag *tag)
{
	cr_expect_eq(tag->trial_id, TRIAL);
	cr_expect_eq(tag->stream, 7);
	cr_expect_eq(tag->seq, 1234567890123);
	cr_expect_eq(tag->tx_ns, 98765432109);
}
