/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file A trial in short as JSON, and back: one of "trials" in a result, and what a sweep remembers
 * of its finished cells.
 */
#pragma once

#include <jansson.h>

#include "base/err.h"
#include "report/json_rows.h"
#include "result/summary.h"

extern const struct ovr_json_table ovr_json_summary_table;

/** @return a new object; NULL: no memory */
json_t *ovr_json_summary(const struct ovr_result_summary *summary);

/**
 * Read one back, as ovr_json_summary() made it; keys that are not a summary's are passed over.
 * Numbers beyond 2^63 are null in JSON, and are not read back.
 * @return 0; -EINVAL: a key is missing or of another kind, which the sentence names. Untouched on
 * failure
 */
int ovr_json_summary_read(const json_t *object, struct ovr_result_summary *ret_summary, struct ovr_err *err);
