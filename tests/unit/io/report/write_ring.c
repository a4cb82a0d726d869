/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes rings, or changes of them, as JSON, for checks by other programs: write_ring
 * show|set|restore.
 */
#include <stdio.h>
#include <string.h>

#include "report/ring.h"

static const struct ovr_ring_view view[] = {
	{ .name = "eth0",
		.driver = "vmxnet3",
		.state = "up",
		.speed = OVR_RING_SPEED_DEVICE,
		.line_bps = UINT64_C(10000000000),
		.n_rxq = 2,
		.known = true,
		.current = { 1024, 0, 128, 512 },
		.maximum = { 4096, 0, 4096, 4096 },
		.rx_min = 128,
		.usable = 1023,
		.usable_max = 4095,
		.is_saved = true,
		.saved = { 256, 0, 128, 512 } },
	{ .name = "veth0", .driver = "veth", .speed = OVR_RING_SPEED_MADE_UP },
};

static const struct ovr_ring_change change[] = {
	{ .name = "eth0",
		.driver = "vmxnet3",
		.is_change = true,
		.before = { 1024, 0, 128, 512 },
		.asked = { 80, 0, 128, 512 },
		.took = { 96, 0, 128, 512 },
		.is_saved = true,
		.saved = { 1024, 0, 128, 512 },
		.link = OVR_RING_LINK_UP,
		.waited_ns = 412000000,
		.carrier_changes = 2,
		.counters_known = true,
		.n_counters = 96,
		.n_reset = 1,
		.reset = { "rx_packets" } },
	{ .name = "eth1", .driver = "vmxnet3" },
	{ .name = "eth2", .driver = "e1000e", .is_change = true, .link = OVR_RING_LINK_LOST },
};

int
main(int argc, char **argv)
{
	char command[32];
	struct ovr_err err;
	int status;

	if (argc != 2)
		return 3;
	snprintf(command, sizeof(command), "ring %s", argv[1]);
	if (strcmp(argv[1], "show") == 0)
		status = ovr_report_rings_json(view, 2, stdout, &err);
	else
		status = ovr_report_ring_changes_json(change, 3, command, stdout, &err);
	return status == 0 ? 0 : 2;
}
