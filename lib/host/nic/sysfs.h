/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Attributes of an interface in sysfs. Internal to nic.
 *
 * A mount of sysfs shows the network namespace that it was made in. A process that has changed its
 * own sees other interfaces there, which may even have the same name.
 */
#pragma once

#include <stdint.h>

#include "nic/link.h"
#include "nic/nic.h"

/** What sysfs says. */
struct ovr_nic_sysfs {
	uint32_t n_rxq, n_txq; /**< 0: unknown */
	char bus[32];          /**< of the PCI device behind it; "" */
	int32_t numa_node;     /**< -1: none or unknown */
	struct ovr_nic_pcie pcie;
};

/** "8.0 GT/s PCIe", "2.5 GT/s": @return 8000, 2500; 0: unknown */
uint32_t ovr_nic_sysfs_parse_mts(const char *text);

/** Find "0000:3b:00.0" as the name of a folder. @return whether it is one */
bool ovr_nic_sysfs_is_bdf(const char *name);

/**
 * Read what is there, below @p root ("/sys"). Where sysfs shows another interface of that name, all
 * is unknown.
 * @param link whose ifindex and MAC sysfs must show too
 */
void ovr_nic_sysfs_read(const char *root, const struct ovr_nic_link *link, struct ovr_nic_sysfs *ret_sysfs);
