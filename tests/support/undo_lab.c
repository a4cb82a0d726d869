/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo_lab.h"

#include <dirent.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "netns.h"
#include "xdp.h"

struct ovr_undo_places lab_places;
static char folder[] = "/tmp/ovr_undo_XXXXXX";

const char *
lab_path(const char *name)
{
	static char path[8][256];
	static unsigned int next;
	char *buf = path[next++ % 8];

	snprintf(buf, sizeof(path[0]), "%s/%s", folder, name);
	return buf;
}

void
lab_enter(void)
{
	cr_assert_not_null(mkdtemp(folder));
	memset(&lab_places, 0, sizeof(lab_places));
	snprintf(lab_places.journals, sizeof(lab_places.journals), "%s", lab_path("journals"));
	snprintf(lab_places.mounts, sizeof(lab_places.mounts), "%s", lab_path("mounts"));
	snprintf(lab_places.bpf, sizeof(lab_places.bpf), "%s", lab_path("bpf/xdp"));
	snprintf(lab_places.namespaces, sizeof(lab_places.namespaces), "%s", lab_path("netns"));
	snprintf(lab_places.settings, sizeof(lab_places.settings), "%s", lab_path("sys"));
	cr_assert_eq(mkdir(lab_places.journals, 0700), 0);
}

void
lab_leave(void)
{
	char command[300];

	umount2(lab_path("bpf"), MNT_DETACH);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	cr_assert_eq(system(command), 0);
}

void
lab_write(const char *name, const char *text)
{
	FILE *file = fopen(lab_path(name), "w");

	cr_assert_not_null(file, "%s: %s", lab_path(name), strerror(errno));
	cr_assert_eq(fchmod(fileno(file), 0600), 0);
	cr_assert_geq(fputs(text, file), 0);
	cr_assert_eq(fclose(file), 0);
}

const char *
lab_read(const char *name)
{
	static char text[8192];
	FILE *file = fopen(lab_path(name), "r");
	size_t n;

	if (file == NULL)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	return text;
}

unsigned int
lab_files(const char *name)
{
	DIR *directory = opendir(lab_path(name));
	const struct dirent *entry;
	unsigned int n = 0;

	if (directory == NULL)
		return 0;
	while ((entry = readdir(directory)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(directory);
	return n;
}

pid_t
lab_dead_pid(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	cr_assert_eq(waitpid(child, NULL, 0), child);
	return child;
}

/* Note a change, say so, and live on. */
static void
use(const struct ovr_nic_facts *facts, enum ovr_undo_kind kind, int ready)
{
	struct ovr_undo *undo;

	if (ovr_undo_open(&lab_places, &undo, NULL) != 0 || ovr_undo_note(undo, kind, facts, NULL) != 0 ||
		write(ready, "x", 1) != 1)
		_exit(1);
	pause();
	_exit(0);
}

pid_t
lab_start_user(const struct ovr_nic_facts *facts)
{
	int ready[2];
	char byte;
	pid_t child;

	cr_assert_eq(pipe(ready), 0);
	child = fork();
	if (child == 0)
		use(facts, OVR_UNDO_USE, ready[1]);
	close(ready[1]);
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

pid_t
lab_start_user_elsewhere(const struct ovr_nic_facts *facts, enum ovr_undo_kind kind)
{
	int ready[2];
	char byte;
	pid_t child;

	cr_assert_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		pid_t first;

		if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0)
			_exit(1);
		first = fork();
		if (first == 0) {
			/* it ends with who waits for it */
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
				mount("proc", "/proc", "proc", 0, NULL) != 0)
				_exit(1);
			use(facts, kind, ready[1]);
		}
		close(ready[1]);
		waitpid(first, NULL, 0);
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		cr_skip_test("may not make a PID namespace");
	close(ready[0]);
	return child;
}

void
lab_end(pid_t pid)
{
	kill(pid, SIGKILL);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

void
lab_veth(void)
{
	netns_enter();
	netns_make_pair("undo-a", "undo-b");
}

/* How a child ended whose work was not begun. */
#define CANNOT 254

/* In a child, since who has made a PID namespace can start no processes but in it. */
static int
enter_alone(int (*body)(void))
{
	int status;
	pid_t child;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET) != 0)
		return CANNOT;
	child = fork();
	if (child == 0) {
		if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
			mount("proc", "/proc", "proc", 0, NULL) != 0)
			_exit(CANNOT);
		_exit(body());
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : CANNOT;
}

int
lab_alone(int (*body)(void))
{
	int status;
	pid_t child;

	if (geteuid() != 0)
		cr_skip_test("needs root");
	child = fork();
	if (child == 0)
		_exit(enter_alone(body));
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == CANNOT)
		cr_skip_test("may not make a PID namespace");
	return WEXITSTATUS(status);
}

struct ovr_nic_facts
lab_facts(const char *name)
{
	struct ovr_nic_facts facts;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_nic_facts_read(name, &facts, &err), 0, "%s", err.text);
	return facts;
}

void
lab_bpf(void)
{
	cr_assert_eq(mkdir(lab_path("bpf"), 0755), 0);
	if (mount("bpf", lab_path("bpf"), "bpf", 0, NULL) != 0)
		cr_skip_test("may not mount a bpf file system: %s", strerror(errno));
	cr_assert_eq(mkdir(lab_path("bpf/xdp"), 0755), 0);
}

void
lab_xdp_pin(const char *path, const char *program)
{
	int fd = xdp_load_named(program, XDP_PASS);

	xdp_pin(path, fd);
	close(fd);
}

uint32_t
lab_xdp_attach(const char *interface, const char *program)
{
	int fd = xdp_load_named(program, XDP_PASS);

	xdp_attach(interface, fd, 0);
	close(fd);
	return lab_facts(interface).xdp_prog_id;
}
