/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Text without control characters. Names of files, drivers and other users may hold some, and are
 * printed on a terminal.
 */
#pragma once

/**
 * Put '?' in place of each character that a terminal may take for a command: U+0000 to U+001F, line
 * breaks and tabs among them, U+007F to U+009F, and each byte that is no UTF-8, since 0x9b alone
 * begins a sequence too.
 * @param text is changed, and never becomes longer
 * @return @p text
 */
char *ovr_plain(char *text);
