/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From ports that are set up to ports that a trial can use: started, their links up, nothing
 * paused, nothing left in their rings.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "base/wait.h"
#include "port/netdev.h"
#include "port/port_priv.h"
#include "port/udp.h"

#define NS_PER_MS    UINT64_C(1000000)
#define LINK_STEP_MS 10
/* A link that is about to go down has done so by then. */
#define PAUSE_SETTLE_MS 100
#define PAUSE_TRIES     3
#define DRAIN_BURST     32

void
port_take_note(struct ovr_port_pair *pair, const char *note)
{
	for (uint32_t i = 0; i < pair->n_notes; i++)
		if (strcmp(pair->note[i], note) == 0)
			return;
	if (note[0] != '\0' && pair->n_notes < OVR_PORT_NOTES_MAX)
		snprintf(pair->note[pair->n_notes++], sizeof(pair->note[0]), "%s", note);
}

static uint64_t
line_of(const struct ovr_port_pair *pair, const struct ovr_port *port, const struct ovr_plan_ports *ports)
{
	struct ovr_port_link link = ovr_port_link_read(pair, port);

	if (ports->line_bps != 0)
		return ports->line_bps;
	return link.speed_mbps * 1000000ull;
}

static int
wait_for_link(const struct ovr_port_pair *pair, const struct ovr_port *port, uint64_t timeout_ns,
	struct ovr_err *err)
{
	char timeout[OVR_UNITS_TEXT_BYTES];
	uint64_t waited_ns = 0;

	while (!ovr_port_link_read(pair, port).up) {
		if (waited_ns >= timeout_ns)
			return ovr_err_set(err, -ETIMEDOUT,
				"%s: the link is down after %s, accepted: one that is up by then, or a "
				"longer "
				"--link-timeout",
				port->label,
				ovr_units_print_duration_ns(timeout, sizeof(timeout), timeout_ns));
		if (ovr_wait_ns(LINK_STEP_MS * NS_PER_MS) != 0)
			return ovr_err_set(
				err, -EINTR, "%s: the wait for its link was interrupted", port->label);
		waited_ns += LINK_STEP_MS * NS_PER_MS;
	}
	return 0;
}

/* Which frames a NIC lets in: all, as far as it can be had; else at least those of the plan. */
static void
let_frames_in(struct ovr_port_pair *pair, const struct ovr_port *port, const struct ovr_plan_ports *ports,
	const struct ovr_plan_frames *frames)
{
	int refused = port->changes[0].promisc_refused;
	char note[OVR_RESULT_NOTE_BYTES] = "";
	int status;

	if (port->kind != OVR_PORT_PCI)
		return;
	if (refused != 0)
		snprintf(note, sizeof(note),
			"%s: the driver %s refuses promiscuous mode (%s): frames to another MAC address than "
			"its own may not arrive",
			port->label, port->driver, strerror(-refused));
	port_take_note(pair, note);
	/*
	 * a device under test may change tags, and one that is promiscuous gets them all without a
	 * filter
	 */
	if (ports->path == OVR_PATH_DUT && refused == 0)
		return;
	status = ovr_device_vlans(port->device[0], frames->vlan, frames->n_vlans);
	note[0] = '\0';
	if (status < 0)
		snprintf(note, sizeof(note),
			"%s: the driver %s refuses to let VLAN %u in (%s): tagged frames may not arrive",
			port->label, port->driver, frames->vlan[0], strerror(-status));
	else if (status != 0)
		snprintf(note, sizeof(note),
			"%s: its VLAN filter lets in untagged frames and the plan's VLAN %u, and no others",
			port->label, frames->vlan[0]);
	port_take_note(pair, note);
}

static int
start(struct ovr_port_pair *pair, struct ovr_port *port, uint16_t n_rxq, struct ovr_err *err)
{
	char note[OVR_DEVICE_RSS_NOTE_BYTES];
	int status = 0;

	if (port->is_running)
		return 0;
	for (uint16_t i = 0; i < port->n_devices && status == 0; i++)
		status = ovr_device_start(port->device[i], port->label, &port->changes[i], err);
	if (status == 0 && port->kind == OVR_PORT_NETDEV && n_rxq > 1) {
		snprintf(note, sizeof(note),
			"%s: which of its %u queues a frame goes to is the interface's choice, or the "
			"kernel's, and not foreseen",
			port->label, n_rxq);
		port_take_note(pair, note);
	} else if (status == 0 && port->n_devices == 1 && port->kind != OVR_PORT_WIRE) {
		ovr_device_rss_read(port->device[0], port->label, n_rxq, &port->rss, note);
		port_take_note(pair, note);
	}
	port->is_running = status == 0;
	return status;
}

/* Both links. One waits while the other comes. */
static int
wait_for_links(const struct ovr_port_pair *pair, const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	int status = wait_for_link(pair, &pair->tx, ports->link_timeout_ns, err);

	return status != 0 || pair->is_one ? status
					   : wait_for_link(pair, &pair->rx, ports->link_timeout_ns, err);
}

