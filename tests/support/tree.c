/* SPDX-License-Identifier: BSD-3-Clause */
#include "tree.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

static char root[PATH_MAX];

void
tree_make(void)
{
	const char *folder = getenv("TMPDIR");

	snprintf(root, sizeof(root), "%s/tree-XXXXXX", folder != NULL ? folder : "/tmp");
	cr_assert_not_null(mkdtemp(root), "%s: %s", root, strerror(errno));
}

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
tree_remove(void)
{
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
tree_root(void)
{
	return root;
}

/* root/path, with every folder above it. */
static void
make_way(const char *path, char *full)
{
	cr_assert_lt(snprintf(full, PATH_MAX, "%.1000s/%s", root, path), PATH_MAX);
	for (char *slash = strchr(full + strlen(root) + 1, '/'); slash != NULL;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		cr_assert(mkdir(full, 0700) == 0 || errno == EEXIST, "%s: %s", full, strerror(errno));
		*slash = '/';
	}
}

void
tree_put(const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *file;

	make_way(path, full);
	file = fopen(full, "w");
	cr_assert_not_null(file, "%s: %s", full, strerror(errno));
	fputs(text, file);
	cr_assert_eq(fclose(file), 0);
}

void
tree_link(const char *path, const char *target)
{
	char full[PATH_MAX];

	make_way(path, full);
	cr_assert_eq(symlink(target, full), 0, "%s: %s", full, strerror(errno));
}

void
tree_folder(const char *path)
{
	char full[PATH_MAX];

	make_way(path, full);
	cr_assert(mkdir(full, 0700) == 0 || errno == EEXIST, "%s: %s", full, strerror(errno));
}
