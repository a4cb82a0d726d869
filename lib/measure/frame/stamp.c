/* SPDX-License-Identifier: BSD-3-Clause */
/* Many frames of one stream at once. */
#include "frame/clones.h"
#include "frame/frame.h"

/* A piece of a head, in a register. A CPU without registers of this width gets it in two. */
typedef uint64_t piece __attribute__((vector_size(32)));

/*
 * The first head is stamped and the others are copies of it but for number and checksum. A number
 * that is one more makes the checksum one less (RFC 1624); 0xffff stands for 0, so 1 is followed by
 * it. A carry within the number changes nothing, since 2^16 leaves 1 when it is divided by 0xffff.
 */
static inline __attribute__((always_inline)) void
stamp_run(void *const *buffer, unsigned int offset, unsigned int n, const struct ovr_frame_template *template,
	const struct ovr_frame_tag *tag, const unsigned int head_bytes)
{
	const unsigned int n_pieces = head_bytes / sizeof(piece);
	uint8_t head[128] __attribute__((aligned(64)));
	piece held[4];
	const unsigned int seq_offset = template->tag_offset + 6u, csum_offset = template->csum_offset;
	uint64_t seq_tx = tag->seq << 16 | tag->tx_ns >> 32;
	uint16_t csum;

	memcpy(head, template->bytes, head_bytes);
	ovr_frame_stamp(head, template, tag);
	memcpy(&csum, head + csum_offset, 2);
	csum = __builtin_bswap16(csum);
	memcpy(held, head, head_bytes);
	for (unsigned int i = 0; i < n; i++) {
		uint8_t *pkt = (uint8_t *)buffer[i] + offset;
		uint64_t seq_tx_be = __builtin_bswap64(seq_tx);
		uint16_t csum_be = __builtin_bswap16(csum);

		for (unsigned int p = 0; p < n_pieces; p++)
			memcpy(pkt + p * sizeof(piece), &held[p], sizeof(piece));
		memcpy(pkt + seq_offset, &seq_tx_be, 8);
		memcpy(pkt + csum_offset, &csum_be, 2);
		seq_tx += 1 << 16;
		csum = csum == 1 ? 0xffff : (uint16_t)(csum - 1);
	}
}

OVR_FRAME_CLONES void
ovr_frame_stamp_run(void *const *buffer, unsigned int offset, unsigned int n,
	const struct ovr_frame_template *template, const struct ovr_frame_tag *tag, unsigned int head_bytes)
{
	if (head_bytes == 64)
		stamp_run(buffer, offset, n, template, tag, 64);
	else
		stamp_run(buffer, offset, n, template, tag, 128);
}
