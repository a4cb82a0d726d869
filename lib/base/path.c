/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/path.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool
is_same_inode(const char *one, const char *other)
{
	struct stat first, second;

	return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev &&
		first.st_ino == second.st_ino;
}

/* @return the name in the folder; NULL: the path is too long */
static const char *
split(const char *path, char *folder, size_t size)
{
	const char *slash = strrchr(path, '/');
	int n = slash == NULL ? snprintf(folder, size, ".")
			      : snprintf(folder, size, "%.*s/", (int)(slash - path), path);

	if (n < 0 || (size_t)n >= size)
		return NULL;
	return slash == NULL ? path : slash + 1;
}

bool
ovr_path_is_same(const char *one, const char *other)
{
	char folder[PATH_MAX], other_folder[PATH_MAX];
	const char *name, *other_name;

	if (strcmp(one, other) == 0 || is_same_inode(one, other))
		return true;
	name = split(one, folder, sizeof(folder));
	other_name = split(other, other_folder, sizeof(other_folder));
	return name != NULL && other_name != NULL && strcmp(name, other_name) == 0 &&
		is_same_inode(folder, other_folder);
}
