/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The wire: an emulated cable between two emulated NICs, in this process. It is the reference for
 * tests of everything else, so its rules are exact.
 *
 * - A TX ring has `txd` slots, each RX queue's ring `rxd`: rte_rings behind rte_eth_from_rings(),
 *   so that workers speak ethdev.
 * - A frame leaves the TX ring when its last bit is on the line. It costs (size + 20) · 8 bit
 *   times. Several TX rings take turns, frame by frame.
 * - An idle line accumulates no credit: the first frame after idle time starts when the wire first
 *   sees it.
 * - At most ovr_wire_burst_max() frames arrive per turn of the core that runs the wire. Time for
 *   more frames than that is taken out of the line's clock: a stall of that core pauses the line
 *   and does not cause a burst afterwards.
 * - RSS (Toeplitz, indirection table) chooses the RX queue. A frame that finds its ring full is
 *   dropped and counted: rx_qN_missed.
 *
 * Owner: the worker that runs the wire (ovr_wire_poll()). Counters: any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "clock/clock.h"
#include "plan/plan.h"
#include "port/impair.h"

struct rte_mempool;
struct ovr_wire;

/** Line speed in bit/s of a wire whose ends name none. */
#define OVR_WIRE_LINE_BPS UINT64_C(10000000000)

/** What the wire has counted since ovr_wire_begin(). */
struct ovr_wire_counters {
	uint64_t tx_frames;                           /**< that left the TX rings */
	uint64_t rx_frames[OVR_PLAN_WIRE_QUEUES_MAX]; /**< put into each RX ring */
	uint64_t rx_missed[OVR_PLAN_WIRE_QUEUES_MAX]; /**< dropped at a full RX ring */
	uint64_t paused_ns;                           /**< time taken out of the line's clock */
};

/**
 * @return most frames that arrive in one turn: what the line carries in the 5 us by which a turn
 * may be late before it is a stall,
 *         at least 64 and at most 256, but no more than a quarter of an RX ring; ≥ 1
 */
uint32_t ovr_wire_burst_max(uint32_t rxd, uint64_t line_bps);

/**
 * Make the rings and the two ports of a plan whose ports are both wire:. EAL runs.
 * @param seed of impairments
 * @param copies pool for duplicates and damaged frames; may be NULL if the plan has none
 * @return 0; -ENOMEM, -EINVAL (speeds differ), -EIO
 */
int ovr_wire_create(const struct ovr_plan_ports *ports, uint64_t seed, const struct ovr_clock *clock,
	struct rte_mempool *copies, struct ovr_wire **ret_wire, struct ovr_err *err);

/** Remove ports and rings, free the frames in them. The ports are stopped. NULL is allowed. */
void ovr_wire_destroy(struct ovr_wire *wire);

/**
 * @return the ethdev port id of the end that sends (0) or receives (1); they are the same for a
 * loopback plug
 */
uint16_t ovr_wire_port_id(const struct ovr_wire *wire, unsigned int end);

/** @return line speed in bit/s */
uint64_t ovr_wire_line_bps(const struct ovr_wire *wire);

/** Begin: counters and impairments from zero, the line idle. The wire is at rest and empty. */
void ovr_wire_begin(struct ovr_wire *wire);

/** Set the line's clock to 0 at @p epoch_cycles. The wire is at rest. */
void ovr_wire_set_epoch(struct ovr_wire *wire, uint64_t epoch_cycles);

/** One turn. Owner only. */
void ovr_wire_poll(struct ovr_wire *wire, uint64_t now_cycles);

/** @return turns that are finished. Any thread. */
uint64_t ovr_wire_turns(const struct ovr_wire *wire);

/**
 * @return frames that no RX ring has yet: in TX rings, delayed, held back. What a turn has in hand
 * is not among them: where this is
 *         0, all have come once a turn that began later is finished (two more of ovr_wire_turns()).
 *         Any thread.
 */
uint64_t ovr_wire_frames_under_way(const struct ovr_wire *wire);

/**
 * @return frames in the wire: in TX rings, on the line, delayed, held back, in RX rings. Exact when
 *         owner and receivers are at rest.
 */
uint64_t ovr_wire_frames_inside(const struct ovr_wire *wire);

/** @return the RX queue that RSS chooses for a flow (before any rotation) */
uint16_t ovr_wire_queue_of(const struct ovr_wire *wire, const struct ovr_frame_flow *flow);

/** @return frames in an RX ring, of @p ret_size at most. Any thread. */
uint32_t ovr_wire_ring_used(const struct ovr_wire *wire, uint16_t queue, uint32_t *ret_size);

/** Read the counters. Any thread. */
void ovr_wire_counters_read(const struct ovr_wire *wire, struct ovr_wire_counters *ret_counters);

/** @return the impairments; NULL for a clean line */
const struct ovr_impair *ovr_wire_impair(const struct ovr_wire *wire);
