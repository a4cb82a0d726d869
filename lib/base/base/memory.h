/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The memory that this process can still have.
 */
#pragma once

#include <stdint.h>

/**
 * The smallest of what the kernel calls available (MemAvailable), of what the limit of the address
 * space leaves (RLIMIT_AS), and of what the control group leaves (memory.max − memory.current,
 * cgroup v2). A limit that cannot be read is left out.
 * @param root in front of /proc and /sys: "" outside of tests
 * @return bytes; UINT64_MAX: nothing is known
 */
uint64_t ovr_memory_available(const char *root);
