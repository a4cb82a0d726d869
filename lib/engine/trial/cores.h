/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Figures of each worker's core: polls, stalls, and the counters of Linux. Private to this module.
 * Control thread only.
 */
#pragma once

#include "trial/phase.h"

/** What Linux counted on each worker's core, in the order transmit, receive, wire. */
struct ovr_cores_deltas {
	struct ovr_stall_core_delta tx[OVR_PLAN_WORKERS_MAX];
	struct ovr_stall_core_delta rx[OVR_PLAN_WORKERS_MAX];
	struct ovr_stall_core_delta wire;
};

/** Fill a result's workers and stalls. Workers are at rest. @return 0; -ENOMEM */
int ovr_cores_collect(struct ovr_workers *workers, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *deltas, struct ovr_result *result, struct ovr_err *err);
