/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/pcapng.h"

#include <errno.h>
#include <pcap/dlt.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1000000000u

/* Type, length; the length again at the end. */
#define HEAD_BYTES  8u
#define FRAME_BYTES 12u
/* Longer than any sane block: a damaged length must not make us ask for all memory. */
#define BLOCK_BYTES_MAX (1u << 24)

#define OPTION_END 0u

#define MICROSECONDS 6u

static uint32_t
get_32(const struct pcapng *pcapng, const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return pcapng->swapped ? __builtin_bswap32(value) : value;
}

static uint16_t
get_16(const struct pcapng *pcapng, const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return pcapng->swapped ? __builtin_bswap16(value) : value;
}

static int
damaged(const struct pcapng *pcapng, const char *what, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL, "capture '%s' is damaged: %s", pcapng->path, what);
}

/* @return 1; 0: the file ends before, and is cut if some of it was there */
static int
read_all(struct pcapng *pcapng, void *into, size_t n, bool may_end)
{
	size_t found = fread(into, 1, n, pcapng->file);

	if (found == n)
		return 1;
	pcapng->is_cut = found != 0 || !may_end;
	return 0;
}

/*
 * The next block into pcapng->body, without type and lengths. @return 1; 0: there is no whole one;
 * -EINVAL, -ENOMEM
 */
static int
next_block(struct pcapng *pcapng, uint32_t *ret_type, uint32_t *ret_bytes, struct ovr_err *err)
{
	uint8_t head[HEAD_BYTES + 4];
	uint32_t type, length, n_read = HEAD_BYTES;

	if (read_all(pcapng, head, HEAD_BYTES, true) == 0)
		return 0;
	memcpy(&type, head, sizeof(type));
	if (type == PCAPNG_MAGIC) {
		uint32_t magic;

		if (read_all(pcapng, head + HEAD_BYTES, 4, false) == 0)
			return 0;
		memcpy(&magic, head + HEAD_BYTES, sizeof(magic));
		if (magic != PCAPNG_BYTE_ORDER && magic != __builtin_bswap32(PCAPNG_BYTE_ORDER))
			return damaged(pcapng, "a section without byte order", err);
		pcapng->swapped = magic != PCAPNG_BYTE_ORDER;
		pcapng->in_section = true;
		n_read += 4;
	} else if (!pcapng->in_section) {
		return damaged(pcapng, "it does not begin with a section", err);
	}
	type = get_32(pcapng, head);
	length = get_32(pcapng, head + 4);
	if (length < n_read + 4 || length % 4 != 0 || length > BLOCK_BYTES_MAX)
		return damaged(pcapng, "a block has a length that cannot be", err);
	if (length > pcapng->room) {
		uint8_t *larger = realloc(pcapng->body, length);

		if (larger == NULL)
			return ovr_err_set(err, -ENOMEM, "capture '%s': no memory for a block of %u bytes",
				pcapng->path, length);
		pcapng->body = larger;
		pcapng->room = length;
	}
	memcpy(pcapng->body, head + HEAD_BYTES, n_read - HEAD_BYTES);
	if (read_all(pcapng, pcapng->body + n_read - HEAD_BYTES, length - n_read, false) == 0)
		return 0;
	*ret_type = type;
	*ret_bytes = length - FRAME_BYTES;
	return 1;
}

/* The option of a code; NULL: there is none. @p ret_bytes its length */
static const uint8_t *
option_of(const struct pcapng *pcapng, const uint8_t *at, uint32_t room, uint16_t wanted, uint16_t *ret_bytes)
{
	while (room >= 4) {
		uint16_t code = get_16(pcapng, at), bytes = get_16(pcapng, at + 2);
		uint32_t padded = (bytes + 3u) / 4 * 4;

		if (code == OPTION_END || padded > room - 4)
			return NULL;
		*ret_bytes = bytes;
		if (code == wanted)
			return at + 4;
		at += 4 + padded;
		room -= 4 + padded;
	}
	return NULL;
}

static void
copy_comment(const struct pcapng *pcapng, uint32_t from, uint32_t bytes, char *into, size_t size)
{
	uint16_t n = 0;
	const uint8_t *text = from > bytes
		? NULL
		: option_of(pcapng, pcapng->body + from, bytes - from, PCAPNG_COMMENT, &n);

	if (n >= size)
		n = (uint16_t)(size - 1);
	if (text == NULL)
		n = 0;
	else
		memcpy(into, text, n);
	into[n] = '\0';
}

