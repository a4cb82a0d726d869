/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * How long did senders pause while a receiver did not poll? Pure; any thread.
 *
 * A sender that comes back from a stall skips the slots that are older than a burst and makes up
 * for the others: the slots that it skipped did not come, and the others came. Where some were
 * refused, or come behind the time that is looked at, or are more than a sender makes up for, no
 * more is missing than what fell due in the stall. A core that runs the wire alone skips nothing:
 * what waited for it comes behind its stall, or within. So what is missing is known as a range.
 */
#pragma once

#include "result/result.h"

/** Pauses within some time, as time in which nothing came. */
struct ovr_pauses {
	double min_ns; /**< slots that were skipped in them */
	double max_ns; /**< and those that may not have been made up for; of several senders, its share */
};

/**
 * @return the pauses between two instants since the trial's epoch; those in the gaps between bursts
 *         are none
 */
struct ovr_pauses ovr_pauses_in(const struct ovr_result *result, uint64_t from_ns, uint64_t to_ns);

/**
 * The list of senders' stalls stands by worker and time.
 * @param at_place a place in result->tx_stall: 0, or behind the last stall of the sender before
 * @param[out] end_place behind this sender's last stall
 * @return the place in result->tx_stall of the first stall of the sender at @p at_place that ends
 *         behind @p ns
 */
uint64_t ovr_pauses_first_behind(
	const struct ovr_result *result, uint64_t at_place, uint64_t ns, uint64_t *end_place);
