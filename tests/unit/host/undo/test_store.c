/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/undo_lab.h"
#include "base/wait.h"

TestSuite(store, .init = lab_enter, .fini = lab_leave);

static mode_t
mode_of(const char *name)
{
	struct stat status;

	cr_assert_eq(stat(lab_path(name), &status), 0);
	return status.st_mode & 07777;
}

Test(store, root_has_its_places_below_run)
{
	struct ovr_undo_places places;

	if (geteuid() != 0)
		cr_skip_test("needs root");
	unsetenv("LIBXDP_BPFFS");
	setenv("XDG_RUNTIME_DIR", "/run/user/0", 1);
	ovr_undo_places_default(&places);
	cr_expect_str_eq(places.journals, "/run/overrun");
	cr_expect_str_eq(places.mounts, "/proc/mounts");
	cr_expect_str_eq(places.bpf, "/sys/fs/bpf/xdp");
}

Test(store, others_have_theirs_in_their_runtime_folder_or_none)
{
	struct ovr_undo_places places;
	struct ovr_err err = { "" };

	if (geteuid() == 0)
		cr_assert_eq(seteuid(65534), 0);
	setenv("XDG_RUNTIME_DIR", "/run/user/1000", 1);
	ovr_undo_places_default(&places);
	cr_expect_str_eq(places.journals, "/run/user/1000/overrun");
	unsetenv("XDG_RUNTIME_DIR");
	ovr_undo_places_default(&places);
	cr_expect_str_empty(places.journals);
	cr_expect_eq(ovr_undo_store_open(&places, "", true, &err), -ENOENT);
	cr_expect_eq(strncmp(err.text, "XDG_RUNTIME_DIR is not set", 26), 0, "%s", err.text);
	if (getuid() == 0)
		cr_assert_eq(seteuid(0), 0);
}

Test(store, the_folder_is_made_when_it_is_asked_for)
{
	int fd;

	cr_assert_eq(rmdir(lab_places.journals), 0);
	cr_expect_eq(ovr_undo_store_open(&lab_places, "", false, NULL), -ENOENT);
	fd = ovr_undo_store_open(&lab_places, "rings", true, NULL);
	cr_assert_geq(fd, 0);
	close(fd);
	cr_expect_eq(mode_of("journals"), 0700, "nobody else may hold its lock");
	cr_expect_eq(mode_of("journals/rings"), 0700);
}

Test(store, a_folder_of_ours_that_others_may_enter_is_closed_to_them)
{
	static const mode_t mode[] = { 0755, 0711, 0777, 01777 };

	for (size_t i = 0; i < sizeof(mode) / sizeof(mode[0]); i++) {
		int fd;

		cr_assert_eq(chmod(lab_places.journals, mode[i]), 0);
		fd = ovr_undo_store_open(&lab_places, "", false, NULL);
		cr_assert_geq(fd, 0);
		close(fd);
		cr_expect_eq(mode_of("journals"), 0700);
	}
}

Test(store, a_folder_of_somebody_else_or_a_link_to_one_is_refused)
{
	struct ovr_err err = { "" };
	char said[400];

	if (geteuid() != 0)
		cr_skip_test("needs root");
	cr_assert_eq(chown(lab_places.journals, 65534, 65534), 0);
	cr_expect_eq(ovr_undo_store_open(&lab_places, "rings", true, &err), -EPERM);
	snprintf(said, sizeof(said),
		"%s: found owner 65534, accepted: a folder of user 0, which nobody else may enter",
		lab_places.journals);
	cr_expect_str_eq(err.text, said);
	cr_expect_eq(access(lab_path("journals/rings"), F_OK), -1);
	cr_assert_eq(symlink(lab_path("."), lab_path("link")), 0);
	snprintf(lab_places.journals, sizeof(lab_places.journals), "%s", lab_path("link"));
	cr_expect_lt(ovr_undo_store_open(&lab_places, "", true, &err), 0);
}

/* Can it be read, and does it say what was written? */
static int
read_whole(int folder)
{
	char text[16];

	return ovr_undo_store_read(folder, "1.undo", text, sizeof(text));
}

