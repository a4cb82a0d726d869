/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The address and the keys of a udp port: a socket of a Linux host's own stack.
 *
 *     udp:ADDRESS:PORT    IPv6 in brackets, as in udp:[2001:2::1]:9
 *
 * The address is the receiver's on both sides: a receiving port is bound to it, a sending port
 * sends to it. Of a receiving port 0.0.0.0 and [::] are any address of its host.
 *
 *     netns=NAME       either: the socket is made in this network namespace (`ip netns`)
 *     batch=N          either: datagrams in one system call, 1 to 512 (default: --burst)
 *     rcvbuf=BYTES     to receive: SO_RCVBUF; beyond net.core.rmem_max with CAP_NET_ADMIN
 *     reuseport=N      to receive: N sockets with SO_REUSEPORT, one for each queue
 *     busy-poll=TIME   to receive: SO_BUSY_POLL, whole microseconds
 *     sndbuf=BYTES     to send: SO_SNDBUF; beyond net.core.wmem_max with CAP_NET_ADMIN
 *
 * Buffers are the bytes that the kernel accounts, some 700 for a small datagram; Linux doubles what
 * it is given (socket(7)), and these keys are what it is given.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define OVR_UDP_NETNS_BYTES 64
/** Most datagrams of one system call. */
#define OVR_UDP_BATCH_MAX 512
/** Most sockets of one port. */
#define OVR_UDP_SOCKETS_MAX 32

/** A udp port. Plain data. */
struct ovr_udp_conf {
	uint8_t ip_version;              /**< 4 or 6 */
	uint8_t ip[16];                  /**< network order; IPv4 uses the first four bytes */
	bool is_any;                     /**< an address of zeros */
	uint16_t port;                   /**< 1 … 65535 */
	char netns[OVR_UDP_NETNS_BYTES]; /**< "": that of the process */
	uint32_t buffer_bytes;           /**< SO_RCVBUF or SO_SNDBUF; 0: as the kernel has it */
	uint16_t batch;                  /**< 0: --burst */
	uint16_t n_sockets;              /**< reuseport; 0: one for each queue */
	uint32_t busy_poll_us;           /**< 0: off */
};

/**
 * Parse the name of a network namespace, as `ip netns` lists it.
 * @return 0; -EINVAL
 */
int ovr_udp_netns_parse(
	const char *what, const char *text, char ret_netns[OVR_UDP_NETNS_BYTES], struct ovr_err *err);

/**
 * Parse what a udp port's name says after "udp:".
 * @param what "tx" or "rx", which decides the keys that there are
 * @param details "198.19.0.1:9"
 * @param keys "" is allowed
 * @return 0; -EINVAL or -ERANGE, the sentence lists the accepted form
 */
int ovr_udp_conf_parse(const char *what, const char *details, const char *keys, struct ovr_udp_conf *ret_conf,
	struct ovr_err *err);
