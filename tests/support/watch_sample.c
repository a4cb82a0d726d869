/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/watch_sample.h"

#include <stdio.h>

static struct ovr_report_watched
view_of(struct watch_sample *sample, uint32_t n)
{
	sample->interval.moved = sample->moved;
	sample->interval.n = sample->interval.capacity = n;
	return (struct ovr_report_watched){ .facts = &sample->facts, .interval = &sample->interval };
}

struct ovr_report_watched
watch_sample_loss(struct watch_sample *sample)
{
	*sample = (struct watch_sample){
		.facts = { .name = "nic-b",
			.is_up = true,
			.has_carrier = true,
			.speed_mbps = 10000,
			.duplex = "full",
			.n_rxq = 2,
			.n_txq = 1,
			.driver = "veth" },
		.interval = { .ns = 2000000000,
			.rx_packets = { .added = 20000 },
			.tx_packets = { .added = 100 },
			.rx_bytes = { .added = 1200000 },
			.tx_bytes = { .added = 6000 } },
		.moved = {
			{ .counter = { .name = "rx_queue_1_drops", .source = OVR_NIC_DRIVER, .queue = 1, .value = 3952 },
				.change = { .added = 3952 },
				.meaning = { OVR_NIC_KIND_LOSS, OVR_NIC_TRUST_EXACT, OVR_PLACE_RX_RING, "ring full" } },
			{ .counter = { .name = "rx_dropped", .source = OVR_NIC_LINK, .queue = -1, .value = 5000 },
				.change = { .added = 3952 },
				.meaning = { OVR_NIC_KIND_ALIAS, OVR_NIC_TRUST_PORT_LEVEL, OVR_PLACE_RX_RING, "of drops" } },
			{ .counter = { .name = "rx_odd_miss", .source = OVR_NIC_DRIVER, .queue = -1, .value = 7 },
				.change = { .added = 7 },
				.meaning = { OVR_NIC_KIND_OTHER, OVR_NIC_TRUST_UNVERIFIED, OVR_PLACE_COUNT, "" } },
		},
	};
	return view_of(sample, 3);
}

struct ovr_report_watched
watch_sample_reset(struct watch_sample *sample)
{
	*sample = (struct watch_sample){
		.facts = { .name = "nic-c", .n_rxq = 1, .n_txq = 1, .rings = { .known = true, .rx = 512, .tx = 256 } },
		.interval = { .ns = 1000000000,
			.carrier_changes = 2,
			.rx_packets = { .added = 12, .was_reset = true },
			.tx_packets = { .added = 0 },
			.rx_bytes = { .added = 1200, .was_reset = true },
			.n_reset = 37 },
		.moved = {
			{ .counter = { .name = "pkts rx OOB", .source = OVR_NIC_DRIVER, .queue = 0, .value = 12 },
				.change = { .added = 12, .was_reset = true },
				.meaning = { OVR_NIC_KIND_LOSS, OVR_NIC_TRUST_EXACT, OVR_PLACE_RX_RING, "ring full" } },
		},
	};
	return view_of(sample, 1);
}
