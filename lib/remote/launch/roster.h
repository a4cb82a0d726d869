/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The hosts of a job, from their cards: by number, as their launcher counts them, and by name.
 *
 * Control thread.
 */
#pragma once

#include "launch/card.h"

/** Most hosts of a job: each has two names in a file of hosts. */
#define OVR_ROSTER_MAX (OVR_HOSTS_MAX / 2)

/**
 * Make the list of hosts: first all numbers ("0", "1", …), then the names of the hosts. Of several
 * ranks on one host the first one has its name. A name that is a number, or that a file of hosts
 * cannot have, is left out.
 *
 * A card without an address is reached on the loopback interface where it is of the host of @p own,
 * else by the IPv4 address that its name has here.
 * @param card @p n of them, by rank
 * @param own index of this host's card
 * @param[out] ret_hosts untouched on failure; else ovr_hosts_done() frees it
 * @return 0; -ENOENT: a name has no address, or one of the loopback interface; -ENOMEM
 */
int ovr_roster_make(const struct ovr_card *card, uint32_t n, uint32_t own, struct ovr_hosts *ret_hosts,
	struct ovr_err *err);
