/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file The sockets through which a driver reaches a kernel interface. They are the driver's; what
 * the kernel counts on them can be asked for by everybody who knows their number. Control thread
 * only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Most sockets that are told apart. */
#define OVR_SOCKETS_MAX 256

/** Descriptors of sockets of one family (AF_XDP, AF_PACKET), ascending. */
struct ovr_sockets {
	unsigned int n;
	int fd[OVR_SOCKETS_MAX];
};

/** Find all of this process. */
void ovr_sockets_find(int family, struct ovr_sockets *ret_sockets);

/**
 * Finds the sockets that were not there before.
 * @param[out] ret_fd up to @p max of them, ascending: in the order in which they were made, if none
 * was closed between
 * @return how many there are
 */
unsigned int ovr_sockets_added(int family, const struct ovr_sockets *before, int *ret_fd, unsigned int max);

/** What AF_XDP counts on a socket. */
struct ovr_sockets_xdp {
	uint64_t rx_fill_empty;    /**< frames dropped, since the kernel had no buffer of ours (rx_dropped) */
	uint64_t rx_ring_full;     /**< frames dropped, since the receive ring was full */
	uint64_t tx_invalid_descs; /**< descriptors that the kernel did not accept: frames never sent */
};

/** @return 0; -errno: it is no AF_XDP socket */
int ovr_sockets_read_xdp(int fd, struct ovr_sockets_xdp *ret_counts);

/**
 * Frames that found no room in a packet socket's ring since the last call: reading sets the
 * kernel's counter back.
 * @return 0; -errno: it is no packet socket
 */
int ovr_sockets_take_packet_drops(int fd, uint64_t *ret_drops);

/**
 * Whether a socket is still bound to an interface. One whose interface went away, or into another
 * network namespace, never receives again. Its queues are at rest: an AF_XDP socket is asked by
 * having it send what stands in its transmit ring.
 */
bool ovr_sockets_is_bound(int fd, int family, uint32_t ifindex);

/** Ask the kernel to send what stands in a socket's transmit ring. */
void ovr_sockets_kick(int fd);
