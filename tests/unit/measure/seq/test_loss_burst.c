/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq/loss_burst.h"

#include <string.h>

#include "feed.h"

/* Bursts and gaps of a pattern in which x is a lost frame, the first one being number 1000. */
static struct ovr_seq_loss_burst
burst_of(const char *pattern, uint32_t gmin)
{
	static struct ovr_seq_period period[32];
	struct ovr_seq_log log = { .period = period, .capacity = 32 };
	struct ovr_seq_loss_burst burst = { 0 };
	struct ovr_seq *seq = feed_start(1000, &log);
	uint64_t n = strlen(pattern);

	for (uint64_t i = 0; i < n; i++)
		if (pattern[i] != 'x')
			feed_one(seq, 1000 + i);
	ovr_seq_finish(seq, 1000 + n);
	ovr_seq_destroy(seq, 1);
	ovr_seq_loss_burst_add(period, log.n_kept, 1000, 1000 + n, gmin, &burst);
	return burst;
}

/* The vector of RFC 3611 section 4.7.2, with the 64 frames of its text. */
Test(loss_burst, rfc_3611_four_losses_in_a_burst_of_12_and_two_in_52_frames_of_gap)
{
	struct ovr_seq_loss_burst b = burst_of("rrrrxrrrrrrrrrrrrrrrrrr"
					       "xrrrxrxrrrrx"
					       "rrrrrrrrrrrrrrrrrr"
					       "xrrrrrrrrrr",
		OVR_SEQ_LOSS_BURST_GMIN);

	cr_expect_eq(b.bursts, 1);
	cr_expect_eq(b.burst_frames, 12);
	cr_expect_eq(b.burst_lost, 4);
	cr_expect_eq(b.gaps, 2);
	cr_expect_eq(b.gap_frames, 52);
	cr_expect_eq(b.gap_lost, 2);
	cr_expect_float_eq((double)b.burst_lost / (double)b.burst_frames, .3333, .00005);
	cr_expect_float_eq((double)b.gap_lost / (double)b.gap_frames, .03846, .000005);
	cr_expect_eq(ovr_seq_loss_burst_density(b.burst_lost, b.burst_frames), 85);
	cr_expect_eq(ovr_seq_loss_burst_density(b.gap_lost, b.gap_frames), 9);
}

Test(loss_burst, gmin_arrivals_end_a_burst_and_one_fewer_do_not)
{
	struct ovr_seq_loss_burst b = burst_of("rxrrrxr", 4);

	cr_expect_eq(b.bursts, 1);
	cr_expect_eq(b.burst_frames, 5);
	cr_expect_eq(b.burst_lost, 2);
	cr_expect_eq(b.gap_frames, 2);
	b = burst_of("rxrrrrxr", 4);
	cr_expect_eq(b.bursts, 0);
	cr_expect_eq(b.gaps, 1);
	cr_expect_eq(b.gap_frames, 8);
	cr_expect_eq(b.gap_lost, 2);
}

Test(loss_burst, losses_in_a_row_are_a_burst_and_a_single_one_is_gap)
{
	struct ovr_seq_loss_burst b = burst_of("rrrxxxrrrrrrrrxrrr", 4);

	cr_expect_eq(b.bursts, 1);
	cr_expect_eq(b.burst_frames, 3);
	cr_expect_eq(b.burst_lost, 3);
	cr_expect_eq(b.gap_frames, 15);
	cr_expect_eq(b.gap_lost, 1);
}

Test(loss_burst, at_either_end_of_a_stream_there_is_no_empty_gap)
{
	struct ovr_seq_loss_burst b = burst_of("xxrrrrrxx", 4);

	cr_expect_eq(b.bursts, 2);
	cr_expect_eq(b.gaps, 1);
	cr_expect_eq(b.gap_frames, 5);
	cr_expect_eq(b.burst_frames, 4);
}

Test(loss_burst, without_a_loss_all_is_gap)
{
	struct ovr_seq_loss_burst b = burst_of("rrrrr", 16);

	cr_expect_eq(b.bursts, 0);
	cr_expect_eq(b.gaps, 1);
	cr_expect_eq(b.gap_frames, 5);
	cr_expect_eq(b.gap_lost, 0);
}

Test(loss_burst, a_density_is_floored_and_fits_its_byte)
{
	cr_expect_eq(ovr_seq_loss_burst_density(0, 0), 0);
	cr_expect_eq(ovr_seq_loss_burst_density(0, 9), 0);
	cr_expect_eq(ovr_seq_loss_burst_density(7, 7), 255);
	cr_expect_eq(ovr_seq_loss_burst_density(1, 2), 128);
	cr_expect_eq(ovr_seq_loss_burst_density(1ull << 60, 1ull << 61), 128);
}
