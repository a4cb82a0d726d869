/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file The sockets of both ends, each made in its network namespace. Internal to tcp. Control
 * thread.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "kernel/netns.h"
#include "plan/plan.h"

/** Both ends. Owned by the control thread; the workers use the sockets. */
struct ovr_tcp_ends {
	struct ovr_kernel_netns *tx_netns, *rx_netns;
	int listener; /**< bound and listening, non-blocking; -1 */
	int *client;  /**< not connected, non-blocking; -1: closed */
	uint32_t n;
	uint32_t send_buffer_bytes, receive_buffer_bytes; /**< as the kernel accounts them */
	char congestion[OVR_SOCKET_CONGESTION_BYTES];
	char note[2][200]; /**< a smaller buffer than was asked, of the sender and the receiver; "" */
};

/**
 * Make them.
 * @return 0; -EPERM, -ENOENT of namespaces; -errno of socket(2), bind(2), listen(2); after a
 * failure nothing is open
 */
int ovr_tcp_ends_open(const struct ovr_plan_ports *ports, struct ovr_tcp_ends *ret_ends, struct ovr_err *err);

/** Close what is open. */
void ovr_tcp_ends_close(struct ovr_tcp_ends *ends);
