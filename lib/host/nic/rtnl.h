/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * One question to the kernel over netlink, and its answers.
 *
 * Every call opens a socket of its own in the calling thread's network namespace. Internal to nic
 * and kernel.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

/** Longest explanation of the kernel that is kept, with its end. */
#define OVR_RTNL_WHY_BYTES 160

/** A request under construction, to be used once. */
struct ovr_rtnl {
	_Alignas(struct nlmsghdr) uint8_t buffer[512];
	struct nlmsghdr *header;
	char why[OVR_RTNL_WHY_BYTES]; /**< what the kernel says of an error, besides its number; may be "" */
};

/**
 * Begin a request.
 * @param flags NLM_F_DUMP for a list; 0 for one thing or a change, which the kernel then
 * acknowledges
 * @param size of the protocol's header after the netlink header
 * @return that header, zeroed; owned by @p rtnl
 */
void *ovr_rtnl_begin(struct ovr_rtnl *rtnl, uint16_t type, uint16_t flags, size_t size);

/**
 * Send it, and hand every message of the answer to @p on_message (NULL: none is expected).
 * @param protocol NETLINK_ROUTE, NETLINK_GENERIC, NETLINK_NETFILTER, NETLINK_SOCK_DIAG
 * @return 0; -EINTR: what was listed changed meanwhile, so some of it may be missing: ask again;
 * the kernel's negative errno
 */
int ovr_rtnl_talk(struct ovr_rtnl *rtnl, int protocol, mnl_cb_t on_message, void *data);

/** A list is asked for again so many times when it changes meanwhile. */
#define OVR_RTNL_TRIES 8
