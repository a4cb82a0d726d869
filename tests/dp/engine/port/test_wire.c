/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A frame of 64 bytes costs 84 byte times: 67.2 ns at 10G. The rig's clock counts nanoseconds from
 * 0, and every time a test names is that of a turn of the wire.
 */
#include "port/wire.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <criterion/criterion.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "eal.h"
#include "rig.h"

static struct rig rig;

static void
close_all(void)
{
	rig_close(&rig);
	eal_stop();
}

TestSuite(wire, .init = eal_start, .fini = close_all);

Test(wire, a_transmit_ring_of_any_size_holds_exactly_so_many_frames)
{
	static const struct {
		const char *txd;
		unsigned int holds;
	} ring[] = { { "1", 1 }, { "5", 5 }, { "100", 100 }, { "1000", 1000 }, { "1024", 1024 } };

	for (unsigned int i = 0; i < 5; i++) {
		RIG_OPEN(&rig, "txd", ring[i].txd);
		cr_assert_eq(rig_send(&rig, 0, 0, 64, ring[i].holds), ring[i].holds);
		cr_assert_eq(rig_send(&rig, 0, 0, 64, 1), 0, "txd %s took one more", ring[i].txd);
		rig_close(&rig);
	}
}

Test(wire, a_slot_is_free_again_when_the_last_bit_of_its_frame_is_on_the_line)
{
	RIG_OPEN(&rig, "txd", "5");
	cr_assert_eq(rig_send(&rig, 0, 0, 64, 5), 5);
	rig_turn(&rig, 0);
	rig_turn(&rig, 67);
	cr_assert_eq(rig_send(&rig, 0, 0, 64, 1), 0);
	rig_turn(&rig, 68);
	cr_assert_eq(rig_send(&rig, 0, 0, 64, 2), 1);
}

Test(wire, a_receive_ring_of_any_size_holds_exactly_so_many_frames)
{
	static const struct {
		const char *rxd;
		unsigned int holds;
	} ring[] = { { "1", 1 }, { "5", 5 }, { "100", 100 }, { "1000", 1000 }, { "1024", 1024 } };
	static struct ovr_frame_tag tag[1024];

	for (unsigned int i = 0; i < 5; i++) {
		struct ovr_wire_counters counters;

		RIG_OPEN(&rig, "rxd", ring[i].rxd, "txd", "2048");
		cr_assert_eq(rig_send(&rig, 0, 0, 64, ring[i].holds + 7), ring[i].holds + 7);
		for (uint64_t now = 0; now < 80000; now += 67)
			rig_turn(&rig, now);
		counters = rig_counters(&rig);
		cr_assert_eq(counters.tx_frames, ring[i].holds + 7);
		cr_assert_eq(counters.rx_frames[0], ring[i].holds);
		cr_assert_eq(counters.rx_missed[0], 7, "rxd %s", ring[i].rxd);
		cr_assert_eq(rig_take(&rig, 0, tag, 1024), ring[i].holds);
		for (unsigned int n = 0; n < ring[i].holds; n++)
			cr_assert_eq(tag[n].seq, n, "not the first ones stayed");
		rig_close(&rig);
	}
}

Test(wire, the_first_frame_on_an_idle_line_starts_when_the_wire_sees_it)
{
	RIG_OPEN(&rig, NULL);
	rig_send(&rig, 0, 0, 64, 100);
	cr_expect_eq(rig_arrived(&rig, 1000), 0);
	cr_expect_eq(rig_arrived(&rig, 1067), 0);
	cr_expect_eq(rig_arrived(&rig, 1068), 1);
	cr_expect_eq(rig_arrived(&rig, 1134), 0);
	cr_expect_eq(rig_arrived(&rig, 1135), 1);
	cr_expect_eq(rig_arrived(&rig, 1671), 7);
	cr_expect_eq(rig_arrived(&rig, 1672), 1, "ten frames take 672 ns");
	cr_expect_eq(rig_arrived(&rig, 5300), 53);
	cr_expect_eq(rig_arrived(&rig, 5301), 1, "64 frames take 4300.8 ns");
}

