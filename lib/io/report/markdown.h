/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Tables and texts as Markdown. Internal to report.
 */
#pragma once

#include <stdio.h>

#include "report/table.h"

/** Write a text in which nothing is markup: no Markdown, and no tag of HTML. */
void ovr_markdown_text(const char *text, FILE *out);

/** Write a table after an empty line; nothing if no row is shown. @param of handed to row() */
void ovr_markdown_table(const struct ovr_table *table, const void *of, uint32_t n_rows, FILE *out);
