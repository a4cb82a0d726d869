/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq_priv.h"

#define SWAPS_MASK (OVR_SEQ_N_REORDER_MAX - 1)

void
seq_jumps_push(struct seq_jumps *jumps, const struct seq_jump *jump)
{
	jumps->ring[jumps->n_made++ & jumps->mask] = *jump;
}

/* Count of jumps that were made before the oldest one remembered. */
static uint64_t
n_forgotten(const struct seq_jumps *jumps)
{
	return jumps->n_made > jumps->mask + 1 ? jumps->n_made - jumps->mask - 1 : 0;
}

const struct seq_jump *
seq_jumps_oldest(const struct seq_jumps *jumps)
{
	return jumps->n_made == 0 ? NULL : &jumps->ring[n_forgotten(jumps) & jumps->mask];
}

const struct seq_jump *
seq_jumps_find(const struct seq_jumps *jumps, uint64_t number)
{
	uint64_t low = n_forgotten(jumps), high = jumps->n_made;

	/* The last one that began at or below number; it lies in [low - 1, high - 1] throughout. */
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (jumps->ring[middle & jumps->mask].first_missing <= number)
			low = middle + 1;
		else
			high = middle;
	}
	return low == n_forgotten(jumps) ? NULL : &jumps->ring[(low - 1) & jumps->mask];
}

/* How many arrivals in a row directly before this one have a larger number, of at most limit. */
static uint64_t
n_larger_before(const struct seq_swaps *swaps, uint64_t number, uint64_t arrival, uint64_t limit)
{
	uint64_t n = swaps->n_made < OVR_SEQ_N_REORDER_MAX ? swaps->n_made : OVR_SEQ_N_REORDER_MAX;

	/*
	 * All that came since the jump and in order are larger; only a reordered one can be
	 * smaller.
	 */
	for (uint64_t i = 1; i <= n; i++) {
		const struct seq_swap *swap = &swaps->ring[(swaps->n_made - i) & SWAPS_MASK];

		if (arrival - swap->arrival > limit)
			break;
		if (swap->number < number)
			return arrival - swap->arrival - 1;
	}
	return limit;
}

void
seq_reorder_arrive(struct ovr_seq_rest *rest, uint64_t number, uint64_t arrival, uint64_t rx_ns)
{
	struct ovr_seq_reorder *reorder = &rest->account.reorder;
	const struct seq_jump *jump = seq_jumps_find(&rest->jumps, number);
	uint64_t run = arrival - rest->swaps.run_start;
	uint64_t limit = OVR_SEQ_N_REORDER_MAX;

	reorder->frames++;
	reorder->runs++;
	reorder->run_sum += run;
	reorder->run_square += run * run;
	if (jump == NULL) {
		/*
		 * All the jumps that are remembered came later: enough arrivals to fill the limit.
		 */
		reorder->beyond_memory++;
	} else {
		uint64_t extent = arrival - jump->arrival;
		/* Two queues' clocks are one core's, but a capture's time stamps may step back. */
		uint64_t late_ns = rx_ns > jump->after_rx_ns ? rx_ns - jump->after_rx_ns : 0;

		reorder->extent_sum += extent;
		if (extent > reorder->extent_max)
			reorder->extent_max = extent;
		reorder->late_time_sum_ns += late_ns;
		if (late_ns > reorder->late_time_max_ns)
			reorder->late_time_max_ns = late_ns;
		if (extent < limit)
			limit = extent;
	}
	reorder->exactly_n[n_larger_before(&rest->swaps, number, arrival, limit)]++;
	rest->swaps.ring[rest->swaps.n_made++ & SWAPS_MASK] = (struct seq_swap){ arrival, number };
	rest->swaps.run_start = arrival + 1;
}
