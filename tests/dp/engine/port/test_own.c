/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which frames of a counter are booked beside sockets. No device: differences of two readings are
 * made up.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "nic/sources.h"
#include "port/accounts.h"
#include "port/netdev.h"
#include "port/netdev_counters.h"
#include "port/port.h"

static struct ovr_netdev tx_netdev, rx_netdev;
static struct ovr_port_pair pair;
static struct ovr_port_counters before, after, counters;

static void
begin(enum ovr_netdev_mode mode)
{
	ovr_port_counters_done(&counters);
	ovr_port_counters_done(&before);
	ovr_port_counters_done(&after);
	tx_netdev.mode = rx_netdev.mode = mode;
	snprintf(pair.tx.label, sizeof(pair.tx.label), "netdev:tapa");
	snprintf(pair.rx.label, sizeof(pair.rx.label), "netdev:tapb");
	pair.tx_netdev = &tx_netdev;
	pair.rx_netdev = &rx_netdev;
}

static void
add(enum ovr_ledger_place place, const char *port, int32_t queue, uint64_t frames, const char *counter,
	const char *source)
{
	struct ovr_port of = { .label = "" };

	snprintf(of.label, sizeof(of.label), "%s", port);
	ovr_port_counters_add_account(&counters, place, &of, queue, frames, counter, source);
}

/* What is left of the account that was added last. */
static uint64_t
left(void)
{
	ovr_port_counters_own(&pair, &counters);
	return counters.counter[counters.n - 1].account.frames;
}

static uint64_t
left_beside_xdp_socket(uint64_t refused, uint64_t dropped)
{
	begin(OVR_NETDEV_AF_XDP);
	add(OVR_PLACE_RX_RING, "netdev:tapb", 0, refused, "rx_ring_full", "AF_XDP socket");
	add(OVR_PLACE_RX_KERNEL, "netdev:tapb", -1, dropped, "rx_dropped", "link");
	return left();
}

Test(own, what_the_socket_refused_and_the_driver_counts_again_is_booked_once)
{
	cr_assert_eq(left_beside_xdp_socket(444, 444), 0);
	cr_assert_eq(left_beside_xdp_socket(444, 450), 6);
}

/* It counts all refused frames or none. */
Test(own, a_driver_that_counts_fewer_frames_counts_others)
{
	cr_assert_eq(left_beside_xdp_socket(444, 12), 12);
	cr_assert_eq(left_beside_xdp_socket(0, 12), 12);
}

Test(own, a_counter_of_a_queue_is_held_against_the_socket_of_that_queue)
{
	begin(OVR_NETDEV_AF_XDP);
	add(OVR_PLACE_RX_RING, "netdev:tapb", 0, 100, "rx_ring_full", "AF_XDP socket");
	add(OVR_PLACE_RX_RING, "netdev:tapb", 1, 30, "rx_ring_full", "AF_XDP socket");
	add(OVR_PLACE_RX_KERNEL, "netdev:tapb", 1, 30, "queue_1_rx_xdp_aborted", "ena");
	cr_assert_eq(left(), 0);
	begin(OVR_NETDEV_AF_XDP);
	add(OVR_PLACE_RX_RING, "netdev:tapb", 0, 100, "rx_ring_full", "AF_XDP socket");
	add(OVR_PLACE_RX_RING, "netdev:tapb", 1, 30, "rx_dropped", "AF_XDP socket");
	add(OVR_PLACE_RX_KERNEL, "netdev:tapb", -1, 130, "rx_dropped", "link");
	cr_assert_eq(left(), 0);
}

/* 1,000 frames with two VLAN tags, all of which the packet socket got. */
Test(own, frames_that_the_packet_socket_got_and_no_protocol_wants_are_not_lost)
{
	begin(OVR_NETDEV_AF_PACKET);
	counters.rx_frames = 1000;
	add(OVR_PLACE_RX_KERNEL, "netdev:tapb", -1, 1000, "rx_dropped", "link");
	cr_assert_eq(left(), 0);
	begin(OVR_NETDEV_AF_PACKET);
	counters.rx_frames = 900;
	counters.rx_missed[1] = 60;
	add(OVR_PLACE_RX_KERNEL, "netdev:tapb", -1, 1000, "rx_dropped", "link");
	cr_assert_eq(left(), 40);
}

static void
add_backlog_drops(const char *port, uint64_t frames)
{
	static const struct ovr_nic_meaning meaning = { .kind = OVR_NIC_KIND_ALIAS, .remark = "" };
	struct ovr_nic_counter is = { .source = OVR_NIC_SOFTNET, .queue = -1, .value = frames };
	struct ovr_port of = { .label = "" };

	snprintf(is.name, sizeof(is.name), "dropped");
	snprintf(of.label, sizeof(of.label), "%s", port);
	ovr_port_counters_add(&counters, &of, -1, &is, &meaning, "softnet");
}

