/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/meaning.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_link.h>

#include "nic/rules.h"
#include "support/netns.h"
#include "support/xdp.h"

static struct ovr_nic_meaning
meaning_of(const char *driver, enum ovr_nic_source source, const char *name)
{
	struct ovr_nic_counter counter = { .source = source, .queue = -1 };
	struct ovr_nic_counters reading = { .n = 1, .counter = &counter };

	snprintf(reading.driver, sizeof(reading.driver), "%s", driver);
	snprintf(counter.name, sizeof(counter.name), "%s", name);
	return ovr_nic_meaning_of(&reading, &counter);
}

/* In words: "loss rx.ring exact", "other not implemented". */
static void
assert_meaning(const char *driver, enum ovr_nic_source source, const char *name, const char *expected)
{
	struct ovr_nic_meaning meaning = meaning_of(driver, source, name);
	bool has_place = meaning.kind == OVR_NIC_KIND_LOSS || meaning.kind == OVR_NIC_KIND_ALIAS;
	char found[64];

	snprintf(found, sizeof(found), "%s%s%s %s", ovr_nic_kind_name(meaning.kind), has_place ? " " : "",
		has_place ? ovr_ledger_place_name(meaning.place) : "", ovr_nic_trust_name(meaning.trust));
	cr_assert_str_eq(found, expected, "%s of %s: %s", name, driver, found);
	cr_assert_not_null(meaning.remark);
}

static void
assert_link(const char *driver, const char *name, const char *expected)
{
	assert_meaning(driver, OVR_NIC_LINK, name, expected);
}

static void
assert_driver(const char *driver, const char *name, const char *expected)
{
	assert_meaning(driver, OVR_NIC_DRIVER, name, expected);
}

Test(meaning, of_an_unknown_driver_goes_by_the_kernels_standard_names)
{
	assert_link("", "rx_packets", "traffic unverified");
	assert_link("", "tx_bytes", "traffic unverified");
	assert_link("", "multicast", "traffic unverified");
	assert_link("", "rx_missed_errors", "loss rx.ring unverified");
	assert_link("", "rx_fifo_errors", "alias rx.ring unverified");
	assert_link("", "rx_over_errors", "alias rx.ring unverified");
	assert_link("", "rx_errors", "alias rx.errors unverified");
	assert_link("", "rx_crc_errors", "loss rx.errors unverified");
	assert_link("", "rx_length_errors", "loss rx.errors unverified");
	assert_link("", "rx_frame_errors", "loss rx.errors unverified");
	assert_link("", "rx_dropped", "loss rx.kernel unverified");
	assert_link("", "rx_nohandler", "loss rx.kernel unverified");
	assert_link("", "rx_otherhost_dropped", "other exact");
	assert_link("", "tx_dropped", "loss tx.kernel unverified");
	assert_link("", "tx_errors", "loss tx.errors unverified");
	assert_link("", "tx_carrier_errors", "alias tx.errors unverified");
	assert_link("", "tx_window_errors", "alias tx.errors unverified");
	assert_link("", "collisions", "other unverified");
}

Test(meaning, what_a_driver_repeats_of_the_link_is_an_alias)
{
	assert_driver("", "rx_missed_errors", "alias rx.ring unverified");
	assert_driver("", "tx_dropped", "alias tx.kernel unverified");
	assert_driver("", "rx_packets", "traffic unverified");
	assert_driver("pcnet32", "rx_missed_errors", "alias rx.ring exact");
}

Test(meaning, a_counter_that_nobody_knows_is_no_account)
{
	assert_driver("", "rx_queue_0_drops", "other unverified");
	cr_assert_str_eq(meaning_of("", OVR_NIC_DRIVER, "rx_queue_0_drops").remark,
		"named like a loss, but what it counts is not known");
	assert_driver("", "tx_timeout_count", "other unverified");
	cr_assert_str_eq(meaning_of("", OVR_NIC_DRIVER, "tx_timeout_count").remark, "");
	assert_driver("", "rx_queue_0_packets", "traffic unverified");
	assert_driver("", "tx1_bytes", "traffic unverified");
}

