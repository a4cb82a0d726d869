/* SPDX-License-Identifier: BSD-3-Clause */
#include "output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "page.h"

static char folder[] = "/tmp/app_output_XXXXXX";

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
put_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

static void
expect_text(const char *path, const char *text)
{
	char found[256] = "";
	FILE *file = fopen(path, "r");

	cr_assert_not_null(file);
	found[fread(found, 1, sizeof(found) - 1, file)] = '\0';
	fclose(file);
	cr_assert_str_eq(found, text);
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

	put_text("b", "something longer");
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
	cr_assert_eq(app_output_open(&output, "capture", "a", NULL), 0);
	app_output_drop(&output);
	cr_assert_eq(n_files(), 1);
	cr_assert_eq(app_output_open(&output, "json", "a", NULL), 0);
	cr_assert_eq(app_output_finish(&output, 1, NULL), 0);
	cr_assert_eq(n_files(), 2);
}

Test(output, stdout_has_many_names)
{
	static const char *const names[] = { "-", "/dev/stdout", "/dev/fd/1", "a", "b" };
	struct app_output output;

	cr_assert_not_null(freopen("a", "w", stdout));
	cr_assert_eq(symlink("a", "b"), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cr_assert_eq(app_output_open(&output, "json", names[i], NULL), 0);
		cr_assert(output.is_stdout, "%s", names[i]);
		fprintf(output.file, "%zu\n", i);
		cr_assert_eq(app_output_finish(&output, 1, NULL), 0);
	}
	cr_assert_eq(app_page_end(), 0);
	expect_text("a", "0\n1\n2\n3\n4\n");
}

Test(output, a_descriptor_is_written_where_it_stands)
{
	struct app_output output;
	FILE *log = fopen("a", "w");
	char name[32];

	fputs("before\n", log);
	fflush(log);
	snprintf(name, sizeof(name), "/dev/fd/%d", fileno(log));
	cr_assert_eq(app_output_open(&output, "json", name, NULL), 0);
	fputs("json\n", output.file);
	cr_assert_eq(app_output_finish(&output, 1, NULL), 0);
	fputs("behind\n", log);
	fclose(log);
	expect_text("a", "before\njson\nbehind\n");
	cr_assert_eq(n_files(), 1);
	cr_assert_lt(app_output_open(&output, "json", "/dev/fd/987", NULL), 0);
}

/* The old file is whole until the new one is: never cut in place, wherever the link leads. */
Test(output, a_file_behind_a_link_is_replaced_and_not_written_over)
{
	struct app_output output;
	struct stat before, after;

	put_text("b", "old");
	cr_assert_eq(symlink("b", "a"), 0);
	cr_assert_eq(stat("b", &before), 0);
	cr_assert_eq(app_output_open(&output, "json", "a", NULL), 0);
	fputs("new", output.file);
	fflush(output.file);
	cr_assert(stat("b", &after) == 0 && after.st_ino == before.st_ino && after.st_size == 3);
	cr_assert_eq(app_output_finish(&output, 1, NULL), 0);
	cr_assert(stat("b", &after) == 0 && after.st_ino != before.st_ino);
	cr_assert(lstat("a", &after) == 0 && S_ISLNK(after.st_mode));
	cr_assert_eq(n_files(), 2);
}

Test(output, a_derived_name_follows_no_link)
{
	struct app_output output;
	struct ovr_err err = { "" };

	put_text("b", "theirs");
	cr_assert_eq(symlink("b", "a"), 0);
	cr_assert_lt(app_output_open_derived(&output, "checkpoint", "a", &err), 0);
	cr_assert_str_eq(err.text,
		"checkpoint: \"a\" is there and is no regular file; accepted: a regular file or nothing "
		"under that "
		"name");
	cr_assert_eq(n_files(), 2);
}

/* Opening a pipe waits for its reader, who may never come. */
Test(output, a_derived_name_is_no_pipe, .timeout = 60)
{
	struct app_output output;

	cr_assert_eq(mkfifo("a", 0600), 0);
	cr_assert_lt(app_output_open_derived(&output, "checkpoint", "a", NULL), 0);
	cr_assert_eq(n_files(), 1);
}

/* Anybody can lay one into /tmp, where the kernel follows it for nobody else. */
Test(output, a_link_of_somebody_else_makes_no_file)
{
	struct app_output output;

	if (geteuid() != 0)
		cr_skip_test("needs root");
	cr_assert_eq(symlink("b", "a"), 0);
	cr_assert_eq(lchown("a", 4711, 4711), 0);
	cr_assert_eq(app_output_open(&output, "json", "a", NULL), -EACCES);
	cr_assert_eq(n_files(), 1);
}

/* The name of its descriptor leads to "b (deleted)". */
Test(output, a_file_that_is_gone_is_not_made_again)
{
	struct app_output output;
	char name[64];
	int fd = open("b", O_CREAT | O_WRONLY, 0600);

	cr_assert_eq(unlink("b"), 0);
	snprintf(name, sizeof(name), "/proc/%d/fd/%d", (int)getpid(), fd);
	cr_assert_eq(app_output_open(&output, "json", name, NULL), -EACCES);
	cr_assert_eq(n_files(), 0);
}

Test(output, a_loop_of_links_is_refused)
{
	struct app_output output;

	cr_assert_eq(symlink("b", "a"), 0);
	cr_assert_eq(symlink("a", "b"), 0);
	cr_assert_lt(app_output_open(&output, "json", "a", NULL), 0);
	cr_assert_eq(n_files(), 2);
}