/* A full backlog drops a frame before the socket sees it, of whatever interface it came. */
Test(own, what_backlogs_dropped_may_be_lost_beside_a_packet_socket)
{
	const struct ovr_ledger_account *account;

	begin(OVR_NETDEV_AF_PACKET);
	counters.rx_frames = 1000;
	add_backlog_drops("netdev:tapa", 7);
	add_backlog_drops("netdev:tapb", 50);
	add(OVR_PLACE_RX_KERNEL, "netdev:tapb", -1, 990, "rx_dropped", "link");
	cr_assert_eq(left(), 50);
	account = &counters.counter[counters.n - 1].account;
	cr_assert_eq(account->frames_min, 0);
	cr_assert_eq(account->frames_max, 50);
	cr_assert_str_eq(account->why,
		"at most: backlogs of this host dropped 50 frames; others that the socket got are counted "
		"too if no protocol wants them");

	/* no more than the interface itself counted; and what the socket cannot have got is lost */
	begin(OVR_NETDEV_AF_PACKET);
	counters.rx_frames = 1000;
	add_backlog_drops("netdev:tapb", 5000);
	add(OVR_PLACE_RX_KERNEL, "netdev:tapb", -1, 1040, "rx_dropped", "link");
	cr_assert_eq(left(), 1040);
	cr_assert_eq(counters.counter[counters.n - 1].account.frames_min, 40);
}

/* iavf, enic, nfp: the table says that rx_dropped is the NIC's ring. */
Test(own, a_row_of_the_driver_wins_beside_a_packet_socket)
{
	begin(OVR_NETDEV_AF_PACKET);
	counters.rx_frames = 1000;
	add(OVR_PLACE_RX_RING, "netdev:tapb", -1, 70, "rx_dropped", "link");
	cr_assert_eq(left(), 70);
}

Test(own, tries_of_a_packet_socket_beyond_what_the_port_accepted_are_left_out)
{
	begin(OVR_NETDEV_AF_PACKET);
	counters.tx_frames = 1024;
	add(OVR_PLACE_TX_KERNEL, "netdev:tapa", -1, 58039, "tx_dropped", "link");
	cr_assert_eq(left(), 1024);
	cr_assert_eq(counters.counter[0].account.frames_min, 0);
	cr_assert_eq(counters.counter[0].account.frames_max, 1024);
	cr_assert_str_eq(counters.counter[0].account.why,
		"at most: 58039 tries were counted, and a frame is tried again until the device takes it");
	/* the next counter of tries has none left */
	begin(OVR_NETDEV_AF_PACKET);
	counters.tx_frames = 1024;
	add(OVR_PLACE_TX_KERNEL, "netdev:tapa", -1, 1000, "tx_dropped", "link");
	add(OVR_PLACE_TX_KERNEL, "netdev:tapa", -1, 1000, "drops", "qdisc");
	cr_assert_eq(left(), 24);
}

/* A peer whose MTU is too small. */
Test(own, what_the_port_accepted_and_the_peer_refused_is_booked)
{
	begin(OVR_NETDEV_AF_PACKET);
	counters.tx_frames = 1024;
	add(OVR_PLACE_TX_KERNEL, "netdev:tapa", -1, 300, "tx_dropped", "link");
	cr_assert_eq(left(), 300);
	begin(OVR_NETDEV_AF_XDP);
	counters.tx_frames = 10;
	add(OVR_PLACE_TX_KERNEL, "netdev:tapa", -1, 300, "tx_dropped", "link");
	cr_assert_eq(left(), 300);
}

/* The receiving interface reads so before the trial, and so much more after it. */
static struct ovr_nic_counters first_reading;

static void
move(enum ovr_nic_source source, const char *name, uint64_t first, uint64_t added)
{
	int32_t queue = ovr_nic_queue_of(name);

	ovr_nic_counters_add(&first_reading, source, queue, first, "%s", name);
	ovr_nic_counters_add(&rx_netdev.counters, source, queue, first + added, "%s", name);
}

/* The accounts of what moved. */
static struct ovr_ledger *
book_what_moved(void)
{
	static struct ovr_ledger ledger;
	struct ovr_nic_counters last_reading = rx_netdev.counters;

	memcpy(first_reading.driver, last_reading.driver, sizeof(first_reading.driver));
	rx_netdev.counters = first_reading;
	ovr_netdev_take_reading(&rx_netdev, &pair.rx, false, true, &before);
	rx_netdev.counters = last_reading;
	ovr_netdev_take_reading(&rx_netdev, &pair.rx, false, true, &after);
	ovr_port_counters_subtract(&after, &before, &counters);
	ovr_port_counters_own(&pair, &counters);
	ovr_ledger_done(&ledger);
	ovr_port_counters_book(&counters, &ledger);
	return &ledger;
}

