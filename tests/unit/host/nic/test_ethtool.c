/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/ethtool.h"

#include <criterion/criterion.h>
#include <errno.h>

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
