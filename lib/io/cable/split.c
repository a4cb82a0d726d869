/* SPDX-License-Identifier: BSD-3-Clause */
#include "cable/split.h"

#include <errno.h>
#include <string.h>

#include "cable/cable.h"
#include "cable/headers.h"

/* Since Linux 6.2; older headers lack it. */
#define GSO_UDP_L4 5
#define TCP        6
#define TCP_FIN    0x01
#define TCP_PSH    0x08
#define TCP_CWR    0x80

static uint32_t
read16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static void
write16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* The sum of big-endian words, not folded. */
static uint64_t
sum_of(const uint8_t *bytes, uint32_t n)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i + 1 < n; i += 2)
		sum += read16(bytes + i);
	return n % 2 != 0 ? sum + ((uint32_t)bytes[n - 1] << 8) : sum;
}

static uint32_t
checksum_of(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)~sum & 0xffff;
}

/* The sum in the field is that of the pseudo header. */
static int
complete_checksum(const struct virtio_net_hdr *header, uint8_t *bytes, uint32_t length)
{
	uint32_t field = (uint32_t)header->csum_start + header->csum_offset, sum;

	if (field + 2 > length)
		return -EINVAL;
	sum = checksum_of(sum_of(bytes + header->csum_start, length - header->csum_start));
	/* 0 says that UDP has none; TCP takes either */
	write16(bytes + field, sum == 0 ? 0xffff : sum);
	return 0;
}

/* Length, identification and checksum of the IP header of the number-th part. */
static void
finish_ip(uint8_t *bytes, const struct ovr_cable_headers *headers, uint32_t end, uint32_t number)
{
	uint8_t *ip = bytes + headers->l3;

	if (headers->is_ipv6) {
		write16(ip + 4, end - headers->l4);
		return;
	}
	write16(ip + 2, end - headers->l3);
	write16(ip + 4, read16(ip + 4) + number);
	write16(ip + 10, 0);
	write16(ip + 10, checksum_of(sum_of(ip, headers->l4 - headers->l3)));
}

/* The whole checksum of TCP or UDP. */
static void
finish_checksum(uint8_t *bytes, const struct ovr_cable_headers *headers, uint32_t end)
{
	uint32_t length = end - headers->l4;
	uint32_t field = headers->l4 + (headers->protocol == TCP ? 16 : 6), sum;
	uint64_t pseudo = headers->is_ipv6 ? sum_of(bytes + headers->l3 + 8, 32)
					   : sum_of(bytes + headers->l3 + 12, 8);

	write16(bytes + field, 0);
	sum = checksum_of(pseudo + headers->protocol + length + sum_of(bytes + headers->l4, length));
	write16(bytes + field, sum == 0 ? 0xffff : sum);
}

/* Sequence number and flags of the part at @offset; UDP: the length. */
static void
finish_l4(uint8_t *bytes, const struct ovr_cable_headers *headers, uint32_t end, uint32_t offset, int is_last)
{
	uint8_t *l4 = bytes + headers->l4;
	uint32_t seq;

	if (headers->protocol != TCP) {
		write16(l4 + 4, end - headers->l4);
		return;
	}
	seq = (read16(l4 + 4) << 16 | read16(l4 + 6)) + offset;
	write16(l4 + 4, seq >> 16);
	write16(l4 + 6, seq & 0xffff);
	if (offset != 0)
		l4[13] &= (uint8_t)~TCP_CWR;
	if (!is_last)
		l4[13] &= (uint8_t) ~(TCP_FIN | TCP_PSH);
}

static int
split(const struct virtio_net_hdr *header, const uint8_t *bytes, uint32_t length, ovr_cable_emit_t *emit,
	void *context)
{
	unsigned int kind = header->gso_type & ~(unsigned int)VIRTIO_NET_HDR_GSO_ECN;
	struct ovr_cable_headers headers;
	uint8_t part[OVR_CABLE_FRAME_BYTES];
	uint32_t number = 0;

	if (kind != VIRTIO_NET_HDR_GSO_TCPV4 && kind != VIRTIO_NET_HDR_GSO_TCPV6 && kind != GSO_UDP_L4)
		return -ENOTSUP;
	if (!ovr_cable_headers_of(bytes, length, &headers) || header->gso_size == 0 ||
		headers.payload + header->gso_size > sizeof(part) ||
		(headers.protocol == TCP) == (kind == GSO_UDP_L4))
		return -EINVAL;
	for (uint32_t at = headers.payload; at < headers.end; at += header->gso_size, number++) {
		uint32_t n = headers.end - at < header->gso_size ? headers.end - at : header->gso_size;
		uint32_t end = headers.payload + n;

		memcpy(part, bytes, headers.payload);
		memcpy(part + headers.payload, bytes + at, n);
		finish_ip(part, &headers, end, number);
		finish_l4(part, &headers, end, at - headers.payload, at + n == headers.end);
		finish_checksum(part, &headers, end);
		emit(context, part, end);
	}
	return number > 0 ? 0 : -EINVAL;
}

int
ovr_cable_split(const struct virtio_net_hdr *header, uint8_t *bytes, uint32_t length, ovr_cable_emit_t *emit,
	void *context)
{
	int rc = 0;

	if (header->gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return split(header, bytes, length, emit, context);
	if (length > OVR_CABLE_FRAME_BYTES)
		return -EINVAL;
	if ((header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0)
		rc = complete_checksum(header, bytes, length);
	if (rc == 0)
		emit(context, bytes, length);
	return rc;
}
