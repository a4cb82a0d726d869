/* SPDX-License-Identifier: BSD-3-Clause */
#include "ring/depth.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

/* The vectors of a 10G line with 64-byte frames: 14,880,952 of them in a second. */
Test(depth, a_ring_lasts_its_usable_descriptors_over_the_rate)
{
	cr_expect_eq(ovr_ring_lasts_ns(511, 64, UINT64_C(10000000000)), 34339);
	cr_expect_eq(ovr_ring_lasts_ns(1023, 64, UINT64_C(10000000000)), 68746);
	cr_expect_eq(ovr_ring_lasts_ns(2047, 64, UINT64_C(10000000000)), 137558);
	cr_expect_eq(ovr_ring_lasts_ns(4095, 64, UINT64_C(10000000000)), 275184);
	cr_expect_eq(ovr_ring_lasts_ns(4095, 64, UINT64_C(100000000000)), 27518);
	cr_expect_eq(ovr_ring_lasts_ns(4095, 1518, UINT64_C(100000000000)), 503849);
}

Test(depth, without_a_line_no_time_is_known)
{
	cr_expect_eq(ovr_ring_lasts_ns(4095, 64, 0), 0);
}

static const struct ovr_nic_facts vmxnet3 = {
	.name = "eth0",
	.driver = "vmxnet3",
	.is_up = true,
	.has_carrier = true,
	.speed_mbps = 10000,
	.n_rxq = 2,
	.rings = { .known = true,
		.rx = 1024,
		.rx_jumbo = 128,
		.tx = 512,
		.rx_max = 4096,
		.rx_jumbo_max = 4096,
		.tx_max = 4096 },
};

Test(depth, an_interface_is_seen_as_the_kernel_tells_it)
{
	struct ovr_ring_view view;

	ovr_ring_view_facts(&vmxnet3, 0, &view);
	cr_expect_str_eq(view.name, "eth0");
	cr_expect_str_eq(view.driver, "vmxnet3");
	cr_expect_str_eq(view.state, "up");
	cr_expect_eq(view.speed, OVR_RING_SPEED_DEVICE);
	cr_expect_eq(view.line_bps, UINT64_C(10000000000));
	cr_expect_eq(view.n_rxq, 2);
	cr_expect(view.known);
	cr_expect_eq(view.current.rx, 1024);
	cr_expect_eq(view.current.rx_jumbo, 128);
	cr_expect_eq(view.maximum.tx, 4096);
	cr_expect_eq(view.usable, 1023);
	cr_expect_eq(view.usable_max, 4095);
	cr_expect(view.usable_is_verified);
	cr_expect_not(view.is_saved);
}

Test(depth, what_the_user_says_of_the_line_wins)
{
	struct ovr_ring_view view;

	ovr_ring_view_facts(&vmxnet3, UINT64_C(1000000000), &view);
	cr_expect_eq(view.speed, OVR_RING_SPEED_GIVEN);
	cr_expect_eq(view.line_bps, UINT64_C(1000000000));
}

Test(depth, a_speed_that_a_driver_makes_up_is_none)
{
	struct ovr_nic_facts veth = { .name = "v", .driver = "veth", .speed_mbps = 10000, .is_up = true };
	struct ovr_ring_view view;

	ovr_ring_view_facts(&veth, 0, &view);
	cr_expect_eq(view.speed, OVR_RING_SPEED_MADE_UP);
	cr_expect_eq(view.line_bps, 0);
	cr_expect_str_eq(view.state, "no carrier");
	cr_expect_not(view.known);
	veth.speed_mbps = 0;
	veth.is_up = false;
	ovr_ring_view_facts(&veth, 0, &view);
	cr_expect_eq(view.speed, OVR_RING_SPEED_UNKNOWN);
	cr_expect_str_eq(view.state, "down");
}

static int
view_wire(const char *text, uint64_t line_bps, struct ovr_ring_view *ret_view, struct ovr_err *err)
{
	struct ovr_port_name name;

	cr_assert_eq(ovr_port_name_parse("port", text, &name, NULL), 0);
	return ovr_ring_view_wire(&name, line_bps, ret_view, err);
}

Test(depth, the_wire_has_the_rings_that_a_run_makes)
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

Test(depth, a_speed_that_the_wire_does_not_know_is_refused)
{
	struct ovr_ring_view view;
	struct ovr_err err = { "" };

	cr_expect_eq(view_wire("wire:1,speed=11G", 0, &view, &err), -EINVAL);
	cr_expect_eq(strncmp(err.text, "wire:1", 6), 0, "%s", err.text);
	cr_expect_eq(view_wire("wire:1,speed=40G", UINT64_C(10000000000), &view, &err), -EINVAL);
	cr_expect_str_eq(
		err.text, "wire:1,speed=40G: its speed and --line are not the same; accepted: one of them");
}
