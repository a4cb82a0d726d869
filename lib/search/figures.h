/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What do the trials of a search say together? Results in, figures out; pure. Private to this module.
 */
#pragma once

#include "base/err.h"
#include "result/search.h"

/**
 * What the sender did outside its stalls in a flood, in frames/s: the share of the time for which its worst core was stalled
 * is left out, at most half of it.
 */
double ovr_search_flood_fps(const struct ovr_result *result);

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
