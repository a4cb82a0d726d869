/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/shape.h"

#include <math.h>
#include <stdint.h>

#include <criterion/criterion.h>

#include "base/rng.h"

#define LINE_64B 14880952.380952381 /* 10G, 64 bytes */
#define RINGS    8

/* A receiver to order: serves μ, but stands still for T at the beginning of every P. */
struct consumer {
	double arrival_pps, service_pps, stall_s, period_s, time_s;
};

/* When the server is done with a frame that it begins at that time. */
static double
served_at(const struct consumer *consumer, double begin_s)
{
	double into = consumer->stall_s > 0 ? fmod(begin_s, consumer->period_s) : 0;

	if (into < consumer->stall_s)
		begin_s += consumer->stall_s - into;
	return begin_s + 1 / consumer->service_pps;
}

/* Frame by frame. */
static struct ovr_method_ring_loss
consume(const struct consumer *consumer, uint32_t slots)
{
	uint64_t frames = (uint64_t)(consumer->arrival_pps * consumer->time_s), lost = 0, held = 0;
	double stalls = consumer->stall_s > 0 ? consumer->time_s / consumer->period_s : 0;
	double done_s = 0;

	for (uint64_t i = 0; i < frames; i++) {
		double now_s = ((double)i + 1) / consumer->arrival_pps;

		while (held != 0 && done_s <= now_s) {
			held--;
			done_s = served_at(consumer, done_s);
		}
		if (held == slots) {
			lost++;
			continue;
		}
		if (held == 0)
			done_s = served_at(consumer, now_s);
		held++;
	}
	return (struct ovr_method_ring_loss){ .slots = slots,
		.loss = (double)lost / (double)frames,
		.frames = (double)frames,
		.stalls = stalls,
		.lost_per_stall = stalls > 0 ? (double)lost / stalls : 0,
		.grain = 0 };
}

/* 64 … 8192 less the one that a ring cannot use. */
static struct ovr_method_shape
sweep(const struct consumer *consumer, struct ovr_method_ring_loss *ring)
{
	for (int i = 0; i < RINGS; i++)
		ring[i] = consume(consumer, (64u << i) - 1);
	return ovr_method_shape_of(ring, RINGS);
}

/* T = 100 us, P = 10 ms at 10G, 64 bytes. */
Test(shape, stalls_make_a_loss_that_falls_to_a_knee_at_lambda_t)
{
	struct consumer consumer = { LINE_64B, 40e6, 100e-6, 10e-3, 0.1 };
	struct ovr_method_ring_loss ring[RINGS];
	struct ovr_method_shape shape = sweep(&consumer, ring);

	cr_assert_float_eq(100 * ring[3].loss, 0.6566, 0.002, "511 slots: %.4f %%", 100 * ring[3].loss);
	cr_assert_float_eq(100 * ring[4].loss, 0.3125, 0.002, "1023 slots: %.4f %%", 100 * ring[4].loss);
	cr_assert_float_eq(ring[5].loss, 0, 0);
	cr_assert_eq(shape.kind, OVR_METHOD_SHAPE_KNEE);
	cr_assert_float_eq(shape.knee, 1488.1, 5, "%.1f", shape.knee);
	cr_assert_float_eq(shape.lossy_to, 1023, 0);
}

/* 1,023 slots last 68.75 us, 2,047 last 137.6 us. */
Test(shape, a_ring_whose_buffer_time_is_the_stall_is_the_first_without_loss)
{
	struct consumer consumer = { LINE_64B, 40e6, 68.7e-6, 10e-3, 0.05 };
	struct ovr_method_ring_loss ring[RINGS];

	cr_assert_float_eq(sweep(&consumer, ring).lossy_to, 511, 0);
	consumer.stall_s = 68.9e-6;
	cr_assert_float_eq(sweep(&consumer, ring).lossy_to, 1023, 0);
	consumer.stall_s = 137.5e-6;
	cr_assert_float_eq(sweep(&consumer, ring).lossy_to, 1023, 0);
	consumer.stall_s = 137.7e-6;
	cr_assert_float_eq(sweep(&consumer, ring).lossy_to, 2047, 0);
}

