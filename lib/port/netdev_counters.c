/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/netdev_counters.h"

#include <stdio.h>
#include <string.h>

#include "nic/interval.h"
#include "port/accounts.h"
#include "port/drivers.h"
#include "port/sockets.h"

/* Whose counters are meant: those of frames on their way out, or in. */
enum side {
	SIDE_TX,
	SIDE_RX,
};

static enum side
side_of(enum ovr_ledger_place place)
{
	return place == OVR_PLACE_TX_ERRORS || place == OVR_PLACE_TX_KERNEL || place == OVR_PLACE_TX_RING
		? SIDE_TX
		: SIDE_RX;
}

/* veth counts on its queues what finds no room in an AF_XDP socket, if the program runs in the driver. */
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
lane_of(const struct ovr_netdev *netdev, const struct ovr_port *port, const struct ovr_nic_counter *counter)
{
	int lane = counter->queue - netdev->first_queue;

	return counter->queue < 0 || lane < 0 || lane >= port->n_rxq ? -1 : lane;
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

/* Book it. @return the account, to fill in `why`; NULL: there was no room */
static struct ovr_ledger_account *
book(const struct ovr_netdev *netdev, const struct ovr_port *port, const struct ovr_nic_counter *counter,
	const struct ovr_nic_meaning *meaning, uint64_t frames, struct ovr_port_counters *counters)
{
	int lane = lane_of(netdev, port, counter);
	struct ovr_ledger_account *account = ovr_port_counters_add(counters, meaning->place, port, lane,
		frames, counter->name, source_name(netdev, counter->source));

	if (meaning->place == OVR_PLACE_RX_RING && lane >= 0)
		counters->rx_missed[lane] += frames;
	if (account != NULL)
		explain(netdev, counter, meaning, account);
	return account;
}

static void
count_nic(struct ovr_netdev *netdev, const struct ovr_port *port, enum side side,
	struct ovr_port_counters *counters)
{
	if (ovr_nic_counters_read(netdev->name, &netdev->counters, NULL) != 0)
		return;
	for (uint32_t i = 0; i < netdev->counters.n; i++) {
		const struct ovr_nic_counter *counter = &netdev->counters.counter[i];
		struct ovr_nic_meaning meaning = ovr_nic_meaning_of(&netdev->counters, counter);

		if (ovr_nic_is_booked(&meaning) && side_of(meaning.place) == side)
			book(netdev, port, counter, &meaning, counter->value, counters);
	}
}

static void
count_xdp_rx(const struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_port_counters *counters)
{
	struct ovr_sockets_xdp counts;

	for (uint16_t i = 0; i < netdev->n_sockets; i++) {
		if (ovr_sockets_read_xdp(netdev->socket[i], &counts) != 0)
			continue;
		ovr_port_counters_add(counters, OVR_PLACE_RX_RING, port, i, counts.rx_ring_full,
			"rx_ring_full", OVR_SOCKET_XDP_NAME);
		ovr_port_counters_add(counters, OVR_PLACE_RX_RING, port, i, counts.rx_fill_empty,
			"rx_dropped", OVR_SOCKET_XDP_NAME);
		counters->rx_missed[i] = counts.rx_ring_full + counts.rx_fill_empty;
	}
}

static void
count_packet_rx(struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_port_counters *counters)
{
	uint64_t drops;

	for (uint16_t i = 0; i < netdev->n_sockets; i++) {
		if (ovr_sockets_take_packet_drops(netdev->socket[i], &drops) == 0)
			netdev->packet_drops[i] += drops;
		ovr_port_counters_add(counters, OVR_PLACE_RX_RING, port, i, netdev->packet_drops[i],
			"tp_drops", OVR_SOCKET_PACKET_NAME);
		counters->rx_missed[i] = netdev->packet_drops[i];
	}
}

void
ovr_netdev_count_tx(
	struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_port_counters *counters)
{
	struct ovr_sockets_xdp counts;

	for (uint16_t i = 0; i < netdev->n_sockets && netdev->mode == OVR_NETDEV_AF_XDP; i++)
		if (ovr_sockets_read_xdp(netdev->socket[i], &counts) == 0)
			ovr_port_counters_add(counters, OVR_PLACE_TX_KERNEL, port, i, counts.tx_invalid_descs,
				"tx_invalid_descs", OVR_SOCKET_XDP_NAME);
	count_nic(netdev, port, SIDE_TX, counters);
}

void
ovr_netdev_count_rx(
	struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_port_counters *counters)
{
	counters->rx_missed_known = true;
	if (netdev->mode == OVR_NETDEV_AF_XDP && !counts_socket_drops(netdev))
		count_xdp_rx(netdev, port, counters);
	/* a driver that asks the sockets itself has taken what they had to say */
	if (netdev->mode == OVR_NETDEV_AF_PACKET && !ovr_driver_of(port->driver, port->pci_id)->counts_missed)
		count_packet_rx(netdev, port, counters);
	count_nic(netdev, port, SIDE_RX, counters);
}

void
ovr_netdev_count_aliases(struct ovr_netdev *netdev, const struct ovr_port *port, bool sends,
	struct ovr_port_counters *difference)
{
	struct ovr_nic_interval interval = { 0 };

	if (ovr_nic_interval_between(&netdev->mark, &netdev->counters, &interval, NULL) == 0)
		for (uint32_t i = 0; i < interval.n; i++) {
			const struct ovr_nic_moved *moved = &interval.moved[i];

			if (moved->by_itself.kind == OVR_NIC_KIND_ECHO &&
				ovr_nic_is_booked(&moved->meaning) &&
				side_of(moved->meaning.place) == (sends ? SIDE_TX : SIDE_RX))
				book(netdev, port, &moved->counter, &moved->meaning, moved->change.added,
					difference);
		}
	ovr_nic_interval_done(&interval);
}

void
ovr_netdev_mark(struct ovr_netdev *netdev)
{
	ovr_nic_counters_read(netdev->name, &netdev->mark, NULL);
	for (uint16_t i = 0; i < netdev->n_sockets && netdev->mode == OVR_NETDEV_AF_XDP; i++)
		ovr_sockets_read_xdp(netdev->socket[i], &netdev->socket_mark[i]);
}

/* One line of evidence. */
static void
add_moved(const struct ovr_port *port, const char *name, const char *source, int32_t queue,
	struct ovr_nic_change change, const struct ovr_nic_meaning *meaning, struct ovr_result_counter *list,
	uint32_t *n)
{
	struct ovr_result_counter *counter = &list[*n];

	if ((change.added == 0 && !change.was_set_back) || *n == OVR_NETDEV_MOVED_MAX)
		return;
	*counter = (struct ovr_result_counter){
		.queue = queue,
		.added = change.added,
		.was_set_back = change.was_set_back,
		.meaning = *meaning,
	};
	snprintf(counter->port, sizeof(counter->port), "%s", port->label);
	snprintf(counter->counter, sizeof(counter->counter), "%s", name);
	snprintf(counter->source, sizeof(counter->source), "%s", source);
	(*n)++;
}

static void
add_moved_sockets(
	struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_result_counter *list, uint32_t *n)
{
	struct ovr_nic_meaning rx = {
		.kind = counts_socket_drops(netdev) ? OVR_NIC_KIND_ECHO : OVR_NIC_KIND_LOSS,
		.trust = OVR_NIC_TRUST_EXACT,
		.place = OVR_PLACE_RX_RING,
		.remark = "",
	};
	struct ovr_nic_meaning tx = {
		.kind = OVR_NIC_KIND_LOSS,
		.trust = OVR_NIC_TRUST_EXACT,
		.place = OVR_PLACE_TX_KERNEL,
		.remark = "the kernel did not accept the descriptor",
	};

	for (uint16_t i = 0; i < netdev->n_sockets && netdev->mode == OVR_NETDEV_AF_XDP; i++) {
		const struct ovr_sockets_xdp *mark = &netdev->socket_mark[i];
		int32_t queue = netdev->first_queue + i;
		struct ovr_sockets_xdp now;

		if (ovr_sockets_read_xdp(netdev->socket[i], &now) != 0)
			continue;
		rx.remark = "the socket's receive ring was full";
		add_moved(port, "rx_ring_full", OVR_SOCKET_XDP_NAME, queue,
			(struct ovr_nic_change){ now.rx_ring_full - mark->rx_ring_full, false }, &rx, list,
			n);
		rx.remark = "the kernel had no buffer of ours";
		add_moved(port, "rx_dropped", OVR_SOCKET_XDP_NAME, queue,
			(struct ovr_nic_change){ now.rx_fill_empty - mark->rx_fill_empty, false }, &rx, list,
			n);
		add_moved(port, "tx_invalid_descs", OVR_SOCKET_XDP_NAME, queue,
			(struct ovr_nic_change){ now.tx_invalid_descs - mark->tx_invalid_descs, false }, &tx,
			list, n);
	}
}

/* The frames that found no room in the sockets since ovr_netdev_mark(). */
static uint64_t
refused_by_sockets(const struct ovr_netdev *netdev)
{
	struct ovr_sockets_xdp now;
	uint64_t refused = 0;

	for (uint16_t i = 0; i < netdev->n_sockets && netdev->mode == OVR_NETDEV_AF_XDP; i++)
		if (ovr_sockets_read_xdp(netdev->socket[i], &now) == 0)
			refused += now.rx_ring_full - netdev->socket_mark[i].rx_ring_full +
				now.rx_fill_empty - netdev->socket_mark[i].rx_fill_empty;
	return refused;
}

/* What a counter means beside our sockets, which ovr_port_counters_own() books by. */
static struct ovr_nic_meaning
meaning_beside_sockets(const struct ovr_netdev *netdev, const struct ovr_nic_moved *moved, uint64_t refused)
{
	struct ovr_nic_meaning meaning = moved->meaning;

	if (!ovr_nic_is_booked(&meaning) || meaning.place != OVR_PLACE_RX_KERNEL)
		return meaning;
	if (netdev->mode == OVR_NETDEV_AF_XDP && refused != 0 && moved->change.added == refused) {
		meaning.kind = OVR_NIC_KIND_ECHO;
		meaning.place = OVR_PLACE_RX_RING;
		meaning.remark = "the frames that the socket refused, counted again";
	} else if (netdev->mode == OVR_NETDEV_AF_PACKET && moved->counter.source == OVR_NIC_LINK) {
		meaning.kind = OVR_NIC_KIND_OTHER;
		meaning.place = OVR_PLACE_COUNT;
		meaning.remark =
			"the socket got them, and no protocol wants them; or the kernel dropped them";
	}
	return meaning;
}

uint32_t
ovr_netdev_moved(
	struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_result_counter *ret_counter)
{
	struct ovr_nic_interval interval = { 0 };
	uint64_t refused = refused_by_sockets(netdev);
	uint32_t n = 0;

	if (ovr_nic_counters_read(netdev->name, &netdev->counters, NULL) == 0 &&
		ovr_nic_interval_between(&netdev->mark, &netdev->counters, &interval, NULL) == 0) {
		for (uint32_t i = 0; i < interval.n; i++) {
			const struct ovr_nic_moved *moved = &interval.moved[i];
			struct ovr_nic_meaning meaning = meaning_beside_sockets(netdev, moved, refused);

			add_moved(port, moved->counter.name, source_name(netdev, moved->counter.source),
				moved->counter.queue, moved->change, &meaning, ret_counter, &n);
		}
	}
	ovr_nic_interval_done(&interval);
	add_moved_sockets(netdev, port, ret_counter, &n);
	return n;
}
