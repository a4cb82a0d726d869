/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_mempool.h>

#include "port/drivers.h"
#include "port/netdev.h"
#include "port/netdev_counters.h"
#include "port/pci.h"
#include "port/pool.h"
#include "port/port_priv.h"
#include "port/udp.h"
#include "port/vdev.h"
#include "undo/undo.h"

/* What was said of a port that is set up anew. */
static void
forget_notes(struct ovr_port_pair *pair, const char *label)
{
	size_t length = strlen(label);
	uint32_t n_kept = 0;

	for (uint32_t i = 0; i < pair->n_notes; i++) {
		if (strncmp(pair->note[i], label, length) == 0 && pair->note[i][length] == ':')
			continue;
		if (n_kept != i)
			memcpy(pair->note[n_kept], pair->note[i], sizeof(pair->note[0]));
		n_kept++;
	}
	pair->n_notes = n_kept;
}

/* What a port is asked for. */
struct wanted {
	uint16_t n_rxq, n_txq;
	uint32_t rxd, txd;
	uint16_t frame_bytes; /* the largest */
	uint16_t burst;
	bool force;
};

/* What a side is asked for; what both are, where they are one port. */
static struct wanted
wanted_of(const struct ovr_plan *plan, bool is_tx, bool is_one)
{
	const struct ovr_plan_ports *ports = &plan->ports;

	return (struct wanted){
		.n_rxq = is_tx && !is_one ? 0 : ports->rxq,
		.n_txq = is_tx || is_one ? ports->txq : 0,
		.rxd = ports->rxd,
		.txd = ports->txd,
		.frame_bytes = (uint16_t)ovr_mix_max(&plan->frames.size),
		.burst = ports->burst,
		.force = ports->force,
	};
}

