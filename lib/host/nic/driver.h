/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Driver of an interface as `ethtool -i` reports it. Internal to nic and kernel.
 */
#pragma once

#include <stdbool.h>

/** A driver as `ethtool -i` tells it; "" where the kernel does not. */
struct ovr_nic_driver {
	char name[32], version[32], firmware[32];
	bool has_gro; /**< generic receive offload is on: `ethtool -k` */
};

/** Read it. What is not told is no error. @param fd of ovr_ethtool_open(), or its error */
void ovr_nic_driver_read_by(int fd, const char *name, struct ovr_nic_driver *ret_driver);
/** The same by a socket of its own. */
void ovr_nic_driver_read(const char *name, struct ovr_nic_driver *ret_driver);
