/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * One ethtool command to a driver. Internal to nic and kernel.
 */
#pragma once

/**
 * Open a socket for several commands to interfaces of the calling thread's network namespace.
 * @return its file descriptor, to be closed by close(); -errno
 */
int ovr_ethtool_open(void);

/** ovr_ethtool() by an open socket. @param fd of ovr_ethtool_open(); its error is returned */
int ovr_ethtool_by(int fd, const char *name, void *command);

/**
 * Carry out an ethtool command (struct ethtool_ringparam and its like; its first member, `cmd`,
 * says which).
 * @return 0; -EOPNOTSUPP: the driver does not know it; -ENODEV; -EPERM; -errno of the driver
 */
int ovr_ethtool(const char *name, void *command);
