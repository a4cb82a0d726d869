/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_ethdev.h>
#include <rte_mempool.h>

#include "base/wait.h"
#include "port/drivers.h"
#include "port/netdev.h"
#include "port/netdev_counters.h"
#include "port/pci.h"
#include "port/pool.h"
#include "port/vdev.h"
#include "undo/undo.h"

#define NS_PER_MS    UINT64_C(1000000)
#define LINK_STEP_MS 10
/* A link that is about to go down has done so by then. */
#define PAUSE_SETTLE_MS 100
#define PAUSE_TRIES     3

/* An empty one is none. */
static void
take_note(struct ovr_port_pair *pair, const char *note)
{
	for (uint32_t i = 0; i < pair->n_notes; i++)
		if (strcmp(pair->note[i], note) == 0)
			return;
	if (note[0] != '\0' && pair->n_notes < OVR_PORT_NOTES_MAX)
		snprintf(pair->note[pair->n_notes++], sizeof(pair->note[0]), "%s", note);
}

/* Queues that a port is asked for. */
struct queues {
	uint16_t n_rx, n_tx;
};

/* All queues of a port that is one device. */
static int
configure(struct ovr_port *port, const struct ovr_plan *plan, struct queues wanted, struct rte_mempool *pool,
	struct ovr_err *err)
{
	struct ovr_device_conf conf = {
		.label = port->label,
		.n_rxq = wanted.n_rx,
		.n_txq = wanted.n_tx,
		.rxd = plan->rxd,
		.txd = plan->txd,
		.frame_bytes = ovr_mix_max(&plan->size),
		.numa_node = port->numa_node,
		.pool = pool,
	};
	struct ovr_device_set set;
	int status = ovr_device_configure(port->device[0], &conf, &set, err);

	if (status != 0)
		return status;
	memcpy(port->driver, set.driver, sizeof(port->driver));
	port->n_rxq = set.n_rxq;
	port->n_txq = set.n_txq;
	port->rxd = set.rxd;
	port->txd = set.txd;
	port->rxd_is_given = set.rxd_is_given;
	port->txd_is_given = set.txd_is_given;
	return 0;
}

static uint64_t
line_of(const struct ovr_port_pair *pair, const struct ovr_port *port, const struct ovr_plan *plan)
{
	struct ovr_port_link link = ovr_port_link_read(pair, port);

	if (plan->line_bps != 0)
		return plan->line_bps;
	return link.speed_mbps * 1000000ull;
}

/* The NUMA node of a port before it is open; -1: none or unknown. */
static int
node_of(const struct ovr_port_name *name)
{
	struct ovr_nic_facts facts;

	if (name->kind == OVR_PORT_PCI)
		return ovr_port_pci_node("", name);
	if (name->kind != OVR_PORT_NETDEV || ovr_nic_facts_read(name->details, &facts, NULL) != 0)
		return -1;
	return facts.numa_node;
}

static int
open_wire(struct ovr_port_pair *pair, const struct ovr_plan *plan, const struct ovr_clock *clock,
	struct ovr_err *err)
{
	struct queues tx = { 1, plan->txq }, rx = { plan->rxq, 1 };
	struct ovr_wire_conf conf;
	int status = ovr_wire_conf_parse("rx", plan->rx.keys, &conf, err);

