/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t
least(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

/* The number after a name, in the first line that begins with it. */
static uint64_t
read_number(const char *path, const char *name, uint64_t unknown)
{
	FILE *file = fopen(path, "re");
	uint64_t number = unknown;
	char line[512], *end;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		const char *at = line + strlen(name);

		if (strncmp(line, name, strlen(name)) != 0)
			continue;
		number = strtoull(at, &end, 10);
		if (end == at)
			number = unknown;
		break;
	}
	if (file != NULL)
		fclose(file);
	return number;
}

static uint64_t
of_kernel(const char *root)
{
	char path[512];
	uint64_t kb;

	snprintf(path, sizeof(path), "%s/proc/meminfo", root);
	kb = read_number(path, "MemAvailable:", UINT64_MAX);
	return kb > UINT64_MAX / 1024 ? UINT64_MAX : kb * 1024;
}

static uint64_t
of_address_space(const char *root)
{
	struct rlimit limit;
	char path[512];
	uint64_t used;

	if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
		return UINT64_MAX;
	snprintf(path, sizeof(path), "%s/proc/self/statm", root);
	used = read_number(path, "", 0) * (uint64_t)sysconf(_SC_PAGESIZE);
	return limit.rlim_cur > used ? limit.rlim_cur - used : 0;
}

static uint64_t
of_group(const char *root)
{
	char path[1024], name[256] = "";
	FILE *file;
	uint64_t most, used;

	snprintf(path, sizeof(path), "%s/proc/self/cgroup", root);
	file = fopen(path, "re");
	while (file != NULL && fgets(path, sizeof(path), file) != NULL)
		if (sscanf(path, "0::%255s", name) == 1)
			break;
	if (file != NULL)
		fclose(file);
	if (name[0] == '\0')
		return UINT64_MAX;
	snprintf(path, sizeof(path), "%s/sys/fs/cgroup%s/memory.max", root, name);
	most = read_number(path, "", UINT64_MAX);
	snprintf(path, sizeof(path), "%s/sys/fs/cgroup%s/memory.current", root, name);
	used = read_number(path, "", 0);
	if (most == UINT64_MAX)
		return most;
	return most > used ? most - used : 0;
}

uint64_t
ovr_memory_available(const char *root)
{
	return least(of_kernel(root), least(of_address_space(root), of_group(root)));
}
