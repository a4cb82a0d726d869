/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames that were damaged, cut, fragmented or merged on their way. */
#include <errno.h>
#include <string.h>

#include "classified.h"

TestSuite(damage, .init = make_flows, .fini = free_flows);

/* Flip every bit of a range, one at a time, and count how many frames of each kind that makes. */
static void
flip_each(uint8_t *pkt, uint32_t pkt_len, uint32_t from, uint32_t to, unsigned int count[4])
{
	/* an exact copy on the heap, so that a sanitizer sees a read after its end */
	uint8_t *copy = malloc(pkt_len);

	memcpy(copy, pkt, pkt_len);
	for (uint32_t bit = from * 8; bit < to * 8; bit++) {
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		count[kind_of(copy, pkt_len)]++;
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	free(copy);
}

Test(damage, any_flipped_bit_that_is_covered_makes_a_frame_corrupt)
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

Test(damage, bits_of_the_mac_addresses_are_not_covered)
{
	unsigned int count[4] = { 0 };
	uint8_t pkt[64];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 64, &tag_7);

	flip_each(pkt, pkt_len, 0, 12, count);
	cr_assert_eq(count[OVR_FRAME_OURS], 96);
}

Test(damage, a_damaged_ethernet_type_does_not_hide_a_frame)
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

Test(damage, hop_limit_and_labels_of_ipv6_are_not_covered_but_its_lengths_are_checked)
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

Test(damage, a_corrupt_frame_gives_what_stands_in_the_tags_place)
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

Test(damage, a_damaged_frame_of_another_trial_is_corrupt)
{
	struct ovr_frame_tag other = { TRIAL + 1, 1, 17, 18 };
	uint8_t pkt[64];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 64, &other);

	pkt[55] ^= 0x10;
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
}

Test(damage, a_frame_that_a_capture_cut_is_ours_by_its_tag)
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

Test(damage, a_frame_cut_anywhere_is_never_ours)
{
	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		uint8_t pkt[128];
		uint32_t pkt_len = frame_of(pkt, ip_version, 1, 128, &tag_7);
		uint32_t udp = ip_version == 4 ? 38 : 58;

		for (uint32_t n = 0; n < pkt_len; n++) {
			struct ovr_frame_tag tag = { 1, 1, 1, 1 };
			uint8_t *cut = malloc(n + 1);
			enum ovr_frame_kind kind;

			/*
			 * placed at the end of the block, so that a sanitizer sees any read
			 * after it
			 */
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

Test(damage, bytes_after_the_end_of_a_cut_frame_are_not_counted)
{
	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		uint8_t pkt[128];
		uint32_t pkt_len = frame_of(pkt, ip_version, 0, 128, &tag_7);

		/* all of it stands in memory still, and its sum is right */
		cr_expect_eq(kind_of(pkt, pkt_len - 1), OVR_FRAME_CORRUPT);
		cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_OURS);
	}
}

Test(damage, padding_after_the_ip_packet_is_ignored)
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

Test(damage, a_zero_udp_checksum_is_corrupt)
{
	for (unsigned int ip_version = 4; ip_version <= 6; ip_version += 2) {
		uint8_t pkt[128];
		uint32_t pkt_len = frame_of(pkt, ip_version, 0, 128, &tag_7);
		unsigned int at = ip_version == 4 ? 40 : 60;

		pkt[at] = pkt[at + 1] = 0;
		cr_expect_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
	}
}

Test(damage, a_zero_checksum_is_corrupt_even_where_the_sum_would_be_right)
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

Test(damage, a_larger_ip_length_than_the_frame_is_corrupt)
{
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);

	pkt[17] = (uint8_t)(pkt[17] + 1);
	fix_ipv4(pkt + 14);
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
}

Test(damage, a_udp_length_that_does_not_fill_the_ip_packet_is_corrupt)
{
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);

	pkt[17] = (uint8_t)(pkt[17] - 2);
	fix_ipv4(pkt + 14);
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
}

