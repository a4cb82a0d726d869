/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A sizing of a ring as JSON: what was known, and the recommendation. Internal to report.
 */
#pragma once

#include <jansson.h>

#include "method/advise.h"
#include "report/json_rows.h"

extern const struct ovr_json_table ovr_json_sizing_table; /**< made by ovr_json_advice() */

/** @return the object; NULL: no memory */
json_t *ovr_json_advice(const struct ovr_method_question *question, const struct ovr_method_advice *advice);
