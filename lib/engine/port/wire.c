/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_malloc.h>

#include "port/wire_priv.h"
#include "port/vdev.h"

#define BURST_USUAL 64
#define BURST_PS \
	5000000u /* what a turn that is this late may bring: later ones are stalls, and are logged as such */
#define PS_PER_S       1000000000000u
#define SHORTEST_FRAME 64u

_Static_assert(OVR_PLAN_WIRE_QUEUES_MAX <= RTE_PMD_RING_MAX_RX_RINGS, "an end has so many receive queues");
_Static_assert(OVR_PLAN_WIRE_QUEUES_MAX <= RTE_PMD_RING_MAX_TX_RINGS, "an end has so many transmit queues");

uint32_t
ovr_wire_burst_max(uint32_t rxd, uint64_t line_bps)
{
	uint64_t late = ovr_frame_line_pps(line_bps, SHORTEST_FRAME) * BURST_PS / PS_PER_S + 1;
	uint64_t most = RTE_MIN(RTE_MAX(late, (uint64_t)BURST_USUAL), (uint64_t)WIRE_BURST_MAX);

	return (uint32_t)RTE_MIN(RTE_MAX(rxd / 4, 1u), most);
}

static struct rte_ring *
make_ring(const char *name, unsigned int n, uint32_t slots, struct ovr_err *err)
{
	char full[RTE_RING_NAMESIZE];
	struct rte_ring *ring;

	snprintf(full, sizeof(full), "ovr_%s%u", name, n);
	ring = rte_ring_create(
		full, slots, (int)rte_socket_id(), RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ);
	if (ring == NULL)
		ovr_err_set(err, -ENOMEM, "wire: no memory for a ring of %u slots: %s", slots,
			rte_strerror(rte_errno));
	return ring;
}

/*
 * rte_eth_from_rings() wants rings in both directions; one without frames serves for the other
 * direction.
 */
static int
make_port(struct ovr_wire *wire, unsigned int end, struct rte_ring **rx, uint16_t n_rx, struct rte_ring **tx,
	uint16_t n_tx, struct ovr_err *err)
{
	char name[32];
	int id;

	snprintf(name, sizeof(name), "ovr_wire%u", end);
	id = rte_eth_from_rings(name, rx, n_rx, tx, n_tx, rte_socket_id());
	if (id < 0)
		return ovr_err_set(
			err, -EIO, "wire:%u: the port cannot be made: %s", end, rte_strerror(rte_errno));
	wire->port_id[end] = id;
	if (ovr_vdev_name((uint16_t)id, wire->port_name[end]) != 0)
		return ovr_err_set(err, -EIO, "wire:%u: the port has no name", end);
	return 0;
}

static int
make_ports(struct ovr_wire *wire, struct ovr_err *err)
{
	int status;

	if (wire->is_loop) {
		status = make_port(wire, 0, wire->rx, wire->n_rx, wire->tx, wire->n_tx, err);
		wire->port_id[1] = wire->port_id[0];
		return status;
	}
	for (unsigned int end = 0; end < 2; end++) {
		wire->unused[end] = make_ring("unused", end, 1, err);
		if (wire->unused[end] == NULL)
			return -ENOMEM;
	}
	status = make_port(wire, 0, &wire->unused[0], 1, wire->tx, wire->n_tx, err);
	if (status == 0)
		status = make_port(wire, 1, wire->rx, wire->n_rx, &wire->unused[1], 1, err);
	return status;
}

/* The two ends share one speed: that of the key, of --line, or 10G. */
static int
choose_speed(struct ovr_wire *wire, const struct ovr_plan_ports *ports, const struct ovr_wire_conf *conf,
	struct ovr_err *err)
{
	uint64_t tx_bps = ports->tx.conf.wire.speed_bps;