	if (status == 0)
		status = ovr_pool_create("ovr_tx", plan, -1, &pair->tx_pool, err);
	if (status == 0 && (conf.dup_ppb != 0 || conf.corrupt_ppb != 0))
		status = ovr_pool_create("ovr_copies", plan, -1, &pair->copies, err);
	if (status == 0)
		status = ovr_wire_create(plan, clock, pair->copies, &pair->wire, err);
	if (status != 0)
		return status;
	pair->tx.device[0] = ovr_wire_port_id(pair->wire, 0);
	pair->rx.device[0] = ovr_wire_port_id(pair->wire, 1);
	pair->tx.n_devices = pair->rx.n_devices = 1;
	pair->is_one = pair->tx.device[0] == pair->rx.device[0];
	if (pair->is_one)
		tx = (struct queues){ plan->rxq, plan->txq };
	pair->tx.numa_node = pair->rx.numa_node = -1;
	status = configure(&pair->tx, plan, tx, pair->tx_pool, err);
	if (status == 0 && !pair->is_one)
		status = configure(&pair->rx, plan, rx, pair->tx_pool, err);
	if (status != 0)
		return status;
	if (pair->is_one)
		pair->rx.n_rxq = plan->rxq;
	pair->tx.line_bps = pair->rx.line_bps = ovr_wire_line_bps(pair->wire);
	pair->tx.rxd = pair->rx.rxd = plan->rxd;
	pair->tx.txd = pair->rx.txd = plan->txd;
	snprintf(pair->tx.driver, sizeof(pair->tx.driver), "wire");
	snprintf(pair->rx.driver, sizeof(pair->rx.driver), "wire");
	return 0;
}

/* A virtual device: remembered, so that closing removes what opening made. */
static int
open_vdev(struct ovr_port_pair *pair, const struct ovr_plan *plan, const struct ovr_port_name *name,
	struct queues wanted, struct ovr_port *port, struct ovr_err *err)
{
	int status = ovr_vdev_create(name->text, name->details, name->keys, &port->device[0], err);

	if (status != 0)
		return status;
	snprintf(pair->vdev[pair->n_vdevs++], sizeof(pair->vdev[0]), "%s", name->details);
	port->n_devices = 1;
	port->numa_node = rte_eth_dev_socket_id(port->device[0]);
	return configure(port, plan, wanted, pair->rx_pool, err);
}

/* A kernel interface: what is changed on it is noted, so that closing, or the next process, puts it back. */
static int
open_netdev(struct ovr_port_pair *pair, const struct ovr_plan *plan, const struct ovr_port_name *name,
	struct queues wanted, struct ovr_port *port, struct ovr_netdev **ret_netdev, struct ovr_err *err)
{
	struct ovr_netdev_conf_open conf = {
		.name = name,
		.n_queues = RTE_MAX(wanted.n_rx, wanted.n_tx),
		/* one size for both directions; the side that matters has its own */
		.descriptors = wanted.n_rx != 0 ? plan->rxd : plan->txd,
		.frame_bytes = ovr_mix_max(&plan->size),
		.receives = wanted.n_rx != 0,
		.force = plan->force,
		.pool = pair->rx_pool,
	};
	int status = pair->undo != NULL ? 0 : ovr_undo_open(NULL, &pair->undo, err);

	conf.undo = pair->undo;
	if (status == 0)
		status = ovr_netdev_open(&conf, port, ret_netdev, err);
	if (status == 0)
		take_note(pair, (*ret_netdev)->note[0]);
	if (status == 0)
		take_note(pair, (*ret_netdev)->note[1]);
	return status;
}

/* A NIC by its address: EAL has probed it already. */
static int
open_pci(struct ovr_port_pair *pair, const struct ovr_plan *plan, const struct ovr_port_name *name,
	struct queues wanted, struct ovr_port *port, struct ovr_err *err)
{
	char note[OVR_RESULT_NOTE_BYTES];
	struct ovr_pci_facts facts;
	int status = ovr_port_pci_find(name, &port->device[0], &facts, err);

