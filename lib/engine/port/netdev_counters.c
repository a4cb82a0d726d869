/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/netdev_counters.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nic/alias.h"
#include "nic/interval.h"
#include "port/accounts.h"
#include "port/drivers.h"
#include "port/sockets.h"

#define LETTERS_BYTES 48

static bool
is_of_sender(enum ovr_ledger_place place)
{
	return ovr_ledger_place_side(place) == OVR_LEDGER_SENDER;
}

/*
 * veth counts on its queues what finds no room in an AF_XDP socket, if the program runs in the
 * driver.
 */
static bool
counts_socket_drops(const struct ovr_netdev *netdev)
{
	return strcmp(netdev->facts.driver, "veth") == 0 && strcmp(netdev->facts.xdp_mode, "drv") == 0;
}

/* Who counts: the driver by its own name. */
static const char *
source_name(const struct ovr_netdev *netdev, enum ovr_nic_source source)
{
	return source == OVR_NIC_DRIVER ? netdev->facts.driver : ovr_nic_source_name(source);
}

/* The port's queue that a counter of one of the interface's queues belongs to; -1: none of them. */
static int
queue_of(const struct ovr_netdev *netdev, const struct ovr_port *port, const struct ovr_nic_counter *counter)
{
	int port_queue = counter->queue - netdev->first_queue;

	return counter->queue < 0 || port_queue < 0 || port_queue >= port->n_rxq ? -1 : port_queue;
}

/* What people should know of the account, besides what its place says. */
static void
explain(const struct ovr_netdev *netdev, const struct ovr_nic_counter *counter,
	const struct ovr_nic_meaning *meaning, struct ovr_ledger_account *account)
{
	bool is_known = ovr_nic_driver_is_known(netdev->facts.driver) || counter->source == OVR_NIC_QDISC;
	bool is_ring = meaning->place == OVR_PLACE_RX_RING;

	/* what our cores do, and how large our rings are, does not tell why this one ran over */
	if (is_ring && !counts_socket_drops(netdev))
		snprintf(account->why, sizeof(account->why),
			"the ring of %s itself, which the kernel empties: ethtool -g %s%s", netdev->name,
			netdev->name, is_known ? "" : "; by the counter's name alone");
	else if (!is_known && meaning->place == OVR_PLACE_RX_KERNEL)
		snprintf(account->why, sizeof(account->why),
			"by its name: dropped by the kernel behind the ring; of some drivers it is the ring "
			"itself, and "
			"%s has no row",
			netdev->facts.driver[0] != '\0' ? netdev->facts.driver : "this one");
}

/* Whether a counter is a loss, an alias of one, or may be one. */
static bool
is_of_loss(const struct ovr_nic_meaning *meaning)
{
	return meaning->kind == OVR_NIC_KIND_LOSS || meaning->kind == OVR_NIC_KIND_ALIAS ||
		meaning->is_suspect;
}

/* Book a counter of the interface, if frames of this side of a trial are meant. */
static void
book(const struct ovr_netdev *netdev, bool sends, bool receives, struct ovr_port_counters *counters,
	struct ovr_port_counter *counter)
{
	const struct ovr_nic_meaning *meaning = &counter->meaning;

	if (!ovr_nic_is_booked(meaning) || !(is_of_sender(meaning->place) ? sends : receives))
		return;
	ovr_port_counter_book(counters, counter, meaning->place);
	explain(netdev, &counter->is, meaning, &counter->account);
}

/*
 * Whether it counts frames that were delivered to one receive queue: "rx_queue_3_packets",
 * "rx-3.packets", "rx3_packets", "rx-packets[3]" do; and "rx_queue_3_xdp_packets", which a driver
 * without the others has.
 */
static bool
counts_delivered(const char *name, bool *ret_by_xdp)
{
	char letters[LETTERS_BYTES];
	size_t n = 0;

	for (; *name != '\0' && n + 1 < sizeof(letters); name++)
		if (isalpha((unsigned char)*name))
			letters[n++] = *name;
	letters[n] = '\0';
	*ret_by_xdp = strcmp(letters, "rxqueuexdppackets") == 0;
	return *ret_by_xdp || strcmp(letters, "rxqueuepackets") == 0 || strcmp(letters, "rxpackets") == 0;
}

