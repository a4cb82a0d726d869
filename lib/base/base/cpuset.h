/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Lists of CPU numbers: "0", "2-3", "1,4-6".
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** Most CPUs a list may name. */
#define OVR_CPUSET_MAX 64

/** CPUs in the order in which they were named; no CPU twice. Plain data. */
struct ovr_cpuset {
	uint16_t n_cpus;
	uint16_t cpu[OVR_CPUSET_MAX]; /**< CPU numbers, 0 … 1023 */
};

/**
 * Parse a list.
 * @param what the object, for the sentence.
 * @return 0; -EINVAL: bad form, a CPU twice, too many
 */
int ovr_cpuset_parse(const char *what, const char *text, struct ovr_cpuset *ret_set, struct ovr_err *err);

/** Print a list in its canonical form ("1,4-6"; empty for no CPU). @return @p buf */
const char *ovr_cpuset_print(char *buf, size_t size, const struct ovr_cpuset *set);
