/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Seeded random numbers that are the same on every machine (xoshiro256**, seeded by splitmix64).
 *
 * One object per user, one writer. A pair (seed, sequence) gives an independent sequence, so that
 * adding a user of random numbers does not shift anybody else's.
 */
#pragma once

#include <math.h>
#include <stdint.h>

/** Generator state. Owned by the caller; needs no teardown. */
struct ovr_rng {
	uint64_t s[4];
};

/** Start the pair's sequence. Any values are allowed. */
void ovr_rng_seed(struct ovr_rng *rng, uint64_t seed, uint64_t sequence);

/** @return the next 64 random bits */
static inline uint64_t
ovr_rng_u64(struct ovr_rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t x = s[1] * 5;
	uint64_t result = ((x << 7) | (x >> 57)) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = (s[3] << 45) | (s[3] >> 19);
	return result;
}

/** @return a number in [0, n), n > 0; the bias is below n / 2^64 */
static inline uint64_t
ovr_rng_below(struct ovr_rng *rng, uint64_t n)
{
	return (uint64_t)(((__uint128_t)ovr_rng_u64(rng) * n) >> 64);
}

/** @return a number in [0, 1) with 53 random bits */
static inline double
ovr_rng_unit(struct ovr_rng *rng)
{
	return (double)(ovr_rng_u64(rng) >> 11) * 0x1p-53;
}

/** @return an exponentially distributed number with mean 1 */
static inline double
ovr_rng_exponential(struct ovr_rng *rng)
{
	return -log(1.0 - ovr_rng_unit(rng));
}
