/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app.h"
#include "base/plain.h"

#define LINE_BYTES 4096

/* What is said while a screen is on the terminal. */
static struct {
	FILE *file; /* NULL: nothing waits */
	char *text;
	size_t n;
} later;

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

static void
print(const char *before, const char *behind, const char *format, va_list args)
{
	char line[LINE_BYTES];

	vsnprintf(line, sizeof(line), format, args);
	if (later.file != NULL) {
		if (before[0] == '\0')
			fprintf(later.file, "%s%s", ovr_plain(line), behind);
		return;
	}
	fprintf(stderr, "%s%s%s", before, ovr_plain(line), behind);
	fflush(stderr);
}

void
app_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print("", "\n", format, args);
	va_end(args);
}

void
app_show(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print("\r\033[K", "", format, args);
	va_end(args);
}
