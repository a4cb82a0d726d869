/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Width of a text in columns of a terminal: characters of UTF-8, not bytes.
 *
 * Internal to report. Its texts hold narrow characters only: each takes one column.
 */
#pragma once

#include <stddef.h>

/** @return the columns that @p text takes */
size_t ovr_columns_of(const char *text);

/**
 * Cut @p text to at most @p columns columns and at most @p bytes bytes, at the end of a character.
 * @return its length in bytes then
 */
size_t ovr_columns_cut(char *text, size_t columns, size_t bytes);
