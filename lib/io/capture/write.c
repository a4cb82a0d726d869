/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/capture.h"

#include <errno.h>
#include <inttypes.h>
#include <pcap/dlt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/pcapng.h"

#define SNAP_BYTES    65535
#define COMMENT_BYTES 128
/* A frame of any length that is captured, and what stands around it. */
#define BLOCK_BYTES_MAX (SNAP_BYTES + 512)

/* Merge two sorted halves, the first one's frame first where both arrived at once. */
static void
merge(const struct ovr_capture_frame *from, uint64_t middle, uint64_t n, struct ovr_capture_frame *into)
{
	uint64_t a = 0, b = middle;

	for (uint64_t i = 0; i < n; i++) {
		if (a < middle && (b == n || from[a].rx_ns <= from[b].rx_ns))
			into[i] = from[a++];
		else
			into[i] = from[b++];
	}
}

/*
 * A merge sort, because the order of frames with one time must stay: all of a burst have one, and
 * qsort() promises nothing about equal elements.
 */
static int
sort_by_arrival(struct ovr_capture_frame *frame, uint64_t n_frames)
{
	struct ovr_capture_frame *spare;

	if (n_frames < 2)
		return 0;
	spare = calloc(n_frames, sizeof(*spare));
	if (spare == NULL)
		return -ENOMEM;
	for (uint64_t width = 1; width < n_frames; width *= 2) {
		for (uint64_t at = 0; at < n_frames; at += 2 * width) {
			uint64_t n = n_frames - at < 2 * width ? n_frames - at : 2 * width;

			merge(frame + at, n < width ? n : width, n, spare + at);
		}
		memcpy(frame, spare, n_frames * sizeof(*frame));
	}
	free(spare);
	return 0;
}

/* What a frame's comment says of it. */
static void
comment_of(const struct ovr_capture_frame *frame, char *text, size_t size)
{
	const struct ovr_capture_hole *hole = &frame->hole;
	const char *next = frame->is_before ? ", before the next" : "";

	if (frame->shows_loss && hole->frames == 0)
		snprintf(text, size, "damaged: stream %u%s", hole->stream, next);
	else if (frame->shows_loss)
		snprintf(text, size, OVR_CAPTURE_HOLE "%s", hole->stream, hole->first_seq,
			hole->first_seq + hole->frames - 1, next);
	else if (frame->is_after)
		snprintf(text, size, "after a loss%s", next);
	else
		snprintf(text, size, "%s", frame->is_before ? "before a loss" : "");
}

/* A block of pcapng, in this machine's byte order, as it grows. */
struct block {
	uint8_t *bytes;
	uint32_t n;
};

static void
put(struct block *block, const void *bytes, uint32_t n)
{
	static const uint8_t zeros[4];
	uint32_t padding = (4 - n % 4) % 4;

	memcpy(block->bytes + block->n, bytes, n);
	memcpy(block->bytes + block->n + n, zeros, padding);
	block->n += n + padding;
}

static void
put_32(struct block *block, uint32_t value)
{
	put(block, &value, sizeof(value));
}

static void
put_option(struct block *block, uint16_t code, const void *bytes, uint16_t n)
{
	uint16_t head[2] = { code, n };

	put(block, head, sizeof(head));
	put(block, bytes, n);
}

static void
begin(struct block *block, uint32_t type)
{
	block->n = 0;
	put_32(block, type);
	put_32(block, 0);
}

static int
end(struct block *block, FILE *file)
{
	uint32_t length = block->n + 4;

	memcpy(block->bytes + 4, &length, sizeof(length));
	put_32(block, length);
	return fwrite(block->bytes, 1, block->n, file) == block->n ? 0 : errno;
}

/* One section, one interface: times in ns. */
static int
write_head(struct block *block, FILE *file)
{
	static const char excerpt[] = OVR_CAPTURE_EXCERPT ": the frames around each loss of a trial; what "
							  "lies between is not in this file";
	static const uint16_t version[2] = { 1, 0 }, link[2] = { DLT_EN10MB, 0 };
	static const uint8_t nanoseconds = 9;
	int reason;

	begin(block, PCAPNG_MAGIC);
	put_32(block, PCAPNG_BYTE_ORDER);
	put(block, version, sizeof(version));
	put_32(block, UINT32_MAX);
	put_32(block, UINT32_MAX);
	put_option(block, PCAPNG_COMMENT, excerpt, sizeof(excerpt) - 1);
	put_32(block, 0);
	reason = end(block, file);
	if (reason != 0)
		return reason;
	begin(block, PCAPNG_INTERFACE);
	put(block, link, sizeof(link));
	put_32(block, SNAP_BYTES);
	put_option(block, PCAPNG_RESOLUTION, &nanoseconds, 1);
	put_32(block, 0);
	return end(block, file);
}

static int
write_frame(struct block *block, FILE *file, uint64_t epoch_ns, const struct ovr_capture_frame *frame)
{
	uint64_t ns = epoch_ns + frame->rx_ns;
	char comment[COMMENT_BYTES];

	begin(block, PCAPNG_ENHANCED);
	put_32(block, 0);
	put_32(block, (uint32_t)(ns >> 32));
	put_32(block, (uint32_t)ns);
	put_32(block, frame->cap_len); /* at most OVR_FRAME_SIZE_MAX */
	put_32(block, frame->pkt_len);
	put(block, frame->bytes, frame->cap_len);
	comment_of(frame, comment, sizeof(comment));
	if (comment[0] != '\0') {
		put_option(block, PCAPNG_COMMENT, comment, (uint16_t)strlen(comment));
		put_32(block, 0);
	}
	return end(block, file);
}

int
ovr_capture_write(FILE *file, uint64_t epoch_ns, struct ovr_capture_frame *frame, uint64_t n_frames,
	struct ovr_err *err)
{
	struct block block = { .bytes = malloc(BLOCK_BYTES_MAX) };
	int reason;

	if (block.bytes == NULL || sort_by_arrival(frame, n_frames) != 0) {
		free(block.bytes);
		return ovr_err_set(err, -ENOMEM, "capture: no memory to write its frames");
	}
	reason = write_head(&block, file);
	for (uint64_t i = 0; i < n_frames && reason == 0; i++)
		reason = write_frame(&block, file, epoch_ns, &frame[i]);
	free(block.bytes);
	/* a disk that is full may say so only now */
	if (reason == 0 && fflush(file) != 0)
		reason = errno;
	return reason == 0 ? 0
			   : ovr_err_set(err, -reason, "the capture cannot be written: %s", strerror(reason));
}
