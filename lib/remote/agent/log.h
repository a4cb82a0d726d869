/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Lines of an agent's log. Private to lib/remote/agent. The thread of the log.
 */
#pragma once

#include <stdarg.h>

/** Told one line, without a newline. */
typedef void ovr_agent_log_line(void *context, const char *line);

/**
 * Log one line; what others said is made plain in it.
 * @param before what it begins with; "": nothing
 */
void ovr_agent_log(ovr_agent_log_line *log, void *context, const char *before, const char *format,
	va_list arguments) __attribute__((format(printf, 4, 0)));
