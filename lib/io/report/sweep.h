/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A sweep as text, as JSON (`overrun.result/1` with its trials in short) and as CSV.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "report/cases.h"
#include "result/sweep.h"

/**
 * A table for each curve, ring by ring, measurement and model side by side; the smallest lossless
 * ring, and the shape.
 * @return 0; -EIO
 */
int ovr_report_sweep_text(const struct ovr_result_sweep *sweep, FILE *out, struct ovr_err *err);

/** One JSON object, indented by two. @return 0; -EIO, -ENOMEM */
int ovr_report_sweep_json(const struct ovr_result_sweep *sweep, FILE *out, struct ovr_err *err);

/** A row for each finished cell, by its place in the grid. @return 0; -EIO */
int ovr_report_sweep_csv(const struct ovr_result_sweep *sweep, FILE *out, struct ovr_err *err);

/**
 * What a curve's shape says, as a clause without a full stop: "falls to a knee: stalls; each brings
 * 1,488 frames".
 * @return @p buf
 */
const char *ovr_report_sweep_shape(const struct ovr_method_shape *shape, char *buf, size_t size);

/**
 * @return why cells are excluded, as a clause: "frames were lost in host stalls"; "" if they are
 * not
 */
const char *ovr_report_sweep_exclusion(enum ovr_comparison_exclusion exclusion);

/**
 * A case for each curve, whether it has a ring that loses nothing, and one for each cell: cells
 * that are void, excluded or not done are skipped.
 */
void ovr_report_sweep_cases(const struct ovr_result_sweep *sweep, struct ovr_cases *cases);
