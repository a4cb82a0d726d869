/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

int
ovr_err_set(struct ovr_err *err, int code, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}

void
ovr_err_prefix(struct ovr_err *err, const char *format, ...)
{
	char sentence[OVR_ERR_TEXT_BYTES];
	va_list args;
	int n;

	if (err == NULL)
		return;
	memcpy(sentence, err->text, sizeof(sentence));
	va_start(args, format);
	n = vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	if (n >= 0 && (size_t)n < sizeof(err->text))
		snprintf(err->text + n, sizeof(err->text) - (size_t)n, ": %s", sentence);
}
