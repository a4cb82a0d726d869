/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Figures of each worker's core: polls, stalls, and the counters of Linux. Private to this module.
 * Control thread only.
 */
#pragma once

#include "halves/halves.h"
#include "trial/phase.h"

/** What Linux counted on each worker's core, in the order transmit, receive, wire. */
struct ovr_cores_deltas {
	struct ovr_stall_core_delta tx[OVR_PLAN_WORKERS_MAX];
	struct ovr_stall_core_delta rx[OVR_PLAN_WORKERS_MAX];
	struct ovr_stall_core_delta wire;
};

/** Fill workers and stalls of the sender's half. Workers are at rest. @return 0; -ENOMEM */
int ovr_cores_of_sender(const struct ovr_workers *workers, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *deltas, struct ovr_half *sender, struct ovr_err *err);

/** The same of the receiver's half. */
int ovr_cores_of_receiver(const struct ovr_workers *workers, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *deltas, struct ovr_half *receiver, struct ovr_err *err);
