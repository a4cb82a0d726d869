/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/netns.h"
#include "support/undo_lab.h"
#include "undo/process.h"
#include "undo/undo.h"

TestSuite(recover, .init = lab_enter, .fini = lab_leave);

static struct ovr_undo_report report;

static void
recover(void)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_undo_recover(&lab_places, &report, &err), 0, "%s", err.text);
}

/* Line @p i says this of that kind. */
static void
expect_said(uint32_t i, enum ovr_undo_said said, const char *text)
{
	cr_assert_lt(i, report.n_lines);
	cr_expect_eq(report.line[i].said, said, "%s", report.line[i].text);
	cr_expect_str_eq(report.line[i].text, text);
}

/* A journal of a dead process in our network namespace. */
static pid_t
write_journal(const char *changes)
{
	struct ovr_undo_owner self;
	pid_t dead = lab_dead_pid();
	char name[64], text[1024];

	cr_assert_eq(ovr_undo_process_self(&self, NULL), 0);
	snprintf(name, sizeof(name), "journals/%d.undo", (int)dead);
	snprintf(text, sizeof(text), "overrun undo 1\nprocess %d 1 %" PRIu64 " %" PRIu64 "\n%s", (int)dead,
		self.netns, self.netns_cookie, changes);
	lab_write(name, text);
	return dead;
}

static char text[600];

Test(recover, nothing_left_is_nothing_said)
{
	recover();
	cr_expect_eq(report.n_lines, 0);
	cr_assert_eq(rmdir(lab_places.journals), 0);
	recover();
	cr_expect_eq(report.n_lines, 0);
	cr_expect_eq(access(lab_places.journals, F_OK), -1, "it makes no folder");
}

/* What a trial does to its ports, without putting it back. */
static void
change_everything(struct ovr_undo *undo)
{
	struct ovr_nic_facts a = lab_facts("undo-a"), b = lab_facts("undo-b");

	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_PROMISC, &a, NULL), 0);
	netns_run("ip link set undo-a promisc on");
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_MTU, &b, NULL), 0);
	netns_run("ip link set undo-b mtu 3000");
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_PROMISC, &b, NULL), 0);
	netns_run("ip link set undo-b promisc on");
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_XDP, &b, NULL), 0);
	lab_xdp_attach("undo-b", "xsk_def_prog");
}

/* A process that changes everything, says so, and waits. */
static pid_t
start_changing(void)
{
	int ready[2];
	char byte;
	pid_t child;

	cr_assert_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct ovr_undo *undo;

		if (ovr_undo_open(&lab_places, &undo, NULL) != 0)
			_exit(1);
		change_everything(undo);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		cr_skip_test("this kernel takes no BPF program");
	close(ready[0]);
	return child;
}

Test(recover, what_a_killed_process_left_is_put_back)
{
	struct ovr_nic_facts a, b;
	uint32_t id;
	pid_t child;

	lab_veth();
	child = start_changing();
	id = lab_facts("undo-b").xdp_prog_id;
	recover();
	cr_expect_eq(report.n_lines, 0, "it lives");
	cr_expect_eq(lab_facts("undo-b").mtu, 3000);
	cr_expect_eq(lab_files("journals"), 1);
	kill(child, SIGKILL);
	cr_assert_eq(waitpid(child, NULL, 0), child);
	recover();
	a = lab_facts("undo-a");
	b = lab_facts("undo-b");
	cr_expect_not(a.is_promiscuous);
	cr_expect_eq(b.mtu, 1500);
	cr_expect_not(b.is_promiscuous);
	cr_expect_eq(b.xdp_prog_id, 0);
	cr_expect_eq(lab_files("journals"), 0);
	cr_expect_eq(report.n_lines, 4);
	snprintf(text, sizeof(text), "undo-b: XDP program xsk_def_prog (id %u) detached (left by process %d)",
		id, (int)child);
	expect_said(0, OVR_UNDO_SAID_PUT_BACK, text);
	snprintf(text, sizeof(text), "undo-b: promiscuity cleared (left by process %d)", (int)child);
	expect_said(1, OVR_UNDO_SAID_PUT_BACK, text);
	snprintf(text, sizeof(text), "undo-b: MTU 1500 put back, it was 3000 (left by process %d)",
		(int)child);
	expect_said(2, OVR_UNDO_SAID_PUT_BACK, text);
	snprintf(text, sizeof(text), "undo-a: promiscuity cleared (left by process %d)", (int)child);
	expect_said(3, OVR_UNDO_SAID_PUT_BACK, text);
	recover();
	cr_expect_eq(report.n_lines, 0, "once is enough");
}