/* ρ = 1.05. */
Test(shape, an_overload_is_flat_at_one_minus_one_over_rho)
{
	struct consumer consumer = { LINE_64B, LINE_64B / 1.05, 0, 0, 0.3 };
	struct ovr_method_ring_loss ring[RINGS];
	struct ovr_method_shape shape = sweep(&consumer, ring);

	cr_assert_float_eq(100 * ring[0].loss, 4.762, 0.01);
	cr_assert_float_eq(100 * ring[7].loss, 4.762, 0.2);
	cr_assert_eq(shape.kind, OVR_METHOD_SHAPE_FLAT);
	cr_assert(isnan(shape.knee));
}

/* The buffers of a ring of N outgrow the cache: each frame costs the more, the larger the ring. */
Test(shape, a_receiver_that_slows_down_with_the_ring_rises)
{
	struct ovr_method_ring_loss ring[RINGS];
	struct ovr_method_shape shape;

	for (uint32_t i = 0; i < RINGS; i++) {
		struct consumer consumer = { LINE_64B, 16e6 / (1 + (64u << i) / 65536.0), 0, 0, 0.1 };

		ring[i] = consume(&consumer, (64u << i) - 1);
	}
	shape = ovr_method_shape_of(ring, RINGS);
	cr_assert_eq(shape.kind, OVR_METHOD_SHAPE_RISING);
	cr_assert_leq(shape.least_at, 4095);
}

Test(shape, a_curve_that_falls_first_and_rises_at_the_end_rises)
{
	const struct ovr_method_ring_loss ring[] = { { 64, 0.1, 1e6, 0, 0, 0 }, { 128, 0.02, 1e6, 0, 0, 0 },
		{ 256, 0, 1e6, 0, 0, 0 }, { 512, 0.01, 1e6, 0, 0, 0 }, { 1024, 0.05, 1e6, 0, 0, 0 } };
	struct ovr_method_shape shape = ovr_method_shape_of(ring, 5);

	cr_assert_eq(shape.kind, OVR_METHOD_SHAPE_RISING);
	cr_assert_float_eq(shape.least_at, 256, 0);
}

Test(shape, stalls_longer_than_every_ring_have_a_knee_beyond_them)
{
	struct consumer consumer = { LINE_64B, 40e6, 2e-3, 10e-3, 0.1 };
	struct ovr_method_ring_loss ring[RINGS];
	struct ovr_method_shape shape = sweep(&consumer, ring);

	cr_assert_eq(shape.kind, OVR_METHOD_SHAPE_FALLING);
	cr_assert_float_eq(shape.knee, 29762, 30, "%.1f", shape.knee);
	cr_assert_float_eq(shape.lossy_to, 8191, 0);
	/* of 64, 128 and 256 alone, whose losses differ by less than 1 % */
	shape = ovr_method_shape_of(ring, 3);
	cr_assert_eq(shape.kind, OVR_METHOD_SHAPE_FALLING);
	cr_assert_float_eq(shape.knee, 29762, 30, "%.1f", shape.knee);
}

Test(shape, without_known_stalls_the_knee_is_where_the_line_ends)
{
	const struct ovr_method_ring_loss ring[] = { { 500, 0.010, 1e6, 0, 0, 0 },
		{ 1000, 0.005, 1e6, 0, 0, 0 }, { 2000, 0, 1e6, 0, 0, 0 } };
	struct ovr_method_shape shape = ovr_method_shape_of(ring, 3);

	cr_assert_eq(shape.kind, OVR_METHOD_SHAPE_KNEE);
	cr_assert_float_eq(shape.knee, 1500, 1e-6);
	shape = ovr_method_shape_of(&ring[1], 2);
	cr_assert_eq(shape.kind, OVR_METHOD_SHAPE_KNEE);
	cr_assert(isnan(shape.knee), "one ring that loses draws no line");
	cr_assert_float_eq(shape.lossy_to, 1000, 0);
}

