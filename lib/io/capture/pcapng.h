/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file The blocks of pcapng files (draft-ietf-opsawg-pcapng), and reading them one by one. Private
 * to the module.
 *
 * Any number of sections, each with a byte order of its own; any number of interfaces. Frames of
 * Ethernet interfaces only: one of another link type ends the reading with an error. Blocks of
 * other types are skipped.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "capture/pcap_file.h"

/** First four bytes of a pcapng file, whatever its byte order. */
#define PCAPNG_MAGIC 0x0a0d0d0au

#define PCAPNG_BYTE_ORDER 0x1a2b3c4du

/** Types of blocks, and codes of options. */
#define PCAPNG_INTERFACE  1u
#define PCAPNG_PACKET     2u /* obsolete */
#define PCAPNG_SIMPLE     3u
#define PCAPNG_ENHANCED   6u
#define PCAPNG_COMMENT    1u
#define PCAPNG_RESOLUTION 9u
#define PCAPNG_OFFSET     14u

/** The comment of the first frame after a hole: stream, first and last number. */
#define OVR_CAPTURE_HOLE      "after a hole: stream %" PRIu16 ", numbers %" PRIu64 " to %" PRIu64
#define OVR_CAPTURE_HOLE_SCAN "after a hole: stream %" SCNu16 ", numbers %" SCNu64 " to %" SCNu64

/** Most interfaces of a section. */
#define PCAPNG_INTERFACES_MAX 1024

/** What the section says of an interface. */
struct pcapng_interface {
	uint16_t link_type;
	uint8_t resolution; /**< if_tsresol: 10^-n s, or 2^-(n − 128) s */
	int64_t offset_s;   /**< if_tsoffset */
};

/** A file under way. Zeroed but for @ref file and @ref path: before its first block. */
struct pcapng {
	FILE *file; /**< the caller's */
	const char *path;
	bool swapped; /**< this section's byte order is not ours */
	bool in_section;
	bool is_cut; /**< the file ended within a block */
	uint32_t n_interfaces;
	struct pcapng_interface interface[PCAPNG_INTERFACES_MAX];
	char comment[128]; /**< of the section */
	uint8_t *body;     /**< of the latest block; freed by pcapng_done() */
	uint32_t room;
};

/** As capture_next(). */
int pcapng_next(struct pcapng *pcapng, struct capture_record *ret_record, struct ovr_err *err);

/** Free what it owns. */
void pcapng_done(struct pcapng *pcapng);