	if (status != 0)
		return status;
	port->n_devices = 1;
	port->numa_node = facts.numa_node;
	port->pci_id = (uint32_t)facts.vendor << 16 | facts.device;
	take_note(pair, ovr_pci_link_note(note, sizeof(note), &facts, port->label));
	if (facts.bound == OVR_PCI_BIFURCATED && pair->undo == NULL)
		status = ovr_undo_open(NULL, &pair->undo, err);
	if (status == 0)
		status = ovr_port_pci_note(pair->undo, &facts,
			ovr_mix_max(&plan->size) - RTE_ETHER_HDR_LEN - RTE_ETHER_CRC_LEN, err);
	if (status == 0)
		status = configure(port, plan, wanted, pair->rx_pool, err);
	if (status == 0 && wanted.n_rx != 0 && ovr_driver_poll(port->driver, plan->burst) != plan->burst) {
		snprintf(note, sizeof(note),
			"%s: each poll asks for %u frames, not %u: vector receive of %s may bring none for "
			"fewer",
			port->label, ovr_driver_poll(port->driver, plan->burst), plan->burst, port->driver);
		take_note(pair, note);
	}
	if (status == 0 && wanted.n_rx != 0)
		take_note(pair,
			ovr_driver_note(note, sizeof(note), ovr_driver_of(port->driver, port->pci_id),
				port->label, port->driver));
	return status;
}

/* One side's port; the other side's too, if both are one. */
static int
open_port(struct ovr_port_pair *pair, const struct ovr_plan *plan, const struct ovr_port_name *name,
	struct queues wanted, struct ovr_port *port, struct ovr_netdev **ret_netdev, struct ovr_err *err)
{
	if (name->kind == OVR_PORT_NETDEV)
		return open_netdev(pair, plan, name, wanted, port, ret_netdev, err);
	if (name->kind == OVR_PORT_PCI)
		return open_pci(pair, plan, name, wanted, port, err);
	return open_vdev(pair, plan, name, wanted, port, err);
}

static int
open_ports(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	struct queues tx = { 0, plan->txq }, rx = { plan->rxq, 0 };
	int status = ovr_pool_create("ovr_tx", plan, node_of(&plan->tx), &pair->tx_pool, err);

	if (status == 0)
		status = ovr_pool_create("ovr_rx", plan, node_of(&plan->rx), &pair->rx_pool, err);
	pair->is_one = strcmp(plan->tx.text, plan->rx.text) == 0;
	if (pair->is_one)
		tx = (struct queues){ plan->rxq, plan->txq };
	if (status == 0)
		status = open_port(pair, plan, &plan->tx, tx, &pair->tx, &pair->tx_netdev, err);
	if (status == 0 && !pair->is_one)
		return open_port(pair, plan, &plan->rx, rx, &pair->rx, &pair->rx_netdev, err);
	if (status == 0) {
		char label[sizeof(pair->rx.label)];

		memcpy(label, pair->rx.label, sizeof(label));
		pair->rx = pair->tx;
		memcpy(pair->rx.label, label, sizeof(label));
		pair->rx_netdev = pair->tx_netdev;
	}
	return status;
}

int
ovr_port_pair_open(const struct ovr_plan *plan, const struct ovr_clock *clock,
	struct ovr_port_pair **ret_pair, struct ovr_err *err)
{
	struct ovr_port_pair *pair = calloc(1, sizeof(*pair));
	int status;

	if (pair == NULL)
		return ovr_err_set(err, -ENOMEM, "ports: no memory");
	snprintf(pair->tx.label, sizeof(pair->tx.label), "%s", plan->tx.label);
	snprintf(pair->rx.label, sizeof(pair->rx.label), "%s", plan->rx.label);
	pair->tx.kind = plan->tx.kind;
	pair->rx.kind = plan->rx.kind;
	if (plan->tx.kind == OVR_PORT_WIRE)
		status = open_wire(pair, plan, clock, err);
	else
		status = open_ports(pair, plan, err);
	if (status != 0) {
		ovr_port_pair_close(pair, NULL);
		return status;
	}
	*ret_pair = pair;
	return 0;
}

static void
stop(struct ovr_port *port)
{
	for (uint16_t i = 0; i < port->n_devices; i++) {
		ovr_device_stop(port->device[i], &port->changes[i]);
		if (port->kind == OVR_PORT_PCI)
			ovr_port_pci_close(port->device[i]);
	}
	ovr_device_rss_done(&port->rss);
}

