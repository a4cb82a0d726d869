/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/half.h"

#include <errno.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "frozen.h"

static const uint8_t nic[6] = { 0x52, 0x54, 0, 1, 2, 3 };

static struct ovr_plan
half_of(const struct ovr_plan *trial, enum ovr_plan_end end, uint32_t sender)
{
	struct ovr_plan half;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_half(trial, end, sender, nic, &half, &err), 0, "%s", err.text);
	return half;
}

/* An end gets its half as text, and freezes it again. */
static void
check_text(const struct ovr_plan *half)
{
	char *text = ovr_plan_print(half), *again_text;
	struct ovr_plan again;
	struct ovr_err err = { "" };

	ovr_plan_default(&again);
	again.command = OVR_PLAN_HALF;
	cr_assert_eq(ovr_plan_load_text(&again, "half", text, strlen(text), &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_freeze(&again, &err), 0, "%s", err.text);
	again_text = ovr_plan_print(&again);
	cr_assert_str_eq(again_text, text);
	free(text);
	free(again_text);
}

Test(half, each_end_has_its_port_and_the_other_one_elsewhere)
{
	struct ovr_plan trial = FROZEN("tx", "host:a/netdev:eth1,mode=af_packet", "rx", "host:b/netdev:eth2",
		"cores", "tx=1,rx=2", "json", "x.json", "metrics", "9464");
	struct ovr_plan tx = half_of(&trial, OVR_PLAN_END_TX, 0), rx = half_of(&trial, OVR_PLAN_END_RX, 0);

	cr_assert_str_eq(tx.ports.tx.text, "netdev:eth1,mode=af_packet");
	cr_assert_str_eq(tx.ports.rx.text, "elsewhere:netdev:eth2");
	cr_assert_eq(tx.host.cores.tx.n_cpus, 1);
	cr_assert_eq(tx.host.cores.rx.n_cpus, 0);
	cr_assert_str_eq(rx.ports.tx.text, "elsewhere:netdev:eth1,mode=af_packet");
	cr_assert_str_eq(rx.ports.rx.text, "netdev:eth2");
	cr_assert_eq(rx.host.cores.rx.cpu[0], 2);
	cr_assert_str_eq(tx.output.json, "");
	cr_assert_eq(tx.output.metrics.ip_version, 0);
	check_text(&tx);
	check_text(&rx);
}

Test(half, both_ports_of_one_machine_are_one_half)
{
	struct ovr_plan trial = FROZEN("rx", "host:b/wire:1,drop=1%"),
			both = half_of(&trial, OVR_PLAN_END_BOTH, 0);

	cr_assert_str_eq(both.ports.tx.text, "wire:0");
	cr_assert_str_eq(both.ports.rx.text, "wire:1,drop=1%");
	check_text(&both);
}

Test(half, frames_go_to_the_nic_that_receives)
{
	struct ovr_plan trial = FROZEN("tx", "host:a/pci:01:00.0", "rx", "host:b/pci:02:00.0"), tx;

	tx = half_of(&trial, OVR_PLAN_END_TX, 0);
	cr_assert_eq(memcmp(tx.frames.dst_mac, nic, 6), 0);
	trial = FROZEN(
		"tx", "host:a/pci:01:00.0", "rx", "host:b/pci:02:00.0", "dst-mac", "02:00:00:00:00:09");
	tx = half_of(&trial, OVR_PLAN_END_TX, 0);
	cr_assert_eq(tx.frames.dst_mac[5], 9);
}

Test(half, a_socket_elsewhere_is_asked_for_by_its_address)
{
	struct ovr_plan trial = FROZEN("tx", "host:a/netdev:eth1", "rx", "host:b/udp:10.0.0.2:9"),
			tx = half_of(&trial, OVR_PLAN_END_TX, 0);
	struct ovr_frame_flow_conf flow = ovr_plan_flow_conf(&tx.ports, &tx.frames);
	const uint8_t address[4] = { 10, 0, 0, 2 };

	cr_assert_eq(tx.frames.gateway.ip_version, 4);
	cr_assert_eq(memcmp(tx.frames.gateway.ip, address, 4), 0);
	cr_assert_eq(memcmp(flow.dst_ip, address, 4), 0);
	cr_assert_eq(flow.dst_port, 9);
	check_text(&tx);
}

/* a burst search sends faster than the line, so that the ring is never empty */
Test(half, a_trial_that_was_made_may_ask_for_more_than_the_line_carries)
{
	struct ovr_plan trial = FROZEN("rx", "host:a/wire:1");
	struct ovr_plan half;

	trial.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = UINT64_C(10000000000000) };
	trial.load.catch_up = true;
	half = half_of(&trial, OVR_PLAN_END_BOTH, 0);
	cr_assert_eq(half.load.rate.value, trial.load.rate.value);
	cr_assert(half.load.catch_up);
	check_text(&half);
}

