/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Time series of a trial with a fixed maximum number of rows, however long the trial.
 *
 * One row per interval, until the rows are all in use; then every two neighbours become one, and
 * from there on each row takes twice as many intervals. Nothing is lost but resolution: the sums
 * over the rows are those over the intervals. All rows but the last one hold the same number of
 * intervals.
 *
 * Pure: the one who adds owns it. Nothing is allocated after ovr_samples_init().
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "result/result.h"

/** A time series. Fields are the module's; read row, n_rows and intervals_per_row. */
struct ovr_samples {
	struct ovr_result_sample *row; /**< in order of time */
	uint32_t n_rows;
	uint32_t limit;             /**< most rows */
	uint64_t intervals_per_row; /**< 1, 2, 4, … */
	uint64_t n_in_last; /**< intervals in the last row, 1 … intervals_per_row; 0: there is no row */
};

/** @param limit most rows, at least 2 @return 0; -EINVAL; -ENOMEM */
int ovr_samples_init(struct ovr_samples *samples, uint32_t limit, struct ovr_err *err);

/** Free the rows. Zeroed ones are allowed. */
void ovr_samples_done(struct ovr_samples *samples);

/** An interval is over: @p sample begins where the one before it ended. */
void ovr_samples_add(struct ovr_samples *samples, const struct ovr_result_sample *sample);

/** What was counted in @p next belongs to @p row too, which ends with it. */
void ovr_samples_merge(struct ovr_result_sample *row, const struct ovr_result_sample *next);

/**
 * What was counted between two readings of all that was counted until then. A counter of the port's
 * that stands lower than before was reset, and has counted from 0 since.
 * @return it; its times are the caller's to set
 */
struct ovr_result_sample ovr_samples_between(
	const struct ovr_result_sample *before, const struct ovr_result_sample *after);
