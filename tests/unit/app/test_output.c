/* SPDX-License-Identifier: BSD-3-Clause */
#include "output.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

static char folder[] = "/tmp/ovr_output_XXXXXX";

static void
enter(void)
{
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void
leave(void)
{
	unlink("a");
	unlink("b");
	rmdir("b");
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(rmdir(folder), 0, "something was left in %s", folder);
}

TestSuite(output, .init = enter, .fini = leave);

static unsigned int
n_files(void)
{
	DIR *directory = opendir(".");
	unsigned int n = 0;

	while (readdir(directory) != NULL)
		n++;
	closedir(directory);
	return n - 2;
}

static void
open_both(struct app_output *outputs)
{
	cr_assert_eq(app_output_open(&outputs[0], "json", "a", NULL), 0);
	cr_assert_eq(app_output_open(&outputs[1], "csv", "b", NULL), 0);
	fputs("one", outputs[0].file);
	fputs("two", outputs[1].file);
}

Test(output, files_have_their_names_when_all_are_complete)
{
	struct app_output outputs[2];

	open_both(outputs);
	cr_assert_neq(access("a", F_OK), 0);
	cr_assert_eq(app_output_complete(outputs, 2, NULL), 0);
	cr_assert_neq(access("a", F_OK), 0);
	cr_assert_eq(app_output_finish(outputs, 2, NULL), 0);
	cr_assert_eq(access("a", F_OK), 0);
	cr_assert_eq(access("b", F_OK), 0);
	cr_assert_eq(n_files(), 2);
}

Test(output, where_one_cannot_have_its_name_none_is_left)
{
	struct app_output outputs[2];
	struct ovr_err err = { "" };

	open_both(outputs);
	cr_assert_eq(mkdir("b", 0700), 0);
	cr_assert_lt(app_output_finish(outputs, 2, &err), 0);
	cr_assert_eq(strncmp(err.text, "csv: \"b\" cannot be written: ", 27), 0, "%s", err.text);
	cr_assert_eq(n_files(), 1, "only the folder");
}

Test(output, what_is_dropped_is_gone)
{
	struct app_output outputs[2];

	open_both(outputs);
	app_output_drop(&outputs[0]);
	app_output_drop(&outputs[1]);
	cr_assert_eq(n_files(), 0);
}

/* As a library may do it, which has no notion of what its caller has to put away. */
Test(output, a_process_that_exits_leaves_nothing_unfinished)
{
	struct app_output outputs[2];
	int status;
	pid_t child = fork();

	if (child == 0) {
		open_both(outputs);
		exit(n_files() == 2 ? 7 : 8);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	cr_assert_eq(n_files(), 0);
}

Test(output, a_link_keeps_being_one_and_is_not_cut_before_there_is_something_to_write)
{
	struct app_output output;
	struct stat status;
	FILE *old = fopen("b", "w");

	fputs("something longer", old);
	fclose(old);
	cr_assert_eq(symlink("b", "a"), 0);
	cr_assert_eq(app_output_open(&output, "json", "a", NULL), 0);
	app_output_drop(&output);
	cr_assert(stat("b", &status) == 0 && status.st_size == 16);
	cr_assert_eq(app_output_open(&output, "json", "a", NULL), 0);
	fputs("new", output.file);
	cr_assert_eq(app_output_finish(&output, 1, NULL), 0);
	cr_assert(stat("b", &status) == 0 && status.st_size == 3);
	cr_assert(lstat("a", &status) == 0 && S_ISLNK(status.st_mode));
	cr_assert_eq(n_files(), 2);
}

Test(output, a_link_to_nothing_is_left_as_it_was_if_nothing_comes_of_it)
{
	struct app_output output;

	cr_assert_eq(symlink("b", "a"), 0);
	cr_assert_eq(app_output_probe("capture", "a", NULL), 0);
	cr_assert_eq(n_files(), 1);
	cr_assert_eq(app_output_open(&output, "json", "a", NULL), 0);
	cr_assert_eq(app_output_finish(&output, 1, NULL), 0);
	cr_assert_eq(n_files(), 2);
}

Test(output, stdout_has_two_names)
{
	struct app_output output;

	cr_assert_eq(app_output_open(&output, "json", "-", NULL), 0);
	cr_assert_eq(output.file, stdout);
	cr_assert_eq(app_output_open(&output, "json", "/dev/stdout", NULL), 0);
	cr_assert_eq(output.file, stdout);
	cr_assert_eq(app_output_finish(&output, 1, NULL), 0);
}