Test(half, senders_have_addresses_that_a_switch_tells_apart)
{
	struct ovr_plan trial = FROZEN("tx", "host:a/netdev:e,host:b/netdev:e", "rx", "host:d/netdev:e",
		"src-mac", "02:00:00:00:ff:05");

	cr_assert_eq(memcmp(half_of(&trial, OVR_PLAN_END_TX, 0).frames.src_mac, "\2\0\0\0\xff\5", 6), 0);
	cr_assert_eq(memcmp(half_of(&trial, OVR_PLAN_END_TX, 1).frames.src_mac, "\2\0\0\0\0\5", 6), 0);
}

Test(half, a_socket_among_several_senders_leaves_the_address_to_its_host)
{
	struct ovr_plan trial = FROZEN(
		"tx", "host:a/udp:198.18.0.2:9,host:b/udp:198.18.0.2:9", "rx", "host:d/udp:198.18.0.2:9");

	for (uint32_t i = 0; i < 2; i++)
		cr_assert_eq(
			memcmp(half_of(&trial, OVR_PLAN_END_TX, i).frames.src_mac, trial.frames.src_mac, 6),
			0);
}

Test(half, senders_have_ranges_of_streams_and_the_receiver_has_all)
{
	struct ovr_plan trial = FROZEN("tx", "host:a/netdev:e,host:b/netdev:e,host:c/netdev:e", "rx",
		"host:d/netdev:e", "streams", "64", "seed", "7");

	for (uint32_t i = 0; i < 3; i++) {
		struct ovr_plan tx = half_of(&trial, OVR_PLAN_END_TX, i);

		cr_assert_eq(tx.frames.streams, 64);
		cr_assert_eq(tx.frames.stream_first, i * 64);
		cr_assert_eq(tx.trial.seed, 7 + i);
		check_text(&tx);
	}
	cr_assert_eq(half_of(&trial, OVR_PLAN_END_RX, 0).frames.streams, 192);
	cr_assert_lt(half_of(&trial, OVR_PLAN_END_RX, 0).receiver.window, trial.receiver.window);
}

Test(half, a_receiver_among_several_has_the_streams_of_all_and_knows_its_own)
{
	struct ovr_plan trial = FROZEN("tx", "host:a/netdev:e,host:b/netdev:e,host:c/netdev:e", "rx",
		"host:d/netdev:e,host:f/netdev:g,host:f/netdev:g", "streams", "64");
	struct ovr_plan first = half_of(&trial, OVR_PLAN_END_RX, 0),
			second = half_of(&trial, OVR_PLAN_END_RX, 1), tx;

	cr_assert_str_eq(first.ports.rx.text, "netdev:e");
	cr_assert_eq(first.frames.streams, 192);
	cr_assert_eq(first.frames.stream_first, 0);
	cr_assert_eq(first.frames.streams_own, 64);
	cr_assert_str_eq(second.ports.rx.text, "netdev:g");
	cr_assert_str_eq(second.ports.tx.text, "elsewhere:netdev:e");
	cr_assert_eq(second.frames.streams, 192);
	cr_assert_eq(second.frames.stream_first, 64);
	cr_assert_eq(second.frames.streams_own, 128);
	tx = half_of(&trial, OVR_PLAN_END_TX, 2);
	cr_assert_str_eq(tx.ports.rx.text, "elsewhere:netdev:g");
	cr_assert_eq(tx.frames.stream_first, 128);
	cr_assert_eq(tx.frames.streams_own, 0);
	cr_assert_eq(tx.frames.dst_mac[4], 1);
	cr_assert_eq(tx.frames.dst_mac[5], 2);
	cr_assert_eq(half_of(&trial, OVR_PLAN_END_TX, 0).frames.dst_mac[4], 0);
	check_text(&first);
	check_text(&second);
	check_text(&tx);
}

/* Freezing the trial takes a next hop from the first receiver. */
Test(half, each_sender_asks_for_the_address_of_its_own_receiver)
{
	struct ovr_plan trial = FROZEN("tx", "host:a/netdev:eth1,host:b/netdev:eth1", "rx",
		"host:c/udp:10.0.0.2:9,host:d/udp:10.0.0.3:7");

	for (uint32_t i = 0; i < 2; i++) {
		struct ovr_plan tx = half_of(&trial, OVR_PLAN_END_TX, i);
		struct ovr_frame_flow_conf flow = ovr_plan_flow_conf(&tx.ports, &tx.frames);

		cr_assert_eq(tx.frames.gateway.ip[3], 2 + i);
		cr_assert_eq(flow.dst_ip[3], 2 + i);
		cr_assert_eq(flow.dst_port, i == 0 ? 9 : 7);
	}
}
