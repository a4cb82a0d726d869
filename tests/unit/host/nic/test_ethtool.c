/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/ethtool.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <unistd.h>

#include <linux/ethtool.h>

Test(ethtool, a_name_without_an_interface_is_no_device)
{
	struct ethtool_ringparam rings = { .cmd = ETHTOOL_GRINGPARAM };

	cr_assert_eq(ovr_ethtool("ovr-nowhere", &rings), -ENODEV);
}

Test(ethtool, the_loopback_has_no_rings)
{
	struct ethtool_ringparam rings = { .cmd = ETHTOOL_GRINGPARAM };

	cr_assert_eq(ovr_ethtool("lo", &rings), -EOPNOTSUPP);
}

Test(ethtool, one_socket_asks_several_interfaces)
{
	struct ethtool_ringparam rings = { .cmd = ETHTOOL_GRINGPARAM };
	struct ethtool_value gro = { .cmd = ETHTOOL_GGRO };
	int fd = ovr_ethtool_open();

	cr_assert_geq(fd, 0);
	cr_assert_eq(ovr_ethtool_by(fd, "ovr-nowhere", &rings), -ENODEV);
	cr_assert_eq(ovr_ethtool_by(fd, "lo", &rings), -EOPNOTSUPP);
	cr_assert_eq(ovr_ethtool_by(fd, "lo", &gro), 0);
	close(fd);
}

Test(ethtool, a_socket_that_could_not_be_opened_fails_every_command)
{
	struct ethtool_value gro = { .cmd = ETHTOOL_GGRO };

	cr_assert_eq(ovr_ethtool_by(-EMFILE, "lo", &gro), -EMFILE);
}
