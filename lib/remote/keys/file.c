/* SPDX-License-Identifier: BSD-3-Clause */
#include "keys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
check_others(const char *path, const struct stat *stat, enum ovr_keys_others others, struct ovr_err *err)
{
	mode_t forbidden = others == OVR_KEYS_OTHERS_NOTHING ? S_IRWXG | S_IRWXO : S_IWGRP | S_IWOTH;

	if (others == OVR_KEYS_OTHERS_ANY)
		return 0;
	if (stat->st_uid != geteuid() && stat->st_uid != 0)
		return ovr_err_set(err, -EACCES,
			"%s: found user %u for its owner, accepted: this user or root", path, stat->st_uid);
	if ((stat->st_mode & forbidden) != 0)
		return ovr_err_set(err, -EACCES,
			"%s: found mode %04o, accepted: one by which others %s (chmod %s)", path,
			stat->st_mode & 07777u,
			others == OVR_KEYS_OTHERS_NOTHING ? "neither read nor write it" : "do not write it",
			others == OVR_KEYS_OTHERS_NOTHING ? "600" : "go-w");
	return 0;
}

static int
check(const char *path, int fd, enum ovr_keys_others others, struct ovr_err *err)
{
	struct stat stat;

	if (fstat(fd, &stat) != 0)
		return ovr_err_set(err, -errno, "%s cannot be read: %s", path, strerror(errno));
	if (!S_ISREG(stat.st_mode))
		return ovr_err_set(err, -EINVAL, "%s: found no regular file, accepted: one", path);
	return check_others(path, &stat, others, err);
}

/* Read up to one byte more than is accepted. */
static int
read_all(const char *path, int fd, char *text, size_t *ret_size, struct ovr_err *err)
{
	size_t size = 0;

	for (;;) {
		ssize_t n = read(fd, text + size, OVR_KEYS_FILE_BYTES + 1 - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ovr_err_set(err, -errno, "%s cannot be read: %s", path, strerror(errno));
		size += (size_t)n;
		if (size > OVR_KEYS_FILE_BYTES)
			return ovr_err_set(err, -EFBIG, "%s: found more than %u bytes, accepted: %u at most",
				path, OVR_KEYS_FILE_BYTES, OVR_KEYS_FILE_BYTES);
		if (n == 0)
			break;
	}
	text[size] = '\0';
	*ret_size = size;
	return 0;
}

int
ovr_keys_file_read(
	const char *path, enum ovr_keys_others others, char **ret_text, size_t *ret_size, struct ovr_err *err)
{
	/* a FIFO must not hold us up */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	size_t size = 0;
	int status;

	if (fd < 0)
		return ovr_err_set(err, -errno, "%s cannot be read: %s", path, strerror(errno));
	status = check(path, fd, others, err);
	if (status == 0) {
		text = malloc(OVR_KEYS_FILE_BYTES + 2);
		status = text == NULL ? ovr_err_set(err, -ENOMEM, "%s: no memory", path)
				      : read_all(path, fd, text, &size, err);
	}
	if (status == 0 && ret_size == NULL && strlen(text) != size)
		status = ovr_err_set(err, -EINVAL, "%s: found a NUL, accepted: text", path);
	close(fd);
	if (status != 0) {
		free(text);
		return status;
	}
	if (ret_size != NULL)
		*ret_size = size;
	*ret_text = text;
	return 0;
}

static int
write_all(int fd, const char *text)
{
	size_t size = strlen(text);

	while (size > 0) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		size -= (size_t)n;
	}
	return fsync(fd) == 0 ? 0 : -errno;
}

/* @param name beside the path; is there afterwards if 0 is returned */
static int
write_beside(const char *name, const char *text, unsigned int mode)
{
	int fd, status;

	/* of a process that did not live to rename it */
	if (unlink(name) != 0 && errno != ENOENT)
		return -errno;
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	status = write_all(fd, text);
	if (close(fd) != 0 && status == 0)
		status = -errno;
	if (status != 0)
		unlink(name);
	return status;
}

int
ovr_keys_file_write(
	const char *path, const char *text, unsigned int mode, bool may_replace, struct ovr_err *err)
{
	char beside[PATH_MAX];
	int status;

	if ((size_t)snprintf(beside, sizeof(beside), "%s.new", path) >= sizeof(beside))
		return ovr_err_set(
			err, -ENAMETOOLONG, "%.80s… cannot be written: %s", path, strerror(ENAMETOOLONG));
	status = write_beside(beside, text, mode);
	if (status == 0 &&
		renameat2(AT_FDCWD, beside, AT_FDCWD, path, may_replace ? 0 : RENAME_NOREPLACE) != 0) {
		status = -errno;
		unlink(beside);
	}
	return status == 0 ? 0
			   : ovr_err_set(err, status, "%s cannot be written: %s", path, strerror(-status));
}
