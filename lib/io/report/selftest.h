/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A selftest as one screen of text, and as JSON (`overrun.result/1` with its trials).
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "report/cases.h"
#include "result/selftest.h"

/**
 * The tester limits, in total and of each core, the lines that they suffice for, and the stalls.
 * @return 0; -EIO
 */
int ovr_report_selftest_text(const struct ovr_result_selftest *selftest, FILE *out, struct ovr_err *err);

/**
 * One JSON object, indented by two; every trial as ovr_report_json() writes it.
 * @return 0; -EIO, -ENOMEM
 */
int ovr_report_selftest_json(const struct ovr_result_selftest *selftest, FILE *out, struct ovr_err *err);

/** A case for each trial; those that are void are skipped. */
void ovr_report_selftest_cases(const struct ovr_result_selftest *selftest, struct ovr_cases *cases);
