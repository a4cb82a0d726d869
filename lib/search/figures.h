/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What do the trials of a search say together? Results in, figures out; pure. Private to this module.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "result/search.h"

/**
 * What the sender did outside its stalls in a flood, in frames/s: the share of the time for which its worst core was stalled
 * is left out, at most half of it.
 */
double ovr_search_flood_fps(const struct ovr_result *result);

/**
 * The lowest load of a size, from --min-rate; or a thousandth of its ceiling, which is known.
 * @param line_bps 0: unknown
 * @return whether there is a load to try; if not, its reason says why
 */
bool ovr_search_set_lowest(
	const struct ovr_plan *plan, uint64_t line_bps, struct ovr_result_search_size *size);

/** A trial as a search takes it. @param asked_fps > 0 */
struct ovr_method_trial ovr_search_trial_of(
	const struct ovr_result_digest *digest, double asked_fps, uint64_t duration_ns);

/**
 * The search for a size is over: its loads, counts and forwarding rates, from the trials.
 * @return 0; -ENOMEM
 */
int ovr_search_close_size(struct ovr_result_search *search, uint32_t index, struct ovr_err *err);

/** Why a size has no answer, or none as asked, into its reason; nothing where it has. */
void ovr_search_judge_size(const struct ovr_result_search *search, struct ovr_result_search_size *size);
