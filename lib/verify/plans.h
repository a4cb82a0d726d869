/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Which trials overflow a ring so that it is known by how much? A frozen plan in, frozen plans of trials out. Pure.
 */
#pragma once

#include "plan/plan.h"
#include "result/verify.h"

/** @return 0; what ovr_plan_freeze() refuses; -EINVAL: an option that a verification does not take, or a wire that impairs */
int ovr_verify_plan_freeze(struct ovr_plan *plan, struct ovr_err *err);

/** @return the long settling time: 50 times the plan's, at least 1 s */
uint64_t ovr_verify_settle_ns(const struct ovr_plan *plan);

/**
 * Trial @p index: an unread ring, and a receiver that is held again and again, each with a short and a long settling time before
 * the counters are read; four different amounts.
 * @param index 0 … OVR_RESULT_VERIFY_TRIALS - 1
 */
struct ovr_plan ovr_verify_trial_of(const struct ovr_plan *plan, uint32_t index, bool *ret_is_settled);
