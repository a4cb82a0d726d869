/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/frame.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const struct ovr_frame_flow_conf ipv4 = {
	.ip_version = 4,
	.n_vlans = 2,
	.vlan = { 100, 200 },
	.src_mac = { 2, 0, 0, 0, 0, 1 },
	.dst_mac = { 2, 0, 0, 0, 0, 2 },
};
static const struct ovr_frame_flow_conf ipv6 = { .ip_version = 6 };

Test(flow, ipv4_goes_from_198_18_to_198_19)
{
	struct ovr_frame_flow flow = ovr_frame_flow_of(&ipv4, 0x1283, 0);

	cr_assert_eq(flow.ip_version, 4);
	cr_assert_arr_eq(flow.src_ip, ((uint8_t[]){ 198, 18, 0x12, 4 }), 4);
	cr_assert_arr_eq(flow.dst_ip, ((uint8_t[]){ 198, 19, 0x12, 66 }), 4);
	cr_assert_eq(flow.src_port, 49152 + 0x1283);
	cr_assert_eq(flow.dst_port, 9);
}

Test(flow, ipv6_goes_from_2001_2_0_0_to_2001_2_0_1)
{
	struct ovr_frame_flow flow = ovr_frame_flow_of(&ipv6, 0xffff, 0);

	cr_assert_eq(flow.ip_version, 6);
	cr_assert_arr_eq(flow.src_ip, ((uint8_t[]){ 0x20, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0 }), 16);
	cr_assert_arr_eq(flow.dst_ip, ((uint8_t[]){ 0x20, 1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0 }), 16);
	cr_assert_eq(flow.dst_port, 9);
}

Test(flow, what_the_plan_fixes_is_taken_over)
{
	struct ovr_frame_flow flow = ovr_frame_flow_of(&ipv4, 7, 0);

	cr_assert_eq(flow.n_vlans, 2);
	cr_assert_eq(flow.vlan[0], 100);
	cr_assert_eq(flow.vlan[1], 200);
	cr_assert_arr_eq(flow.src_mac, ((uint8_t[]){ 2, 0, 0, 0, 0, 1 }), 6);
	cr_assert_arr_eq(flow.dst_mac, ((uint8_t[]){ 2, 0, 0, 0, 0, 2 }), 6);
}

