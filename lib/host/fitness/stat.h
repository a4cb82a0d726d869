/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Texts of procfs and lists of CPUs, taken apart. Pure. Internal to fitness.
 */
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

/** Ticks of all CPUs since the host was started. */
struct fit_ticks {
	uint64_t all, stolen;
};

/** The first line of /proc/stat. @return whether it is one that has steal */
bool fit_ticks_parse(const char *line, struct fit_ticks *ret_ticks);

/** "0-3,8", or "" for none. @return whether it is such a list of CPUs below CPU_SETSIZE */
bool fit_list_parse(const char *text, cpu_set_t *ret_set);

/** A line of softnet_stat: adds to both sums. @return whether it is one */
bool fit_softnet_add(const char *line, int64_t *dropped, int64_t *squeezed);
