/* SPDX-License-Identifier: BSD-3-Clause */
/* The counters of lib/engine/port/counters.c, which port/port.h declares. */
#include "port/port.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <rte_ethdev.h>
#include <rte_version.h>

#include "eal.h"
#include "port/accounts.h"
#include "rig.h"

static struct rig rig;

static void
close_all(void)
{
	rig_close(&rig);
	eal_stop();
}

TestSuite(counters, .init = eal_start, .fini = close_all);

static struct ovr_port_counters
read_counters(void)
{
	struct ovr_port_counters counters = { 0 };

	ovr_port_counters_read(rig.pair, &counters);
	return counters;
}

static void
expect_account(const struct ovr_ledger_account *account, enum ovr_ledger_place place, const char *port,
	int32_t queue, uint64_t frames, const char *counter, const char *source)
{
	cr_expect_eq(account->place, place, "%s", ovr_ledger_place_name(account->place));
	cr_expect_str_eq(account->port, port);
	cr_expect_eq(account->queue, queue);
	cr_expect_eq(account->frames, frames, "%s: %ju", counter, (uintmax_t)account->frames);
	cr_expect_str_eq(account->counter, counter);
	cr_expect_str_eq(account->source, source);
}

/* Twenty frames into rings of five, none of which is emptied. */
Test(counters, a_wire_has_an_account_per_receive_queue)
{
	uint16_t of_queue[2] = { 0 };
	struct ovr_port_counters counters;

	RIG_OPEN(&rig, "rxq", "2", "rxd", "5", "streams", "16");
	for (uint16_t stream = 0; stream < 16; stream++) {
		struct ovr_frame_flow flow = frames_flow(stream);

		of_queue[ovr_wire_queue_of(rig.wire, &flow)] = stream;
	}
	rig_send(&rig, 0, of_queue[0], 64, 6);
	rig_send(&rig, 0, of_queue[1], 64, 14);
	for (uint64_t now = 0; now < 2000; now += 67)
		rig_turn(&rig, now);
	counters = read_counters();
	cr_expect(counters.tx_known);
	cr_expect(counters.rx_known);
	cr_expect_eq(counters.tx_frames, 20);
	cr_expect_eq(counters.rx_frames, 10);
	cr_expect(counters.rx_missed_known);
	cr_expect_eq(counters.rx_missed[0], 1);
	cr_expect_eq(counters.rx_missed[1], 9);
	cr_assert_eq(counters.n, 2);
	expect_account(
		&counters.counter[0].account, OVR_PLACE_RX_RING, "wire:1", 0, 1, "rx_q0_missed", "wire");
	expect_account(
		&counters.counter[1].account, OVR_PLACE_RX_RING, "wire:1", 1, 9, "rx_q1_missed", "wire");
}

Test(counters, a_wire_that_impairs_says_what_it_dropped)
{
	struct ovr_port_counters counters;

	RIG_OPEN(&rig, "rx", "wire:1,drop-at=0-2,fcs=100%");
	rig_send(&rig, 0, 0, 64, 10);
	rig_turn(&rig, 0);
	rig_turn(&rig, 672);
	counters = read_counters();
	cr_expect_eq(counters.tx_frames, 10);
	cr_expect_eq(counters.rx_frames, 0);
	cr_assert_eq(counters.n, 3);
	expect_account(
		&counters.counter[0].account, OVR_PLACE_RX_RING, "wire:1", 0, 0, "rx_q0_missed", "wire");
	expect_account(&counters.counter[1].account, OVR_PLACE_PATH, "wire:1", -1, 3, "line_dropped", "wire");
	expect_account(
		&counters.counter[2].account, OVR_PLACE_RX_ERRORS, "wire:1", -1, 7, "rx_fcs_errors", "wire");
}

Test(counters, a_paused_wire_says_for_how_long)
{
	RIG_OPEN(&rig, NULL);
	rig_send(&rig, 0, 0, 64, 100);
	rig_turn(&rig, 0);
	rig_turn(&rig, 1000000);
	cr_expect_eq(read_counters().paused_ns, 994960);
}

