/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/classify.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TRIAL 0x5eed1234

/* The plan's flows are set before each test: those of 16 streams, over both versions of IP. */
static struct ovr_frame_expect expect = { .trial_id = TRIAL, .n_streams = 16 };

static void
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

static void
free_flows(void)
{
	ovr_frame_flows_destroy((struct ovr_frame_flows *)expect.flows);
}

TestSuite(classify, .init = make_flows, .fini = free_flows);

static const struct ovr_frame_tag tag_7 = { TRIAL, 7, 1234567890123, 98765432109 };

/* A stamped frame of stream 7. Returns its bytes without FCS. */
static uint32_t
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

static enum ovr_frame_kind
kind_of(const uint8_t *pkt, uint32_t pkt_len)
{
	struct ovr_frame_tag tag;

	return ovr_frame_classify(pkt, pkt_len, &expect, &tag);
}

/* Make the checksum of an IPv4 header right again. */
static void
mend_ipv4(uint8_t *ip)
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

static void
expect_tag_7(const struct ovr_frame_tag *tag)
{
	cr_expect_eq(tag->trial_id, TRIAL);
	cr_expect_eq(tag->stream, 7);
	cr_expect_eq(tag->seq, 1234567890123);
	cr_expect_eq(tag->tx_ns, 98765432109);
}

Test(classify, whole_frames_of_this_trial_are_ours)
{
	static uint8_t pkt[9216];

	for (unsigned int kind = 0; kind < 6; kind++) {
		unsigned int ip_version = kind % 2 == 0 ? 4 : 6;
		unsigned int smallest = ovr_frame_size_min(ip_version, kind / 2);
		unsigned int size[] = { smallest, smallest + 1, smallest + 2, smallest + 3, 127, 128, 1518,
			1519, 9215, 9216 };

		for (unsigned int i = 0; i < 10; i++) {
			struct ovr_frame_tag tag = { 0 };
			uint32_t pkt_len = frame_of(pkt, ip_version, kind / 2, size[i], &tag_7);

			cr_expect_eq(ovr_frame_classify(pkt, pkt_len, &expect, &tag), OVR_FRAME_OURS,
				"IPv%u, %u tags, %u", ip_version, kind / 2, size[i]);
			expect_tag_7(&tag);
		}
	}
}

/* Flip every bit of a range, one at a time, and count how many frames of each kind that makes. */
static void
flip_each(uint8_t *pkt, uint32_t pkt_len, uint32_t from, uint32_t to, unsigned int count[4])
{
	/* an exact copy on the heap, so that a sanitizer sees a read behind its end */
	uint8_t *copy = malloc(pkt_len);

	memcpy(copy, pkt, pkt_len);
	for (uint32_t bit = from * 8; bit < to * 8; bit++) {
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		count[kind_of(copy, pkt_len)]++;
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	free(copy);
}

Test(classify, any_flipped_bit_that_is_covered_makes_a_frame_corrupt)
{
	static const struct {
		unsigned int ip_version, n_vlans, size;
		uint32_t from, to;
	} row[] = {
		{ 4, 0, 64, 14, 60 },
		{ 4, 1, 99, 18, 95 },
		{ 4, 2, 128, 22, 124 },
		{ 4, 0, 1518, 14, 1514 },
		{ 6, 0, 84, 22, 80 },
		{ 6, 1, 127, 26, 123 },
		{ 6, 2, 92, 30, 88 },
		{ 6, 0, 1518, 22, 1514 },
	};

	for (unsigned int i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		unsigned int count[4] = { 0 };
		uint32_t from = 0, to = 0;
		uint8_t pkt[1536];
		uint32_t pkt_len = frame_of(pkt, row[i].ip_version, row[i].n_vlans, row[i].size, &tag_7);

		cr_assert_eq(ovr_frame_covered(pkt, pkt_len, &from, &to), 0);
		cr_assert_eq(from, row[i].from);
		cr_assert_eq(to, row[i].to);
		flip_each(pkt, pkt_len, from, to, count);
		cr_expect_eq(count[OVR_FRAME_CORRUPT], (to - from) * 8, "row %u: %u of %u", i,
			count[OVR_FRAME_CORRUPT], (to - from) * 8);
	}
}

Test(classify, bits_of_the_mac_addresses_are_not_covered)
{
	unsigned int count[4] = { 0 };
	uint8_t pkt[64];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 64, &tag_7);

	flip_each(pkt, pkt_len, 0, 12, count);
	cr_assert_eq(count[OVR_FRAME_OURS], 96);
}