Test(store, what_somebody_else_may_have_written_is_not_read)
{
	int fd = ovr_undo_store_open(&lab_places, "", true, NULL);

	lab_write("journals/1.undo", "one");
	cr_expect_eq(read_whole(fd), 0);
	cr_assert_eq(chmod(lab_path("journals/1.undo"), 0620), 0);
	cr_expect_eq(read_whole(fd), -EPERM, "its group may write it");
	cr_assert_eq(chmod(lab_path("journals/1.undo"), 0602), 0);
	cr_expect_eq(read_whole(fd), -EPERM, "everybody may write it");
	cr_assert_eq(chmod(lab_path("journals/1.undo"), 0644), 0);
	cr_assert_eq(link(lab_path("journals/1.undo"), lab_path("elsewhere")), 0);
	cr_expect_eq(read_whole(fd), -EPERM, "it has another name");
	cr_assert_eq(unlink(lab_path("journals/1.undo")), 0);
	cr_assert_eq(symlink(lab_path("elsewhere"), lab_path("journals/1.undo")), 0);
	cr_expect_eq(read_whole(fd), -EPERM, "a link leads to it");
	cr_assert_eq(unlink(lab_path("journals/1.undo")), 0);
	cr_assert_eq(mkfifo(lab_path("journals/1.undo"), 0600), 0);
	cr_expect_eq(read_whole(fd), -EPERM, "it is no file");
	close(fd);
}

Test(store, a_file_of_another_user_is_not_read_and_one_of_root_is)
{
	int fd;

	if (geteuid() != 0)
		cr_skip_test("needs root");
	fd = ovr_undo_store_open(&lab_places, "", true, NULL);
	cr_assert_eq(fchmod(fd, 0755), 0);
	lab_write("journals/1.undo", "one");
	cr_assert_eq(chown(lab_path("journals/1.undo"), 65534, 65534), 0);
	cr_expect_eq(read_whole(fd), -EPERM);
	cr_assert_eq(chmod(lab_path("journals/1.undo"), 0644), 0);
	cr_assert_eq(seteuid(65534), 0);
	cr_expect_eq(read_whole(fd), 0);
	cr_assert_eq(seteuid(0), 0);
	cr_assert_eq(chown(lab_path("journals/1.undo"), 0, 0), 0);
	cr_assert_eq(seteuid(65534), 0);
	cr_expect_eq(read_whole(fd), 0);
	cr_assert_eq(seteuid(0), 0);
	close(fd);
}

Test(store, a_file_is_held_until_it_is_closed_also_when_it_is_written_anew)
{
	int fd = ovr_undo_store_open(&lab_places, "", true, NULL);
	int held = ovr_undo_store_create(fd, "1.undo");

	cr_assert_geq(held, 0);
	cr_expect_eq(ovr_undo_store_create(fd, "1.undo"), -EEXIST);
	cr_expect(ovr_undo_store_is_held(fd, "1.undo"));
	cr_assert_eq(ovr_undo_store_write(fd, "1.undo", "two\n", 4, &held), 0);
	cr_expect(ovr_undo_store_is_held(fd, "1.undo"));
	cr_assert_eq(ovr_undo_store_append(fd, held, "three\n", 6), 0);
	cr_expect_str_eq(lab_read("journals/1.undo"), "two\nthree\n");
	cr_expect_eq(mode_of("journals/1.undo"), 0600);
	close(held);
	cr_expect_not(ovr_undo_store_is_held(fd, "1.undo"));
	close(fd);
}

/* Lets the one that has it go after a while. Until then it cannot be open. */
static atomic_bool is_free;

static void *
let_go(void *end)
{
	usleep(300000);
	atomic_store(&is_free, true);
	close(*(int *)end);
	return NULL;
}

