/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The address and the keys of a port that is a socket of a Linux host's own stack.
 *
 *     udp:ADDRESS:PORT    datagrams, one for each frame
 *     tcp:ADDRESS:PORT    connections, with records in a stream of bytes
 *
 * IPv6 addresses stand in brackets, as in udp:[2001:2::1]:9. The address is the receiver's on both
 * sides: a receiving port is bound to it, a sending port sends to it. Of a receiving port 0.0.0.0
 * and [::] are any address of its host.
 *
 *     netns=NAME       the sockets are made in this network namespace (`ip netns`)
 *     batch=N          udp: datagrams in one system call, 1 to 512 (default: --burst)
 *     rcvbuf=BYTES     to receive: SO_RCVBUF; beyond net.core.rmem_max with CAP_NET_ADMIN
 *     sndbuf=BYTES     to send: SO_SNDBUF; beyond net.core.wmem_max with CAP_NET_ADMIN
 *     reuseport=N      udp, to receive: N sockets with SO_REUSEPORT, one for each queue
 *     busy-poll=TIME   udp, to receive: SO_BUSY_POLL, whole microseconds
 *     connections=N    tcp, to send: connections, 1 to 1024 (default: 1)
 *     congestion=NAME  tcp, to send: TCP_CONGESTION, as in net.ipv4.tcp_available_congestion_control
 *     backlog=N        tcp, to receive: of listen(2) (default: 4096), which holds one more
 *     accept=N         tcp, to receive: accept N connections, and leave the rest in the queue until
 *                      all has been sent (default: every one)
 *     shrink=BYTES     tcp, to receive: SO_RCVBUF of an accepted socket: less than what its window
 *                      has announced
 *
 * Buffers are the bytes that the kernel accounts, some 700 for a small datagram; Linux doubles what
 * it is given (socket(7)), and these keys are what it is given.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define OVR_SOCKET_NETNS_BYTES      64
#define OVR_SOCKET_CONGESTION_BYTES 16
/** Most datagrams of one system call. */
#define OVR_SOCKET_BATCH_MAX 512
/** Most sockets of one udp port. */
#define OVR_SOCKET_SOCKETS_MAX 32
/** Most connections of one tcp port. */
#define OVR_SOCKET_CONNECTIONS_MAX 1024

/** The protocol of a port that is a socket. */
enum ovr_socket_protocol {
	OVR_SOCKET_UDP,
	OVR_SOCKET_TCP,
};

/** A port that is a socket. Plain data; 0 of what its side and protocol do not have. */
struct ovr_socket_conf {
	uint8_t ip_version;                           /**< 4 or 6 */
	uint8_t ip[16];                               /**< network order; IPv4 uses the first four bytes */
	bool is_any;                                  /**< an address of zeros */
	uint16_t port;                                /**< 1 … 65535 */
	char netns[OVR_SOCKET_NETNS_BYTES];           /**< "": that of the process */
	uint32_t buffer_bytes;                        /**< SO_RCVBUF or SO_SNDBUF; 0: as the kernel has it */
	uint16_t batch;                               /**< 0: --burst */
	uint16_t n_sockets;                           /**< reuseport; 0: one for each queue */
	uint32_t busy_poll_us;                        /**< 0: off */
	uint32_t n_connections;                       /**< 0: one */
	char congestion[OVR_SOCKET_CONGESTION_BYTES]; /**< "": as the host has it */
	bool has_backlog, has_accept;                 /**< the two below were given */
	uint32_t backlog, accept;
	uint32_t shrink_bytes; /**< 0: as it is */
};

/**
 * Parse the name of a network namespace, as `ip netns` lists it.
 * @return 0; -EINVAL
 */
int ovr_socket_netns_parse(
	const char *what, const char *text, char ret_netns[OVR_SOCKET_NETNS_BYTES], struct ovr_err *err);

/**
 * Parse what the port's name says after "udp:" or "tcp:".
 * @param what "tx" or "rx", which decides with the protocol the keys that there are
 * @param details "198.19.0.1:9"
 * @param keys "" is allowed
 * @return 0; -EINVAL or -ERANGE, the sentence lists the accepted form
 */
int ovr_socket_conf_parse(const char *what, enum ovr_socket_protocol protocol, const char *details,
	const char *keys, struct ovr_socket_conf *ret_conf, struct ovr_err *err);