Test(damage, a_flow_of_ours_without_room_for_a_tag_is_corrupt)
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

	fix_ipv4(pkt + 14);
	sum = (sum >> 16) + (sum & 0xffff);
	pkt[40] = (uint8_t)(~sum >> 8);
	pkt[41] = (uint8_t)~sum;
	cr_assert_eq(kind_of(pkt, 60), OVR_FRAME_CORRUPT);
}

Test(damage, fragments_of_our_frames_are_corrupt)
{
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &tag_7);

	pkt[20] = 0x20;
	fix_ipv4(pkt + 14);
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
}

Test(damage, a_later_fragment_is_not_mistaken_for_udp)
{
	struct ovr_frame_tag other = { 99, 0, 0, 0 };
	uint8_t pkt[128];
	uint32_t pkt_len = frame_of(pkt, 4, 0, 128, &other);

	pkt[20] = 0x00;
	pkt[21] = 0x05;
	fix_ipv4(pkt + 14);
	cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_FOREIGN);
}

/*
 * A switch has added a tag: the frame is still one of ours, and what its checksums cover has moved
 * by four bytes.
 */
Test(damage, the_covered_range_is_found_after_a_tag_added_on_the_way)
{
	uint8_t pkt[136];
	uint32_t pkt_len = frame_of(pkt, 4, 2, 128, &tag_7);
	uint32_t from = 0, to = 0;

	memmove(pkt + 16, pkt + 12, pkt_len - 12);
	memcpy(pkt + 12, "\x88\xa8\x00\x05", 4);
	cr_assert_eq(kind_of(pkt, pkt_len + 4), OVR_FRAME_OURS);
	cr_assert_eq(ovr_frame_covered(pkt, pkt_len + 4, &from, &to), 0);
	cr_assert_eq(from, 26);
	cr_assert_eq(to, pkt_len + 4);
}

Test(damage, only_frames_like_ours_have_a_covered_range)
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

/*
 * What GRO makes of n frames of 64 bytes: the first one's headers with the lengths of all, and
 * the payloads in a row.
 */
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

Test(damage, frames_that_were_merged_are_not_damaged)
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

/* As a kernel leaves it for a NIC: the sum of addresses, length and protocol, not complemented. */
static void
leave_checksum(uint8_t *pkt, uint32_t udp, uint32_t address_bytes)
{
	uint32_t sum = 17 + (uint32_t)(pkt[udp + 4] << 8 | pkt[udp + 5]);

	for (uint32_t i = udp - address_bytes; i < udp; i += 2)
		sum += (uint32_t)(pkt[i] << 8 | pkt[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	pkt[udp + 6] = (uint8_t)(sum >> 8);
	pkt[udp + 7] = (uint8_t)sum;
}

Test(damage, a_checksum_that_a_socket_s_kernel_left_open_is_none)
{
	static const struct {
		unsigned int ip_version;
		uint32_t udp, address_bytes;
	} row[] = { { 4, 34, 8 }, { 6, 54, 32 } };

	for (unsigned int i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct ovr_frame_expect of_socket = expect;
		struct ovr_frame_tag tag;
		uint8_t pkt[256];
		uint32_t pkt_len = frame_of(pkt, row[i].ip_version, 0, 200, &tag_7);
		uint32_t payload = row[i].udp + 8;

		of_socket.is_of_socket = true;
		of_socket.payload_offset = (uint16_t)payload;
		leave_checksum(pkt, row[i].udp, row[i].address_bytes);
		cr_assert_eq(kind_of(pkt, pkt_len), OVR_FRAME_CORRUPT);
		cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &of_socket, &tag), OVR_FRAME_OURS);
		cr_assert_eq(tag.seq, tag_7.seq);
		/* filler that is another, a checksum that is neither */
		for (uint32_t at = payload + OVR_FRAME_TAG_BYTES; at < pkt_len; at++) {
			pkt[at] ^= 1;
			cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &of_socket, &tag), OVR_FRAME_CORRUPT);
			pkt[at] ^= 1;
		}
		pkt[row[i].udp + 7] ^= 1;
		cr_assert_eq(ovr_frame_classify(pkt, pkt_len, &of_socket, &tag), OVR_FRAME_CORRUPT);
	}
}
