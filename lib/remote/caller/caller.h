/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Ends on several machines as one trial: the runner of a series whose plan has ports elsewhere.
 *
 * All plans that may come are announced first (ovr_series_expect()). The first trial opens a
 * session: every end is reached and told these plans. Ports stay open from trial to trial. A trial
 * that loses an end is void, what was known of each half is kept in files, and the next trial opens
 * a new session.
 *
 * This process has no EAL and owns the result. Control thread.
 */
#pragma once

#include "series/series.h"

/** Who conducts the trials of one command. */
struct ovr_caller;

/**
 * @param plan frozen, of the command; its ports, its file of hosts and where its result goes
 * @param[out] ret_caller the caller calls ovr_caller_close()
 * @return 0; -EINVAL: an agent would have to be two ends; -ENOMEM
 */
int ovr_caller_open(const struct ovr_plan *plan, struct ovr_caller **ret_caller, struct ovr_err *err);

/** @return the runner for ovr_series; lives as long as the caller */
const struct ovr_series_runner *ovr_caller_runner(struct ovr_caller *caller);

/** Give it up, after ovr_series_close(). NULL is allowed. */
void ovr_caller_close(struct ovr_caller *caller);
