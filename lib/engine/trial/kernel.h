/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file The kernels that a trial's frames pass: their counters before and after, and the accounts
 * of what they dropped. Private to this module. Control thread only.
 *
 * The namespaces of udp ports and those of --via are read; nothing is read where the plan has
 * neither. kernel/rules.h decides which counter owns a loss.
 */
#pragma once

#include "halves/halves.h"
#include "plan/plan.h"
#include "port/port.h"

/** Opaque: the namespaces of one trial. */
struct ovr_trial_kernel;

/**
 * Open the namespaces on the way of a plan's frames, in its order.
 * @param via outlives it
 * @param ip_version of the frames: 4 or 6
 * @param pair open; outlives it
 * @param[out] ret_kernel the caller closes it; NULL: there are none
 * @return 0; -ENOENT, -EPERM: a namespace of --via; -ENOMEM
 */
int ovr_trial_kernel_open(const struct ovr_plan_via *via, uint8_t ip_version,
	const struct ovr_port_pair *pair, struct ovr_trial_kernel **ret_kernel, struct ovr_err *err);

/** Close them. NULL is allowed. */
void ovr_trial_kernel_close(struct ovr_trial_kernel *kernel);

/**
 * Begin to count the drop reasons of a trial's frames, before the first of them. Loading the
 * program takes up to half a second. NULL is allowed.
 * @param trial_id of the frames
 */
void ovr_trial_kernel_watch(struct ovr_trial_kernel *kernel, uint32_t trial_id);

/**
 * Read all counters before the first frame. NULL is allowed.
 * @return 0; negative errno: a namespace cannot be read
 */
int ovr_trial_kernel_begin(struct ovr_trial_kernel *kernel, struct ovr_err *err);

/**
 * Read them again, once they have settled after the last frame. NULL is allowed. What cannot be
 * read is told by ovr_trial_kernel_book().
 * @param ended_early they are read as they stand: nobody waits for a half that ended early
 */
void ovr_trial_kernel_end(struct ovr_trial_kernel *kernel, bool ended_early);

/**
 * Add the accounts of what was dropped, with the sentences on what could not be seen. NULL is
 * allowed.
 * @param datagrams that the trial's receiving sockets read
 * @param sent frames of the trial
 * @param sent_again that a sending socket may have had dropped before it sent them again
 * @return 0; -ENOMEM
 */
int ovr_trial_kernel_book(const struct ovr_trial_kernel *kernel, uint64_t datagrams, uint64_t sent,
	uint64_t sent_again, struct ovr_half_common *common, struct ovr_err *err);
