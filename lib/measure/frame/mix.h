/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Frame sizes of a stream: the size of its n-th frame.
 *
 * A mix is an exact, repeating sequence of sizes (RFC 6985), and stream s starts it at place s:
 * frame `seq` of stream `s` has the size at place (step · seq + s) mod n. So every stream carries
 * the whole mix, and the size of a lost frame is known from its number alone.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/** Longest sequence of a mix. */
#define OVR_MIX_LENGTH_MAX 256
/** Most distinct sizes in a mix. */
#define OVR_MIX_SIZES_MAX 64

/** A mix. Plain data. */
struct ovr_mix {
	char text[512];                   /**< canonical form, as ovr_mix_parse() reads it */
	uint16_t length;                  /**< places in the sequence, ≥ 1 */
	uint16_t step;                    /**< 1; 0: a stream stays at its place (templates from a capture) */
	uint16_t n_sizes;                 /**< distinct sizes, ≥ 1 */
	uint16_t size[OVR_MIX_SIZES_MAX]; /**< the distinct sizes, with FCS, in order of first appearance */
	uint8_t place[OVR_MIX_LENGTH_MAX]; /**< index into @ref size of each place */
};

/**
 * Parse a mix:
 *   "64"               one size
 *   "64,128,1518"      a list, one frame of each in turn
 *   "64:7,594:4,1518"  with weights: 7 frames of 64, 4 of 594, 1 of 1518, spread evenly (smooth
 *                      weighted round-robin)
 *   "imix"             "64:7,570:4,1518:1", the simple IMIX, 7:4:1
 *   "aaaafg"           an RFC 6985 genome: a64 b128 c256 d512 e1024 f1280 g1518 h2112 i9000, in exactly this order
 * @return 0; -EINVAL: bad form, or too long (256 places, 64 sizes); -ERANGE: a size outside 64 …
 * 9216
 */
int ovr_mix_parse(const char *what, const char *text, struct ovr_mix *ret_mix, struct ovr_err *err);

/** @return the smallest size in the mix */
unsigned int ovr_mix_min(const struct ovr_mix *mix);

/** @return the largest size in the mix */
unsigned int ovr_mix_max(const struct ovr_mix *mix);

/** @return the mean size over the sequence (frames weighted equally) */
double ovr_mix_mean(const struct ovr_mix *mix);

/** @return frames per second on a line of @p bps: bps / (8 (mean + 20)), not floored */
double ovr_mix_line_pps(const struct ovr_mix *mix, uint64_t bps);

/** @return the index into mix->size of frame @p seq of stream @p stream */
static inline unsigned int
ovr_mix_index(const struct ovr_mix *mix, uint64_t seq, uint16_t stream)
{
	return mix->place[(seq * mix->step + stream) % mix->length];
}

/**
 * Counts the numbers in [first, first + n) of a stream by size.
 * @param[in,out] count n_sizes cells, added to
 */
void ovr_mix_count(const struct ovr_mix *mix, uint16_t stream, uint64_t first, uint64_t n, uint64_t *count);
