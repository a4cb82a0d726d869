/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/*
 * Fields of /proc/PID/stat after the name, which may hold anything: the state is the first, the
 * start the 20th.
 */
#define START_FIELD 20

/* Start time of a process, in clock ticks since the boot. */
static int
read_stat(pid_t pid, char *ret_state, uint64_t *ret_start)
{
	char path[64], text[1024];
	char *at;
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return -errno;
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	at = strrchr(text, ')');
	if (at == NULL || at[1] != ' ')
		return -ESRCH;
	at += 2;
	*ret_state = *at;
	for (int field = 1; field < START_FIELD; field++) {
		at = strchr(at, ' ');
		if (at == NULL)
			return -ESRCH;
		at++;
	}
	*ret_start = strtoull(at, NULL, 10);
	return 0;
}

static uint64_t
read_cookie(void)
{
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) != 0)
		cookie = 0;
	close(fd);
	return cookie;
}

int
ovr_undo_process_self(struct ovr_undo_owner *ret_self, struct ovr_err *err)
{
	struct ovr_undo_owner self = { .pid = getpid(), .netns_cookie = read_cookie() };
	struct stat netns, pidns;
	char state;
	int status = read_stat(self.pid, &state, &self.start);

	if (status == 0 && stat("/proc/thread-self/ns/net", &netns) != 0)
		status = -errno;
	if (status != 0)
		return ovr_err_set(err, status,
			"/proc: cannot be asked about this process: %s; it is needed to put changes back",
			strerror(-status));
	self.netns = netns.st_ino;
	self.pidns = stat("/proc/self/ns/pid", &pidns) == 0 ? pidns.st_ino : 0;
	*ret_self = self;
	return 0;
}

bool
ovr_undo_process_lives(pid_t pid)
{
	uint64_t start;
	char state = '?';

	if (kill(pid, 0) != 0 && errno == ESRCH)
		return false;
	/* where it may not be looked into, the pid alone must do */
	if (read_stat(pid, &state, &start) != 0)
		return kill(pid, 0) == 0 || errno != ESRCH;
	return state != 'Z' && state != 'X';
}

bool
ovr_undo_process_is_same(const struct ovr_undo_owner *one, const struct ovr_undo_owner *other)
{
	return one->pid == other->pid && one->start == other->start && one->pidns == other->pidns;
}

bool
ovr_undo_netns_is_same(const struct ovr_undo_owner *one, const struct ovr_undo_owner *other)
{
	return one->netns == other->netns &&
		(one->netns_cookie == 0 || other->netns_cookie == 0 ||
			one->netns_cookie == other->netns_cookie);
}

/* @return its index; n: it is none of them */
static uint32_t
find(const struct ovr_undo_namespaces *namespaces, uint64_t inode)
{
	uint32_t i = 0;

	while (i < namespaces->n && namespaces->one[i].inode != inode)
		i++;
	return i;
}

/*
 * Add what "net:[4026531840]" names, wherever it stands in a text. A path may lead elsewhere: a
 * mount may be covered by another one, or be in a root that we may not enter.
 */
static void
add_named(struct ovr_undo_namespaces *namespaces, const char *text, const char *path)
{
	static const char mark[] = "net:[";
	const char *at = strstr(text, mark);
	uint64_t inode = at == NULL ? 0 : strtoull(at + strlen(mark), NULL, 10);
	uint32_t i = find(namespaces, inode);
	struct ovr_undo_namespace *one = &namespaces->one[i];
	struct stat file;

	if (inode == 0 || (i < namespaces->n && one->path[0] != '\0'))
		return;
	if (i == OVR_UNDO_NAMESPACES_MAX) {
		namespaces->is_incomplete = true;
		return;
	}
	if (i == namespaces->n)
		namespaces->n++;
	one->inode = inode;
	if (stat(path, &file) != 0 || file.st_ino != inode ||
		(size_t)snprintf(one->path, sizeof(one->path), "%s", path) >= sizeof(one->path))
		one->path[0] = '\0';
}

