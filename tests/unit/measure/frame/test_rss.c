/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/rss.h"

#include <criterion/criterion.h>

static struct ovr_rss rss;

static void
prepare(void)
{
	ovr_rss_init(&rss, ovr_rss_default_key);
}

TestSuite(rss, .init = prepare);

/*
 * Microsoft, "Verifying the RSS Hash Calculation": the hash with ports, and that of the addresses
 * alone.
 */
static const struct {
	uint8_t src[4], dst[4];
	uint16_t src_port, dst_port;
	uint32_t with_ports, addresses;
} ipv4[] = {
	{ { 66, 9, 149, 187 }, { 161, 142, 100, 80 }, 2794, 1766, 0x51ccc178, 0x323e8fc2 },
	{ { 199, 92, 111, 2 }, { 65, 69, 140, 83 }, 14230, 4739, 0xc626b0ea, 0xd718262a },
	{ { 24, 19, 198, 95 }, { 12, 22, 207, 184 }, 12898, 38024, 0x5c2b394a, 0xd2d0a5de },
	{ { 38, 27, 205, 30 }, { 209, 142, 163, 6 }, 48228, 2217, 0xafc7327f, 0x82989176 },
	{ { 153, 39, 163, 191 }, { 202, 188, 127, 2 }, 44251, 1303, 0x10e828a2, 0x5d1809c5 },
};

static const struct {
	uint8_t src[16], dst[16];
	uint16_t src_port, dst_port;
	uint32_t with_ports, addresses;
} ipv6[] = {
	{ { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0, 0, 0, 0, 0, 0, 0, 7 },
		{ 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, 0, 0, 0, 0, 0, 0, 0, 1 }, 2794, 1766,
		0x40207d3d, 0x2cc18cd5 },
	{ { 0x3f, 0xfe, 0x05, 0x01, 0x00, 0x08, 0, 0, 0x02, 0x60, 0x97, 0xff, 0xfe, 0x40, 0xef, 0xab },
		{ 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 14230, 4739, 0xdde51bbf,
		0x0f0c461c },
	{ { 0x3f, 0xfe, 0x19, 0x00, 0x45, 0x45, 0x00, 0x03, 0x02, 0x00, 0xf8, 0xff, 0xfe, 0x21, 0x67, 0xcf },
		{ 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x02, 0x00, 0xf8, 0xff, 0xfe, 0x21, 0x67, 0xcf }, 44251,
		38024, 0x02d1feef, 0x4b61e985 },
};

Test(rss, ipv4_hashes_are_those_of_the_verification_suite)
{
	for (unsigned int i = 0; i < 5; i++) {
		struct ovr_frame_flow flow = {
			.ip_version = 4, .src_port = ipv4[i].src_port, .dst_port = ipv4[i].dst_port
		};
		uint8_t addresses[8];

		memcpy(flow.src_ip, ipv4[i].src, 4);
		memcpy(flow.dst_ip, ipv4[i].dst, 4);
		memcpy(addresses, ipv4[i].src, 4);
		memcpy(addresses + 4, ipv4[i].dst, 4);
		cr_expect_eq(ovr_rss_hash_flow(&rss, &flow), ipv4[i].with_ports, "row %u", i);
		cr_expect_eq(ovr_rss_hash(&rss, addresses, 8), ipv4[i].addresses, "row %u", i);
	}
}

Test(rss, ipv6_hashes_are_those_of_the_verification_suite)
{
	for (unsigned int i = 0; i < 3; i++) {
		struct ovr_frame_flow flow = {
			.ip_version = 6, .src_port = ipv6[i].src_port, .dst_port = ipv6[i].dst_port
		};
		uint8_t addresses[32];

		memcpy(flow.src_ip, ipv6[i].src, 16);
		memcpy(flow.dst_ip, ipv6[i].dst, 16);
		memcpy(addresses, ipv6[i].src, 16);
		memcpy(addresses + 16, ipv6[i].dst, 16);
		cr_expect_eq(ovr_rss_hash_flow(&rss, &flow), ipv6[i].with_ports, "row %u", i);
		cr_expect_eq(ovr_rss_hash(&rss, addresses, 32), ipv6[i].addresses, "row %u", i);
	}
}

/* Ethernet, IPv4, UDP of the suite's first row, with room for more in front and behind. */
static uint32_t
first_row_frame(uint8_t *pkt, unsigned int n_vlans)
{
	struct ovr_frame_flow flow = {
		.ip_version = 4, .n_vlans = (uint8_t)n_vlans, .src_port = 2794, .dst_port = 1766
	};
	struct ovr_frame_template template;

	memcpy(flow.src_ip, ipv4[0].src, 4);
	memcpy(flow.dst_ip, ipv4[0].dst, 4);
	cr_assert_eq(ovr_frame_template_build(&flow, 128, pkt, &template, NULL), 0);
	return template.pkt_len;
}

Test(rss, a_frame_is_hashed_after_its_vlan_tags)
{
	for (unsigned int n_vlans = 0; n_vlans < 3; n_vlans++) {
		uint8_t pkt[128];
		uint32_t pkt_len = first_row_frame(pkt, n_vlans);

		cr_expect_eq(ovr_rss_hash_frame(&rss, pkt, pkt_len), 0x51ccc178, "%u tags", n_vlans);
	}
}

Test(rss, an_ipv6_frame_is_hashed_by_its_5_tuple)
{
	struct ovr_frame_flow flow = { .ip_version = 6, .src_port = 2794, .dst_port = 1766 };
	struct ovr_frame_template template;
	uint8_t pkt[128];

	memcpy(flow.src_ip, ipv6[0].src, 16);
	memcpy(flow.dst_ip, ipv6[0].dst, 16);
	cr_assert_eq(ovr_frame_template_build(&flow, 128, pkt, &template, NULL), 0);
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, template.pkt_len), 0x40207d3d);
	pkt[20] = 6; /* TCP */
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, template.pkt_len), 0x2cc18cd5);
}

