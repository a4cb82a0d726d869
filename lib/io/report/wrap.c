/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/wrap.h"

#include <stdbool.h>
#include <string.h>

#include "report/columns.h"

/* A field goes on below its beginning where it has at least this share of the page. */
#define ROOM_PERCENT 40
/*
 * What goes on below a line without fields, or below one whose fields begin far right, is indented
 * by so much.
 */
#define INDENT_TEXT   2
#define INDENT_FIELDS 4
/* A label before the first field, at most. */
#define LABEL_COLUMNS 16

/* Where a line is cut, in bytes, and where the rest is printed, in columns. */
struct cut {
	size_t bytes, indent;
	bool is_between_fields;
};

/* The character at @p at ends, in bytes. */
static size_t
next_character(const char *text, size_t at)
{
	do
		at++;
	while (((unsigned char)text[at] & 0xc0) == 0x80);
	return at;
}

/* Whether the word at @p at is the unit of a number before it. */
static bool
is_unit(const char *text, size_t at)
{
	static const char *const units[] = { "%", "ns", "\u00b5s", "ms", "s", "min", "h", "B", "pps", "kpps",
		"Mpps", "Gpps", "b/s", "kb/s", "Mb/s", "Gb/s", "Tb/s" };
	const char *word = text + at;
	size_t n = strcspn(word, " ,;:)");

	if (text[at - 2] < '0' || text[at - 2] > '9')
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i]) == n && memcmp(units[i], word, n) == 0)
			return true;
	return false;
}

/* Where words and fields begin. */
struct marks {
	size_t first_field, last_field;           /* columns; 0: none */
	size_t last_field_bytes, last_word_bytes; /* 0: none */
	size_t last_word_in_field_bytes; /* a word of the last field that is not its first; 0: none */
};

/* Where the line may be cut so that what stands before fits. */
static struct marks
marks_of(const char *text, size_t lead, size_t columns)
{
	struct marks marks = { 0 };
	size_t column = lead, end = 0; /* end: after the last word */

	for (size_t at = lead; text[at] != '\0'; at = next_character(text, at), column++) {
		bool begins = at > lead && text[at] != ' ' && text[at - 1] == ' ' && !is_unit(text, at);

		/*
		 * after a word that is longer than the page, the next one is the first place to cut
		 * at
		 */
		if (end > columns && (begins || marks.last_word_bytes != 0)) {
			if (marks.last_word_bytes == 0)
				marks.last_word_bytes = at;
			break;
		}
		if (begins) {
			marks.last_word_bytes = at;
			if (text[at - 2] == ' ') {
				marks.first_field = marks.first_field == 0 ? column : marks.first_field;
				marks.last_field = column;
				marks.last_field_bytes = at;
				marks.last_word_in_field_bytes = 0;
			} else {
				marks.last_word_in_field_bytes = at;
			}
		}
		if (text[at] != ' ')
			end = column + 1;
	}
	return marks;
}

static struct cut
cut_of(const char *text, size_t lead, size_t columns)
{
	struct marks marks = marks_of(text, lead, columns);

	if (marks.last_field == 0)
		return (struct cut){ marks.last_word_bytes, lead == 0 ? 0 : lead + INDENT_TEXT, false };
	if (marks.last_field * 100 <= columns * (100 - ROOM_PERCENT) && marks.last_word_in_field_bytes != 0)
		return (struct cut){ marks.last_word_in_field_bytes, marks.last_field, false };
	return (struct cut){ marks.last_field_bytes,
		lead > 0 && marks.first_field <= LABEL_COLUMNS ? marks.first_field : lead + INDENT_FIELDS,
		true };
}

/* Print n bytes, without the spaces at their end. */
static void
print_head(const char *text, size_t n, size_t indent, FILE *out)
{
	while (n > 0 && text[n - 1] == ' ')
		n--;
	fprintf(out, "%*s%.*s\n", (int)indent, "", (int)n, text);
}

void
ovr_wrap_line(const char *line, size_t columns, FILE *out)
{
	size_t lead = strspn(line, " ");
	struct cut first, cut;

	if (ovr_columns_of(line) <= columns) {
		print_head(line, strlen(line), 0, out);
		return;
	}
	first = cut_of(line, lead, columns);
	if (first.bytes == 0) {
		print_head(line, strlen(line), 0, out);
		return;
	}
	print_head(line, first.bytes, 0, out);
	line += first.bytes;
	for (size_t room = columns - first.indent; ovr_columns_of(line) > room; line += cut.bytes) {
		struct marks marks = marks_of(line, 0, room);

		cut.bytes = first.is_between_fields && marks.last_field_bytes != 0 ? marks.last_field_bytes
										   : marks.last_word_bytes;
		if (cut.bytes == 0)
			break;
		print_head(line, cut.bytes, first.indent, out);
	}
	print_head(line, strlen(line), first.indent, out);
}
