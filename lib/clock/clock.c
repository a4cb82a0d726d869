/* SPDX-License-Identifier: BSD-3-Clause */
#include "clock/clock.h"

#define NS_PER_S 1000000000u

/* One moment on both clocks. */
struct moment {
	uint64_t cycles;
	uint64_t ns;
};

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

/* The tightest of several readings: an interrupt between the two clocks spoils one reading, not all. */
static struct moment
read_both(void)
{
	struct moment best = { 0, 0 };
	uint64_t narrowest = UINT64_MAX;

	for (int i = 0; i < 32; i++) {
		uint64_t before = ovr_clock_cycles();
		uint64_t ns = raw_ns();
		uint64_t width = ovr_clock_cycles() - before;

		if (width < narrowest) {
			narrowest = width;
			best = (struct moment){ before + width / 2, ns };
		}
	}
	return best;
}

struct ovr_clock
ovr_clock_calibrate(uint64_t ns)
{
	struct moment start = read_both();
	struct timespec nap = { (time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S) };
	struct moment end;

	nanosleep(&nap, NULL);
	end = read_both();
	return ovr_clock_of_hz(
		(uint64_t)((__uint128_t)(end.cycles - start.cycles) * NS_PER_S / (end.ns - start.ns)));
}
