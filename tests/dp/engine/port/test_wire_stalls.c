/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a ring loses when its receiver stops or is slow, in virtual time: stalls, overload, bursts
 * and polls that cost. At 10G a frame of 64 bytes arrives every 67.2 ns: 14,880,952 per second. A
 * ring of rxd has exactly so many usable slots (U).
 *
 * The wire is turned every `step` ns, so a frame counts as arrived up to one step late; stalls
 * begin and end at a turn. Figures are exact but for the frame that a stall's begin or end cuts in
 * two, and for what a receiver that returns slots in batches holds back: both are said where they
 * are allowed for.
 */
#include "port/wire.h"

#include <stdio.h>

#include <criterion/criterion.h>

#include "eal.h"
#include "rig.h"

#define US  1000u
#define MS  1000000u
#define TXD 1024u

static struct rig rig;
static unsigned int size = 64; /* of the frames */
static uint64_t handed_over, taken;

static void
close_all(void)
{
	rig_close(&rig);
	eal_stop();
}

TestSuite(wire_stalls, .init = eal_start, .fini = close_all);

static void
open_ring(unsigned int slots)
{
	char rxd[16];

	snprintf(rxd, sizeof(rxd), "%u", slots);
	RIG_OPEN(&rig, "rxd", rxd, "txd", "1024", "streams", "1");
	handed_over = taken = 0;
}

/* The line was never in want of a turn. */
static void
close_ring(void)
{
	cr_assert_eq(rig_counters(&rig).paused_ns, 0);
	rig_close(&rig);
}

static uint64_t
lost(void)
{
	return rig_counters(&rig).rx_missed[0];
}

static uint64_t
in_ring(void)
{
	return rig_counters(&rig).rx_frames[0] - taken;
}

static unsigned int
take(unsigned int max)
{
	unsigned int n = rig_take(&rig, 0, NULL, max);

	taken += n;
	return n;
}

/* A turn of a line that never runs dry. */
static void
turn_full(uint64_t now)
{
	if (handed_over - rig_counters(&rig).tx_frames < TXD / 2)
		handed_over += rig_send(&rig, 0, 0, size, TXD / 2);
	rig_turn(&rig, now);
}

/*
 * A receiver that takes all there is, or only whole batches, at every turn from one time up to
 * before another.
 */
static uint64_t
receive_until(uint64_t now, uint64_t end, uint64_t step, unsigned int batch)
{
	for (; now < end; now += step) {
		turn_full(now);
		while (in_ring() >= batch)
			take(batch);
	}
	return now;
}

/* Nobody polls between this turn and the one at the end. */
static uint64_t
stall(uint64_t now, uint64_t end, uint64_t step)
{
	for (; now < end; now += step)
		turn_full(now);
	return now;
}

/*
 * Lose what stalls of 100 µs every so often lose, turned every 100 ns: each must lose least … most.
 * Returns the sum.
 */
static uint64_t
stalls_of_100us(uint64_t period, unsigned int n, uint64_t least, uint64_t most)
{
	uint64_t now = 0;

	for (unsigned int i = 0; i < n; i++) {
		uint64_t before = lost();

		/* the last poll is at the stall's begin */
		now = receive_until(now, i * period + period / 2 + 100, 100, 1);
		now = stall(now, i * period + period / 2 + 100 * US, 100);
		now = receive_until(now, (i + 1) * period, 100, 1);
		cr_expect_geq(lost() - before, least, "stall %u lost %lu", i, lost() - before);
		cr_expect_leq(lost() - before, most, "stall %u lost %lu", i, lost() - before);
	}
	return lost();
}

/* 1,488.1 frames arrive in 100 µs. Which stalls lose the odd frame depends on when they begin. */
Test(wire_stalls, a_stall_of_100us_needs_1489_slots)
{
	uint64_t n;

	open_ring(1488);
	n = stalls_of_100us(300 * US + 700, 60, 0, 1);
	cr_expect_gt(n, 0);
	cr_expect_lt(n, 60);
	close_ring();
	open_ring(1489);
	cr_expect_eq(stalls_of_100us(300 * US + 700, 60, 0, 0), 0);
	close_ring();
}

