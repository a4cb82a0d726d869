/* SPDX-License-Identifier: BSD-3-Clause */
#include "pci/read.h"

#include <dirent.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
make_path(char *path, size_t size, const char *root, const char *format, va_list args)
{
	int n = snprintf(path, size, "%s/", root);
	int more;

	if (n < 0 || (size_t)n >= size)
		return false;
	more = vsnprintf(path + n, size - (size_t)n, format, args);
	return more >= 0 && (size_t)more < size - (size_t)n;
}

bool
pci_path(char *path, size_t size, const char *root, const char *format, ...)
{
	va_list args;
	bool fits;

	va_start(args, format);
	fits = make_path(path, size, root, format, args);
	va_end(args);
	return fits;
}

bool
pci_exists(const char *root, const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;
	bool fits;

	va_start(args, format);
	fits = make_path(path, sizeof(path), root, format, args);
	va_end(args);
	return fits && access(path, F_OK) == 0;
}

static bool
read_line_of(char *line, size_t size, const char *path)
{
	FILE *file = fopen(path, "re");
	bool found;

	line[0] = '\0';
	if (file == NULL)
		return false;
	found = fgets(line, (int)size, file) != NULL;
	fclose(file);
	if (!found)
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return line[0] != '\0';
}

bool
pci_read_line(char *line, size_t size, const char *root, const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;
	bool fits;

	va_start(args, format);
	fits = make_path(path, sizeof(path), root, format, args);
	va_end(args);
	line[0] = '\0';
	return fits && read_line_of(line, size, path);
}

int64_t
pci_read_number(int64_t otherwise, const char *root, const char *format, ...)
{
	char path[PATH_MAX], line[64], *end;
	va_list args;
	int64_t value;
	bool fits;

	va_start(args, format);
	fits = make_path(path, sizeof(path), root, format, args);
	va_end(args);
	if (!fits || !read_line_of(line, sizeof(line), path))
		return otherwise;
	value = strtoll(line, &end, 0);
	return end == line ? otherwise : value;
}

bool
pci_read_link(char *name, size_t size, const char *root, const char *format, ...)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *slash;
	va_list args;
	ssize_t n = -1;

	va_start(args, format);
	if (make_path(path, sizeof(path), root, format, args))
		n = readlink(path, target, sizeof(target) - 1);
	va_end(args);
	name[0] = '\0';
	if (n <= 0)
		return false;
	target[n] = '\0';
	slash = strrchr(target, '/');
	snprintf(name, size, "%s", slash != NULL ? slash + 1 : target);
	return name[0] != '\0';
}

void
pci_each_name(
	const char *root, const char *folder, bool (*call)(const char *name, void *context), void *context)
{
	struct dirent **entry = NULL;
	char path[PATH_MAX];
	bool goes_on = true;
	int n = 0;

	if (pci_path(path, sizeof(path), root, "%s", folder))
		n = scandir(path, &entry, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (goes_on && entry[i]->d_name[0] != '.')
			goes_on = call(entry[i]->d_name, context);
		free(entry[i]);
	}
	free(entry);
}
