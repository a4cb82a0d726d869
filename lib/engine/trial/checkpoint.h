/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Checkpoints of a running trial: the result so far. Private to this module. Control thread only.
 *
 * A result of the same form as the final one, void since it is unfinished, from counters that are
 * read while their owners write them. What only workers at rest can tell (stalls, latency, streams,
 * sizes, loss periods) is left out.
 */
#pragma once

#include "trial/phase.h"

struct ovr_checkpoint;

/**
 * Make ready to hand out the result so far every plan->checkpoint_ns.
 * @param base what is known before the trial starts: plan, environment, notes; outlives this
 * @param[out] ret_checkpoint NULL where nobody wants any
 * @return 0; -ENOMEM
 */
int ovr_checkpoint_create(const struct ovr_workers *workers, const struct ovr_result *base,
	const struct ovr_trial_hooks *hooks, struct ovr_checkpoint **ret_checkpoint, struct ovr_err *err);

/** NULL is allowed. */
void ovr_checkpoint_destroy(struct ovr_checkpoint *checkpoint);

/** Whether a checkpoint is due, at the end of an interval. NULL is allowed. */
void ovr_checkpoint_look(struct ovr_checkpoint *checkpoint, const struct ovr_monitor *monitor);