/*
 * Slots come back in batches of 32; a stall begins while 25 … 30 are held back. Returns what the
 * worst one lost.
 */
static uint64_t
batched_stalls(unsigned int n, uint64_t least, uint64_t most)
{
	uint64_t now = 0, worst = 0;

	for (unsigned int i = 0; i < n; i++) {
		uint64_t before = lost(), begin = i * 300 * US + 100 * US;

		now = receive_until(now, begin, 10, 32);
		while (in_ring() < 25 + i % 6)
			now = receive_until(now, now + 10, 10, 32);
		now = stall(now, now - 10 + 100 * US, 10);
		now = receive_until(now, (i + 1) * 300 * US, 10, 32);
		cr_expect_geq(lost() - before, least, "stall %u lost %lu", i, lost() - before);
		cr_expect_leq(lost() - before, most, "stall %u lost %lu", i, lost() - before);
		worst = lost() - before > worst ? lost() - before : worst;
	}
	return worst;
}

/* With return batches of 32 */
Test(wire_stalls, slots_returned_in_batches_of_32_cost_up_to_a_batch)
{
	open_ring(1488);
	cr_expect_geq(batched_stalls(12, 25, 31), 30);
	close_ring();
	open_ring(1520);
	cr_expect_eq(batched_stalls(12, 0, 0), 0);
	close_ring();
}

/* A share is known to one frame per stall: 0.0007 %. */
Test(wire_stalls, stalls_of_100us_every_10ms_lose_what_the_ring_does_not_hold)
{
	uint64_t n;

	open_ring(511);
	n = stalls_of_100us(10 * MS, 5, 977, 978);
	cr_expect_float_eq(100.0 * (double)n / (double)rig_counters(&rig).tx_frames, .6566, .0007);
	close_ring();
	open_ring(1023);
	n = stalls_of_100us(10 * MS, 5, 465, 466);
	cr_expect_float_eq(100.0 * (double)n / (double)rig_counters(&rig).tx_frames, .3125, .0007);
	close_ring();
	open_ring(2047);
	cr_expect_eq(stalls_of_100us(10 * MS, 5, 0, 0), 0);
	close_ring();
}

/* One stall after 10 µs of polling, turned every 10 ns. Returns what it lost. */
static uint64_t
lost_in_one_stall(uint64_t ns)
{
	uint64_t now = receive_until(0, 10 * US + 10, 10, 1);

	now = stall(now, 10 * US + ns, 10);
	receive_until(now, now + 10 * US, 10, 1);
	return lost();
}

/*
 * A frame's time and the rounding of the literal below and above; 479 slots are those of 512 with a
 * batch of 32.
 */
Test(wire_stalls, a_ring_tolerates_a_stall_of_its_slots_times_a_frames_time)
{
	static const struct {
		const char *line, *rxd;
		unsigned int size;
		uint64_t holds_ns, loses_ns;
	} ring[] = {
		{ "10G", "511", 64, 34340 - 70, 34340 + 70 },
		{ "10G", "479", 64, 32190 - 70, 32190 + 70 },
		{ "10G", "1023", 64, 68750 - 70, 68750 + 70 },
		{ "10G", "2047", 64, 137600 - 70, 137600 + 70 },
		{ "10G", "4095", 64, 275200 - 70, 275200 + 70 },
		{ "100G", "4095", 64, 27500, 27500 + 50 },
		{ "100G", "4095", 1518, 503800 - 130, 503800 + 200 },
	};

	for (unsigned int i = 0; i < 7; i++) {
		for (unsigned int loses = 0; loses < 2; loses++) {
			uint64_t ns = loses ? ring[i].loses_ns : ring[i].holds_ns;

			RIG_OPEN(&rig, "line", ring[i].line, "rxd", ring[i].rxd, "txd", "1024", "streams",
				"1", "size", ring[i].size == 64 ? "64" : "1518");
			size = ring[i].size;
			handed_over = taken = 0;
			if (loses)
				cr_expect_gt(lost_in_one_stall(ns), 0, "%s held %lu ns", ring[i].rxd, ns);
			else
				cr_expect_eq(lost_in_one_stall(ns), 0, "%s lost in %lu ns", ring[i].rxd, ns);
			close_ring();
		}
	}
}

