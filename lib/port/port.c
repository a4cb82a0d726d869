/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_ethdev.h>
#include <rte_mempool.h>

#include "port/device.h"
#include "port/pool.h"
#include "port/vdev.h"

#define LINK_WAIT_MS 3000
#define LINK_STEP_MS 10

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
	return 0;
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

/* The devices, remembered so that closing removes what opening made. */
static int
make_vdevs(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err)
{
	int status = ovr_vdev_create(&plan->tx, &pair->tx.device[0], err);

	if (status != 0)
		return status;
	pair->vdev[pair->n_vdevs++] = plan->tx;
	pair->is_one = strcmp(plan->tx.text, plan->rx.text) == 0;
	pair->rx.device[0] = pair->tx.device[0];
	pair->tx.n_devices = pair->rx.n_devices = 1;
	if (!pair->is_one) {
		status = ovr_vdev_create(&plan->rx, &pair->rx.device[0], err);
		if (status != 0)
			return status;
		pair->vdev[pair->n_vdevs++] = plan->rx;
	}
	pair->tx.numa_node = rte_eth_dev_socket_id(pair->tx.device[0]);
	pair->rx.numa_node = rte_eth_dev_socket_id(pair->rx.device[0]);
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
	pair->tx.kind = plan->tx.kind;
	pair->rx.kind = plan->rx.kind;
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
	for (uint16_t i = 0; i < port->n_devices; i++)
		rte_eth_dev_stop(port->device[i]);
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
	int status = 0;

	for (uint16_t i = 0; i < port->n_devices && status == 0; i++)
		status = ovr_device_start(port->device[i], port->label, err);
	return status != 0 ? status : wait_for_link(port, err);
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
