/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What changed between groups of trials: for people, for a merge request, and for programs
 * (overrun.compare/1). Control thread.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "result/changes.h"

/** Text of at most 100 columns, if it passes ovr_wrap_line(). @return 0; -EIO */
int ovr_report_changes_text(const struct ovr_changes *changes, FILE *out, struct ovr_err *err);

/** Markdown, with a table. @return 0; -EIO */
int ovr_report_changes_markdown(const struct ovr_changes *changes, FILE *out, struct ovr_err *err);

/** JSON. @return 0; -EIO, -ENOMEM */
int ovr_report_changes_json(const struct ovr_changes *changes, FILE *out, struct ovr_err *err);

/** A figure as text: "9.52 Mpps", "68.7 µs", "0.259 %"; "-": unknown. */
const char *ovr_report_changes_value(char *text, size_t size, enum ovr_changes_unit unit, double value);
