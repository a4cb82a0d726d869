/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/ethtool.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/sockios.h>

int
ovr_ethtool_open(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* any socket does; a kernel without IPv4 has this one */
	if (fd < 0)
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	return fd < 0 ? -errno : fd;
}

int
ovr_ethtool_by(int fd, const char *name, void *command)
{
	struct ifreq request = { .ifr_data = command };

	if (fd < 0)
		return fd;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return ioctl(fd, SIOCETHTOOL, &request) < 0 ? -errno : 0;
}

int
ovr_ethtool(const char *name, void *command)
{
	int fd = ovr_ethtool_open();
	int status = ovr_ethtool_by(fd, name, command);

	if (fd >= 0)
		close(fd);
	return status;
}