Test(counters, a_ring_device_counts_frames_and_claims_no_overruns)
{
	struct ovr_port_counters counters;

	RIG_OPEN(&rig, "tx", "vdev:net_ring0", "rx", "vdev:net_ring0");
	rig_send(&rig, 0, 0, 64, 30);
	cr_assert_eq(rig_take(&rig, 0, NULL, 20), 20);
	counters = read_counters();
	cr_expect(counters.tx_known);
	cr_expect(counters.rx_known);
	cr_expect_eq(counters.tx_frames, 30);
	cr_expect_eq(counters.rx_frames, 20);
	cr_expect_not(counters.rx_missed_known);
	cr_expect_eq(counters.paused_ns, 0);
	cr_assert_eq(counters.n, 3);
	expect_account(&counters.counter[0].account, OVR_PLACE_TX_ERRORS, "vdev:net_ring0", -1, 0, "oerrors",
		"net_ring");
	expect_account(&counters.counter[1].account, OVR_PLACE_RX_NOMBUF, "vdev:net_ring0", -1, 0,
		"rx_nombuf", "net_ring");
	expect_account(&counters.counter[2].account, OVR_PLACE_RX_ERRORS, "vdev:net_ring0", -1, 0, "ierrors",
		"net_ring");
}

/*
 * Below DPDK 25.03 its imissed stands still: no account, rather than one that says 0 of what was
 * lost.
 */
Test(counters, a_packet_socket_claims_overruns_only_where_the_driver_reads_them)
{
	struct ovr_port_counters counters;
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0)
		cr_skip_test("packet sockets need a privilege");
	close(fd);
	RIG_OPEN(&rig, "tx", "vdev:net_null0,no-rx=1", "rx", "vdev:net_af_packet0,iface=lo");
	counters = read_counters();
	cr_assert(counters.rx_known);
#if RTE_VERSION >= RTE_VERSION_NUM(25, 3, 0, 0)
	cr_assert(counters.rx_missed_known);
	expect_account(&counters.counter[1].account, OVR_PLACE_RX_RING, "vdev:net_af_packet0", 0, 0,
		"imissed (tp_drops)", "net_af_packet");
#else
	cr_assert_not(counters.rx_missed_known);
	for (uint32_t i = 0; i < counters.n; i++)
		cr_assert_neq(counters.counter[i].account.place, OVR_PLACE_RX_RING);
#endif
}

Test(counters, two_devices_are_each_asked_for_their_own_side)
{
	struct ovr_port_counters counters;

	RIG_OPEN(&rig, "tx", "vdev:net_null0,no-rx=1", "rx", "vdev:net_ring0");
	rig_send(&rig, 0, 0, 64, 25);
	counters = read_counters();
	cr_expect_eq(counters.tx_frames, 25);
	cr_expect_eq(counters.rx_frames, 0);
	cr_assert_eq(counters.n, 3);
	cr_expect_str_eq(counters.counter[0].account.port, "vdev:net_null0");
	cr_expect_str_eq(counters.counter[0].account.source, "net_null");
	cr_expect_str_eq(counters.counter[1].account.port, "vdev:net_ring0");
	cr_expect_str_eq(counters.counter[1].account.source, "net_ring");
}

Test(counters, two_readings_of_a_pair_at_rest_are_the_same)
{
	struct ovr_port_counters first, second;

	RIG_OPEN(&rig, "rx", "wire:1,drop=10%", "rxq", "3");
	rig_send(&rig, 0, 0, 64, 50);
	rig_turn(&rig, 0);
	rig_turn(&rig, 5000);
	first = read_counters();
	second = read_counters();
	cr_assert_eq(first.n, second.n);
	cr_assert_eq(memcmp(first.counter, second.counter, first.n * sizeof(*first.counter)), 0);
	first.counter = second.counter = NULL;
	first.capacity = second.capacity = 0;
	cr_assert_eq(memcmp(&first, &second, sizeof(first)), 0);
}

Test(counters, the_difference_is_taken_account_by_account)
{
	struct ovr_port_counters before, after, difference = { 0 };

	RIG_OPEN(&rig, "rx", "wire:1,drop-at=0-1+20-24", "rxd", "8");
	rig_send(&rig, 0, 0, 64, 20);
	rig_turn(&rig, 0);
	for (uint64_t now = 68; now < 1400; now += 68)
		rig_turn(&rig, now);
	before = read_counters();
	cr_assert_eq(before.counter[0].account.frames, 10, "missed");
	cr_assert_eq(before.counter[1].account.frames, 2, "dropped");
	cr_assert_eq(rig_take(&rig, 0, NULL, UINT_MAX), 8);
	rig_send(&rig, 0, 0, 64, 17);
	for (uint64_t now = 1400; now < 4000; now += 68)
		rig_turn(&rig, now);
	after = read_counters();
	ovr_port_counters_subtract(&after, &before, &difference);
	cr_expect_eq(difference.tx_frames, 17);
	cr_expect_eq(difference.rx_frames, 8);
	cr_expect_eq(difference.rx_missed[0], 4);
	cr_expect_eq(difference.paused_ns, 0);
	cr_expect(difference.tx_known);
	cr_expect(difference.rx_known);
	cr_expect(difference.rx_missed_known);
	cr_assert_eq(difference.n, 3);
	expect_account(
		&difference.counter[0].account, OVR_PLACE_RX_RING, "wire:1", 0, 4, "rx_q0_missed", "wire");
	expect_account(
		&difference.counter[1].account, OVR_PLACE_PATH, "wire:1", -1, 5, "line_dropped", "wire");
	expect_account(&difference.counter[2].account, OVR_PLACE_RX_ERRORS, "wire:1", -1, 0, "rx_fcs_errors",
		"wire");
}

