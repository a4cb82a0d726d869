/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * State shared by the files of the wire. wire.c has setup, teardown and counters, for the control
 * thread; wire_turn.c has one turn of the line, for the core that runs it.
 */
#pragma once

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "frame/rss.h"
#include "port/wire.h"
#include "stat/stat.h"

/* Most frames that arrive in one turn, whatever the line. */
#define WIRE_BURST_MAX 256

/* A frame in flight on a line with delay. */
struct wire_delayed {
	struct rte_mbuf *frame;
	uint64_t due_ps;
};

struct ovr_wire {
	/* read by the owner every turn */
	struct ovr_clock clock;
	uint64_t epoch_cycles;
	uint64_t ps_per_byte;
	uint64_t shortest_ps; /* what the shortest frame takes */
	uint64_t paused_ps;   /* line time = wall time − this */
	uint64_t free_at_ps;  /* when the line is done with its last frame */
	bool idle;
	uint64_t idle_ps;      /* for how long by now … */
	uint64_t last_turn_ps; /* … as of this line time; both with impairments only */
	uint16_t n_tx, n_rx;
	uint16_t next_tx; /* whose turn it is */
	uint32_t burst_max;
	struct rte_ring *tx[OVR_PLAN_WIRE_QUEUES_MAX];
	struct rte_ring *rx[OVR_PLAN_WIRE_QUEUES_MAX];
	struct ovr_impair *impair;
	uint64_t delay_ps;
	struct wire_delayed *delayed; /* ring, delayed_size a power of two */
	uint64_t delayed_size, delayed_head, delayed_tail;
	uint64_t rotate_frames, rotate_left;
	uint16_t rotation;
	uint16_t reta[OVR_RSS_RETA_SIZE];
	struct ovr_rss rss;

	/* written by the owner, read by anybody */
	_Alignas(OVR_STAT_LINE_BYTES) struct ovr_stat tx_frames;
	struct ovr_stat paused_total_ps;
	struct ovr_stat inside; /* delayed or held back */
	struct ovr_stat turns;  /* finished */
	struct ovr_stat rx_frames[OVR_PLAN_WIRE_QUEUES_MAX];
	struct ovr_stat rx_missed[OVR_PLAN_WIRE_QUEUES_MAX];

	/* control */
	_Alignas(OVR_STAT_LINE_BYTES) uint64_t line_bps;
	bool is_loop;
	int port_id[2];
	char port_name[2][RTE_ETH_NAME_MAX_LEN];
	struct rte_ring *unused[2]; /* what a port needs in the direction that carries nothing */
};

static inline const struct wire_delayed *
wire_delayed_at(const struct ovr_wire *wire, uint64_t at)
{
	return &wire->delayed[at & (wire->delayed_size - 1)];
}

/* Frames that are in no ring. */
static inline void
wire_count_inside(struct ovr_wire *wire)
{
	ovr_stat_set(&wire->inside, wire->delayed_head - wire->delayed_tail + ovr_impair_held(wire->impair));
}
