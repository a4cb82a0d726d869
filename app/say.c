/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app.h"
#include "base/plain.h"
#include "report/columns.h"

#define LINE_BYTES 4096

/* What is said while a screen is on the terminal. */
static struct {
	FILE *file; /* NULL: nothing waits */
	char *text;
	size_t n;
} later;

/* Of the line that is shown. */
static size_t shown_columns;

void
app_say_later(bool is_later)
{
	if (is_later) {
		later.file = open_memstream(&later.text, &later.n);
		return;
	}
	if (later.file == NULL)
		return;
	fclose(later.file);
	later.file = NULL;
	fputs(later.text, stderr);
	fflush(stderr);
	free(later.text);
}

uint64_t
app_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

void
app_say(const char *format, ...)
{
	FILE *file = later.file != NULL ? later.file : stderr;
	char line[LINE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fprintf(file, "%s\n", ovr_plain(line));
	fflush(file);
}

/* Whether the terminal obeys commands. */
static bool
is_able(void)
{
	const char *term = getenv("TERM");

	return term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0 && strcmp(term, "unknown") != 0;
}

void
app_show(const char *format, ...)
{
	char line[LINE_BYTES];
	va_list args;

	if (later.file != NULL)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	/* what stands there is cleared by a command, or covered with blanks */
	if (is_able())
		fputs("\r\033[K", stderr);
	else
		fprintf(stderr, "\r%*s\r", (int)shown_columns, "");
	fputs(ovr_plain(line), stderr);
	fflush(stderr);
	shown_columns = ovr_columns_of(line);
}
