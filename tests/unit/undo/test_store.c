/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "../../support/undo_lab.h"

TestSuite(store, .init = lab_enter, .fini = lab_leave);

Test(store, root_has_its_places_below_run)
{
	struct ovr_undo_places places;

	if (geteuid() != 0)
		cr_skip_test("needs root");
	unsetenv("RUNTIME_DIRECTORY");
	unsetenv("LIBXDP_BPFFS");
	setenv("XDG_RUNTIME_DIR", "/run/user/0", 1);
	ovr_undo_places_default(&places);
	cr_expect_str_eq(places.journals, "/run/overrun");
	cr_expect_str_eq(places.eal, "/var/run/dpdk");
	cr_expect_str_eq(places.mounts, "/proc/mounts");
	cr_expect_str_eq(places.bpf, "/sys/fs/bpf/xdp");
}

Test(store, others_have_theirs_in_their_runtime_folder_or_none)
{
	struct ovr_undo_places places;
	struct ovr_err err = { "" };

	if (geteuid() == 0)
		cr_assert_eq(seteuid(65534), 0);
	unsetenv("RUNTIME_DIRECTORY");
	setenv("XDG_RUNTIME_DIR", "/run/user/1000", 1);
	ovr_undo_places_default(&places);
	cr_expect_str_eq(places.journals, "/run/user/1000/overrun");
	cr_expect_str_eq(places.eal, "/run/user/1000/dpdk");
	unsetenv("XDG_RUNTIME_DIR");
	ovr_undo_places_default(&places);
	cr_expect_str_empty(places.journals);
	cr_expect_str_eq(places.eal, "/tmp/dpdk");
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
	cr_expect_eq(access(lab_path("journals/rings"), F_OK), 0);
}

Test(store, a_folder_that_others_may_write_to_is_refused)
{
	struct ovr_err err = { "" };

	cr_assert_eq(chmod(lab_places.journals, 0777), 0);
	cr_expect_eq(ovr_undo_store_open(&lab_places, "", true, &err), -EPERM);
	cr_expect_not_null(strstr(err.text, "mode 777"), "%s", err.text);
}

Test(store, who_opens_it_waits_for_who_has_it)
{
	struct timespec before, after;
	int fd = ovr_undo_store_open(&lab_places, "", true, NULL);
	int ready[2];
	char byte;

	cr_assert_geq(fd, 0);
	cr_assert_eq(pipe(ready), 0);
	if (fork() == 0) {
		/* the child's copy keeps the lock until it ends */
		write(ready[1], "x", 1);
		usleep(300000);
		_exit(0);
	}
	close(fd);
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	clock_gettime(CLOCK_MONOTONIC, &before);
	fd = ovr_undo_store_open(&lab_places, "", true, NULL);
	clock_gettime(CLOCK_MONOTONIC, &after);
	cr_assert_geq(fd, 0);
	cr_expect_gt((after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000, 150);
	close(fd);
	wait(NULL);
}

Test(store, a_file_is_replaced_whole_and_appended_to)
{
	int fd = ovr_undo_store_open(&lab_places, "", true, NULL);
	char text[64];

	cr_assert_eq(ovr_undo_store_append(fd, "1.undo", "one\n", 4), 0);
	cr_assert_eq(ovr_undo_store_append(fd, "1.undo", "two\n", 4), 0);
	cr_assert_eq(ovr_undo_store_read(fd, "1.undo", text, sizeof(text)), 0);
	cr_expect_str_eq(text, "one\ntwo\n");
	cr_assert_eq(ovr_undo_store_write(fd, "1.undo", "three\n", 6), 0);
	cr_assert_eq(ovr_undo_store_read(fd, "1.undo", text, sizeof(text)), 0);
	cr_expect_str_eq(text, "three\n");
	cr_expect_eq(lab_files("journals"), 1);
	cr_expect_eq(ovr_undo_store_read(fd, "1.undo", text, 6), -E2BIG);
	cr_expect_eq(ovr_undo_store_read(fd, "2.undo", text, sizeof(text)), -ENOENT);
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
