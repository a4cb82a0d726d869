/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/plain.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The character that begins here, and how many bytes it has; 0: none of UTF-8. */
static size_t
decode(const unsigned char *at, uint32_t *ret_code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = at[0] < 0x80 ? 1
		: at[0] < 0xc0  ? 0
		: at[0] < 0xe0  ? 2
		: at[0] < 0xf0  ? 3
		: at[0] < 0xf8  ? 4
				: 0;
	uint32_t code = n == 1 ? at[0] : at[0] & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	*ret_code = code;
	return n == 0 || code < least[n] ? 0 : n;
}

/* Embeddings, overrides and isolates: they change the order in which what follows is shown. */
static bool
is_order(uint32_t code)
{
	return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

bool
ovr_plain_next(const char *at, size_t *ret_bytes)
{
	uint32_t code = 0;
	size_t n = decode((const unsigned char *)at, &code);

	*ret_bytes = n == 0 ? 1 : n;
	return n != 0 && code >= 0x20 && (code < 0x7f || code >= 0xa0) && !is_order(code);
}

char *
ovr_plain(char *text)
{
	const char *from = text;
	char *to = text;

	while (*from != '\0') {
		size_t n;

		if (ovr_plain_next(from, &n)) {
			memmove(to, from, n);
			to += n;
		} else {
			*to++ = '?';
		}
		from += n;
	}
	*to = '\0';
	return text;
}