Test(meaning, of_qdiscs_the_root_is_the_account)
{
	assert_meaning("", OVR_NIC_QDISC, "drops", "loss tx.kernel exact");
	assert_meaning("", OVR_NIC_QDISC, "pfifo 20: drops", "alias tx.kernel exact");
	assert_meaning("", OVR_NIC_QDISC, "pfifo_fast :1 drops", "alias tx.kernel exact");
	assert_meaning("", OVR_NIC_QDISC, "ingress drops", "loss rx.kernel exact");
	assert_meaning("", OVR_NIC_QDISC, "clsact drops", "loss rx.kernel unverified");
	assert_meaning("", OVR_NIC_QDISC, "requeues", "other exact");
	assert_meaning("", OVR_NIC_QDISC, "overlimits", "other exact");
	assert_meaning("veth", OVR_NIC_QDISC, "pfifo 20: overlimits", "other exact");
}

Test(meaning, the_hosts_backlog_is_an_alias_of_the_interfaces_drops)
{
	assert_meaning("", OVR_NIC_SOFTNET, "dropped", "alias rx.kernel port-level only");
	assert_meaning("veth", OVR_NIC_SOFTNET, "time_squeeze", "other exact");
}

Test(meaning, of_queue_statistics_drops_are_aliases)
{
	assert_meaning("", OVR_NIC_QSTATS, "rx-packets[0]", "traffic unverified");
	assert_meaning("", OVR_NIC_QSTATS, "tx-bytes[12]", "traffic unverified");
	assert_meaning("", OVR_NIC_QSTATS, "rx-hw-drop-overruns[3]", "alias rx.ring unverified");
	assert_meaning("", OVR_NIC_QSTATS, "rx-hw-drops[3]", "alias rx.ring unverified");
	assert_meaning("", OVR_NIC_QSTATS, "tx-hw-drop-errors[3]", "alias tx.errors unverified");
	assert_meaning("", OVR_NIC_QSTATS, "rx-alloc-fail[3]", "other unverified");
	assert_meaning("", OVR_NIC_QSTATS, "tx-wake[3]", "other unverified");
}

Test(meaning, veth)
{
	assert_driver("veth", "rx_queue_0_drops", "loss rx.ring exact");
	assert_driver("veth", "rx_queue_31_drops", "loss rx.ring exact");
	assert_link("veth", "rx_dropped", "alias rx.ring port-level only");
	assert_link("veth", "tx_dropped", "loss tx.kernel exact");
	assert_driver("veth", "rx_queue_2_xdp_drops", "loss rx.kernel exact");
	assert_driver("veth", "rx_queue_2_xdp_tx_errors", "alias tx.kernel exact");
	assert_driver("veth", "tx_queue_2_xdp_xmit_errors", "alias tx.kernel unverified");
	assert_driver("veth", "rx_queue_2_xdp_packets", "traffic unverified");
	assert_driver("veth", "peer_ifindex", "other exact");
	assert_link("veth", "rx_packets", "traffic exact");
	/* and where the row says nothing, the standard */
	assert_link("veth", "rx_crc_errors", "loss rx.errors unverified");
}

Test(meaning, tun)
{
	assert_link("tun", "tx_dropped", "loss tx.kernel exact");
	assert_link("tun", "rx_dropped", "loss rx.kernel unverified");
}

Test(meaning, vmxnet3)
{
	assert_driver("vmxnet3", "pkts rx OOB", "loss rx.ring exact");
	assert_driver("vmxnet3", "drv dropped rx total", "alias rx.kernel unverified");
	assert_driver("vmxnet3", "drv dropped rx total: fcs", "alias rx.kernel unverified");
	assert_driver("vmxnet3", "drv dropped tx total", "alias tx.kernel unverified");
	assert_driver("vmxnet3", "pkts rx err", "loss rx.errors unverified");
	assert_link("vmxnet3", "rx_errors", "alias rx.errors unverified");
	assert_driver("vmxnet3", "ring full", "other unverified");
}