Test(classify, a_damaged_ethernet_type_does_not_hide_a_frame)
{
	static const uint8_t n_vlans[] = { 0, 1, 2 };

	for (unsigned int i = 0; i < 6; i++) {
		unsigned int count[4] = { 0 };
		uint8_t pkt[128];
		uint32_t pkt_len = frame_of(pkt, i % 2 == 0 ? 4 : 6, n_vlans[i / 2], 100, &tag_7);

		flip_each(pkt, pkt_len, 12, 14, count);
		cr_expect_eq(count[OVR_FRAME_CORRUPT], 16, "kind %u", i);
	}
}

Test(classify, hop_limit_and_labels_of_ipv6_are_not_covered_but_its_lengths_are_checked)
{
	unsigned int labels[4] = { 0 }, lengths[4] = { 0 }, hops[4] = { 0 };
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 6, 0, 100, &tag_7);

	flip_each(pkt, pkt_len, 15, 18, labels);
	/* the upper half of byte 14 is the version */
	pkt[14] = 0x70;
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
	pkt[14] = 0x60;
	cr_assert_eq(labels[OVR_FRAME_OURS], 24);
	flip_each(pkt, pkt_len, 18, 21, lengths);
	cr_assert_eq(lengths[OVR_FRAME_CORRUPT], 24);
	flip_each(pkt, pkt_len, 21, 22, hops);
	cr_assert_eq(hops[OVR_FRAME_OURS], 8);
}

Test(classify, a_corrupt_frame_gives_what_stands_in_the_tags_place)
{
	struct ovr_frame_tag tag = { 0 };
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);

	pkt[100] ^= 1;
	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &expect, &tag), OVR_FRAME_CORRUPT);
	expect_tag_7(&tag);
	pkt[23] = 6; /* now UDP does not give it away any more, its id does */
	tag = (struct ovr_frame_tag){ 0 };
	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &expect, &tag), OVR_FRAME_CORRUPT);
	expect_tag_7(&tag);
}

/* Its trial id may have been given twice; no stream of this plan misses it. */
Test(classify, a_stream_that_the_plan_does_not_have_is_foreign)
{
	struct ovr_frame_tag last = { TRIAL, 15, 0, 0 }, behind = { TRIAL, 16, 0, 0 };
	uint8_t pkt[64];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 64, &last);

	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_OURS);
	pkt_len = frame_of(pkt, 4, 0, 64, &behind);
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
	/* damaged, and so no more ours */
	pkt[59] ^= 1;
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
}

Test(classify, a_damaged_frame_belongs_to_the_stream_of_its_flow)
{
	struct ovr_frame_tag tag = { 0 };
	uint8_t pkt[64];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 64, &tag_7);

	/* the stream in the tag is 6 now, then one that there is not */
	pkt[47] ^= 1;
	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &expect, &tag), OVR_FRAME_CORRUPT);
	cr_expect_eq(tag.stream, 7);
	pkt[46] ^= 0x80;
	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &expect, &tag), OVR_FRAME_CORRUPT);
	cr_expect_eq(tag.stream, 7);
	/* an id that is damaged */
	pkt_len = frame_of(pkt, 4, 0, 64, &tag_7);
	pkt[42] ^= 1;
	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &expect, &tag), OVR_FRAME_CORRUPT);
	cr_expect_eq(tag.stream, 7);
	/* words that were swapped: the checksum is right, and the stream 0x1cbe */
	pkt_len = frame_of(pkt, 4, 0, 64, &tag_7);
	memcpy(pkt + 46, (uint8_t[]){ pkt[52], pkt[53] }, 2);
	memcpy(pkt + 52, (uint8_t[]){ 0, 7 }, 2);
	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &expect, &tag), OVR_FRAME_CORRUPT);
	cr_expect_eq(tag.stream, 7);
}

