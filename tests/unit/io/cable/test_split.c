/* SPDX-License-Identifier: BSD-3-Clause */
#include "cable/split.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "cable/headers.h"

#define HEADERS 54u
#define SEGMENT 1000u

/* What was emitted. */
struct emitted {
	uint32_t n;
	uint32_t length[8];
	uint8_t bytes[8][2048];
};

static void
keep(void *context, const uint8_t *bytes, uint32_t length)
{
	struct emitted *emitted = context;

	cr_assert(emitted->n < 8 && length <= 2048);
	memcpy(emitted->bytes[emitted->n], bytes, length);
	emitted->length[emitted->n++] = length;
}

static uint32_t
read16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t
fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)sum;
}

static uint64_t
sum_of(const uint8_t *bytes, uint32_t n)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += i % 2 == 0 ? (uint64_t)bytes[i] << 8 : bytes[i];
	return sum;
}

/* All ones: the checksums of IPv4 and of TCP or UDP are right. */
static void
assert_sums(const uint8_t *frame, uint32_t length)
{
	uint32_t l4 = length - 34;

	cr_assert_eq(fold(sum_of(frame + 14, 20)), 0xffff);
	cr_assert_eq(fold(sum_of(frame + 26, 8) + frame[23] + l4 + sum_of(frame + 34, l4)), 0xffff);
}

/* A segment of TCP over IPv4 with so many bytes, and FIN, PSH, CWR and ACK. */
static uint32_t
segment(uint8_t *frame, uint32_t payload)
{
	static const uint8_t headers[HEADERS] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0, 0x45, 0, 0, 0,
		0xff, 0xff, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x14, 0x51, 0, 80, 0xff, 0xff,
		0xff, 0, 0, 0, 0, 1, 0x50, 0x99, 1, 0, 0, 0, 0, 0 };

	memcpy(frame, headers, HEADERS);
	frame[16] = (uint8_t)((40 + payload) >> 8);
	frame[17] = (uint8_t)(40 + payload);
	for (uint32_t i = 0; i < payload; i++)
		frame[HEADERS + i] = (uint8_t)(i * 7);
	return HEADERS + payload;
}

Test(split, a_large_segment_becomes_what_the_cable_carries)
{
	const struct virtio_net_hdr header = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = SEGMENT,
		.csum_start = 34,
		.csum_offset = 16 };
	struct emitted emitted = { 0 };
	uint8_t frame[4096];
	uint32_t length = segment(frame, 2500);

	cr_assert_eq(ovr_cable_split(&header, frame, length, keep, &emitted), 0);
	cr_assert_eq(emitted.n, 3);
	for (uint32_t i = 0; i < 3; i++) {
		const uint8_t *part = emitted.bytes[i];
		uint32_t payload = i < 2 ? 1000 : 500;

		cr_assert_eq(emitted.length[i], HEADERS + payload);
		cr_assert_eq(read16(part + 16), 40 + payload);
		/* the identification goes on from 0xffff, the sequence number from 0xffffff00 */
		cr_assert_eq(read16(part + 18), (0xffff + i) & 0xffff);
		cr_assert_eq(read16(part + 38) << 16 | read16(part + 40), 0xffffff00u + i * 1000);
		/* CWR on the first, FIN and PSH on the last */
		cr_assert_eq(part[47], i == 0 ? 0x90 : i == 1 ? 0x10 : 0x19);
		cr_assert_eq(memcmp(part + HEADERS, frame + HEADERS + i * 1000, payload), 0);
		assert_sums(part, emitted.length[i]);
	}
}

Test(split, a_checksum_that_is_not_calculated_yet_is)
{
	struct virtio_net_hdr header = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 34, .csum_offset = 16
	};
	struct emitted emitted = { 0 };
	uint8_t frame[2048];
	uint32_t length = segment(frame, 101);
	/* the kernel leaves the sum of the pseudo header in the field */
	uint32_t pseudo = fold(sum_of(frame + 26, 8) + 6 + 121), ip;

	frame[50] = (uint8_t)(pseudo >> 8);
	frame[51] = (uint8_t)pseudo;
	ip = ~fold(sum_of(frame + 14, 20)) & 0xffff;
	frame[24] = (uint8_t)(ip >> 8);
	frame[25] = (uint8_t)ip;
	cr_assert_eq(ovr_cable_split(&header, frame, length, keep, &emitted), 0);
	cr_assert_eq(emitted.n, 1);
	assert_sums(emitted.bytes[0], length);
}

Test(split, a_plain_frame_stays_as_it_is)
{
	const struct virtio_net_hdr header = { 0 };
	struct emitted emitted = { 0 };
	uint8_t frame[2048], before[2048];
	uint32_t length = segment(frame, 10);

	memcpy(before, frame, length);
	cr_assert_eq(ovr_cable_split(&header, frame, length, keep, &emitted), 0);
	cr_assert_eq(emitted.n, 1);
	cr_assert_eq(memcmp(emitted.bytes[0], before, length), 0);
}

Test(split, udp_in_one_is_split_too)
{
	const struct virtio_net_hdr header = { .gso_type = 5, .gso_size = 100 };
	struct emitted emitted = { 0 };
	uint8_t frame[512] = { [12] = 0x08, [14] = 0x45, [23] = 17, [26] = 10, [30] = 10 };

	frame[16] = (28 + 250) >> 8;
	frame[17] = (uint8_t)(28 + 250);
	cr_assert_eq(ovr_cable_split(&header, frame, 42 + 250, keep, &emitted), 0);
	cr_assert_eq(emitted.n, 3);
	cr_assert_eq(emitted.length[2], 42 + 50);
	cr_assert_eq(read16(emitted.bytes[2] + 38), 58);
	for (uint32_t i = 0; i < 3; i++)
		assert_sums(emitted.bytes[i], emitted.length[i]);
}

Test(split, what_it_does_not_know_is_refused_and_nothing_emitted)
{
	struct virtio_net_hdr header = { .gso_type = VIRTIO_NET_HDR_GSO_UDP, .gso_size = 100 };
	struct emitted emitted = { 0 };
	uint8_t frame[4096];
	uint32_t length = segment(frame, 2500);

	cr_assert_eq(ovr_cable_split(&header, frame, length, keep, &emitted), -ENOTSUP);
	header = (struct virtio_net_hdr){ .gso_type = VIRTIO_NET_HDR_GSO_TCPV4 };
	cr_assert_eq(ovr_cable_split(&header, frame, length, keep, &emitted), -EINVAL);
	header = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 4095, .csum_offset = 16
	};
	cr_assert_eq(ovr_cable_split(&header, frame, length, keep, &emitted), -EINVAL);
	cr_assert_eq(emitted.n, 0);
}
