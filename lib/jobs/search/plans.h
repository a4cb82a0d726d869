/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Plans of the trials of a search, and its goals. Pure; plans in, plans out.
 */
#pragma once

#include "base/err.h"
#include "method/goal.h"
#include "plan/plan.h"

/**
 * Check the plan of a search and freeze it.
 * @return 0; -EINVAL: an option that a search, or its algorithm, does not have is not at its
 * default; lengths that do not go
 *         together; a highest load below the lowest; what ovr_plan_freeze() refuses, for any of its
 *         sizes. Untouched on failure
 */
int ovr_search_plan_freeze(struct ovr_plan *plan, struct ovr_err *err);

/** @return how many sizes are searched for, one after the other: ≥ 1 */
uint32_t ovr_search_plan_sizes(const struct ovr_plan_sizes *sizes);

/**
 * The plan for one of the sizes, of the command OVR_PLAN_RUN.
 * @param plan frozen;
 * @param index < ovr_search_plan_sizes()
 */
void ovr_search_plan_of_size(const struct ovr_plan *plan, uint32_t index, struct ovr_plan *ret_plan);

/*
 * The plans of trials, frozen, from that of a size. Each is void for its books alone: how far it
 * fell short of its load is for the search to judge. Both return 0, or what ovr_plan_freeze()
 * refuses.
 */

/**
 * As much as goes: --max-rate, or what the line takes, or more than any core can do where the plan
 * does not tell the line.
 */
int ovr_search_plan_saturation(const struct ovr_plan *plan, struct ovr_plan *ret_plan, struct ovr_err *err);

/** @p pps for @p duration_ns. */
int ovr_search_plan_trial(const struct ovr_plan *plan, double pps, uint64_t duration_ns,
	struct ovr_plan *ret_plan, struct ovr_err *err);

/** @return goal @p index, with what is "auto" in the plan filled in */
struct ovr_method_goal ovr_search_goal_of(const struct ovr_plan *plan, uint32_t index);

/**
 * @return a rate in frames/s of these sizes on a line; 0: in % of a line that is not known (@p
 * line_bps 0)
 */
double ovr_search_pps_of(const struct ovr_mix *size, const struct ovr_rate *rate, uint64_t line_bps);
