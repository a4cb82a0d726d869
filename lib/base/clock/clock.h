/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Cycle counter of the CPU, and its conversion to nanoseconds and back.
 *
 * The counter is the one of constant rate (TSC, CNTVCT), calibrated here against
 * CLOCK_MONOTONIC_RAW. EAL's own figure is rounded to 10 MHz: up to 0.2 % of a 2.6 GHz counter,
 * which is more than the errors of rates that this tool reports. Other modules take times as
 * arguments. A test makes a clock of a round rate with ovr_clock_of_hz() and passes times to them.
 */
#pragma once

#include <stdint.h>
#include <time.h>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/** A conversion. Plain data: copy it freely; read by any thread. */
struct ovr_clock {
	uint64_t hz;   /**< cycles per second */
	uint64_t mult; /**< ns = cycles * mult >> 32 */
};

/** @return the counter now. Any thread; some 10 ns. */
static inline uint64_t
ovr_clock_cycles(void)
{
#if defined(__x86_64__)
	return __rdtsc();
#elif defined(__aarch64__)
	uint64_t v;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(v));
	return v;
#else
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
#endif
}

/**
 * The same, read after all earlier loads have finished. Without the fence a CPU may read its
 * counter ahead of a load that waits for another core's cache line. A time stamp in that line could
 * then be later than the time that is returned.
 * @return the counter now. Any thread
 */
static inline uint64_t
ovr_clock_cycles_after_reads(void)
{
#if defined(__x86_64__)
	_mm_lfence();
#elif defined(__aarch64__)
	__asm__ volatile("dmb ishld; isb" ::: "memory");
#endif
	return ovr_clock_cycles();
}

/**
 * Time of one thread that never steps back. The counter can step back: when a virtual machine moves
 * to another host, or a thread to a CPU whose counter is behind. The time then stays the same for
 * that reading and follows the counter from there, so that no difference of two readings is
 * negative. Zeroed memory is a valid start. Owner: one thread; any thread may read after it ended.
 */
struct ovr_clock_steady {
	uint64_t last;        /**< cycles, the latest returned */
	uint64_t lost_cycles; /**< by which the counter stepped back so far, added to each reading */
	uint32_t n_steps;
};

/** The slow half of ovr_clock_steady_at(). */
uint64_t ovr_clock_steady_step(struct ovr_clock_steady *steady, uint64_t counter);

/**
 * @param counter what ovr_clock_cycles() returned
 * @return the thread's time in cycles, at least that of the call before
 */
static inline uint64_t
ovr_clock_steady_at(struct ovr_clock_steady *steady, uint64_t counter)
{
	uint64_t now = counter + steady->lost_cycles;

	if (__builtin_expect(now < steady->last, 0))
		return ovr_clock_steady_step(steady, counter);
	steady->last = now;
	return now;
}

/** @return the conversion for a counter of @p hz (1 kHz … 100 GHz) */
struct ovr_clock ovr_clock_of_hz(uint64_t hz);

/** One moment on both clocks. */
struct ovr_clock_moment {
	uint64_t cycles;
	uint64_t raw_ns; /**< CLOCK_MONOTONIC_RAW */
};

/** @return this moment: the tightest of several readings. Setup; some microseconds. */
struct ovr_clock_moment ovr_clock_moment_read(void);

/**
 * @return by how many parts per million the counter ran faster than CLOCK_MONOTONIC_RAW between two
 * moments, taken at @p clock's rate
 */
double ovr_clock_drift_ppm(const struct ovr_clock *clock, const struct ovr_clock_moment *start,
	const struct ovr_clock_moment *end);

/**
 * Measure the counter's rate for @p ns (at least 1 ms; 50 ms gives about 1 ppm).
 * @return the conversion. Setup only: it sleeps.
 */
struct ovr_clock ovr_clock_calibrate(uint64_t ns);

/** @return the nanoseconds that @p cycles last */
static inline uint64_t
ovr_clock_ns(const struct ovr_clock *clock, uint64_t cycles)
{
	return (uint64_t)(((__uint128_t)cycles * clock->mult) >> 32);
}

/** @return the picoseconds that @p cycles last */
static inline uint64_t
ovr_clock_ps(const struct ovr_clock *clock, uint64_t cycles)
{
	return (uint64_t)(((__uint128_t)cycles * clock->mult * 1000) >> 32);
}

/** @return the cycles that @p ns last, rounded down */
static inline uint64_t
ovr_clock_cycles_of_ns(const struct ovr_clock *clock, uint64_t ns)
{
	return (uint64_t)((__uint128_t)ns * clock->hz / 1000000000u);
}
