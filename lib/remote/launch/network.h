/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Where the agents of a job listen: each host has another address, so it is named by its network,
 * `10.0.0.0/24[:PORT]` or `fd00::/64[:PORT]`.
 *
 * Control thread.
 */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#include "launch/card.h"

/** A network, and a port in it. Plain data. */
struct ovr_network {
	int family;     /**< AF_INET or AF_INET6 */
	uint8_t ip[16]; /**< network order; IPv4 uses the first four bytes */
	unsigned int bits;
	uint16_t port; /**< 0: any free one */
};

/**
 * @param what for sentences
 * @return 0; -EINVAL
 */
int ovr_network_parse(
	const char *what, const char *text, struct ovr_network *ret_network, struct ovr_err *err);

/** @return whether the address is in the network. Pure, any thread */
bool ovr_network_has(const struct ovr_network *network, const struct sockaddr *address);

/**
 * This host's first address in the network, of an interface that is up.
 * @param[out] ret_address numeric, an IPv6 one in brackets
 * @return 0; -EADDRNOTAVAIL: it has none; -errno
 */
int ovr_network_own_address(const char *what, const struct ovr_network *network,
	char ret_address[static OVR_CARD_ADDRESS_BYTES], struct ovr_err *err);
