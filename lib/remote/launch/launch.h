/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The launcher of a job (mpirun, prun, srun): who was started, and what each of them tells the
 * others, by PMIx. Nothing but the cards goes through it: as soon as they are exchanged, the
 * process has no part in it any more.
 *
 * The library of PMIx is opened in the process that calls, not before. It has threads while it is
 * open. Control thread.
 */
#pragma once

#include "launch/card.h"

struct ovr_launch;

/** How long all hosts of a job may take to tell their cards. */
#define OVR_LAUNCH_WAIT_S 60

/**
 * Whether this process can be part of a job. Cheap: nothing is opened.
 * @return 0; -ENOTSUP: built without PMIx; -ENOENT: no launcher has started it
 */
int ovr_launch_check(struct ovr_err *err);

/**
 * Become part of the job.
 * @param[out] ret_launch the caller calls ovr_launch_close()
 * @return 0; -ENOTSUP, -ENOENT as above; -ELIBACC: the library cannot be opened; -EPROTO: the
 *         launcher does not answer
 */
int ovr_launch_open(struct ovr_launch **ret_launch, struct ovr_err *err);

/** @return this process's number among those of the job, from 0 */
uint32_t ovr_launch_rank(const struct ovr_launch *launch);

/** @return how many processes the job has, 1 or more */
uint32_t ovr_launch_size(const struct ovr_launch *launch);

/**
 * Tell the own card, wait until all have told theirs, and read the first @p n of them. Blocks.
 * @param[out] ret_card by rank
 * @return 0; -EPROTO: the launcher refuses, or not all have told theirs in time; -EBADMSG: one is
 *         none
 */
int ovr_launch_exchange(struct ovr_launch *launch, const struct ovr_card *own, uint32_t n,
	struct ovr_card *ret_card, struct ovr_err *err);

/** Leave the job to its launcher. NULL is allowed. */
void ovr_launch_close(struct ovr_launch *launch);
