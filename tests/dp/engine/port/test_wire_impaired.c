/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lib/engine/port/wire.c with impairments: what is on the line longer than a clean line takes.
 * Times as in test_wire.c.
 */
#include "port/wire.h"

#include <criterion/criterion.h>

#include "eal.h"
#include "rig.h"

static struct rig rig;

static void
close_all(void)
{
	rig_close(&rig);
	eal_stop();
}

TestSuite(wire_impaired, .init = eal_start, .fini = close_all);

Test(wire_impaired, a_delayed_frame_arrives_exactly_so_much_later)
{
	RIG_OPEN(&rig, "rx", "wire:1,delay=10us");
	rig_send(&rig, 0, 0, 64, 2);
	cr_expect_eq(rig_arrived(&rig, 0), 0);
	cr_expect_eq(rig_arrived(&rig, 68), 0, "the first is on the line");
	cr_expect_eq(rig_arrived(&rig, 140), 0, "and the second");
	cr_expect_eq(rig_counters(&rig).tx_frames, 2);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 2);
	cr_expect_eq(rig_arrived(&rig, 10067), 0);
	cr_expect_eq(rig_arrived(&rig, 10068), 1);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 1);
	cr_expect_eq(rig_arrived(&rig, 10139), 0);
	cr_expect_eq(rig_arrived(&rig, 10140), 1);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 0);
}

/* At 1 ms 75 frames arrive at the end of the line, whose clock stands at 5040 ns then. */
Test(wire_impaired, a_pause_does_not_make_a_delay_longer)
{
	RIG_OPEN(&rig, "rx", "wire:1,delay=10us");
	rig_send(&rig, 0, 0, 64, 1000);
	rig_turn(&rig, 0);
	rig_turn(&rig, 1000000);
	cr_assert_eq(rig_counters(&rig).tx_frames, 75);
	cr_assert_eq(rig_counters(&rig).paused_ns, 994960);
	cr_expect_eq(rig_arrived_until(&rig, 1000067, 67, 148), 0, "up to 1,009,916");
	cr_expect_eq(rig_arrived(&rig, 1009999), 0);
	cr_expect_eq(rig_arrived(&rig, 1010000), 75);
	cr_expect_eq(rig_counters(&rig).paused_ns, 994960);
}

/*
 * 300 frames are on a line of 1 ms when its core stalls for another. Nothing else is to be sent
 * meanwhile.
 */
Test(wire_impaired, a_late_turn_is_a_pause_for_delayed_frames_too)
{
	RIG_OPEN(&rig, "rx", "wire:1,delay=1ms");
	rig_send(&rig, 0, 0, 64, 300);
	for (uint64_t now = 0; now <= 30000; now += 100)
		rig_turn(&rig, now);
	cr_assert_eq(rig_counters(&rig).tx_frames, 300);
	cr_assert_eq(ovr_wire_frames_inside(rig.wire), 300);
	/* frame n was taken at the first multiple of 100 ns after 67.2 (n + 1): the 75th at 5100 */
	cr_expect_eq(rig_arrived(&rig, 3000000), 75);
	cr_expect_eq(rig_counters(&rig).paused_ns, 3000000 - 1005100);
	cr_expect_eq(rig_arrived(&rig, 3000099), 0);
	cr_expect_eq(rig_arrived(&rig, 3000100), 2, "the 76th and the 77th, of 5200");
	cr_expect_eq(rig_arrived(&rig, 3000199), 0);
	cr_expect_eq(rig_arrived(&rig, 3000200), 1);
	cr_expect_eq(rig_arrived_until(&rig, 3000300, 100, 300), 300 - 78);
	cr_expect_eq(rig_counters(&rig).paused_ns, 3000000 - 1005100);
	cr_expect_eq(rig_counters(&rig).rx_missed[0], 0);
}

Test(wire_impaired, frames_inside_are_also_those_held_back)
{
	RIG_OPEN(&rig, "rx", "wire:1,reorder=10:100%");
	rig_send(&rig, 0, 0, 64, 5);
	rig_turn(&rig, 0);
	rig_turn(&rig, 336);
	cr_expect_eq(rig_counters(&rig).tx_frames, 5);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 5);
	ovr_wire_begin(rig.wire);
	ovr_wire_set_epoch(rig.wire, 1000);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 0, "they were freed");
	cr_expect_eq(rig_frames_out(&rig), 0);
}

