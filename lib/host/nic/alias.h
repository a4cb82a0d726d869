/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Selection of aliases: a counter known to repeat another one is booked only if the other did not
 * move.
 *
 * Drivers put the frames that found no room into one counter of the kernel's standard ones or into
 * another. An alias is booked if none of its originals moved in the same interval, and if no booked
 * counter of its direction added the same number. Of several aliases of one place that would be
 * booked the one that added most is, and of equals the one that knows queues: they may repeat each
 * other, and what the smaller ones hold besides stays unexplained. Pure; any thread.
 */
#pragma once

#include <stdint.h>

struct ovr_nic_moved;

/**
 * Set the meaning of each counter among those that moved with it, from what it means by itself.
 * @return 0; -ENOMEM
 */
int ovr_nic_alias_resolve(struct ovr_nic_moved *moved, uint32_t n);