static int
add_interface(struct pcapng *pcapng, uint32_t bytes, struct ovr_err *err)
{
	struct pcapng_interface *added;
	const uint8_t *option;
	uint16_t n;

	if (bytes < 8)
		return damaged(pcapng, "an interface block is too short", err);
	if (pcapng->n_interfaces == PCAPNG_INTERFACES_MAX)
		return damaged(pcapng, "more than 1,024 interfaces in a section", err);
	added = &pcapng->interface[pcapng->n_interfaces++];
	*added = (struct pcapng_interface){ .link_type = get_16(pcapng, pcapng->body),
		.resolution = MICROSECONDS };
	option = option_of(pcapng, pcapng->body + 8, bytes - 8, PCAPNG_RESOLUTION, &n);
	if (option != NULL && n == 1)
		added->resolution = option[0];
	option = option_of(pcapng, pcapng->body + 8, bytes - 8, PCAPNG_OFFSET, &n);
	if (option != NULL && n == 8) {
		memcpy(&added->offset_s, option, 8);
		if (pcapng->swapped)
			added->offset_s = (int64_t)__builtin_bswap64((uint64_t)added->offset_s);
	}
	return 0;
}

static uint64_t
ns_of(const struct pcapng_interface *interface, uint64_t units)
{
	unsigned int exponent = interface->resolution & 0x7fu;
	__uint128_t ns = units;

	if ((interface->resolution & 0x80) != 0) {
		ns = exponent > 64 ? 0 : (ns * NS_PER_S) >> exponent;
	} else {
		for (; exponent < 9; exponent++)
			ns *= 10;
		for (; exponent > 9; exponent--)
			ns /= 10;
	}
	return (uint64_t)ns + (uint64_t)interface->offset_s * NS_PER_S;
}

/* A frame of an Enhanced, a Simple or an obsolete Packet Block. */
static int
take_frame(struct pcapng *pcapng, uint32_t type, uint32_t bytes, struct capture_record *ret_record,
	struct ovr_err *err)
{
	const uint8_t *body = pcapng->body;
	uint32_t head = type == PCAPNG_SIMPLE ? 4 : 20, number = 0;
	const struct pcapng_interface *interface;
	struct capture_record record = { .comment = "" };

	if (bytes < head)
		return damaged(pcapng, "a frame's block is too short", err);
	if (type != PCAPNG_SIMPLE)
		number = type == PCAPNG_PACKET ? get_16(pcapng, body) : get_32(pcapng, body);
	if (number >= pcapng->n_interfaces)
		return damaged(pcapng, "a frame of an interface that is not described", err);
	interface = &pcapng->interface[number];
	if (interface->link_type != DLT_EN10MB)
		return ovr_err_set(err, -EINVAL,
			"capture '%s' has frames of link type %u, Ethernet (1) is accepted", pcapng->path,
			interface->link_type);
	record.bytes = body + head;
	if (type == PCAPNG_SIMPLE) {
		record.pkt_len = get_32(pcapng, body);
		record.kept = record.pkt_len < bytes - head ? record.pkt_len : bytes - head;
	} else {
		record.ns = ns_of(
			interface, (uint64_t)get_32(pcapng, body + 4) << 32 | get_32(pcapng, body + 8));
		record.kept = get_32(pcapng, body + 12);
		record.pkt_len = get_32(pcapng, body + 16);
		if (record.kept > bytes - head)
			return damaged(pcapng, "a frame is longer than its block", err);
		copy_comment(pcapng, head + (record.kept + 3) / 4 * 4, bytes, record.comment,
			sizeof(record.comment));
	}
	if (record.kept > record.pkt_len)
		record.kept = record.pkt_len;
	*ret_record = record;
	return 1;
}

int
pcapng_next(struct pcapng *pcapng, struct capture_record *ret_record, struct ovr_err *err)
{
	uint32_t type = 0, bytes = 0;
	int rc;

	while ((rc = next_block(pcapng, &type, &bytes, err)) == 1) {
		switch (type) {
		case PCAPNG_MAGIC:
			pcapng->n_interfaces = 0;
			copy_comment(pcapng, 16, bytes, pcapng->comment, sizeof(pcapng->comment));
			break;
		case PCAPNG_INTERFACE:
			rc = add_interface(pcapng, bytes, err);
			if (rc != 0)
				return rc;
			break;
		case PCAPNG_PACKET:
		case PCAPNG_SIMPLE:
		case PCAPNG_ENHANCED:
			return take_frame(pcapng, type, bytes, ret_record, err);
		default:
			break;
		}
	}
	return rc;
}

void
pcapng_done(struct pcapng *pcapng)
{
	free(pcapng->body);
	pcapng->body = NULL;
	pcapng->room = 0;
}
