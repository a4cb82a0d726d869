/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys/file.h"

#define PATTERN "/overrun-job-XXXXXX"

static const char *
base(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (runtime != NULL && runtime[0] == '/')
		return runtime;
	return geteuid() == 0 ? "/run" : "/dev/shm";
}

static int
write_hosts(const char *folder, const struct ovr_hosts *hosts, struct ovr_err *err)
{
	char path[PATH_MAX + sizeof("/hosts.yaml")];
	char *text = ovr_hosts_print(hosts);
	int status;

	if (text == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a file of hosts");
	snprintf(path, sizeof(path), "%s/hosts.yaml", folder);
	status = ovr_keys_file_write(path, text, 0600, false, err);
	free(text);
	return status;
}

int
ovr_launch_folder_make(const struct ovr_keys *caller, const struct ovr_hosts *hosts,
	char ret_path[static PATH_MAX], struct ovr_err *err)
{
	char path[PATH_MAX];
	int status;

	if ((size_t)snprintf(path, sizeof(path), "%s" PATTERN, base()) >= sizeof(path))
		return ovr_err_set(err, -ENAMETOOLONG, "XDG_RUNTIME_DIR: found a path that is too long");
	if (mkdtemp(path) == NULL)
		return ovr_err_set(err, -errno, "%s: no folder for the keys of a job can be made: %s", base(),
			strerror(errno));
	status = ovr_keys_save(path, caller, "caller of a job", false, err);
	if (status == 0)
		status = write_hosts(path, hosts, err);
	if (status != 0) {
		ovr_launch_folder_remove(path);
		return status;
	}
	memcpy(ret_path, path, sizeof(path));
	return 0;
}

void
ovr_launch_folder_remove(const char *path)
{
	/* what may be in it, with what is written beside a name */
	static const char *const file[] = { "secret", "secret.new", "public", "public.new", "hosts.yaml",
		"hosts.yaml.new" };
	char full[PATH_MAX + 32];

	if (path[0] == '\0')
		return;
	for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
		snprintf(full, sizeof(full), "%s/%s", path, file[i]);
		unlink(full);
	}
	rmdir(path);
}
