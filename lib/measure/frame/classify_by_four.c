/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Classification of the frames of a burst. Nearly all are plainly ours: untagged IPv4 without
 * padding, all lengths and checksums right, this trial's id and a known stream. Four of one length
 * are tested side by side, each in its lane of a vector; where one of them fails,
 * ovr_frame_classify() has the last word on each.
 */
#include <endian.h>

#include "frame/classify.h"
#include "frame/clones.h"
#include "frame/headers.h"

/* Frames side by side. */
#define LANES 4

/* A word of each. A CPU without registers of this width gets it in pieces. */
typedef uint64_t lanes __attribute__((vector_size(LANES * sizeof(uint64_t))));
typedef uint8_t lanes_bytes __attribute__((vector_size(LANES * sizeof(uint64_t))));
typedef uint64_t pair __attribute__((vector_size(2 * sizeof(uint64_t))));
/* The same anywhere in memory. */
typedef lanes lanes_at __attribute__((aligned(1), may_alias));
typedef pair pair_at __attribute__((aligned(1), may_alias));

#define ALL_LANES(word) ((lanes){ (word), (word), (word), (word) })

/* What is looked at: from the Ethernet type to the end of the tag, in words. */
#define FIRST_BYTE  (ETHER_BYTES - 2)
#define HEAD_BYTES  (ETHER_BYTES + IPV4_BYTES + UDP_BYTES + OVR_FRAME_TAG_BYTES)
#define LOW_16_BITS 0xffffu
#define LOW_32_BITS 0xffffffffu
#define LOW_48_BITS 0xffffffffffffu

_Static_assert(HEAD_BYTES - FIRST_BYTE == sizeof(lanes) + sizeof(pair), "the head is six whole words");

/*
 * What frames of one length and trial have in common, and where: vectors, so that they are read
 * where they are needed. Words are in memory order; a mask has 1 for what must be as expected.
 */
struct pattern {
	lanes word_0, mask_0; /* type, version, TOS; length, id */
	lanes word_1, mask_1; /* fragment, TTL, protocol; checksum, source address */
	lanes word_3, mask_3; /* port, length, checksum; upper half of the trial id */
	lanes csum;           /* where word 3 must not be zero */
	lanes trial_low;      /* lower half of the id, a number */
	lanes udp_rest;       /* what the UDP checksum covers besides addresses and datagram */
	lanes n_streams;
	lanes low_32, low_48;
	uint32_t pkt_len;
};

static struct pattern
pattern_of(uint32_t pkt_len, const struct ovr_frame_expect *expect)
{
	uint64_t total = pkt_len - ETHER_BYTES, udp_len = total - IPV4_BYTES;
	uint64_t trial_high = expect->trial_id >> 16, trial_low = expect->trial_id & LOW_16_BITS;
	uint64_t ip = (uint64_t)ETHER_TYPE_IPV4 << 48 | (uint64_t)IPV4_VERSION_IHL << 40;

	return (struct pattern){
		.word_0 = ALL_LANES(htobe64(ip | total << 16)),
		.mask_0 = ALL_LANES(htobe64(0xffffff00ffff0000)),
		.word_1 = ALL_LANES(htobe64((uint64_t)IP_PROTO_UDP << 32)),
		.mask_1 = ALL_LANES(htobe64(0x3fff00ff00000000)),
		.word_3 = ALL_LANES(htobe64(udp_len << 32 | trial_high)),
		.mask_3 = ALL_LANES(htobe64(0x0000ffff0000ffff)),
		.csum = ALL_LANES(htobe64(0x00000000ffff0000)),
		.trial_low = ALL_LANES(trial_low),
		.udp_rest = ALL_LANES((uint64_t)htobe16(IP_PROTO_UDP) + htobe16((uint16_t)udp_len)),
		.n_streams = ALL_LANES(expect->n_streams),
		.low_32 = ALL_LANES(LOW_32_BITS),
		.low_48 = ALL_LANES(LOW_48_BITS),
		.pkt_len = pkt_len,
	};
}

