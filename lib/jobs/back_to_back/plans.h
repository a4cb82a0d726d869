/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Plans of the trials of a burst search. A frozen plan in, frozen plans of trials out. Pure.
 */
#pragma once

#include "method/back_to_back.h"
#include "plan/plan.h"

/**
 * Check and freeze what `overrun burst` was asked for.
 * @return 0; what ovr_plan_freeze() refuses; -EINVAL: an option that a burst search does not take,
 * or frames of several sizes
 */
int ovr_back_to_back_plan_freeze(struct ovr_plan *plan, struct ovr_err *err);

/**
 * @return whether the sender keeps the TX ring full and the port makes the gaps: a wire or a NIC
 * sends no faster than its line;
 *         what stands behind sockets and virtual devices may take frames at any rate, and is sent
 *         to at the line's pace
 */
bool ovr_back_to_back_is_ahead(const struct ovr_plan_ports *ports);

/**
 * The trial of one burst: a plan that ovr_series_trial() takes as it is, since it asks for no more
 * than the frozen one did.
 * @param frames burst length, ≥ 1
 */
struct ovr_plan ovr_back_to_back_trial_of(const struct ovr_plan *plan, uint64_t frames);

/**
 * @param attempts bursts of one length, before losses are believed
 * @return the search's goal on a line that carries max_pps of these frames, which is > 0
 */
struct ovr_method_back_to_back_goal ovr_back_to_back_goal_of(
	const struct ovr_plan_back_to_back *search, uint32_t attempts, double max_pps);
