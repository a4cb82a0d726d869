/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Which trials is a burst search made of? A frozen plan in, frozen plans of trials out. Pure.
 */
#pragma once

#include "method/back_to_back.h"
#include "plan/plan.h"

/**
 * Check and freeze what `overrun burst` was asked for.
 * @return 0; what ovr_plan_freeze() refuses; -EINVAL: an option that a burst search does not take, or frames of several sizes
 */
int ovr_burst_plan_freeze(struct ovr_plan *plan, struct ovr_err *err);

/**
 * @return whether the sender keeps the TX ring full and the port makes the gaps: a wire or a NIC sends no faster than its line;
 *         what stands behind sockets and virtual devices may take frames at any rate, and is sent to at the line's pace
 */
bool ovr_burst_is_ahead(const struct ovr_plan *plan);

/** @param frames burst length, ≥ 1 @return the trial of one burst */
struct ovr_plan ovr_burst_trial_of(const struct ovr_plan *plan, uint64_t frames);

/** @return the search's goal on a line that carries max_fps of these frames, which is > 0 */
struct ovr_method_burst_goal ovr_burst_goal_of(const struct ovr_plan *plan, double max_fps);
