/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Plans of the trials that overflow rings by known amounts, for any ring size and rate. Freezes the
 * plan of a verification, and makes the plans of its trials from it. Pure.
 */
#pragma once

#include "plan/plan.h"
#include "result/verify.h"

/**
 * Freeze the plan of a verification. When its trials end is not the plan's: its time stays open.
 * @return 0; what ovr_plan_freeze() refuses; -EINVAL: an option that a verification does not take,
 * a wire that impairs, or a rate
 *         that is a share of a line whose speed only the device knows; -ERANGE: a rate at which a
 *         trial takes longer than a minute
 */
int ovr_verify_plan_freeze(struct ovr_plan *plan, struct ovr_err *err);

/** @return the long settling time: 50 times that of the plan, at least 1 s */
uint64_t ovr_verify_settle_ns(uint64_t settle_ns);

/**
 * Trial @p index of a frozen plan: an unread ring (0, 1), and a receiver that is held (2, 3) once
 * or twice for three times what its rings last, 50 ms at least; each with a short and a long
 * settling time before the counters are read; four different amounts.
 * @param index 0 … OVR_RESULT_VERIFY_TRIALS - 1
 */
struct ovr_plan ovr_verify_trial_of(const struct ovr_plan *plan, uint32_t index, bool *ret_is_settled);
