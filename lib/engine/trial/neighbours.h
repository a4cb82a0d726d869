/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file The tester as a neighbour: answers to those who ask for its test addresses, and a router
 * that is asked for its own. Private to this module. Control thread only.
 *
 * Before the workers run this thread owns all queues. While they run, receivers answer what they
 * meet on the receive port; what comes to a transmit port that is another one is answered here,
 * when the thread wakes. Nothing of it is on a wire, whose ends know each other.
 */
#pragma once

#include "capture/capture.h"
#include "result/result.h"
#include "trial/workers.h"

struct ovr_neighbours;

/**
 * Make ready to answer for the source addresses of all streams on the transmit port, for their
 * destinations on the receive port, for both where they are one.
 * @param pair outlives it
 * @param templates frames of plan->templates; NULL: made here
 * @return 0; -ENOMEM; what the templates refuse
 */
int ovr_neighbours_create(const struct ovr_plan *plan, struct ovr_port_pair *pair,
	const struct ovr_capture_templates *templates, struct ovr_neighbours **ret_neighbours,
	struct ovr_err *err);

/** Free it; no workers is attached. NULL is allowed. */
void ovr_neighbours_destroy(struct ovr_neighbours *neighbours);

/**
 * Send a learning frame each way, between the addresses of stream 0, until the one that goes the
 * way of the trial has arrived: what stands between the ports then forwards, and knows behind which
 * of its ports each address is. No workers runs.
 * @param trial_id of these frames: no other trial's
 * @param timeout_ns how long to try
 * @param stop may be NULL; set: give up
 * @return whether it arrived
 */
bool ovr_neighbours_learn(
	struct ovr_neighbours *neighbours, uint32_t trial_id, uint64_t timeout_ns, const atomic_bool *stop);

/**
 * Ask for the MAC address of plan->gateway on the transmit port.
 * @param stop may be NULL; set: give up
 * @param[out] ret_gateway its mac and resolve_ns
 * @return 0; -EHOSTUNREACH: no neighbour: it did not answer; -EINTR
 */
int ovr_neighbours_resolve(struct ovr_neighbours *neighbours, const atomic_bool *stop,
	struct ovr_result_gateway *ret_gateway, struct ovr_err *err);

/**
 * Send one frame of each stream through the router until it has arrived, so that the router knows
 * all of the way before anything is counted. The workers does not run. What did not arrive in time
 * is said in @p ret_gateway.
 * @param trial_id of these frames: no other trial's
 */
void ovr_neighbours_teach(struct ovr_neighbours *neighbours, const struct ovr_workers *workers,
	uint32_t trial_id, const atomic_bool *stop, struct ovr_result_gateway *ret_gateway);

/** The workers's workers are about to run: they answer from now on. */
void ovr_neighbours_attach(struct ovr_neighbours *neighbours, struct ovr_workers *workers);

/**
 * They have joined.
 * @return frames that the transmit port sent for us meanwhile, beside those of the streams
 */
uint64_t ovr_neighbours_detach(struct ovr_neighbours *neighbours);

/** Answer what came to the transmit port. NULL is allowed. Some microseconds. */
void ovr_neighbours_look(struct ovr_neighbours *neighbours);
