/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Sockets that send probes with a TTL and get the answers of routers and of the destination,
 * without privileges.
 *
 *     UDP   a datagram to a port; errors from the socket's error queue (IP_RECVERR)
 *     ICMP  echo requests by a ping socket, which the group of the process must be allowed
 *           (net.ipv4.ping_group_range, for IPv6 too)
 *     TCP   a SYN by connect(); whoever answers it gets a reset. One at a time per flow
 *
 * The 5-tuple of a flow stays what it is, so that routers with several ways take one of them. The
 * number of a probe is in its payload. Routers that quote only 8 bytes after the IP header show
 * it with ICMP (the sequence number) and TCP (the socket), not with UDP, whose error queue has no
 * header.
 *
 * One thread.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "path/path.h"

/** How a probe travels. */
enum ovr_probe_protocol {
	OVR_PROBE_UDP,
	OVR_PROBE_ICMP,
	OVR_PROBE_TCP,
	OVR_PROBE_PROTOCOLS,
};

/** Headers and payload of the smallest probe: IP without options or extensions. */
#define OVR_PROBE_BYTES_MIN 88

/** What is opened. */
struct ovr_probe_conf {
	enum ovr_probe_protocol protocol;
	struct sockaddr_storage to; /**< IPv4 or IPv6; its port counts for UDP and TCP */
	uint16_t n_flows;           /**< 1 to OVR_PATH_FLOWS_MAX */
	uint32_t key;               /**< that tells its probes from others'; 0: one is drawn */
};

/** An answer. */
struct ovr_probe_answer {
	enum ovr_path_answer kind;
	uint16_t flow;
	bool has_number;             /**< not with UDP if the quote is too short */
	uint32_t number;             /**< of the probe */
	uint32_t reflected;          /**< a reflector's stamp; 0: none */
	bool is_copy;                /**< it answers a copy that was made on the way there */
	char from[INET6_ADDRSTRLEN]; /**< who answered */
	uint32_t mtu;                /**< TOO_BIG: of the link, 0: the router does not say */
	uint64_t at_ns;              /**< of CLOCK_MONOTONIC, as the kernel received it */
};

struct ovr_probe;

/**
 * Open a socket per flow.
 * @return 0; -EACCES: ping sockets are not allowed; -ENETUNREACH: no route; other negative errno
 */
int ovr_probe_open(const struct ovr_probe_conf *conf, struct ovr_probe **ret_probe, struct ovr_err *err);

/** NULL is allowed. */
void ovr_probe_close(struct ovr_probe *probe);

/** @return the source port of a flow, or the identifier of ICMP; 0: TCP, before its first probe */
uint16_t ovr_probe_source(const struct ovr_probe *probe, uint16_t flow);

/** @return MTU of the interface that probes leave by; 0: unknown */
uint32_t ovr_probe_own_mtu(const struct ovr_probe *probe);

/** @return a key that is not 0 */
uint32_t ovr_probe_draw_key(void);

/** From now on UDP probes are of rounds, which reflectors count, or of none, as at first. */
void ovr_probe_set_counted(struct ovr_probe *probe, bool is_counted);

/**
 * Send one.
 * @param number not used before; with ICMP the last 65,536 of them are told apart
 * @param bytes of the IP packet, 0: OVR_PROBE_BYTES_MIN; UDP and ICMP
 * @param dont_fragment set DF, whatever path MTU the kernel knows; UDP and ICMP
 * @param[out] ret_sent_ns of CLOCK_MONOTONIC
 * @return 0; -EBUSY: TCP, the flow's last probe is not answered or given up; -EMSGSIZE: too large
 *         for the own interface; other negative errno: the own host does not send it
 */
int ovr_probe_send(struct ovr_probe *probe, uint16_t flow, uint8_t ttl, uint32_t number, uint32_t bytes,
	bool dont_fragment, uint64_t *ret_sent_ns);

/** TCP: wait no longer for the flow's probe. Others: nothing. */
void ovr_probe_give_up(struct ovr_probe *probe, uint16_t flow);

/**
 * Wait for an answer.
 * @param until_ns of CLOCK_MONOTONIC; in the past: take what is there
 * @return 1: one; 0: none until then, or the program was asked to stop
 */
int ovr_probe_receive(struct ovr_probe *probe, uint64_t until_ns, struct ovr_probe_answer *ret_answer);

/**
 * @return how often a socket's receive buffer was found three quarters full or fuller, so that
 * answers may have been dropped: the kernel does not count those of error queues
 */
uint64_t ovr_probe_crowded(const struct ovr_probe *probe);

/** @return nanoseconds of CLOCK_MONOTONIC */
uint64_t ovr_probe_now_ns(void);

/** @return "udp", "icmp", "tcp" */
const char *ovr_probe_protocol_name(enum ovr_probe_protocol protocol);
