/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Sockets that a driver has opened on a kernel interface: their descriptors and the kernel's
 * counters of them. The driver owns them. Control thread only.
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
	uint64_t rx_fill_empty;    /**< frames dropped for want of a buffer in the fill ring (rx_dropped) */
	uint64_t rx_ring_full;     /**< frames dropped at a full receive ring */
	uint64_t tx_invalid_descs; /**< descriptors that the kernel did not accept: frames never sent */
};

/** @return 0; -errno: it is no AF_XDP socket */
int ovr_sockets_read_xdp(int fd, struct ovr_sockets_xdp *ret_counts);

/**
 * Frames dropped at a full ring of a packet socket since the last call: reading resets the
 * kernel's counter.
 * @return 0; -errno: it is no packet socket
 */
int ovr_sockets_take_packet_drops(int fd, uint64_t *ret_drops);

/**
 * Whether a socket is still bound to an interface. A socket whose interface was removed, or moved
 * to another network namespace, never receives again. Its queues are at rest: the check of an
 * AF_XDP socket sends the frames in its transmit ring.
 */
bool ovr_sockets_is_bound(int fd, int family, uint32_t ifindex);

/** Make the kernel send the frames in a socket's transmit ring. */
void ovr_sockets_kick(int fd);
