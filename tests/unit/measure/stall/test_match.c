/* SPDX-License-Identifier: BSD-3-Clause */
#include "stall/match.h"

#include <criterion/criterion.h>

static const struct ovr_stall_transit at_once;

static struct ovr_seq_period
period_of(uint64_t before_ns, uint64_t after_ns, uint64_t n_frames)
{
	return (struct ovr_seq_period){ .before_tx_ns = before_ns,
		.after_tx_ns = after_ns,
		.after_rx_ns = UINT64_MAX,
		.n_frames = n_frames };
}

Test(match, a_loss_within_a_stall_belongs_to_it)
{
	struct ovr_stall stall[] = { { .start_ns = 1000, .length_ns = 200 },
		{ .start_ns = 5000, .length_ns = 300 } };
	struct ovr_seq_period period[] = { period_of(5100, 5310, 40) };
	uint32_t stall_of[1];
	struct ovr_stall_match match = ovr_stall_match(period, 1, stall, 2, 10000, &at_once, stall_of);

	cr_assert_eq(stall_of[0], 1);
	cr_assert_eq(stall[1].frames, 40);
	cr_assert_eq(stall[0].frames, 0);
	cr_assert_eq(match.matched_periods, 1);
	cr_assert_eq(match.matched_frames, 40);
	cr_assert_eq(match.stalls, 1);
	cr_assert_eq(match.shortest_ns, 300);
	cr_assert_eq(match.longest_ns, 300);
}

Test(match, a_loss_outside_every_stall_belongs_to_none)
{
	struct ovr_stall stall[] = { { .start_ns = 1000, .length_ns = 200 } };
	struct ovr_seq_period period[] = { period_of(1200, 1400, 5), period_of(100, 1000, 5) };
	uint32_t stall_of[2];
	struct ovr_stall_match match = ovr_stall_match(period, 2, stall, 1, 10000, &at_once, stall_of);

	cr_assert_eq(stall_of[0], UINT32_MAX);
	cr_assert_eq(stall_of[1], UINT32_MAX);
	cr_assert_eq(match.periods, 2);
	cr_assert_eq(match.matched_periods, 0);
	cr_assert_eq(match.stalls, 0);
}

Test(match, two_streams_lost_in_one_stall_count_one_stall)
{
	struct ovr_stall stall[] = { { .start_ns = 1000, .length_ns = 500 } };
	struct ovr_seq_period period[] = { period_of(1100, 1510, 7), period_of(1110, 1520, 8) };
	struct ovr_stall_match match = ovr_stall_match(period, 2, stall, 1, 10000, &at_once, NULL);

	cr_assert_eq(match.stalls, 1);
	cr_assert_eq(match.matched_frames, 15);
	cr_assert_eq(stall[0].frames, 15);
}

Test(match, the_longest_overlap_wins)
{
	struct ovr_stall stall[] = { { .start_ns = 1000, .length_ns = 100 },
		{ .start_ns = 1200, .length_ns = 400 } };
	struct ovr_seq_period period[] = { period_of(1050, 1600, 9) };
	uint32_t stall_of[1];

	ovr_stall_match(period, 1, stall, 2, 10000, &at_once, stall_of);
	cr_assert_eq(stall_of[0], 1);
}

Test(match, a_tail_loss_reaches_to_the_end_of_sending)
{
	struct ovr_stall stall[] = { { .start_ns = 9000, .length_ns = 2000 } };
	struct ovr_seq_period period[] = { period_of(9500, UINT64_MAX, 3) };
	uint32_t stall_of[1];

	ovr_stall_match(period, 1, stall, 1, 10000, &at_once, stall_of);
	cr_assert_eq(stall_of[0], 0);
}

Test(match, a_frame_reaches_the_ring_later_than_it_was_stamped)
{
	struct ovr_stall stall[] = { { .start_ns = 1000, .length_ns = 100 } };
	struct ovr_seq_period period[] = { period_of(900, 990, 3) };
	uint32_t stall_of[1];

	ovr_stall_match(period, 1, stall, 1, 10000, &at_once, stall_of);
	cr_assert_eq(stall_of[0], UINT32_MAX);
	ovr_stall_match(period, 1, stall, 1, 10000, &(struct ovr_stall_transit){ 50, 50 }, stall_of);
	cr_assert_eq(stall_of[0], 0);
	/* all of them after the stall */
	ovr_stall_match(period, 1, stall, 1, 10000, &(struct ovr_stall_transit){ 200, 200 }, stall_of);
	cr_assert_eq(stall_of[0], UINT32_MAX);
	ovr_stall_match(period, 1, stall, 1, 10000, &(struct ovr_stall_transit){ 190, 250 }, stall_of);
	cr_assert_eq(stall_of[0], 0, "some waited for the line, and some did not");
}

