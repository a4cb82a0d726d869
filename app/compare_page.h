/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A comparison as an HTML page, with a result of each group drawn beside it.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "report/changes.h"
#include "report/trend.h"

/**
 * Write the page of a comparison.
 * @param path the results that are drawn after it, @p n_paths of them: one of each group
 * @return 0; -EINVAL, -EIO, -ENOMEM; what ovr_saved_open() returns
 */
int app_compare_page_write(const struct ovr_changes *changes, const char *const *path, size_t n_paths,
	FILE *out, struct ovr_err *err);

/** The same of a trend, which draws its results itself. */
int app_compare_page_write_trend(const struct ovr_trend *trend, FILE *out, struct ovr_err *err);
