/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Output of `ring advise`, as text and JSON.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "report/cases.h"
#include "result/advice.h"

/**
 * What the baseline saw, the recommendation, its price, and how it was verified.
 * @return 0; -EIO
 */
int ovr_report_advice_text(const struct ovr_result_advice *advice, FILE *out, struct ovr_err *err);

/** One JSON object, "schema": "overrun.result/1". @return 0; -EIO, -ENOMEM */
int ovr_report_advice_json(const struct ovr_result_advice *advice, FILE *out, struct ovr_err *err);

/**
 * A case for each trial, and one for each verified ring: whether it loses nothing, where it is the
 * recommended one.
 */
void ovr_report_advice_cases(const struct ovr_result_advice *advice, struct ovr_cases *cases);
