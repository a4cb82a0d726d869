/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/folder.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/tree.h"

TestSuite(folder, .init = tree_make, .fini = tree_remove);

static mode_t
mode_of(const char *path)
{
	struct stat found;

	cr_assert_eq(stat(path, &found), 0, "%s", path);
	return found.st_mode & 0777;
}

Test(folder, it_is_made_with_those_above_it)
{
	umask(0);
	tree_folder("in");
	cr_assert_eq(chdir(tree_root()), 0);
	cr_assert_eq(ovr_folder_make("in/a/b/c", 0755), 0);
	cr_assert_eq(mode_of("in/a"), 0755);
	cr_assert_eq(mode_of("in/a/b"), 0755);
	cr_assert_eq(mode_of("in/a/b/c"), 0700);
	cr_assert_eq(ovr_folder_make("in/a/b/c", 0755), 0);
	cr_assert_eq(ovr_folder_make("in/d/", 0700), 0);
	cr_assert_eq(mode_of("in/d"), 0700);
}

Test(folder, what_cannot_be_made_says_why)
{
	char path[PATH_MAX + 2];

	tree_put("file", "");
	cr_assert_eq(chdir(tree_root()), 0);
	cr_assert_eq(ovr_folder_make("file/a", 0755), -ENOTDIR);
	cr_assert_eq(ovr_folder_make("", 0755), -ENOENT);
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	cr_assert_eq(ovr_folder_make(path, 0755), -ENAMETOOLONG);
}

Test(folder, states_of_a_user_have_one)
{
	char path[PATH_MAX];

	setenv("XDG_STATE_HOME", "/srv/state", 1);
	cr_assert_eq(ovr_folder_of_states(path), 0);
	cr_assert_str_eq(path, "/srv/state/overrun");
	/* a path that is not absolute is ignored, as the specification has it */
	setenv("XDG_STATE_HOME", "state", 1);
	setenv("HOME", "/srv/me", 1);
	cr_assert_eq(ovr_folder_of_states(path), 0);
	cr_assert_str_eq(path, geteuid() == 0 ? "/var/lib/overrun" : "/srv/me/.local/state/overrun");
}
