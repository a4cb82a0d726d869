/* SPDX-License-Identifier: BSD-3-Clause */
#include "clock/clock.h"

#define NS_PER_S 1000000000u

struct ovr_clock
ovr_clock_of_hz(uint64_t hz)
{
	return (struct ovr_clock){ .hz = hz, .mult = (uint64_t)(((__uint128_t)NS_PER_S << 32) / hz) };
}

static uint64_t
raw_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

/* An interrupt between the two clocks spoils one reading, not all. */
struct ovr_clock_moment
ovr_clock_moment_read(void)
{
	struct ovr_clock_moment best = { 0, 0 };
	uint64_t narrowest = UINT64_MAX;

	for (int i = 0; i < 32; i++) {
		uint64_t before = ovr_clock_cycles();
		uint64_t ns = raw_ns();
		uint64_t width = ovr_clock_cycles() - before;

		if (width < narrowest) {
			narrowest = width;
			best = (struct ovr_clock_moment){ before + width / 2, ns };
		}
	}
	return best;
}

struct ovr_clock
ovr_clock_calibrate(uint64_t ns)
{
	struct ovr_clock_moment start = ovr_clock_moment_read();
	struct timespec nap = { (time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S) };
	struct ovr_clock_moment end;

	nanosleep(&nap, NULL);
	end = ovr_clock_moment_read();
	if (end.cycles <= start.cycles)
		return ovr_clock_calibrate(ns); /* it stepped back meanwhile */
	return ovr_clock_of_hz((
		uint64_t)((__uint128_t)(end.cycles - start.cycles) * NS_PER_S / (end.raw_ns - start.raw_ns)));
}

uint64_t
ovr_clock_steady_step(struct ovr_clock_steady *steady, uint64_t counter)
{
	steady->lost_cycles = steady->last - counter;
	steady->n_steps++;
	return steady->last;
}

double
ovr_clock_drift_ppm(const struct ovr_clock *clock, const struct ovr_clock_moment *start,
	const struct ovr_clock_moment *end)
{
	double counted_ns = (double)(int64_t)(end->cycles - start->cycles) * 1e9 / (double)clock->hz;

	return (counted_ns / (double)(end->raw_ns - start->raw_ns) - 1) * 1e6;
}