/*
 * A receiver that is done with a frame every service_ps; the frame's slot is free when it is done.
 */
struct server {
	uint64_t service_ps;
	uint64_t done_ps; /* with the frame at hand; 0: there is none */
};

static void
serve(struct server *server, uint64_t now)
{
	if (server->done_ps == 0 && in_ring() != 0)
		server->done_ps = now * 1000 + server->service_ps;
	while (server->done_ps != 0 && server->done_ps <= now * 1000) {
		take(1);
		server->done_ps = in_ring() != 0 ? server->done_ps + server->service_ps : 0;
	}
}

static uint64_t
serve_until(struct server *server, uint64_t now, uint64_t end, uint64_t step)
{
	for (; now < end; now += step) {
		turn_full(now);
		serve(server, now);
	}
	return now;
}

/* μ = 20 M. Empty is when the frame at hand is the only one; a frame more or less takes 0.2 µs. */
Test(wire_stalls, a_ring_drains_290us_after_a_stall_of_100us)
{
	struct server server = { .service_ps = 50000 };
	uint64_t now, end = 200 * US;

	open_ring(2047);
	now = serve_until(&server, 0, 100 * US, 10);
	now = stall(now, end, 10);
	server.done_ps = 0;
	do
		now = serve_until(&server, now, now + 10, 10);
	while (in_ring() > 1);
	cr_expect_float_eq((double)(now - end) / 1000, 290.7, .4);
	cr_expect_eq(lost(), 0);
	close_ring();
}

/* Stalls of 100 µs, over and over. Returns how many frames the ring of 1,520 slots lost. */
static uint64_t
lost_in_period(uint64_t period)
{
	struct server server = { .service_ps = 50000 };
	uint64_t now = 0, n;

	open_ring(1520);
	for (unsigned int i = 0; i < 60; i++) {
		now = stall(now, i * period + 100 * US, 50);
		server.done_ps = 0;
		now = serve_until(&server, now, (i + 1) * period, 50);
	}
	n = lost();
	close_ring();
	return n;
}

/* At a period of 390.7 µs a backlog just does not grow; 0.3 µs are 1.5 frames per period. */
Test(wire_stalls, stalls_of_100us_may_come_every_391us_and_not_sooner)
{
	cr_expect_eq(lost_in_period(391000), 0);
	cr_expect_gt(lost_in_period(390400), 0);
}

/* ρ = 1.05, counted over 20 ms from when the ring is full. */
Test(wire_stalls, overload_by_5_percent_loses_4762_of_100000_in_any_ring)
{
	static const unsigned int slots[] = { 64, 511, 1023, 4095 };

	for (unsigned int i = 0; i < 4; i++) {
		struct server server = { .service_ps = 70560 };
		struct ovr_wire_counters before, after;
		uint64_t now = 0;

		open_ring(slots[i]);
		while (lost() == 0)
			now = serve_until(&server, now, now + US, 100);
		before = rig_counters(&rig);
		serve_until(&server, now, now + 20 * MS, 100);
		after = rig_counters(&rig);
		cr_expect_float_eq(100.0 * (double)(after.rx_missed[0] - before.rx_missed[0]) /
				(double)(after.tx_frames - before.tx_frames),
			4.762, .001, "ring of %u", slots[i]);
		close_ring();
	}
}

