/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Neighbour discovery of the tester: answers to requests for its test addresses, and
 * resolution of the gateway's address. Private to this module. Control thread only.
 *
 * Before the workers run this thread owns all queues. While they run, receivers answer requests on
 * the receive port; requests on a separate transmit port are answered here, when the thread wakes.
 * A wire needs none of this.
 */
#pragma once

#include "capture/capture.h"
#include "result/result.h"
#include "trial/workers.h"

struct ovr_neighbours;

/**
 * Create an answerer for the source addresses of all streams on the transmit port, and for their
 * destinations on the receive port; for both where they are one port.
 * @param frames outlives it, as does @p pair
 * @param templates those of --templates; NULL: made here
 * @return 0; -ENOMEM; what the templates refuse
 */
int ovr_neighbours_create(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames,
	struct ovr_port_pair *pair, const struct ovr_capture_templates *templates,
	struct ovr_neighbours **ret_neighbours, struct ovr_err *err);

/** Free it; no workers are attached. NULL is allowed. */
void ovr_neighbours_destroy(struct ovr_neighbours *neighbours);

/**
 * Send learning frames both ways between the addresses of stream 0 until one has arrived in the
 * direction of the trial: the device between the ports then forwards, and has learnt the port of
 * each address. No worker runs.
 * @param trial_id of these frames: no other trial's
 * @param timeout_ns how long to try
 * @param stop may be NULL; set: give up
 * @return whether it arrived
 */
bool ovr_neighbours_learn(
	struct ovr_neighbours *neighbours, uint32_t trial_id, uint64_t timeout_ns, const atomic_bool *stop);

/**
 * Send a frame from where the receive port's frames go to: a device between it and a sender
 * elsewhere then knows the way, and need not send them to all of its ports. No worker runs.
 * @param trial_id of this frame: no other trial's
 */
void ovr_neighbours_announce(struct ovr_neighbours *neighbours, uint32_t trial_id);

/**
 * Ask for the MAC address of --gateway on the transmit port.
 * @param stop may be NULL; set: give up
 * @param[out] ret_gateway its mac and resolve_ns
 * @return 0; -EHOSTUNREACH: no neighbour: it did not answer; -EINTR
 */
int ovr_neighbours_resolve(struct ovr_neighbours *neighbours, const atomic_bool *stop,
	struct ovr_result_gateway *ret_gateway, struct ovr_err *err);

/**
 * Send one frame of each stream through the router until it has arrived, so that the router has
 * resolved every address before the measurement. No worker runs. @p ret_gateway has the number of
 * streams that got through.
 * @param trial_id of these frames: no other trial's
 */
void ovr_neighbours_teach(struct ovr_neighbours *neighbours, const struct ovr_workers *workers,
	uint32_t trial_id, const atomic_bool *stop, struct ovr_result_gateway *ret_gateway);

/** Let the workers answer from now on; they are about to run. */
void ovr_neighbours_attach(struct ovr_neighbours *neighbours, struct ovr_workers *workers);

/**
 * Take the answering back from the workers, which have joined.
 * @return answers that the transmit port sent meanwhile, beside the frames of the streams
 */
uint64_t ovr_neighbours_detach(struct ovr_neighbours *neighbours);

/**
 * Answer the requests that have arrived on the transmit port. NULL is allowed. Some microseconds.
 */
void ovr_neighbours_look(struct ovr_neighbours *neighbours);
