/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

static char folder[] = "/tmp/ovr_plan_files_XXXXXX";
static struct ovr_plan plan;
static struct ovr_err err;

static void
enter(void)
{
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void
leave(void)
{
	static const char *const names[] = { "file", "hard", "link", "pipe", "out.json" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(names[i]);
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(rmdir(folder), 0, "something was left in %s", folder);
}

TestSuite(files, .init = enter, .fini = leave);

static void
plan_with(const char *const *settings)
{
	ovr_plan_default(&plan);
	for (; settings[0] != NULL; settings += 2)
		cr_assert_eq(ovr_plan_set(&plan, settings[0], settings[1], &err), 0, "%s", err.text);
}

static void
refused(const char *const *settings, const char *sentence)
{
	plan_with(settings);
	cr_assert_eq(ovr_plan_check_files(&plan, &err), -EINVAL, "it is taken, and is: %s", sentence);
	cr_assert_str_eq(err.text, sentence);
}

static void
taken(const char *const *settings)
{
	plan_with(settings);
	cr_assert_eq(ovr_plan_check_files(&plan, &err), 0, "%s", err.text);
}

#define REFUSED(sentence, ...) refused((const char *const[]){ __VA_ARGS__, NULL }, sentence)
#define TAKEN(...)             taken((const char *const[]){ __VA_ARGS__, NULL })

static void
make(const char *path)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fclose(file);
}

Test(files, one_file_has_many_names)
{
	make("file");
	cr_assert_eq(link("file", "hard"), 0);
	cr_assert_eq(symlink("file", "link"), 0);
	REFUSED("json and csv: found \"file\" and \"./file\", which are one file, accepted: a file for each",
		"json", "file", "csv", "./file");
	REFUSED("junit and tap: found \"file\" for both, accepted: a file for each", "junit", "file", "tap",
		"file");
	REFUSED("json and csv: found \"file\" and \"hard\", which are one file, accepted: a file for each",
		"json", "file", "csv", "hard");
	REFUSED("csv and capture: found \"link\" and \"file\", which are one file, accepted: a file for "
		"each",
		"csv", "link", "capture", "file");
}

Test(files, a_link_to_nothing_is_the_file_that_it_would_make)
{
	cr_assert_eq(symlink("out.json", "link"), 0);
	REFUSED("json and csv: found \"link\" and \"out.json\", which are one file, accepted: a file for "
		"each",
		"json", "link", "csv", "out.json");
}

/* FILE.partial goes when FILE has its name: nothing else may stand there. */
Test(files, the_checkpoint_of_one_is_no_name_for_another)
{
	REFUSED("csv and checkpoint: found \"out.json.partial\" for both, accepted: a file for each", "json",
		"out.json", "csv", "out.json.partial");
	REFUSED("capture and checkpoint: found \"./out.json.partial\" and \"out.json.partial\", which are "
		"one file, accepted: a file for each",
		"json", "out.json", "capture", "./out.json.partial");
	TAKEN("json", "out.json", "csv", "out.json.partial", "checkpoint", "0");
	TAKEN("json", "-", "csv", "-.partial");
}

Test(files, stdout_has_many_names)
{
	REFUSED("json and csv: found \"-\" for both, accepted: a file for each", "json", "-", "csv", "-");
	/* wherever the test's own stdout goes */
	cr_assert_not_null(freopen("file", "w", stdout));
	REFUSED("json and csv: found \"-\" and \"/dev/stdout\", which are one file, accepted: a file for "
		"each",
		"json", "-", "csv", "/dev/stdout");
	REFUSED("json and csv: found \"file\" and \"-\", which are one file, accepted: a file for each",
		"json", "file", "csv", "-");
	REFUSED("capture: found \"/dev/fd/1\", accepted: a file's name, since a capture is not written to "
		"stdout",
		"capture", "/dev/fd/1");
}

Test(files, a_pipe_takes_one_output_and_the_null_device_takes_all)
{
	cr_assert_eq(mkfifo("pipe", 0600), 0);
	REFUSED("json and csv: found \"pipe\" for both, accepted: a file for each", "json", "pipe", "csv",
		"pipe");
	TAKEN("json", "/dev/null", "csv", "/dev/null", "capture", "/dev/null");
}

Test(files, the_plan_is_not_written_over)
{
	make("file");
	cr_assert_eq(symlink("file", "link"), 0);
	plan_with((const char *const[]){ "json", "link", NULL });
	cr_assert_eq(ovr_plan_check_source(&plan, "file", &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"plan and json: found \"file\" and \"link\", which are one file, accepted: a file for each");
	plan_with((const char *const[]){ "csv", "out.json", NULL });
	cr_assert_eq(ovr_plan_check_source(&plan, "file", &err), 0);
}
