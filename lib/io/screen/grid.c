/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/grid.h"

#include <stdarg.h>
#include <stdio.h>

/* Longer texts are cut: no terminal has more columns. */
#define TEXT_BYTES (4 * OVR_GRID_COLUMNS_MAX + 1)

void
ovr_grid_clear(struct ovr_grid *grid)
{
	for (size_t i = 0; i < (size_t)grid->rows * grid->columns; i++)
		grid->cell[i] = (struct ovr_grid_cell){ ' ', OVR_GRID_PLAIN };
}

/* The next character. @return its bytes, at least 1 */
static size_t
decode(const char *text, uint32_t *ret_code)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t n = at[0] < 0x80 ? 1
		: at[0] < 0xc2  ? 0
		: at[0] < 0xe0  ? 2
		: at[0] < 0xf0  ? 3
		: at[0] < 0xf5  ? 4
				: 0;
	uint32_t code = n <= 1 ? at[0] : at[0] & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		if ((at[i] & 0xc0) != 0x80) {
			n = 0;
			break;
		}
		code = code << 6 | (at[i] & 0x3f);
	}
	*ret_code = n == 0 ? '?' : code;
	return n == 0 ? 1 : n;
}

/*
 * Latin, Greek, Cyrillic, punctuation, arrows, and boxes and blocks are one cell wide, whatever the
 * terminal. Combining characters from U+0300 on are none of these.
 */
static bool
is_one_cell(uint32_t code)
{
	return (code >= 0x20 && code < 0x7f) || (code >= 0xa1 && code < 0x300 && code != 0xad) ||
		(code >= 0x370 && code < 0x483) || (code >= 0x2010 && code < 0x2028) ||
		(code >= 0x2190 && code < 0x2200) || (code >= 0x2260 && code < 0x2270) ||
		(code >= 0x2500 && code < 0x25a0);
}

uint16_t
ovr_grid_put(struct ovr_grid *grid, uint16_t row, uint16_t column, uint16_t end, enum ovr_grid_style style,
	const char *text)
{
	if (end > grid->columns)
		end = grid->columns;
	while (*text != '\0' && row < grid->rows && column < end) {
		uint32_t code;

		text += decode(text, &code);
		grid->cell[(size_t)row * grid->columns + column++] =
			(struct ovr_grid_cell){ is_one_cell(code) ? code : '?', (uint8_t)style };
	}
	return column;
}

uint16_t
ovr_grid_print(struct ovr_grid *grid, uint16_t row, uint16_t column, enum ovr_grid_style style,
	const char *format, ...)
{
	char text[TEXT_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return ovr_grid_put(grid, row, column, grid->columns, style, text);
}

void
ovr_grid_put_right(
	struct ovr_grid *grid, uint16_t row, uint16_t end, enum ovr_grid_style style, const char *text)
{
	uint16_t n = 0;
	uint32_t code;

	for (const char *at = text; *at != '\0' && n < end; at += decode(at, &code))
		n++;
	ovr_grid_put(grid, row, (uint16_t)(end - n), end, style, text);
}

void
ovr_grid_style(struct ovr_grid *grid, uint16_t row, uint16_t column, uint16_t end, enum ovr_grid_style style)
{
	for (; row < grid->rows && column < end && column < grid->columns; column++)
		grid->cell[(size_t)row * grid->columns + column].style = (uint8_t)style;
}

void
ovr_grid_make_ascii(struct ovr_grid *grid)
{
	for (size_t i = 0; i < (size_t)grid->rows * grid->columns; i++)
		if (grid->cell[i].code >= 0x80)
			grid->cell[i].code = grid->cell[i].code == 0xb5 ? 'u' : '?';
}

static size_t
encode(uint32_t code, char bytes[4])
{
	if (code < 0x80) {
		bytes[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		bytes[0] = (char)(0xc0 | code >> 6);
		bytes[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	bytes[0] = (char)(0xe0 | code >> 12);
	bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
	bytes[2] = (char)(0x80 | (code & 0x3f));
	return 3;
}

const char *
ovr_grid_row(const struct ovr_grid *grid, uint16_t row, char *buf, size_t size)
{
	size_t n = 0, end = 0;

	for (uint16_t column = 0; column < grid->columns && n + 4 < size; column++) {
		uint32_t code = grid->cell[(size_t)row * grid->columns + column].code;

		n += encode(code, buf + n);
		if (code != ' ')
			end = n;
	}
	buf[end] = '\0';
	return buf;
}

void
ovr_grid_too_small(struct ovr_grid *grid)
{
	ovr_grid_print(grid, 0, 0, OVR_GRID_PLAIN, "%u x %u: too few", grid->columns, grid->rows);
	if (grid->rows > 1)
		ovr_grid_print(grid, 1, 0, OVR_GRID_PLAIN, "q quit");
}
