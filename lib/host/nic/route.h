/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Users of an interface: the interfaces on top of it, the routes through those, and remote logins
 * that arrive by it.
 *
 * Internal to nic.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/netlink.h>

#include "nic/link.h"

/** One link of a namespace, for questions of who stands on whom. */
struct ovr_nic_stacked {
	uint32_t ifindex, master, lower;
	bool is_ours; /**< the interface in question, or its frames pass that */
};

/** All links of a namespace. Zeroed memory is none; the list is owned by it. */
struct ovr_nic_stack {
	uint32_t n, capacity;
	struct ovr_nic_stacked *link;
};

/**
 * Add a link. What a veth names as lower is its other end, and not what it stands on.
 * @return 0; -ENOMEM
 */
int ovr_nic_stack_add(struct ovr_nic_stack *stack, const struct ovr_nic_link *link);

/**
 * Mark @p ifindex and all that stands on it: its bridge or bond, VLANs and macvlans on either, and
 * so on.
 */
void ovr_nic_stack_mark(struct ovr_nic_stack *stack, uint32_t ifindex);

/** Read the links of this namespace and mark. @return 0; -ENOMEM; -errno */
int ovr_nic_stack_read(struct ovr_nic_stack *stack, uint32_t ifindex);

/** @return whether frames that leave through @p ifindex pass the marked interface */
bool ovr_nic_stack_has(const struct ovr_nic_stack *stack, uint32_t ifindex);

/** Free what it owns. */
void ovr_nic_stack_done(struct ovr_nic_stack *stack);

/**
 * @return whether an RTM_NEWROUTE is a default route to somewhere, through a link marked in @p
 * stack
 */
bool ovr_nic_route_is_default(const struct nlmsghdr *message, const struct ovr_nic_stack *stack);

/** Whether a default route of this namespace is marked. @return 0; -errno */
int ovr_nic_route_default_read(const struct ovr_nic_stack *stack, bool *ret_carries);

/** The ends of a login. */
struct ovr_nic_login {
	int family; /**< AF_INET, AF_INET6; 0: nobody is logged in from elsewhere, as far as is known */
	uint8_t here[16], peer[16];     /**< addresses in network byte order */
	char scope[OVR_NIC_NAME_BYTES]; /**< interface of a link-local address; "" */
};

/**
 * Parse SSH_CONNECTION: "192.0.2.1 55555 192.0.2.9 22".
 * @return 0; -EINVAL: it is something else
 */
int ovr_nic_login_parse(const char *text, struct ovr_nic_login *ret_login);

/**
 * The login that controls this process: SSH_CONNECTION of its environment or, since sudo and su may
 * take it away, of a process that it descends from.
 */
void ovr_nic_login_find(struct ovr_nic_login *ret_login);

/**
 * The login of a process, or else of one that it descends from, as far as their environments may be
 * read.
 */
void ovr_nic_login_find_above(pid_t pid, struct ovr_nic_login *ret_login);

/**
 * Whether an end of a way on which this process is controlled from other hosts is on a marked link,
 * or routed through one. OVERRUN_CALLER of its environment has each as SSH_CONNECTION is written,
 * with commas between them.
 * @return 0; -errno
 */
int ovr_nic_login_read_callers(const struct ovr_nic_stack *stack, bool *ret_carries);

/** Whether an end of the login is on a marked link, or routed through one. @return 0; -errno */
int ovr_nic_login_read(
	const struct ovr_nic_login *login, const struct ovr_nic_stack *stack, bool *ret_carries);