/* The words of four heads, each word's four side by side. */
struct heads {
	lanes word_0, word_1, word_2, word_3, word_4, word_5;
};

static inline __attribute__((always_inline)) void
gather(const uint8_t *const *pkt, struct heads *ret_heads)
{
	const lanes row_0 = *(const lanes_at *)(pkt[0] + FIRST_BYTE),
		    row_1 = *(const lanes_at *)(pkt[1] + FIRST_BYTE),
		    row_2 = *(const lanes_at *)(pkt[2] + FIRST_BYTE),
		    row_3 = *(const lanes_at *)(pkt[3] + FIRST_BYTE);
	const pair end_0 = *(const pair_at *)(pkt[0] + FIRST_BYTE + sizeof(lanes)),
		   end_1 = *(const pair_at *)(pkt[1] + FIRST_BYTE + sizeof(lanes)),
		   end_2 = *(const pair_at *)(pkt[2] + FIRST_BYTE + sizeof(lanes)),
		   end_3 = *(const pair_at *)(pkt[3] + FIRST_BYTE + sizeof(lanes));
	lanes even_01 = __builtin_shufflevector(row_0, row_1, 0, 4, 2, 6);
	lanes odd_01 = __builtin_shufflevector(row_0, row_1, 1, 5, 3, 7);
	lanes even_23 = __builtin_shufflevector(row_2, row_3, 0, 4, 2, 6);
	lanes odd_23 = __builtin_shufflevector(row_2, row_3, 1, 5, 3, 7);
	lanes end_02 = __builtin_shufflevector(end_0, end_2, 0, 1, 2, 3);
	lanes end_13 = __builtin_shufflevector(end_1, end_3, 0, 1, 2, 3);

	ret_heads->word_0 = __builtin_shufflevector(even_01, even_23, 0, 1, 4, 5);
	ret_heads->word_1 = __builtin_shufflevector(odd_01, odd_23, 0, 1, 4, 5);
	ret_heads->word_2 = __builtin_shufflevector(even_01, even_23, 2, 3, 6, 7);
	ret_heads->word_3 = __builtin_shufflevector(odd_01, odd_23, 2, 3, 6, 7);
	ret_heads->word_4 = __builtin_shufflevector(end_02, end_13, 0, 4, 2, 6);
	ret_heads->word_5 = __builtin_shufflevector(end_02, end_13, 1, 5, 3, 7);
}

/*
 * From memory order to numbers. A macro, since a vector is no argument where it does not fit a
 * register.
 */
#define SWAPPED(word)                                                                                     \
	((lanes)__builtin_shufflevector((lanes_bytes)(word), (lanes_bytes)(word), 7, 6, 5, 4, 3, 2, 1, 0, \
		15, 14, 13, 12, 11, 10, 9, 8, 23, 22, 21, 20, 19, 18, 17, 16, 31, 30, 29, 28, 27, 26, 25, \
		24))

/* The two halves of each word, added. */
#define HALVES(word) (((word)&pattern->low_32) + ((word) >> 32))

/* Adds the carries of a sum of 16-bit words: twice, and a right one of less than 2^36 is 0xffff. */
#define CARRIED(sum) (((sum)&LOW_16_BITS) + ((sum) >> 16))

/* Sums of what stands after the heads, of less than 2^33. */
static inline __attribute__((always_inline)) void
sum_payloads(const uint8_t *const *pkt, uint32_t pkt_len, lanes *ret_sum)
{
	uint64_t sum[LANES];

	for (unsigned int i = 0; i < LANES; i++) {
		sum[i] = csum_bytes(0, pkt[i] + HEAD_BYTES, pkt_len - HEAD_BYTES);
		sum[i] = (sum[i] >> 32) + (sum[i] & LOW_32_BITS);
	}
	*ret_sum = (lanes){ sum[0], sum[1], sum[2], sum[3] };
}

