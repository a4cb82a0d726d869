/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/frame.h"

#include <criterion/criterion.h>
#include <errno.h>

static const struct ovr_frame_flow_conf ipv4 = {
	.ip_version = 4,
	.src_mac = { 2, 0, 0, 0, 0, 1 },
	.dst_mac = { 2, 0, 0, 0, 0, 2 },
};
static const struct ovr_frame_flow_conf ipv6_qinq = {
	.ip_version = 6,
	.n_vlans = 2,
	.vlan = { 100, 200 },
	.src_mac = { 2, 0, 0, 0, 0, 1 },
	.dst_mac = { 2, 0, 0, 0, 0, 2 },
};

/* A frame of a flow, stamped. */
static struct ovr_frame_template
stamped(const struct ovr_frame_flow *flow, unsigned int size, uint8_t *buf, const struct ovr_frame_tag *tag)
{
	struct ovr_frame_template template;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_frame_template_build(flow, size, buf, &template, &err), 0, "%s", err.text);
	ovr_frame_stamp(buf, &template, tag);
	return template;
}

/*
 * RFC 1071 as it is written: 16-bit words in network order, an odd last byte padded with zero.
 * Independent of the code under test on purpose.
 */
static uint16_t
rfc1071(const uint8_t *bytes, unsigned int n, uint32_t sum)
{
	for (unsigned int i = 0; i + 1 < n; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (n % 2 != 0)
		sum += (uint32_t)bytes[n - 1] << 8;
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)sum;
}

static unsigned int
be16(const uint8_t *at)
{
	return (unsigned int)at[0] << 8 | at[1];
}

/* Headers and checksums of a frame, read without any help of the code under test. */
static void
expect_valid(const uint8_t *pkt, unsigned int pkt_len, unsigned int ip_version, unsigned int n_vlans)
{
	unsigned int ip = 14 + 4 * n_vlans;
	unsigned int udp = ip + (ip_version == 4 ? 20 : 40);
	unsigned int udp_len = pkt_len - udp;
	unsigned int addresses = ip_version == 4 ? 8 : 32;

	if (ip_version == 4) {
		cr_expect_eq(rfc1071(pkt + ip, 20, 0), 0xffff);
		cr_expect_eq(be16(pkt + ip + 2), pkt_len - ip);
	} else {
		cr_expect_eq(be16(pkt + ip + 4), udp_len);
	}
	cr_expect_eq(be16(pkt + udp + 4), udp_len);
	cr_expect_neq(be16(pkt + udp + 6), 0);
	cr_expect_eq(rfc1071(pkt + udp - addresses, addresses + udp_len, 17 + udp_len), 0xffff,
		"IPv%u, %u VLAN tags, %u bytes", ip_version, n_vlans, pkt_len);
}

Test(template, the_smallest_ipv4_frame_is_exactly_these_bytes)
{
	static const uint8_t expected[60] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00,
		0x00, 0x01, 0x08, 0x00, 0x45, 0x00, 0x00, 0x2e, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xae,
		0x96, 0xc6, 0x12, 0x00, 0x02, 0xc6, 0x13, 0x00, 0x01, 0xc0, 0x01, 0x00, 0x09, 0x00, 0x1a,
		0xaf, 0x74, 0x01, 0x02, 0x03, 0x04, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x06 };
	struct ovr_frame_flow flow = ovr_frame_flow_of(&ipv4, 1, 0);
	struct ovr_frame_tag tag = { .trial_id = 0x01020304, .stream = 1, .seq = 5, .tx_ns = 6 };
	uint8_t buf[64];
	struct ovr_frame_template template = stamped(&flow, 64, buf, &tag);

	cr_assert_eq(template.pkt_len, 60);
	cr_assert_eq(template.tag_offset, 42);
	cr_assert_eq(template.csum_offset, 40);
	cr_assert_arr_eq(buf, expected, 60);
}

Test(template, the_smallest_ipv6_frame_with_two_tags_is_exactly_these_bytes)
{
	static const uint8_t expected[88] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00,
		0x00, 0x01, 0x88, 0xa8, 0x00, 0x64, 0x81, 0x00, 0x00, 0xc8, 0x86, 0xdd, 0x60, 0x00, 0x00,
		0x00, 0x00, 0x1a, 0x11, 0x40, 0x20, 0x01, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x20, 0x01, 0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xc0, 0x01, 0x00, 0x09, 0x00, 0x1a, 0xfb, 0x92,
		0x01, 0x02, 0x03, 0x04, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x06 };
	struct ovr_frame_flow flow = ovr_frame_flow_of(&ipv6_qinq, 1, 0);
	struct ovr_frame_tag tag = { .trial_id = 0x01020304, .stream = 1, .seq = 5, .tx_ns = 6 };
	uint8_t buf[128];
	struct ovr_frame_template template = stamped(&flow, 92, buf, &tag);

	cr_assert_eq(template.pkt_len, 88);
	cr_assert_eq(template.tag_offset, 70);
	cr_assert_arr_eq(buf, expected, 88);
}

