/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/wait.h"

/* Whoever has the lock writes a few lines, or resets a few links. */
#define LOCK_WAIT_MS         15000
#define LOCK_WAIT_STOPPED_MS 1000
#define LOCK_STEP_MS         10

#define FOLDER_MODE 0700

/* A path that is too long is none. */
static void
join(char *to, size_t size, const char *folder, const char *below)
{
	if ((size_t)snprintf(to, size, "%s/%s", folder, below) >= size)
		to[0] = '\0';
}

void
ovr_undo_places_default(struct ovr_undo_places *ret_places)
{
	struct ovr_undo_places places = {
		.mounts = "/proc/mounts",
		.bpf = "/sys/fs/bpf/xdp",
		.namespaces = "/run/netns",
		.settings = "/proc/sys",
	};
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	const char *bpf = secure_getenv("LIBXDP_BPFFS");
	bool is_root = geteuid() == 0;

	if (bpf != NULL)
		join(places.bpf, sizeof(places.bpf), bpf, "xdp");
	if (is_root)
		runtime = "/run";
	if (runtime != NULL && runtime[0] == '/')
		join(places.journals, sizeof(places.journals), runtime, "overrun");
	*ret_places = places;
}

/*
 * Nobody else may write what we will act upon, or look in and hold the lock. What is ours and open
 * to others, as earlier versions made it, is closed to them.
 */
static int
make_private(int fd, const char *path, struct ovr_err *err)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return ovr_err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (status.st_uid != geteuid())
		return ovr_err_set(err, -EPERM,
			"%s: found owner %u, accepted: a folder of user %u, which nobody else may enter",
			path, status.st_uid, geteuid());
	if ((status.st_mode & 07777) != FOLDER_MODE && fchmod(fd, FOLDER_MODE) != 0)
		return ovr_err_set(err, -errno, "%s: cannot be closed to others: %s", path, strerror(errno));
	return 0;
}

/* Open a folder below another one, or anywhere. @return a descriptor; -errno */
static int
open_private(int parent, const char *name, bool make, const char *path, struct ovr_err *err)
{
	int fd, status;

	if (make && mkdirat(parent, name, FOLDER_MODE) != 0 && errno != EEXIST)
		return ovr_err_set(err, -errno,
			"%s, which keeps the journal of what is changed, cannot be made: %s; without it "
			"nothing is changed",
			path, strerror(errno));
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return ovr_err_set(err, -errno, "%s: cannot be opened: %s", path, strerror(errno));
	status = make_private(fd, path, err);
	if (status != 0) {
		close(fd);
		return status;
	}
	return fd;
}

static int
lock(int fd, const char *path, struct ovr_err *err)
{
	for (int waited_ms = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; waited_ms += LOCK_STEP_MS) {
		/* what is put back at the end waits a little too */
		int most_ms = ovr_wait_is_stopped() ? LOCK_WAIT_STOPPED_MS : LOCK_WAIT_MS;
		const struct timespec step = { .tv_nsec = LOCK_STEP_MS * 1000000L };

		if (errno != EWOULDBLOCK && errno != EINTR)
			return ovr_err_set(err, -errno, "%s: cannot be locked: %s", path, strerror(errno));
		if (waited_ms >= most_ms && most_ms < LOCK_WAIT_MS)
			return ovr_err_set(err, -EINTR,
				"%s: another process keeps it locked, and the wait for it was interrupted",
				path);
		if (waited_ms >= most_ms)
			return ovr_err_set(err, -EBUSY,
				"%s: another process has kept it locked for %d s; try again, or end that "
				"process "
				"(fuser %s)",
				path, LOCK_WAIT_MS / 1000, path);
		nanosleep(&step, NULL);
	}
	return 0;
}

static int
remove_file(void *context, int folder, const char *file)
{
	(void)context;
	unlinkat(folder, file, 0);
	return 0;
}

