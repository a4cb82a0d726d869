/* SPDX-License-Identifier: BSD-3-Clause */
#include "reasons/quiet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char first_words[256];

static int
take(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level != LIBBPF_WARN || first_words[0] != '\0')
		return 0;
	vsnprintf(first_words, sizeof(first_words), format, args);
	first_words[strcspn(first_words, "\n")] = '\0';
	return 0;
}

void
ovr_reasons_quiet_begin(struct ovr_reasons_quiet *ret_quiet)
{
	first_words[0] = '\0';
	ret_quiet->before = libbpf_set_print(take);
}

void
ovr_reasons_quiet_end(const struct ovr_reasons_quiet *quiet)
{
	libbpf_set_print(quiet->before);
}

const char *
ovr_reasons_quiet_words(void)
{
	return first_words;
}
