/* SPDX-License-Identifier: BSD-3-Clause */
/* What a socket delivers: a payload without its frame. */
#include "frame/classify.h"

#include <string.h>

#include "classified.h"

/* The payload of a frame of stream 7 begins here: after Ethernet, IPv4 and UDP. */
#define OFFSET 42

static enum ovr_frame_kind
kind_of_payload(const uint8_t *payload, uint32_t length)
{
	struct ovr_frame_expect filled = expect;
	struct ovr_frame_tag tag;

	filled.payload_offset = OFFSET;
	return ovr_frame_classify_payload(payload, length, &filled, &tag);
}

Test(classify_payload, every_size_of_this_trial_is_ours)
{
	static uint8_t pkt[9216];
	const unsigned int size[] = { 64, 65, 127, 1518, 9216 };

	for (unsigned int i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		struct ovr_frame_expect filled = expect;
		struct ovr_frame_tag tag = { 0 };
		uint32_t pkt_len = frame_of(pkt, 4, 0, size[i], &tag_7);

		filled.payload_offset = OFFSET;
		cr_expect_eq(ovr_frame_classify_payload(pkt + OFFSET, pkt_len - OFFSET, &filled, &tag),
			OVR_FRAME_OURS, "%u", size[i]);
		expect_tag_7(&tag);
	}
}

Test(classify_payload, filler_begins_where_the_headers_end)
{
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 6, 1, 128, &tag_7);
	struct ovr_frame_expect filled = expect;
	struct ovr_frame_tag tag;

	filled.payload_offset = 66; /* a VLAN tag and IPv6 */
	cr_expect_eq(ovr_frame_classify_payload(pkt + 66, pkt_len - 66, &filled, &tag), OVR_FRAME_OURS);
	filled.payload_offset = OFFSET;
	cr_expect_eq(ovr_frame_classify_payload(pkt + 66, pkt_len - 66, &filled, &tag), OVR_FRAME_CORRUPT);
	/* a capture's payloads are any */
	filled.payload_offset = 0;
	cr_expect_eq(ovr_frame_classify_payload(pkt + 66, pkt_len - 66, &filled, &tag), OVR_FRAME_OURS);
}

Test(classify_payload, other_bytes_after_the_tag_are_damage)
{
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);

	for (uint32_t at = OFFSET + OVR_FRAME_TAG_BYTES; at < pkt_len; at++) {
		pkt[at] ^= 0x10;
		cr_expect_eq(kind_of_payload(pkt + OFFSET, pkt_len - OFFSET), OVR_FRAME_CORRUPT, "%u", at);
		pkt[at] ^= 0x10;
	}
}

Test(classify_payload, two_payloads_in_one_are_merged)
{
	uint8_t pkt[128], both[256];
	uint32_t n = frame_of(pkt, 4, 0, 128, &tag_7) - OFFSET;

	memcpy(both, pkt + OFFSET, n);
	memcpy(both + n, pkt + OFFSET, n);
	cr_assert_eq(kind_of_payload(both, 2 * n), OVR_FRAME_MERGED);
}

Test(classify_payload, what_others_send_is_foreign)
{
	struct ovr_frame_tag other = { TRIAL + 1, 7, 0, 0 }, no_stream = { TRIAL, 16, 0, 0 };
	uint8_t pkt[64];
	uint32_t n = frame_of(pkt, 4, 0, 64, &tag_7) - OFFSET;

	cr_expect_eq(kind_of_payload(pkt + OFFSET, OVR_FRAME_TAG_BYTES - 1), OVR_FRAME_FOREIGN);
	cr_expect_eq(kind_of_payload(pkt + OFFSET, 0), OVR_FRAME_FOREIGN);
	frame_of(pkt, 4, 0, 64, &other);
	cr_expect_eq(kind_of_payload(pkt + OFFSET, n), OVR_FRAME_FOREIGN);
	frame_of(pkt, 4, 0, 64, &no_stream);
	cr_expect_eq(kind_of_payload(pkt + OFFSET, n), OVR_FRAME_FOREIGN);
}