/*
 * Twenty bursts of 100 µs at the line's rate, 25 µs apart, into a receiver of 12 Mpps. Returns the
 * ring's losses.
 */
static uint64_t
lost_in_bursts(unsigned int slots, uint64_t *ret_drain_ns)
{
	uint64_t now = 0, n;

	open_ring(slots);
	for (unsigned int i = 0; i < 20; i++) {
		struct server server = { .service_ps = 83333 };
		uint64_t begin = now, left = 1488;

		for (; now < begin + 100 * US || in_ring() != 0; now += 10) {
			left -= rig_send(&rig, 0, 0, 64, (unsigned int)left);
			rig_turn(&rig, now);
			serve(&server, now);
		}
		*ret_drain_ns = now - begin - 100 * US;
		cr_expect_leq(*ret_drain_ns, 25 * US, "the ring is not empty at the next burst");
		for (; now < begin + 125 * US; now += 10)
			rig_turn(&rig, now);
	}
	n = lost();
	close_ring();
	return n;
}

/* 288.1 frames more than are served. They drain in 24.0 µs; a frame takes 0.083 µs. */
Test(wire_stalls, bursts_of_100us_into_12_mpps_need_289_slots)
{
	uint64_t drain_ns;

	cr_expect_eq(lost_in_bursts(289, &drain_ns), 0);
	cr_expect_float_eq((double)drain_ns / 1000, 24.0, .1);
	cr_expect_geq(lost_in_bursts(288, &drain_ns), 20);
}

/*
 * At a duty of 80.64 % the receiver has nothing to spare. Bursts of 100 µs, 0.9 µs below and above
 * the period of 124.0 µs that this is: a ring of 300 slots holds what a burst leaves, and overflows
 * when each adds eleven.
 */
static uint64_t
lost_at_period(uint64_t period)
{
	struct server server = { .service_ps = 83333 };
	uint64_t now = 0, n;

	open_ring(300);
	for (unsigned int i = 0; i < 50; i++) {
		uint64_t left = 1488;

		for (; now < (i + 1) * period; now += 10) {
			left -= rig_send(&rig, 0, 0, 64, (unsigned int)left);
			rig_turn(&rig, now);
			serve(&server, now);
		}
	}
	n = lost();
	close_ring();
	return n;
}

Test(wire_stalls, bursts_of_100us_into_12_mpps_may_fill_80_percent_of_the_time)
{
	cr_expect_eq(lost_at_period(124000 + 900), 0);
	cr_expect_gt(lost_at_period(124000 - 900), 0);
}

/*
 * A receiver whose poll costs 100 ns and each frame 50 ns: how much does it lose, in percent of 10
 * ms at line rate?
 */
static double
lost_in_polls_of(unsigned int burst, unsigned int slots)
{
	struct ovr_wire_counters before, after;
	uint64_t busy_until = 0, now = 0;

	open_ring(slots);
	before = rig_counters(&rig);
	for (; now < 30 * MS; now += 50) {
		if (now == 20 * MS)
			before = rig_counters(&rig);
		turn_full(now);
		if (now >= busy_until)
			busy_until = now + 100 + 50 * take(burst);
	}
	after = rig_counters(&rig);
	close_ring();
	return 100.0 * (double)(after.rx_missed[0] - before.rx_missed[0]) /
		(double)(after.tx_frames - before.tx_frames);
}

/* 18.82 Mpps in bursts of 32, 13.33 Mpps in bursts of 4 */
Test(wire_stalls, polls_of_32_keep_up_and_polls_of_4_lose_10_percent_in_any_ring)
{
	static const unsigned int slots[] = { 64, 511, 4095 };

	for (unsigned int i = 0; i < 3; i++) {
		cr_expect_eq(lost_in_polls_of(32, slots[i]), 0, "ring of %u", slots[i]);
		cr_expect_float_eq(lost_in_polls_of(4, slots[i]), 10.4, .05, "ring of %u", slots[i]);
	}
}
