/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/columns.h"

#include <stdbool.h>

/* The second and further bytes of a character are 10xxxxxx. */
static bool
begins_a_character(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

size_t
ovr_columns_of(const char *text)
{
	size_t columns = 0;

	for (; *text != '\0'; text++)
		columns += begins_a_character(*text);
	return columns;
}

size_t
ovr_columns_cut(char *text, size_t columns, size_t bytes)
{
	size_t begun = 0;
	size_t whole = 0; /* bytes up to the end of the last character that fits */

	for (size_t i = 0;; i++) {
		if (i > bytes)
			break;
		if (begins_a_character(text[i])) {
			whole = i;
			if (text[i] == '\0' || ++begun > columns)
				break;
		}
	}
	text[whole] = '\0';
	return whole;
}