Test(wire_impaired, frames_inside_are_also_copies_on_their_way)
{
	RIG_OPEN(&rig, "rx", "wire:1,dup=100%,delay=1us");
	rig_send(&rig, 0, 0, 64, 3);
	rig_turn(&rig, 0);
	rig_turn(&rig, 202);
	cr_expect_eq(rig_counters(&rig).tx_frames, 3);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 6);
	rig_turn(&rig, 1202);
	cr_expect_eq(rig_counters(&rig).rx_frames[0], 6);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 6, "in the ring");
	cr_expect_eq(rig_arrived(&rig, 1203), 6);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 0);
}

Test(wire_impaired, destroying_it_frees_the_frames_that_are_delayed_or_held_back)
{
	RIG_OPEN(&rig, "rx", "wire:1,delay=1ms");
	rig_send(&rig, 0, 0, 64, 200);
	for (uint64_t now = 0; now <= 10000; now += 100)
		rig_turn(&rig, now);
	cr_assert_eq(rig_counters(&rig).tx_frames, 148);
	cr_assert_eq(rig_frames_out(&rig), 200);
	rig_destroy_wire(&rig);
	cr_assert_eq(rig_frames_out(&rig), 0);
	rig_close(&rig);

	RIG_OPEN(&rig, "rx", "wire:1,reorder=1000:100%");
	rig_send(&rig, 0, 0, 64, 50);
	for (uint64_t now = 0; now <= 10000; now += 100)
		rig_turn(&rig, now);
	cr_assert_eq(rig_counters(&rig).rx_frames[0], 0);
	cr_assert_eq(rig_frames_out(&rig), 50);
	rig_destroy_wire(&rig);
	cr_assert_eq(rig_frames_out(&rig), 0);
}

Test(wire_impaired, an_idle_line_lets_go_of_frames_held_back_after_a_millisecond)
{
	RIG_OPEN(&rig, "rx", "wire:1,reorder=1000:100%");
	rig_send(&rig, 0, 0, 64, 10);
	rig_turn(&rig, 0);
	rig_turn(&rig, 672);
	cr_expect_eq(rig_arrived_until(&rig, 1672, 1000, 1000), 0, "up to 1,000,672");
	cr_expect_eq(rig_arrived(&rig, 1000673), 10);
}

/*
 * What the core does not see is not idleness: its sender may have stalled with it. 10 us of every
 * gap count.
 */
Test(wire_impaired, a_stall_does_not_let_go_of_frames_held_back)
{
	RIG_OPEN(&rig, "rx", "wire:1,reorder=12:100%");
	rig_send(&rig, 0, 0, 64, 10);
	rig_turn(&rig, 0);
	rig_turn(&rig, 672);
	cr_expect_eq(rig_arrived(&rig, 5000672), 0);
	cr_expect_eq(rig_arrived(&rig, 50000672), 0);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 10);
	/* a frame that comes by ends the idleness */
	rig_send(&rig, 0, 0, 64, 1);
	rig_turn(&rig, 50001000);
	rig_turn(&rig, 50001068);
	cr_expect_eq(rig_arrived_until(&rig, 50011068, 10000, 100), 0);
	cr_expect_eq(rig_arrived(&rig, 51001069), 11);
}

Test(wire_impaired, indices_of_drop_at_count_frames_on_the_line_from_the_beginning)
{
	static struct ovr_frame_tag tag[8];

	RIG_OPEN(&rig, "rx", "wire:1,drop-at=1+5-6");
	rig_send(&rig, 0, 0, 64, 8);
	rig_turn(&rig, 0);
	rig_turn(&rig, 538);
	cr_assert_eq(rig_take(&rig, 0, tag, 8), 5);
	cr_expect_eq(tag[0].seq, 0);
	cr_expect_eq(tag[1].seq, 2);
	cr_expect_eq(tag[2].seq, 3);
	cr_expect_eq(tag[3].seq, 4);
	cr_expect_eq(tag[4].seq, 7);
	cr_expect_eq(rig_frames_out(&rig), 0);
	ovr_wire_begin(rig.wire);
	ovr_wire_set_epoch(rig.wire, 10000);
	rig_send(&rig, 0, 0, 64, 2);
	rig_turn(&rig, 10000);
	rig_turn(&rig, 10135);
	cr_assert_eq(rig_take(&rig, 0, tag, 8), 1);
	cr_expect_eq(tag[0].seq, 8);
}