Test(wire, a_long_frame_on_a_slow_line_takes_its_time)
{
	RIG_OPEN(&rig, "line", "1G", "size", "1518");
	rig_send(&rig, 0, 0, 1518, 3);
	cr_expect_eq(rig_arrived(&rig, 500), 0);
	cr_expect_eq(rig_arrived(&rig, 500 + 12303), 0);
	cr_expect_eq(rig_arrived(&rig, 500 + 12304), 1);
	cr_expect_eq(rig_arrived(&rig, 500 + 24607), 0);
	cr_expect_eq(rig_arrived(&rig, 500 + 24608), 1);
	cr_expect_eq(rig_arrived(&rig, 500 + 36912), 1);
}

/* 67.2 + 1230.4 + 472 ns */
Test(wire, every_frame_of_a_mix_takes_its_own_time)
{
	RIG_OPEN(&rig, "size", "imix");
	rig_send(&rig, 0, 0, 64, 1);
	rig_send(&rig, 0, 0, 1518, 1);
	rig_send(&rig, 0, 0, 570, 1);
	cr_expect_eq(rig_arrived(&rig, 0), 0);
	cr_expect_eq(rig_arrived(&rig, 67), 0);
	cr_expect_eq(rig_arrived(&rig, 68), 1);
	cr_expect_eq(rig_arrived(&rig, 1297), 0);
	cr_expect_eq(rig_arrived(&rig, 1298), 1);
	cr_expect_eq(rig_arrived(&rig, 1769), 0);
	cr_expect_eq(rig_arrived(&rig, 1770), 1);
}

/* Fifty frames of 64 bytes are 33,600 bits. */
Test(wire, every_speed_has_its_own_time_per_frame)
{
	static const struct {
		const char *line;
		uint64_t bps, fifty_ns;
	} speed[] = {
		{ "10M", 10000000, 3360000 },
		{ "100M", 100000000, 336000 },
		{ "1G", 1000000000, 33600 },
		{ "2.5G", 2500000000, 13440 },
		{ "5G", 5000000000, 6720 },
		{ "10G", 10000000000, 3360 },
		{ "25G", 25000000000, 1344 },
		{ "40G", 40000000000, 840 },
		{ "50G", 50000000000, 672 },
		{ "100G", 100000000000, 336 },
		{ "200G", 200000000000, 168 },
		{ "400G", 400000000000, 84 },
	};

	for (unsigned int i = 0; i < 12; i++) {
		RIG_OPEN(&rig, "line", speed[i].line);
		cr_expect_eq(ovr_wire_line_bps(rig.wire), speed[i].bps);
		rig_send(&rig, 0, 0, 64, 60);
		cr_expect_eq(rig_arrived(&rig, 0), 0);
		cr_expect_eq(rig_arrived(&rig, speed[i].fifty_ns - 1), 49, "%s", speed[i].line);
		cr_expect_eq(rig_arrived(&rig, speed[i].fifty_ns), 1, "%s", speed[i].line);
		rig_close(&rig);
	}
}

Test(wire, the_speed_comes_from_either_end_and_is_10g_where_nobody_says)
{
	RIG_OPEN(&rig, NULL);
	cr_expect_eq(ovr_wire_line_bps(rig.wire), 10000000000);
	rig_close(&rig);
	RIG_OPEN(&rig, "tx", "wire:0,speed=25G");
	cr_expect_eq(ovr_wire_line_bps(rig.wire), 25000000000);
	rig_close(&rig);
	RIG_OPEN(&rig, "rx", "wire:1,speed=100G");
	cr_expect_eq(ovr_wire_line_bps(rig.wire), 100000000000);
}

Test(wire, ends_of_different_speeds_are_refused)
{
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);
	struct ovr_plan plan = RIG_PLAN("tx", "wire:0,speed=10G");
	struct ovr_wire *wire = NULL;
	struct ovr_err err = { "" };

	plan.ports.rx.conf.wire.speed_bps = UINT64_C(25000000000);
	cr_assert_eq(ovr_wire_create(&plan.ports, plan.trial.seed, &clock, NULL, &wire, &err), -EINVAL);
	cr_assert_str_eq(err.text, "wire: its two ends were given different speeds; accepted: one speed");
	cr_assert_null(wire);
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
	cr_assert_null(rte_ring_lookup("ovr_tx0"));
}