/*
 * The interface's queues that are none of the port's: an AF_XDP socket reads one queue, and nobody
 * reads the others.
 */
static void
count_unread(const struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_port_counters *counters)
{
	static const struct ovr_nic_meaning meaning = { .kind = OVR_NIC_KIND_TRAFFIC,
		.trust = OVR_NIC_TRUST_UNVERIFIED,
		.place = OVR_PLACE_RX_UNREAD,
		.remark = "" };
	const struct ovr_nic_counters *reading = &netdev->counters;
	bool by_xdp, has_plain = false, by_qstats = true;

	for (uint32_t i = 0; i < reading->n; i++) {
		const struct ovr_nic_counter *is = &reading->counter[i];

		if (is->source != OVR_NIC_DRIVER || is->queue < 0 || !counts_delivered(is->name, &by_xdp))
			continue;
		by_qstats = false;
		has_plain |= !by_xdp;
	}
	for (uint32_t i = 0; i < reading->n; i++) {
		const struct ovr_nic_counter *is = &reading->counter[i];
		struct ovr_port_counter *counter;

		if (is->source != (by_qstats ? OVR_NIC_QSTATS : OVR_NIC_DRIVER) || is->queue < 0 ||
			queue_of(netdev, port, is) >= 0 || !counts_delivered(is->name, &by_xdp) ||
			(by_xdp && has_plain))
			continue;
		counter = ovr_port_counters_add(
			counters, port, -1, is, &meaning, source_name(netdev, is->source));
		if (counter != NULL)
			ovr_port_counter_book(counters, counter, OVR_PLACE_RX_UNREAD);
	}
}

void
ovr_netdev_take_reading(const struct ovr_netdev *netdev, const struct ovr_port *port, bool sends,
	bool receives, struct ovr_port_counters *counters)
{
	for (uint32_t i = 0; i < netdev->counters.n; i++) {
		const struct ovr_nic_counter *is = &netdev->counters.counter[i];
		struct ovr_nic_meaning meaning = ovr_nic_meaning_of(&netdev->counters, is);
		struct ovr_port_counter *counter = NULL;

		if (is_of_loss(&meaning))
			counter = ovr_port_counters_add(counters, port, queue_of(netdev, port, is), is,
				&meaning, source_name(netdev, is->source));
		if (counter == NULL)
			continue;
		counter->is_evidence = true;
		book(netdev, sends, receives, counters, counter);
	}
	if (receives && netdev->mode == OVR_NETDEV_AF_XDP)
		count_unread(netdev, port, counters);
}

/* A counter of the port's socket @p port_queue. */
static void
count_socket(const struct ovr_netdev *netdev, const struct ovr_port *port, uint16_t port_queue,
	const char *name, uint64_t value, const struct ovr_nic_meaning *meaning, bool is_account,
	struct ovr_port_counters *counters)
{
	struct ovr_nic_counter is = {
		.source = OVR_NIC_DRIVER, .queue = netdev->first_queue + port_queue, .value = value
	};
	struct ovr_port_counter *counter;

	snprintf(is.name, sizeof(is.name), "%s", name);
	counter = ovr_port_counters_add(counters, port, port_queue, &is, meaning, OVR_SOCKET_XDP_NAME);
	if (counter == NULL)
		return;
	counter->is_evidence = true;
	if (is_account)
		ovr_port_counter_book(counters, counter, meaning->place);
}

static void
count_xdp(const struct ovr_netdev *netdev, const struct ovr_port *port, bool sends, bool receives,
	struct ovr_port_counters *counters)
{
	bool is_alias = counts_socket_drops(netdev);
	struct ovr_nic_meaning rx = {
		.kind = is_alias ? OVR_NIC_KIND_ALIAS : OVR_NIC_KIND_LOSS,
		.trust = OVR_NIC_TRUST_EXACT,
		.place = OVR_PLACE_RX_RING,
	};
	struct ovr_nic_meaning tx = {
		.kind = OVR_NIC_KIND_LOSS,
		.trust = OVR_NIC_TRUST_EXACT,
		.place = OVR_PLACE_TX_KERNEL,
		.remark = "the kernel did not accept the descriptor",
	};
	struct ovr_sockets_xdp counts;

