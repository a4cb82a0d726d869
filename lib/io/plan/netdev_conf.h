/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The keys of a netdev port: how a kernel interface is reached.
 *
 *     mode=af_xdp|af_packet  through AF_XDP (the default) or through a packet socket
 *     queue=N                AF_XDP: the first of the interface's queues that is used (default 0)
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/** Longest interface name (IFNAMSIZ − 1). */
#define OVR_NETDEV_NAME_MAX 15

/**
 * Buffers that DPDK's AF_XDP driver keeps with the kernel for each queue, whatever the ring's size.
 */
#define OVR_NETDEV_XDP_BUFFERS 2048

/** Largest frame, with its FCS, that an AF_XDP socket takes on this machine. */
uint32_t ovr_netdev_xdp_frame_max(void);

/**
 * What stands before a frame in the kernel's piece of memory for it, which is a page at most: the
 * object's head and the mbuf of DPDK's pool, the headroom of DPDK, and that of XDP.
 */
#ifdef __aarch64__
#define OVR_NETDEV_XDP_HEADS (128 + 128 + 128 + 256)
#else
#define OVR_NETDEV_XDP_HEADS (64 + 128 + 128 + 256)
#endif

enum ovr_netdev_mode {
	OVR_NETDEV_AF_XDP,
	OVR_NETDEV_AF_PACKET,
};

/** The keys' values. */
struct ovr_netdev_conf {
	enum ovr_netdev_mode mode;
	uint16_t first_queue;
};

/**
 * Parse the keys of a netdev port's name ("" is allowed).
 * @return 0; -EINVAL or -ERANGE, the sentence lists the keys
 */
int ovr_netdev_conf_parse(
	const char *what, const char *keys, struct ovr_netdev_conf *ret_conf, struct ovr_err *err);
