/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What do the drivers' counters mean? Each fills accounts in its own words; the ledger holds them against the sequence evidence.
 */
#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_version.h>

#include "port/port.h"

/* The kernel counts what finds no room in a packet socket; the driver asks it since DPDK 25.03. */
#define AF_PACKET_COUNTS_MISSED (RTE_VERSION >= RTE_VERSION_NUM(25, 3, 0, 0))

/*
 * What a driver's basic counters are worth. A driver that is not listed is taken at ethdev's word. The facts are from the drivers'
 * sources; see docs/method.md.
 */
static const struct driver_meaning {
	const char *driver;
	bool counts_frames;  /* ipackets and opackets are exact */
	bool counts_missed;  /* imissed moves when a ring overruns */
	const char *imissed; /* what imissed is there, in the driver's or kernel's own words */
} meanings[] = {
	{ "net_ring", true, false, NULL }, /* TX refuses; nothing is lost at RX */
	{ "net_null", true, false, NULL },
	{ "net_pcap", true, true, "imissed (ps_drop)" },
	{ "net_af_packet", true, AF_PACKET_COUNTS_MISSED, "imissed (tp_drops)" },
	{ "net_af_xdp", true, true, "imissed (rx_dropped)" },
	{ "net_tap", true, false, NULL },
	{ "net_memif", true, false, NULL },
	{ "net_virtio_user", true, false, NULL },
	{ "net_vhost", true, false, NULL },
};

static const struct driver_meaning *
meaning_of(const char *driver)
{
	static const struct driver_meaning as_ethdev_says = { "", true, true, "imissed" };

	for (size_t i = 0; i < RTE_DIM(meanings); i++)
		if (strcmp(meanings[i].driver, driver) == 0)
			return &meanings[i];
	return &as_ethdev_says;
}

static void
add(struct ovr_port_counters *counters, enum ovr_ledger_place place, const struct ovr_port *port, int queue,
	uint64_t frames, const char *counter)
{
	struct ovr_ledger_account *account;

	if (counters->n_accounts == OVR_PORT_ACCOUNTS_MAX)
		return;
	account = &counters->account[counters->n_accounts++];
	memset(account, 0, sizeof(*account));
	account->place = place;
	account->queue = queue;
	account->frames = frames;
	snprintf(account->port, sizeof(account->port), "%s", port->label);
	snprintf(account->counter, sizeof(account->counter), "%s", counter);
	snprintf(account->source, sizeof(account->source), "%s", port->driver);
}

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
		counters->rx_missed[q] = wire.rx_missed[q];
		snprintf(name, sizeof(name), "rx_q%u_missed", q);
		add(counters, OVR_PLACE_RX_RING, &pair->rx, q, wire.rx_missed[q], name);
	}
	if (impair == NULL)
		return;
	add(counters, OVR_PLACE_PATH, &pair->rx, -1, ovr_impair_count(impair, OVR_DEED_DROP), "line_dropped");
	add(counters, OVR_PLACE_RX_ERRORS, &pair->rx, -1, ovr_impair_count(impair, OVR_DEED_FCS),
		"rx_fcs_errors");
}

/* All devices of a port together. */
static bool
read_stats(const struct ovr_port *port, struct rte_eth_stats *ret_stats)
{
	struct rte_eth_stats total = { 0 };

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
read_ethdev(const struct ovr_port_pair *pair, struct ovr_port_counters *counters)
{
	const struct driver_meaning *tx = meaning_of(pair->tx.driver);
	const struct driver_meaning *rx = meaning_of(pair->rx.driver);
	struct rte_eth_stats stats;

	if (read_stats(&pair->tx, &stats)) {
		counters->tx_known = tx->counts_frames;
		counters->tx_frames = stats.opackets;
		add(counters, OVR_PLACE_TX_ERRORS, &pair->tx, -1, stats.oerrors, "oerrors");
	}
	if (!read_stats(&pair->rx, &stats))
		return;
	counters->rx_known = rx->counts_frames;
	counters->rx_frames = stats.ipackets;
	if (rx->counts_missed) {
		add(counters, OVR_PLACE_RX_RING, &pair->rx, pair->rx.n_rxq == 1 ? 0 : -1, stats.imissed,
			rx->imissed);
		counters->rx_missed_known = pair->rx.n_rxq == 1;
		counters->rx_missed[0] = stats.imissed;
	}
	add(counters, OVR_PLACE_RX_NOMBUF, &pair->rx, -1, stats.rx_nombuf, "rx_nombuf");
	add(counters, OVR_PLACE_RX_ERRORS, &pair->rx, -1, stats.ierrors, "ierrors");
}

void
ovr_port_counters_read(const struct ovr_port_pair *pair, struct ovr_port_counters *ret_counters)
{
	memset(ret_counters, 0, sizeof(*ret_counters));
	if (pair->wire != NULL)
		read_wire(pair, ret_counters);
	else
		read_ethdev(pair, ret_counters);
}

void
ovr_port_counters_subtract(const struct ovr_port_counters *after, const struct ovr_port_counters *before,
	struct ovr_port_counters *ret_difference)
{
	struct ovr_port_counters difference = *after;

	difference.tx_frames -= before->tx_frames;
	difference.rx_frames -= before->rx_frames;
	difference.paused_ns -= before->paused_ns;
	for (uint32_t i = 0; i < difference.n_accounts && i < before->n_accounts; i++)
		difference.account[i].frames -= before->account[i].frames;
	for (unsigned int q = 0; q < OVR_PLAN_QUEUES_MAX; q++)
		difference.rx_missed[q] -= before->rx_missed[q];
	*ret_difference = difference;
}
