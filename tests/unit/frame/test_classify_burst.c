/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst is classified as its frames are one by one. */
#include "frame/classify.h"

#include <criterion/criterion.h>
#include <string.h>

#define TRIAL 0x5eed1234

static const struct ovr_frame_expect expect = { .trial_id = TRIAL, .n_streams = 16, .udp_port = 9 };

/* A stamped frame of stream 7 with room behind it for what a wrong length reads. */
static uint32_t
make(uint8_t *pkt, unsigned int ip_version, unsigned int n_vlans, unsigned int size)
{
	struct ovr_frame_flow_conf conf = {
		.ip_version = (uint8_t)ip_version, .n_vlans = (uint8_t)n_vlans, .vlan = { 1, 2 }
	};
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, 7, 0);
	struct ovr_frame_tag tag = { TRIAL, 7, 0xfedcba98765, 98765432109 };
	struct ovr_frame_template template;

	cr_assert_eq(ovr_frame_template_build(&flow, size, pkt, &template, NULL), 0);
	ovr_frame_stamp(pkt, &template, &tag);
	return template.pkt_len;
}

/* Both ways have the same to say of it. @return what */
static enum ovr_frame_kind
expect_same(const uint8_t *pkt, uint32_t pkt_len)
{
	struct ovr_frame_tag one = { 0 }, burst = { 0 };
	enum ovr_frame_kind kind = ovr_frame_classify(pkt, pkt_len, &expect, &one);
	uint8_t burst_kind = 0xff;

	ovr_frame_classify_burst(&pkt, &pkt_len, 1, &expect, &burst, &burst_kind);
	cr_assert_eq(burst_kind, kind, "%u bytes: %u one by one, %u in a burst", pkt_len, kind, burst_kind);
	cr_assert_eq(burst.trial_id, one.trial_id);
	cr_assert_eq(burst.stream, one.stream);
	cr_assert_eq(burst.seq, one.seq);
	cr_assert_eq(burst.tx_ns, one.tx_ns);
	return kind;
}

/* Frames of all kinds: sizes around the blocks in which payloads are summed, tags, both versions. */
static const struct {
	unsigned int ip_version, n_vlans, size;
} shapes[] = {
	{ 4, 0, 64 },
	{ 4, 0, 65 },
	{ 4, 0, 66 },
	{ 4, 0, 71 },
	{ 4, 0, 72 },
	{ 4, 0, 127 },
	{ 4, 0, 128 },
	{ 4, 0, 129 },
	{ 4, 0, 193 },
	{ 4, 1, 68 },
	{ 4, 2, 72 },
	{ 6, 0, 84 },
	{ 6, 1, 200 },
};

#define N_SHAPES (sizeof(shapes) / sizeof(shapes[0]))

Test(classify_burst, whole_frames_are_the_same_in_a_burst)
{
	static uint8_t pkt[9216 + 64];

	for (unsigned int i = 0; i < N_SHAPES; i++) {
		uint32_t pkt_len = make(pkt, shapes[i].ip_version, shapes[i].n_vlans, shapes[i].size);

		cr_expect_eq(expect_same(pkt, pkt_len), OVR_FRAME_OURS, "shape %u", i);
	}
	cr_expect_eq(expect_same(pkt, make(pkt, 4, 0, 1518)), OVR_FRAME_OURS);
	cr_expect_eq(expect_same(pkt, make(pkt, 4, 0, 9216)), OVR_FRAME_OURS);
}

Test(classify_burst, every_flipped_bit_is_the_same_in_a_burst)
{
	static uint8_t pkt[256 + 64];
	unsigned int n_corrupt = 0, n = 0;

	for (unsigned int i = 0; i < N_SHAPES; i++) {
		uint32_t pkt_len = make(pkt, shapes[i].ip_version, shapes[i].n_vlans, shapes[i].size);

		for (uint32_t bit = 0; bit < 8 * pkt_len; bit++) {
			pkt[bit / 8] ^= (uint8_t)(1 << bit % 8);
			n_corrupt += expect_same(pkt, pkt_len) == OVR_FRAME_CORRUPT;
			n++;
			pkt[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	/* all but the 96 of the addresses, what a VLAN tag holds besides its type, and what IPv6 leaves uncovered */
	cr_expect_eq(n - n_corrupt, N_SHAPES * 96 + (1 + 2 + 1) * 16 + 2 * 36);
}

Test(classify_burst, every_length_is_the_same_in_a_burst)
{
	static uint8_t pkt[512];

	for (unsigned int i = 0; i < N_SHAPES; i++) {
		uint32_t pkt_len = make(pkt, shapes[i].ip_version, shapes[i].n_vlans, shapes[i].size);

		for (uint32_t length = 0; length < pkt_len; length++)
			cr_expect_neq(expect_same(pkt, length), OVR_FRAME_OURS);
		/* padding, or an FCS that was kept, belongs to no datagram */
		for (uint32_t length = pkt_len; length < pkt_len + 9; length++)
			cr_expect_eq(expect_same(pkt, length), OVR_FRAME_OURS);
	}
}

Test(classify_burst, every_frame_of_a_burst_has_its_own_place)
{
	static uint8_t pkt[4][64];
	const uint8_t *at[] = { pkt[0], pkt[1], pkt[2], pkt[3] };
	uint32_t pkt_len[] = { 60, 60, 60, 60 };
	struct ovr_frame_tag tag[5] = { [4] = { .stream = 99 } };
	uint8_t kind[5] = { [4] = 99 };

	for (unsigned int i = 0; i < 4; i++)
		make(pkt[i], 4, 0, 64);
	pkt[1][50] ^= 1;   /* the sequence number */
	pkt[2][12] = 0x88; /* another protocol */
	pkt_len[2] = 30;
	ovr_frame_classify_burst(at, pkt_len, 4, &expect, tag, kind);

	cr_expect_eq(kind[0], OVR_FRAME_OURS);
	cr_expect_eq(kind[1], OVR_FRAME_CORRUPT);
	cr_expect_eq(kind[2], OVR_FRAME_FOREIGN);
	cr_expect_eq(kind[3], OVR_FRAME_OURS);
	cr_expect_eq(kind[4], 99);
	cr_expect_eq(tag[0].seq, 0xfedcba98765);
	cr_expect_eq(tag[3].seq, 0xfedcba98765);
	cr_expect_eq(tag[4].stream, 99);
}
