/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * State shared by all workers of one run: its start and its end.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "clock/clock.h"

/** One run. Written by the control thread; the flags are read by workers once per turn. */
struct ovr_run {
	struct ovr_clock clock;
	uint64_t epoch_cycles;                 /**< time zero: workers wait for it */
	_Alignas(64) atomic_bool stop_sending; /**< transmitters stop at the next turn; the wire goes on */
	atomic_bool all_sent;                  /**< receivers with --stall unread begin to read */
	atomic_bool quit;                      /**< all workers return */
};

/** @return nanoseconds since the epoch */
static inline uint64_t
ovr_run_ns(const struct ovr_run *run, uint64_t now_cycles)
{
	return ovr_clock_ns(&run->clock, now_cycles - run->epoch_cycles);
}

/** Wait for time zero. Worker. */
static inline void
ovr_run_wait_for_epoch(const struct ovr_run *run)
{
	while ((int64_t)(ovr_clock_cycles() - run->epoch_cycles) < 0)
		;
}
