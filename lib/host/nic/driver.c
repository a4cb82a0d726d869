/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/driver.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/ethtool.h>

#include "nic/ethtool.h"

/* Text of the kernel that need not end in a zero; "N/A" says nothing. */
static void
copy_text(char *to, size_t size, const char *from, size_t from_size)
{
	snprintf(to, size, "%.*s", (int)strnlen(from, from_size), from);
	if (strcmp(to, "N/A") == 0)
		to[0] = '\0';
}

void
ovr_nic_driver_read_by(int fd, const char *name, struct ovr_nic_driver *ret_driver)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ethtool_value gro = { .cmd = ETHTOOL_GGRO };

	*ret_driver = (struct ovr_nic_driver){ .has_gro = ovr_ethtool_by(fd, name, &gro) == 0 &&
			gro.data != 0 };
	if (ovr_ethtool_by(fd, name, &info) != 0)
		return;
	copy_text(ret_driver->name, sizeof(ret_driver->name), info.driver, sizeof(info.driver));
	copy_text(ret_driver->version, sizeof(ret_driver->version), info.version, sizeof(info.version));
	copy_text(
		ret_driver->firmware, sizeof(ret_driver->firmware), info.fw_version, sizeof(info.fw_version));
}

void
ovr_nic_driver_read(const char *name, struct ovr_nic_driver *ret_driver)
{
	int fd = ovr_ethtool_open();

	ovr_nic_driver_read_by(fd, name, ret_driver);
	if (fd >= 0)
		close(fd);
}
