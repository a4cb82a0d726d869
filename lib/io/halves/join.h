/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The result of a trial from its two halves. Pure.
 *
 * Losses exist only between two halves: where one of them is unknown, what was sent or what arrived
 * is unknown, nothing is lost, and the trial is void. What the other half tells is in the result.
 */
#pragma once

#include "base/err.h"
#include "halves/halves.h"

/**
 * Join the halves of a finished trial: what was sent with what arrived, losses with stalls,
 * accounts with their counters; and close the books.
 * @param[in,out] halves the result takes over their lists; the caller calls ovr_halves_done()
 * @param[in,out] result has plan (with the trial's id), environment, notes; gets everything else
 * @return 0, whatever the verdict is; -ENOMEM
 */
int ovr_halves_join(struct ovr_halves *halves, struct ovr_result *result, struct ovr_err *err);

/**
 * The same of ends whose workers still run, as far as their counters tell: streams, sizes, loss
 * periods, stalls and latency are left out, and so are the wire's impairments. The books stay open.
 * @param[in,out] result has plan, environment, notes and why it is void
 * @return 0; -ENOMEM
 */
int ovr_halves_join_so_far(struct ovr_halves *halves, struct ovr_result *result, struct ovr_err *err);