/* Stream 6 and 7 of a capture's frames differ in the source port alone. */
Test(classify, a_damaged_port_that_is_a_neighbours_does_not_move_a_frame_to_it)
{
	struct ovr_frame_flow flow[2] = { { .ip_version = 4,
		.src_ip = { 10, 0, 0, 1 },
		.dst_ip = { 10, 0, 0, 2 },
		.src_port = 49158,
		.dst_port = 4789 } };
	struct ovr_frame_expect captured = { .trial_id = TRIAL, .n_streams = 16 };
	struct ovr_frame_tag tag = { TRIAL, 7, 1, 2 };
	struct ovr_frame_template template;
	struct ovr_frame_flows *flows;
	uint8_t pkt[64];

	flow[1] = flow[0];
	flow[1].src_port++;
	cr_assert_eq(ovr_frame_flows_create(2, &flows, NULL), 0);
	ovr_frame_flows_add(flows, &flow[0], 6);
	ovr_frame_flows_add(flows, &flow[1], 7);
	captured.flows = flows;
	cr_assert_eq(ovr_frame_template_build(&flow[1], 64, pkt, &template, NULL), 0);
	ovr_frame_stamp(pkt, &template, &tag);
	pkt[35] ^= 1; /* the port is 49158 now */
	cr_assert_eq(ovr_frame_classify(pkt, 60, &captured, &tag), OVR_FRAME_CORRUPT);
	cr_expect_eq(tag.stream, 7);
	pkt[35] ^= 1;
	pkt[47] ^= 1; /* the stream in the tag is 6 */
	cr_assert_eq(ovr_frame_classify(pkt, 60, &captured, &tag), OVR_FRAME_CORRUPT);
	cr_expect_eq(tag.stream, 7);
	ovr_frame_flows_destroy(flows);
}

Test(classify, all_65536_streams_can_be_known)
{
	struct ovr_frame_expect all = { .trial_id = TRIAL, .n_streams = 65536 };
	struct ovr_frame_tag last = { TRIAL, 65535, 0, 0 }, tag;
	uint8_t pkt[64];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 64, &last);

	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &all, &tag), OVR_FRAME_OURS);
	cr_assert_eq(tag.stream, 65535);
}

Test(classify, a_whole_frame_of_another_trial_is_stale)
{
	struct ovr_frame_tag other = { TRIAL + 1, 60000, 17, 18 }, tag = { 0 };
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 6, 1, 128, &other);

	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &expect, &tag), OVR_FRAME_STALE);
	cr_assert_eq(tag.trial_id, TRIAL + 1);
	cr_assert_eq(tag.stream, 60000);
	cr_assert_eq(tag.seq, 17);
	cr_assert_eq(tag.tx_ns, 18);
}

Test(classify, a_damaged_frame_of_another_trial_is_corrupt)
{
	struct ovr_frame_tag other = { TRIAL + 1, 1, 17, 18 };
	uint8_t pkt[64];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 64, &other);

	pkt[55] ^= 0x10;
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
}

Test(classify, arp_is_foreign)
{
	static const uint8_t arp[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x08, 0x06, 0,
		1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2 };

	cr_assert_eq(kind_of(arp, 60), OVR_FRAME_FOREIGN);
}

Test(classify, padding_of_zeros_is_no_trial_id)
{
	static const struct ovr_frame_expect no_trial = { .trial_id = 0, .n_streams = 1 };
	static const uint8_t arp[60] = { [12] = 0x08, [13] = 0x06 };
	struct ovr_frame_tag tag;

	cr_assert_eq(ovr_frame_classify(arp, 60, &no_trial, &tag), OVR_FRAME_FOREIGN);
}

Test(classify, tcp_is_foreign)
{
	struct ovr_frame_tag other = { 99, 0, 0, 0 };
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &other);

	pkt[23] = 6;
	mend_ipv4(pkt + 14);
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
	pkt_len = frame_of(pkt, 6, 0, 128, &other);
	pkt[20] = 6;
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
}

