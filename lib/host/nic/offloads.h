/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Receive offloads that merge several frames of one flow into one, so that a socket no longer
 * gets what was on the line.
 *
 * Features are found by the kernel's own names, since their bits move from kernel to kernel. A
 * feature that the kernel does not know is off. Reading needs no privilege, setting needs
 * CAP_NET_ADMIN. No DPDK; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** The offloads, as bits of a set. `ethtool -K` takes these names, too. */
enum ovr_nic_offload {
	OVR_NIC_OFFLOAD_LRO,      /**< "rx-lro" */
	OVR_NIC_OFFLOAD_GRO_HW,   /**< "rx-gro-hw" */
	OVR_NIC_OFFLOAD_GRO_LIST, /**< "rx-gro-list" */
	OVR_NIC_OFFLOAD_GRO_UDP,  /**< "rx-udp-gro-forwarding" */
	OVR_NIC_OFFLOADS,
};

/** Room for the names of a set with commas between them, and the end. */
#define OVR_NIC_OFFLOADS_TEXT_BYTES 64

/** Which are on. */
struct ovr_nic_offloads {
	uint32_t on;    /**< 1 << enum ovr_nic_offload */
	uint32_t fixed; /**< those among them that the driver does not let be changed */
};

/** Read them. @return 0, also where the kernel tells of no features; -ENODEV; -errno */
int ovr_nic_offloads_read(const char *name, struct ovr_nic_offloads *ret_offloads, struct ovr_err *err);

/**
 * Turn a set of them on or off; the others stay.
 * @return 0: they are as asked, read back; -EOPNOTSUPP: at least one is not (the sentence has the
 * `ethtool -K` line); -EPERM;
 *         -ENODEV; -errno
 */
int ovr_nic_offloads_set(const char *name, uint32_t set, bool on, struct ovr_err *err);

/** Print the names of a set, with @p between two of them: "rx-lro,rx-gro-list". @return @p buf */
char *ovr_nic_offloads_print(char *buf, size_t size, uint32_t set, const char *between);

/** Read names with commas between them. @return 0; -EINVAL: one is not known, or there is none */
int ovr_nic_offloads_parse(const char *text, uint32_t *ret_set);
