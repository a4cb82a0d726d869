/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A sizing of a ring as JSON: what was known, and the recommendation. Internal to report.
 */
#pragma once

#include <jansson.h>

#include "method/advise.h"

/** @return the object; NULL: no memory */
json_t *ovr_json_advice(const struct ovr_method_question *question, const struct ovr_method_advice *advice);
