/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Selection of aliases: a counter known to repeat another one is booked only if the other did not
 * move.
 *
 * Drivers differ in which of the kernel's standard counters counts frames that found no room. An
 * alias is booked if none of its originals moved in the same interval, and no booked counter of its
 * direction added the same number. Several such aliases of one place may repeat each other: only
 * the one that added most is booked, of equals one with a queue. What the others counted besides
 * stays unexplained. Pure; any thread.
 */
#pragma once

#include <stdint.h>

struct ovr_nic_moved;

/**
 * Set the meaning of each counter among those that moved with it, from what it means by itself.
 * @return 0; -ENOMEM
 */
int ovr_nic_alias_resolve(struct ovr_nic_moved *moved, uint32_t n);
