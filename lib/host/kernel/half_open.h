/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Half-open connections: those of which a listener has seen the SYN, and not yet the last
 * acknowledgement of the handshake.
 *
 * They stand in the SYN queue and have no socket. sock_diag(7) lists them, as `ss -ta state
 * syn-recv` does, without a privilege. Any thread; namespaces are entered as kernel/netns.h says.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "kernel/netns.h"

struct nlmsghdr;

/** Those of one port. Plain data. */
struct ovr_kernel_half_open {
	uint16_t port;     /**< the listener's */
	uint64_t n;        /**< connections; each has seen one SYN at least */
	uint64_t syn_acks; /**< that were sent for them, repeated ones included */
};

/**
 * Read the half-open connections of a port.
 * @param ip_version 4 or 6
 * @return 0; -errno: the kernel does not tell
 */
int ovr_kernel_half_open_read(const struct ovr_kernel_netns *netns, unsigned int ip_version, uint16_t port,
	struct ovr_kernel_half_open *ret_half_open, struct ovr_err *err);

/** Add SOCK_DIAG_BY_FAMILY's answer for one connection. Pure. @return 0; -EBADMSG */
int ovr_kernel_half_open_parse(const struct nlmsghdr *message, struct ovr_kernel_half_open *half_open);