/* A datagram from 10.0.0.1 to 10.0.0.2, port 9, with all checksums right. Returns its bytes. */
static uint32_t
somebodys(
	uint8_t pkt[256], unsigned int ip_version, uint16_t src_port, const uint8_t *payload, unsigned int n)
{
	struct ovr_frame_flow flow = { .ip_version = (uint8_t)ip_version,
		.src_ip = { 10, 0, 0, 1 },
		.dst_ip = { 10, 0, 0, 2 },
		.src_port = src_port,
		.dst_port = 9 };
	unsigned int head = ip_version == 4 ? 42 : 62;
	struct ovr_frame_template template;
	uint32_t sum;

	cr_assert_eq(ovr_frame_template_build(&flow, head + n + 4, pkt, &template, NULL), 0);
	memcpy(pkt + head, payload, n);
	sum = 17 + 8 + n;
	for (unsigned int i = head - 8 - (ip_version == 4 ? 8 : 32); i < head + n; i++)
		sum += i % 2 == 0 ? (uint32_t)pkt[i] << 8 : pkt[i];
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	pkt[head - 2] = (uint8_t)(~sum >> 8);
	pkt[head - 1] = (uint8_t)~sum;
	return head + n;
}

Test(classify, the_discard_port_alone_makes_no_frame_ours)
{
	static const uint8_t wake_on_lan[102] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 2, 0,
		0, 0, 0, 1, 2, 0, 0, 0, 0, 1 };
	static const uint8_t zeros[18] = { 0 }, text[] = "somebody else's datagram";
	uint8_t pkt[256];

	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		unsigned int csum_at = ip_version == 4 ? 40 : 60;
		uint32_t pkt_len = somebodys(pkt, ip_version, 40000, wake_on_lan, sizeof(wake_on_lan));

		cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
		pkt_len = somebodys(pkt, ip_version, 9, zeros, sizeof(zeros)); /* as testpmd's */
		cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
		pkt_len = somebodys(pkt, ip_version, 49152, text, sizeof(text));
		cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
		/* damaged, or without a checksum */
		pkt[csum_at] ^= 1;
		cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
		pkt[csum_at] = pkt[csum_at + 1] = 0;
		cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
		/* no room for a tag */
		cr_expect_eq(kind_of(pkt, csum_at + 10), OVR_FRAME_FOREIGN);
	}
}

/* An ICMP error from 10.0.0.1, whose quotation puts our tag where that of IPv6 behind two VLAN tags would stand. */
Test(classify, a_frame_of_ours_in_an_icmp_error_is_foreign)
{
	uint8_t ours[64],
		pkt[128] = { [12] = 0x08,
			[14] = 0x45,
			[17] = 74,
			[22] = 64,
			[23] = 1,
			[26] = 10,
			0,
			0,
			1,
			198,
			18,
			0,
			8,
			3,
			3 };
	uint32_t ours_len = frame_of(ours, 4, 0, 64, &tag_7);

	memcpy(pkt + 42, ours + 14, ours_len - 14);
	mend_ipv4(pkt + 14);
	cr_assert_eq(memcmp(pkt + 70, ours + 42, 18), 0);
	cr_assert_eq(kind_of(pkt, 88), OVR_FRAME_FOREIGN);
}

Test(classify, without_its_flow_and_its_id_a_damaged_frame_is_nobodys)
{
	struct ovr_frame_expect no_flows = { .trial_id = TRIAL, .n_streams = 16 };
	struct ovr_frame_tag tag;
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);

	pkt[42] ^= 1;
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &no_flows, &tag), OVR_FRAME_FOREIGN);
	pkt[33] ^= 1; /* the destination address */
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
}

/* Behind address translation the id is all there is. */
Test(classify, a_right_frame_of_this_trial_is_ours_whatever_its_flow)
{
	struct ovr_frame_expect no_flows = { .trial_id = TRIAL, .n_streams = 16 };
	struct ovr_frame_tag tag;
	uint8_t pkt[256], payload[18];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);

	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &no_flows, &tag), OVR_FRAME_OURS);
	ovr_frame_tag_put(payload, &tag_7);
	pkt_len = somebodys(pkt, 4, 1024, payload, sizeof(payload));
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_OURS);
	pkt[59] ^= 1;
	cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &expect, &tag), OVR_FRAME_CORRUPT);
	cr_assert_eq(tag.stream, 7);
}

