/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst is classified as its frames are one by one. */
#include "frame/classify.h"

#include <criterion/criterion.h>
#include <string.h>

#define TRIAL 0x5eed1234

/* The plan's flows are set before each test: that of stream 7, over both versions of IP. */
static struct ovr_frame_expect expect = { .trial_id = TRIAL, .n_streams = 16 };

static void
make_flows(void)
{
	struct ovr_frame_flows *flows;

	cr_assert_eq(ovr_frame_flows_create(2, &flows, NULL), 0);
	for (uint8_t ip_version = 4; ip_version <= 6; ip_version += 2) {
		struct ovr_frame_flow_conf conf = { .ip_version = ip_version };
		struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, 7, 0);

		ovr_frame_flows_add(flows, &flow, 7);
	}
	expect.flows = flows;
}

static void
free_flows(void)
{
	ovr_frame_flows_destroy((struct ovr_frame_flows *)expect.flows);
}

TestSuite(classify_by_four, .init = make_flows, .fini = free_flows);

/* A stamped frame of stream 7 with room after it for what a wrong length reads. */
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

/*
 * Both ways have the same to say of it: alone, and as any one of four that are looked at together,
 * of which the others are whole.
 * @return what
 */
static enum ovr_frame_kind
expect_same(const uint8_t *pkt, uint32_t pkt_len, const uint8_t *whole)
{
	static struct ovr_frame_kinds burst;
	struct ovr_frame_tag one = { 0 };
	enum ovr_frame_kind kind = ovr_frame_classify(pkt, pkt_len, &expect, &one);

	for (unsigned int n = 1; n <= 5; n += 4)
		for (unsigned int at = 0; at < n; at++) {
			const uint8_t *pkts[5] = { whole, whole, whole, whole, whole };
			uint32_t pkt_lens[5] = { pkt_len, pkt_len, pkt_len, pkt_len, pkt_len };

			pkts[at] = pkt;
			memset(&burst, 0xee, sizeof(burst));
			ovr_frame_classify_by_four(pkts, pkt_lens, n, &expect, &burst);
			cr_assert_eq(burst.kind[at], kind, "%u bytes, %u of %u: %u one by one, %u in a burst",
				pkt_len, at, n, kind, burst.kind[at]);
			cr_assert_eq(burst.kind[n], 0xee);
			if (kind == OVR_FRAME_CORRUPT)
				cr_assert_eq(burst.stream[at], 7);
			if (kind != OVR_FRAME_OURS)
				continue;
			cr_assert_eq(burst.stream[at], one.stream);
			cr_assert_eq(burst.seq[at], one.seq);
			cr_assert_eq(burst.tx_ns[at], one.tx_ns);
		}
	return kind;
}

/*
 * Frames of all kinds: sizes around the blocks in which payloads are summed, tags, both versions.
 */
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

Test(classify_by_four, whole_frames_are_the_same_in_a_burst)
{
	static uint8_t pkt[9216 + 64];
	const uint8_t *whole = pkt;

	for (unsigned int i = 0; i < N_SHAPES; i++) {
		uint32_t pkt_len = make(pkt, shapes[i].ip_version, shapes[i].n_vlans, shapes[i].size);

		cr_expect_eq(expect_same(pkt, pkt_len, whole), OVR_FRAME_OURS, "shape %u", i);
	}
	cr_expect_eq(expect_same(pkt, make(pkt, 4, 0, 1518), pkt), OVR_FRAME_OURS);
	cr_expect_eq(expect_same(pkt, make(pkt, 4, 0, 9216), pkt), OVR_FRAME_OURS);
}

