/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Records in a stream of bytes: a length, the tag of a frame, and filler.
 *
 *     bytes 0 … 3     length of the record in bytes, network order, this field included
 *     bytes 4 … 21    the tag: trial, connection (stream), number, transmit time
 *     bytes 22 …      ovr_frame_filler() of the offset in the record
 *
 * A stream neither loses nor reorders bytes, so a record is as expected or damaged. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame/frame.h"

#define OVR_RECORD_HEAD_BYTES (4 + OVR_FRAME_TAG_BYTES)

/**
 * Write a record's head to @p at.
 * @param size of the whole record: OVR_RECORD_HEAD_BYTES … OVR_FRAME_SIZE_MAX
 */
void ovr_record_put(uint8_t *at, uint32_t size, const struct ovr_frame_tag *tag);

/** Fill the @p size bytes of a record after its head. */
void ovr_record_fill(uint8_t *at, uint32_t size);

/** The reader of one stream. Begin with zeros but for trial_id and size. */
struct ovr_record_reader {
	uint32_t trial_id;
	uint32_t size;     /**< of every record */
	bool has_stream;   /**< a whole head was read, and it was ours */
	uint16_t stream;   /**< of the first one */
	uint64_t next_seq; /**< the number that the next record should have */
	uint64_t n_intact, n_corrupt;
	uint32_t at;   /**< bytes of the present record so far */
	bool is_wrong; /**< one of them was not as expected */
	uint8_t head[OVR_RECORD_HEAD_BYTES];
};

/**
 * Check bytes that were read.
 * @param[out] ret_tx_ns transmit times of the intact records that ended within them
 * @param room elements of it: n / size + 1 are enough
 * @return how many there are
 */
uint32_t ovr_record_read(struct ovr_record_reader *reader, const uint8_t *bytes, uint32_t n,
	uint64_t *ret_tx_ns, uint32_t room);
