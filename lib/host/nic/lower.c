/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/lower.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "lower_"

static bool
is_known(char (*lower)[OVR_NIC_NAME_BYTES], uint32_t n, const char *name)
{
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(lower[i], name) == 0)
			return true;
	return false;
}

/* Append the interfaces right below one. @return how many there are then */
static uint32_t
append_lower(const char *root, const char *name, char (*lower)[OVR_NIC_NAME_BYTES], uint32_t n)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/class/net/%s", root, name);
	folder = opendir(path);
	if (folder == NULL)
		return n;
	while ((entry = readdir(folder)) != NULL && n < OVR_NIC_LOWER_MAX) {
		const char *below = entry->d_name + strlen(PREFIX);

		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0 &&
			strlen(below) < OVR_NIC_NAME_BYTES && !is_known(lower, n, below))
			snprintf(lower[n++], OVR_NIC_NAME_BYTES, "%s", below);
	}
	closedir(folder);
	return n;
}

/* Whether sysfs shows the interface that is meant. */
static bool
is_shown(const char *root, const char *name, uint32_t ifindex)
{
	char path[PATH_MAX];
	unsigned int found = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/class/net/%s/ifindex", root, name);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	if (fscanf(file, "%u", &found) != 1)
		found = 0;
	fclose(file);
	return found == ifindex;
}

uint32_t
ovr_nic_lower_read(
	const char *root, const char *name, uint32_t ifindex, char (*ret_lower)[OVR_NIC_NAME_BYTES])
{
	uint32_t n = 0;

	if (!is_shown(root, name, ifindex))
		return 0;
	n = append_lower(root, name, ret_lower, 0);
	for (uint32_t i = 0; i < n; i++)
		n = append_lower(root, ret_lower[i], ret_lower, n);
	return n;
}