Test(template, one_vlan_tag_is_802_1q_with_priority_0)
{
	struct ovr_frame_flow_conf conf = { .ip_version = 4, .n_vlans = 1, .vlan = { 4095 } };
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, 0, 0);
	struct ovr_frame_tag tag = { .trial_id = 1 };
	uint8_t buf[128];

	stamped(&flow, 68, buf, &tag);
	cr_assert_arr_eq(buf + 12, ((uint8_t[]){ 0x81, 0x00, 0x0f, 0xff, 0x08, 0x00 }), 6);
}

Test(template, an_unstamped_frame_has_a_zero_tag_and_checksum)
{
	struct ovr_frame_flow flow = ovr_frame_flow_of(&ipv4, 1, 0);
	struct ovr_frame_template template;
	uint8_t buf[128];

	cr_assert_eq(ovr_frame_template_build(&flow, 100, buf, &template, NULL), 0);
	cr_assert_eq(template.bytes, buf);
	for (unsigned int i = 40; i < 60; i++)
		cr_expect_eq(buf[i], 0, "byte %u", i);
}

Test(template, filler_stands_after_the_tag_up_to_a_multiple_of_64)
{
	struct ovr_frame_flow flow = ovr_frame_flow_of(&ipv4, 1, 0);
	struct ovr_frame_template template;
	uint8_t buf[193];

	buf[192] = 0x77;
	cr_assert_eq(ovr_frame_template_build(&flow, 150, buf, &template, NULL), 0);
	for (unsigned int i = 60; i < 192; i++)
		cr_expect_eq(buf[i], (uint8_t)(i * 7 + 0x5a), "byte %u", i);
	cr_assert_eq(buf[192], 0x77);
}

Test(template, checksums_of_stamped_frames_are_right)
{
	static const struct ovr_frame_tag tag[] = {
		{ 1, 0, 0, 0 },
		{ UINT32_MAX, UINT16_MAX, 281474976710655, 281474976710655 },
		{ 0x80000000, 0x8000, 0x800000000000, 0x800000000000 },
		{ 0xdeadbeef, 513, 123456789012, 9876543210 },
	};
	static uint8_t buf[9216];

	for (unsigned int kind = 0; kind < 6; kind++) {
		struct ovr_frame_flow_conf conf = {
			.ip_version = kind % 2 == 0 ? 4 : 6,
			.n_vlans = (uint8_t)(kind / 2),
			.vlan = { 0xabc, 0x123 },
		};
		unsigned int smallest = (conf.ip_version == 4 ? 64 : 84) + 4u * conf.n_vlans;
		unsigned int size[] = { smallest, smallest + 1, smallest + 2, 127, 128, 1518, 1519, 9215,
			9216 };

		for (unsigned int i = 0; i < 9; i++) {
			for (unsigned int j = 0; j < 4; j++) {
				struct ovr_frame_flow flow = ovr_frame_flow_of(
					&conf, tag[j].stream, (uint16_t)j);

				stamped(&flow, size[i], buf, &tag[j]);
				expect_valid(buf, size[i] - 4, conf.ip_version, conf.n_vlans);
			}
		}
	}
}

Test(template, a_checksum_that_comes_out_as_0_is_sent_as_ffff)
{
	struct ovr_frame_flow flow = ovr_frame_flow_of(&ipv4, 1, 0);
	struct ovr_frame_template template;
	unsigned int n_ffff = 0;
	uint8_t buf[64];

	cr_assert_eq(ovr_frame_template_build(&flow, 64, buf, &template, NULL), 0);
	for (uint64_t tx_ns = 0; tx_ns < 65536; tx_ns++) {
		struct ovr_frame_tag tag = { .trial_id = 77, .stream = 1, .seq = 12, .tx_ns = tx_ns };

		ovr_frame_stamp(buf, &template, &tag);
		cr_assert(buf[40] != 0 || buf[41] != 0);
		if (buf[40] != 0xff || buf[41] != 0xff)
			continue;
		n_ffff++;
		expect_valid(buf, 60, 4, 0);
	}
	cr_assert_geq(n_ffff, 1);
}

