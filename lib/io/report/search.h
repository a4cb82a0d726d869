/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A finished search, for people and for programs. Any thread.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "report/cases.h"
#include "result/search.h"

/** For people. @return 0; -EIO */
int ovr_report_search_text(const struct ovr_result_search *search, FILE *out, struct ovr_err *err);

/** overrun.result/1 with "trials" and the answer in "search". @return 0; -EIO, -ENOMEM */
int ovr_report_search_json(const struct ovr_result_search *search, FILE *out, struct ovr_err *err);

/**
 * For plots: a row for each size and goal, with the bounds; of a curve, for each size and load.
 * What is not known is empty.
 * @return 0; -EIO
 */
int ovr_report_search_csv(const struct ovr_result_search *search, FILE *out, struct ovr_err *err);

/** A case for each size. */
void ovr_report_search_cases(const struct ovr_result_search *search, struct ovr_cases *cases);
