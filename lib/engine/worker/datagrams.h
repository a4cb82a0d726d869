/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Bursts of datagrams over a UDP socket, in place of those of an ethdev queue.
 *
 * A sender hands the kernel the UDP payload of each frame, since the host's stack makes the
 * headers. A receiver gets payloads, always into the same few buffers: they are still in the cache
 * when the next batch comes. Made by the control thread, then used by one worker; no function but
 * create allocates, fails or logs.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

struct ovr_datagrams;

/** A payload that a socket delivered. */
struct ovr_datagram {
	const uint8_t *payload;
	uint32_t length; /**< bytes of it; of one that did not fit, more than any frame of ours has */
};

struct rte_mbuf;
struct rte_mempool;

/**
 * Make the vectors of one socket.
 * @param fd the socket, which stays the caller's; a sender's is connected
 * @param payload_offset bytes of a frame before its UDP payload
 * @param batch datagrams in one system call at most, 1 … OVR_SOCKET_BATCH_MAX
 * @param pool gives the buffers to receive into, @p batch frames; NULL: a sender's
 * @return 0; -ENOMEM
 */
int ovr_datagrams_create(int fd, uint16_t payload_offset, uint16_t batch, struct rte_mempool *pool,
	struct ovr_datagrams **ret_datagrams, struct ovr_err *err);

/** Give the buffers back, and free it. NULL is allowed. Control thread, after the run. */
void ovr_datagrams_destroy(struct ovr_datagrams *datagrams);

/** @return bytes of a frame before its payload, as it was made with */
uint16_t ovr_datagrams_offset(const struct ovr_datagrams *datagrams);

/**
 * Receive what the socket holds, without waiting.
 * @param n datagrams at most; no more than a batch come
 * @param[out] ret_datagram the received ones, valid until the next call
 * @return how many
 */
uint16_t ovr_datagrams_receive(
	struct ovr_datagrams *datagrams, uint16_t n, const struct ovr_datagram **ret_datagram);

/**
 * Hand over payloads, without waiting: as rte_eth_tx_burst().
 *
 * Taken is what the kernel took, also where it then says that a rule of netfilter or a missing
 * route dropped the datagram at once (EPERM, ENETUNREACH, EHOSTUNREACH): it counts such a loss
 * itself. No room in the socket's buffer (EAGAIN, ENOBUFS), or any other refusal, leaves the rest
 * with the caller. What an ICMP answer reports of datagrams before (ECONNREFUSED) is none of this
 * one's.
 * @return frames taken, from the first on; they are given back to their pool
 */
uint16_t ovr_datagrams_send(struct ovr_datagrams *datagrams, struct rte_mbuf **frame, uint16_t n);

/**
 * @return datagrams that the kernel may have taken, dropped and counted before it took them once
 * more: sendmmsg() does not tell. From the first on each goes by itself, so it is 0 or 1.
 */
uint32_t ovr_datagrams_sent_again(const struct ovr_datagrams *datagrams);
