/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Loss events of a trial: followed while it runs, exact once it is over. Private to this module.
 * Control thread only.
 *
 * While it runs a loss is known once its numbers have left the window of its stream, and a stream
 * that moved between workers looks as if it had lost what another one got. Periods that find no
 * room in their worker's log are not described there; that there were some in an interval is seen
 * from the log's counters, so their events have the interval's time.
 */
#pragma once

#include "method/loss_events.h"
#include "trial/workers.h"

/** Most loss events that are told apart by the gap that was asked for. */
#define OVR_LOSSES_EVENTS 16384

/** What is followed. */
struct ovr_losses {
	struct ovr_loss_events seen;     /**< so far */
	struct ovr_loss_events unlisted; /**< of these: those that no log describes */
	uint64_t looked_at_ns;
	struct {
		uint64_t n_kept, n_dropped, dropped_frames;
	} before[OVR_PLAN_WORKERS_MAX]; /**< each worker's log at the last look */
};

/** @return 0; -ENOMEM */
int ovr_losses_init(struct ovr_losses *losses, const struct ovr_plan *plan, struct ovr_err *err);

/** Zeroed ones are allowed. */
void ovr_losses_done(struct ovr_losses *losses);

/** Take in what the logs have gained. The workers may run. */
void ovr_losses_look(struct ovr_losses *losses, const struct ovr_workers *workers, uint64_t now_ns);

/**
 * The workers are at rest, and @p result has its loss periods: make its events of these, and of
 * what the logs had no room for. The list of events becomes the result's.
 */
void ovr_losses_collect(struct ovr_losses *losses, const struct ovr_workers *workers, uint64_t sent_until_ns,
	struct ovr_result *result);
