/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counters of the ports. Each driver fills accounts in its own words; the ledger holds them against
 * the sequence evidence.
 */
#include "port/accounts.h"

#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>

#include "port/drivers.h"
#include "port/netdev_counters.h"

static void
read_wire(const struct ovr_port_pair *pair, struct ovr_port_counters *counters)
{
	const struct ovr_impair *impair = ovr_wire_impair(pair->wire);
	struct ovr_wire_counters wire;
	char name[32];

	ovr_wire_counters_read(pair->wire, &wire);
	counters->tx_known = counters->rx_known = true;
	counters->tx_frames = wire.tx_frames;
	counters->paused_ns = wire.paused_ns;
	counters->rx_missed_known = true;
	for (uint16_t q = 0; q < pair->rx.n_rxq; q++) {
		counters->rx_frames += wire.rx_frames[q];
		snprintf(name, sizeof(name), "rx_q%u_missed", q);
		ovr_port_counters_add_account(
			counters, OVR_PLACE_RX_RING, &pair->rx, q, wire.rx_missed[q], name, pair->rx.driver);
	}
	if (impair == NULL)
		return;
	ovr_port_counters_add_account(counters, OVR_PLACE_PATH, &pair->rx, -1,
		ovr_impair_count(impair, OVR_IMPAIRMENT_DROP), "line_dropped", pair->rx.driver);
	ovr_port_counters_add_account(counters, OVR_PLACE_RX_ERRORS, &pair->rx, -1,
		ovr_impair_count(impair, OVR_IMPAIRMENT_FCS), "rx_fcs_errors", pair->rx.driver);
}

/* All devices of a port together; sockets are none, and a port elsewhere has none here. */
static bool
read_stats(const struct ovr_port *port, struct rte_eth_stats *ret_stats)
{
	struct rte_eth_stats total = { 0 };

	if (port->n_devices == 0)
		return false;
	for (uint16_t i = 0; i < port->n_devices; i++) {
		struct rte_eth_stats stats = { 0 };

		if (rte_eth_stats_get(port->device[i], &stats) != 0)
			return false;
		total.opackets += stats.opackets;
		total.oerrors += stats.oerrors;
		total.ipackets += stats.ipackets;
		total.imissed += stats.imissed;
		total.ierrors += stats.ierrors;
		total.rx_nombuf += stats.rx_nombuf;
	}
	*ret_stats = total;
	return true;
}

static void
read_tx(const struct ovr_port_pair *pair, struct ovr_port_counters *counters)
{
	const struct ovr_driver *driver = ovr_driver_of(pair->tx.driver, pair->tx.pci_id);
	struct rte_eth_stats stats;

	if (read_stats(&pair->tx, &stats)) {
		counters->tx_known = driver->counts_frames;
		counters->tx_frames = stats.opackets + (driver->keeps_errors ? stats.oerrors : 0);
		if (driver->counts_errors)
			ovr_port_counters_add_account(counters, OVR_PLACE_TX_ERRORS, &pair->tx, -1,
				stats.oerrors, "oerrors", pair->tx.driver);
	}
	if (pair->tx_netdev != NULL)
		ovr_netdev_count(pair->tx_netdev, &pair->tx, true, pair->is_one, counters);
}

static void
read_rx(const struct ovr_port_pair *pair, struct ovr_port_counters *counters)
{
	const struct ovr_port *port = &pair->rx;
	const struct ovr_driver *driver = ovr_driver_of(port->driver, port->pci_id);
	struct rte_eth_stats stats;

	if (pair->rx_netdev != NULL && !pair->is_one)
		ovr_netdev_count(pair->rx_netdev, port, false, true, counters);
	counters->rx_missed_known = pair->rx_netdev != NULL;
	if (!read_stats(port, &stats))
		return;
	counters->rx_known = driver->counts_frames;
	counters->rx_frames = stats.ipackets;
	/*
	 * of an AF_XDP port the sockets and the interface have been asked already, which know more
	 */
	if (driver->counts_missed && driver->trust != OVR_NIC_TRUST_WRONG &&
		(pair->rx_netdev == NULL || pair->rx_netdev->mode == OVR_NETDEV_AF_PACKET)) {
		ovr_port_counters_add_account(counters, OVR_PLACE_RX_RING, port, port->n_rxq == 1 ? 0 : -1,
			stats.imissed, driver->imissed, port->driver);
		counters->rx_missed_known = port->n_rxq == 1;
	}
	ovr_port_counters_add_account(
		counters, OVR_PLACE_RX_NOMBUF, port, -1, stats.rx_nombuf, "rx_nombuf", port->driver);
	ovr_port_counters_add_account(
		counters, OVR_PLACE_RX_ERRORS, port, -1, stats.ierrors, "ierrors", port->driver);
}

void
ovr_port_counters_read(const struct ovr_port_pair *pair, struct ovr_port_counters *counters)
{
	*counters = (struct ovr_port_counters){ .counter = counters->counter,
		.capacity = counters->capacity };
	if (pair->wire != NULL)
		read_wire(pair, counters);
	else {
		read_tx(pair, counters);
		read_rx(pair, counters);
		counters->cable_known = pair->tx_netdev != NULL && pair->rx_netdev != NULL &&
			ovr_netdev_cable_frames(pair->tx_netdev, pair->rx_netdev, &counters->cable_frames);
	}
}

uint32_t
ovr_port_ring_used(const struct ovr_port_pair *pair, uint16_t queue, uint32_t *ret_used)
{
	uint32_t size = 0;

	if (pair->wire != NULL)
		*ret_used = ovr_wire_ring_used(pair->wire, queue, &size);
	return size;
}
