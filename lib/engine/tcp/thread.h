/* SPDX-License-Identifier: BSD-3-Clause */
/** @file What both threads need: time, sleep, a CPU. Internal to tcp. */
#pragma once

#include <stdint.h>

#include "base/cpuset.h"
#include "base/err.h"

/** @return CLOCK_MONOTONIC */
uint64_t ovr_tcp_now_ns(void);

/** Sleep for about so long; a signal may end it earlier. */
void ovr_tcp_nap_us(unsigned int us);

/**
 * Check that this process may use the first CPU of a set.
 * @param side "tx" or "rx", for the message
 * @return 0, also for an empty set; -EINVAL
 */
int ovr_tcp_thread_check(const struct ovr_cpuset *cpus, const char *side, struct ovr_err *err);

/** Bind the calling thread to the first CPU of a set; an empty set leaves it where it is. */
void ovr_tcp_thread_pin(const struct ovr_cpuset *cpus);