Test(template, stamping_again_replaces_tag_and_checksum)
{
	struct ovr_frame_flow flow = ovr_frame_flow_of(&ipv6_qinq, 9, 0);
	struct ovr_frame_tag first = { 5, 9, 1, 1000 }, second = { 5, 9, 2, 2000 };
	struct ovr_frame_template template;
	uint8_t buf[256], once[256];

	stamped(&flow, 250, once, &second);
	template = stamped(&flow, 250, buf, &first);
	ovr_frame_stamp(buf, &template, &second);
	cr_assert_arr_eq(buf, once, 256);
}

Test(template, sizes_that_do_not_hold_headers_and_tag_are_refused)
{
	struct ovr_frame_flow flow4 = ovr_frame_flow_of(&ipv4, 0, 0);
	struct ovr_frame_flow flow6 = ovr_frame_flow_of(&ipv6_qinq, 0, 0);
	struct ovr_frame_template template = { .pkt_len = 7 };
	struct ovr_err err = { "" };
	static uint8_t buf[9280];

	cr_assert_eq(ovr_frame_template_build(&flow4, 63, buf, &template, &err), -ERANGE);
	cr_assert_eq(ovr_frame_template_build(&flow4, 9217, buf, &template, &err), -ERANGE);
	cr_assert_eq(ovr_frame_template_build(&flow6, 91, buf, &template, &err), -ERANGE);
	cr_assert_eq(template.pkt_len, 7);
	cr_assert_neq(strstr(err.text, "92"), NULL, "%s", err.text);
}

Test(template, a_templates_flow_is_the_one_it_was_built_from)
{
	struct ovr_frame_flow_conf conf = {
		.vlan = { 0 }, .src_mac = { 1, 2, 3, 4, 5, 6 }, .dst_mac = { 6, 5, 4, 3, 2, 1 }
	};

	for (unsigned int kind = 0; kind < 6; kind++) {
		struct ovr_frame_template template;
		struct ovr_frame_flow flow, back;
		uint8_t buf[128];

		conf.ip_version = kind % 2 == 0 ? 4 : 6;
		conf.n_vlans = (uint8_t)(kind / 2);
		conf.vlan[0] = conf.n_vlans > 0 ? 17 : 0;
		conf.vlan[1] = conf.n_vlans > 1 ? 4094 : 0;
		flow = ovr_frame_flow_of(&conf, 31337, 99);
		cr_assert_eq(ovr_frame_template_build(&flow, 100, buf, &template, NULL), 0);
		back = ovr_frame_template_flow(&template);
		cr_expect_eq(back.ip_version, flow.ip_version);
		cr_expect_eq(back.n_vlans, flow.n_vlans);
		cr_expect_arr_eq(back.vlan, flow.vlan, sizeof(flow.vlan));
		cr_expect_arr_eq(back.src_mac, flow.src_mac, 6);
		cr_expect_arr_eq(back.dst_mac, flow.dst_mac, 6);
		cr_expect_arr_eq(back.src_ip, flow.src_ip, 16);
		cr_expect_arr_eq(back.dst_ip, flow.dst_ip, 16);
		cr_expect_eq(back.src_port, flow.src_port);
		cr_expect_eq(back.dst_port, flow.dst_port);
	}
}

/*
 * A captured query of n bytes: 10.1.2.3:40000 → 10.9.8.7:53, TTL 61, DSCP 46, no checksum, VLAN 7,
 * priority 5.
 */
static unsigned int
captured(uint8_t *frame, unsigned int n)
{
	static const uint8_t head[] = { 2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 8, 0x81, 0x00, 0xa0, 0x07, 0x08,
		0x00,                                                                           /* IP */
		0x45, 0xb8, 0, 30, 0x12, 0x34, 0x40, 0, 61, 17, 0, 0, 10, 1, 2, 3, 10, 9, 8, 7, /* UDP */
		0x9c, 0x40, 0, 53, 0, 10, 0, 0 };

	memset(frame, 'q', n);
	memcpy(frame, head, sizeof(head));
	return n;
}

