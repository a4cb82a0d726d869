/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

#include "base/plain.h"

int
ovr_err_set(struct ovr_err *err, int code, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	/* a sentence quotes what it found */
	ovr_plain(err->text);
	return code;
}

void
ovr_err_prefix(struct ovr_err *err, const char *format, ...)
{
	char prefix[OVR_ERR_TEXT_BYTES / 2];
	va_list args;
	size_t n;

	if (err == NULL)
		return;
	va_start(args, format);
	vsnprintf(prefix, sizeof(prefix) - 2, format, args);
	va_end(args);
	ovr_plain(prefix);
	strcat(prefix, ": ");
	n = strlen(prefix);
	memmove(err->text + n, err->text, sizeof(err->text) - n);
	memcpy(err->text, prefix, n);
	err->text[sizeof(err->text) - 1] = '\0';
}
