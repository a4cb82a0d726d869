/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Reading of running workers, for those who watch a trial. Private to this module. Control
 * thread only.
 *
 * Everything is read with relaxed loads of counters that have one writer. The workers are not
 * asked, stopped or written to.
 */
#pragma once

#include "live/live.h"
#include "trial/losses.h"
#include "trial/workers.h"

/** Position in each worker's log of stalls: of transmitters, receivers and the wire. */
struct ovr_reading_seen {
	uint64_t n_stalls[2 * OVR_PLAN_WORKERS_MAX + 1];
};

/**
 * Read what the trial has counted since its start.
 * @param since what the ports' counters have added
 * @param[in,out] seen zeroed at the start; stalls that are listed from here on are in the reading,
 * the latest OVR_LIVE_STALLS_MAX of them
 * @param[out] reading its times and link_lost are the caller's to set
 */
void ovr_reading_take(const struct ovr_workers *workers, const struct ovr_port_counters *since,
	const struct ovr_losses *losses, struct ovr_reading_seen *seen, struct ovr_live_reading *reading);
