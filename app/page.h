/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * stdout as a page for people: a line that is too long goes on below, under the column it stands in.
 */
#pragma once

#include <stdio.h>

/** Columns of a result, and of a help text. */
#define APP_PAGE_RESULT 100
#define APP_PAGE_HELP   80

/**
 * The page before stdout. What is written there comes out on stdout in whole lines when it is flushed, and an error of stdout is an
 * error of the page. Flush it before something is written to stdout past it.
 * @param columns no line is longer, but for a word that is longer itself
 * @return the same stream each time, closed by app_page_end(); stdout itself where there is no memory for it
 */
FILE *app_page(unsigned int columns);

/** Flush the page, close it, and flush stdout. @return 0; negative errno: not all of it could be written */
int app_page_end(void);

/** An option in a help text: its name, its value, what it does, and its default where there is one. */
void app_page_option(
	FILE *out, const char *name, const char *metavar, const char *help, const char *fallback);