/* Puts n bytes between the addresses and the type of an Ethernet frame. Returns its bytes. */
static uint32_t
encapsulate(uint8_t *pkt, uint32_t pkt_len, const void *bytes, uint32_t n, uint16_t type)
{
	memmove(pkt + 12 + n, pkt + 12, pkt_len - 12);
	memcpy(pkt + 12, bytes, n);
	if (type != 0) {
		pkt[12] = (uint8_t)(type >> 8);
		pkt[13] = (uint8_t)type;
	}
	return pkt_len + n;
}

Test(classify, what_the_path_adds_before_ip_is_skipped)
{
	static const uint8_t vlan[4] = { 0x81, 0, 0, 9 };
	/* a label that is not the last, the last one; of each the type stands before it */
	static const uint8_t labels[10] = { 0x88, 0x47, 0, 0x06, 0x40, 0x40, 0, 0x06, 0x41, 0x40 };
	static const uint8_t pppoe_4[8] = { 0x88, 0x64, 0x11, 0, 0, 1, 0, 90 };

	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		struct ovr_frame_tag tag = { 0 };
		uint8_t pkt[192];
		uint32_t pkt_len = frame_of(pkt, ip_version, 2, 128, &tag_7);

		pkt_len = encapsulate(pkt, pkt_len, vlan, 4, 0);
		cr_expect_eq(ovr_frame_classify(pkt, pkt_len, &expect, &tag), OVR_FRAME_OURS);
		expect_tag_7(&tag);
		pkt_len = frame_of(pkt, ip_version, 0, 128, &tag_7);
		/* the IP header's type goes with the labels */
		memmove(pkt + 22, pkt + 14, pkt_len - 14);
		memcpy(pkt + 12, labels, 10);
		cr_expect_eq(ovr_frame_classify(pkt, pkt_len + 8, &expect, &tag), OVR_FRAME_OURS);
		expect_tag_7(&tag);
		pkt[60 + 8 + 20] ^= 1;
		cr_expect_eq(ovr_frame_classify(pkt, pkt_len + 8, &expect, &tag), OVR_FRAME_CORRUPT);
		expect_tag_7(&tag);
		pkt_len = frame_of(pkt, ip_version, 0, 128, &tag_7);
		memmove(pkt + 22, pkt + 14, pkt_len - 14);
		memcpy(pkt + 12, pppoe_4, 8);
		memcpy(pkt + 20, (uint8_t[]){ 0, ip_version == 4 ? 0x21 : 0x57 }, 2);
		cr_expect_eq(ovr_frame_classify(pkt, pkt_len + 8, &expect, &tag), OVR_FRAME_OURS);
		expect_tag_7(&tag);
	}
}

/* VXLAN: our frame within a datagram of somebody else's. */
Test(classify, a_tunnel_over_ip_is_foreign)
{
	uint8_t ours[128], pkt[256];
	uint32_t ours_len = frame_of(ours, 4, 0, 64, &tag_7);
	uint8_t payload[128] = { 8 };
	uint32_t pkt_len;

	memcpy(payload + 8, ours, ours_len);
	pkt_len = somebodys(pkt, 4, 4789, payload, 8 + ours_len);
	cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
	pkt[40] = pkt[41] = 0; /* as it is sent, without a checksum */
	cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
}

Test(classify, a_frame_that_a_capture_cut_is_ours_by_its_tag)
{
	struct ovr_frame_tag other = { TRIAL + 1, 7, 1, 2 };

	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		uint32_t tag_end = ip_version == 4 ? 64 : 84;
		uint8_t pkt[1536];
		uint32_t pkt_len = frame_of(pkt, ip_version, 1, 1518, &tag_7);

		for (uint32_t kept = 0; kept < 128; kept++) {
			struct ovr_frame_tag tag;
			uint8_t *cut = malloc(kept + 1);
			enum ovr_frame_kind kind;

			memcpy(cut + 1, pkt, kept);
			kind = ovr_frame_classify_cut(cut + 1, kept, pkt_len, &expect, &tag);
			free(cut);
			cr_assert_eq(kind, kept < tag_end ? OVR_FRAME_FOREIGN : OVR_FRAME_OURS, "IPv%u, %u",
				ip_version, kept);
			if (kept >= tag_end)
				expect_tag_7(&tag);
		}
		/* a length that does not fit */
		cr_expect_eq(
			ovr_frame_classify_cut(pkt, 128, pkt_len - 1, &expect, &other), OVR_FRAME_FOREIGN);
		other = (struct ovr_frame_tag){ TRIAL + 1, 7, 1, 2 };
		pkt_len = frame_of(pkt, ip_version, 1, 1518, &other);
		cr_expect_eq(ovr_frame_classify_cut(pkt, 128, pkt_len, &expect, &other), OVR_FRAME_STALE);
	}
}