Test(meaning, virtio_net)
{
	assert_driver("virtio_net", "rx_queue_0_drops", "alias rx.kernel not implemented");
	assert_driver("virtio_net", "rx0_drops", "alias rx.kernel not implemented");
	assert_driver("virtio_net", "rx_drops", "alias rx.kernel not implemented");
	assert_driver("virtio_net", "rx0_xdp_drops", "alias rx.kernel unverified");
	assert_link("virtio_net", "rx_dropped", "loss rx.kernel unverified");
	assert_link("virtio_net", "tx_errors", "other unverified");
}

Test(meaning, pcnet32)
{
	assert_link("pcnet32", "rx_missed_errors", "loss rx.ring exact");
	assert_link("pcnet32", "rx_errors", "alias rx.errors unverified");
}

Test(meaning, rtl8139cp)
{
	assert_link("8139cp", "rx_missed_errors", "loss rx.ring exact");
	assert_driver("8139cp", "rx_fifo", "alias rx.ring exact");
}

Test(meaning, e1000)
{
	assert_link("e1000", "rx_missed_errors", "loss rx.ring wrong");
	assert_driver("e1000", "rx_missed_errors", "alias rx.ring wrong");
	assert_driver("e1000", "rx_no_buffer_count", "other wrong");
}

Test(meaning, e1000e)
{
	assert_link("e1000e", "rx_missed_errors", "loss rx.ring not implemented");
	assert_driver("e1000e", "rx_missed_errors", "alias rx.ring not implemented");
	assert_driver("e1000e", "rx_no_buffer_count", "other not implemented");
}

Test(meaning, e100)
{
	assert_link("e100", "rx_missed_errors", "loss rx.ring unverified");
	assert_link("e100", "rx_fifo_errors", "alias rx.ring unverified");
}

Test(meaning, igb_and_igc)
{
	assert_driver("igb", "rx_queue_3_drops", "loss rx.ring unverified");
	assert_link("igb", "rx_missed_errors", "loss rx.ring unverified");
	assert_link("igb", "rx_fifo_errors", "alias rx.ring unverified");
	assert_driver("igb", "rx_no_buffer_count", "other unverified");
	assert_driver("igc", "rx_queue_3_drops", "loss rx.ring unverified");
}

Test(meaning, ixgbe)
{
	assert_link("ixgbe", "rx_missed_errors", "loss rx.ring unverified");
	assert_driver("ixgbe", "rx_missed_errors", "alias rx.ring unverified");
	assert_driver("ixgbe", "rx_no_dma_resources", "loss rx.ring unverified");
	assert_driver("ixgbe", "fdir_miss", "other unverified");
}

Test(meaning, i40e)
{
	assert_link("i40e", "rx_missed_errors", "loss rx.ring unverified");
	assert_driver("i40e", "port.rx_discards", "loss rx.ring unverified");
	assert_driver("i40e", "rx_missed_errors", "alias rx.ring unverified");
	assert_driver("i40e", "port.rx_crc_errors", "alias rx.errors unverified");
}

Test(meaning, ice)
{
	assert_driver("ice", "rx_dropped", "loss rx.ring unverified");
	assert_link("ice", "rx_dropped", "alias rx.ring unverified");
	assert_driver("ice", "rx_dropped.nic", "loss rx.ring unverified");
	assert_link("ice", "rx_missed_errors", "alias rx.ring unverified");
}

Test(meaning, mlx5)
{
	assert_driver("mlx5_core", "rx_out_of_buffer", "loss rx.ring unverified");
	assert_link("mlx5_core", "rx_missed_errors", "alias rx.ring unverified");
	assert_driver("mlx5_core", "rx_discards_phy", "loss rx.ring unverified");
	assert_driver("mlx5_core", "rx_prio3_buf_discard", "alias rx.ring unverified");
	assert_link("mlx5_core", "rx_dropped", "alias rx.ring unverified");
	assert_driver("mlx5_core", "rx7_buff_alloc_err", "other unverified");
	assert_driver("mlx5_core", "rx_buff_alloc_err", "other unverified");
	assert_driver("mlx5_core", "rx7_xdp_drop", "loss rx.kernel unverified");
	assert_driver("mlx5_core", "rx_xdp_drop", "alias rx.kernel unverified");
}