/* A journal that puts MTU 1400 on undo-b; its file. */
static const char *
forge(void)
{
	static char name[64];
	char change[64];

	snprintf(change, sizeof(change), "mtu %u undo-b 1400\n", if_nametoindex("undo-b"));
	snprintf(name, sizeof(name), "journals/%d.undo", (int)write_journal(change));
	return name;
}

static void
expect_not_heeded(const char *name)
{
	recover();
	cr_expect_eq(lab_facts("undo-b").mtu, 1500);
	cr_expect_eq(report.n_lines, 1);
	snprintf(text, sizeof(text),
		"%s/%s: is no journal that this version can heed (others than root and this user may have "
		"written it); look at it, and remove it",
		lab_places.journals, strrchr(name, '/') + 1);
	expect_said(0, OVR_UNDO_SAID_LEFT, text);
	cr_assert_eq(unlink(lab_path(name)), 0);
}

/* Holds what its process holds longer than the first thread lives, and ends it when it is told. */
static void *
end_when_told(void *end)
{
	char byte;

	read(*(int *)end, &byte, 1);
	_exit(0);
}

static void *
tell_soon(void *end)
{
	struct timespec soon = { 0, 300000000 };

	nanosleep(&soon, NULL);
	close(*(int *)end);
	return NULL;
}

Test(recover, a_process_that_is_ending_is_waited_for)
{
	int ready[2], end[2];
	pthread_t thread;
	pid_t child;
	char byte;

	lab_veth();
	cr_assert_eq(pipe(ready), 0);
	cr_assert_eq(pipe(end), 0);
	child = fork();
	if (child == 0) {
		struct ovr_nic_facts a = lab_facts("undo-a");
		struct ovr_undo *undo;

		close(end[1]);
		if (ovr_undo_open(&lab_places, &undo, NULL) != 0 ||
			ovr_undo_note(undo, OVR_UNDO_PROMISC, &a, NULL) != 0)
			_exit(1);
		netns_run("ip link set undo-a promisc on");
		if (pthread_create(&thread, NULL, end_when_told, &end[0]) != 0 ||
			write(ready[1], "x", 1) != 1)
			_exit(1);
		pthread_exit(NULL);
	}
	close(ready[1]);
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	for (int i = 0; i < 20000 && ovr_undo_process_lives(child); i++)
		usleep(1000);
	cr_expect_eq(waitpid(child, NULL, WNOHANG), 0, "a thread of it still runs");
	cr_assert_eq(pthread_create(&thread, NULL, tell_soon, &end[1]), 0);
	recover();
	cr_expect_not(lab_facts("undo-a").is_promiscuous);
	cr_expect_eq(lab_files("journals"), 0);
	cr_expect_eq(report.n_lines, 1);
	pthread_join(thread, NULL);
	waitpid(child, NULL, 0);
}

Test(recover, a_journal_that_somebody_else_may_have_written_is_not_heeded)
{
	const char *name;

	lab_veth();
	name = forge();
	recover();
	cr_expect_eq(lab_facts("undo-b").mtu, 1400, "one of ours is");
	netns_run("ip link set undo-b mtu 1500");

	name = forge();
	cr_assert_eq(chmod(lab_path(name), 0666), 0);
	expect_not_heeded(name);

	name = forge();
	cr_assert_eq(chown(lab_path(name), 65534, 65534), 0);
	expect_not_heeded(name);

	name = forge();
	cr_assert_eq(link(lab_path(name), lab_path("other")), 0);
	expect_not_heeded(name);

	name = forge();
	cr_assert_eq(rename(lab_path(name), lab_path("forged")), 0);
	cr_assert_eq(symlink(lab_path("forged"), lab_path(name)), 0);
	expect_not_heeded(name);
}

