/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Workers of one run with their schedules, templates, trackers and logs.
 *
 * They serve one run (a warm-up or the measurement) and are destroyed after it. Private to this
 * module. Control thread only.
 */
#pragma once

#include "capture/capture.h"
#include "env/cpu_map.h"
#include "plan/plan.h"
#include "port/port.h"
#include "worker/rx.h"
#include "worker/tx.h"

/** Stalls that one worker's log holds. */
#define OVR_WORKERS_STALLS 65536
/** Loss periods that one receive worker's log holds. */
#define OVR_WORKERS_PERIODS 65536

struct ovr_neighbours;
struct ovr_trial_kernel;

/** The workers and what they work with. */
struct ovr_workers {
	const struct ovr_plan *plan;
	const struct ovr_cpu_map *cpu_map;
	struct ovr_port_pair *pair;
	struct ovr_run run;
	struct ovr_clock_steady time; /**< the control thread's readings of the counter */
	uint32_t trial_id;
	uint64_t send_max_ns;              /**< sending ends by then: the range of the tag's time */
	struct ovr_neighbours *neighbours; /**< answer while the workers run; NULL: not needed */
	struct ovr_trial_kernel *kernel;   /**< counters of the kernels on the way; NULL: none is read */
	struct ovr_pace_conf pace;         /**< common to the schedules of all queues */
	struct ovr_mix mix;

	uint32_t n_streams;
	uint32_t stream_first;               /**< number of the first one; 0 but for one of several senders */
	uint32_t own_first, n_own;           /**< of these, those that this receiver is the one of */
	struct ovr_frame_template *template; /**< [(stream - stream_first) * n_sizes + size] */
	uint8_t *template_bytes;
	struct ovr_frame_flows *flows; /**< those of the templates */
	enum ovr_tx_copy copy;

	uint16_t n_tx_queues, n_rx_queues; /**< 0 of an end that is elsewhere */
	struct ovr_tx_queue *tx_queue[OVR_PLAN_QUEUES_MAX];
	struct ovr_rx_queue *rx_queue[OVR_PLAN_QUEUES_MAX];
	uint16_t n_tx, n_rx;
	struct ovr_tx_worker *tx[OVR_PLAN_WORKERS_MAX];
	struct ovr_rx_worker *rx[OVR_PLAN_WORKERS_MAX];
	struct ovr_seq_log log[OVR_PLAN_WORKERS_MAX]; /**< loss periods of each receive worker */
	struct ovr_wire_worker wire; /**< with a core of its own, if cpu_map->wire_cpu ≥ 0 */
};

/**
 * Make the workers.
 * @param templates frames of plan->templates; NULL: made here
 * @param duration_ns of sending; 0: until @p count is sent
 * @param count frames to send; 0: no limit
 * @return 0; -ENOMEM; what ovr_pace_init() and the templates refuse
 */
int ovr_workers_create(const struct ovr_plan *plan, const struct ovr_cpu_map *cpu_map,
	struct ovr_port_pair *pair, const struct ovr_clock *clock,
	const struct ovr_capture_templates *templates, uint32_t trial_id, uint64_t duration_ns,
	uint64_t count, struct ovr_workers **ret_workers, struct ovr_err *err);

/** Free it; the workers are at rest. NULL and half-made ones are allowed. */
void ovr_workers_destroy(struct ovr_workers *workers);

/** Start every worker on its core; they wait for run.epoch_cycles. @return 0; -EBUSY */
int ovr_workers_launch(struct ovr_workers *workers, struct ovr_err *err);

/** Set run.quit and wait until all workers have returned. */
void ovr_workers_join(struct ovr_workers *workers);

/** @return whether every transmitter is done; @p ret_done_ns: when the last one was */
bool ovr_workers_has_sent(const struct ovr_workers *workers, uint64_t *ret_done_ns);

/**
 * Part of ovr_workers_create(): fill in template, template_bytes, flows and copy (templates.c).
 * @return 0; -ENOMEM; what the templates refuse
 */
int ovr_workers_make_templates(
	struct ovr_workers *workers, const struct ovr_capture_templates *templates, struct ovr_err *err);

/**
 * @return the receive queue on which a stream's frames should arrive (templates.c); -1: unknown
 */
int ovr_workers_queue_of(const struct ovr_workers *workers, uint16_t stream);
