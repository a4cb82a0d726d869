/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Figures of a search, over its trials. Results in, figures out; pure. Private to this module.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "result/search.h"

/** @return whether stalls of the sender's worst core took more of a trial's time than this share */
bool ovr_search_was_stalled(const struct ovr_result *result, double tolerance_ratio);

/**
 * Take what the sender sent when as much as goes was asked of it: the most that was sent in any
 * such trial is the limit.
 * @param is_bounded the plan says what as much as goes is: the line, or --max-rate
 */
void ovr_search_take_limit(struct ovr_result_search_size *size, const struct ovr_result *result,
	bool is_bounded, double tolerance_ratio);

/**
 * The lowest load of a size, from --min-rate; or a thousandth of its tester limit, which is known.
 * @param min_rate value 0: not asked for
 * @param mix what is sent
 * @param line_bps 0: unknown
 * @return whether there is a load to try; if not, its reason says why
 */
bool ovr_search_set_lowest(const struct ovr_rate *min_rate, const struct ovr_mix *mix, uint64_t line_bps,
	struct ovr_result_search_size *size);

/** A trial as a search takes it. @param intended_pps > 0 */
struct ovr_method_trial ovr_search_trial_of(
	const struct ovr_result_summary *summary, double intended_pps, uint64_t duration_ns);

/**
 * The search for a size is over: its loads, counts, forwarding rates and what was sent at most,
 * from the trials.
 * @return 0; -ENOMEM
 */
int ovr_search_close_size(struct ovr_result_search *search, uint32_t index, struct ovr_err *err);

/**
 * Why goals of a size have no answer, or none as narrow as required, into its reason; nothing where
 * all have.
 */
void ovr_search_judge_size(const struct ovr_result_search *search, struct ovr_result_search_size *size);

/**
 * The verdict of a search that is not void, and a reason that speaks of every size without an
 * answer as narrow as required.
 */
void ovr_search_judge(struct ovr_result_search *search);