Test(wire, a_line_idle_for_a_millisecond_has_saved_no_credit)
{
	RIG_OPEN(&rig, NULL);
	for (uint64_t now = 0; now <= 1000000; now += 1000)
		rig_turn(&rig, now);
	rig_send(&rig, 0, 0, 64, 64);
	cr_expect_eq(rig_arrived(&rig, 1001000), 0);
	cr_expect_eq(rig_arrived(&rig, 1001067), 0);
	cr_expect_eq(rig_arrived(&rig, 1001068), 1);
	cr_expect_eq(rig_counters(&rig).paused_ns, 0);
}

/* The turn at 68 leaves the ring empty: what is seen at 1,000,000 has not waited since then. */
Test(wire, a_line_that_a_turn_left_empty_has_saved_no_credit_by_the_next)
{
	RIG_OPEN(&rig, NULL);
	rig_send(&rig, 0, 0, 64, 1);
	cr_expect_eq(rig_arrived(&rig, 0), 0);
	cr_expect_eq(rig_arrived(&rig, 68), 1);
	rig_send(&rig, 0, 0, 64, 40);
	cr_expect_eq(rig_arrived(&rig, 1000000), 0);
	cr_expect_eq(rig_arrived(&rig, 1000067), 0);
	cr_expect_eq(rig_arrived(&rig, 1000068), 1);
	cr_expect_eq(rig_arrived(&rig, 1000672), 9);
}

/*
 * Once 75 have come at once; then the millisecond must be forgotten, though more frames wait at
 * every turn.
 */
Test(wire, frames_handed_over_late_do_not_catch_up_with_a_stall)
{
	RIG_OPEN(&rig, NULL);
	rig_send(&rig, 0, 0, 64, 75);
	cr_expect_eq(rig_arrived(&rig, 0), 0);
	cr_expect_eq(rig_arrived(&rig, 1000000), 75);
	for (unsigned int turn = 1; turn <= 20; turn++) {
		rig_send(&rig, 0, 0, 64, 32);
		/* a turn of 336 ns has time for 5 frames; the first one sees the line idle */
		cr_expect_eq(rig_arrived(&rig, 1000000 + 336 * turn), turn == 1 ? 0 : 5, "turn %u", turn);
	}
	cr_expect_eq(rig_counters(&rig).paused_ns, 0);
}

Test(wire, most_frames_of_a_turn_are_five_microseconds_of_the_line_or_a_quarter_of_the_receive_ring)
{
	struct ovr_plan plan = RIG_PLAN(NULL);

	plan.ports.rxd = 4096;
	cr_expect_eq(ovr_wire_burst_max(plan.ports.rxd, 1000000000), 64);
	cr_expect_eq(ovr_wire_burst_max(plan.ports.rxd, 10000000000), 75);
	cr_expect_eq(ovr_wire_burst_max(plan.ports.rxd, 25000000000), 187);
	cr_expect_eq(ovr_wire_burst_max(plan.ports.rxd, 40000000000), 256);
	cr_expect_eq(ovr_wire_burst_max(plan.ports.rxd, 400000000000), 256);
	plan.ports.rxd = 256;
	cr_expect_eq(ovr_wire_burst_max(plan.ports.rxd, 10000000000), 64);
	plan.ports.rxd = 255;
	cr_expect_eq(ovr_wire_burst_max(plan.ports.rxd, 10000000000), 63);
	plan.ports.rxd = 8;
	cr_expect_eq(ovr_wire_burst_max(plan.ports.rxd, 10000000000), 2);
	plan.ports.rxd = 3;
	cr_expect_eq(ovr_wire_burst_max(plan.ports.rxd, 10000000000), 1);
	plan.ports.rxd = 1;
	cr_expect_eq(ovr_wire_burst_max(plan.ports.rxd, 10000000000), 1);
}

