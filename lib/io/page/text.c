/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Forms without pictures: Markdown, text, CSV.
 */
#include <inttypes.h>
#include <string.h>

#include "page/draw.h"

/* Columns of a cell in text, at most. */
#define CELL_MAX 60

/* A cell where a bar or a line end would break the table, and a letter of markup would be one. */
static void
put_md(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("\\`*_[]<>|#&~", *text) != NULL)
			fputc('\\', out);
		fputc((unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text, out);
	}
}

/* What would be a command to a terminal is a blank. */
static void
put_plain(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		fputc((unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text, out);
}

static const char *
cell_text(const json_t *row, size_t column)
{
	const char *text = json_string_value(json_array_get(row, column));

	return text == NULL ? "" : text;
}

static void
put_md_row(const json_t *row, FILE *out)
{
	for (size_t i = 0; i < json_array_size(row); i++) {
		fputs("| ", out);
		put_md(out, cell_text(row, i));
		fputc(' ', out);
	}
	fputs("|\n", out);
}

static void
put_md_table(const json_t *table, FILE *out)
{
	const json_t *head = ovr_get(table, "head"), *row;
	size_t i;

	fputs("\n### ", out);
	put_md(out, ovr_saved_text(table, "title"));
	fputs("\n\n", out);
	if (ovr_saved_text(table, "about")[0] != '\0') {
		put_md(out, ovr_saved_text(table, "about"));
		fputs("\n\n", out);
	}
	put_md_row(head, out);
	for (i = 0; i < json_array_size(head); i++)
		fputs("|---", out);
	fputs("|\n", out);
	json_array_foreach(ovr_get(table, "rows"), i, row) put_md_row(row, out);
}

/* The words of a title, a note and a verdict, before the tables of a view. */
static void
put_words(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, size_t at,
	void (*put)(FILE *out, const char *text), const char *heading, const char *item, FILE *out)
{
	struct ovr_view_origin origin = ovr_view_origin(&view[at]);
	const json_t *reason;
	size_t i;

	if (at == 0) {
		fputs(heading, out);
		put(out, words->title != NULL ? words->title : view[0].heading);
		fputs("\n\n", out);
	}
	if (at == 0 && words->note != NULL) {
		put(out, words->note);
		fputs("\n\n", out);
	}
	if (n > 1) {
		fprintf(out, "%s%s", at == 0 ? "" : "\n", heading[0] == '#' ? "## " : "");
		put(out, view[at].heading);
		fputs("\n\n", out);
	}
	fprintf(out, heading[0] == '#' ? "**verdict: %s**" : "verdict: %s", view[at].word);
	if (origin.text[0] != '\0')
		fputs(", ", out);
	put(out, origin.text);
	fputs("\n", out);
	if (json_array_size(view[at].reasons) > 0)
		fputs("\n", out);
	json_array_foreach(view[at].reasons, i, reason)
	{
		fputs(item, out);
		put(out, json_string_value(reason) == NULL ? "" : json_string_value(reason));
		fputs("\n", out);
	}
}

int
ovr_view_md(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out)
{
	const json_t *table;
	size_t k;

	for (size_t i = 0; i < n; i++) {
		put_words(view, n, words, i, put_md, "# ", "- ", out);
		json_array_foreach(view[i].tables, k, table) put_md_table(table, out);
		if (view[i].repeat[0] != '\0') {
			fputs("\n### To repeat it\n\n    ", out);
			put_plain(out, view[i].repeat);
			fputs("\n", out);
		}
	}
	return 0;
}

/* Columns of the terminal that a text takes: its characters, as far as they are one wide. */
static size_t
width_of(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* No blanks stand at the end of a line: those before a cell are written with it. */
static void
put_text_row(const json_t *row, const size_t *width, size_t n, FILE *out)
{
	size_t blanks = 2;

	for (size_t i = 0; i < n; i++) {
		const char *text = cell_text(row, i);
		size_t own = width_of(text);

		if (own > 0) {
			fprintf(out, "%*s", (int)blanks, "");
			put_plain(out, text);
			blanks = 0;
		}
		blanks += (own < width[i] ? width[i] - own : 0) + 2;
	}
	fputs("\n", out);
}

static void
put_text_table(const json_t *table, FILE *out)
{
	const json_t *head = ovr_get(table, "head"), *row;
	size_t n = json_array_size(head), width[OVR_VIEW_COLUMNS_MAX] = { 0 };
	size_t i;

	for (size_t k = 0; k < n; k++) {
		width[k] = width_of(cell_text(head, k));
		json_array_foreach(ovr_get(table, "rows"), i, row)
		{
			size_t own = width_of(cell_text(row, k));

			width[k] = own > width[k] ? own : width[k];
		}
		width[k] = width[k] < CELL_MAX ? width[k] : CELL_MAX;
	}
	fputs("\n", out);
	put_plain(out, ovr_saved_text(table, "title"));
	fputs("\n", out);
	put_text_row(head, width, n, out);
	json_array_foreach(ovr_get(table, "rows"), i, row) put_text_row(row, width, n, out);
	if (ovr_saved_text(table, "about")[0] != '\0') {
		fputs("  ", out);
		put_plain(out, ovr_saved_text(table, "about"));
		fputs("\n", out);
	}
}

int
ovr_view_text(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out)
{
	const json_t *table;
	size_t k;

	for (size_t i = 0; i < n; i++) {
		put_words(view, n, words, i, put_plain, "", "  ", out);
		json_array_foreach(view[i].tables, k, table) put_text_table(table, out);
		if (view[i].repeat[0] != '\0') {
			fputs("\nto repeat it: ", out);
			put_plain(out, view[i].repeat);
			fputs("\n", out);
		}
	}
	return 0;
}

/* RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
static void
put_csv(FILE *out, const char *text)
{
	fputc('"', out);
	if (text[0] != '\0' && strchr("=+@\t\r", text[0]) != NULL)
		fputc('\'', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

int
ovr_view_csv(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out)
{
	(void)words;
	fputs("result,table,row,column,value\n", out);
	for (size_t i = 0; i < n; i++) {
		const json_t *table, *row, *cell;
		size_t k, r, c;

		put_csv(out, view[i].name);
		fputs(",\"verdict\",0,\"verdict\",", out);
		put_csv(out, view[i].verdict);
		fputs("\n", out);
		json_array_foreach(view[i].tables, k, table)
			json_array_foreach(ovr_get(table, "rows"), r, row) json_array_foreach(row, c, cell)
		{
			put_csv(out, view[i].name);
			fputc(',', out);
			put_csv(out, ovr_saved_text(table, "title"));
			fprintf(out, ",%zu,", r);
			put_csv(out, cell_text(ovr_get(table, "head"), c));
			fputc(',', out);
			put_csv(out, json_string_value(cell));
			fputc('\n', out);
		}
	}
	return 0;
}
