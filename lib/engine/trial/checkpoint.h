/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Checkpoints of a running trial: the result so far. Private to this module. Control thread only.
 *
 * A checkpoint has the form of the final result, and is void since it is unfinished. Its counters
 * are read while their owners write them. Stalls, latency, streams, sizes and loss periods are
 * left out: they can be read only of workers at rest.
 */
#pragma once

#include "trial/phase.h"

struct ovr_checkpoint;

/**
 * Create the checkpoints of a trial: hooks->checkpoint gets the result so far every
 * plan->checkpoint_ns.
 * @param base what is known before the trial starts: plan, environment, notes; outlives this
 * @param[out] ret_checkpoint NULL where plan or hooks ask for none
 * @return 0; -ENOMEM
 */
int ovr_checkpoint_create(const struct ovr_workers *workers, const struct ovr_result *base,
	const struct ovr_trial_hooks *hooks, struct ovr_checkpoint **ret_checkpoint, struct ovr_err *err);

/** NULL is allowed. */
void ovr_checkpoint_destroy(struct ovr_checkpoint *checkpoint);

/** Whether a checkpoint is due, at the end of an interval. NULL is allowed. */
void ovr_checkpoint_look(struct ovr_checkpoint *checkpoint, const struct ovr_monitor *monitor);
