/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/record.h"

#include <string.h>

static uint32_t
smaller(uint32_t one, uint32_t other)
{
	return one < other ? one : other;
}

void
ovr_record_put(uint8_t *at, uint32_t size, const struct ovr_frame_tag *tag)
{
	uint32_t length = __builtin_bswap32(size);

	memcpy(at, &length, 4);
	ovr_frame_tag_put(at + 4, tag);
}

void
ovr_record_fill(uint8_t *at, uint32_t size)
{
	for (uint32_t i = OVR_RECORD_HEAD_BYTES; i < size; i++)
		at[i] = ovr_frame_filler(i);
}

/* Filler from offset @p at of a record on. */
static bool
is_filler(const uint8_t *bytes, uint32_t at, uint32_t n)
{
	uint8_t wrong = 0;

	for (uint32_t i = 0; i < n; i++)
		wrong |= bytes[i] ^ ovr_frame_filler(at + i);
	return wrong == 0;
}

/* The head is complete. */
static void
check_head(struct ovr_record_reader *reader)
{
	struct ovr_frame_tag tag = ovr_frame_tag_get(reader->head + 4);
	uint32_t length;

	memcpy(&length, reader->head, 4);
	if (__builtin_bswap32(length) != reader->size || tag.trial_id != reader->trial_id ||
		tag.seq != reader->next_seq || (reader->has_stream && tag.stream != reader->stream)) {
		reader->is_wrong = true;
		return;
	}
	if (!reader->has_stream)
		reader->stream = tag.stream;
	reader->has_stream = true;
}

/* The record is complete. @return whether it is intact */
static bool
end_record(struct ovr_record_reader *reader)
{
	bool is_intact = !reader->is_wrong;

	if (is_intact)
		reader->n_intact++;
	else
		reader->n_corrupt++;
	reader->next_seq++;
	reader->at = 0;
	reader->is_wrong = false;
	return is_intact;
}

/* What of these bytes belongs to one part of the record. @return how many were taken */
static uint32_t
take_some(struct ovr_record_reader *reader, const uint8_t *bytes, uint32_t n)
{
	uint32_t taken;

	if (reader->at < OVR_RECORD_HEAD_BYTES) {
		taken = smaller(n, OVR_RECORD_HEAD_BYTES - reader->at);
		memcpy(reader->head + reader->at, bytes, taken);
		reader->at += taken;
		if (reader->at == OVR_RECORD_HEAD_BYTES)
			check_head(reader);
		return taken;
	}
	taken = smaller(n, reader->size - reader->at);
	if (!is_filler(bytes, reader->at, taken))
		reader->is_wrong = true;
	reader->at += taken;
	return taken;
}

uint32_t
ovr_record_read(struct ovr_record_reader *reader, const uint8_t *bytes, uint32_t n, uint64_t *ret_tx_ns,
	uint32_t room)
{
	uint32_t n_ended = 0;

	while (n > 0) {
		uint32_t taken = take_some(reader, bytes, n);

		bytes += taken;
		n -= taken;
		if (reader->at == reader->size && end_record(reader) && n_ended < room)
			ret_tx_ns[n_ended++] = ovr_frame_tag_get(reader->head + 4).tx_ns;
	}
	return n_ended;
}
