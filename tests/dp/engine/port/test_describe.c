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

static int
view_wire(const char *text, uint64_t line_bps, struct ovr_ring_view *ret_view, struct ovr_err *err)
{
	struct ovr_port_name name = named(text);

	return ovr_port_describe_wire(&name, line_bps, ret_view, err);
}

Test(describe, the_wire_has_the_rings_that_a_run_makes)
{
	struct ovr_ring_view view;

	cr_assert_eq(view_wire("wire:1,speed=40G", 0, &view, NULL), 0);
	cr_expect_str_eq(view.name, "wire:1");
	cr_expect_eq(view.line_bps, UINT64_C(40000000000));
	cr_expect_eq(view.current.rx, 1024);
	cr_expect_eq(view.maximum.rx, 65536);
	cr_expect_eq(view.usable, 1024, "all places of the wire's ring are usable");
	cr_expect(view.usable_is_verified);
	cr_assert_eq(view_wire("wire:0", 0, &view, NULL), 0);
	cr_expect_eq(view.line_bps, UINT64_C(10000000000));
	cr_assert_eq(view_wire("wire:0", UINT64_C(1000000000), &view, NULL), 0);
	cr_expect_eq(view.line_bps, UINT64_C(1000000000));
}

Test(describe, a_speed_that_is_not_that_of_the_line_is_refused)
{
	struct ovr_ring_view view;
	struct ovr_err err = { "" };

	cr_expect_eq(view_wire("wire:1,speed=40G", UINT64_C(10000000000), &view, &err), -EINVAL);
	cr_expect_str_eq(
		err.text, "wire:1,speed=40G: its speed and --line are not the same; accepted: one of them");
}
