/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"

#define BEGIN "half-"
#define END   ".json"

/* A folder that was named is made at once: what cannot be kept there is known before a trial. */
static int
make_named(const char *folder, struct ovr_err *err)
{
	struct stat found;
	int status = ovr_folder_make(folder, 0755);

	if (status == 0 && stat(folder, &found) == 0 && !S_ISDIR(found.st_mode))
		status = -ENOTDIR;
	if (status == 0 && faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0)
		status = -errno;
	if (status == 0)
		return 0;
	return ovr_err_set(err, status,
		"serve: --state: found \"%.200s\" (%s), accepted: a folder that can be made or written",
		folder, strerror(-status));
}

int
ovr_agent_kept_open(const char *folder, struct ovr_agent_kept *ret_kept, struct ovr_err *err)
{
	struct ovr_agent_kept kept = { .path = "" };
	char own[PATH_MAX];
	const char *path = folder != NULL ? folder : own;
	int status = folder != NULL ? 0 : ovr_folder_of_states(own);

	if (status == -ENOENT)
		return ovr_err_set(err, status,
			"serve: neither XDG_STATE_HOME nor HOME names a folder for checkpoints; accepted: "
			"--state DIR");
	if (status != 0 || path[0] == '\0' || strlen(path) >= sizeof(kept.folder))
		return ovr_err_set(err, -ENAMETOOLONG,
			"serve: --state: found a path of %zu bytes, accepted: 1 to %zu",
			status != 0 ? (size_t)PATH_MAX : strlen(path), sizeof(kept.folder) - 1);
	snprintf(kept.folder, sizeof(kept.folder), "%s", path);
	gethostname(kept.host, sizeof(kept.host) - 1);
	for (char *slash = strchr(kept.host, '/'); slash != NULL; slash = strchr(slash, '/'))
		*slash = '_';
	if (folder != NULL && make_named(kept.folder, err) != 0)
		return -ENOTDIR;
	*ret_kept = kept;
	return 0;
}

static int
write_all(int fd, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, text, n);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			text += written;
			n -= (size_t)written;
		}
	}
	return 0;
}

/* @return 0; -errno, and nothing of it stays */
static int
write_file(const char *path, const char *text, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int status;

	if (fd < 0)
		return -errno;
	status = write_all(fd, text, n);
	if (close(fd) != 0 && status == 0)
		status = -errno;
	if (status != 0)
		unlink(path);
	return status;
}

int
ovr_agent_kept_write(struct ovr_agent_kept *kept, uint64_t nonce, uint32_t trial, const char *text, size_t n,
	struct ovr_err *err)
{
	char path[PATH_MAX], unfinished[PATH_MAX];
	int status;

	snprintf(path, sizeof(path), "%s/" BEGIN "%016" PRIx64 "-%u-%s-%d" END, kept->folder, nonce, trial,
		kept->host, getpid());
	snprintf(unfinished, sizeof(unfinished), "%s/." BEGIN "%016" PRIx64 "-%s-%d", kept->folder, nonce,
		kept->host, getpid());
	status = ovr_folder_make(kept->folder, 0755);
	if (status == 0)
		status = write_file(unfinished, text, n);
	if (status == 0 && rename(unfinished, path) != 0)
		status = -errno;
	if (status != 0)
		return ovr_err_set(
			err, status, "%s: the checkpoint cannot be kept: %s", path, strerror(-status));
	/* of the trial before, which its caller did not get */
	if (kept->path[0] != '\0' && strcmp(kept->path, path) != 0)
		ovr_agent_kept_leave(kept);
	snprintf(kept->path, sizeof(kept->path), "%s", path);
	return 0;
}

char *
ovr_agent_kept_read(const struct ovr_agent_kept *kept)
{
	FILE *file = kept->path[0] != '\0' ? fopen(kept->path, "re") : NULL;
	struct stat found;
	char *text = NULL;
	size_t n = 0;

	if (file == NULL)
		return NULL;
	if (fstat(fileno(file), &found) == 0 && S_ISREG(found.st_mode))
		text = malloc((size_t)found.st_size + 1);
	if (text != NULL) {
		n = fread(text, 1, (size_t)found.st_size, file);
		text[n] = '\0';
	}
	fclose(file);
	return text;
}

void
ovr_agent_kept_drop(struct ovr_agent_kept *kept)
{
	if (kept->path[0] != '\0')
		unlink(kept->path);
	kept->path[0] = '\0';
}

/* Whether a file is of an agent of this host. */
static bool
is_kept(const struct ovr_agent_kept *kept, const char *name)
{
	char host[sizeof(kept->host)], more;
	uint64_t nonce;
	unsigned int trial;
	int begin = 0, pid;
	const char *dash = strrchr(name, '-');

	if (sscanf(name, BEGIN "%16" SCNx64 "-%u-%n", &nonce, &trial, &begin) != 2 || begin == 0 ||
		dash < name + begin || (size_t)(dash - name - begin) >= sizeof(host))
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)(dash - name - begin), name + begin);
	return strcmp(host, kept->host) == 0 && sscanf(dash, "-%d.jso%c", &pid, &more) == 2 && more == 'n';
}

/* Those alone. @return how many are left */
static int
choose(const struct ovr_agent_kept *kept, struct dirent **entry, int n)
{
	int left = 0;

	for (int i = 0; i < n; i++)
		if (is_kept(kept, entry[i]->d_name))
			entry[left++] = entry[i];
		else
			free(entry[i]);
	return left;
}

/* @return how old the file is, as far as it is known: those of the future are the youngest */
static int64_t
written_ns(int folder, const char *name)
{
	struct stat found;

	if (fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0)
		return INT64_MAX;
	return (int64_t)found.st_mtim.tv_sec * INT64_C(1000000000) + found.st_mtim.tv_nsec;
}

void
ovr_agent_kept_leave(struct ovr_agent_kept *kept)
{
	struct dirent **entry = NULL;
	int n = scandir(kept->folder, &entry, NULL, NULL);
	int folder = open(kept->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	kept->path[0] = '\0';
	n = choose(kept, entry, n);
	for (int left = n; left > OVR_AGENT_KEPT_MAX && folder >= 0; left--) {
		int oldest = -1;

		for (int i = 0; i < n; i++)
			if (entry[i] != NULL &&
				(oldest < 0 ||
					written_ns(folder, entry[i]->d_name) <
						written_ns(folder, entry[oldest]->d_name)))
				oldest = i;
		unlinkat(folder, entry[oldest]->d_name, 0);
		free(entry[oldest]);
		entry[oldest] = NULL;
	}
	for (int i = 0; i < n; i++)
		free(entry[i]);
	free(entry);
	if (folder >= 0)
		close(folder);
}
