/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/list.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_FIRST 16

/* @param list address of a pointer of any type, which memcpy() may read and write. */
static void *
grow(void *list, size_t entry_bytes, uint32_t *capacity)
{
	uint32_t larger = *capacity == 0 ? CAPACITY_FIRST : 2 * *capacity;
	void *before, *entries;

	if (larger <= *capacity || larger > SIZE_MAX / entry_bytes)
		return NULL;
	memcpy(&before, list, sizeof(before));
	entries = realloc(before, larger * entry_bytes);
	if (entries == NULL)
		return NULL;
	memcpy(list, &entries, sizeof(entries));
	*capacity = larger;
	return entries;
}

void *
ovr_list_add(void *list, size_t entry_bytes, uint32_t *n, uint32_t *capacity)
{
	char *entries;

	if (*n == *capacity && grow(list, entry_bytes, capacity) == NULL)
		return NULL;
	memcpy(&entries, list, sizeof(entries));
	return memset(entries + entry_bytes * (*n)++, 0, entry_bytes);
}
