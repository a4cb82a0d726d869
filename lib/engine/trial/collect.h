/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The halves of a trial, collected from its workers. Private to this module. Control thread only.
 */
#pragma once

#include "trial/cores.h"
#include "trial/phase.h"

/**
 * Take the halves of the trial whose ends are here from workers at rest. An end elsewhere is
 * unknown.
 * @param[out] ret_halves zeroed; the caller calls ovr_halves_done(), also on failure
 * @return 0; -ENOMEM
 */
int ovr_collect(struct ovr_workers *workers, struct ovr_phase *phase, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *cores, struct ovr_halves *ret_halves, struct ovr_err *err);

/**
 * The same so far, from the counters of running workers. Trackers stay open. Series and loss events
 * are lent.
 * @param so_far its monitor, counters and sent_until_ns (now)
 * @param[out] ret_halves zeroed; the caller calls ovr_collect_so_far_done(), also on failure
 * @return 0; -ENOMEM
 */
int ovr_collect_halves_so_far(
	const struct ovr_workers *workers, const struct ovr_phase *so_far, struct ovr_halves *ret_halves);

/** Free what they own, and not what was lent to them; they are zeroed then. */
void ovr_collect_so_far_done(struct ovr_halves *halves);

/**
 * The result so far, of both halves, from the counters of running workers. The ledger stays open.
 * @param so_far its monitor, counters and sent_until_ns (now)
 * @param[in,out] result has plan, environment, notes and why it is void; series, outages and loss
 * events are lent to it, its queues are the caller's to free
 * @return 0; -ENOMEM
 */
int ovr_collect_so_far(
	const struct ovr_workers *workers, const struct ovr_phase *so_far, struct ovr_result *result);