int
ovr_port_pair_close(struct ovr_port_pair *pair, struct ovr_err *err)
{
	int status = 0;

	if (pair == NULL)
		return 0;
	stop(&pair->tx);
	if (!pair->is_one)
		stop(&pair->rx);
	ovr_wire_destroy(pair->wire);
	while (pair->n_vdevs != 0)
		ovr_vdev_destroy(pair->vdev[--pair->n_vdevs]);
	ovr_netdev_close(pair->tx_netdev);
	if (!pair->is_one)
		ovr_netdev_close(pair->rx_netdev);
	/* what cannot be put back now stays in the journal, and the next process tries again */
	if (pair->undo != NULL)
		status = ovr_undo_all(pair->undo, err);
	ovr_undo_close(pair->undo);
	rte_mempool_free(pair->tx_pool);
	rte_mempool_free(pair->rx_pool);
	rte_mempool_free(pair->copies);
	free(pair);
	return status;
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

bool
ovr_port_mac(const struct ovr_port *port, uint8_t ret_mac[6])
{
	struct rte_ether_addr mac;

	if (port->kind != OVR_PORT_PCI || rte_eth_macaddr_get(port->device[0], &mac) != 0)
		return false;
	memcpy(ret_mac, mac.addr_bytes, sizeof(mac.addr_bytes));
	return true;
}

/* Which frames a NIC lets in: all, as far as it can be had; else at least those of the plan. */
static void
let_frames_in(struct ovr_port_pair *pair, const struct ovr_port *port, const struct ovr_plan *plan)
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
	take_note(pair, note);
	/* a device under test may change tags, and one that is promiscuous gets them all without a filter */
	if (plan->path == OVR_PATH_DUT && refused == 0)
		return;
	status = ovr_device_vlans(port->device[0], plan->vlan, plan->n_vlans);
	note[0] = '\0';
	if (status < 0)
		snprintf(note, sizeof(note),
			"%s: the driver %s refuses to let VLAN %u in (%s): tagged frames may not arrive",
			port->label, port->driver, plan->vlan[0], strerror(-status));
	else if (status != 0)
		snprintf(note, sizeof(note),
			"%s: its VLAN filter lets in untagged frames and the plan's VLAN %u, and no others",
			port->label, plan->vlan[0]);
	take_note(pair, note);
}

static int
start(struct ovr_port_pair *pair, struct ovr_port *port, uint16_t n_rxq, struct ovr_err *err)
{
	char note[OVR_DEVICE_RSS_NOTE_BYTES];
	int status = 0;

	for (uint16_t i = 0; i < port->n_devices && status == 0; i++)
		status = ovr_device_start(port->device[i], port->label, &port->changes[i], err);
	if (status == 0 && port->kind == OVR_PORT_NETDEV && n_rxq > 1) {
		snprintf(note, sizeof(note),
			"%s: which of its %u queues a frame goes to is the interface's choice, or the "
			"kernel's, and not foreseen",
			port->label, n_rxq);
		take_note(pair, note);
	} else if (status == 0 && port->n_devices == 1 && port->kind != OVR_PORT_WIRE) {
		ovr_device_rss_read(port->device[0], port->label, n_rxq, &port->rss, note);
		take_note(pair, note);
	}
	return status;
}

/* Both links. One waits while the other comes. */
static int
wait_for_links(const struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	int status = wait_for_link(pair, &pair->tx, plan->link_timeout_ns, err);

	return status != 0 || pair->is_one ? status
					   : wait_for_link(pair, &pair->rx, plan->link_timeout_ns, err);
}

static bool
turn_pause_off(struct ovr_port_pair *pair, struct ovr_port *port)
{
	char note[OVR_PAUSE_NOTE_BYTES];
	bool is_changed = false;

	for (uint16_t i = 0; i < port->n_devices; i++) {
		is_changed |= ovr_pause_off(port->device[i], port->label, &port->changes[i].pause, note);
		take_note(pair, note);
	}
	return is_changed;
}

