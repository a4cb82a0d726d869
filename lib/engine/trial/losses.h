/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Loss events of a trial: followed while it runs, exact once it is over. Private to this module.
 * Control thread only.
 *
 * During the trial a loss appears once its numbers have left the window of its stream, and a
 * stream that moved between workers appears to lose the frames that another worker received. A log
 * that is full only counts further periods; their events have the time of the interval in which
 * the counters moved.
 */
#pragma once

#include "halves/halves.h"
#include "trial/workers.h"

/** Most loss events of a trial; beyond it the gap is doubled (method/loss_events.h). */
#define OVR_LOSSES_EVENTS 16384

/** What is followed. */
struct ovr_losses {
	struct ovr_loss_events seen;     /**< so far */
	struct ovr_loss_events unlisted; /**< of these: those that no log describes */
	uint64_t looked_at_ns;
	/**
	 * frames of the streams of each transmit queue, so far; without those of periods that a
	 * full log only counted, whose streams nobody knows
	 */
	uint64_t of_queue[OVR_PLAN_QUEUES_MAX];
	struct {
		uint64_t n_kept, n_dropped, dropped_frames;
	} before[OVR_PLAN_WORKERS_MAX]; /**< each worker's log at the last look */
};

/**
 * @param event_gap_ns losses at most this far apart are one event
 * @return 0; -ENOMEM
 */
int ovr_losses_init(struct ovr_losses *losses, uint64_t event_gap_ns, struct ovr_err *err);

/** Zeroed ones are allowed. */
void ovr_losses_done(struct ovr_losses *losses);

/** Add the loss periods that the logs have gained since the last call. The workers may run. */
void ovr_losses_look(struct ovr_losses *losses, const struct ovr_workers *workers, uint64_t now_ns);

/**
 * Give the receiver's half what was followed, up to the end of the streams. Its trackers are
 * finished.
 */
void ovr_losses_give(struct ovr_losses *losses, const struct ovr_workers *workers, uint64_t sent_until_ns,
	struct ovr_half_receiver *receiver);