Test(match, what_was_received_before_a_stall_shows_no_loss_of_it)
{
	struct ovr_stall stall[] = { { .start_ns = 1000, .length_ns = 100 },
		{ .start_ns = 1200, .length_ns = 500 } };
	struct ovr_seq_period period[] = { period_of(1050, 1090, 3) };
	uint32_t stall_of[1];

	ovr_stall_match(period, 1, stall, 2, 10000, &(struct ovr_stall_transit){ 10, 400 }, stall_of);
	cr_assert_eq(stall_of[0], 1, "if nobody knows when the frame after it was received");
	period[0].after_rx_ns = 1150;
	ovr_stall_match(period, 1, stall, 2, 10000, &(struct ovr_stall_transit){ 10, 400 }, stall_of);
	cr_assert_eq(stall_of[0], 0);
}

Test(match, frames_that_were_stamped_together_were_lost_together)
{
	struct ovr_stall stall[] = { { .start_ns = 1000, .length_ns = 100 } };
	struct ovr_seq_period period[] = { period_of(1050, 1050, 3) };
	uint32_t stall_of[1];

	ovr_stall_match(period, 1, stall, 1, 10000, &at_once, stall_of);
	cr_assert_eq(stall_of[0], 0);
}

Test(match, among_many_stalls_each_loss_finds_its_own)
{
	struct ovr_stall stall[1000];
	struct ovr_seq_period period[1000];
	uint32_t stall_of[1000];
	struct ovr_stall_match match;

	for (uint64_t i = 0; i < 1000; i++) {
		stall[i] = (struct ovr_stall){ .start_ns = i * 10000, .length_ns = 100 + i };
		period[i] = period_of(i * 10000 + 50, i * 10000 + 120, 1);
	}
	match = ovr_stall_match(period, 1000, stall, 1000, UINT64_MAX, &at_once, stall_of);
	for (uint32_t i = 0; i < 1000; i++)
		cr_assert_eq(stall_of[i], i);
	cr_assert_eq(match.stalls, 1000);
	cr_assert_eq(match.shortest_ns, 100);
	cr_assert_eq(match.longest_ns, 1099);
}

Test(match, a_hole_whose_neighbours_were_forgotten_is_laid_to_no_stall)
{
	struct ovr_stall stall[] = { { .start_ns = 1000, .length_ns = 100 } };
	struct ovr_seq_period period[] = { period_of(0, 5000, 3), period_of(0, 5000, 3) };
	uint32_t stall_of[2];

	period[0].first_seq = 17;
	ovr_stall_match(period, 2, stall, 1, 10000, &at_once, stall_of);
	cr_assert_eq(stall_of[0], UINT32_MAX);
	cr_assert_eq(stall_of[1], 0);
}

/* A loss of this worker that begins after @p before_ns. */
static struct ovr_seq_period
loss_of(uint16_t worker, uint64_t before_ns)
{
	return (struct ovr_seq_period){ .worker = worker, .before_tx_ns = before_ns, .first_seq = 5 };
}

static uint64_t
stall_before(uint16_t worker, uint64_t before_ns, uint64_t transit_ns)
{
	static const struct ovr_stall stall[] = { { .worker = 1, .start_ns = 100 },
		{ .worker = 1, .start_ns = 200 }, { .worker = 3, .start_ns = 50 } };
	struct ovr_seq_period period = loss_of(worker, before_ns);

	return ovr_stall_before_loss(
		stall, 3, &period, &(struct ovr_stall_transit){ .least_ns = transit_ns });
}

Test(match, the_stall_before_a_loss_is_the_last_of_its_worker_that_began)
{
	struct ovr_seq_period period = loss_of(0, 1000);

	cr_assert_eq(stall_before(1, 99, 0), 3, "none");
	cr_assert_eq(stall_before(1, 100, 0), 0);
	cr_assert_eq(stall_before(1, 1000, 0), 1);
	cr_assert_eq(stall_before(2, 1000, 0), 3);
	cr_assert_eq(stall_before(3, 1000, 0), 2);
	cr_assert_eq(ovr_stall_before_loss(NULL, 0, &period, &at_once), 0);
}

Test(match, a_loss_begins_when_its_frames_reach_the_ring)
{
	cr_assert_eq(stall_before(1, 180, 19), 0);
	cr_assert_eq(stall_before(1, 180, 20), 1);
}

Test(match, before_a_loss_whose_start_is_not_known_there_is_no_stall)
{
	cr_assert_eq(stall_before(1, 0, 150), 3);
}

static bool
is_draining(const struct ovr_stall *stall, uint64_t before_ns, uint64_t transit_ns)
{
	struct ovr_seq_period period = loss_of(0, before_ns);

	return ovr_stall_is_draining(
		stall, &period, &(struct ovr_stall_transit){ .least_ns = transit_ns }, 1000);
}

Test(match, a_backlog_drains_until_the_ring_was_found_empty_and_no_longer_than_a_limit)
{
	struct ovr_stall stall = { .start_ns = 1000, .length_ns = 500, .drained_ns = 1700 };

	cr_assert(is_draining(&stall, 1700, 0));
	cr_assert_not(is_draining(&stall, 1701, 0));
	cr_assert_not(is_draining(&stall, 1700, 1));
	stall.drained_ns = UINT64_MAX;
	cr_assert(is_draining(&stall, 2500, 0));
	cr_assert_not(is_draining(&stall, 2501, 0));
}