int
ovr_undo_store_open(const struct ovr_undo_places *places, const char *below, bool make, struct ovr_err *err)
{
	char path[2 * OVR_UNDO_PATH_BYTES];
	int fd, status;

	if (places->journals[0] == '\0')
		return ovr_err_set(err, -ENOENT,
			"XDG_RUNTIME_DIR is not set, so there is no folder for the journal of what is "
			"changed; set "
			"it to a folder of your own, or become root");
	fd = open_private(AT_FDCWD, places->journals, make, places->journals, err);
	snprintf(path, sizeof(path), "%s%s%s", places->journals, below[0] == '\0' ? "" : "/", below);
	if (fd >= 0 && below[0] != '\0') {
		int parent = fd;

		fd = open_private(parent, below, make, path, err);
		close(parent);
	}
	if (fd < 0)
		return fd;
	status = lock(fd, path, err);
	if (status != 0) {
		close(fd);
		return status;
	}
	/* the lock is ours: what is half written stays so */
	ovr_undo_store_each(fd, ".new", remove_file, NULL);
	return fd;
}

/* Whether it is a file that none but we or root can have written. */
static bool
is_trusted(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1 &&
		(status.st_uid == geteuid() || status.st_uid == 0) &&
		(status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

int
ovr_undo_store_read(int folder, const char *name, char *text, size_t size)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	size_t n = 0;
	ssize_t got = 0;

	if (fd < 0)
		return errno == ELOOP ? -EPERM : -errno;
	if (!is_trusted(fd)) {
		close(fd);
		return -EPERM;
	}
	while (n < size && (got = read(fd, text + n, size - n)) > 0)
		n += (size_t)got;
	got = got < 0 ? -errno : 0;
	close(fd);
	if (got < 0)
		return (int)got;
	if (n == size)
		return -E2BIG;
	text[n] = '\0';
	return 0;
}

const char *
ovr_undo_store_why(int status)
{
	if (status == -EPERM)
		return "others than root and this user may have written it";
	return status == -EINVAL ? "its text is not one of ours" : strerror(-status);
}

bool
ovr_undo_store_is_held(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool is_held;

	if (fd < 0)
		return false;
	is_held = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return is_held;
}

int
ovr_undo_store_create(int folder, const char *name)
{
	int fd = openat(folder, name, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int status;

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	status = -errno;
	close(fd);
	unlinkat(folder, name, 0);
	return status;
}

/* Write all of it and wait until it is there. */
static int
write_out(int fd, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, text, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		text += put;
		n -= (size_t)put;
	}
	return fsync(fd) == 0 ? 0 : -errno;
}

int
ovr_undo_store_write(int folder, const char *name, const char *text, size_t n, int *held)
{
	char temporary[300];
	int fd, status;

	snprintf(temporary, sizeof(temporary), "%s.new", name);
	fd = ovr_undo_store_create(folder, temporary);
	if (fd < 0)
		return fd;
	status = write_out(fd, text, n);
	if (status == 0 && renameat(folder, temporary, folder, name) != 0)
		status = -errno;
	if (status != 0)
		unlinkat(folder, temporary, 0);
	else
		fsync(folder);
	if (status == 0 && held != NULL) {
		close(*held);
		*held = fd;
	} else {
		close(fd);
	}
	return status;
}

int
ovr_undo_store_append(int folder, int fd, const char *text, size_t n)
{
	struct stat before;
	int status;

	if (fstat(fd, &before) != 0)
		return -errno;
	status = write_out(fd, text, n);
	/* half a line would spoil the next one */
	if (status != 0 && ftruncate(fd, before.st_size) != 0)
		return -EIO;
	if (status == 0)
		fsync(folder);
	return status;
}

static bool
ends_in(const char *text, const char *end)
{
	size_t n = strlen(text), n_end = strlen(end);

	return n > n_end && strcmp(text + n - n_end, end) == 0;
}

int
ovr_undo_store_each(
	int folder, const char *end, int (*visit)(void *context, int folder, const char *name), void *context)
{
	struct dirent **entry = NULL;
	int status = 0;
	int n = scandirat(folder, ".", &entry, NULL, alphasort);

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		if (status == 0 && entry[i]->d_name[0] != '.' && ends_in(entry[i]->d_name, end))
			status = visit(context, folder, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	return status;
}