Test(classify_by_four, every_flipped_bit_is_the_same_in_a_burst)
{
	static uint8_t pkt[256 + 64], whole[256 + 64];
	unsigned int n_corrupt = 0, n = 0;

	for (unsigned int i = 0; i < N_SHAPES; i++) {
		uint32_t pkt_len = make(pkt, shapes[i].ip_version, shapes[i].n_vlans, shapes[i].size);

		memcpy(whole, pkt, sizeof(whole));
		for (uint32_t bit = 0; bit < 8 * pkt_len; bit++) {
			pkt[bit / 8] ^= (uint8_t)(1 << bit % 8);
			n_corrupt += expect_same(pkt, pkt_len, whole) == OVR_FRAME_CORRUPT;
			n++;
			pkt[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	/*
	 * all but the 96 of the addresses, what a VLAN tag holds besides its type, and what IPv6
	 * leaves uncovered
	 */
	cr_expect_eq(n - n_corrupt, N_SHAPES * 96 + (1 + 2 + 1) * 16 + 2 * 36);
}

Test(classify_by_four, every_length_is_the_same_in_a_burst)
{
	static uint8_t pkt[512], whole[512];

	for (unsigned int i = 0; i < N_SHAPES; i++) {
		uint32_t pkt_len = make(pkt, shapes[i].ip_version, shapes[i].n_vlans, shapes[i].size);

		memcpy(whole, pkt, sizeof(whole));
		for (uint32_t length = 0; length < pkt_len; length++)
			cr_expect_neq(expect_same(pkt, length, whole), OVR_FRAME_OURS);
		/* padding, or an FCS that was kept, belongs to no datagram */
		for (uint32_t length = pkt_len; length < pkt_len + 9; length++)
			cr_expect_eq(expect_same(pkt, length, whole), OVR_FRAME_OURS);
	}
}

Test(classify_by_four, frames_of_several_lengths_streams_and_trials_are_told_apart)
{
	static uint8_t pkt[6][256];
	const uint8_t *at[6] = { pkt[0], pkt[1], pkt[2], pkt[3], pkt[4], pkt[5] };
	static struct ovr_frame_kinds burst;
	const unsigned int sizes[6] = { 64, 64, 64, 64, 128, 64 };
	struct ovr_frame_expect other = expect;
	uint32_t pkt_len[6];

	for (unsigned int i = 0; i < 6; i++)
		pkt_len[i] = make(pkt[i], 4, 0, sizes[i]);
	ovr_frame_classify_by_four(at, pkt_len, 6, &expect, &burst);
	for (unsigned int i = 0; i < 6; i++)
		cr_expect_eq(burst.kind[i], OVR_FRAME_OURS);
	other.n_streams = 7; /* the frames are stream 7's, one too many */
	ovr_frame_classify_by_four(at, pkt_len, 6, &other, &burst);
	for (unsigned int i = 0; i < 6; i++)
		cr_expect_eq(burst.kind[i], OVR_FRAME_CORRUPT);
	other = expect;
	other.trial_id ^= 0x10000;
	ovr_frame_classify_by_four(at, pkt_len, 6, &other, &burst);
	for (unsigned int i = 0; i < 6; i++)
		cr_expect_eq(burst.kind[i], OVR_FRAME_STALE);
	other.trial_id = expect.trial_id ^ 1;
	ovr_frame_classify_by_four(at, pkt_len, 6, &other, &burst);
	for (unsigned int i = 0; i < 6; i++)
		cr_expect_eq(burst.kind[i], OVR_FRAME_STALE);
}

Test(classify_by_four, a_run_ends_with_its_stream_its_time_its_kind_and_its_numbers)
{
	static struct ovr_frame_kinds burst = {
		.seq = { 5, 6, 7, 8, 9, 10, 11, 12, 14 },
		.tx_ns = { 100, 100, 100, 200, 200, 200, 200, 200, 200 },
		.stream = { 1, 1, 1, 1, 1, 2, 2, 2, 2 },
		.kind = { OVR_FRAME_OURS, OVR_FRAME_OURS, OVR_FRAME_OURS, OVR_FRAME_OURS, OVR_FRAME_OURS,
			OVR_FRAME_OURS, OVR_FRAME_CORRUPT, OVR_FRAME_OURS, OVR_FRAME_OURS },
	};

	cr_expect_eq(ovr_frame_kinds_run(&burst, 0, 9), 3); /* another time */
	cr_expect_eq(ovr_frame_kinds_run(&burst, 3, 9), 2); /* another stream */
	cr_expect_eq(ovr_frame_kinds_run(&burst, 5, 9), 1); /* one that is damaged */
	cr_expect_eq(ovr_frame_kinds_run(&burst, 7, 9), 1); /* a hole */
	cr_expect_eq(ovr_frame_kinds_run(&burst, 8, 9), 1);
	cr_expect_eq(ovr_frame_kinds_run(&burst, 1, 2), 1); /* the end of the burst */
}
