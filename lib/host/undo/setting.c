/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VALUE_BYTES 32

/* The dots of the name are the slashes of the path. */
static int
open_setting(const struct ovr_undo_places *places, const char *name, int flags, struct ovr_err *err)
{
	char path[OVR_UNDO_PATH_BYTES + 64];
	int n = snprintf(path, sizeof(path), "%s/", places->settings), fd;

	snprintf(path + n, sizeof(path) - (size_t)n, "%s", name);
	for (char *at = path + n; *at != '\0'; at++)
		if (*at == '.')
			*at = '/';
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW);
	return fd >= 0 ? fd : ovr_err_set(err, -errno, "%s: cannot be set here: %s", name, strerror(errno));
}

int
ovr_undo_setting_read(
	const struct ovr_undo_places *places, const char *name, uint32_t *ret_value, struct ovr_err *err)
{
	char text[VALUE_BYTES], *end = text;
	unsigned long long value = 0;
	int fd = open_setting(places, name, O_RDWR, err);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n > 0) {
		text[n] = '\0';
		value = strtoull(text, &end, 10);
	}
	if (end == text || text[0] == '-' || strcmp(end, "\n") != 0 || value > UINT32_MAX)
		return ovr_err_set(
			err, -EINVAL, "%s: found no whole number, accepted: one up to %u", name, UINT32_MAX);
	*ret_value = (uint32_t)value;
	return 0;
}

int
ovr_undo_setting_write(
	const struct ovr_undo_places *places, const char *name, uint32_t value, struct ovr_err *err)
{
	char text[VALUE_BYTES];
	int n = snprintf(text, sizeof(text), "%u\n", value);
	int fd = open_setting(places, name, O_WRONLY | O_TRUNC, err);
	int status = 0;

	if (fd < 0)
		return fd;
	if (write(fd, text, (size_t)n) != n)
		status = ovr_err_set(
			err, -errno, "%s: cannot be set to %u: %s", name, value, strerror(errno));
	close(fd);
	return status;
}
