/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/eal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/undo_lab.h"

TestSuite(eal, .init = lab_enter, .fini = lab_leave);

/* A name with a pid in it; a static text. */
static const char *
named(const char *format, pid_t pid)
{
	static char name[4][64];
	static unsigned int next;
	char *buf = name[next++ % 4];

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(buf, sizeof(name[0]), format, (int)pid);
	return buf;
}

static bool
is_there(const char *name)
{
	return access(lab_path(name), F_OK) == 0;
}

Test(eal, hugepage_files_are_known_by_our_prefix_and_a_pid)
{
	cr_expect_eq(ovr_undo_eal_hugepage_of("overrun1234map_0"), 1234);
	cr_expect_eq(ovr_undo_eal_hugepage_of("overrun7map_511"), 7);
	cr_expect_eq(ovr_undo_eal_hugepage_of("rtemap_0"), 0);
	cr_expect_eq(ovr_undo_eal_hugepage_of("overrun1234map_"), 0);
	cr_expect_eq(ovr_undo_eal_hugepage_of("overrun1234map_0x"), 0);
	cr_expect_eq(ovr_undo_eal_hugepage_of("overrun1234"), 0);
	cr_expect_eq(ovr_undo_eal_hugepage_of("overrunmap_0"), 0);
	cr_expect_eq(ovr_undo_eal_hugepage_of("overrun0map_0"), 0);
	cr_expect_eq(ovr_undo_eal_hugepage_of("overrun99999999999map_0"), 0);
}

Test(eal, hugepage_files_of_the_dead_are_removed_and_no_others)
{
	struct ovr_undo_eal_removed removed;
	pid_t dead = lab_dead_pid();

	mkdir(lab_path("huge"), 0755);
	lab_write(named("huge/overrun%dmap_0", dead), "");
	lab_write(named("huge/overrun%dmap_1", dead), "");
	lab_write(named("huge/overrun%dmap_0", getpid()), "");
	lab_write("huge/rtemap_0", "");
	ovr_undo_eal_clean_hugepages(lab_path("huge"), 0, &removed);
	cr_expect_eq(removed.n_files, 2);
	cr_expect_eq(removed.pid, dead);
	cr_expect_eq(lab_files("huge"), 2);
	cr_expect(is_there(named("huge/overrun%dmap_0", getpid())));
	cr_expect(is_there("huge/rtemap_0"));
}

Test(eal, a_hugepage_file_that_somebody_has_locked_is_left)
{
	struct ovr_undo_eal_removed removed;
	pid_t dead = lab_dead_pid();
	int fd;

	mkdir(lab_path("huge"), 0755);
	lab_write(named("huge/overrun%dmap_0", dead), "");
	fd = open(lab_path(named("huge/overrun%dmap_0", dead)), O_RDONLY);
	cr_assert_eq(flock(fd, LOCK_SH), 0);
	ovr_undo_eal_clean_hugepages(lab_path("huge"), 0, &removed);
	cr_expect_eq(removed.n_files, 0);
	cr_expect(is_there(named("huge/overrun%dmap_0", dead)));
	close(fd);
}

Test(eal, what_is_no_file_of_this_user_is_left)
{
	struct ovr_undo_eal_removed removed;
	pid_t dead = lab_dead_pid();

	mkdir(lab_path("huge"), 0755);
	lab_write("precious", "");
	cr_assert_eq(symlink(lab_path("precious"), lab_path(named("huge/overrun%dmap_0", dead))), 0);
	cr_assert_eq(mkfifo(lab_path(named("huge/overrun%dmap_1", dead)), 0600), 0);
	lab_write(named("huge/overrun%dmap_2", dead), "");
	if (geteuid() == 0)
		cr_assert_eq(chown(lab_path(named("huge/overrun%dmap_2", dead)), 65534, 65534), 0);
	ovr_undo_eal_clean_hugepages(lab_path("huge"), 0, &removed);
	cr_expect_eq(removed.n_files, geteuid() == 0 ? 0 : 1);
	cr_expect(is_there("precious"));
	cr_expect(is_there(named("huge/overrun%dmap_1", dead)));
}

Test(eal, this_process_may_remove_its_own_after_it)
{
	char mounts[600];

	mkdir(lab_path("huge"), 0755);
	snprintf(mounts, sizeof(mounts), "proc /proc proc rw 0 0\nnone %s hugetlbfs rw,pagesize=2M 0 0\n",
		lab_path("huge"));
	lab_write("mounts", mounts);
	lab_write(named("huge/overrun%dmap_0", getpid()), "");
	lab_write("huge/overrun1map_0", "");
	cr_expect_eq(ovr_undo_eal_files(&lab_places, getpid()), 1);
	cr_expect_eq(lab_files("huge"), 1);
}

/* Remembers the mounts that were visited. */
static void
remember(void *context, const char *mount)
{
	strcat(context, mount);
	strcat(context, ";");
}

Test(eal, every_hugetlbfs_is_found_also_with_blanks_in_its_path)
{
	char found[256] = "";

	lab_write("mounts",
		"none /dev/hugepages hugetlbfs rw,pagesize=2M 0 0\ntmpfs /run tmpfs rw 0 0\n"
		"none /mnt/huge\\0401G hugetlbfs rw,pagesize=1024M 0 0\n");
	ovr_undo_eal_each_mount(lab_places.mounts, remember, found);
	cr_expect_str_eq(found, "/dev/hugepages;/mnt/huge 1G;");
	found[0] = '\0';
	ovr_undo_eal_each_mount(lab_path("no/such/file"), remember, found);
	cr_expect_str_empty(found);
}