Test(output, a_signal_removes_temporary_files_before_it_ends_the_process)
{
	struct app_output outputs[2];
	int status;
	pid_t child = fork();

	if (child == 0) {
		app_output_guard();
		open_both(outputs);
		if (n_files() == 2)
			raise(SIGTERM);
		_exit(8);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	cr_assert_eq(n_files(), 0);
}

/* nohup */
Test(output, a_hangup_that_is_ignored_stays_so)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		signal(SIGHUP, SIG_IGN);
		app_output_guard();
		raise(SIGHUP);
		_exit(7);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

/* A limit of file sizes stands in for a full disk. */
Test(output, what_cannot_be_written_leaves_the_old_file)
{
	struct app_output output;
	struct ovr_err err = { "" };
	struct rlimit limit = { .rlim_cur = 4096, .rlim_max = RLIM_INFINITY };
	struct stat status;

	put_text("a", "old");
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_assert_eq(app_output_open(&output, "json", "a", NULL), 0);
	for (int i = 0; i < 3000; i++)
		fputs("0123456789", output.file);
	cr_assert_lt(app_output_finish(&output, 1, &err), 0);
	limit.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &limit);
	cr_assert_eq(strncmp(err.text, "json: \"a\" cannot be written: ", 28), 0, "%s", err.text);
	cr_assert(stat("a", &status) == 0 && status.st_size == 3);
	cr_assert_eq(n_files(), 1);
}

/* It would wait for its reader, who may never come. */
Test(output, a_pipe_needs_a_reader, .timeout = 60)
{
	struct app_output output;
	struct ovr_err err = { "" };
	char found[8] = "";
	int reader;

	cr_assert_eq(mkfifo("a", 0600), 0);
	cr_assert_eq(app_output_open(&output, "json", "a", &err), -ENXIO);
	cr_assert_str_eq(err.text,
		"json: \"a\" is a pipe that nobody reads; accepted: a pipe with a reader, or a file");
	reader = open("a", O_RDONLY | O_NONBLOCK);
	cr_assert_eq(app_output_open(&output, "json", "a", &err), 0, "%s", err.text);
	fputs("one", output.file);
	cr_assert_eq(app_output_finish(&output, 1, &err), 0, "%s", err.text);
	cr_assert_eq(read(reader, found, sizeof(found)), 3);
	cr_assert_str_eq(found, "one");
	cr_assert_eq(n_files(), 1);
}

static void
on_alarm(int number)
{
	(void)number;
}

/* It has room for 64 kB, and its reader reads nothing. */
Test(output, a_signal_ends_the_wait_for_a_pipe_that_is_full, .timeout = 60)
{
	const struct itimerval soon = { .it_value = { .tv_usec = 20000 },
		.it_interval = { .tv_usec = 20000 } };
	const struct sigaction action = { .sa_handler = on_alarm };
	struct app_output output;
	struct ovr_err err = { "" };

	cr_assert_eq(mkfifo("a", 0600), 0);
	cr_assert_geq(open("a", O_RDONLY | O_NONBLOCK), 0);
	cr_assert_eq(app_output_open(&output, "json", "a", &err), 0, "%s", err.text);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	for (int i = 0; i < 30000; i++)
		fputs("0123456789", output.file);
	cr_assert_eq(app_output_finish(&output, 1, &err), -EINTR);
	cr_assert_str_eq(err.text,
		"json: \"a\" cannot be written: Interrupted system call; accepted: a file in a directory "
		"that can be written");
}

Test(output, a_device_is_written_as_it_is)
{
	struct app_output output;
	struct ovr_err err = { "" };

	cr_assert_eq(app_output_open(&output, "json", "/dev/null", NULL), 0);
	fputs("one", output.file);
	cr_assert_eq(app_output_finish(&output, 1, NULL), 0);
	cr_assert_eq(app_output_open(&output, "json", "/dev/full", NULL), 0);
	/* more than a buffer, so that its last part is not the first to fail */
	for (int i = 0; i < 30000; i++)
		cr_assert_neq(fputs("0123456789", output.file), EOF, "who writes is told");
	cr_assert_eq(app_output_finish(&output, 1, &err), -ENOSPC);
	cr_assert_str_eq(err.text,
		"json: \"/dev/full\" cannot be written: No space left on device; accepted: a file in a "
		"directory that can be written");
}

Test(output, who_replaces_a_file_keeps_its_mode)
{
	struct app_output output;
	struct stat status;

	put_text("a", "old");
	cr_assert_eq(chmod("a", 0640), 0);
	cr_assert_eq(app_output_open(&output, "json", "a", NULL), 0);
	cr_assert_eq(app_output_finish(&output, 1, NULL), 0);
	cr_assert(stat("a", &status) == 0 && (status.st_mode & 07777) == 0640);
}

/* Neither file replaces what was there where one of them cannot. */
Test(output, nothing_that_was_there_is_deleted)
{
	struct app_output outputs[2];

	put_text("a", "old");
	open_both(outputs);
	cr_assert_eq(mkdir("b", 0700), 0);
	cr_assert_lt(app_output_finish(outputs, 2, NULL), 0);
	expect_text("a", "old");
	cr_assert_eq(n_files(), 2);
}

Test(output, the_page_keeps_its_first_error)
{
	cr_assert_not_null(freopen("/dev/full", "w", stdout));
	for (int i = 0; i < 30000; i++)
		cr_assert_neq(fputs("0123456789\n", app_page(100)), EOF, "who writes is told");
	cr_assert_eq(app_page_flush(), -ENOSPC);
	cr_assert_eq(app_page_end(), -ENOSPC);
}

/* Lines of one width and of another come out as each was written. */
Test(output, the_page_has_the_columns_that_were_asked_for)
{
	cr_assert_not_null(freopen("a", "w", stdout));
	fputs("one two three\n", app_page(8));
	fputs("one two three\nno end", app_page(0));
	cr_assert_eq(app_page_end(), 0);
	expect_text("a", "one two\nthree\none two three\nno end");
}