Test(classify, a_frame_cut_anywhere_is_never_ours)
{
	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		uint8_t pkt[128];
		uint32_t pkt_len = frame_of(pkt, ip_version, 1, 128, &tag_7);
		uint32_t udp = ip_version == 4 ? 38 : 58;

		for (uint32_t n = 0; n < pkt_len; n++) {
			struct ovr_frame_tag tag = { 1, 1, 1, 1 };
			uint8_t *cut = malloc(n + 1);
			enum ovr_frame_kind kind;

			/* placed at the end of the block, so that a sanitizer sees any read behind it */
			memcpy(cut + 1, pkt, n);
			kind = ovr_frame_classify(cut + 1, n, &expect, &tag);
			free(cut);
			cr_expect_eq(kind, n < udp + 4 ? OVR_FRAME_FOREIGN : OVR_FRAME_CORRUPT,
				"IPv%u cut to %u", ip_version, n);
			cr_expect_eq(
				tag.trial_id, n < udp + 26 ? 0 : TRIAL, "IPv%u cut to %u", ip_version, n);
		}
	}
}

Test(classify, bytes_behind_the_end_of_a_cut_frame_are_not_counted)
{
	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		uint8_t pkt[128];
		uint32_t pkt_len = frame_of(pkt, ip_version, 0, 128, &tag_7);

		/* all of it stands in memory still, and its sum is right */
		cr_expect_eq(kind_of(pkt, pkt_len - 1), OVR_FRAME_CORRUPT);
		cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_OURS);
	}
}

Test(classify, padding_behind_the_ip_packet_is_ignored)
{
	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		uint8_t pkt[256];
		uint32_t pkt_len = frame_of(pkt, ip_version, 0, 101, &tag_7);
		uint32_t from, to;

		memset(pkt + pkt_len, 0xa5, sizeof(pkt) - pkt_len);
		for (uint32_t padding = 0; padding < 20; padding++)
			cr_expect_eq(kind_of(pkt, pkt_len + padding), OVR_FRAME_OURS, "%u bytes of padding",
				padding);
		cr_assert_eq(ovr_frame_covered(pkt, pkt_len + 20, &from, &to), 0);
		cr_assert_eq(to, 97);
	}
}

Test(classify, a_zero_udp_checksum_is_corrupt)
{
	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		uint8_t pkt[128];
		uint32_t pkt_len = frame_of(pkt, ip_version, 0, 128, &tag_7);
		unsigned int at = ip_version == 4 ? 40 : 60;

		pkt[at] = pkt[at + 1] = 0;
		cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
	}
}

Test(classify, a_zero_checksum_is_corrupt_even_where_the_sum_would_be_right)
{
	uint8_t pkt[64];

	for (uint64_t tx_ns = 0; tx_ns < 65536; tx_ns++) {
		struct ovr_frame_tag tag = { TRIAL, 7, 0, tx_ns };
		uint32_t pkt_len = frame_of(pkt, 4, 0, 64, &tag);

		if (pkt[40] != 0xff || pkt[41] != 0xff)
			continue;
		cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_OURS);
		pkt[40] = pkt[41] = 0;
		cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
		return;
	}
	cr_assert_fail("no frame with the checksum 0xffff was found");
}

Test(classify, a_larger_ip_length_than_the_frame_is_corrupt)
{
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);

	pkt[17] = (uint8_t)(pkt[17] + 1);
	mend_ipv4(pkt + 14);
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
}

Test(classify, a_udp_length_that_does_not_fill_the_ip_packet_is_corrupt)
{
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);

	pkt[17] = (uint8_t)(pkt[17] - 2);
	mend_ipv4(pkt + 14);
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
}

