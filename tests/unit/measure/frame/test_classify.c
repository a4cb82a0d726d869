/* SPDX-License-Identifier: BSD-3-Clause */
/* Whose frame is it, and of which stream? */
#include "frame/classify.h"

#include <errno.h>
#include <string.h>

#include "classified.h"

TestSuite(classify, .init = make_flows, .fini = free_flows);

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
	fix_ipv4(pkt + 14);
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

/*
 * An ICMP error from 10.0.0.1, whose quotation puts our tag where that of IPv6 behind two VLAN tags
 * would stand.
 */
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
	fix_ipv4(pkt + 14);
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
