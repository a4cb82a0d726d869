/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Parts of the text of a search. Internal to report.
 */
#pragma once

#include <stdio.h>

#include "report/figure.h"
#include "result/search.h"

/** @return "ndr", "pdr", "0.1 %" */
struct ovr_figure ovr_search_goal_name(const struct ovr_method_goal *goal);

/**
 * The table of RFC 2544 §26.1: a row for each size, with the bounds for each goal; two goals side
 * by side. Nothing for a curve.
 */
void ovr_search_print_table(const struct ovr_result_search *search, FILE *out);
