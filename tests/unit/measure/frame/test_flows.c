/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/flows.h"

#include <criterion/criterion.h>

/* Addresses and ports as they stand in a frame of a stream. */
static int32_t
found(const struct ovr_frame_flows *flows, const struct ovr_frame_flow *flow)
{
	size_t n = flow->ip_version == 4 ? 4 : 16;
	uint8_t addresses[32],
		ports[4] = { (uint8_t)(flow->src_port >> 8), (uint8_t)flow->src_port,
			(uint8_t)(flow->dst_port >> 8), (uint8_t)flow->dst_port };

	memcpy(addresses, flow->src_ip, n);
	memcpy(addresses + n, flow->dst_ip, n);
	return ovr_frame_flows_find(flows, flow->ip_version, addresses, ports);
}

static struct ovr_frame_flow
flow_of(unsigned int ip_version, uint16_t stream)
{
	struct ovr_frame_flow_conf conf = { .ip_version = (uint8_t)ip_version };

	return ovr_frame_flow_of(&conf, stream, stream % 7);
}

Test(flows, every_one_of_65536_streams_is_found_and_no_other_flow)
{
	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		struct ovr_frame_flows *flows;

		cr_assert_eq(ovr_frame_flows_create(65536, &flows, NULL), 0);
		for (uint32_t s = 0; s < 65536; s++) {
			struct ovr_frame_flow flow = flow_of(ip_version, (uint16_t)s);

			ovr_frame_flows_add(flows, &flow, (uint16_t)s);
		}
		for (uint32_t s = 0; s < 65536; s++) {
			struct ovr_frame_flow flow = flow_of(ip_version, (uint16_t)s), other = flow;

			cr_assert_eq(found(flows, &flow), (int32_t)s);
			other.dst_port = 10;
			cr_assert_eq(found(flows, &other), -1);
			other = flow;
			other.src_port ^= 1;
			cr_assert_eq(found(flows, &other), -1);
		}
		ovr_frame_flows_destroy(flows);
	}
}

Test(flows, the_versions_of_ip_are_told_apart)
{
	struct ovr_frame_flow four = { .ip_version = 4 }, six = { .ip_version = 6 };
	struct ovr_frame_flows *flows;

	cr_assert_eq(ovr_frame_flows_create(2, &flows, NULL), 0);
	ovr_frame_flows_add(flows, &six, 1);
	cr_assert_eq(found(flows, &four), -1);
	ovr_frame_flows_add(flows, &four, 0);
	cr_assert_eq(found(flows, &four), 0);
	cr_assert_eq(found(flows, &six), 1);
	ovr_frame_flows_destroy(flows);
}

Test(flows, a_flow_that_is_there_keeps_its_stream)
{
	struct ovr_frame_flow flow = flow_of(4, 3);
	struct ovr_frame_flows *flows;

	cr_assert_eq(ovr_frame_flows_create(1, &flows, NULL), 0);
	ovr_frame_flows_add(flows, &flow, 3);
	ovr_frame_flows_add(flows, &flow, 4);
	cr_assert_eq(found(flows, &flow), 3);
	ovr_frame_flows_destroy(flows);
}

Test(flows, without_a_set_nothing_is_found)
{
	struct ovr_frame_flow flow = flow_of(6, 3);

	cr_assert_eq(found(NULL, &flow), -1);
	ovr_frame_flows_destroy(NULL);
}
