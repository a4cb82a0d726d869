/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The CPU quota of the control groups of this process. Internal to fitness.
 */
#pragma once

#include "fitness/facts.h"

/**
 * Read the smallest quota of the calling thread's group and of those above it that are mounted
 * here, of cgroup v2 (cpu.max) or v1 (cpu.cfs_quota_us).
 * @param root "" for this machine
 */
void fit_quota_read(const char *root, struct ovr_fitness_quota *ret_quota);
