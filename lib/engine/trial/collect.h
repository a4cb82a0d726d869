/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The finished result of a trial, collected from stopped workers. Private to this module. Control
 * thread only.
 */
#pragma once

#include "trial/cores.h"
#include "trial/phase.h"

/**
 * Take both halves of the trial from workers at rest, and join them (halves/join.h).
 * @param[in,out] result has plan, environment, notes; gets everything else
 * @return 0; -ENOMEM
 */
int ovr_collect(struct ovr_workers *workers, struct ovr_phase *phase, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *cores, struct ovr_result *result, struct ovr_err *err);

/**
 * The same so far, from the counters of running workers. Trackers stay open, and so does the
 * ledger.
 * @param so_far its monitor, counters and sent_until_ns (now)
 * @param[in,out] result has plan, environment, notes and why it is void; series, outages and loss
 * events are lent to it, its queues are the caller's to free
 * @return 0; -ENOMEM
 */
int ovr_collect_so_far(
	const struct ovr_workers *workers, const struct ovr_phase *so_far, struct ovr_result *result);
