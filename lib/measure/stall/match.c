/* SPDX-License-Identifier: BSD-3-Clause */
#include "stall/match.h"

/*
 * Index of the first stall that ends after @time_ns. Stalls of one worker follow each other, so
 * their ends ascend.
 */
static uint64_t
first_ending_after(const struct ovr_stall *stall, uint64_t n_stalls, uint64_t time_ns)
{
	uint64_t low = 0, high = n_stalls;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (stall[mid].start_ns + stall[mid].length_ns > time_ns)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* The stall that overlaps [from_ns, to_ns] longest; n_stalls if none does. */
static uint64_t
longest_overlap(const struct ovr_stall *stall, uint64_t n_stalls, uint64_t from_ns, uint64_t to_ns)
{
	uint64_t best = n_stalls, best_ns = 0;

	for (uint64_t i = first_ending_after(stall, n_stalls, from_ns);
		i < n_stalls && stall[i].start_ns < to_ns; i++) {
		uint64_t end_ns = stall[i].start_ns + stall[i].length_ns;
		uint64_t low = stall[i].start_ns > from_ns ? stall[i].start_ns : from_ns;
		uint64_t high = end_ns < to_ns ? end_ns : to_ns;

		if (high - low > best_ns) {
			best_ns = high - low;
			best = i;
		}
	}
	return best;
}

/* When the first frame of a timed loss period reached the ring, at the earliest. */
static uint64_t
start_of(const struct ovr_seq_period *period, const struct ovr_stall_transit *transit)
{
	return period->before_tx_ns + transit->least_ns;
}

bool
ovr_stall_is_timed(const struct ovr_seq_period *period)
{
	return period->before_tx_ns != 0 || period->first_seq == 0;
}

struct ovr_stall_match
ovr_stall_match(const struct ovr_seq_period *period, uint64_t n_periods, struct ovr_stall *stall,
	uint64_t n_stalls, uint64_t sent_until_ns, const struct ovr_stall_transit *transit,
	uint32_t *stall_of)
{
	struct ovr_stall_match match = { .periods = n_periods };

	for (uint64_t i = 0; i < n_periods; i++) {
		uint64_t sent_ns = period[i].after_tx_ns == UINT64_MAX ? sent_until_ns
								       : period[i].after_tx_ns;
		uint64_t from_ns = start_of(&period[i], transit);
		uint64_t to_ns = sent_ns + transit->usual_ns;
		uint64_t found = n_stalls;

		if (to_ns > period[i].after_rx_ns)
			to_ns = period[i].after_rx_ns;
		if (to_ns <= from_ns)
			to_ns = from_ns + 1;
		if (ovr_stall_is_timed(&period[i]))
			found = longest_overlap(stall, n_stalls, from_ns, to_ns);
		if (stall_of != NULL)
			stall_of[i] = found == n_stalls ? UINT32_MAX : (uint32_t)found;
		if (found == n_stalls)
			continue;
		if (stall[found].frames == 0) {
			uint64_t length_ns = stall[found].length_ns;

			if (match.stalls == 0 || length_ns < match.shortest_ns)
				match.shortest_ns = length_ns;
			if (length_ns > match.longest_ns)
				match.longest_ns = length_ns;
			match.stalls++;
		}
		stall[found].frames += period[i].n_frames;
		match.matched_periods++;
		match.matched_frames += period[i].n_frames;
	}
	return match;
}

uint64_t
ovr_stall_before_loss(const struct ovr_stall *stall, uint64_t n_stalls, const struct ovr_seq_period *period,
	const struct ovr_stall_transit *transit)
{
	uint64_t low = 0, high = n_stalls, start_ns = start_of(period, transit);
	uint16_t worker = period->worker;

	if (!ovr_stall_is_timed(period))
		return n_stalls;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (stall[middle].worker < worker ||
			(stall[middle].worker == worker && stall[middle].start_ns <= start_ns))
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && stall[low - 1].worker == worker ? low - 1 : n_stalls;
}

bool
ovr_stall_is_draining(const struct ovr_stall *stall, const struct ovr_seq_period *period,
	const struct ovr_stall_transit *transit, double drain_max_ns)
{
	uint64_t ns = start_of(period, transit);

	return ns <= stall->drained_ns &&
		(double)(ns - stall->start_ns) <= (double)stall->length_ns + drain_max_ns;
}
