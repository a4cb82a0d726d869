/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LINKS_MAX 40 /* one after the other, as the kernel has it */

/* /dev/null keeps nothing: it is no file that two could share. */
static bool
is_null(const char *path)
{
	struct stat there;

	return stat(path, &there) == 0 && S_ISCHR(there.st_mode) && there.st_rdev == makedev(1, 3);
}

static bool
is_same_inode(const char *one, const char *other)
{
	struct stat first, second;

	return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev &&
		first.st_ino == second.st_ino;
}

/* @param folder has PATH_MAX bytes, as what @p path stands in. @return the name in the folder */
static const char *
split(const char *path, char *folder)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		snprintf(folder, PATH_MAX, ".");
	else
		snprintf(folder, PATH_MAX, "%.*s/", (int)(slash - path), path);
	return slash == NULL ? path : slash + 1;
}

int
ovr_path_follow(const char *path, char ret_name[static PATH_MAX])
{
	char name[PATH_MAX], target[PATH_MAX], next[PATH_MAX];

	if (snprintf(name, sizeof(name), "%s", path) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	for (int links = 0; links <= LINKS_MAX; links++) {
		ssize_t n = readlink(name, target, sizeof(target) - 1);
		const char *slash = strrchr(name, '/');
		int folder;

		if (n < 0) {
			memcpy(ret_name, name, sizeof(name));
			return 0;
		}
		target[n] = '\0';
		/* a target that is not absolute starts in the folder of its link */
		folder = target[0] == '/' || slash == NULL ? 0 : (int)(slash - name) + 1;
		if (snprintf(next, sizeof(next), "%.*s%s", folder, name, target) >= (int)sizeof(next))
			return -ENAMETOOLONG;
		memcpy(name, next, sizeof(name));
	}
	return -ELOOP;
}

bool
ovr_path_is_same(const char *one, const char *other)
{
	char path[PATH_MAX], folder[PATH_MAX], other_path[PATH_MAX], other_folder[PATH_MAX];

	if (is_null(one))
		return false;
	if (strcmp(one, other) == 0 || is_same_inode(one, other))
		return true;
	if (ovr_path_follow(one, path) != 0 || ovr_path_follow(other, other_path) != 0)
		return false;
	return strcmp(split(path, folder), split(other_path, other_folder)) == 0 &&
		is_same_inode(folder, other_folder);
}
