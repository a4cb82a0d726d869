/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/log.h"

#include <stdio.h>

#include "base/plain.h"

#define LINE_BYTES 1024

void
ovr_agent_log(
	ovr_agent_log_line *log, void *context, const char *before, const char *format, va_list arguments)
{
	char line[LINE_BYTES];
	int n = snprintf(line, sizeof(line), "%.64s", before);

	vsnprintf(line + n, sizeof(line) - (size_t)n, format, arguments);
	log(context, ovr_plain(line));
}
