/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
ovr_folder_make(const char *path, mode_t above)
{
	char part[PATH_MAX];

	if (path[0] == '\0')
		return -ENOENT;
	if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part))
		return -ENAMETOOLONG;
	for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, above) != 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return mkdir(part, 0700) != 0 && errno != EEXIST ? -errno : 0;
}

int
ovr_folder_of_states(char ret_path[static PATH_MAX])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n;

	if (state != NULL && state[0] == '/')
		n = snprintf(ret_path, PATH_MAX, "%s/overrun", state);
	else if (geteuid() == 0)
		n = snprintf(ret_path, PATH_MAX, "/var/lib/overrun");
	else if (home != NULL && home[0] == '/')
		n = snprintf(ret_path, PATH_MAX, "%s/.local/state/overrun", home);
	else
		return -ENOENT;
	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}