/* 75 frames take 5040 ns of the millisecond; the rest is a pause. */
Test(wire, a_late_turn_is_a_pause_of_the_line_and_not_a_burst)
{
	RIG_OPEN(&rig, NULL);
	rig_send(&rig, 0, 0, 64, 1000);
	cr_expect_eq(rig_arrived(&rig, 0), 0);
	cr_expect_eq(rig_arrived(&rig, 1000000), 75);
	cr_expect_eq(rig_counters(&rig).paused_ns, 994960);
	cr_expect_eq(rig_arrived(&rig, 1000000), 0);
	cr_expect_eq(rig_arrived(&rig, 1000067), 0);
	cr_expect_eq(rig_arrived(&rig, 1000068), 1);
	cr_expect_eq(rig_arrived(&rig, 1000672), 9, "the line goes on at its speed");
	cr_expect_eq(rig_counters(&rig).paused_ns, 994960);
}

Test(wire, pauses_add_up)
{
	RIG_OPEN(&rig, "rxd", "40");
	rig_send(&rig, 0, 0, 64, 1000);
	cr_expect_eq(rig_arrived(&rig, 0), 0);
	cr_expect_eq(rig_arrived(&rig, 10000), 10);
	cr_expect_eq(rig_counters(&rig).paused_ns, 10000 - 672);
	cr_expect_eq(rig_arrived(&rig, 10672), 10);
	cr_expect_eq(rig_counters(&rig).paused_ns, 10000 - 672, "that turn was in time");
	cr_expect_eq(rig_arrived(&rig, 12672), 10);
	cr_expect_eq(rig_counters(&rig).paused_ns, 12000 - 2 * 672);
}

Test(wire, a_late_turn_that_finds_all_its_frames_in_one_burst_is_no_pause)
{
	RIG_OPEN(&rig, NULL);
	rig_send(&rig, 0, 0, 64, 75);
	cr_expect_eq(rig_arrived(&rig, 0), 0);
	cr_expect_eq(rig_arrived(&rig, 1000000), 75);
	cr_expect_eq(rig_counters(&rig).paused_ns, 0, "the line was idle meanwhile");
}

Test(wire, a_full_queue_misses_frames_and_no_other_does)
{
	struct ovr_wire_counters counters;
	uint16_t of_queue[4] = { 0 };

	RIG_OPEN(&rig, "rxq", "4", "rxd", "10", "streams", "64");
	for (uint16_t stream = 0; stream < 64; stream++) {
		struct ovr_frame_flow flow = frames_flow(stream);

		of_queue[ovr_wire_queue_of(rig.wire, &flow)] = stream;
	}
	rig_send(&rig, 0, of_queue[0], 64, 4);
	rig_send(&rig, 0, of_queue[2], 64, 25);
	rig_send(&rig, 0, of_queue[3], 64, 11);
	for (uint64_t now = 0; now < 4000; now += 67)
		rig_turn(&rig, now);
	counters = rig_counters(&rig);
	cr_expect_eq(counters.tx_frames, 40);
	cr_expect_eq(counters.rx_frames[0], 4);
	cr_expect_eq(counters.rx_missed[0], 0);
	cr_expect_eq(counters.rx_frames[1], 0);
	cr_expect_eq(counters.rx_missed[1], 0);
	cr_expect_eq(counters.rx_frames[2], 10);
	cr_expect_eq(counters.rx_missed[2], 15);
	cr_expect_eq(counters.rx_frames[3], 10);
	cr_expect_eq(counters.rx_missed[3], 1);
	cr_expect_eq(rig_take(&rig, 0, NULL, UINT_MAX), 4);
	cr_expect_eq(rig_take(&rig, 1, NULL, UINT_MAX), 0);
	cr_expect_eq(rig_take(&rig, 2, NULL, UINT_MAX), 10);
	cr_expect_eq(rig_take(&rig, 3, NULL, UINT_MAX), 10);
}

