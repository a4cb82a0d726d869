/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/lasting.h"

#include <stddef.h>
#include <string.h>

/* The texts, one after the other, each with its end. */
static char kept[OVR_LASTING_BYTES_MAX];
static size_t n_bytes;
static unsigned int n_texts;

const char *
ovr_lasting(const char *text)
{
	size_t size = strlen(text) + 1;
	char *added;

	for (size_t at = 0; at < n_bytes; at += strlen(kept + at) + 1)
		if (strcmp(kept + at, text) == 0)
			return kept + at;
	if (n_texts == OVR_LASTING_TEXTS_MAX || size > sizeof(kept) - n_bytes)
		return "";
	added = memcpy(kept + n_bytes, text, size);
	n_bytes += size;
	n_texts++;
	return added;
}
