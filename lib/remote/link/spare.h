/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * CPUs for the threads of a process that conducts workers of others: libzmq's and its own stay off
 * the workers' CPUs, where there are others.
 *
 * Control thread.
 */
#pragma once

#include <sched.h>
#include <stdbool.h>

#include "base/cpuset.h"

/** Zeroed memory: nothing was changed. */
struct ovr_spare {
	bool is_taken;
	cpu_set_t before; /**< the CPUs of the control thread before that */
};

/**
 * All threads that the process has now leave these CPUs. Without other CPUs nothing is changed.
 * @param spare of an earlier call, or zeroed
 */
void ovr_spare_take(struct ovr_spare *spare, const struct ovr_cpuset *workers);

/** All threads are back on the CPUs of before: a process that is made now may use them all. */
void ovr_spare_end(struct ovr_spare *spare);
