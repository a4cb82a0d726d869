/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file A cell of a sweep as JSON, and back: what a result and the journal of finished cells have
 * in common.
 *
 * Internal to report.
 */
#pragma once

#include <jansson.h>

#include "report/json_rows.h"
#include "result/sweep.h"

/** What is known of a finished cell besides its trial. The context of its table is its sweep. */
struct ovr_json_cell {
	uint32_t index;
	double model_loss;
	struct ovr_comparison comparison;
};

extern const struct ovr_json_table ovr_json_cell_table;

/** @return what is known of a finished cell besides its trial; NULL: no memory */
json_t *ovr_json_cell(const struct ovr_result_sweep *sweep, uint32_t index);

/**
 * Read it back into all but the summary.
 * @return 0; -EINVAL: a key is missing or of another kind, which the sentence names
 */
int ovr_json_cell_read(
	const json_t *object, uint32_t *ret_index, struct ovr_result_cell *cell, struct ovr_err *err);
