/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/text.h"

#include <stdint.h>

/*
 * Read one code point.
 * @return the bytes it takes; 0: no well-formed UTF-8 (overlong, cut, a surrogate, beyond U+10FFFF)
 */
static unsigned int
read_code_point(const unsigned char *at, uint32_t *ret_code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int n = at[0] < 0x80 ? 1
		: at[0] < 0xc0        ? 0
		: at[0] < 0xe0        ? 2
		: at[0] < 0xf0        ? 3
		: at[0] < 0xf8        ? 4
				      : 0;
	uint32_t code;

	if (n <= 1) {
		*ret_code = at[0];
		return n;
	}
	code = at[0] & (0x7fu >> n);
	for (unsigned int i = 1; i < n; i++) {
		/* The end of the text is no continuation byte, so this never reads after it. */
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3fu);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return n;
}

/* YAML 1.1's c-printable, without its line breaks and the byte order mark. */
static bool
is_printable(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return false;
	return code != 0x2028 && code != 0x2029 && code != 0xfeff && code != 0xfffe && code != 0xffff;
}

bool
ovr_plan_text_is_printable(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at != '\0') {
		uint32_t code;
		unsigned int n = read_code_point(at, &code);

		if (n == 0 || !is_printable(code))
			return false;
		at += n;
	}
	return true;
}