/* The last four bytes of both addresses tell all flows of one version apart. */
static uint64_t
address_pair(const struct ovr_frame_flow *flow)
{
	unsigned int at = flow->ip_version == 4 ? 0 : 12;
	uint32_t src, dst;

	memcpy(&src, flow->src_ip + at, 4);
	memcpy(&dst, flow->dst_ip + at, 4);
	return (uint64_t)src << 32 | dst;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
expect_distinct_pairs(const struct ovr_frame_flow_conf *conf)
{
	uint64_t *pair = malloc(65536 * sizeof(*pair));

	for (unsigned int stream = 0; stream < 65536; stream++) {
		struct ovr_frame_flow flow = ovr_frame_flow_of(
			conf, (uint16_t)stream, (uint16_t)(stream * 40503));

		pair[stream] = address_pair(&flow);
	}
	qsort(pair, 65536, sizeof(*pair), compare);
	for (unsigned int i = 1; i < 65536; i++)
		cr_assert_neq(pair[i - 1], pair[i]);
	free(pair);
}

/* So no salt can make two streams share a 5-tuple. */
Test(flow, every_stream_has_a_pair_of_ipv4_addresses_of_its_own)
{
	expect_distinct_pairs(&ipv4);
}

Test(flow, every_stream_has_a_pair_of_ipv6_addresses_of_its_own)
{
	expect_distinct_pairs(&ipv6);
}

Test(flow, no_ipv4_address_ends_in_0_or_255)
{
	for (unsigned int stream = 0; stream < 65536; stream++) {
		struct ovr_frame_flow flow = ovr_frame_flow_of(&ipv4, (uint16_t)stream, 0);

		cr_assert_geq(flow.src_ip[3], 1);
		cr_assert_leq(flow.src_ip[3], 128);
		cr_assert_geq(flow.dst_ip[3], 1);
		cr_assert_leq(flow.dst_ip[3], 128);
		cr_assert_eq(flow.src_ip[1], 18);
		cr_assert_eq(flow.dst_ip[1], 19);
	}
}

Test(flow, a_salt_changes_the_source_port_and_nothing_else)
{
	struct ovr_frame_flow plain = ovr_frame_flow_of(&ipv4, 20000, 0);
	struct ovr_frame_flow salted = ovr_frame_flow_of(&ipv4, 20000, 1);

	cr_assert_eq(plain.src_port, 49152 + 3616);
	cr_assert_eq(salted.src_port, 49152 + 3617);
	salted.src_port = plain.src_port;
	cr_assert_eq(memcmp(&plain, &salted, sizeof(plain)), 0);
}

Test(flow, source_ports_stay_in_the_dynamic_range)
{
	cr_assert_eq(ovr_frame_flow_of(&ipv4, 0, 0).src_port, 49152);
	cr_assert_eq(ovr_frame_flow_of(&ipv4, 16383, 0).src_port, 65535);
	cr_assert_eq(ovr_frame_flow_of(&ipv4, 16383, 1).src_port, 49152);
	cr_assert_eq(ovr_frame_flow_of(&ipv4, 65535, 65535).src_port, 65534);
}

Test(flow, smallest_sizes_hold_headers_and_tag_exactly)
{
	cr_assert_eq(ovr_frame_size_min(4, 0), 64);
	cr_assert_eq(ovr_frame_size_min(4, 1), 68);
	cr_assert_eq(ovr_frame_size_min(4, 2), 72);
	cr_assert_eq(ovr_frame_size_min(6, 0), 84);
	cr_assert_eq(ovr_frame_size_min(6, 1), 88);
	cr_assert_eq(ovr_frame_size_min(6, 2), 92);
}

Test(flow, a_flow_carries_the_mark_of_its_stream_alone)
{
	static const uint8_t ports[4] = { 1, 2, 0, 9 };

	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2)
		for (unsigned int stream = 0; stream < 65536; stream += 4369) {
			struct ovr_frame_flow_conf conf = { .ip_version = (uint8_t)ip_version };
			struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, (uint16_t)stream, 0);
			size_t n = ip_version == 4 ? 4 : 16;
			uint8_t addresses[32];

			memcpy(addresses, flow.src_ip, n);
			memcpy(addresses + n, flow.dst_ip, n);
			for (unsigned int other = 0; other < 65536; other += 257)
				cr_assert_eq(ovr_frame_flow_is_marked(
						     ip_version, addresses, ports, (uint16_t)other),
					other == stream, "IPv%u, stream %u, %u", ip_version, stream, other);
		}
}

/* 49152 + 5; and 49152 + 20000 is more than 65535 */
Test(flow, a_captures_frames_carry_it_in_their_source_port)
{
	static const uint8_t elsewhere[8] = { 10, 0, 0, 1, 10, 0, 0, 2 };
	static const uint8_t port_5[4] = { 0xc0, 5, 0x12, 0xb5 }, port_20000[4] = { 0x0e, 0x20, 0x12, 0xb5 };

	cr_assert(ovr_frame_flow_is_marked(4, elsewhere, port_5, 5));
	cr_assert_not(ovr_frame_flow_is_marked(4, elsewhere, port_5, 6));
	cr_assert(ovr_frame_flow_is_marked(4, elsewhere, port_20000, 20000));
}

Test(flow, a_destination_of_the_plan_is_that_of_every_stream)
{
	const struct ovr_frame_flow_conf conf = {
		.ip_version = 4, .dst_ip = { 10, 1, 2, 3 }, .dst_port = 9000
	};
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, 5, 0), next = ovr_frame_flow_of(&conf, 133, 0);

	cr_assert_arr_eq(flow.src_ip, ((uint8_t[]){ 198, 18, 0, 6 }), 4);
	cr_assert_arr_eq(flow.dst_ip, ((uint8_t[]){ 10, 1, 2, 3 }), 4);
	cr_assert_eq(flow.dst_port, 9000);
	/* streams that share their source address differ in its port */
	cr_assert_arr_eq(next.src_ip, flow.src_ip, 4);
	cr_assert_neq(next.src_port, flow.src_port);
}

Test(flow, a_destination_port_alone_leaves_the_addresses)
{
	const struct ovr_frame_flow_conf conf = { .ip_version = 4, .dst_port = 9000 };
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, 0, 0);

	cr_assert_arr_eq(flow.dst_ip, ((uint8_t[]){ 198, 19, 0, 1 }), 4);
	cr_assert_eq(flow.dst_port, 9000);
}
