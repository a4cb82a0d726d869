/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Figures of a selftest, over its trials. Results in, figures out; pure. Private to this module.
 */
#pragma once

#include "result/selftest.h"

/**
 * Figures by which a trial at a rate is judged. A loss period belongs to a stall if it began in it,
 * or while the backlog of the stall drained: until the receiver found the ring empty, and for the
 * ring's buffer time at most, since a stall leaves no more than a full ring. Losses of a trial's
 * first millisecond count as lost in a stall: the receiver's memory was cold.
 */
struct ovr_method_sustain_figures ovr_selftest_figures_of(const struct ovr_result *result);

/** Most loss periods of a trial that are kept once it was judged. */
#define OVR_SELFTEST_PERIODS 100
/** Most stalls of either side, but for those that one of these loss periods fell into. */
#define OVR_SELFTEST_STALLS 1000

/**
 * Keep the first loss periods and stalls of a trial that was judged, and count the others as not
 * kept: a receiver that is overrun on purpose, trial after trial, would fill memory and result with
 * them.
 */
void ovr_selftest_trim(struct ovr_result *result);

/**
 * @return the share of the attempted frames that the receiver had no room for: refused, or lost in
 * a ring
 */
double ovr_selftest_overrun_of(const struct ovr_result *result);

/**
 * Add a trial to the cores' stalls, and to their rates.
 * @param with_tx, with_rx whether it measured what a transmit core sends, and what a receive core
 * takes
 */
void ovr_selftest_add_cores(
	struct ovr_result_selftest *selftest, const struct ovr_result *result, bool with_tx, bool with_rx);

/** @return what the cores of one side carried outside their stalls, all together, in frames/s */
double ovr_selftest_pps_outside_stalls(const struct ovr_result_selftest *selftest, bool is_tx);

/**
 * The sustained rate is known, or there is none: what arrives at each core within its longest
 * stall.
 */
void ovr_selftest_close_cores(struct ovr_result_selftest *selftest);