Test(recover, a_living_process_of_another_pid_namespace_is_left_alone)
{
	struct ovr_nic_facts before;
	pid_t user;

	lab_veth();
	before = lab_facts("undo-b");
	user = lab_start_user_elsewhere(&before, OVR_UNDO_PROMISC);
	netns_run("ip link set undo-b promisc on");
	recover();
	cr_expect_eq(report.n_lines, 0, "%s", report.line[0].text);
	cr_expect(lab_facts("undo-b").is_promiscuous);
	cr_expect_eq(lab_files("journals"), 1);
	lab_end(user);
	/* its first process dies after it */
	for (int i = 0; i < 2000 && lab_files("journals") != 0; i++) {
		usleep(10000);
		recover();
	}
	cr_expect_not(lab_facts("undo-b").is_promiscuous);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(recover, a_corrupt_line_is_said_and_the_others_are_heeded)
{
	unsigned int ifindex;
	pid_t dead;

	lab_veth();
	ifindex = if_nametoindex("undo-b");
	netns_run("ip link set undo-b mtu 3000 promisc on");
	snprintf(text, sizeof(text), "mtu %u undo-b 1500\nmtu %u undo-b fifteen\npromisc %u undo-b\n",
		ifindex, ifindex, ifindex);
	dead = write_journal(text);
	recover();
	cr_expect_eq(lab_facts("undo-b").mtu, 1500);
	cr_expect_not(lab_facts("undo-b").is_promiscuous);
	cr_expect_eq(report.n_lines, 3);
	snprintf(text, sizeof(text),
		"%s/%d.undo: line 4, \"mtu %u undo-b fifteen\", is not understood and was skipped",
		lab_places.journals, (int)dead, ifindex);
	expect_said(0, OVR_UNDO_SAID_SKIPPED, text);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(recover, a_line_that_a_crash_cut_off_is_ignored)
{
	lab_veth();
	netns_run("ip link set undo-b mtu 3000");
	snprintf(text, sizeof(text), "promisc %u undo-b\nmtu %u undo-b 15", if_nametoindex("undo-b"),
		if_nametoindex("undo-b"));
	write_journal(text);
	recover();
	cr_expect_eq(report.n_lines, 0);
	cr_expect_eq(lab_facts("undo-b").mtu, 3000);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(recover, a_journal_that_was_only_begun_is_removed)
{
	lab_write("journals/1.undo", "overrun un");
	lab_write("journals/2.undo", "");
	lab_write("journals/3.undo.new", "overrun undo 1\nprocess");
	recover();
	cr_expect_eq(report.n_lines, 0);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(recover, what_is_no_journal_is_left_and_said)
{
	lab_write("journals/1.undo", "#!/bin/sh\n");
	recover();
	cr_expect_eq(report.n_lines, 1);
	cr_expect_eq(report.line[0].said, OVR_UNDO_SAID_LEFT);
	cr_expect_not_null(strstr(report.line[0].text, "/1.undo: is no journal"), "%s", report.line[0].text);
	cr_expect_eq(lab_files("journals"), 1);
}

Test(recover, an_interface_that_is_gone_or_made_anew_is_nothing_to_say)
{
	lab_veth();
	netns_run("ip link set undo-b promisc on");
	write_journal("promisc 999 undo-b\nmtu 998 undo-z 1500\nuse 998 undo-z\n");
	recover();
	cr_expect_eq(report.n_lines, 0);
	cr_expect(lab_facts("undo-b").is_promiscuous);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(recover, rings_that_are_not_there_any_more_are_nothing_to_put_back)
{
	lab_veth();
	/* a veth has no rings to set: the driver was changed since */
	snprintf(text, sizeof(text), "rings %u undo-b 256 0 0 512\n", if_nametoindex("undo-b"));
	write_journal(text);
	recover();
	cr_expect_eq(report.n_lines, 0, "%s", report.line[0].text);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(recover, what_cannot_be_put_back_is_kept_for_the_next_run)
{
	pid_t dead;

	lab_veth();
	netns_run("ip link set undo-b promisc on");
	snprintf(text, sizeof(text), "mtu %u undo-b 60\npromisc %u undo-b\n", if_nametoindex("undo-b"),
		if_nametoindex("undo-b"));
	dead = write_journal(text);
	recover();
	cr_expect_eq(report.n_lines, 2);
	cr_expect_eq(report.line[0].said, OVR_UNDO_SAID_PUT_BACK);
	cr_expect_eq(report.line[1].said, OVR_UNDO_SAID_LEFT);
	cr_expect_not_null(strstr(report.line[1].text, "could not be put back"), "%s", report.line[1].text);
	snprintf(text, sizeof(text), "journals/%d.undo", (int)dead);
	cr_assert_not_null(lab_read(text));
	cr_expect_null(strstr(lab_read(text), "promisc"));
	cr_expect_not_null(strstr(lab_read(text), "undo-b 60\n"));
}

/*
 * Leave a namespace, and find the journal of somebody dead there. Which of these things does not
 * hold; 0: all do.
 */
static int
leave_a_namespace(void)
{
	struct ovr_undo_owner other;
	char said[256];
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || ovr_undo_process_self(&other, NULL) != 0 || unshare(CLONE_NEWNET) != 0)
		return 1;
	snprintf(text, sizeof(text),
		"overrun undo 1\nprocess 999999 1 %" PRIu64 " %" PRIu64 "\npromisc 1 lo\n", other.netns,
		other.netns_cookie);
	lab_write("journals/999999.undo", text);
	snprintf(said, sizeof(said),
		"lo: process 999999 left it changed in another network namespace (net:[%" PRIu64
		"]): the next run there puts it back",
		other.netns);
	if (ovr_undo_recover(&lab_places, &report, NULL) != 0 || report.n_lines != 1)
		return 2;
	if (report.line[0].said != OVR_UNDO_SAID_LEFT || strcmp(report.line[0].text, said) != 0)
		return 3;
	if (lab_files("journals") != 1)
		return 4;
	close(fd);
	if (ovr_undo_recover(&lab_places, &report, NULL) != 0 || report.n_lines != 0)
		return 5;
	return lab_files("journals") == 0 ? 0 : 6;
}

Test(recover, another_namespace_is_left_while_it_exists_and_forgotten_when_it_is_gone)
{
	cr_expect_eq(lab_alone(leave_a_namespace), 0);
}

/* The same with the journal of a hop, which changes nothing. */
static int
leave_what_was_used(void)
{
	struct ovr_undo_owner other;

	if (ovr_undo_process_self(&other, NULL) != 0 || unshare(CLONE_NEWNET) != 0)
		return 1;
	snprintf(text, sizeof(text),
		"overrun undo 1\nprocess 999999 1 %" PRIu64 " %" PRIu64 "\nuse 1 lo\nuse 2 eth0\n",
		other.netns, other.netns_cookie);
	lab_write("journals/999999.undo", text);
	if (ovr_undo_recover(&lab_places, &report, NULL) != 0 || report.n_lines != 0)
		return 2;
	return lab_files("journals") == 0 ? 0 : 3;
}

Test(recover, of_another_namespace_what_was_only_used_is_forgotten)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	/* it exists as long as this is open */
	cr_expect_eq(lab_alone(leave_what_was_used), 0);
	close(fd);
}

Test(recover, our_namespace_under_another_cookie_is_gone)
{
	struct ovr_undo_owner self;

	cr_assert_eq(ovr_undo_process_self(&self, NULL), 0);
	if (self.netns_cookie == 0)
		cr_skip_test("this kernel tells no cookies of network namespaces");
	snprintf(text, sizeof(text),
		"overrun undo 1\nprocess 999999 1 %" PRIu64 " %" PRIu64 "\npromisc 1 lo\n", self.netns,
		self.netns_cookie + 1);
	lab_write("journals/999999.undo", text);
	recover();
	cr_expect_eq(report.n_lines, 0);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(recover, hugepage_files_are_counted)
{
	pid_t one = lab_dead_pid();
	char mounts[600];

	mkdir(lab_path("huge"), 0755);
	snprintf(mounts, sizeof(mounts), "none %s hugetlbfs rw,pagesize=2M 0 0\n", lab_path("huge"));
	lab_write("mounts", mounts);
	for (int i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "huge/overrun%dmap_%d", (int)one, i);
		lab_write(text, "");
	}
	recover();
	cr_expect_eq(report.n_lines, 1);
	snprintf(text, sizeof(text), "3 hugepage files of process %d removed from %s", (int)one,
		lab_path("huge"));
	expect_said(0, OVR_UNDO_SAID_PUT_BACK, text);
}

Test(recover, a_folder_of_somebody_else_is_refused)
{
	struct ovr_err err = { "" };

	if (geteuid() != 0)
		cr_skip_test("needs root");
	cr_assert_eq(chown(lab_places.journals, 65534, 65534), 0);
	cr_expect_eq(ovr_undo_recover(&lab_places, &report, &err), -EPERM);
	cr_expect_not_null(strstr(err.text, "found owner 65534"), "%s", err.text);
}

/* A named namespace of this test alone, and the inode of its file; 0: it may not make one. */
static uint32_t
make_namespace(const char *name)
{
	char path[300];
	struct stat file;

	snprintf(path, sizeof(path), "netns/%s", name);
	mkdir(lab_path("netns"), 0755);
	lab_write(path, "");
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("/proc/self/ns/net", lab_path(path), NULL, MS_BIND, NULL) != 0)
		return 0;
	return stat(lab_path(path), &file) == 0 ? (uint32_t)file.st_ino : 0;
}

Test(recover, a_namespace_that_a_killed_process_made_is_removed)
{
	uint32_t inode = make_namespace("ovr-lab-1-hop");
	char changes[200];
	pid_t dead;

	if (inode == 0)
		cr_skip_test("may not mount a network namespace");
	snprintf(changes, sizeof(changes), "namespace 0 ovr-lab-1-hop\ntook namespace 0 ovr-lab-1-hop %u\n",
		inode);
	dead = write_journal(changes);
	recover();
	snprintf(text, sizeof(text), "ovr-lab-1-hop: network namespace removed (left by process %d)",
		(int)dead);
	cr_assert_eq(report.n_lines, 1);
	expect_said(0, OVR_UNDO_SAID_PUT_BACK, text);
	cr_expect_eq(access(lab_path("netns/ovr-lab-1-hop"), F_OK), -1);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(recover, a_namespace_that_somebody_made_anew_is_left)
{
	uint32_t inode = make_namespace("ovr-lab-1-hop");
	char changes[200];

	if (inode == 0)
		cr_skip_test("may not mount a network namespace");
	snprintf(changes, sizeof(changes), "namespace 0 ovr-lab-1-hop\ntook namespace 0 ovr-lab-1-hop %u\n",
		inode + 1);
	write_journal(changes);
	recover();
	expect_said(0, OVR_UNDO_SAID_LEFT,
		"ovr-lab-1-hop: left alone: the network namespace was made anew since");
	cr_expect_eq(access(lab_path("netns/ovr-lab-1-hop"), F_OK), 0);
	umount2(lab_path("netns/ovr-lab-1-hop"), MNT_DETACH);
}

Test(recover, a_name_without_its_namespace_is_removed_and_one_that_is_gone_is_nothing_to_say)
{
	mkdir(lab_path("netns"), 0755);
	lab_write("netns/ovr-lab-1-hop", "");
	write_journal("namespace 0 ovr-lab-1-hop\nnamespace 0 ovr-lab-1-tester\n");
	recover();
	if (geteuid() != 0)
		cr_skip_test("may not unmount");
	cr_assert_eq(report.n_lines, 1);
	cr_expect_eq(access(lab_path("netns/ovr-lab-1-hop"), F_OK), -1);
}
