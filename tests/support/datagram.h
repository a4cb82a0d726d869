/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UDP datagrams in Ethernet frames, put on an interface past the kernel's own UDP.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATAGRAM_BYTES_MAX 2048

/* What a frame is to be like. */
struct datagram {
	const char *from, *to;  /* IPv4 or IPv6 addresses */
	uint16_t port;          /* it goes to */
	uint32_t id;            /* first 4 bytes of the payload, big endian */
	unsigned int n_payload; /* bytes, 4 at least */
	unsigned int n_vlans;   /* tags, up to 2 */
	bool bad_checksum;      /* of UDP */
	/*
	 * IPv4's: in units of 8 bytes; the payload of one that is not the first begins with the id,
	 * too
	 */
	unsigned int fragment_offset;
	bool more_fragments;
};

/*
 * Build the frame, without its FCS.
 * @param mac of the receiver
 * @return bytes
 */
size_t datagram_make(
	const struct datagram *datagram, const uint8_t *mac, uint8_t ret_frame[DATAGRAM_BYTES_MAX]);

/*
 * Send it so many times from interface @p name to its peer, whose address is @p mac. Fails the
 * test.
 * @return how many of them the queueing discipline dropped
 */
unsigned int datagram_send(
	const struct datagram *datagram, const char *name, const uint8_t *mac, unsigned int n);