Test(meaning, ena)
{
	assert_link("ena", "rx_dropped", "loss rx.ring unverified");
	assert_driver("ena", "queue_0_rx_empty_rx_ring", "other unverified");
	assert_driver("ena", "queue_0_rx_page_alloc_fail", "other unverified");
	assert_driver("ena", "bw_in_allowance_exceeded", "other unverified");
}

Test(meaning, bnxt)
{
	assert_driver("bnxt_en", "[0]: rx_discards", "loss rx.ring unverified");
	assert_link("bnxt_en", "rx_missed_errors", "alias rx.ring unverified");
	assert_driver("bnxt_en", "rx_total_ring_discards", "alias rx.ring unverified");
}

Test(meaning, r8169)
{
	assert_link("r8169", "rx_missed_errors", "loss rx.ring unverified");
	assert_driver("r8169", "rx_missed", "alias rx.ring unverified");
}

Test(meaning, known_drivers_have_a_row)
{
	cr_assert(ovr_nic_driver_is_known("veth"));
	cr_assert(ovr_nic_driver_is_known("mlx5_core"));
	cr_assert_not(ovr_nic_driver_is_known(""));
	cr_assert_not(ovr_nic_driver_is_known("mlx5"));
	cr_assert_not(ovr_nic_driver_is_known("veth2"));
}

Test(meaning, patterns_stand_for_digits_and_for_anything)
{
	cr_assert(ovr_nic_rule_fits("rx_queue_#_drops", "rx_queue_0_drops"));
	cr_assert(ovr_nic_rule_fits("rx_queue_#_drops", "rx_queue_127_drops"));
	cr_assert_not(ovr_nic_rule_fits("rx_queue_#_drops", "rx_queue__drops"));
	cr_assert_not(ovr_nic_rule_fits("rx_queue_#_drops", "rx_queue_0_drops_more"));
	cr_assert_not(ovr_nic_rule_fits("rx_queue_#_drops", "rx_queue_0_drop"));
	cr_assert(ovr_nic_rule_fits("*_exceeded", "bw_in_allowance_exceeded"));
	cr_assert(ovr_nic_rule_fits("rx*_xdp_drops", "rx_xdp_drops"));
	cr_assert(ovr_nic_rule_fits("[#]: rx_discards", "[12]: rx_discards"));
	cr_assert(ovr_nic_rule_fits("?x-packets", "tx-packets"));
	cr_assert_not(ovr_nic_rule_fits("?x", "x"));
	cr_assert(ovr_nic_rule_fits("*", ""));
}

Test(meaning, names_that_speak_of_loss)
{
	cr_assert(ovr_nic_name_tells_loss("rx_queue_0_drops"));
	cr_assert(ovr_nic_name_tells_loss("pkts rx OOB"));
	cr_assert(ovr_nic_name_tells_loss("rx_missed_errors"));
	cr_assert(ovr_nic_name_tells_loss("rx_discards_phy"));
	cr_assert(ovr_nic_name_tells_loss("rx_trunc_frames"));
	cr_assert(ovr_nic_name_tells_loss("rx_oversize.nic"));
	cr_assert(ovr_nic_name_tells_loss("port.rx_jabber"));
	cr_assert(ovr_nic_name_tells_loss("rx_frame_too_long"));
	cr_assert(ovr_nic_name_tells_loss("rx_no_memory"));
	cr_assert(ovr_nic_name_tells_loss("[hw] rx nobuffer discards"));
	cr_assert(ovr_nic_name_tells_loss("rx_q0errors"));
	cr_assert(ovr_nic_name_tells_loss("RxFCSErrors"));
	cr_assert(ovr_nic_name_tells_loss("rxdrop"));
	cr_assert_not(ovr_nic_name_tells_loss("rx_packets"));
	cr_assert_not(ovr_nic_name_tells_loss("tx_queue_stopped"));
	cr_assert_not(ovr_nic_name_tells_loss(""));
}

Test(meaning, a_word_of_loss_does_not_match_inside_another)
{
	cr_assert_not(ovr_nic_name_tells_loss("tx_deferred"));
	cr_assert_not(ovr_nic_name_tells_loss("tx_deferred_ok"));
	cr_assert_not(ovr_nic_name_tells_loss("rx_transmissions"));
	cr_assert_not(ovr_nic_name_tells_loss("rx_steering_preferred"));
	cr_assert_not(ovr_nic_name_tells_loss("tx_interrupts"));
	cr_assert_not(ovr_nic_name_tells_loss("rx_outbadge"));
}

