/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/describe.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>
#include <rte_ethdev.h>

#include "eal.h"

TestSuite(describe, .init = eal_start, .fini = eal_stop);

static struct ovr_port_name
named(const char *text)
{
	struct ovr_port_name name;

	cr_assert_eq(ovr_port_name_parse("port", text, &name, NULL), 0);
	return name;
}

Test(describe, a_virtual_device_is_made_asked_and_removed)
{
	struct ovr_port_name name = named("vdev:net_ring0");
	struct ovr_port_bounds bounds;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_port_describe(&name, &bounds, &err), 0, "%s", err.text);
	cr_expect_str_eq(bounds.driver, "net_ring");
	cr_expect_eq(bounds.n_rxq_max, 16);
	cr_expect_eq(bounds.rx_max, 65535);
	cr_expect_eq(bounds.rx_min, 0);
	cr_expect_eq(bounds.rxd, 1024);
	cr_expect_eq(bounds.txd, 1024);
	cr_expect_eq(rte_eth_dev_count_avail(), 0);
}

Test(describe, a_device_that_nobody_makes_is_refused)
{
	struct ovr_port_name name = named("vdev:net_nobody0");
	struct ovr_port_bounds bounds;
	struct ovr_err err = { "" };

	cr_expect_eq(ovr_port_describe(&name, &bounds, &err), -EINVAL);
	cr_expect_eq(strncmp(err.text, "vdev:net_nobody0: ", 18), 0, "%s", err.text);
}

Test(describe, a_nic_that_eal_was_not_told_of_is_not_found)
{
	struct ovr_port_name name = named("pci:0000:ff:1f.7");
	struct ovr_port_bounds bounds;

	cr_expect_eq(ovr_port_describe(&name, &bounds, NULL), -ENODEV);
}