/* The ends of a link agree on pause frames when it comes up, and may do so once more when they are turned off. */
static int
turn_pauses_off(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	int status = 0;

	for (int n = 0; status == 0; n++) {
		bool is_changed = turn_pause_off(pair, &pair->tx);

		if (!pair->is_one)
			is_changed |= turn_pause_off(pair, &pair->rx);
		if (!is_changed)
			break;
		if (n == PAUSE_TRIES) {
			take_note(pair,
				"flow control is on again whenever a link comes up: a pause may hide an "
				"overrun");
			break;
		}
		ovr_wait_ns(PAUSE_SETTLE_MS * NS_PER_MS);
		status = wait_for_links(pair, plan, err);
	}
	return status;
}

int
ovr_port_pair_start(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	int status = start(pair, &pair->tx, pair->is_one ? plan->rxq : 1, err);

	if (status == 0 && !pair->is_one)
		status = start(pair, &pair->rx, plan->rxq, err);
	if (status == 0)
		let_frames_in(pair, pair->is_one ? &pair->tx : &pair->rx, plan);
	if (status == 0)
		status = wait_for_links(pair, plan, err);
	if (status == 0 && pair->wire == NULL)
		status = turn_pauses_off(pair, plan, err);
	if (status == 0 && pair->wire == NULL) {
		pair->tx.line_bps = line_of(pair, &pair->tx, plan);
		pair->rx.line_bps = line_of(pair, &pair->rx, plan);
	}
	if (status == 0 && pair->tx_netdev != NULL)
		status = ovr_netdev_remember(pair->tx_netdev, err);
	if (status == 0 && pair->rx_netdev != NULL && !pair->is_one)
		status = ovr_netdev_remember(pair->rx_netdev, err);
	return status;
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

int
ovr_port_queue_of(const struct ovr_port_pair *pair, const struct ovr_frame_flow *flow)
{
	if (pair->wire != NULL)
		return ovr_wire_queue_of(pair->wire, flow);
	return ovr_device_rss_queue_of(pair->is_one ? &pair->tx.rss : &pair->rx.rss, flow);
}

void
ovr_port_pair_flush(const struct ovr_port_pair *pair)
{
	if (pair->tx_netdev != NULL)
		ovr_netdev_flush(pair->tx_netdev, &pair->tx);
}

uint64_t
ovr_port_pair_settle_ns(const struct ovr_port_pair *pair)
{
	const struct ovr_netdev *end[] = { pair->tx_netdev, pair->rx_netdev };
	uint32_t late_ms = 0;

	for (size_t i = 0; i < RTE_DIM(end); i++)
		if (end[i] != NULL)
			late_ms = RTE_MAX(late_ms, ovr_nic_driver_late_ms(end[i]->facts.driver));
	return RTE_MIN(late_ms, 3000u) * UINT64_C(1000000);
}

uint32_t
ovr_port_unread_queues(const struct ovr_port_pair *pair)
{
	const struct ovr_netdev *netdev = pair->rx_netdev;

	if (netdev == NULL || netdev->mode != OVR_NETDEV_AF_XDP)
		return 0;
	return netdev->facts.n_rxq - netdev->n_sockets;
}

struct ovr_port_link
ovr_port_link_read(const struct ovr_port_pair *pair, const struct ovr_port *port)
{
	struct ovr_netdev *netdev = port == &pair->tx ? pair->tx_netdev : pair->rx_netdev;
	struct rte_eth_link link;

	/* the drivers of kernel interfaces make a link up */
	if (netdev != NULL)
		return ovr_netdev_link(netdev);
	if (rte_eth_link_get_nowait(port->device[0], &link) != 0)
		return (struct ovr_port_link){ 0 };
	return (struct ovr_port_link){
		.up = link.link_status == RTE_ETH_LINK_UP,
		.speed_mbps = link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN ? 0 : link.link_speed,
	};
}

uint32_t
ovr_port_memory_mb(const struct ovr_plan *plan)
{
	/* to send and to receive, or the wire's copies */
	uint64_t bytes = 2 * ovr_pool_bytes(plan);

	bytes += 16ull * (plan->rxd * plan->rxq + plan->txd * plan->txq);
	return (uint32_t)(bytes / 1000000u) + 64;
}
