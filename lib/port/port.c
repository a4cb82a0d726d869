/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_ethdev.h>
#include <rte_mempool.h>

#include "port/pool.h"
#include "port/vdev.h"

#define LINK_WAIT_MS 3000
#define LINK_STEP_MS 10

/* How many queues of each direction a port is asked for. */
struct queues {
	uint16_t n_rx, n_tx;
};

/* Ring sizes as they are: a driver may round them, or have rings of its own and ignore what is asked. */
static void
read_rings(struct ovr_port *port)
{
	struct rte_eth_rxq_info rx = { 0 };
	struct rte_eth_txq_info tx = { 0 };

	if (port->n_rxq != 0 && rte_eth_rx_queue_info_get(port->id, 0, &rx) == 0)
		port->rxd = rx.nb_desc;
	if (port->n_txq != 0 && rte_eth_tx_queue_info_get(port->id, 0, &tx) == 0)
		port->txd = tx.nb_desc;
}

static int
set_up_queues(
	struct ovr_port *port, const struct ovr_plan *plan, struct rte_mempool *pool, struct ovr_err *err)
{
	/* ethdev has 16 bits for it, and takes 0 for "as you like" */
	uint16_t rxd = (uint16_t)RTE_MIN(plan->rxd, (uint32_t)UINT16_MAX);
	uint16_t txd = (uint16_t)RTE_MIN(plan->txd, (uint32_t)UINT16_MAX);
	unsigned int socket = port->numa_node < 0 ? (unsigned int)SOCKET_ID_ANY
						  : (unsigned int)port->numa_node;
	int status = rte_eth_dev_adjust_nb_rx_tx_desc(port->id, &rxd, &txd);

	if (status != 0)
		return ovr_err_set(err, status,
			"%s: rings of %u (rx) and %u (tx) descriptors are refused: %s", port->label,
			plan->rxd, plan->txd, strerror(-status));
	for (uint16_t q = 0; q < port->n_rxq; q++) {
		status = rte_eth_rx_queue_setup(port->id, q, rxd, socket, NULL, pool);
		if (status != 0)
			return ovr_err_set(err, status,
				"%s: receive queue %u with %u descriptors is refused: %s", port->label, q,
				rxd, strerror(-status));
	}
	for (uint16_t q = 0; q < port->n_txq; q++) {
		status = rte_eth_tx_queue_setup(port->id, q, txd, socket, NULL);
		if (status != 0)
			return ovr_err_set(err, status,
				"%s: transmit queue %u with %u descriptors is refused: %s", port->label, q,
				txd, strerror(-status));
	}
	read_rings(port);
	return 0;
}

/* What a device can do, against what is asked of it. */
static int
check_ability(const struct ovr_port *port, const struct rte_eth_dev_info *info, struct queues wanted,
	struct ovr_err *err)
{
	if (wanted.n_rx > info->max_rx_queues)
		return ovr_err_set(err, -ERANGE, "%s: %u receive queues were asked, the device has %u",
			port->label, wanted.n_rx, info->max_rx_queues);
	if (wanted.n_tx > info->max_tx_queues)
		return ovr_err_set(err, -ERANGE, "%s: %u transmit queues were asked, the device has %u",
			port->label, wanted.n_tx, info->max_tx_queues);
	return 0;
}

static int
configure(struct ovr_port *port, const struct ovr_plan *plan, struct queues wanted, struct rte_mempool *pool,
	struct ovr_err *err)
{
	struct rte_eth_conf conf = { 0 };
	struct rte_eth_dev_info info;
	uint16_t mtu = (uint16_t)(ovr_mix_max(&plan->size) - RTE_ETHER_HDR_LEN - RTE_ETHER_CRC_LEN);
	int status = rte_eth_dev_info_get(port->id, &info);

	if (status == 0)
		status = check_ability(port, &info, wanted, err);
	else
		ovr_err_set(err, status, "%s: the device does not describe itself: %s", port->label,
			strerror(-status));
	if (status != 0)
		return status;
	snprintf(port->driver, sizeof(port->driver), "%s", info.driver_name);
	/* a driver may want a queue in the direction that carries nothing */
	port->n_rxq = wanted.n_rx == 0 && info.max_rx_queues != 0 ? 1 : wanted.n_rx;
	port->n_txq = wanted.n_tx == 0 && info.max_tx_queues != 0 ? 1 : wanted.n_tx;
	if (port->n_rxq > 1 && (info.flow_type_rss_offloads & (RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP)) != 0) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = info.flow_type_rss_offloads &
			(RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP);
	}
	status = rte_eth_dev_configure(port->id, port->n_rxq, port->n_txq, &conf);
	if (status != 0)
		return ovr_err_set(err, status, "%s: %u receive and %u transmit queues are refused: %s",
			port->label, port->n_rxq, port->n_txq, strerror(-status));
	if (mtu > RTE_ETHER_MTU) {
		status = rte_eth_dev_set_mtu(port->id, mtu);
		if (status != 0 && status != -ENOTSUP)
			return ovr_err_set(err, status,
				"%s: frames of %u bytes need an MTU of %u, which is refused: %s", port->label,
				ovr_mix_max(&plan->size), mtu, strerror(-status));
	}
	return set_up_queues(port, plan, pool, err);
}

