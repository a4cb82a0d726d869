/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A burst search as one screen of text, and as JSON (`overrun.result/1` with its trials).
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "report/cases.h"
#include "result/back_to_back.h"

/**
 * What RFC 9004 section 7 asks to be reported, and where the search deviates from it.
 * @return 0; -EIO
 */
int ovr_report_back_to_back_text(const struct ovr_result_back_to_back *burst, FILE *out, struct ovr_err *err);

/** One JSON object, indented by two, with every search and every trial. @return 0; -EIO, -ENOMEM */
int ovr_report_back_to_back_json(const struct ovr_result_back_to_back *burst, FILE *out, struct ovr_err *err);

/** A case for each search; excluded and unfinished ones are skipped. */
void ovr_report_back_to_back_cases(const struct ovr_result_back_to_back *burst, struct ovr_cases *cases);
