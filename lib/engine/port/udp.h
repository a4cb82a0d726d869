/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * UDP sockets as a port: opened in the network namespace that its name says, drained, closed.
 *
 * No ethdev stands behind them; workers receive and send on them with worker/datagrams.h. Only
 * making a socket enters the namespace, on a thread of its own. Control thread.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "plan/socket_conf.h"
#include "result/result.h"

/** The sockets of a port. Owned by the pair. */
struct ovr_udp {
	struct ovr_socket_conf conf;
	char label[48];
	uint16_t n_sockets;
	int fd[OVR_SOCKET_SOCKETS_MAX];
	uint32_t buffer_bytes;            /**< SO_RCVBUF or SO_SNDBUF as the kernel has it, of each socket */
	char note[OVR_RESULT_NOTE_BYTES]; /**< what people should know; "" */
};

/**
 * Open the sockets of a port: a receiver's bound to its address, a sender's connected to it.
 * @param label for sentences
 * @param n_sockets 1 … OVR_SOCKET_SOCKETS_MAX; a receiver's several share their port (SO_REUSEPORT)
 * @return 0; negative errno, as -EADDRINUSE, -EADDRNOTAVAIL, -EPERM (the namespace)
 */
int ovr_udp_open(const char *label, const struct ovr_socket_conf *conf, uint16_t n_sockets, bool receives,
	struct ovr_udp **ret_udp, struct ovr_err *err);

/** Close them. NULL is allowed. */
void ovr_udp_close(struct ovr_udp *udp);

/** Take and drop what the sockets hold: datagrams that belong to no trial. Workers have ended. */
void ovr_udp_drain(const struct ovr_udp *udp);

/**
 * @return datagrams that socket @p index dropped since it was made (SO_MEMINFO, socket(7)): no room
 * in its buffer, a wrong checksum, a filter
 */
uint32_t ovr_udp_drops(const struct ovr_udp *udp, uint16_t index);
