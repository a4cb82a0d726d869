/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Usable descriptors of a driver's receive ring. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * A ring of N descriptors holds N frames with some drivers, N − 1 with others (its tail must not
 * meet its head), fewer while descriptors are given back in batches.
 * @param[out] ret_is_verified whether it was seen with this driver, to the frame; else the answer
 * is the most that can be
 * @return frames that arrive unread before the first one is lost
 */
uint32_t ovr_nic_usable_descriptors(const char *driver, uint32_t descriptors, bool *ret_is_verified);