Test(wire, a_flow_arrives_on_the_queue_that_the_wire_foretells)
{
	static struct ovr_frame_tag tag[1000];
	unsigned int total = 0;

	RIG_OPEN(&rig, "rxq", "5", "streams", "200", "txd", "1024");
	for (uint16_t stream = 0; stream < 200; stream++)
		cr_assert_eq(rig_send(&rig, 0, stream, 64, 3), 3);
	for (uint64_t now = 0; now < 50000; now += 67)
		rig_turn(&rig, now);
	for (uint16_t q = 0; q < 5; q++) {
		unsigned int n = rig_take(&rig, q, tag, 1000);

		cr_expect_gt(n, 0, "queue %u got nothing", q);
		for (unsigned int i = 0; i < n; i++) {
			struct ovr_frame_flow flow = frames_flow(tag[i].stream);

			cr_assert_eq(ovr_wire_queue_of(rig.wire, &flow), q, "stream %u", tag[i].stream);
		}
		total += n;
	}
	cr_assert_eq(total, 600);
}

Test(wire, rss_looks_after_vlan_tags_and_into_ipv6)
{
	static const struct ovr_frame_flow_conf conf[] = {
		{ .ip_version = 6 },
		{ .ip_version = 4, .n_vlans = 1, .vlan = { 7 } },
		{ .ip_version = 6, .n_vlans = 2, .vlan = { 7, 8 } },
	};

	RIG_OPEN(&rig, "rxq", "4", "streams", "64");
	for (unsigned int i = 0; i < 96; i++) {
		struct ovr_frame_flow flow = ovr_frame_flow_of(&conf[i % 3], (uint16_t)i, 0);
		struct rte_mbuf *frame = frames_make_of(rig.pair->tx_pool, &flow, (uint16_t)i, 0, 100);

		cr_assert_eq(rte_eth_tx_burst(rig.pair->tx.device[0], 0, &frame, 1), 1);
		rig_turn(&rig, 1000 * i);
		rig_turn(&rig, 1000 * i + 96);
		cr_assert_eq(
			rig_take(&rig, ovr_wire_queue_of(rig.wire, &flow), NULL, UINT_MAX), 1, "flow %u", i);
	}
}

Test(wire, rotation_moves_every_flow_to_the_next_queue)
{
	static const uint16_t step[] = { 0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 0, 0, 1 };
	struct ovr_frame_flow flow = frames_flow(9);
	struct ovr_frame_tag tag;
	uint16_t first;

	RIG_OPEN(&rig, "rx", "wire:1,rotate=3", "rxq", "3");
	first = ovr_wire_queue_of(rig.wire, &flow);
	rig_send(&rig, 0, 9, 64, 13);
	rig_turn(&rig, 0);
	for (unsigned int i = 0; i < 13; i++) {
		rig_turn(&rig, 68 * (i + 1));
		cr_assert_eq(rig_take(&rig, (uint16_t)((first + step[i]) % 3), &tag, 1), 1, "frame %u", i);
		cr_assert_eq(tag.seq, i);
	}
}

/* 65,536 is no multiple of 3: nothing may begin anew there. */
Test(wire, rotation_goes_round_for_ever)
{
	struct ovr_frame_flow flow = frames_flow(9);
	struct ovr_frame_tag tag;
	uint16_t first;

	RIG_OPEN(&rig, "rx", "wire:1,rotate=1", "rxq", "3");
	first = ovr_wire_queue_of(rig.wire, &flow);
	rig_turn(&rig, 0);
	for (unsigned int i = 0; i < 65600; i++) {
		rig_send(&rig, 0, 9, 64, 1);
		rig_turn(&rig, 136 * i);
		rig_turn(&rig, 136 * i + 68);
		cr_assert_eq(rig_take(&rig, (uint16_t)((first + i) % 3), &tag, 1), 1, "frame %u", i);
	}
}

Test(wire, transmit_rings_take_turns_frame_by_frame)
{
	static const uint16_t ring[] = { 0, 1, 2, 0, 1, 2, 0, 2, 0, 2, 0, 2 };
	static struct ovr_frame_tag tag[12];

	RIG_OPEN(&rig, "txq", "3", "streams", "3");
	rig_send(&rig, 0, 0, 64, 5);
	rig_send(&rig, 1, 1, 64, 2);
	rig_send(&rig, 2, 2, 64, 5);
	rig_turn(&rig, 0);
	/* 4 frames are on the line after 268.8 ns, 12 after 806.4: the turn goes on where it was */
	rig_turn(&rig, 269);
	cr_assert_eq(rig_take(&rig, 0, tag, 12), 4);
	rig_turn(&rig, 807);
	cr_assert_eq(rig_take(&rig, 0, tag + 4, 8), 8);
	for (unsigned int i = 0; i < 12; i++)
		cr_assert_eq(tag[i].stream, ring[i], "frame %u came from ring %u", i, tag[i].stream);
}

