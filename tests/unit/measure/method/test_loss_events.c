/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/loss_events.h"

#include <criterion/criterion.h>

static struct ovr_loss_events events;

static void
begin(uint64_t gap_ns, uint32_t limit)
{
	struct ovr_err err;

	cr_assert_eq(ovr_loss_events_init(&events, gap_ns, limit, &err), 0, "%s", err.text);
}

static void
add(uint64_t start_ns, uint64_t end_ns, uint64_t frames)
{
	struct ovr_loss_event loss = {
		.start_ns = start_ns, .end_ns = end_ns, .periods = 1, .frames = frames
	};

	ovr_loss_events_add(&events, &loss);
}

static void
assert_event(uint32_t i, uint64_t start_ns, uint64_t end_ns, uint64_t periods, uint64_t frames)
{
	cr_assert_lt(i, events.n);
	cr_assert_eq(events.event[i].start_ns, start_ns);
	cr_assert_eq(events.event[i].end_ns, end_ns);
	cr_assert_eq(events.event[i].periods, periods);
	cr_assert_eq(events.event[i].frames, frames);
}

Test(loss_events, losses_within_the_gap_are_one)
{
	begin(100, 8);
	add(1000, 1010, 5);
	add(1110, 1120, 7);
	cr_assert_eq(events.n, 1);
	assert_event(0, 1000, 1120, 2, 12);
	ovr_loss_events_done(&events);
}

Test(loss_events, losses_beyond_the_gap_are_two)
{
	begin(100, 8);
	add(1000, 1010, 5);
	add(1111, 1120, 7);
	cr_assert_eq(events.n, 2);
	assert_event(0, 1000, 1010, 1, 5);
	assert_event(1, 1111, 1120, 1, 7);
	cr_assert_eq(events.periods, 2);
	cr_assert_eq(events.frames, 12);
	ovr_loss_events_done(&events);
}

Test(loss_events, the_order_in_which_they_are_told_does_not_matter)
{
	static const uint64_t start[6] = { 5000, 100, 3000, 5090, 200, 1000 };

	begin(100, 8);
	for (int i = 0; i < 6; i++)
		add(start[i], start[i] + 10, 1);
	cr_assert_eq(events.n, 4);
	assert_event(0, 100, 210, 2, 2);
	assert_event(1, 1000, 1010, 1, 1);
	assert_event(2, 3000, 3010, 1, 1);
	assert_event(3, 5000, 5100, 2, 2);
	ovr_loss_events_done(&events);
}

Test(loss_events, a_loss_between_two_events_makes_them_one)
{
	begin(100, 8);
	add(1000, 1010, 1);
	add(1200, 1210, 2);
	add(9000, 9010, 4);
	add(1105, 1106, 8);
	cr_assert_eq(events.n, 2);
	assert_event(0, 1000, 1210, 3, 11);
	assert_event(1, 9000, 9010, 1, 4);
	ovr_loss_events_done(&events);
}

Test(loss_events, a_long_loss_takes_in_all_that_lies_within)
{
	begin(10, 8);
	add(1000, 1010, 1);
	add(2000, 2010, 1);
	add(3000, 3010, 1);
	add(1500, 2995, 100);
	cr_assert_eq(events.n, 2);
	assert_event(0, 1000, 1010, 1, 1);
	assert_event(1, 1500, 3010, 3, 102);
	ovr_loss_events_done(&events);
}

/*
 * Four events 1,000, 2,000 and 4,000 apart; the fifth needs room: gaps of 200, 400 and 800 join
 * nothing, 1,600 does.
 */
Test(loss_events, a_full_list_widens_the_gap_until_there_is_room)
{
	begin(100, 4);
	add(0, 0, 1);
	add(1000, 1000, 2);
	add(3000, 3000, 4);
	add(7000, 7000, 8);
	add(20000, 20000, 16);
	cr_assert_eq(events.gap_ns, 1600);
	cr_assert_eq(events.n, 4);
	assert_event(0, 0, 1000, 2, 3);
	assert_event(1, 3000, 3000, 1, 4);
	assert_event(2, 7000, 7000, 1, 8);
	assert_event(3, 20000, 20000, 1, 16);
	cr_assert_eq(events.frames, 31);
	ovr_loss_events_done(&events);
}

Test(loss_events, a_loss_that_the_wider_gap_joins_needs_no_room)
{
	begin(100, 2);
	add(0, 0, 1);
	add(1000, 1000, 2);
	add(1500, 1500, 4);
	cr_assert_eq(events.gap_ns, 1600);
	cr_assert_eq(events.n, 1);
	assert_event(0, 0, 1500, 3, 7);
	ovr_loss_events_done(&events);
}

Test(loss_events, a_list_of_one_holds_them_all)
{
	begin(1, 1);
	add(1000, 1000, 1);
	add(900000, 900000, 2);
	cr_assert_eq(events.n, 1);
	assert_event(0, 1000, 900000, 2, 3);
	cr_assert_eq(events.frames, 3);
	ovr_loss_events_done(&events);
}

Test(loss_events, a_day_of_one_a_second_stays_within_the_list)
{
	uint64_t frames = 0;

	begin(1, 1024);
	for (uint64_t s = 0; s < 86400; s++)
		add(s * 1000000000, s * 1000000000 + 5, 3);
	cr_assert_leq(events.n, 1024);
	for (uint32_t i = 0; i < events.n; i++)
		frames += events.event[i].frames;
	cr_assert_eq(frames, 259200);
	cr_assert_eq(events.frames, 259200);
	cr_assert_eq(events.periods, 86400);
	ovr_loss_events_done(&events);
}

Test(loss_events, the_worst_come_first_and_the_earlier_of_two_alike)
{
	static const uint64_t frames[6] = { 3, 50, 7, 50, 1, 9 };
	const struct ovr_loss_event *worst[4];

	begin(1, 8);
	for (uint64_t i = 0; i < 6; i++)
		add(1000 * i, 1000 * i, frames[i]);
	cr_assert_eq(ovr_loss_events_worst(&events, 4, worst), 4);
	cr_assert_eq(worst[0], &events.event[1]);
	cr_assert_eq(worst[1], &events.event[3]);
	cr_assert_eq(worst[2], &events.event[5]);
	cr_assert_eq(worst[3], &events.event[2]);
	ovr_loss_events_done(&events);
}

Test(loss_events, fewer_than_there_is_room_for_are_all_the_worst)
{
	const struct ovr_loss_event *worst[4];

	begin(1, 8);
	add(10, 20, 3);
	add(1000, 1001, 5);
	cr_assert_eq(ovr_loss_events_worst(&events, 4, worst), 2);
	cr_assert_eq(worst[0]->frames, 5);
	cr_assert_eq(worst[1]->frames, 3);
	ovr_loss_events_done(&events);
}

Test(loss_events, beginning_again_forgets_all_and_sets_the_gap)
{
	begin(100, 1);
	add(0, 0, 1);
	add(1000000, 1000000, 1);
	ovr_loss_events_begin(&events, 100);
	cr_assert_eq(events.n, 0);
	cr_assert_eq(events.gap_ns, 100);
	cr_assert_eq(events.frames, 0);
	cr_assert_eq(events.periods, 0);
	ovr_loss_events_done(&events);
}
