/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * stdout, as a page for people: a line that is too long goes on below, under the column that it
 * stands in.
 */
#pragma once

#include <stdio.h>

/** Columns of a result, and of a help text. */
#define APP_PAGE_RESULT 100
#define APP_PAGE_HELP   80

/**
 * The page before stdout. What is written there comes out on stdout in whole lines when it is
 * flushed. Who writes notices no error: the first one is kept, nothing comes out after it, and
 * app_page_flush() and app_page_end() tell it.
 * @param columns no line is longer, but for a word that is longer itself; 0: lines stay as they are
 * @return the same stream each time, closed by app_page_end(); stdout itself without memory for it
 */
FILE *app_page(unsigned int columns);

/**
 * Let out what is whole.
 * @return 0; negative errno of stdout's first error; -EPIPE: its reader left
 */
int app_page_flush(void);

/** Flush the page and close it. @return what app_page_flush() does */
int app_page_end(void);

/**
 * An option in a help text: its name, its value, what it does, and its default where there is one.
 */
void app_page_option(
	FILE *out, const char *name, const char *metavar, const char *help, const char *fallback);

/**
 * From now on app_page_option() prints no help text, but a row to the page: "option", @p command,
 * name, value and help, separated by tabs. A value that there is not is empty.
 * @param command static, or valid until the next call; NULL: help texts again
 */
void app_page_option_rows(const char *command);
