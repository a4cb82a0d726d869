/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/process.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
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

/* Fields of /proc/PID/stat behind the name, which may hold anything: the state is the first, the start the 20th. */
#define START_FIELD 20

/* When did it start, in clock ticks since the boot? */
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
	struct stat netns;
	char state;
	int status = read_stat(self.pid, &state, &self.start);

	if (status == 0 && stat("/proc/thread-self/ns/net", &netns) != 0)
		status = -errno;
	if (status != 0)
		return ovr_err_set(err, status,
			"/proc: cannot be asked about this process: %s; it is needed to put changes back",
			strerror(-status));
	self.netns = netns.st_ino;
	*ret_self = self;
	return 0;
}

bool
ovr_undo_process_lives(pid_t pid, uint64_t start)
{
	uint64_t found = 0;
	char state = '?';

	if (kill(pid, 0) != 0 && errno == ESRCH)
		return false;
	/* where it may not be looked into, the pid alone must do */
	if (read_stat(pid, &state, &found) != 0)
		return kill(pid, 0) == 0 || errno != ESRCH;
	return state != 'Z' && state != 'X' && (start == 0 || start == found);
}

bool
ovr_undo_netns_is_same(const struct ovr_undo_owner *one, const struct ovr_undo_owner *other)
{
	return one->netns == other->netns &&
		(one->netns_cookie == 0 || other->netns_cookie == 0 ||
			one->netns_cookie == other->netns_cookie);
}

/* A search that goes on. */
struct search {
	char link[64]; /* "net:[4026531840]" */
	bool found, denied;
};

/* Is the namespace among the links of a folder: /proc/PID/fd, /proc/PID/task/TID/ns? */
static void
search_links(struct search *search, const char *folder)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;

	if (directory == NULL) {
		search->denied = search->denied || errno == EACCES || errno == EPERM;
		return;
	}
	while (!search->found && (entry = readdir(directory)) != NULL) {
		char target[sizeof(search->link)];
		ssize_t n = readlinkat(dirfd(directory), entry->d_name, target, sizeof(target) - 1);

		if (n < 0) {
			search->denied = search->denied || errno == EACCES || errno == EPERM;
			continue;
		}
		target[n] = '\0';
		search->found = strcmp(target, search->link) == 0;
	}
	closedir(directory);
}

/* The namespaces of all threads of a process. */
static void
search_threads(struct search *search, const char *pid)
{
	char folder[600];
	const struct dirent *entry;
	DIR *directory;

	snprintf(folder, sizeof(folder), "/proc/%s/task", pid);
	directory = opendir(folder);
	while (directory != NULL && !search->found && (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(folder, sizeof(folder), "/proc/%s/task/%s/ns", pid, entry->d_name);
		search_links(search, folder);
	}
	if (directory != NULL)
		closedir(directory);
}

/* Is it mounted, as `ip netns add` does, where the process can see it? The root of such a mount is "net:[INODE]". */
static void
search_mounts(struct search *search, const char *pid)
{
	char path[300], line[4096];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/mountinfo", pid);
	file = fopen(path, "re");
	if (file == NULL) {
		search->denied = search->denied || errno == EACCES || errno == EPERM;
		return;
	}
	while (!search->found && fgets(line, sizeof(line), file) != NULL)
		search->found = strstr(line, search->link) != NULL;
	fclose(file);
}

int
ovr_undo_netns_exists(uint64_t inode)
{
	struct search search = { .found = false };
	const struct dirent *entry;
	DIR *proc = opendir("/proc");

	if (proc == NULL)
		return -EACCES;
	snprintf(search.link, sizeof(search.link), "net:[%" PRIu64 "]", inode);
	while (!search.found && (entry = readdir(proc)) != NULL) {
		char folder[300];

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		search_threads(&search, entry->d_name);
		if (!search.found)
			search_mounts(&search, entry->d_name);
		snprintf(folder, sizeof(folder), "/proc/%s/fd", entry->d_name);
		if (!search.found)
			search_links(&search, folder);
	}
	closedir(proc);
	return search.found ? 1 : search.denied ? -EACCES : 0;
}