static void
note_denial(struct ovr_undo_namespaces *namespaces, const char *pid)
{
	if ((errno == EACCES || errno == EPERM) && strcmp(pid, "1") != 0)
		namespaces->is_incomplete = true;
}

/* The links of a folder: /proc/PID/fd, /proc/PID/task/TID/ns. */
static void
find_in_links(struct ovr_undo_namespaces *namespaces, const char *pid, const char *folder)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;

	if (directory == NULL) {
		note_denial(namespaces, pid);
		return;
	}
	while ((entry = readdir(directory)) != NULL) {
		char target[64], path[900];
		ssize_t n = readlinkat(dirfd(directory), entry->d_name, target, sizeof(target) - 1);

		if (n < 0) {
			note_denial(namespaces, pid);
			continue;
		}
		target[n] = '\0';
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (target[0] == 'n')
			add_named(namespaces, target, path);
	}
	closedir(directory);
}

/* The namespaces of all threads of a process. */
static void
find_in_threads(struct ovr_undo_namespaces *namespaces, const char *pid)
{
	char folder[600];
	const struct dirent *entry;
	DIR *directory;

	snprintf(folder, sizeof(folder), "/proc/%s/task", pid);
	directory = opendir(folder);
	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(folder, sizeof(folder), "/proc/%s/task/%s/ns", pid, entry->d_name);
		find_in_links(namespaces, pid, folder);
	}
	if (directory != NULL)
		closedir(directory);
}

/*
 * Those mounted where the process can see them, as `ip netns add` does it: the root of such a mount
 * is "net:[INODE]".
 */
static void
find_in_mounts(struct ovr_undo_namespaces *namespaces, const char *pid)
{
	char path[600], line[4096], point[400];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/mountinfo", pid);
	file = fopen(path, "re");
	if (file == NULL) {
		note_denial(namespaces, pid);
		return;
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%*s %*s %*s net:[%*u] %399s", point) != 1)
			continue;
		snprintf(path, sizeof(path), "/proc/%s/root%s", pid, point);
		add_named(namespaces, line, path);
	}
	fclose(file);
}

void
ovr_undo_namespaces_find(struct ovr_undo_namespaces *ret_namespaces)
{
	const struct dirent *entry;
	DIR *proc = opendir("/proc");

	memset(ret_namespaces, 0, sizeof(*ret_namespaces));
	ret_namespaces->is_incomplete = proc == NULL;
	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		char folder[300];

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		find_in_threads(ret_namespaces, entry->d_name);
		find_in_mounts(ret_namespaces, entry->d_name);
		snprintf(folder, sizeof(folder), "/proc/%s/fd", entry->d_name);
		find_in_links(ret_namespaces, entry->d_name, folder);
	}
	if (proc != NULL)
		closedir(proc);
}

/* A visit to a namespace. */
struct visit {
	const char *path;
	uint64_t cookie; /* 0: it could not be read */
};

/* In a thread of its own, since only the thread that calls setns() changes its namespace. */
static void *
read_cookie_there(void *arg)
{
	struct visit *visit = arg;
	int fd = open(visit->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	if (setns(fd, CLONE_NEWNET) == 0)
		visit->cookie = read_cookie();
	close(fd);
	return NULL;
}

int
ovr_undo_namespaces_has(const struct ovr_undo_namespaces *namespaces, const struct ovr_undo_owner *owner)
{
	uint32_t i = find(namespaces, owner->netns);
	const struct ovr_undo_namespace *one = &namespaces->one[i];
	struct visit visit = { .cookie = 0 };
	pthread_t thread;

	if (i == namespaces->n)
		return namespaces->is_incomplete ? -EACCES : 0;
	if (owner->netns_cookie == 0 || one->path[0] == '\0')
		return 1;
	visit.path = one->path;
	if (pthread_create(&thread, NULL, read_cookie_there, &visit) != 0)
		return 1;
	pthread_join(thread, NULL);
	/* another cookie: the number was used again */
	return visit.cookie == 0 || visit.cookie == owner->netns_cookie ? 1 : 0;
}