static uint64_t
line_of(const struct ovr_port *port, const struct ovr_plan *plan)
{
	struct ovr_port_link link = ovr_port_link_read(port);

	if (plan->line_bps != 0)
		return plan->line_bps;
	return link.speed_mbps * 1000000ull;
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
	pair->tx.id = ovr_wire_port_id(pair->wire, 0);
	pair->rx.id = ovr_wire_port_id(pair->wire, 1);
	pair->is_one = pair->tx.id == pair->rx.id;
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

/* The devices, remembered so that closing removes what opening made. */
static int
make_vdevs(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	int status = ovr_vdev_create(&plan->tx, &pair->tx.id, err);

	if (status != 0)
		return status;
	pair->vdev[pair->n_vdevs++] = plan->tx;
	pair->is_one = strcmp(plan->tx.text, plan->rx.text) == 0;
	pair->rx.id = pair->tx.id;
	if (!pair->is_one) {
		status = ovr_vdev_create(&plan->rx, &pair->rx.id, err);
		if (status != 0)
			return status;
		pair->vdev[pair->n_vdevs++] = plan->rx;
	}
	pair->tx.numa_node = rte_eth_dev_socket_id(pair->tx.id);
	pair->rx.numa_node = rte_eth_dev_socket_id(pair->rx.id);
	return 0;
}

static int
open_vdevs(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	struct queues tx = { 0, plan->txq }, rx = { plan->rxq, 0 };
	int status = make_vdevs(pair, plan, err);

	if (status == 0)
		status = ovr_pool_create("ovr_tx", plan, pair->tx.numa_node, &pair->tx_pool, err);
	if (status == 0)
		status = ovr_pool_create("ovr_rx", plan, pair->rx.numa_node, &pair->rx_pool, err);
	if (status != 0)
		return status;
	if (pair->is_one)
		tx = (struct queues){ plan->rxq, plan->txq };
	status = configure(&pair->tx, plan, tx, pair->rx_pool, err);
	if (status != 0)
		return status;
	if (pair->is_one) {
		char label[sizeof(pair->rx.label)];

		memcpy(label, pair->rx.label, sizeof(label));
		pair->rx = pair->tx;
		memcpy(pair->rx.label, label, sizeof(label));
		return 0;
	}
	return configure(&pair->rx, plan, rx, pair->rx_pool, err);
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
	if (plan->tx.kind == OVR_PORT_WIRE)
		status = open_wire(pair, plan, clock, err);
	else
		status = open_vdevs(pair, plan, err);
	if (status != 0) {
		ovr_port_pair_close(pair);
		return status;
	}
	*ret_pair = pair;
	return 0;
}

static void
stop(const struct ovr_port *port)
{
	if (port->driver[0] != '\0')
		rte_eth_dev_stop(port->id);
}

void
ovr_port_pair_close(struct ovr_port_pair *pair)
{
	if (pair == NULL)
		return;
	stop(&pair->tx);
	if (!pair->is_one)
		stop(&pair->rx);
	ovr_wire_destroy(pair->wire);
	while (pair->n_vdevs != 0)
		ovr_vdev_destroy(&pair->vdev[--pair->n_vdevs]);
	rte_mempool_free(pair->tx_pool);
	rte_mempool_free(pair->rx_pool);
	rte_mempool_free(pair->copies);
	free(pair);
}

static int
wait_for_link(const struct ovr_port *port, struct ovr_err *err)
{
	for (int ms = 0; ms < LINK_WAIT_MS; ms += LINK_STEP_MS) {
		if (ovr_port_link_read(port).up)
			return 0;
		usleep(LINK_STEP_MS * 1000);
	}
	return ovr_err_set(
		err, -ETIMEDOUT, "%s: the link is down after %d s", port->label, LINK_WAIT_MS / 1000);
}

static int
start(const struct ovr_port *port, struct ovr_err *err)
{
	int status = rte_eth_dev_start(port->id);

	if (status != 0)
		return ovr_err_set(
			err, status, "%s: the port does not start: %s", port->label, strerror(-status));
	/* what cannot be promiscuous gets what is sent to it; a virtual device as a rule all */
	rte_eth_promiscuous_enable(port->id);
	return wait_for_link(port, err);
}

int
ovr_port_pair_start(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	int status = start(&pair->tx, err);

	if (status == 0 && !pair->is_one)
		status = start(&pair->rx, err);
	if (status == 0 && pair->wire == NULL) {
		pair->tx.line_bps = line_of(&pair->tx, plan);
		pair->rx.line_bps = line_of(&pair->rx, plan);
	}
	return status;
}

int
ovr_port_queue_of(const struct ovr_port_pair *pair, const struct ovr_frame_flow *flow)
{
	return pair->wire != NULL ? ovr_wire_queue_of(pair->wire, flow) : -1;
}

struct ovr_port_link
ovr_port_link_read(const struct ovr_port *port)
{
	struct rte_eth_link link;

	if (rte_eth_link_get_nowait(port->id, &link) != 0)
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
