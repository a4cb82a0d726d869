/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Internet checksum (RFC 1071). Private to the module.
 *
 * A sum adds words in memory order, without byte swaps (RFC 1071 §2(B)). Numbers added to a sum
 * are in network order. A sum of 64 bits with its carries brought round folds to the same 16 bits
 * as a sum of words.
 */
#pragma once

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	"tags and checksums are written for little-endian machines");

#define CSUM_BLOCK_BYTES 64

/* Half a block. A CPU without registers of this width gets it in pieces. */
typedef uint64_t csum_vector __attribute__((vector_size(CSUM_BLOCK_BYTES / 2)));

/*
 * Add with the carry brought round: an addition and one with carry. The compiler must not see
 * through it, for it would put the additions of a row in another order and then have to keep the
 * carries.
 */
static inline uint64_t
csum_add(uint64_t sum, uint64_t more)
{
	sum += more;
	sum += sum < more;
	__asm__("" : "+r"(sum));
	return sum;
}

/*
 * Add n bytes, of which the first stands at an even place of the sum. Reads nothing outside of
 * them.
 */
static inline uint64_t
csum_bytes(uint64_t sum, const uint8_t *at, uint32_t n)
{
	uint64_t word;
	uint32_t half;
	uint16_t quarter;

	/*
	 * Halves of words need no carry, so several are added at once; the loop is not worth its
	 * start in a short frame.
	 */
	if (n >= CSUM_BLOCK_BYTES) {
		csum_vector low = { 0 }, high = { 0 };

		for (; n >= CSUM_BLOCK_BYTES; n -= CSUM_BLOCK_BYTES, at += CSUM_BLOCK_BYTES) {
			csum_vector one, two;

			memcpy(&one, at, sizeof(one));
			memcpy(&two, at + sizeof(one), sizeof(two));
			low += (one & 0xffffffffu) + (two & 0xffffffffu);
			high += (one >> 32) + (two >> 32);
		}
		low += high;
		sum = csum_add(sum, low[0] + low[1] + low[2] + low[3]);
	}
	for (; n >= 8; n -= 8, at += 8) {
		memcpy(&word, at, 8);
		sum = csum_add(sum, word);
	}
	if ((n & 4) != 0) {
		memcpy(&half, at, 4);
		sum = csum_add(sum, half);
		at += 4;
	}
	if ((n & 2) != 0) {
		memcpy(&quarter, at, 2);
		sum = csum_add(sum, quarter);
		at += 2;
	}
	if ((n & 1) != 0)
		sum = csum_add(sum, *at); /* the missing byte after it counts as zero */
	return sum;
}

/*
 * The 16 bits of a sum, in memory order; zero only for a sum of zeros. Each half is added to the
 * other: the upper half then holds their sum, and the carry of the lower one comes round to it.
 */
static inline uint16_t
csum_fold(uint64_t sum)
{
	uint32_t half;

	sum += sum << 32 | sum >> 32;
	half = (uint32_t)(sum >> 32);
	half += half << 16 | half >> 16;
	return (uint16_t)(half >> 16);
}