Test(classify, a_flow_of_ours_without_room_for_a_tag_is_corrupt)
{
	/* 198.18.0.1:49152 → 198.19.0.1:9 with 17 bytes of payload, all checksums right */
	uint8_t pkt[64] = { [12] = 0x08,
		[14] = 0x45,
		[17] = 45,
		[22] = 64,
		[23] = 17,
		[26] = 198,
		18,
		0,
		1,
		198,
		19,
		0,
		1,
		0xc0,
		0,
		0,
		9,
		0,
		25,
		0,
		0 };
	uint32_t sum = (198u << 8 | 18) + 1 + (198u << 8 | 19) + 1 + 17 + 25 + 49152 + 9 + 25;

	mend_ipv4(pkt + 14);
	sum = (sum >> 16) + (sum & 0xffff);
	pkt[40] = (uint8_t)(~sum >> 8);
	pkt[41] = (uint8_t)~sum;
	cr_assert_eq(kind_of(pkt, 60), OVR_FRAME_CORRUPT);
}

Test(classify, fragments_of_our_frames_are_corrupt)
{
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);

	pkt[20] = 0x20;
	mend_ipv4(pkt + 14);
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
}

Test(classify, a_later_fragment_is_not_mistaken_for_udp)
{
	struct ovr_frame_tag other = { 99, 0, 0, 0 };
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &other);

	pkt[20] = 0x00;
	pkt[21] = 0x05;
	mend_ipv4(pkt + 14);
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
}

Test(classify, only_frames_like_ours_have_a_covered_range)
{
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);
	uint32_t from = 77, to = 78;

	cr_assert_eq(ovr_frame_covered(pkt, pkt_len - 1, &from, &to), -EPROTO);
	pkt[23] = 6;
	cr_assert_eq(ovr_frame_covered(pkt, pkt_len, &from, &to), -EPROTO);
	pkt[13] = 6;
	cr_assert_eq(ovr_frame_covered(pkt, pkt_len, &from, &to), -EPROTO);
	cr_assert_eq(ovr_frame_covered(pkt, 0, &from, &to), -EPROTO);
	cr_assert_eq(from, 77);
	cr_assert_eq(to, 78);
}

/* What GRO makes of n frames of 64 bytes: the first one's headers with the lengths of all, and the payloads in a row. */
static uint32_t
merge(uint8_t *pkt, unsigned int n)
{
	const uint32_t headers = 14 + 20 + 8, payload = 18;

	frame_of(pkt, 4, 0, 64, &tag_7);
	for (unsigned int i = 1; i < n; i++) {
		struct ovr_frame_tag tag = tag_7;
		uint8_t next[64];

		tag.seq += i;
		frame_of(next, 4, 0, 64, &tag);
		memcpy(pkt + headers + i * payload, next + headers, payload);
	}
	pkt[14 + 3] = (uint8_t)(20 + 8 + n * payload);
	pkt[14 + 20 + 5] = (uint8_t)(8 + n * payload);
	/* the header's sum follows its length; UDP's does not */
	pkt[14 + 10] = pkt[14 + 11] = 0;
	{
		uint32_t sum = 0;

		for (unsigned int i = 0; i < 20; i += 2)
			sum += (uint32_t)pkt[14 + i] << 8 | pkt[14 + i + 1];
		sum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
		pkt[14 + 10] = (uint8_t)(sum >> 8);
		pkt[14 + 11] = (uint8_t)sum;
	}
	return headers + n * payload;
}

Test(classify, frames_that_were_merged_are_not_damaged)
{
	uint8_t pkt[256];
	uint32_t pkt_len;

	for (unsigned int n = 2; n <= 10; n++) {
		pkt_len = merge(pkt, n);
		cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_MERGED, "%u frames", n);
		/* a ring's slot may cut it */
		cr_expect_eq(kind_of(pkt, 14 + 20 + 8 + 18 + 18), OVR_FRAME_MERGED, "%u frames, cut", n);
	}
	/* one alone whose sum is wrong is damaged */
	pkt_len = frame_of(pkt, 4, 0, 64, &tag_7);
	pkt[14 + 20 + 6] ^= 1;
	cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
}
