/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq/density.h"

#include <stdbool.h>

/* What a list of numbers without order holds. */
#define NOWHERE UINT32_MAX

static uint32_t
find(const uint64_t *list, uint32_t n, uint64_t number)
{
	for (uint32_t i = 0; i < n; i++)
		if (list[i] == number)
			return i;
	return NOWHERE;
}

/* Take a number off a list. @return whether it was there */
static bool
take(uint64_t *list, uint32_t *n, uint64_t number)
{
	uint32_t at = find(list, *n, number);

	if (at == NOWHERE)
		return false;
	list[at] = list[--*n];
	return true;
}

/*
 * The smallest number of a list that is at least `from`; `best` if that is smaller or there is
 * none.
 */
static uint64_t
least(const uint64_t *list, uint32_t n, uint64_t from, uint64_t best)
{
	for (uint32_t i = 0; i < n; i++)
		if (list[i] >= from && list[i] < best)
			best = list[i];
	return best;
}

void
ovr_seq_density_begin(struct ovr_seq_density_feed *feed, uint64_t first_seq, uint32_t threshold)
{
	*feed = (struct ovr_seq_density_feed){
		.threshold = threshold, .index = first_seq, .expected = first_seq
	};
}

static uint64_t
window_at(const struct ovr_seq_density_feed *feed, uint32_t i)
{
	return feed->window[(feed->head + i) % (feed->threshold + 1)];
}

/*
 * The next receive index: the smallest number from feed->index on that has come, or is still to get
 * an index. Numbers that are skipped are lost. UINT64_MAX: none is left but late ones.
 */
static uint64_t
next_index(const struct ovr_seq_density_feed *feed)
{
	uint64_t best = least(feed->early, feed->n_early, feed->index, UINT64_MAX);

	for (uint32_t i = 0; i < feed->n_window; i++) {
		uint64_t number = window_at(feed, i);

		if (number >= feed->index && number < best)
			best = number;
	}
	return best;
}

/* Give the oldest arrival of the window its receive index. */
static void
place_oldest(struct ovr_seq_density_feed *feed, struct ovr_seq_density *density)
{
	uint64_t number = window_at(feed, 0);
	uint64_t index = feed->index;
	uint64_t distance;

	/* in order, and nothing came early: most arrivals */
	if (number != index || feed->n_early != 0)
		index = next_index(feed);
	feed->head = (feed->head + 1) % (feed->threshold + 1);
	feed->n_window--;
	distance = number > index ? number - index : index - number;
	/* what was skipped is given up, even if the arrival that skipped it is in no density */
	if (index != UINT64_MAX)
		feed->index = index;
	if (distance > feed->threshold) {
		density->beyond++;
		return;
	}
	density->displaced_frames++;
	density->displaced[OVR_SEQ_DENSITY_THRESHOLD + index - number]++;
	take(feed->early, &feed->n_early, index);
	if (number > index)
		feed->early[feed->n_early++] = number;
	feed->index = index + 1;
}

/* Let go of what waited for no other number than those that have come. */
static void
release(struct ovr_seq_density_feed *feed)
{
	while (take(feed->held, &feed->n_held, feed->expected))
		feed->expected++;
}

static void
hold(struct ovr_seq_density_feed *feed, uint64_t number, struct ovr_seq_density *density)
{
	if (number < feed->expected)
		return;
	if (number != feed->expected && feed->n_held == feed->threshold) {
		feed->expected = least(feed->held, feed->n_held, 0, number);
		release(feed);
	}
	if (number == feed->expected) {
		feed->expected++;
		release(feed);
	} else {
		feed->held[feed->n_held++] = number;
	}
	density->occupancy_frames++;
	density->occupancy[feed->n_held]++;
}

void
ovr_seq_density_arrive(struct ovr_seq_density_feed *feed, uint64_t number, struct ovr_seq_density *density)
{
	hold(feed, number, density);
	/*
	 * RFC 5236, the algorithm for RD: the next arrival is fetched "while (newS < RI or newS in
	 * buffer or newS in window)". A number below the receive index that is seen for the first
	 * time was given up; like a duplicate it is skipped, and takes no place in the window.
	 */
	if (number < feed->index) {
		density->beyond++;
		return;
	}
	feed->window[(feed->head + feed->n_window++) % (feed->threshold + 1)] = number;
	if (feed->n_window == feed->threshold + 1)
		place_oldest(feed, density);
}

void
ovr_seq_density_finish(struct ovr_seq_density_feed *feed, struct ovr_seq_density *density)
{
	while (feed->n_window != 0)
		place_oldest(feed, density);
}