/* The accounts that hold frames. */
static uint32_t
n_booked(const struct ovr_ledger *ledger)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		n += ledger->account[i].frames != 0;
	return n;
}

/* The first of these. */
static const struct ovr_ledger_account *
booked(const struct ovr_ledger *ledger)
{
	const struct ovr_ledger_account *account = ledger->account;

	while (account->frames == 0)
		account++;
	return account;
}

static void
begin_with_driver(const char *driver)
{
	begin(OVR_NETDEV_AF_XDP);
	pair.rx.n_rxq = 2;
	ovr_nic_counters_done(&first_reading);
	ovr_nic_counters_done(&rx_netdev.counters);
	snprintf(rx_netdev.name, sizeof(rx_netdev.name), "eth0");
	snprintf(rx_netdev.facts.driver, sizeof(rx_netdev.facts.driver), "%s", driver);
	snprintf(rx_netdev.counters.driver, sizeof(rx_netdev.counters.driver), "%s", driver);
}

Test(own, an_alias_whose_original_stood_still_is_an_account_and_hedged_without_a_row)
{
	const struct ovr_ledger *ledger;

	begin_with_driver("nobodys");
	move(OVR_NIC_LINK, "rx_missed_errors", 5, 0);
	move(OVR_NIC_LINK, "rx_fifo_errors", 10, 22);
	ledger = book_what_moved();
	cr_assert_eq(n_booked(ledger), 1);
	cr_assert_eq(booked(ledger)[0].place, OVR_PLACE_RX_RING);
	cr_assert_eq(booked(ledger)[0].frames, 22);
	cr_assert_str_eq(booked(ledger)[0].counter, "rx_fifo_errors");
	cr_assert_str_eq(booked(ledger)[0].why,
		"the ring of eth0 itself, which the kernel empties: ethtool -g eth0; by the counter's name "
		"alone");
}

Test(own, an_alias_whose_original_moved_is_none)
{
	const struct ovr_ledger *ledger;

	begin_with_driver("igb");
	move(OVR_NIC_DRIVER, "rx_queue_0_drops", 0, 22);
	move(OVR_NIC_LINK, "rx_fifo_errors", 10, 22);
	ledger = book_what_moved();
	cr_assert_eq(n_booked(ledger), 1);
	cr_assert_str_eq(booked(ledger)->counter, "rx_queue_0_drops");
}

Test(own, queue_statistics_are_the_account_of_their_queue_where_the_driver_has_none)
{
	const struct ovr_ledger *ledger;

	begin_with_driver("virtio_net");
	move(OVR_NIC_QSTATS, "rx-hw-drop-overruns[0]", 0, 30);
	move(OVR_NIC_QSTATS, "rx-hw-drop-overruns[1]", 0, 12);
	ledger = book_what_moved();
	cr_assert_eq(n_booked(ledger), 2);
	cr_assert_eq(booked(ledger)[0].frames, 30);
	cr_assert_eq(booked(ledger)[0].queue, 0);
	cr_assert_eq(booked(ledger)[1].frames, 12);
	cr_assert_eq(booked(ledger)[1].queue, 1);
	cr_assert_eq(counters.rx_missed[1], 12);
}

static void
make_end(struct ovr_netdev *end, uint32_t ifindex, uint32_t peer, uint64_t sent)
{
	ovr_nic_counters_done(&end->counters);
	end->facts.ifindex = ifindex;
	snprintf(end->facts.driver, sizeof(end->facts.driver), "veth");
	ovr_nic_counters_add(&end->counters, OVR_NIC_DRIVER, -1, peer, "peer_ifindex");
	ovr_nic_counters_add(&end->counters, OVR_NIC_LINK, -1, sent, "tx_packets");
}

Test(own, what_a_veth_handed_over_is_known_of_its_own_two_ends_only)
{
	uint64_t frames = 0;

	make_end(&tx_netdev, 5, 6, 2005);
	make_end(&rx_netdev, 6, 5, 0);
	cr_assert(ovr_netdev_cable_frames(&tx_netdev, &rx_netdev, &frames));
	cr_assert_eq(frames, 2005);
	make_end(&rx_netdev, 8, 7, 0);
	cr_assert_not(ovr_netdev_cable_frames(&tx_netdev, &rx_netdev, &frames));
	make_end(&rx_netdev, 6, 5, 0);
	snprintf(tx_netdev.facts.driver, sizeof(tx_netdev.facts.driver), "igb");
	cr_assert_not(ovr_netdev_cable_frames(&tx_netdev, &rx_netdev, &frames));
}