Test(shape, noise_of_a_tenth_stays_flat_and_one_of_half_has_no_shape)
{
	struct ovr_method_ring_loss ring[RINGS];
	unsigned int n_flat = 0, n_unclear = 0;

	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct ovr_rng rng;

		ovr_rng_seed(&rng, seed, 0);
		for (uint32_t i = 0; i < RINGS; i++)
			ring[i] = (struct ovr_method_ring_loss){ 64u << i,
				0.05 * (0.91 + 0.18 * ovr_rng_unit(&rng)), 1e6, 0, 0, 0 };
		n_flat += ovr_method_shape_of(ring, RINGS).kind == OVR_METHOD_SHAPE_FLAT;
		for (uint32_t i = 0; i < RINGS; i++)
			ring[i].loss = 0.05 * ((i % 2 != 0 ? 0.5 : 1.5) + 0.1 * ovr_rng_unit(&rng));
		n_unclear += ovr_method_shape_of(ring, RINGS).kind == OVR_METHOD_SHAPE_UNCLEAR;
	}
	cr_assert_eq(n_flat, 50);
	cr_assert_eq(n_unclear, 50);
}

Test(shape, what_cannot_be_told_from_nothing_is_no_loss)
{
	const struct ovr_method_ring_loss ring[] = { { 512, 0.01, 1e6, 10, 1000, 0.0005 },
		{ 1024, 0.0004, 1e6, 10, 0, 0.0005 }, { 2048, 0, 1e6, 10, 0, 0.0005 } };

	cr_assert_eq(ovr_method_shape_of(ring, 3).kind, OVR_METHOD_SHAPE_KNEE);
	cr_assert_float_eq(
		ovr_method_shape_of(ring, 3).knee, 1024, 1e-6, "as good as nothing is lost with it");
	cr_assert_eq(ovr_method_shape_of(&ring[1], 2).kind, OVR_METHOD_SHAPE_LOSSLESS);
}

Test(shape, a_ring_that_lost_nothing_is_not_below_the_knee)
{
	/* the stalls of the first were longer than those of the second */
	struct ovr_method_ring_loss ring[] = { { 500, 0.0052, 1e6, 10, 520, 0 }, { 1000, 0, 1e6, 10, 0, 0 } };

	cr_assert_eq(ovr_method_shape_of(ring, 2).kind, OVR_METHOD_SHAPE_KNEE);
	cr_assert_float_eq(ovr_method_shape_of(ring, 2).knee, 1000, 1e-6, "not 1,020");
	ring[0].loss = 0.0049;
	ring[0].lost_per_stall = 490;
	cr_assert_float_eq(ovr_method_shape_of(ring, 2).knee, 990, 1e-6);
}

Test(shape, what_was_lost_outside_stalls_does_not_move_the_knee)
{
	const struct ovr_method_ring_loss ring[] = { { 512, 0.03, 1e6, 10, 1000, 0 },
		{ 1024, 0.02488, 1e6, 10, 488, 0 }, { 2048, 0.0, 1e6, 10, 0, 0 } };

	cr_assert_eq(ovr_method_shape_of(ring, 3).kind, OVR_METHOD_SHAPE_KNEE);
	cr_assert_float_eq(ovr_method_shape_of(ring, 3).knee, 1512, 1e-6);
}

Test(shape, one_ring_is_no_curve)
{
	const struct ovr_method_ring_loss ring = { 512, 0.01, 1e6, 0, 0, 0 };

	cr_assert_eq(ovr_method_shape_of(&ring, 1).kind, OVR_METHOD_SHAPE_UNCLEAR);
	cr_assert_eq(ovr_method_shape_of(&ring, 0).kind, OVR_METHOD_SHAPE_UNCLEAR);
}