	if (tx_bps != 0 && conf->speed_bps != 0 && tx_bps != conf->speed_bps)
		return ovr_err_set(
			err, -EINVAL, "wire: its two ends were given different speeds; accepted: one speed");
	wire->line_bps = conf->speed_bps != 0 ? conf->speed_bps
		: tx_bps != 0                 ? tx_bps
		: ports->line_bps != 0        ? ports->line_bps
					      : OVR_WIRE_LINE_BPS;
	wire->ps_per_byte = 8 * (uint64_t)PS_PER_S / wire->line_bps;
	wire->shortest_ps = (SHORTEST_FRAME + OVR_FRAME_OVERHEAD_BYTES) * wire->ps_per_byte;
	wire->burst_max = ovr_wire_burst_max(ports->rxd, wire->line_bps);
	return 0;
}

/* Room for all frames that can be on a line that long, duplicates included. */
static int
make_delay(struct ovr_wire *wire, const struct ovr_wire_conf *conf, struct ovr_err *err)
{
	uint64_t frames;

	if (conf->delay_ns == 0)
		return 0;
	wire->delay_ps = conf->delay_ns * 1000;
	frames = 2 * (wire->delay_ps / (84 * wire->ps_per_byte) + 2 * WIRE_BURST_MAX + OVR_IMPAIR_OUT_MAX);
	wire->delayed_size = rte_align64pow2(frames);
	wire->delayed = calloc(wire->delayed_size, sizeof(*wire->delayed));
	if (wire->delayed == NULL)
		return ovr_err_set(err, -ENOMEM,
			"wire: no memory for the %llu frames that a delay of %llu ns holds",
			(unsigned long long)frames, (unsigned long long)conf->delay_ns);
	memset(wire->delayed, 0xff, wire->delayed_size * sizeof(*wire->delayed));
	return 0;
}

int
ovr_wire_create(const struct ovr_plan_ports *ports, uint64_t seed, const struct ovr_clock *clock,
	struct rte_mempool *copies, struct ovr_wire **ret_wire, struct ovr_err *err)
{
	const struct ovr_wire_conf *conf = &ports->rx.conf.wire;
	struct ovr_wire *wire;
	int status;

	wire = rte_zmalloc("ovr_wire", sizeof(*wire), OVR_STAT_LINE_BYTES);
	if (wire == NULL)
		return ovr_err_set(err, -ENOMEM, "wire: no memory");
	wire->clock = *clock;
	wire->n_tx = ports->txq;
	wire->n_rx = ports->rxq;
	wire->rotate_frames = conf->rotate_frames;
	wire->is_loop = strcmp(ports->tx.details, ports->rx.details) == 0;
	wire->port_id[0] = wire->port_id[1] = -1;
	ovr_rss_init(&wire->rss, ovr_rss_default_key);
	for (unsigned int i = 0; i < OVR_RSS_RETA_SIZE; i++)
		wire->reta[i] = (uint16_t)(i % wire->n_rx);
	status = choose_speed(wire, ports, conf, err);
	for (unsigned int q = 0; q < wire->n_tx && status == 0; q++)
		if ((wire->tx[q] = make_ring("tx", q, ports->txd, err)) == NULL)
			status = -ENOMEM;
	for (unsigned int q = 0; q < wire->n_rx && status == 0; q++)
		if ((wire->rx[q] = make_ring("rx", q, ports->rxd, err)) == NULL)
			status = -ENOMEM;
	if (status == 0)
		status = make_delay(wire, conf, err);
	if (status == 0 && ovr_wire_conf_impairs(conf))
		status = ovr_impair_create(conf, seed, copies, &wire->impair, err);
	if (status == 0)
		status = make_ports(wire, err);
	if (status != 0) {
		ovr_wire_destroy(wire);
		return status;
	}
	ovr_wire_begin(wire);
	ovr_wire_set_epoch(wire, ovr_clock_cycles());
	*ret_wire = wire;
	return 0;
}

static void
free_ring(struct rte_ring *ring)
{
	void *frame;

	if (ring == NULL)
		return;
	while (rte_ring_dequeue(ring, &frame) == 0)
		rte_pktmbuf_free(frame);
	rte_ring_free(ring);
}

