/* SPDX-License-Identifier: BSD-3-Clause */
#include "cable/draw.h"

#include <criterion/criterion.h>

#define FRAMES 100000u

static struct ovr_cable_draw
drawing(const char *keys, uint64_t seed)
{
	struct ovr_wire_conf conf;
	struct ovr_cable_draw draw;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_wire_conf_parse("x", keys, &conf, &err), 0, "%s", err.text);
	ovr_cable_draw_begin(&draw, &conf, seed);
	return draw;
}

static uint32_t
drops(struct ovr_cable_draw *draw, uint32_t frames)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < frames; i++)
		n += ovr_cable_draw_next(draw).is_dropped;
	return n;
}

Test(draw, every_nth_frame_is_lost_exactly)
{
	struct ovr_cable_draw draw = drawing("drop-every=100", 1);

	cr_assert_eq(drops(&draw, 99), 0);
	cr_assert(ovr_cable_draw_next(&draw).is_dropped);
	cr_assert_eq(drops(&draw, 99), 0);
	cr_assert(ovr_cable_draw_next(&draw).is_dropped);
}

Test(draw, ranges_are_lost_exactly)
{
	struct ovr_cable_draw draw = drawing("drop-at=0+5-8", 1);

	for (uint32_t i = 0; i < 20; i++)
		cr_assert_eq(ovr_cable_draw_next(&draw).is_dropped, i == 0 || (i >= 5 && i <= 8), "%u", i);
}

/* of 10 frames that were measured the first, two and the last; again and again */
Test(draw, measured_losses_are_repeated)
{
	const struct ovr_wire_range lost[] = { { 0, 0 }, { 4, 5 }, { 9, 9 } };
	const struct ovr_cable_replay replay = { lost, 3, 10 };
	struct ovr_cable_draw draw = drawing("", 1);

	ovr_cable_draw_replay(&draw, &replay);
	for (uint32_t i = 0; i < 40; i++) {
		uint32_t at = i % 10;

		cr_assert_eq(ovr_cable_draw_next(&draw).is_dropped, at == 0 || at == 4 || at == 5 || at == 9,
			"%u", i);
	}
}

Test(draw, one_percent_is_one_percent)
{
	struct ovr_cable_draw draw = drawing("drop=1%", 7);
	uint32_t n = drops(&draw, FRAMES);

	/* 1,000 ± 5 σ */
	cr_assert(n > 842 && n < 1158, "%u", n);
}

Test(draw, bursts_are_runs_of_their_length)
{
	struct ovr_cable_draw draw = drawing("drop-burst=5:0.1%", 3);
	uint32_t run = 0, runs = 0;

	for (uint32_t i = 0; i < FRAMES; i++) {
		if (ovr_cable_draw_next(&draw).is_dropped) {
			run++;
			continue;
		}
		/* two of them may meet */
		cr_assert_eq(run % 5, 0);
		runs += run != 0;
		run = 0;
	}
	cr_assert(runs > 50, "%u", runs);
}

Test(draw, a_seed_repeats_and_another_differs)
{
	struct ovr_cable_draw one = drawing("drop=50%", 1), same = drawing("drop=50%", 1);
	struct ovr_cable_draw other = drawing("drop=50%", 2);
	uint32_t n_different = 0;

	for (uint32_t i = 0; i < 1000; i++) {
		bool is_dropped = ovr_cable_draw_next(&one).is_dropped;

		cr_assert_eq(ovr_cable_draw_next(&same).is_dropped, is_dropped);
		n_different += ovr_cable_draw_next(&other).is_dropped != is_dropped;
	}
	cr_assert(n_different > 300, "%u", n_different);
}

Test(draw, one_kind_does_not_move_another)
{
	struct ovr_cable_draw alone = drawing("dup=10%", 5);
	struct ovr_cable_draw beside = drawing("dup=10%,drop=10%,reorder=3:10%,corrupt=10%,drop-every=7", 5);

	for (uint32_t i = 0; i < 1000; i++)
		cr_assert_eq(ovr_cable_draw_next(&alone).is_doubled, ovr_cable_draw_next(&beside).is_doubled);
}
