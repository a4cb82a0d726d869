/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel/netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/nsfs.h>

#include "kernel/readers.h"

#define FOLDER "/run/netns"
#define OWN    "/proc/self/ns/net"
/* Where the names of all of them find no room, the first ones do. */
#define NAMES_BYTES 256

struct ovr_kernel_netns {
	char name[OVR_KERNEL_NETNS_BYTES];
	int fd;
	uint64_t inode;
};

/* What is run, and what came of it. */
struct call {
	const struct ovr_kernel_netns *netns;
	int (*function)(void *context, struct ovr_err *err);
	void *context;
	struct ovr_err *err;
	int status;
};

/* "r1, r2", or that there are none. */
static const char *
list_names(char *text, size_t size)
{
	DIR *folder = opendir(FOLDER);
	const struct dirent *entry;
	size_t length = 0;

	snprintf(text, size, "now empty");
	if (folder == NULL)
		return text;
	while ((entry = readdir(folder)) != NULL && length < size) {
		if (entry->d_name[0] == '.')
			continue;
		length += (size_t)snprintf(
			text + length, size - length, "%s%s", length == 0 ? "" : ", ", entry->d_name);
	}
	closedir(folder);
	return text;
}

static int
fail_open(const char *name, const char *path, int code, struct ovr_err *err)
{
	char names[NAMES_BYTES];

	if (code == -ENOENT && strchr(name, '/') == NULL)
		return ovr_err_set(err, code,
			"network namespace '%s': there is none of this name; accepted: a name in " FOLDER
			" (%s)",
			name, list_names(names, sizeof(names)));
	return ovr_err_set(err, code,
		"network namespace '%s': %s cannot be opened: %s; accepted: the path of "
		"a network namespace, as /proc/123/ns/net",
		name, path, strerror(-code));
}

int
ovr_kernel_netns_open(const char *name, struct ovr_kernel_netns **ret_netns, struct ovr_err *err)
{
	char path[sizeof(FOLDER) + OVR_KERNEL_NETNS_BYTES + 1];
	struct ovr_kernel_netns *netns;
	struct stat status;
	int fd;

	if (strlen(name) >= OVR_KERNEL_NETNS_BYTES)
		return ovr_err_set(err, -ENAMETOOLONG,
			"network namespace '%.80s': the name has %zu characters; accepted: up to %d", name,
			strlen(name), OVR_KERNEL_NETNS_BYTES - 1);
	if (name[0] == '\0')
		snprintf(path, sizeof(path), "%s", OWN);
	else if (strchr(name, '/') != NULL)
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), "%s/%s", FOLDER, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_open(name, path, -errno, err);
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET || fstat(fd, &status) != 0) {
		close(fd);
		return ovr_err_set(err, -EINVAL,
			"network namespace '%s': %s is none; accepted: a name in " FOLDER
			", or a path as /proc/123/ns/net",
			name, path);
	}
	netns = calloc(1, sizeof(*netns));
	if (netns == NULL) {
		close(fd);
		return ovr_err_set(err, -ENOMEM, "network namespace '%s': no memory for it", name);
	}
	snprintf(netns->name, sizeof(netns->name), "%s", name);
	netns->fd = fd;
	netns->inode = (uint64_t)status.st_ino;
	*ret_netns = netns;
	return 0;
}

const char *
ovr_kernel_netns_name(const struct ovr_kernel_netns *netns)
{
	return netns->name;
}

uint64_t
ovr_kernel_netns_id(const struct ovr_kernel_netns *netns)
{
	return netns->inode;
}

int
ovr_kernel_netns_fd(const struct ovr_kernel_netns *netns)
{
	return netns->fd;
}

/* Whether this thread is in it already: then it needs no privilege. */
static bool
is_inside(const struct ovr_kernel_netns *netns)
{
	struct stat status;

	return stat("/proc/thread-self/ns/net", &status) == 0 && (uint64_t)status.st_ino == netns->inode;
}

static void *
enter_and_call(void *arg)
{
	struct call *call = arg;

	if (!is_inside(call->netns) && setns(call->netns->fd, CLONE_NEWNET) != 0) {
		call->status = ovr_err_set(call->err, -errno,
			"network namespace '%s': it cannot be entered: %s; accepted: root, or CAP_SYS_ADMIN",
			call->netns->name, strerror(errno));
		return NULL;
	}
	call->status = call->function(call->context, call->err);
	return NULL;
}

int
ovr_kernel_netns_run(const struct ovr_kernel_netns *netns,
	int (*function)(void *context, struct ovr_err *err), void *context, struct ovr_err *err)
{
	struct call call = { .netns = netns, .function = function, .context = context, .err = err };
	sigset_t all, before;
	pthread_t thread;
	int status;

	/* signals are for the threads that wait for them */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = pthread_create(&thread, NULL, enter_and_call, &call);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (status != 0)
		return ovr_err_set(err, -status, "network namespace '%s': no thread for it: %s", netns->name,
			strerror(status));
	pthread_join(thread, NULL);
	return call.status;
}

void
ovr_kernel_netns_close(struct ovr_kernel_netns *netns)
{
	if (netns == NULL)
		return;
	close(netns->fd);
	free(netns);
}
