/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Figures common to text and JSON of a selftest.
 *
 * Internal to report.
 */
#pragma once

#include "result/selftest.h"

/** Speeds that a sustained rate is compared with, ascending, ended by 0. */
extern const uint64_t ovr_selftest_lines_bps[];

/** @return the frames that such a line carries per second, of the selftest's sizes */
double ovr_selftest_line_pps(const struct ovr_result_selftest *selftest, uint64_t line_bps);

/**
 * @return bits per second on the line that @p pps of the selftest's frames take, preamble and gap
 * included
 */
double ovr_selftest_l1_bps(const struct ovr_result_selftest *selftest, double pps);

/**
 * @return the smallest power of two that each of a receive core's rings needs for its longest
 * stall; 0: not told
 */
uint64_t ovr_selftest_ring_for(
	const struct ovr_result_selftest *selftest, const struct ovr_result_core *core);

/** @return the last trial at the lowest rate that was not sustained; NULL: every rate was */
const struct ovr_result_subtrial *ovr_selftest_missed_trial(const struct ovr_result_selftest *selftest);
