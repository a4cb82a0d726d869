/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "picture/picture.h"

size_t
ovr_picture_character_bytes(const char *at)
{
	const unsigned char *text = (const unsigned char *)at;
	size_t n = text[0] < 0x80 ? 1
		: text[0] < 0xc2  ? 0
		: text[0] < 0xe0  ? 2
		: text[0] < 0xf0  ? 3
		: text[0] < 0xf5  ? 4
				  : 0;

	for (size_t i = 1; i < n; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if (n == 1)
		return (text[0] >= 0x20 && text[0] != 0x7f) || text[0] == '\t' || text[0] == '\n' ? 1 : 0;
	/* what turns the order of a text, so that it looks like another one (base/plain.h) */
	if (n == 3 && text[0] == 0xe2 &&
		((text[1] == 0x80 && text[2] >= 0xaa && text[2] <= 0xae) ||
			(text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9)))
		return 0;
	/* C1 controls, long forms, surrogates, beyond Unicode, U+FFFE and U+FFFF */
	if ((n == 2 && text[0] == 0xc2 && text[1] < 0xa0) || (n == 3 && text[0] == 0xe0 && text[1] < 0xa0) ||
		(n == 3 && text[0] == 0xed && text[1] > 0x9f) ||
		(n == 3 && text[0] == 0xef && text[1] == 0xbf && text[2] > 0xbd) ||
		(n == 4 && text[0] == 0xf0 && text[1] < 0x90) ||
		(n == 4 && text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return n;
}

void
ovr_picture_escape(FILE *out, const char *text)
{
	for (const char *at = text; *at != '\0';) {
		size_t n = ovr_picture_character_bytes(at);

		if (n == 0)
			fputs("\xef\xbf\xbd", out);
		else if (*at == '&')
			fputs("&amp;", out);
		else if (*at == '<')
			fputs("&lt;", out);
		else if (*at == '>')
			fputs("&gt;", out);
		else if (*at == '"')
			fputs("&quot;", out);
		else if (*at == '\'')
			fputs("&#39;", out);
		else
			fwrite(at, 1, n, out);
		at += n == 0 ? 1 : n;
	}
}

void
ovr_picture_cell(FILE *out, const char *text)
{
	fputs("<td>", out);
	ovr_picture_escape(out, text);
	fputs("</td>", out);
}

const char *
ovr_picture_place_class(const char *place)
{
	static const struct {
		const char *begin, *style;
	} classes[] = {
		{ "tx", "p-tx" },
		{ "path", "p-path" },
		{ "rx.ring", "p-ring" },
		{ "rx", "p-rx" },
		{ "unexplained", "p-open" },
		{ "delivered", "p-good" },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strncmp(place, classes[i].begin, strlen(classes[i].begin)) == 0)
			return classes[i].style;
	return "p-other";
}
