/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A folder of saved results as a trend: for people, for a merge request, and for programs
 * (overrun.trend/1). Control thread.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "result/trend.h"

/**
 * Read every file of a folder whose name ends in ".json". What is no result, or of a command
 * without figures, is counted and left out.
 * @return 0; -ENOENT or what else opendir(3) says; -ENODATA: none was a result; -ENOMEM
 */
int ovr_trend_read(struct ovr_trend *trend, const char *folder, struct ovr_err *err);

/** Text: a table of each plan, and its changes. @return 0; -EIO */
int ovr_report_trend_text(const struct ovr_trend *trend, FILE *out, struct ovr_err *err);

/** The same as Markdown. @return 0; -EIO */
int ovr_report_trend_markdown(const struct ovr_trend *trend, FILE *out, struct ovr_err *err);

/** JSON. @return 0; -EIO, -ENOMEM */
int ovr_report_trend_json(const struct ovr_trend *trend, FILE *out, struct ovr_err *err);