/* The two ends of a pair, before and after something was lost. */
static struct ovr_nic_counters before[2], after[2];

static void
read_ends(struct ovr_nic_counters *counters)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_nic_counters_read("nic-a", &counters[0], &err), 0, "%s", err.text);
	cr_assert_eq(ovr_nic_counters_read("nic-b", &counters[1], &err), 0, "%s", err.text);
}

/* All that would be booked at a place, of both ends. */
static uint64_t
booked(enum ovr_ledger_place place)
{
	uint64_t frames = 0;

	for (unsigned int end = 0; end < 2; end++)
		for (uint32_t i = 0; i < after[end].n; i++) {
			const struct ovr_nic_counter *counter = &after[end].counter[i];
			struct ovr_nic_meaning meaning = ovr_nic_meaning_of(&after[end], counter);
			const struct ovr_nic_counter *was = ovr_nic_counters_same(
				&after[end], i, &before[end]);

			cr_assert_not_null(was);
			if (meaning.kind == OVR_NIC_KIND_LOSS && meaning.place == place)
				frames += ovr_nic_counter_change(was, counter).added;
		}
	return frames;
}

/* Of all places, only this one has frames, and so many. */
static void
assert_booked(enum ovr_ledger_place expected, uint64_t frames)
{
	/* the receiver's NAPI runs after the sender's back */
	for (int i = 0; i < 2000; i++) {
		read_ends(after);
		if (booked(expected) >= frames)
			break;
		usleep(10000);
	}
	for (enum ovr_ledger_place place = 0; place < OVR_PLACE_COUNT; place++)
		cr_assert_eq(booked(place), place == expected ? frames : 0, "%s: %lu",
			ovr_ledger_place_name(place), booked(place));
	for (unsigned int end = 0; end < 2; end++) {
		ovr_nic_counters_done(&before[end]);
		ovr_nic_counters_done(&after[end]);
	}
}

Test(meaning, frames_for_a_peer_that_is_down_are_booked_once)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip link set nic-b down");
	read_ends(before);
	netns_send("nic-a", 50, 100);
	assert_booked(OVR_PLACE_TX_KERNEL, 50);
}

/* Both ends count these: the sender in tx_dropped, the receiver in rx_dropped. */
Test(meaning, frames_that_the_peer_finds_too_long_are_booked_once)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip link set nic-b mtu 1000");
	read_ends(before);
	netns_send("nic-a", 40, 1400);
	assert_booked(OVR_PLACE_TX_KERNEL, 40);
}

Test(meaning, frames_that_a_program_drops_are_booked_once)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	xdp_attach("nic-b", xdp_load(XDP_DROP), XDP_FLAGS_DRV_MODE);
	read_ends(before);
	netns_send("nic-a", 77, 100);
	assert_booked(OVR_PLACE_RX_KERNEL, 77);
}

/*
 * The peer is no NAPI: rx_queue_N_xdp_tx_errors of one end, tx_dropped of it, and rx_dropped of the
 * other.
 */
Test(meaning, frames_that_a_program_cannot_send_back_are_booked_once)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	xdp_attach("nic-b", xdp_load(XDP_TX), XDP_FLAGS_DRV_MODE);
	read_ends(before);
	netns_send("nic-a", 60, 100);
	assert_booked(OVR_PLACE_TX_KERNEL, 60);
}

Test(meaning, counters_that_must_not_be_believed_are_named)
{
	const char *name, *remark;

	cr_assert_eq(ovr_nic_driver_traps("e1000e", &name, &remark), 3);
	cr_assert_str_eq(name, "rx_missed_errors");
	cr_assert_str_eq(remark, "register MPC; did not move under QEMU");
	cr_assert_eq(ovr_nic_driver_traps("veth", &name, &remark), 0);
	cr_assert_str_eq(name, "");
	cr_assert_eq(ovr_nic_driver_traps("none_of_ours", &name, &remark), 0);
}
