/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/undo_lab.h"

TestSuite(process, .init = lab_enter, .fini = lab_leave);

static struct ovr_undo_owner
self(void)
{
	struct ovr_undo_owner owner;

	cr_assert_eq(ovr_undo_process_self(&owner, NULL), 0);
	return owner;
}

Test(process, this_one_lives)
{
	struct ovr_undo_owner owner = self();

	cr_expect_eq(owner.pid, getpid());
	cr_expect_gt(owner.start, 0);
	cr_expect_gt(owner.pidns, 0);
	cr_expect(ovr_undo_process_lives(owner.pid));
}

Test(process, the_same_pid_at_another_time_or_in_another_pid_namespace_is_another_process)
{
	struct ovr_undo_owner one = self(), later = one, elsewhere = one;

	later.start++;
	elsewhere.pidns++;
	cr_expect(ovr_undo_process_is_same(&one, &one));
	cr_expect_not(ovr_undo_process_is_same(&one, &later));
	cr_expect_not(ovr_undo_process_is_same(&one, &elsewhere));
}

Test(process, a_zombie_is_dead_and_so_is_who_is_gone)
{
	siginfo_t info;
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	cr_assert_eq(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	cr_expect_eq(kill(child, 0), 0, "the zombie is there");
	cr_expect_not(ovr_undo_process_lives(child));
	cr_assert_eq(waitpid(child, NULL, 0), child);
	cr_expect_not(ovr_undo_process_lives(child));
}

Test(process, another_network_namespace_is_told_from_ours)
{
	struct ovr_undo_owner before = self(), after;

	if (unshare(CLONE_NEWNET) != 0)
		cr_skip_test("may not make a network namespace");
	after = self();
	cr_expect_neq(before.netns, after.netns);
	cr_expect_not(ovr_undo_netns_is_same(&before, &after));
	cr_expect(ovr_undo_netns_is_same(&after, &after));
}

Test(process, a_namespace_whose_number_is_used_again_is_another_one)
{
	const struct ovr_undo_owner one = { 1, 1, 4026531840, 17 }, other = { 1, 1, 4026531840, 18 };
	const struct ovr_undo_owner old = { 1, 1, 4026531840, 0 };

	cr_expect_not(ovr_undo_netns_is_same(&one, &other));
	cr_expect(ovr_undo_netns_is_same(&one, &old), "kernels before 5.14 do not tell");
}

static int
exists(const struct ovr_undo_owner *owner)
{
	static struct ovr_undo_namespaces namespaces;

	ovr_undo_namespaces_find(&namespaces);
	return ovr_undo_namespaces_has(&namespaces, owner);
}

/* Which of these things does not hold; 0: all do. */
static int
hold_one_open(void)
{
	struct ovr_undo_owner owner, next;
	int fd;

	if (ovr_undo_process_self(&owner, NULL) != 0 || exists(&owner) != 1)
		return 1;
	fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || unshare(CLONE_NEWNET) != 0 || ovr_undo_process_self(&next, NULL) != 0 ||
		next.netns == owner.netns)
		return 2;
	if (exists(&owner) != 1)
		return 3;
	close(fd);
	return exists(&owner) == 0 ? 0 : 4;
}

Test(process, a_namespace_exists_while_somebody_lives_in_it_or_holds_it_open)
{
	cr_expect_eq(lab_alone(hold_one_open), 0);
}

static int
mount_one(void)
{
	struct ovr_undo_owner owner;

	if (ovr_undo_process_self(&owner, NULL) != 0 ||
		mount("/proc/thread-self/ns/net", lab_path("file"), NULL, MS_BIND, NULL) != 0 ||
		unshare(CLONE_NEWNET) != 0)
		return 1;
	if (exists(&owner) != 1)
		return 2;
	if (umount(lab_path("file")) != 0)
		return 3;
	return exists(&owner) == 0 ? 0 : 4;
}

Test(process, a_namespace_exists_while_it_is_mounted)
{
	lab_write("file", "");
	cr_expect_eq(lab_alone(mount_one), 0);
}

static int
mount_one_and_lie(void)
{
	struct ovr_undo_owner owner;

	if (ovr_undo_process_self(&owner, NULL) != 0 || owner.netns_cookie == 0 ||
		mount("/proc/thread-self/ns/net", lab_path("file"), NULL, MS_BIND, NULL) != 0 ||
		unshare(CLONE_NEWNET) != 0)
		return 1;
	if (exists(&owner) != 1)
		return 2;
	owner.netns_cookie++;
	return exists(&owner) == 0 ? 0 : 3;
}

Test(process, a_namespace_whose_number_was_given_to_another_one_is_gone)
{
	lab_write("file", "");
	cr_expect_eq(lab_alone(mount_one_and_lie), 0);
}

/* The first path to it leads to what covers it, and the second one to it. */
static int
cover_one_and_lie(void)
{
	struct ovr_undo_owner owner;

	if (ovr_undo_process_self(&owner, NULL) != 0 || owner.netns_cookie == 0 ||
		mount("/proc/thread-self/ns/net", lab_path("file"), NULL, MS_BIND, NULL) != 0 ||
		mount("/dev/null", lab_path("file"), NULL, MS_BIND, NULL) != 0 ||
		mount("/proc/thread-self/ns/net", lab_path("other"), NULL, MS_BIND, NULL) != 0 ||
		unshare(CLONE_NEWNET) != 0)
		return 1;
	if (exists(&owner) != 1)
		return 2;
	owner.netns_cookie++;
	return exists(&owner) == 0 ? 0 : 3;
}

Test(process, a_namespace_is_looked_at_by_a_path_that_leads_to_it)
{
	lab_write("file", "");
	lab_write("other", "");
	cr_expect_eq(lab_alone(cover_one_and_lie), 0);
}

Test(process, what_is_not_in_an_incomplete_list_may_exist)
{
	static const struct ovr_undo_namespaces some = { 2, { { 4026531840, "" }, { 4026532249, "" } },
		true };

	cr_expect_eq(ovr_undo_namespaces_has(&some, &(struct ovr_undo_owner){ .netns = 4026532249 }), 1);
	cr_expect_eq(
		ovr_undo_namespaces_has(&some, &(struct ovr_undo_owner){ .netns = 4026532250 }), -EACCES);
}
