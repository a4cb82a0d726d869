/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/path.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <unistd.h>

#include "support/tree.h"

TestSuite(path, .init = tree_make, .fini = tree_remove);

static void
enter(const char *folder)
{
	tree_folder(folder);
	cr_assert_eq(chdir(tree_root()), 0);
}

Test(path, a_file_that_is_there_is_known_by_what_it_is)
{
	enter("in");
	tree_put("in/x", "");
	tree_put("in/y", "");
	tree_link("link", "in/x");
	cr_assert(ovr_path_is_same("in/x", "./in/x"));
	cr_assert(ovr_path_is_same("in/x", "in/../in//x"));
	cr_assert(ovr_path_is_same("link", "in/x"));
	cr_assert_not(ovr_path_is_same("in/x", "in/y"));
}

Test(path, a_file_that_is_not_there_is_known_by_its_folder_and_its_name)
{
	enter("in");
	tree_link("other", "in");
	cr_assert(ovr_path_is_same("x", "./x"));
	cr_assert(ovr_path_is_same("in/x", "other/x"));
	cr_assert_not(ovr_path_is_same("x", "in/x"));
	cr_assert_not(ovr_path_is_same("in/x", "in/y"));
	cr_assert(ovr_path_is_same("/x", "//x"));
}

Test(path, folders_that_are_not_there_are_known_by_their_spelling)
{
	enter("in");
	cr_assert(ovr_path_is_same("no/x", "no/x"));
	cr_assert_not(ovr_path_is_same("no/x", "./no/x"));
}

Test(path, a_link_to_nothing_leads_to_the_file_that_would_be_made)
{
	char name[PATH_MAX];

	enter("in");
	tree_link("link", "in/x");
	tree_link("in/near", "x");
	cr_assert(ovr_path_is_same("link", "in/x"));
	cr_assert(ovr_path_is_same("link", "./in/near"));
	cr_assert_not(ovr_path_is_same("link", "in/y"));
	cr_assert_eq(ovr_path_follow("in/near", name), 0);
	cr_assert_str_eq(name, "in/x");
}

Test(path, a_loop_of_links_leads_nowhere)
{
	char name[PATH_MAX];

	enter("in");
	tree_link("a", "b");
	tree_link("b", "a");
	cr_assert_eq(ovr_path_follow("a", name), -ELOOP);
	cr_assert_not(ovr_path_is_same("a", "in/x"));
}

Test(path, the_null_device_may_take_everything)
{
	cr_assert_not(ovr_path_is_same("/dev/null", "/dev/null"));
	cr_assert(ovr_path_is_same("/dev/full", "/dev/full"));
}