Test(rss, tcp_is_hashed_by_its_addresses)
{
	uint8_t pkt[128];
	uint32_t pkt_len = first_row_frame(pkt, 0);

	pkt[23] = 6;
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, pkt_len), 0x323e8fc2);
}

Test(rss, fragments_are_hashed_by_their_addresses)
{
	uint8_t pkt[128];
	uint32_t pkt_len = first_row_frame(pkt, 0);

	pkt[20] = 0x20; /* more fragments follow the first one */
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, pkt_len), 0x323e8fc2);
	pkt[20] = 0x00; /* the last one, at offset 8 */
	pkt[21] = 0x01;
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, pkt_len), 0x323e8fc2);
	pkt[20] = 0x40; /* not to be fragmented is no fragment */
	pkt[21] = 0x00;
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, pkt_len), 0x51ccc178);
}

Test(rss, ports_are_found_after_ip_options)
{
	uint8_t pkt[128];
	uint32_t pkt_len = first_row_frame(pkt, 0);

	memmove(pkt + 38, pkt + 34, 60);
	memset(pkt + 34, 1, 4); /* no-operation options */
	pkt[14] = 0x46;
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, pkt_len), 0x51ccc178);
}

Test(rss, a_frame_that_ends_early_is_hashed_by_what_is_there)
{
	uint8_t pkt[128];

	first_row_frame(pkt, 0);
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, 38), 0x51ccc178);
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, 37), 0x323e8fc2);
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, 34), 0x323e8fc2);
	for (uint32_t n = 0; n < 34; n++)
		cr_expect_eq(ovr_rss_hash_frame(&rss, pkt, n), 0, "%u bytes", n);
}

Test(rss, what_is_not_ip_hashes_to_0)
{
	uint8_t pkt[128];
	uint32_t pkt_len = first_row_frame(pkt, 0);

	pkt[13] = 0x06; /* ARP */
	cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, pkt_len), 0);
}

Test(rss, frame_and_flow_have_one_hash)
{
	struct ovr_frame_flow_conf conf = { .n_vlans = 1, .vlan = { 5 } };

	for (unsigned int stream = 0; stream < 1000; stream++) {
		struct ovr_frame_template template;
		struct ovr_frame_flow flow;
		uint8_t pkt[128];

		conf.ip_version = stream % 2 == 0 ? 4 : 6;
		flow = ovr_frame_flow_of(&conf, (uint16_t)(stream * 65), (uint16_t)stream);
		cr_assert_eq(ovr_frame_template_build(&flow, 100, pkt, &template, NULL), 0);
		cr_assert_eq(ovr_rss_hash_frame(&rss, pkt, template.pkt_len), ovr_rss_hash_flow(&rss, &flow));
	}
}

Test(rss, sixty_four_streams_reach_each_of_four_queues)
{
	for (uint8_t ip_version = 4; ip_version <= 6; ip_version += 2) {
		struct ovr_frame_flow_conf conf = { .ip_version = ip_version };
		unsigned int streams_of[4] = { 0 };

		for (uint16_t stream = 0; stream < 64; stream++) {
			struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, stream, 0);

			streams_of[ovr_rss_hash_flow(&rss, &flow) % OVR_RSS_RETA_SIZE % 4]++;
		}
		for (unsigned int queue = 0; queue < 4; queue++)
			cr_expect_geq(streams_of[queue], 8, "IPv%u: queue %u has %u streams", ip_version,
				queue, streams_of[queue]);
	}
}

Test(rss, salts_move_a_stream_to_every_queue)
{
	struct ovr_frame_flow_conf conf = { .ip_version = 4 };

	for (uint16_t stream = 0; stream < 100; stream++) {
		unsigned int reached = 0;

		for (uint16_t salt = 0; salt < 256; salt++) {
			struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, stream, salt);

			reached |= 1u << ovr_rss_hash_flow(&rss, &flow) % OVR_RSS_RETA_SIZE % 8;
		}
		cr_expect_eq(reached, 0xff, "stream %u reaches queues 0x%x", stream, reached);
	}
}
