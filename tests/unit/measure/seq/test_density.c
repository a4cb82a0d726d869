/* SPDX-License-Identifier: BSD-3-Clause */
/* The vectors are RFC 5236's examples; DT and BT are one threshold. */
#include "seq/density.h"

#include "base/rng.h"
#include "feed.h"

/* The densities of a stream that begins with `first`: first copies, as its tracker tells them. */
static struct ovr_seq_density
density_of(uint32_t threshold, uint64_t first, const uint64_t *number, size_t n)
{
	struct ovr_seq_density density = { 0 };
	struct ovr_seq *seq = feed_start(first, NULL);
	struct ovr_seq_density_feed feed;

	ovr_seq_density_begin(&feed, first, threshold);
	for (size_t i = 0; i < n; i++) {
		enum ovr_seq_class class = feed_one(seq, number[i]);

		if (class == OVR_SEQ_IN_ORDER || class == OVR_SEQ_REORDERED)
			ovr_seq_density_arrive(&feed, number[i], &density);
	}
	ovr_seq_density_finish(&feed, &density);
	ovr_seq_destroy(seq, 1);
	return density;
}

static double
rd(const struct ovr_seq_density *density, int displacement)
{
	return (double)density->displaced[OVR_SEQ_DENSITY_THRESHOLD + displacement] /
		(double)density->displaced_frames;
}

static double
rbd(const struct ovr_seq_density *density, unsigned int held)
{
	return (double)density->occupancy[held] / (double)density->occupancy_frames;
}

Test(density, rfc_5236_two_frames_early_and_two_late)
{
	struct ovr_seq_density d = density_of(4, 1, NUMBERS(1, 4, 2, 5, 3, 6, 7, 8));
	double mean = 0;

	cr_assert_eq(d.displaced_frames, 8);
	cr_assert_eq(d.beyond, 0);
	cr_expect_eq(rd(&d, -2), .125);
	cr_expect_eq(rd(&d, -1), .125);
	cr_expect_eq(rd(&d, 0), .5);
	cr_expect_eq(rd(&d, 1), .125);
	cr_expect_eq(rd(&d, 2), .125);
	cr_assert_eq(d.occupancy_frames, 8);
	cr_expect_eq(rbd(&d, 0), .625);
	cr_expect_eq(rbd(&d, 1), .25);
	cr_expect_eq(rbd(&d, 2), .125);
	for (unsigned int held = 0; held <= 4; held++)
		mean += held * rbd(&d, held);
	cr_expect_eq(mean, .5);
}

Test(density, rfc_5236_a_loss_displaces_nothing_and_fills_the_buffer)
{
	/* 3 is lost */
	struct ovr_seq_density d = density_of(3, 1, NUMBERS(1, 2, 4, 5, 6, 7));

	cr_assert_eq(d.displaced_frames, 6);
	cr_expect_eq(rd(&d, 0), 1.0);
	cr_assert_eq(d.occupancy_frames, 6);
	cr_expect_eq(rbd(&d, 0), .5);
	cr_expect_float_eq(rbd(&d, 1), .167, .0005);
	cr_expect_float_eq(rbd(&d, 2), .167, .0005);
	cr_expect_float_eq(rbd(&d, 3), .167, .0005);
}

Test(density, rfc_5236_a_duplicate_has_no_displacement)
{
	/* 3 comes twice */
	struct ovr_seq_density d = density_of(2, 1, NUMBERS(1, 3, 2, 3, 4, 5));

	cr_assert_eq(d.displaced_frames, 5);
	cr_expect_eq(rd(&d, -1), .2);
	cr_expect_eq(rd(&d, 0), .6);
	cr_expect_eq(rd(&d, 1), .2);
	cr_assert_eq(d.occupancy_frames, 5);
	cr_expect_eq(rbd(&d, 0), .8);
	cr_expect_eq(rbd(&d, 1), .2);
}

