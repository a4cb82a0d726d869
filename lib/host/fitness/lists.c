/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness/lists.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fitness/stat.h"
#include "pci/read.h"

bool
fit_list_read(const char *root, struct fit_list *ret_list, const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;
	bool is_there;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	is_there = pci_read_line(ret_list->text, sizeof(ret_list->text), root, "%s", path) ||
		pci_exists(root, "%s", path);
	/* a number that was cut would be another one */
	if (is_there && strlen(ret_list->text) < sizeof(ret_list->text) - 1 &&
		fit_list_parse(ret_list->text, &ret_list->set))
		return true;
	ret_list->text[0] = '\0';
	CPU_ZERO(&ret_list->set);
	return false;
}
