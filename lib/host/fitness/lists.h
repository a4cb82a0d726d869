/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Files of sysfs and procfs that hold a list of CPUs. Internal to fitness.
 */
#pragma once

#include <sched.h>
#include <stdbool.h>

#include "fitness/facts.h"

/** A list and what it means. */
struct fit_list {
	char text[OVR_FITNESS_LIST_BYTES]; /**< "" if it is unknown */
	cpu_set_t set;
};

/**
 * Read a list. An empty file is an empty list; one that is longer than the room for it is unknown.
 * @return whether it is known
 */
bool fit_list_read(const char *root, struct fit_list *ret_list, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
