/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What all ends have told of a trial so far, as one sample and one reading for a live view.
 *
 * Heartbeats of different ends are up to a second apart, so sums over ends lag by as much. Control
 * thread.
 */
#pragma once

#include "caller/conduct.h"
#include "halves/document.h"
#include "trial/trial.h"

/** The state. Zeroed but for hooks and total_ns: nothing was told. */
struct ovr_caller_so_far {
	const struct ovr_trial_hooks *hooks; /**< who looks; lent */
	uint64_t total_ns;                   /**< how long the trial should send; 0: unknown */
	/** what each end has counted, by its place in the conductor */
	struct ovr_result_sample end[OVR_CONDUCT_ENDS_MAX];
	struct ovr_live_classes classes[OVR_CONDUCT_ENDS_MAX]; /**< of those that receive */
	struct ovr_result_sample last;                         /**< all ends, when they were last shown */
	uint64_t last_ns;
};

/**
 * Take what one end told, and show what all have told, once a second.
 * @param index the end's place
 * @param told its half so far
 * @param elapsed_ns since the start
 */
void ovr_caller_so_far_take(struct ovr_caller_so_far *so_far, uint32_t index,
	const struct ovr_half_document *told, uint64_t elapsed_ns);

/** The trial is over: show its figures, where they are known. What was told last is older. */
void ovr_caller_so_far_end(struct ovr_caller_so_far *so_far, const struct ovr_result *result);
