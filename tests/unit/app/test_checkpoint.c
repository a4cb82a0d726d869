/* SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/ovr_checkpoint_XXXXXX";
static struct app_checkpoint checkpoint;
static struct ovr_plan plan;
static struct ovr_err err;

static void
enter(void)
{
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	ovr_plan_default(&plan);
	snprintf(plan.output.json, sizeof(plan.output.json), "soak.json");
}

static void
leave(void)
{
	unlink("soak.json.partial");
	rmdir("soak.json.partial");
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(rmdir(folder), 0, "something was left in %s", folder);
}

TestSuite(checkpoint, .init = enter, .fini = leave);

/* What a run that was killed has left. */
static void
leave_partial(void)
{
	FILE *file = fopen("soak.json.partial", "w");

	cr_assert_not_null(file);
	fclose(file);
}

static bool
is_there(void)
{
	return access("soak.json.partial", F_OK) == 0;
}

/* A run that is over before its first checkpoint. */
static void
run_shortly(void)
{
	cr_assert_eq(app_checkpoint_begin(&checkpoint, &plan, &err), 0, "%s", err.text);
	app_checkpoint_remove(&checkpoint);
	app_checkpoint_done(&checkpoint);
}

Test(checkpoint, one_that_a_killed_run_left_goes_when_the_next_one_has_its_result)
{
	leave_partial();
	run_shortly();
	cr_assert_not(is_there());
}

Test(checkpoint, a_run_that_was_to_write_none_leaves_it)
{
	leave_partial();
	plan.output.checkpoint_ns = 0;
	run_shortly();
	cr_assert(is_there());
}

static void
refused(void)
{
	cr_assert_lt(app_checkpoint_begin(&checkpoint, &plan, &err), 0);
	cr_assert_str_eq(err.text,
		"checkpoint: \"soak.json.partial\" is there and is no regular file; accepted: a regular file "
		"or nothing under that name");
	app_checkpoint_done(&checkpoint);
	cr_assert(is_there());
}

Test(checkpoint, what_is_no_file_stays)
{
	cr_assert_eq(mkdir("soak.json.partial", 0700), 0);
	refused();
}

Test(checkpoint, a_pipe_there_is_not_waited_for, .timeout = 60)
{
	cr_assert_eq(mkfifo("soak.json.partial", 0600), 0);
	refused();
}

static struct ovr_result result;

static void
write_one(void)
{
	result.plan = plan;
	app_checkpoint_write(&checkpoint, &result);
}

/* Whoever may make files in the folder could have laid the link, and the run may be root's. */
Test(checkpoint, a_link_there_is_not_followed)
{
	struct stat status;

	cr_assert_eq(symlink("victim", "soak.json.partial"), 0);
	close(open("victim", O_WRONLY | O_CREAT, 0600));
	refused();
	/* ... nor if it is laid later */
	unlink("soak.json.partial");
	cr_assert_eq(app_checkpoint_begin(&checkpoint, &plan, &err), 0, "%s", err.text);
	cr_assert_eq(symlink("victim", "soak.json.partial"), 0);
	write_one();
	cr_assert_eq(checkpoint.n_failed, 1);
	/* the trial goes on, and says so */
	app_checkpoint_note(&checkpoint, &result);
	cr_assert_eq(result.n_notes, 1);
	cr_assert_eq(strncmp(result.note[0],
			     "1 of 1 checkpoints were not written, the first since checkpoint: ", 65),
		0, "%s", result.note[0]);
	app_checkpoint_done(&checkpoint);
	ovr_result_done(&result);
	cr_assert(stat("victim", &status) == 0 && status.st_size == 0);
	unlink("victim");
}

Test(checkpoint, what_was_written_stays_until_the_result_has_its_name)
{
	cr_assert_eq(app_checkpoint_begin(&checkpoint, &plan, &err), 0, "%s", err.text);
	write_one();
	cr_assert_eq(checkpoint.n_failed, 0, "%s", checkpoint.failure.text);
	cr_assert_eq(checkpoint.n_written, 1);
	cr_assert(is_there());
	app_checkpoint_remove(&checkpoint);
	cr_assert_not(is_there());
	app_checkpoint_done(&checkpoint);
}
