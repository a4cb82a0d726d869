/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Counters with one writer and any number of readers.
 *
 * The writer is the worker that owns the block with the counter. Any thread may read at any time,
 * with relaxed loads, and sees each counter whole. Two counters that are read one after the other
 * may differ by what was added in between. Final values are read after the workers have joined, and
 * are exact. A counter only grows; a phase is the difference of two readings.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

/** Cache-line size by which blocks of different writers are kept apart. */
#define OVR_STAT_LINE_BYTES 64

/**
 * A counter. A struct of its own, so that a plain `+=` (a locked instruction on an _Atomic) does
 * not compile.
 */
struct ovr_stat {
	_Atomic uint64_t v;
};

/** Add @p n. Owner only; an ordinary load, add and store. */
static inline void
ovr_stat_add(struct ovr_stat *stat, uint64_t n)
{
	uint64_t v = atomic_load_explicit(&stat->v, memory_order_relaxed);

	atomic_store_explicit(&stat->v, v + n, memory_order_relaxed);
}

/** Publish a figure that is kept elsewhere. Owner only. */
static inline void
ovr_stat_set(struct ovr_stat *stat, uint64_t v)
{
	atomic_store_explicit(&stat->v, v, memory_order_relaxed);
}

/** @return the value. Any thread. */
static inline uint64_t
ovr_stat_read(const struct ovr_stat *stat)
{
	return atomic_load_explicit(&stat->v, memory_order_relaxed);
}
