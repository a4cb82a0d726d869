/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file A verification of drop counters as one screen of text, and as JSON (`overrun.result/1` with
 * its trials).
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "report/cases.h"
#include "result/verify.h"

/** Every counter with what it is worth, and the lines for the table of drivers. @return 0; -EIO */
int ovr_report_verify_text(const struct ovr_result_verify *verify, FILE *out, struct ovr_err *err);

/** One JSON object, indented by two. @return 0; -EIO, -ENOMEM */
int ovr_report_verify_json(const struct ovr_result_verify *verify, FILE *out, struct ovr_err *err);

/** A case for each trial. */
void ovr_report_verify_cases(const struct ovr_result_verify *verify, struct ovr_cases *cases);
