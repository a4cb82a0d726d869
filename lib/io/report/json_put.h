/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Values for a JSON object, and what to do when there is no memory for them.
 *
 * Each put adds one key and returns 0 or -1; a builder adds the returns up and ends in
 * ovr_json_finish(). A NULL object or value is a failure that is passed on, so that nothing between
 * needs to look.
 *
 * Internal to report.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

/** A whole number; null beyond 2^63, which stands for "never" in a result. */
json_t *ovr_json_count(uint64_t value);

/**
 * A text. One that is no UTF-8, or has U+007F to U+009F in it, is made plain (base/plain.h); other
 * controls are escaped.
 */
json_t *ovr_json_text(const char *text);

/** A real number; null for what is none. */
json_t *ovr_json_real(double value);

/** @return part / whole; null for a share of nothing */
json_t *ovr_json_ratio(uint64_t part, uint64_t whole);

/**
 * Pairs [what a cell stands for, what it holds] of the cells of a histogram that hold anything.
 * @param first what cell @p cell stands for
 */
json_t *ovr_json_pairs(const uint64_t *cell, unsigned int n_cells, uint64_t (*first)(unsigned int cell));

int ovr_json_put_count(json_t *object, const char *key, uint64_t value);
int ovr_json_put_text(json_t *object, const char *key, const char *text);

/** @return @p value; NULL, and @p value freed, if @p rc is not 0 */
json_t *ovr_json_finish(json_t *value, int rc);

/**
 * Write a value and a newline, and free it. NULL: there was no memory for it.
 * @param flags of json_dumpf()
 * @return 0; -EIO, -ENOMEM
 */
int ovr_json_dump(json_t *value, size_t flags, FILE *out, struct ovr_err *err);
