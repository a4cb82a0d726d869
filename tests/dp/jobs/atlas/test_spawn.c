/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/spawn.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/wait.h"

static struct ovr_atlas_said said;
static struct ovr_err err;

static int
shell(const char *line)
{
	const char *argv[] = { "sh", "-c", line, NULL };

	return ovr_atlas_spawn((char *const *)argv, &said, &err);
}

Test(spawn, a_child_has_said_something_and_ended)
{
	cr_assert_eq(shell("echo one; echo two >&2; exit 5"), 0, "%s", err.text);
	cr_expect_eq(said.code, 5);
	cr_expect_str_eq(said.out, "one\n");
	cr_expect_str_eq(said.err, "two\n");
	ovr_atlas_said_done(&said);
	ovr_atlas_said_done(&said);
}

Test(spawn, what_is_long_is_whole)
{
	cr_assert_eq(shell("seq 100000"), 0);
	cr_expect_eq(strlen(said.out), 588895);
	ovr_atlas_said_done(&said);
}

Test(spawn, a_signal_is_told_by_the_code)
{
	cr_assert_eq(shell("kill -KILL $$"), 0);
	cr_expect_eq(said.code, 137);
	ovr_atlas_said_done(&said);
}

Test(spawn, it_reads_nothing)
{
	cr_assert_eq(shell("cat"), 0);
	cr_expect_eq(said.code, 0);
	ovr_atlas_said_done(&said);
}

Test(spawn, a_program_that_is_not_there_is_named)
{
	const char *argv[] = { "no-such-program-at-all", NULL };

	cr_expect_eq(ovr_atlas_spawn((char *const *)argv, &said, &err), -ENOENT);
	cr_expect_str_eq(err.text, "no-such-program-at-all: there is no such program");
}

static atomic_bool stop;

static void *
stop_soon(void *unused)
{
	const struct timespec soon = { .tv_nsec = 100000000 };

	nanosleep(&soon, NULL);
	atomic_store(&stop, true);
	return unused;
}

Test(spawn, a_child_is_asked_to_end_when_the_program_is)
{
	pthread_t other;

	ovr_wait_stop_by(&stop);
	cr_assert_eq(pthread_create(&other, NULL, stop_soon, NULL), 0);
	cr_expect_eq(shell("exec sleep 60"), -EINTR);
	pthread_join(other, NULL);
}