Test(density, rfc_5236_loss_duplicate_and_reordering_together)
{
	/* 4 is lost, 2 comes twice */
	struct ovr_seq_density d = density_of(2, 1, NUMBERS(1, 2, 5, 3, 6, 2));

	cr_assert_eq(d.displaced_frames, 5);
	cr_assert_eq(d.beyond, 0);
	cr_expect_eq(d.displaced[OVR_SEQ_DENSITY_THRESHOLD - 2], 1);
	cr_expect_eq(d.displaced[OVR_SEQ_DENSITY_THRESHOLD], 3);
	cr_expect_eq(d.displaced[OVR_SEQ_DENSITY_THRESHOLD + 2], 1);
}

Test(density, what_comes_later_than_the_threshold_is_lost_and_counted_apart)
{
	struct ovr_seq_density d = density_of(2, 1, NUMBERS(1, 2, 4, 5, 6, 3, 7));

	cr_expect_eq(d.displaced_frames, 6);
	cr_expect_eq(d.displaced[OVR_SEQ_DENSITY_THRESHOLD], 6);
	cr_expect_eq(d.beyond, 1);
	/* 1 2 | 4 waits | 5 waits | 6 finds the buffer full, so 3 is given up | 7 */
	cr_expect_eq(d.occupancy_frames, 6);
	cr_expect_eq(d.occupancy[0], 4);
	cr_expect_eq(d.occupancy[1], 1);
	cr_expect_eq(d.occupancy[2], 1);
}

/*
 * The authors' algorithm as it is published (DT of any size, first copies only), to hold ours
 * against.
 */
static void
by_the_book(uint32_t dt, const uint64_t *arrival, size_t n, uint64_t ri, struct ovr_seq_density *ret)
{
	uint64_t window[128], buffer[1024];
	size_t next = 0, n_window = 0, n_buffer = 0;

	*ret = (struct ovr_seq_density){ 0 };
	for (;;) {
		uint64_t s, least_of = UINT64_MAX;
		int64_t d;
		bool found = false;

		while (n_window < dt + 1 && next < n) {
			uint64_t new_s = arrival[next++];

			if (new_s < ri)
				ret->beyond++;
			else
				window[n_window++] = new_s;
		}
		if (n_window == 0)
			return;
		for (size_t i = 0; i < n_window + n_buffer; i++) {
			uint64_t number = i < n_window ? window[i] : buffer[i - n_window];

			found |= number == ri;
			if (number >= ri && number < least_of)
				least_of = number;
		}
		if (!found && least_of != UINT64_MAX) {
			ri = least_of;
			continue;
		}
		s = window[0];
		memmove(window, window + 1, --n_window * sizeof(*window));
		d = (int64_t)(ri - s);
		if (!found || d > (int64_t)dt || d < -(int64_t)dt) {
			ret->beyond++;
			continue;
		}
		ret->displaced_frames++;
		ret->displaced[(int64_t)OVR_SEQ_DENSITY_THRESHOLD + d]++;
		for (size_t i = 0; i < n_buffer; i++)
			if (buffer[i] == ri) {
				buffer[i] = buffer[--n_buffer];
				break;
			}
		if (d < 0)
			buffer[n_buffer++] = s;
		ri++;
	}
}

/*
 * 3 is given up when 4, 5 and 6 have come: it takes no place between 9 and 10, and 8 still comes in
 * time.
 */
Test(density, a_number_that_was_given_up_takes_no_place)
{
	struct ovr_seq_density d = density_of(2, 1, NUMBERS(1, 2, 4, 5, 6, 7, 9, 3, 10, 8, 11));

	cr_expect_eq(d.beyond, 1);
	cr_expect_eq(d.displaced_frames, 10);
	cr_expect_eq(d.displaced[OVR_SEQ_DENSITY_THRESHOLD], 7);
	cr_expect_eq(d.displaced[OVR_SEQ_DENSITY_THRESHOLD - 1], 2);
	cr_expect_eq(d.displaced[OVR_SEQ_DENSITY_THRESHOLD + 2], 1);
}