/* Whether all four are plainly ours. Their tags are valid then. */
static inline __attribute__((always_inline)) bool
classify_four(const uint8_t *const *pkt, const struct pattern *pattern, struct ovr_frame_kinds *burst,
	unsigned int at)
{
	lanes ip_sum, sum, tag_start, tag_end, stream, bad;
	struct heads heads;

	gather(pkt, &heads);
	bad = ((heads.word_0 ^ pattern->word_0) & pattern->mask_0) |
		((heads.word_1 ^ pattern->word_1) & pattern->mask_1) |
		((heads.word_3 ^ pattern->word_3) & pattern->mask_3) |
		(lanes)((heads.word_3 & pattern->csum) == 0);
	/*
	 * the IP header ends in the middle of word 2, after the addresses; they begin at the end of
	 * word 1
	 */
	ip_sum = HALVES(heads.word_0 >> 16) + HALVES(heads.word_1) + HALVES(heads.word_2 & pattern->low_48);
	sum = (heads.word_1 >> 48) + HALVES(heads.word_2) + HALVES(heads.word_3) + HALVES(heads.word_4) +
		HALVES(heads.word_5) + pattern->udp_rest;
	if (pattern->pkt_len != HEAD_BYTES) {
		lanes payload;

		sum_payloads(pkt, pattern->pkt_len, &payload);
		sum += payload;
	}
	ip_sum = CARRIED(ip_sum);
	sum = CARRIED(sum);
	bad |= (CARRIED(ip_sum) ^ LOW_16_BITS) | (CARRIED(sum) ^ LOW_16_BITS);
	/* half of the trial id 2, stream 2, number 6, time 6 bytes */
	tag_start = SWAPPED(heads.word_4);
	tag_end = SWAPPED(heads.word_5);
	stream = tag_start >> 32 & LOW_16_BITS;
	bad |= (tag_start >> 48 ^ pattern->trial_low) | (lanes)(stream >= pattern->n_streams);
	*(lanes_at *)(burst->stream + at) = stream;
	*(lanes_at *)(burst->seq + at) = (tag_start & pattern->low_32) << 16 | tag_end >> 48;
	*(lanes_at *)(burst->tx_ns + at) = tag_end & pattern->low_48;
	return (bad[0] | bad[1] | bad[2] | bad[3]) == 0;
}

static void
classify_one(const uint8_t *pkt, uint32_t pkt_len, const struct ovr_frame_expect *expect,
	struct ovr_frame_kinds *burst, unsigned int at)
{
	struct ovr_frame_tag tag;

	burst->kind[at] = (uint8_t)ovr_frame_classify(pkt, pkt_len, expect, &tag);
	burst->stream[at] = tag.stream;
	burst->seq[at] = tag.seq;
	burst->tx_ns[at] = tag.tx_ns;
}

OVR_FRAME_CLONES void
ovr_frame_classify_by_four(const uint8_t *const *pkt, const uint32_t *pkt_len, unsigned int n,
	const struct ovr_frame_expect *expect, struct ovr_frame_kinds *ret_burst)
{
	struct pattern pattern = { .pkt_len = 0 };
	unsigned int i = 0;

	for (; i + LANES <= n; i += LANES) {
		uint32_t length = pkt_len[i];
		bool are_alike = length >= HEAD_BYTES && length == pkt_len[i + 1] &&
			length == pkt_len[i + 2] && length == pkt_len[i + 3];

		if (__builtin_expect(are_alike && length != pattern.pkt_len, 0))
			pattern = pattern_of(length, expect);
		if (__builtin_expect(are_alike && classify_four(pkt + i, &pattern, ret_burst, i), 1)) {
			memset(ret_burst->kind + i, OVR_FRAME_OURS, LANES);
			continue;
		}
		for (unsigned int k = i; k < i + LANES; k++)
			classify_one(pkt[k], pkt_len[k], expect, ret_burst, k);
	}
	for (; i < n; i++)
		classify_one(pkt[i], pkt_len[i], expect, ret_burst, i);
}
