/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/eal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "undo/process.h"

/* The prefix that ovr_env_start() gives to EAL, in front of the pid. */
static const char prefix[] = "overrun";

/* The pid behind the prefix, and where the name goes on. */
static pid_t
pid_of(const char *name, const char **ret_rest)
{
	char *end;
	unsigned long pid;

	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return 0;
	name += strlen(prefix);
	if (name[0] < '1' || name[0] > '9')
		return 0;
	pid = strtoul(name, &end, 10);
	*ret_rest = end;
	return pid <= INT_MAX ? (pid_t)pid : 0;
}

pid_t
ovr_undo_eal_hugepage_of(const char *name)
{
	const char *rest = "";
	pid_t pid = pid_of(name, &rest);

	if (pid == 0 || strncmp(rest, "map_", 4) != 0 || rest[4] == '\0' ||
		strspn(rest + 4, "0123456789") != strlen(rest + 4))
		return 0;
	return pid;
}

pid_t
ovr_undo_eal_folder_of(const char *name)
{
	const char *rest = "";
	pid_t pid = pid_of(name, &rest);

	return rest[0] == '\0' ? pid : 0;
}

static bool
is_wanted(pid_t found, pid_t wanted)
{
	if (found == 0)
		return false;
	return wanted != 0 ? found == wanted : !ovr_undo_process_lives(found, 0);
}

/* EAL locks what it uses. So it is seen too if its process lives in another PID namespace, where it looks dead. */
static bool
is_locked(int folder, const char *name)
{
	struct stat status;
	bool locked;
	int fd;

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
		return false;
	fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	locked = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return locked;
}

static void
count(struct ovr_undo_eal_removed *removed, pid_t pid)
{
	removed->pid = removed->n_files == 0 || removed->pid == pid ? pid : 0;
	removed->n_files++;
}

void
ovr_undo_eal_clean_hugepages(const char *mount, pid_t pid, struct ovr_undo_eal_removed *ret_removed)
{
	const struct dirent *entry;
	DIR *directory = opendir(mount);

	memset(ret_removed, 0, sizeof(*ret_removed));
	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		pid_t found = ovr_undo_eal_hugepage_of(entry->d_name);

		if (!is_wanted(found, pid) || is_locked(dirfd(directory), entry->d_name))
			continue;
		if (unlinkat(dirfd(directory), entry->d_name, 0) == 0)
			count(ret_removed, found);
	}
	if (directory != NULL)
		closedir(directory);
}

/* Call with each file of a folder, until one says no. */
static bool
all_files(int folder, bool (*visit)(int folder, const char *name))
{
	const struct dirent *entry;
	int fd = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	bool go_on = directory != NULL;

	if (directory == NULL) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	rewinddir(directory);
	while (go_on && (entry = readdir(directory)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			go_on = visit(folder, entry->d_name);
	closedir(directory);
	return go_on;
}

static bool
is_not_locked(int folder, const char *name)
{
	return !is_locked(folder, name);
}

static bool
remove_file(int folder, const char *name)
{
	return unlinkat(folder, name, 0) == 0;
}

/* Remove a runtime folder; false: something in it is locked, or stays. */
static bool
remove_folder(int parent, const char *name)
{
	int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool gone;

	if (folder < 0)
		return false;
	gone = all_files(folder, is_not_locked) && all_files(folder, remove_file);
	close(folder);
	return gone && unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

void
ovr_undo_eal_clean_folders(const char *folder, pid_t pid, struct ovr_undo_eal_removed *ret_removed)
{
	const struct dirent *entry;
	DIR *directory = opendir(folder);

	memset(ret_removed, 0, sizeof(*ret_removed));
	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		pid_t found = ovr_undo_eal_folder_of(entry->d_name);

		if (!is_wanted(found, pid))
			continue;
		if (remove_folder(dirfd(directory), entry->d_name))
			count(ret_removed, found);
	}
	if (directory != NULL)
		closedir(directory);
}

void
ovr_undo_eal_each_mount(const char *mounts, void (*visit)(void *context, const char *mount), void *context)
{
	struct mntent entry;
	char text[4096];
	FILE *file = setmntent(mounts, "re");

	while (file != NULL && getmntent_r(file, &entry, text, sizeof(text)) != NULL)
		if (strcmp(entry.mnt_type, "hugetlbfs") == 0)
			visit(context, entry.mnt_dir);
	if (file != NULL)
		endmntent(file);
}

/* Adds up what was removed at all mounts. */
struct sum {
	pid_t pid;
	unsigned int n_removed;
};

static void
add_hugepages(void *context, const char *mount)
{
	struct sum *sum = context;
	struct ovr_undo_eal_removed removed;

	ovr_undo_eal_clean_hugepages(mount, sum->pid, &removed);
	sum->n_removed += removed.n_files;
}

unsigned int
ovr_undo_eal_files(const struct ovr_undo_places *places, pid_t pid)
{
	struct ovr_undo_places usual;
	struct ovr_undo_eal_removed folders;
	struct sum sum = { .pid = pid };

	if (places == NULL) {
		ovr_undo_places_default(&usual);
		places = &usual;
	}
	ovr_undo_eal_each_mount(places->mounts, add_hugepages, &sum);
	ovr_undo_eal_clean_folders(places->eal, pid, &folders);
	return sum.n_removed + folders.n_files;
}