/* All queues of a port that is one device. */
static int
configure(struct ovr_port *port, const struct wanted *wanted, struct rte_mempool *pool, struct ovr_err *err)
{
	struct ovr_device_conf conf = {
		.label = port->label,
		.n_rxq = wanted->n_rxq,
		.n_txq = wanted->n_txq,
		.rxd = wanted->rxd,
		.txd = wanted->txd,
		.frame_bytes = wanted->frame_bytes,
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
	const struct ovr_plan_ports *ports = &plan->ports;
	const struct ovr_wire_conf *conf = &ports->rx.conf.wire;
	struct wanted tx, rx;
	int status = ovr_pool_create("ovr_tx", ports, &plan->frames, -1, &pair->tx_pool, err);

	if (status == 0 && (conf->dup_ppb != 0 || conf->corrupt_ppb != 0))
		status = ovr_pool_create("ovr_copies", ports, &plan->frames, -1, &pair->copies, err);
	if (status == 0)
		status = ovr_wire_create(ports, plan->trial.seed, clock, pair->copies, &pair->wire, err);
	if (status != 0)
		return status;
	pair->tx.device[0] = ovr_wire_port_id(pair->wire, 0);
	pair->rx.device[0] = ovr_wire_port_id(pair->wire, 1);
	pair->tx.n_devices = pair->rx.n_devices = 1;
	pair->is_one = pair->tx.device[0] == pair->rx.device[0];
	tx = wanted_of(plan, true, pair->is_one);
	rx = wanted_of(plan, false, pair->is_one);
	/* each end has both directions; one of them is without frames where the ends are two */
	tx.n_rxq = RTE_MAX(tx.n_rxq, 1);
	rx.n_txq = RTE_MAX(rx.n_txq, 1);
	pair->tx.numa_node = pair->rx.numa_node = -1;
	status = configure(&pair->tx, &tx, pair->tx_pool, err);
	if (status == 0 && !pair->is_one)
		status = configure(&pair->rx, &rx, pair->tx_pool, err);
	if (status != 0)
		return status;
	if (pair->is_one)
		pair->rx.n_rxq = ports->rxq;
	pair->tx.line_bps = pair->rx.line_bps = ovr_wire_line_bps(pair->wire);
	pair->tx.rxd = pair->rx.rxd = ports->rxd;
	pair->tx.txd = pair->rx.txd = ports->txd;
	snprintf(pair->tx.driver, sizeof(pair->tx.driver), "wire");
	snprintf(pair->rx.driver, sizeof(pair->rx.driver), "wire");
	return 0;
}

/* A virtual device: remembered, so that closing removes what opening made. */
static int
open_vdev(struct ovr_port_pair *pair, const struct ovr_port_name *name, const struct wanted *wanted,
	struct ovr_port *port, struct ovr_err *err)
{
	int status = ovr_vdev_create(name->text, name->details, name->keys, &port->device[0], err);

	if (status != 0)
		return status;
	snprintf(pair->vdev[pair->n_vdevs++], sizeof(pair->vdev[0]), "%s", name->details);
	port->n_devices = 1;
	port->numa_node = rte_eth_dev_socket_id(port->device[0]);
	return configure(port, wanted, pair->rx_pool, err);
}

/*
 * A kernel interface: what is changed on it is noted, so that closing, or the next process, puts it
 * back.
 */
static int
open_netdev(struct ovr_port_pair *pair, const struct ovr_port_name *name, const struct wanted *wanted,
	struct ovr_port *port, struct ovr_netdev **ret_netdev, struct ovr_err *err)
{
	struct ovr_netdev_conf_open conf = {
		.name = name,
		.n_queues = RTE_MAX(wanted->n_rxq, wanted->n_txq),
		/* one size for both directions; the side that matters has its own */
		.descriptors = wanted->n_rxq != 0 ? wanted->rxd : wanted->txd,
		.frame_bytes = wanted->frame_bytes,
		.receives = wanted->n_rxq != 0,
		.force = wanted->force,
		.pool = pair->rx_pool,
	};
	int status = pair->undo != NULL ? 0 : ovr_undo_open(NULL, &pair->undo, err);

	conf.undo = pair->undo;
	if (status == 0)
		status = ovr_netdev_open(&conf, port, ret_netdev, err);
	if (status == 0)
		port_take_note(pair, (*ret_netdev)->note[0]);
	if (status == 0)
		port_take_note(pair, (*ret_netdev)->note[1]);
	return status;
}

/* A NIC by its address: EAL has probed it already. */
static int
open_pci(struct ovr_port_pair *pair, const struct ovr_port_name *name, const struct wanted *wanted,
	struct ovr_port *port, struct ovr_err *err)
{
	char note[OVR_RESULT_NOTE_BYTES];
	struct ovr_pci_facts facts;
	int status = ovr_port_pci_find(name, &port->device[0], &facts, err);

	if (status != 0)
		return status;
	port->n_devices = 1;
	port->numa_node = facts.numa_node;
	port->pci_id = (uint32_t)facts.vendor << 16 | facts.device;
	port_take_note(pair, ovr_pci_link_note(note, sizeof(note), &facts, port->label));
	if (facts.bound == OVR_PCI_BIFURCATED && pair->undo == NULL)
		status = ovr_undo_open(NULL, &pair->undo, err);
	if (status == 0)
		status = ovr_port_pci_note(
			pair->undo, &facts, wanted->frame_bytes - RTE_ETHER_HDR_LEN - RTE_ETHER_CRC_LEN, err);
	if (status == 0)
		status = configure(port, wanted, pair->rx_pool, err);
	if (status == 0 && wanted->n_rxq != 0 &&
		ovr_driver_poll(port->driver, wanted->burst) != wanted->burst) {
		snprintf(note, sizeof(note),
			"%s: each poll asks for %u frames, not %u: vector receive of %s may bring none for "
			"fewer",
			port->label, ovr_driver_poll(port->driver, wanted->burst), wanted->burst,
			port->driver);
		port_take_note(pair, note);
	}
	if (status == 0 && wanted->n_rxq != 0)
		port_take_note(pair,
			ovr_driver_note(note, sizeof(note), ovr_driver_of(port->driver, port->pci_id),
				port->label, port->driver));
	return status;
}

/* Sockets: one for each queue. */
static int
open_udp(struct ovr_port_pair *pair, const struct ovr_port_name *name, const struct wanted *wanted,
	struct ovr_port *port, struct ovr_err *err)
{
	bool receives = wanted->n_rxq != 0;
	struct ovr_udp **udp = receives ? &pair->rx_udp : &pair->tx_udp;
	int status = ovr_udp_open(
		name->label, &name->conf.udp, receives ? wanted->n_rxq : wanted->n_txq, receives, udp, err);

	if (status != 0)
		return status;
	port_take_note(pair, (*udp)->note);
	snprintf(port->driver, sizeof(port->driver), "udp");
	port->n_rxq = wanted->n_rxq;
	port->n_txq = wanted->n_txq;
	port->numa_node = -1;
	return 0;
}

/* One side's port; the other side's too, if both are one. */
static int
open_port(struct ovr_port_pair *pair, const struct ovr_port_name *name, const struct wanted *wanted,
	struct ovr_port *port, struct ovr_netdev **ret_netdev, struct ovr_err *err)
{
	if (name->kind == OVR_PORT_ELSEWHERE) {
		port->numa_node = -1;
		return 0;
	}
	if (name->kind == OVR_PORT_UDP)
		return open_udp(pair, name, wanted, port, err);
	if (name->kind == OVR_PORT_NETDEV)
		return open_netdev(pair, name, wanted, port, ret_netdev, err);
	if (name->kind == OVR_PORT_PCI)
		return open_pci(pair, name, wanted, port, err);
	return open_vdev(pair, name, wanted, port, err);
}

/* The receiver is the transmit port. */
static void
share_port(struct ovr_port_pair *pair)
{
	char label[sizeof(pair->rx.label)];

	memcpy(label, pair->rx.label, sizeof(label));
	pair->rx = pair->tx;
	memcpy(pair->rx.label, label, sizeof(label));
	pair->rx_netdev = pair->tx_netdev;
}

/*
 * Pools of the ends that are here. A device that sends has a receive ring as well, a socket has
 * none.
 */
static int
create_pools(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_plan_ports *ports = &plan->ports;
	bool sends = ports->tx.kind != OVR_PORT_ELSEWHERE, receives = ports->rx.kind != OVR_PORT_ELSEWHERE;
	int status = 0;

	if (sends)
		status = ovr_pool_create(
			"ovr_tx", ports, &plan->frames, node_of(&ports->tx), &pair->tx_pool, err);
	if (status == 0 && (receives || ports->tx.kind != OVR_PORT_UDP))
		status = ovr_pool_create("ovr_rx", ports, &plan->frames,
			node_of(receives ? &ports->rx : &ports->tx), &pair->rx_pool, err);
	return status;
}

static int
open_ports(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_plan_ports *ports = &plan->ports;
	struct wanted tx, rx;
	int status = create_pools(pair, plan, err);

	/* a sender's and a receiver's socket are two, whatever their address */
	pair->is_one = ports->tx.kind != OVR_PORT_UDP && strcmp(ports->tx.text, ports->rx.text) == 0;
	tx = wanted_of(plan, true, pair->is_one);
	rx = wanted_of(plan, false, pair->is_one);
	if (status == 0)
		status = open_port(pair, &ports->tx, &tx, &pair->tx, &pair->tx_netdev, err);
	if (status == 0 && !pair->is_one)
		status = open_port(pair, &ports->rx, &rx, &pair->rx, &pair->rx_netdev, err);
	if (status == 0 && pair->is_one)
		share_port(pair);
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
	snprintf(pair->tx.label, sizeof(pair->tx.label), "%s", plan->ports.tx.label);
	snprintf(pair->rx.label, sizeof(pair->rx.label), "%s", plan->ports.rx.label);
	pair->tx.kind = plan->ports.tx.kind;
	pair->rx.kind = plan->ports.rx.kind;
	if (plan->ports.tx.kind == OVR_PORT_WIRE)
		status = open_wire(pair, plan, clock, err);
	else
		status = open_ports(pair, plan, err);
	if (status != 0) {
		ovr_port_pair_close(pair, NULL);
		return status;
	}
	pair->plan = *plan;
	*ret_pair = pair;
	return 0;
}

static void
stop(struct ovr_port *port)
{
	for (uint16_t i = 0; i < port->n_devices; i++)
		ovr_device_stop(port->device[i], &port->changes[i]);
	ovr_device_rss_done(&port->rss);
	port->is_running = false;
}

static void
close_port(struct ovr_port *port)
{
	stop(port);
	for (uint16_t i = 0; i < port->n_devices && port->kind == OVR_PORT_PCI; i++)
		ovr_port_pci_close(port->device[i]);
}

int
ovr_port_pair_close(struct ovr_port_pair *pair, struct ovr_err *err)
{
	int status = 0;

	if (pair == NULL)
		return 0;
	close_port(&pair->tx);
	if (!pair->is_one)
		close_port(&pair->rx);
	ovr_wire_destroy(pair->wire);
	while (pair->n_vdevs != 0)
		ovr_vdev_destroy(pair->vdev[--pair->n_vdevs]);
	ovr_netdev_close(pair->tx_netdev);
	if (!pair->is_one)
		ovr_netdev_close(pair->rx_netdev);
	ovr_udp_close(pair->tx_udp);
	ovr_udp_close(pair->rx_udp);
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

/* Whether a side needs other rings or queues, or room for larger frames. */
static bool
needs_change(const struct ovr_port_pair *pair, const struct ovr_plan *plan, bool is_tx)
{
	struct wanted had = wanted_of(&pair->plan, is_tx, pair->is_one),
		      wanted = wanted_of(plan, is_tx, pair->is_one);

	if ((is_tx ? pair->tx.kind : pair->rx.kind) == OVR_PORT_ELSEWHERE)
		return false;
	return had.n_rxq != wanted.n_rxq || had.n_txq != wanted.n_txq ||
		(wanted.n_rxq != 0 && wanted.rxd != had.rxd) ||
		(wanted.n_txq != 0 && wanted.txd != had.txd) || wanted.frame_bytes > had.frame_bytes;
}

static bool
is_same_wire(const struct ovr_port_pair *pair, const struct ovr_plan *plan)
{
	const struct ovr_plan *was = &pair->plan;

	return plan->ports.rxq == was->ports.rxq && plan->ports.txq == was->ports.txq &&
		plan->ports.rxd == was->ports.rxd && plan->ports.txd == was->ports.txd &&
		plan->ports.mbufs == was->ports.mbufs && plan->ports.line_bps == was->ports.line_bps &&
		ovr_pool_data_room(&plan->ports, &plan->frames) ==
		ovr_pool_data_room(&was->ports, &was->frames) &&
		(plan->trial.seed == was->trial.seed || ovr_wire_impair(pair->wire) == NULL) &&
		ovr_wire_frames_inside(pair->wire) == 0 && ovr_port_link_read(pair, &pair->tx).up &&
		ovr_port_link_read(pair, &pair->rx).up;
}

/* A file is read, and written, from its beginning. */
static bool
is_file(const struct ovr_port_name *name)
{
	return name->kind == OVR_PORT_VDEV && strncmp(name->details, "net_pcap", strlen("net_pcap")) == 0;
}

enum ovr_port_fit
ovr_port_pair_fit(struct ovr_port_pair *pair, const struct ovr_plan *plan)
{
	const struct ovr_plan *was = &pair->plan;
	char why[OVR_RESULT_NOTE_BYTES];

	if (strcmp(plan->ports.tx.text, was->ports.tx.text) != 0 ||
		strcmp(plan->ports.rx.text, was->ports.rx.text) != 0 || is_file(&plan->ports.tx) ||
		is_file(&plan->ports.rx))
		return OVR_PORT_REOPENS;
	if (pair->wire != NULL)
		return is_same_wire(pair, plan) ? OVR_PORT_FITS : OVR_PORT_REOPENS;
	if (plan->ports.mbufs > was->ports.mbufs ||
		ovr_pool_data_room(&plan->ports, &plan->frames) >
			ovr_pool_data_room(&was->ports, &was->frames))
		return OVR_PORT_REOPENS;
	/* what did not come up has never been remembered as it should be */
	if (ovr_port_pair_is_running(pair) && !ovr_port_pair_is_intact(pair, why, sizeof(why)))
		return OVR_PORT_REOPENS;
	return needs_change(pair, plan, true) || needs_change(pair, plan, false) ? OVR_PORT_RESTARTS
										 : OVR_PORT_FITS;
}

/*
 * One side. The rings of an interface's sockets are arguments of their devices; other devices are
 * configured again.
 */
static int
change_port(struct ovr_port_pair *pair, const struct ovr_plan *plan, bool is_tx, struct ovr_err *err)
{
	const struct ovr_port_name *name = is_tx ? &plan->ports.tx : &plan->ports.rx;
	struct ovr_netdev **netdev = is_tx ? &pair->tx_netdev : &pair->rx_netdev;
	struct ovr_port *port = is_tx ? &pair->tx : &pair->rx;
	struct wanted wanted = wanted_of(plan, is_tx, pair->is_one);

	stop(port);
	forget_notes(pair, port->label);
	if (port->kind == OVR_PORT_VDEV)
		return configure(port, &wanted, pair->rx_pool, err);
	if (port->kind == OVR_PORT_UDP) {
		struct ovr_udp **udp = is_tx ? &pair->tx_udp : &pair->rx_udp;

		ovr_udp_close(*udp);
		*udp = NULL;
	}
	if (port->kind == OVR_PORT_NETDEV) {
		struct ovr_port none = { .kind = port->kind };

		ovr_netdev_close(*netdev);
		*netdev = NULL;
		memcpy(none.label, port->label, sizeof(none.label));
		*port = none;
	}
	return open_port(pair, name, &wanted, port, netdev, err);
}

int
ovr_port_pair_change(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	bool is_tx_changed = needs_change(pair, plan, true);
	bool is_rx_changed = !pair->is_one && needs_change(pair, plan, false);
	int status = 0;

	if (pair->is_one)
		pair->rx_netdev = NULL;
	if (is_tx_changed)
		status = change_port(pair, plan, true, err);
	if (status == 0 && is_rx_changed)
		status = change_port(pair, plan, false, err);
	if (pair->is_one && status == 0)
		share_port(pair);
	if (status == 0)
		pair->plan = *plan;
	return status;
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

	/* a socket has no link of its own, and that of a port elsewhere is looked at there */
	if (port->kind == OVR_PORT_UDP || port->kind == OVR_PORT_ELSEWHERE)
		return (struct ovr_port_link){ .up = true };
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
ovr_port_memory_mb(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames)
{
	/* to send and to receive, or the wire's copies */
	uint64_t bytes = 2 * ovr_pool_bytes(ports, frames);

	bytes += 16ull * (ports->rxd * ports->rxq + ports->txd * ports->txq);
	return (uint32_t)(bytes / 1000000u) + 64;
}