Test(wire, every_transmit_ring_has_its_own_slots)
{
	RIG_OPEN(&rig, "txq", "2", "streams", "2", "txd", "7");
	cr_expect_eq(rig_send(&rig, 0, 0, 64, 8), 7);
	cr_expect_eq(rig_send(&rig, 1, 1, 64, 8), 7);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 14);
}

Test(wire, a_loopback_plug_gives_a_port_its_own_frames_back)
{
	static struct ovr_frame_tag tag[20];

	RIG_OPEN(&rig, "tx", "wire:0", "rx", "wire:0");
	cr_assert_eq(ovr_wire_port_id(rig.wire, 0), ovr_wire_port_id(rig.wire, 1));
	cr_assert_eq(rte_eth_dev_count_avail(), 1);
	cr_assert_eq(rig_send(&rig, 0, 5, 64, 20), 20);
	rig_turn(&rig, 100);
	rig_turn(&rig, 100 + 1344);
	cr_assert_eq(rig_take(&rig, 0, tag, 20), 20);
	for (unsigned int i = 0; i < 20; i++)
		cr_assert_eq(tag[i].seq, i);
}

Test(wire, beginning_again_counts_from_zero_on_an_idle_line)
{
	struct ovr_wire_counters counters;

	RIG_OPEN(&rig, "rxd", "4");
	rig_send(&rig, 0, 0, 64, 8);
	rig_turn(&rig, 0);
	for (uint64_t now = 100; now < 2000; now += 100)
		rig_turn(&rig, now);
	cr_assert_eq(rig_counters(&rig).rx_missed[0], 4);
	cr_assert_eq(rig_take(&rig, 0, NULL, UINT_MAX), 4);
	ovr_wire_begin(rig.wire);
	ovr_wire_set_epoch(rig.wire, 1000000);
	counters = rig_counters(&rig);
	cr_expect_eq(counters.tx_frames, 0);
	cr_expect_eq(counters.rx_frames[0], 0);
	cr_expect_eq(counters.rx_missed[0], 0);
	cr_expect_eq(counters.paused_ns, 0);
	rig_send(&rig, 0, 0, 64, 1);
	cr_expect_eq(rig_arrived(&rig, 1000500), 0);
	cr_expect_eq(rig_arrived(&rig, 1000567), 0);
	cr_expect_eq(rig_arrived(&rig, 1000568), 1);
}

Test(wire, frames_inside_are_those_in_the_rings_of_both_ends)
{
	RIG_OPEN(&rig, NULL);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 0);
	rig_send(&rig, 0, 0, 64, 100);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 100);
	rig_turn(&rig, 0);
	rig_turn(&rig, 672);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 100, "ten of them on the other side");
	cr_expect_eq(ovr_wire_frames_under_way(rig.wire), 90);
	cr_expect_eq(ovr_wire_turns(rig.wire), 2);
	cr_expect_eq(rig_take(&rig, 0, NULL, 4), 4);
	cr_expect_eq(ovr_wire_frames_inside(rig.wire), 96);
}

Test(wire, destroying_it_frees_the_frames_in_its_rings)
{
	RIG_OPEN(&rig, "rxq", "2", "txq", "2", "streams", "8");
	rig_send(&rig, 0, 0, 64, 100);
	rig_send(&rig, 1, 1, 64, 100);
	rig_turn(&rig, 0);
	rig_turn(&rig, 672);
	cr_assert_eq(rig_frames_out(&rig), 200);
	rig_destroy_wire(&rig);
	cr_assert_eq(rig_frames_out(&rig), 0);
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
	cr_assert_null(rte_ring_lookup("ovr_tx0"));
	cr_assert_null(rte_ring_lookup("ovr_rx1"));
	cr_assert_null(rte_ring_lookup("ovr_unused0"));
}
