/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/folder.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ovr_err err;
static struct ovr_keys keys;
static char path[PATH_MAX];

static unsigned int
mode_of(const char *file)
{
	char full[PATH_MAX + 16];
	struct stat stat_of;

	snprintf(full, sizeof(full), "%s%s", path, file);
	cr_assert_eq(stat(full, &stat_of), 0, "%s", full);
	return stat_of.st_mode & 07777u;
}

Test(folder, callers_find_keys_and_hosts_in_it)
{
	struct ovr_host host = { .name = "0", .address = "127.0.0.1:1001", .has_key = true };
	struct ovr_hosts hosts = { .host = &host, .n = 1 }, read;
	char base[] = "/tmp/ovr-folder-XXXXXX", folder[PATH_MAX], file[PATH_MAX + 16];
	struct ovr_keys loaded;

	cr_assert_not_null(mkdtemp(base));
	setenv("XDG_RUNTIME_DIR", base, 1);
	cr_assert_eq(ovr_keys_make(&keys, &err), 0);
	cr_assert_eq(ovr_launch_folder_make(&keys, &hosts, path, &err), 0, "%s", err.text);
	cr_assert_eq(strncmp(path, base, strlen(base)), 0);
	cr_assert_eq(mode_of(""), 0700);
	cr_assert_eq(mode_of("/secret"), 0600);
	cr_assert_eq(mode_of("/hosts.yaml"), 0600);
	setenv(OVR_LAUNCH_VARIABLE, path, 1);
	cr_assert_eq(ovr_keys_folder(folder, &err), 0);
	cr_assert_eq(ovr_keys_load(folder, &loaded, &err), 0, "%s", err.text);
	cr_assert(ovr_key_is_same(&loaded.public_key, &keys.public_key));
	snprintf(file, sizeof(file), "%s/hosts.yaml", folder);
	cr_assert_eq(ovr_hosts_load(file, &read, &err), 0, "%s", err.text);
	cr_assert_str_eq(read.host[0].address, "127.0.0.1:1001");
	ovr_hosts_done(&read);
	ovr_launch_folder_remove(path);
	ovr_launch_folder_remove(path);
	ovr_launch_folder_remove("");
	/* nothing else is in it */
	cr_assert_eq(rmdir(base), 0);
}

Test(folder, a_place_that_is_not_there_is_refused)
{
	const struct ovr_hosts none = { .n = 0 };

	setenv("XDG_RUNTIME_DIR", "/nowhere", 1);
	cr_assert_eq(ovr_launch_folder_make(&keys, &none, path, &err), -ENOENT);
	cr_assert_str_eq(
		err.text, "/nowhere: no folder for the keys of a job can be made: No such file or directory");
}
