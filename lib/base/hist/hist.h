/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Log-linear histogram of 64-bit values, with a stated relative error.
 *
 * Values below 64 have a bucket each; above, every power of two is cut into 32 buckets, so a value
 * is known to better than 1/32 (3.2 %) of itself over the whole 64-bit range: nothing is ever out
 * of range or clamped. Minimum, maximum, count and sum are exact. One writer; merged and read after
 * the writer has stopped, but for buckets and sum, which any thread may read with
 * ovr_hist_bucket_now() and ovr_hist_sum_now(). 15 KiB each.
 */
#pragma once

#include <stdint.h>

/** log2 of the buckets per power of two. */
#define OVR_HIST_SUB_BITS 5
/** Buckets in all: 64 exact ones and 32 for each of the powers 2^6 … 2^63. */
#define OVR_HIST_BUCKETS (64 + 58 * 32)

/** A distribution. Zeroed memory is a valid, empty one. Owned by the caller. */
struct ovr_hist {
	uint64_t count;
	uint64_t sum; /**< of the values; wraps beyond 2^64 */
	uint64_t min; /**< meaningless while count is 0 */
	uint64_t max;
	uint64_t bucket[OVR_HIST_BUCKETS];
};

/** @return the bucket that holds @p value, 0 … OVR_HIST_BUCKETS - 1 */
static inline unsigned int
ovr_hist_index(uint64_t value)
{
	unsigned int top;

	if (value < 64)
		return (unsigned int)value;
	top = 63 - (unsigned int)__builtin_clzll(value);
	return 64 + (top - 6) * 32 + (unsigned int)((value >> (top - OVR_HIST_SUB_BITS)) & 31);
}

/** @return the smallest value of bucket @p index */
uint64_t ovr_hist_bucket_low(unsigned int index);

/** @return the largest value of bucket @p index */
uint64_t ovr_hist_bucket_high(unsigned int index);

/** Record @p value @p n times. Owner only. */
static inline void
ovr_hist_add_n(struct ovr_hist *hist, uint64_t value, uint64_t n)
{
	uint64_t *bucket = &hist->bucket[ovr_hist_index(value)];

	if (hist->count == 0 || value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	hist->count += n;
	/* ordinary loads, adds and stores, as ovr_stat_add() has them */
	__atomic_store_n(&hist->sum, hist->sum + value * n, __ATOMIC_RELAXED);
	__atomic_store_n(bucket, *bucket + n, __ATOMIC_RELAXED);
}

/** @return how many values bucket @p index has. Any thread, while its owner records. */
static inline uint64_t
ovr_hist_bucket_now(const struct ovr_hist *hist, unsigned int index)
{
	return __atomic_load_n(&hist->bucket[index], __ATOMIC_RELAXED);
}

/** @return the sum of the values. Any thread, while its owner records. */
static inline uint64_t
ovr_hist_sum_now(const struct ovr_hist *hist)
{
	return __atomic_load_n(&hist->sum, __ATOMIC_RELAXED);
}

/** Record @p value. Owner only. */
static inline void
ovr_hist_add(struct ovr_hist *hist, uint64_t value)
{
	ovr_hist_add_n(hist, value, 1);
}

/** Add everything in @p from to @p into. */
void ovr_hist_merge(struct ovr_hist *into, const struct ovr_hist *from);

/**
 * @param percent 0 … 100
 * @return the value that @p percent of the recorded values do not exceed: its bucket's upper end,
 *         at most the maximum and at least the minimum; 0 for an empty histogram
 */
uint64_t ovr_hist_percentile(const struct ovr_hist *hist, double percent);

/** @return the mean; 0 for an empty histogram */
double ovr_hist_mean(const struct ovr_hist *hist);
