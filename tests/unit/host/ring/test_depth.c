/* SPDX-License-Identifier: BSD-3-Clause */
#include "ring/depth.h"

#include <string.h>

#include <criterion/criterion.h>

/* The vectors of a 10G line with 64-byte frames: 14,880,952 of them in a second. */
Test(depth, buffer_time_is_usable_descriptors_over_the_rate)
{
	cr_expect_eq(ovr_ring_buffer_time_ns(511, 64, UINT64_C(10000000000)), 34339);
	cr_expect_eq(ovr_ring_buffer_time_ns(1023, 64, UINT64_C(10000000000)), 68746);
	cr_expect_eq(ovr_ring_buffer_time_ns(2047, 64, UINT64_C(10000000000)), 137558);
	cr_expect_eq(ovr_ring_buffer_time_ns(4095, 64, UINT64_C(10000000000)), 275184);
	cr_expect_eq(ovr_ring_buffer_time_ns(4095, 64, UINT64_C(100000000000)), 27518);
	cr_expect_eq(ovr_ring_buffer_time_ns(4095, 1518, UINT64_C(100000000000)), 503849);
}

Test(depth, without_a_line_no_time_is_known)
{
	cr_expect_eq(ovr_ring_buffer_time_ns(4095, 64, 0), 0);
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
