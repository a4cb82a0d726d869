/* SPDX-License-Identifier: BSD-3-Clause */
#include "message/tree.h"

#include <stdbool.h>

/* Memory of jansson 2.14 on 64 bits with glibc's malloc, blocks rounded up to 16 bytes plus 16. */
#define OBJECT_BYTES 256 /* its table of 8 buckets included */
#define ARRAY_BYTES  144 /* its 8 first places included */
#define VALUE_BYTES  64  /* a number, or what a string has besides its bytes; a place in a list */
#define MEMBER_BYTES 80  /* its node, and its share of buckets that double */
#define STRING_BYTES 32  /* around the bytes of a string, or of a key */

/*
 * A half of a trial takes some 20 times its text. The most that an agent reads,
 * OVR_MESSAGE_TO_AGENT_BYTES, may take 44 MiB.
 */
#define TREE_BYTES_BASE     (8u << 20)
#define TREE_BYTES_PER_BYTE 24

/* What a character outside of strings stands for. */
static size_t
bytes_of(char c)
{
	switch (c) {
	case '{':
		return OBJECT_BYTES + VALUE_BYTES;
	case '[':
		return ARRAY_BYTES + VALUE_BYTES;
	case ',':
		return VALUE_BYTES;
	case ':':
		return MEMBER_BYTES;
	default:
		return 0;
	}
}

size_t
ovr_message_tree_bytes(const char *text, size_t size)
{
	size_t bytes = size + VALUE_BYTES;
	bool is_in_string = false;

	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (is_in_string && c == '\\') {
			i++;
		} else if (c == '"') {
			bytes += is_in_string ? 0 : STRING_BYTES;
			is_in_string = !is_in_string;
		} else if (!is_in_string) {
			bytes += bytes_of(c);
		}
	}
	return bytes;
}

size_t
ovr_message_tree_bytes_max(size_t size)
{
	return TREE_BYTES_BASE + TREE_BYTES_PER_BYTE * size;
}