static bool
turn_pause_off(struct ovr_port_pair *pair, struct ovr_port *port)
{
	char note[OVR_PAUSE_NOTE_BYTES];
	bool is_changed = false;

	for (uint16_t i = 0; i < port->n_devices; i++) {
		is_changed |= ovr_pause_off(port->device[i], port->label, &port->changes[i].pause, note);
		port_take_note(pair, note);
	}
	return is_changed;
}

/*
 * The ends of a link agree on pause frames when it comes up, and may do so once more when they are
 * turned off.
 */
static int
turn_pauses_off(struct ovr_port_pair *pair, const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	int status = 0;

	for (int n = 0; status == 0; n++) {
		bool is_changed = turn_pause_off(pair, &pair->tx);

		if (!pair->is_one)
			is_changed |= turn_pause_off(pair, &pair->rx);
		if (!is_changed)
			break;
		if (n == PAUSE_TRIES) {
			port_take_note(pair,
				"flow control is on again whenever a link comes up: a pause may hide an "
				"overrun");
			break;
		}
		ovr_wait_ns(PAUSE_SETTLE_MS * NS_PER_MS);
		status = wait_for_links(pair, ports, err);
	}
	return status;
}

int
ovr_port_pair_start(struct ovr_port_pair *pair, const struct ovr_plan_ports *ports,
	const struct ovr_plan_frames *frames, struct ovr_err *err)
{
	int status = start(pair, &pair->tx, pair->is_one ? ports->rxq : 1, err);

	if (status == 0 && !pair->is_one)
		status = start(pair, &pair->rx, ports->rxq, err);
	if (status == 0)
		let_frames_in(pair, pair->is_one ? &pair->tx : &pair->rx, ports, frames);
	if (status == 0)
		status = wait_for_links(pair, ports, err);
	if (status == 0 && pair->wire == NULL)
		status = turn_pauses_off(pair, ports, err);
	if (status == 0 && pair->wire == NULL) {
		pair->tx.line_bps = line_of(pair, &pair->tx, ports);
		pair->rx.line_bps = line_of(pair, &pair->rx, ports);
	}
	if (status == 0 && pair->tx_netdev != NULL)
		status = ovr_netdev_remember(pair->tx_netdev, err);
	if (status == 0 && pair->rx_netdev != NULL && !pair->is_one)
		status = ovr_netdev_remember(pair->rx_netdev, err);
	return status;
}

bool
ovr_port_pair_is_running(const struct ovr_port_pair *pair)
{
	return pair->tx.is_running && (pair->is_one || pair->rx.is_running);
}

static bool
link_came_up(const struct ovr_port_pair *pair, const struct ovr_port *port, const struct ovr_netdev *netdev)
{
	return port->kind == OVR_PORT_PCI ||
		(netdev != NULL && ovr_port_link_read(pair, port).changes != netdev->changes_at_open);
}

bool
ovr_port_pair_links_came_up(const struct ovr_port_pair *pair)
{
	return link_came_up(pair, &pair->tx, pair->tx_netdev) ||
		(!pair->is_one && link_came_up(pair, &pair->rx, pair->rx_netdev));
}

/* A port that others keep busy is never empty: its ring has been turned over by then. */
static void
drain(const struct ovr_port *port)
{
	struct rte_mbuf *frame[DRAIN_BURST];

	for (uint16_t q = 0; q < port->n_rxq; q++) {
		struct ovr_port_queue at = ovr_port_queue(port, q);
		uint32_t n_left = 2 * RTE_MAX(port->rxd, (uint32_t)DRAIN_BURST);
		uint16_t n = 1;

		for (; n != 0 && n_left != 0; n_left -= RTE_MIN(n_left, (uint32_t)n)) {
			n = rte_eth_rx_burst(at.device, at.queue_id, frame, DRAIN_BURST);
			rte_pktmbuf_free_bulk(frame, n);
		}
	}
}

void
ovr_port_pair_drain(const struct ovr_port_pair *pair)
{
	if (pair->rx_udp != NULL)
		ovr_udp_drain(pair->rx_udp);
	else
		drain(&pair->rx);
	if (!pair->is_one && pair->tx_udp == NULL)
		drain(&pair->tx);
}

bool
ovr_port_pair_is_intact(const struct ovr_port_pair *pair, char *why, size_t size)
{
	why[0] = '\0';
	/* the receiver first: what it does not get is what is taken for loss */
	if (pair->rx_netdev != NULL && !ovr_netdev_is_intact(pair->rx_netdev, pair->rx.label, why, size))
		return false;
	return pair->tx_netdev == NULL || pair->is_one ||
		ovr_netdev_is_intact(pair->tx_netdev, pair->tx.label, why, size);
}
