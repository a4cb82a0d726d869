/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Text without control characters. Names of files, drivers and other users may hold some, and are
 * printed on a terminal.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/**
 * Put '?' in place of each character that a terminal may take for a command: U+0000 to U+001F, line
 * breaks and tabs among them, U+007F to U+009F, and each byte that is no UTF-8, since 0x9b alone
 * begins a sequence too. So are those that turn the order of what follows (U+202A to U+202E, U+2066
 * to U+2069): a name must not look like another one.
 * @param text is changed, and never becomes longer
 * @return @p text
 */
char *ovr_plain(char *text);

/**
 * The same of one character, for text that is not to be changed.
 * @param at not its end
 * @param[out] ret_bytes of the character, 1 at least
 * @return whether it may be printed as it is
 */
bool ovr_plain_next(const char *at, size_t *ret_bytes);
