/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Size and associativity of a CPU's last-level cache. Control thread.
 */
#pragma once

#include <stdint.h>

/** A cache. */
struct ovr_advise_cache {
	uint64_t bytes;  /**< 0: unknown */
	uint32_t n_ways; /**< 0: unknown */
};

/** Ways of it that devices write to, where nothing else was set: 2, as Intel ships it. */
#define OVR_ADVISE_DDIO_WAYS 2

/**
 * Read the largest data cache of a CPU below @p root ("/sys").
 * @return it; zeroes where the system does not tell
 */
struct ovr_advise_cache ovr_advise_cache_read(const char *root, uint16_t cpu);