Test(store, who_opens_it_waits_for_who_has_it)
{
	int fd = ovr_undo_store_open(&lab_places, "", true, NULL);
	pthread_t thread;
	int end[2];
	char byte;

	cr_assert_geq(fd, 0);
	cr_assert_eq(pipe(end), 0);
	if (fork() == 0) {
		/* the child's copy keeps the lock until it ends */
		close(end[1]);
		read(end[0], &byte, 1);
		_exit(0);
	}
	close(fd);
	cr_assert_eq(pthread_create(&thread, NULL, let_go, &end[1]), 0);
	fd = ovr_undo_store_open(&lab_places, "", true, NULL);
	cr_assert(atomic_load(&is_free));
	cr_assert_geq(fd, 0);
	close(fd);
	pthread_join(thread, NULL);
	wait(NULL);
}

Test(store, who_waits_for_the_folder_is_interrupted)
{
	static atomic_bool stop = true;
	struct timespec before, after;
	struct ovr_err err = { "" };
	int fd = ovr_undo_store_open(&lab_places, "", true, NULL);

	ovr_wait_stop_by(&stop);
	clock_gettime(CLOCK_MONOTONIC, &before);
	cr_expect_eq(ovr_undo_store_open(&lab_places, "", true, &err), -EINTR);
	clock_gettime(CLOCK_MONOTONIC, &after);
	cr_expect_not_null(strstr(err.text, "the wait for it was interrupted"), "%s", err.text);
	cr_expect_lt(after.tv_sec - before.tv_sec, 10, "a stopped one waits a second");
	close(fd);
}

Test(store, a_file_is_replaced_whole_and_appended_to)
{
	int fd = ovr_undo_store_open(&lab_places, "", true, NULL);
	int held = ovr_undo_store_create(fd, "1.undo");
	char text[64];

	cr_assert_eq(ovr_undo_store_append(fd, held, "one\n", 4), 0);
	cr_assert_eq(ovr_undo_store_append(fd, held, "two\n", 4), 0);
	cr_assert_eq(ovr_undo_store_read(fd, "1.undo", text, sizeof(text)), 0);
	cr_expect_str_eq(text, "one\ntwo\n");
	cr_assert_eq(ovr_undo_store_write(fd, "1.undo", "three\n", 6, NULL), 0);
	cr_assert_eq(ovr_undo_store_read(fd, "1.undo", text, sizeof(text)), 0);
	cr_expect_str_eq(text, "three\n");
	cr_expect_eq(lab_files("journals"), 1);
	cr_expect_eq(ovr_undo_store_read(fd, "1.undo", text, 6), -E2BIG);
	cr_expect_eq(ovr_undo_store_read(fd, "2.undo", text, sizeof(text)), -ENOENT);
	close(held);
	close(fd);
}

/* Remembers the names that were visited. */
static int
remember(void *context, int folder, const char *name)
{
	(void)folder;
	strcat(context, name);
	strcat(context, ";");
	return strcmp(name, "3.undo") == 0 ? -EBUSY : 0;
}

Test(store, what_was_half_written_is_removed_by_who_opens_it_next)
{
	int fd = ovr_undo_store_open(&lab_places, "rings", true, NULL);

	close(fd);
	lab_write("journals/rings/1-2-eth0.rings", "whole");
	lab_write("journals/rings/1-2-eth1.rings.new", "hal");
	fd = ovr_undo_store_open(&lab_places, "rings", false, NULL);
	cr_assert_geq(fd, 0);
	close(fd);
	cr_expect_eq(access(lab_path("journals/rings/1-2-eth0.rings"), F_OK), 0);
	cr_expect_neq(access(lab_path("journals/rings/1-2-eth1.rings.new"), F_OK), 0);
}

Test(store, files_are_visited_in_order_until_one_ends_it)
{
	char names[64] = "";
	int fd = ovr_undo_store_open(&lab_places, "", true, NULL);

	lab_write("journals/4.undo", "");
	lab_write("journals/3.undo", "");
	lab_write("journals/1.undo", "");
	lab_write("journals/2.undo.new", "");
	lab_write("journals/.undo", "");
	cr_expect_eq(ovr_undo_store_each(fd, ".undo", remember, names), -EBUSY);
	cr_expect_str_eq(names, "1.undo;3.undo;");
	close(fd);
}
