/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/cache.h"

#include <stdio.h>

#define INDEXES 8
#define KIB     1024u

static uint64_t
read_number(const char *root, uint16_t cpu, unsigned int index, const char *name)
{
	char path[256];
	unsigned long long value = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/devices/system/cpu/cpu%u/cache/index%u/%s", root, cpu, index, name);
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%llu", &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

struct ovr_advise_cache
ovr_advise_cache_read(const char *root, uint16_t cpu)
{
	struct ovr_advise_cache cache = { .bytes = 0 };

	/* sizes are told in KiB: "32768K" */
	for (unsigned int index = 0; index < INDEXES; index++) {
		uint64_t bytes = read_number(root, cpu, index, "size") * KIB;

		if (bytes <= cache.bytes)
			continue;
		cache.bytes = bytes;
		cache.n_ways = (uint32_t)read_number(root, cpu, index, "ways_of_associativity");
	}
	return cache;
}