Test(template, a_captured_frame_keeps_its_headers_and_payload)
{
	struct ovr_frame_tag tag = { 0xcafe, 3, 70000, 123456 };
	struct ovr_frame_template template;
	struct ovr_frame_flow flow;
	uint8_t frame[110], buf[128];

	captured(frame, 110);
	cr_assert_eq(ovr_frame_template_of_capture(frame, 110, 3, buf, &template, NULL), 0);
	cr_assert_eq(template.pkt_len, 110);
	cr_assert_eq(template.tag_offset, 46);
	ovr_frame_stamp(buf, &template, &tag);
	expect_valid(buf, 110, 4, 1);
	cr_assert_arr_eq(buf, frame, 20);
	cr_assert_eq(buf[26], 61);
	cr_assert_arr_eq(buf + 64, frame + 64, 46);
	flow = ovr_frame_template_flow(&template);
	cr_assert_arr_eq(flow.src_ip, ((uint8_t[]){ 10, 1, 2, 3 }), 4);
	cr_assert_arr_eq(flow.dst_ip, ((uint8_t[]){ 10, 9, 8, 7 }), 4);
	cr_assert_eq(flow.vlan[0], 7);
	cr_assert_eq(flow.src_port, 49155);
	cr_assert_eq(flow.dst_port, 53);
}

Test(template, a_captured_frame_is_followed_by_filler)
{
	struct ovr_frame_template template;
	uint8_t frame[110], buf[129];

	buf[128] = 0x77;
	captured(frame, 110);
	cr_assert_eq(ovr_frame_template_of_capture(frame, 110, 0, buf, &template, NULL), 0);
	for (unsigned int i = 110; i < 128; i++)
		cr_expect_eq(buf[i], (uint8_t)(i * 7 + 0x5a), "byte %u", i);
	cr_assert_eq(buf[128], 0x77);
}

Test(template, a_captured_ipv6_frame_is_sealed_too)
{
	struct ovr_frame_flow of = ovr_frame_flow_of(&ipv6_qinq, 5, 0);
	struct ovr_frame_tag tag = { 1, 2, 3, 4 };
	struct ovr_frame_template original, template;
	uint8_t frame[192], buf[192];

	cr_assert_eq(ovr_frame_template_build(&of, 133, frame, &original, NULL), 0);
	frame[74] = 0xee; /* the length of UDP: nonsense */
	cr_assert_eq(ovr_frame_template_of_capture(frame, 129, 65535, buf, &template, NULL), 0);
	ovr_frame_stamp(buf, &template, &tag);
	expect_valid(buf, 129, 6, 2);
	cr_assert_eq(ovr_frame_template_flow(&template).src_port, 49151);
}

Test(template, captured_frames_without_room_for_the_tag_are_refused)
{
	struct ovr_frame_template template;
	struct ovr_err err = { "" };
	static uint8_t frame[9300], buf[9300];

	captured(frame, 9300);
	cr_assert_eq(ovr_frame_template_of_capture(frame, 59, 0, buf, &template, &err), -ERANGE);
	cr_assert_eq(ovr_frame_template_of_capture(frame, 63, 0, buf, &template, &err), -ERANGE);
	cr_assert_neq(strstr(err.text, "64"), NULL, "%s", err.text);
	cr_assert_eq(ovr_frame_template_of_capture(frame, 64, 0, buf, &template, &err), 0);
	cr_assert_eq(ovr_frame_template_of_capture(frame, 9212, 0, buf, &template, &err), 0);
	cr_assert_eq(ovr_frame_template_of_capture(frame, 9213, 0, buf, &template, &err), -ERANGE);
}

/* A captured frame with one byte changed. */
static int
template_of_changed(unsigned int at, uint8_t byte)
{
	struct ovr_frame_template template;
	struct ovr_err err = { "" };
	uint8_t frame[128], buf[192];
	int rc;

	captured(frame, 128);
	frame[at] = byte;
	rc = ovr_frame_template_of_capture(frame, 128, 0, buf, &template, &err);
	cr_assert_eq(rc == 0, err.text[0] == '\0');
	return rc;
}

Test(template, captured_frames_that_are_not_plain_udp_over_ip_are_refused)
{
	cr_expect_eq(template_of_changed(17, 0x00), 0);
	cr_expect_eq(template_of_changed(17, 0x06), -EPROTO, "ARP");
	cr_expect_eq(template_of_changed(18, 0x46), -EPROTO, "IP options");
	cr_expect_eq(template_of_changed(18, 0x65), -EPROTO, "another version");
	cr_expect_eq(template_of_changed(24, 0x20), -EPROTO, "first fragment");
	cr_expect_eq(template_of_changed(25, 0x01), -EPROTO, "last fragment");
	cr_expect_eq(template_of_changed(27, 6), -EPROTO, "TCP");
}