	for (uint16_t i = 0; i < netdev->n_sockets; i++) {
		if (ovr_sockets_read_xdp(netdev->socket[i], &counts) != 0)
			continue;
		rx.remark = "the socket's receive ring was full";
		count_socket(netdev, port, i, "rx_ring_full", counts.rx_ring_full, &rx, receives && !is_alias,
			counters);
		rx.remark = "the kernel had no buffer of ours";
		count_socket(netdev, port, i, "rx_dropped", counts.rx_fill_empty, &rx, receives && !is_alias,
			counters);
		count_socket(
			netdev, port, i, "tx_invalid_descs", counts.tx_invalid_descs, &tx, sends, counters);
	}
}

static void
count_packet_rx(struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_port_counters *counters)
{
	uint64_t drops;

	for (uint16_t i = 0; i < netdev->n_sockets; i++) {
		if (ovr_sockets_take_packet_drops(netdev->socket[i], &drops) == 0)
			netdev->packet_drops[i] += drops;
		ovr_port_counters_add_account(counters, OVR_PLACE_RX_RING, port, i, netdev->packet_drops[i],
			"tp_drops", OVR_SOCKET_PACKET_NAME);
	}
}

void
ovr_netdev_count(struct ovr_netdev *netdev, const struct ovr_port *port, bool sends, bool receives,
	struct ovr_port_counters *counters)
{
	if (netdev->mode == OVR_NETDEV_AF_XDP)
		count_xdp(netdev, port, sends, receives, counters);
	/* a driver that asks the sockets itself has taken what they had to say */
	else if (receives && !ovr_driver_of(port->driver, port->pci_id)->counts_missed)
		count_packet_rx(netdev, port, counters);
	if (ovr_nic_counters_read(netdev->name, &netdev->counters, NULL) == 0)
		ovr_netdev_take_reading(netdev, port, sends, receives, counters);
}

/* A counter of the interface itself, and no socket's, that moved. */
static bool
is_resolved(const struct ovr_port_counter *counter, const struct ovr_port *port)
{
	return counter->is_evidence && !counter->is_unknown &&
		strcmp(counter->account.source, OVR_SOCKET_XDP_NAME) != 0 &&
		strcmp(counter->account.port, port->label) == 0;
}

int
ovr_netdev_resolve(const struct ovr_netdev *netdev, const struct ovr_port *port, bool sends, bool receives,
	struct ovr_port_counters *difference)
{
	struct ovr_nic_moved *moved = calloc(difference->n + 1u, sizeof(*moved));
	uint32_t n = 0;
	int status;

	if (moved == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < difference->n; i++) {
		const struct ovr_port_counter *counter = &difference->counter[i];

		if (is_resolved(counter, port) && counter->is.value != 0)
			moved[n++] = (struct ovr_nic_moved){ .counter = counter->is,
				.change = { counter->is.value, counter->was_reset },
				.by_itself = counter->meaning };
	}
	status = ovr_nic_alias_resolve(moved, n);
	n = 0;
	for (uint32_t i = 0; status == 0 && i < difference->n; i++) {
		struct ovr_port_counter *counter = &difference->counter[i];

		if (!is_resolved(counter, port) || counter->is.value == 0)
			continue;
		counter->meaning = moved[n++].meaning;
		if (!counter->is_account)
			book(netdev, sends, receives, difference, counter);
	}
	free(moved);
	return status;
}

/* @return the number of the other end; 0: it has none */
static uint64_t
peer_of(const struct ovr_netdev *netdev)
{
	const struct ovr_nic_counter *peer = ovr_nic_counters_find(
		&netdev->counters, OVR_NIC_DRIVER, "peer_ifindex");

	return strcmp(netdev->facts.driver, "veth") == 0 && peer != NULL ? peer->value : 0;
}

bool
ovr_netdev_cable_frames(const struct ovr_netdev *from, const struct ovr_netdev *to, uint64_t *ret_frames)
{
	const struct ovr_nic_counter *sent = ovr_nic_counters_find(
		&from->counters, OVR_NIC_LINK, "tx_packets");

	if (sent == NULL || peer_of(from) != to->facts.ifindex || peer_of(to) != from->facts.ifindex)
		return false;
	*ret_frames = sent->value;
	return true;
}