Test(density, random_losses_and_delays_are_placed_as_by_the_published_algorithm)
{
	static const uint32_t threshold[] = { 1, 2, 3, 5, 10, 100 };

	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct ovr_rng rng;
		uint64_t arrival[400];
		uint32_t dt = threshold[seed % 6];
		struct ovr_seq_density ours, book;
		size_t n = 0;

		ovr_rng_seed(&rng, seed, 0);
		for (uint64_t number = 0; number < 400; number++)
			if (ovr_rng_u64(&rng) % 10 != 0)
				arrival[n++] = number;
		for (unsigned int moves = 0; moves < 40; moves++) {
			size_t from = ovr_rng_u64(&rng) % n, by = ovr_rng_u64(&rng) % (3 * dt + 2);
			uint64_t moved = arrival[from];

			if (from + by >= n)
				continue;
			memmove(arrival + from, arrival + from + 1, by * sizeof(*arrival));
			arrival[from + by] = moved;
		}
		ours = density_of(dt, 0, arrival, n);
		by_the_book(dt, arrival, n, 0, &book);
		cr_expect_eq(ours.beyond, book.beyond, "seed %ju", (uintmax_t)seed);
		cr_expect_eq(ours.displaced_frames, book.displaced_frames, "seed %ju", (uintmax_t)seed);
		cr_expect_arr_eq(
			ours.displaced, book.displaced, sizeof(ours.displaced), "seed %ju", (uintmax_t)seed);
	}
}

Test(density, a_frame_further_ahead_than_the_threshold_is_counted_apart)
{
	struct ovr_seq_density d = density_of(2, 1, NUMBERS(1, 9, 2, 3, 4, 5, 6, 7, 8, 10));

	cr_expect_eq(d.beyond, 1);
	cr_expect_eq(d.displaced_frames, 9);
	cr_expect_eq(d.displaced[OVR_SEQ_DENSITY_THRESHOLD], 9);
}

Test(density, a_hole_of_a_million_numbers_is_skipped_at_once)
{
	struct ovr_seq_density d = density_of(100, 0, NUMBERS(0, 1, 1000000, 1000001));

	cr_expect_eq(d.displaced_frames, 4);
	cr_expect_eq(d.displaced[OVR_SEQ_DENSITY_THRESHOLD], 4);
	cr_expect_eq(d.beyond, 0);
	cr_expect_eq(d.occupancy[0], 2);
	cr_expect_eq(d.occupancy[1], 1);
	cr_expect_eq(d.occupancy[2], 1);
}

/*
 * Blocks of 100 numbers, each block backwards: nothing is lost, and displacements add up to
 * nothing.
 */
Test(density, displacements_of_a_whole_stream_cancel_out)
{
	struct ovr_seq_density density = { 0 };
	struct ovr_seq_density_feed feed;
	int64_t sum = 0;

	ovr_seq_density_begin(&feed, 0, 100);
	for (uint64_t i = 0; i < 10000; i++)
		ovr_seq_density_arrive(&feed, i / 100 * 100 + 99 - i % 100, &density);
	ovr_seq_density_finish(&feed, &density);
	cr_assert_eq(density.displaced_frames, 10000);
	cr_assert_eq(density.occupancy_frames, 10000);
	for (int d = -100; d <= 100; d++)
		sum += d * (int64_t)density.displaced[OVR_SEQ_DENSITY_THRESHOLD + d];
	cr_assert_eq(sum, 0);
	cr_expect_eq(rd(&density, -99), .01);
	cr_expect_eq(rd(&density, 99), .01);
	cr_expect_eq(rd(&density, 0), 0);
	cr_expect_eq(rbd(&density, 99), .01);
	cr_expect_eq(rbd(&density, 100), 0);
}
