/* SPDX-License-Identifier: BSD-3-Clause */
#include "hist/hist.h"

/* The last bucket that is one value wide, plus one. */
#define EXACT_BUCKETS 64u
#define SUB_BUCKETS   (1u << OVR_HIST_SUB_BITS)

uint64_t
ovr_hist_bucket_low(unsigned int index)
{
	unsigned int power, sub;

	if (index < EXACT_BUCKETS)
		return index;
	power = (index - EXACT_BUCKETS) / SUB_BUCKETS;
	sub = (index - EXACT_BUCKETS) % SUB_BUCKETS;
	return (uint64_t)(SUB_BUCKETS + sub) << (power + 1);
}

uint64_t
ovr_hist_bucket_high(unsigned int index)
{
	unsigned int power;

	if (index < EXACT_BUCKETS)
		return index;
	power = (index - EXACT_BUCKETS) / SUB_BUCKETS;
	return ovr_hist_bucket_low(index) + ((uint64_t)1 << (power + 1)) - 1;
}

void
ovr_hist_merge(struct ovr_hist *into, const struct ovr_hist *from)
{
	if (from->count == 0)
		return;
	if (into->count == 0 || from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	into->count += from->count;
	into->sum += from->sum;
	for (unsigned int i = 0; i < OVR_HIST_BUCKETS; i++)
		into->bucket[i] += from->bucket[i];
}

/* Nearest rank: how many of the recorded values must not exceed the answer, 0 … count. */
static uint64_t
rank_of(uint64_t count, double percent)
{
	/*
	 * 99.9 % of 1000 is 999 and not 1000: take off what the product's rounding can have added.
	 */
	double exact = percent * (double)count / 100.0 * (1.0 - 0x1p-50);
	uint64_t rank = (uint64_t)exact;

	return (double)rank < exact ? rank + 1 : rank;
}

uint64_t
ovr_hist_percentile(const struct ovr_hist *hist, double percent)
{
	uint64_t rank, seen = 0;

	if (hist->count == 0)
		return 0;
	if (percent <= 0.0)
		return hist->min;
	if (percent >= 100.0)
		return hist->max;
	rank = rank_of(hist->count, percent);
	for (unsigned int i = ovr_hist_index(hist->min); i < OVR_HIST_BUCKETS; i++) {
		seen += hist->bucket[i];
		if (seen >= rank) {
			uint64_t high = ovr_hist_bucket_high(i);

			return high < hist->max ? high : hist->max;
		}
	}
	return hist->max;
}

double
ovr_hist_mean(const struct ovr_hist *hist)
{
	return hist->count == 0 ? 0.0 : (double)hist->sum / (double)hist->count;
}
