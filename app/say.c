/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>

#include "app.h"
#include "base/plain.h"

#define LINE_BYTES 4096

static void
print(const char *before, const char *behind, const char *format, va_list args)
{
	char line[LINE_BYTES];

	vsnprintf(line, sizeof(line), format, args);
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
