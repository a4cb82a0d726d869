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

struct ovr_report_places
watch_sample_places(void)
{
	static const char *const netns[] = { "", "r1" };
	static const char note[][OVR_KERNEL_NOTE_BYTES] = { "r1: this user may not read rules" };
	static struct ovr_kernel_claim claim[] = {
		{ .netns = "",
			.place = OVR_PLACE_TX_IP,
			.layer = OVR_KERNEL_NEIGHBOUR,
			.object = "arp_cache",
			.counter = "unresolved_discards",
			.frames = 40,
			.frames_min = 40,
			.frames_max = 40,
			.unit = OVR_KERNEL_SKB,
			.is_of_host = true,
			.source = "neighbour",
			.why = "arp_cache: the neighbour did not answer" },
		{ .netns = "r1",
			.place = OVR_PLACE_RX_KERNEL,
			.layer = OVR_KERNEL_LINK,
			.object = "vb",
			.counter = "rx_dropped",
			.frames = 1500,
			.frames_min = 5,
			.frames_max = 1500,
			.unit = OVR_KERNEL_FRAME,
			.source = "link",
			.why = "vb: behind the ring" },
		{ .netns = "r1",
			.place = OVR_PLACE_RX_SOCKET,
			.layer = OVR_KERNEL_MIB,
			.counter = "Udp:RcvbufErrors",
			.frames = 183,
			.frames_min = 183,
			.frames_max = 183,
			.unit = OVR_KERNEL_DATAGRAM,
			.source = "mib",
			.why = "the receive buffer was full",
			.aliases = "Udp:InErrors 183, udp 10.9.0.2:9000 inode 1 drops 183" },
	};
	static const struct ovr_kernel_claims claims = { .claim = claim, .n = 3 };

	return (struct ovr_report_places){
		.netns = netns,
		.n_netns = 2,
		.ns = 2500000000,
		.claims = &claims,
		.note = note,
		.n_notes = 1,
	};
}