/* Five accounts of one port, as they are read: `n` of them, from `first`. */
static struct ovr_port_counters
reading_of(uint32_t first, uint32_t n, uint64_t value)
{
	static const struct ovr_port port = { .label = "netdev:x" };
	static const char *const name[] = { "a", "b", "c", "d", "e" };
	struct ovr_port_counters counters = { 0 };

	for (uint32_t i = first; i < first + n; i++)
		ovr_port_counters_add_account(
			&counters, OVR_PLACE_RX_RING, &port, (int32_t)i, value + i, name[i], "driver");
	return counters;
}

Test(counters, a_counter_is_subtracted_from_itself_wherever_it_stands)
{
	struct ovr_port_counters before = reading_of(0, 5, 100), after = reading_of(0, 5, 200),
				 difference = { 0 };
	struct ovr_port_counter last = after.counter[4];

	memmove(&after.counter[1], &after.counter[0], 4 * sizeof(last));
	after.counter[0] = last;
	after.counter[0].account.frames = after.counter[0].is.value = 107;
	ovr_port_counters_subtract(&after, &before, &difference);
	cr_assert_eq(difference.n, 5);
	cr_expect_eq(difference.n_unknown, 0);
	expect_account(&difference.counter[0].account, OVR_PLACE_RX_RING, "netdev:x", 4, 3, "e", "driver");
	for (uint32_t i = 1; i < 5; i++)
		cr_expect_eq(difference.counter[i].account.frames, 100);
	cr_expect_eq(difference.rx_missed[4], 3);
	cr_expect_eq(difference.rx_missed[0], 100);
	cr_expect_eq(difference.rx_ring_frames, 403);
}

Test(counters, a_counter_without_a_first_reading_is_not_booked)
{
	struct ovr_port_counters before = reading_of(1, 4, 100), after = reading_of(0, 5, 100),
				 difference = { 0 };
	struct ovr_ledger ledger = { 0 };

	ovr_port_counters_subtract(&after, &before, &difference);
	cr_expect_eq(difference.n_unknown, 1);
	cr_expect_str_eq(difference.unknown, "a of netdev:x");
	cr_expect_eq(difference.rx_ring_frames, 0);
	ovr_port_counters_book(&difference, &ledger);
	cr_assert_eq(ledger.n_accounts, 4);
	for (uint32_t i = 0; i < 4; i++)
		cr_expect_eq(ledger.account[i].frames, 0);
	ovr_ledger_done(&ledger);
}

Test(counters, a_reading_that_failed_makes_every_counter_unknown)
{
	struct ovr_port_counters none = { 0 }, all = reading_of(0, 5, 100), difference = { 0 };

	ovr_port_counters_subtract(&all, &none, &difference);
	cr_expect_eq(difference.n_unknown, 5);
	ovr_port_counters_subtract(&none, &all, &difference);
	cr_expect_eq(difference.n_unknown, 5);
	cr_expect_eq(difference.n, 0);
}

Test(counters, as_many_accounts_as_there_are_counters)
{
	static const struct ovr_port port = { .label = "netdev:x" };
	struct ovr_port_counters before = { 0 }, after = { 0 }, difference = { 0 };
	struct ovr_ledger ledger = { 0 };

	for (uint32_t i = 0; i < 5000; i++) {
		char name[32];

		snprintf(name, sizeof(name), "rx_queue_%u_drops", i);
		ovr_port_counters_add_account(&before, OVR_PLACE_RX_RING, &port, -1, 0, name, "veth");
		ovr_port_counters_add_account(&after, OVR_PLACE_RX_RING, &port, -1, i, name, "veth");
	}
	ovr_port_counters_subtract(&after, &before, &difference);
	ovr_port_counters_book(&difference, &ledger);
	cr_assert_eq(ledger.n_accounts, 5000);
	cr_expect_eq(ledger.account[4999].frames, 4999);
	ovr_ledger_done(&ledger);
}
