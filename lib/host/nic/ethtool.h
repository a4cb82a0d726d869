/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * One ethtool command to a driver. Internal to nic.
 */
#pragma once

/**
 * Carry out an ethtool command (struct ethtool_ringparam and its like; its first member, `cmd`,
 * says which).
 * @return 0; -EOPNOTSUPP: the driver does not know it; -ENODEV; -EPERM; -errno of the driver
 */
int ovr_ethtool(const char *name, void *command);
