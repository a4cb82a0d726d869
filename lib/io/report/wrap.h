/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A line that is too long for the page, in several.
 *
 * Reports and help texts are written line by line, and their fields stand two or more spaces apart.
 * What does not fit goes on below the beginning of its field; where the field begins too far right
 * for that, it moves to a line of its own.
 */
#pragma once

#include <stdio.h>

/**
 * Print a line, without the spaces at its end.
 * @param line without its newline
 * @param columns of the page; only a word that is longer itself stands out
 */
void ovr_wrap_line(const char *line, size_t columns, FILE *out);