void
ovr_wire_destroy(struct ovr_wire *wire)
{
	if (wire == NULL)
		return;
	for (unsigned int end = 0; end < 2; end++)
		if (wire->port_id[end] >= 0 && (end == 0 || !wire->is_loop)) {
			rte_eth_dev_close((uint16_t)wire->port_id[end]);
			/* the ring driver's device outlives its port */
			rte_vdev_uninit(wire->port_name[end]);
		}
	for (unsigned int q = 0; q < OVR_PLAN_WIRE_QUEUES_MAX; q++) {
		free_ring(wire->tx[q]);
		free_ring(wire->rx[q]);
	}
	free_ring(wire->unused[0]);
	free_ring(wire->unused[1]);
	for (; wire->delayed_tail != wire->delayed_head; wire->delayed_tail++)
		rte_pktmbuf_free(wire_delayed_at(wire, wire->delayed_tail)->frame);
	free(wire->delayed);
	ovr_impair_destroy(wire->impair);
	rte_free(wire);
}

uint16_t
ovr_wire_port_id(const struct ovr_wire *wire, unsigned int end)
{
	return (uint16_t)wire->port_id[end];
}

uint64_t
ovr_wire_line_bps(const struct ovr_wire *wire)
{
	return wire->line_bps;
}

void
ovr_wire_set_epoch(struct ovr_wire *wire, uint64_t epoch_cycles)
{
	wire->epoch_cycles = epoch_cycles;
}

void
ovr_wire_begin(struct ovr_wire *wire)
{
	wire->paused_ps = 0;
	wire->free_at_ps = 0;
	wire->idle = true;
	wire->idle_ps = 0;
	wire->last_turn_ps = 0;
	wire->next_tx = 0;
	wire->rotation = 0;
	wire->rotate_left = wire->rotate_frames;
	ovr_stat_set(&wire->tx_frames, 0);
	ovr_stat_set(&wire->paused_total_ps, 0);
	for (unsigned int q = 0; q < wire->n_rx; q++) {
		ovr_stat_set(&wire->rx_frames[q], 0);
		ovr_stat_set(&wire->rx_missed[q], 0);
	}
	if (wire->impair != NULL) {
		ovr_impair_begin(wire->impair);
		wire_count_inside(wire);
	}
}

uint64_t
ovr_wire_turns(const struct ovr_wire *wire)
{
	return ovr_stat_read(&wire->turns);
}

uint64_t
ovr_wire_frames_under_way(const struct ovr_wire *wire)
{
	uint64_t n = ovr_stat_read(&wire->inside);

	for (unsigned int q = 0; q < wire->n_tx; q++)
		n += rte_ring_count(wire->tx[q]);
	return n;
}

uint64_t
ovr_wire_frames_inside(const struct ovr_wire *wire)
{
	uint64_t n = ovr_wire_frames_under_way(wire);

	for (unsigned int q = 0; q < wire->n_rx; q++)
		n += rte_ring_count(wire->rx[q]);
	return n;
}

uint32_t
ovr_wire_ring_used(const struct ovr_wire *wire, uint16_t queue, uint32_t *ret_size)
{
	*ret_size = rte_ring_get_capacity(wire->rx[queue]);
	return rte_ring_count(wire->rx[queue]);
}

uint16_t
ovr_wire_queue_of(const struct ovr_wire *wire, const struct ovr_frame_flow *flow)
{
	return wire->reta[ovr_rss_hash_flow(&wire->rss, flow) % OVR_RSS_RETA_SIZE];
}

void
ovr_wire_counters_read(const struct ovr_wire *wire, struct ovr_wire_counters *ret_counters)
{
	memset(ret_counters, 0, sizeof(*ret_counters));
	ret_counters->tx_frames = ovr_stat_read(&wire->tx_frames);
	ret_counters->paused_ns = ovr_stat_read(&wire->paused_total_ps) / 1000;
	for (unsigned int q = 0; q < wire->n_rx; q++) {
		ret_counters->rx_frames[q] = ovr_stat_read(&wire->rx_frames[q]);
		ret_counters->rx_missed[q] = ovr_stat_read(&wire->rx_missed[q]);
	}
}

const struct ovr_impair *
ovr_wire_impair(const struct ovr_wire *wire)
{
	return wire->impair;
}
