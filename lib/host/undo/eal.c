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

pid_t
ovr_undo_eal_hugepage_of(const char *name)
{
	static const char behind[] = "map_";
	const char *number;
	unsigned long pid;
	char *rest;

	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return 0;
	name += strlen(prefix);
	if (name[0] < '1' || name[0] > '9')
		return 0;
	pid = strtoul(name, &rest, 10);
	if (pid > INT_MAX || strncmp(rest, behind, strlen(behind)) != 0)
		return 0;
	number = rest + strlen(behind);
	return number[0] != '\0' && strspn(number, "0123456789") == strlen(number) ? (pid_t)pid : 0;
}

static bool
is_wanted(pid_t found, pid_t wanted)
{
	if (found == 0)
		return false;
	return wanted != 0 ? found == wanted : !ovr_undo_process_lives(found);
}

/*
 * Whether it is a file of this user that nobody uses. EAL locks what it uses, so that it is seen
 * too if its process lives in another PID namespace, where it looks dead.
 */
static bool
is_ours_and_free(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	bool is_free;

	if (fd < 0)
		return false;
	is_free = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
		flock(fd, LOCK_EX | LOCK_NB) == 0;
	close(fd);
	return is_free;
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

		if (!is_wanted(found, pid) || !is_ours_and_free(dirfd(directory), entry->d_name))
			continue;
		if (unlinkat(dirfd(directory), entry->d_name, 0) == 0)
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
	struct sum sum = { .pid = pid };

	if (places == NULL) {
		ovr_undo_places_default(&usual);
		places = &usual;
	}
	ovr_undo_eal_each_mount(places->mounts, add_hugepages, &sum);
	return sum.n_removed;
}
