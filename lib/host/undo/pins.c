/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/pins.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

static const char *const names[] = { "xsk_def_prog", "xdp_dispatcher", "xsk_load_xdp_pr" };

bool
ovr_undo_pins_is_ours(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* The name of the program that is pinned under this name. */
static int
pinned_name(const char *path, char *ret_name, size_t size)
{
	struct bpf_prog_info info = { 0 };
	union bpf_attr attr;
	long fd, rc;

	memset(&attr, 0, sizeof(attr));
	attr.pathname = (uint64_t)(uintptr_t)path;
	attr.file_flags = BPF_F_RDONLY;
	fd = syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr));
	if (fd < 0) {
		/* programs know no read-only access */
		attr.file_flags = 0;
		fd = syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr));
	}
	if (fd < 0)
		return -errno;
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uint64_t)(uintptr_t)&info;
	rc = syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	rc = rc != 0 ? -errno : 0;
	close((int)fd);
	if (rc == 0)
		snprintf(ret_name, size, "%.*s", (int)sizeof(info.name), info.name);
	return (int)rc;
}

/*
 * Open the folder of a dispatcher's pins. -1: there is none, or it does not stand on a bpf file
 * system.
 */
static int
open_pins(const char *folder, uint32_t ifindex, uint32_t dispatcher, char *path, size_t size)
{
	struct statfs fs;
	int fd;

	snprintf(path, size, "%s/dispatch-%u-%u", folder, ifindex, dispatcher);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && (fstatfs(fd, &fs) != 0 || fs.f_type != BPF_FS_MAGIC)) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
ends_in(const char *text, const char *end)
{
	size_t n = strlen(text), n_end = strlen(end);

	return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

int
ovr_undo_pins_foreign(const char *folder, uint32_t ifindex, uint32_t dispatcher, char *ret_name, size_t size)
{
	char path[512], pin[800], name[BPF_OBJ_NAME_LEN + 1];
	const struct dirent *entry;
	DIR *directory;
	int found = 0;
	int fd = open_pins(folder, ifindex, dispatcher, path, sizeof(path));

	if (fd < 0)
		return 0;
	directory = fdopendir(fd);
	if (directory == NULL) {
		close(fd);
		return -ENOMEM;
	}
	while (found == 0 && (entry = readdir(directory)) != NULL) {
		if (!ends_in(entry->d_name, "-prog"))
			continue;
		snprintf(pin, sizeof(pin), "%s/%s", path, entry->d_name);
		found = pinned_name(pin, name, sizeof(name));
		if (found == 0 && !ovr_undo_pins_is_ours(name)) {
			snprintf(ret_name, size, "%s", name);
			found = 1;
		}
	}
	closedir(directory);
	return found;
}

int
ovr_undo_pins_remove(const char *folder, uint32_t ifindex, uint32_t dispatcher)
{
	char path[512];
	const struct dirent *entry;
	DIR *directory;
	int status = 0, n = 0, lock;
	int fd = open_pins(folder, ifindex, dispatcher, path, sizeof(path));

	if (fd < 0)
		return 0;
	directory = fdopendir(fd);
	if (directory == NULL) {
		close(fd);
		return -ENOMEM;
	}
	/* libxdp locks the folder in the same way */
	lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock >= 0)
		flock(lock, LOCK_EX);
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (unlinkat(dirfd(directory), entry->d_name, 0) == 0)
			n++;
		else if (status == 0)
			status = -errno;
	}
	closedir(directory);
	if (rmdir(path) != 0 && status == 0)
		status = -errno;
	if (lock >= 0)
		close(lock);
	return status != 0 ? status : n;
}
