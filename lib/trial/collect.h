/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * From workers at rest to a finished result. Private to this module. Control thread only.
 */
#pragma once

#include "trial/phase.h"

/** What Linux counted on each worker's core, in the order transmit, receive, wire. */
struct ovr_collect_cores {
	struct ovr_stall_core_delta tx[OVR_PLAN_WORKERS_MAX];
	struct ovr_stall_core_delta rx[OVR_PLAN_WORKERS_MAX];
	struct ovr_stall_core_delta wire;
};

/**
 * Finish the trackers, merge the workers, match losses with stalls, fill and close the ledger.
 * @param[in,out] result has plan, environment, notes; gets everything else
 * @return 0; -ENOMEM
 */
int ovr_collect(struct ovr_crew *crew, struct ovr_phase *phase, const struct ovr_place_host *host,
	const struct ovr_collect_cores *cores, struct ovr_result *result, struct ovr_err *err);

/**
 * The same from workers that run: what their counters say so far. Nothing is finished or closed.
 * @param so_far its watch, counters and sent_until_ns (now)
 * @param[in,out] result has plan, environment, notes and why it is void; series, outages and loss events are lent to it, its
 *                queues are the caller's to free
 * @return 0; -ENOMEM
 */
int ovr_collect_so_far(
	const struct ovr_crew *crew, const struct ovr_phase *so_far, struct ovr_result *result);
