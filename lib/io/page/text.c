/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Forms without pictures: Markdown, text, CSV.
 */
#include <inttypes.h>
#include <string.h>

#include "base/plain.h"
#include "page/draw.h"

/* Columns of a cell in text, at most. */
#define CELL_MAX 60

/* A form of text: what stands around its parts. */
struct form {
	const char *escaped; /* letters that would be markup */
	const char *title, *section;
	const char *before_verdict, *after_verdict;
	const char *item;
	const char *before_command;
	void (*put_table)(const struct form *form, const json_t *table, FILE *out);
};

/* In one line: a line end would break a table, and a command to a terminal is none. */
static void
put(const struct form *form, const char *text, FILE *out)
{
	while (*text != '\0') {
		size_t n;

		if (!ovr_plain_next(text, &n)) {
			fputc(strchr("\t\n\r", *text) != NULL ? ' ' : '?', out);
		} else {
			if (n == 1 && strchr(form->escaped, *text) != NULL)
				fputc('\\', out);
			fwrite(text, 1, n, out);
		}
		text += n;
	}
}

static const char *
cell_text(const json_t *row, size_t column)
{
	const char *text = json_string_value(json_array_get(row, column));

	return text == NULL ? "" : text;
}

static void
put_md_row(const struct form *form, const json_t *row, FILE *out)
{
	for (size_t i = 0; i < json_array_size(row); i++) {
		fputs("| ", out);
		put(form, cell_text(row, i), out);
		fputc(' ', out);
	}
	fputs("|\n", out);
}

static void
put_md_table(const struct form *form, const json_t *table, FILE *out)
{
	const json_t *head = ovr_get(table, "head"), *row;
	size_t i;

	fputs("\n### ", out);
	put(form, ovr_saved_text(table, "title"), out);
	fputs("\n\n", out);
	if (ovr_saved_text(table, "about")[0] != '\0') {
		put(form, ovr_saved_text(table, "about"), out);
		fputs("\n\n", out);
	}
	put_md_row(form, head, out);
	for (i = 0; i < json_array_size(head); i++)
		fputs("|---", out);
	fputs("|\n", out);
	json_array_foreach(ovr_get(table, "rows"), i, row) put_md_row(form, row, out);
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
put_text_row(const struct form *form, const json_t *row, const size_t *width, size_t n, FILE *out)
{
	size_t blanks = 2;

	for (size_t i = 0; i < n; i++) {
		const char *text = cell_text(row, i);
		size_t own = width_of(text);

		if (own > 0) {
			fprintf(out, "%*s", (int)blanks, "");
			put(form, text, out);
			blanks = 0;
		}
		blanks += (own < width[i] ? width[i] - own : 0) + 2;
	}
	fputs("\n", out);
}

static void
put_text_table(const struct form *form, const json_t *table, FILE *out)
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
	put(form, ovr_saved_text(table, "title"), out);
	fputs("\n", out);
	put_text_row(form, head, width, n, out);
	json_array_foreach(ovr_get(table, "rows"), i, row) put_text_row(form, row, width, n, out);
	if (ovr_saved_text(table, "about")[0] != '\0') {
		fputs("  ", out);
		put(form, ovr_saved_text(table, "about"), out);
		fputs("\n", out);
	}
}

/* The words of a title, a note and a verdict, before the tables of a view. */
static void
put_words(const struct form *form, const struct ovr_view *view, bool is_one, FILE *out)
{
	struct ovr_view_origin origin = ovr_view_origin(view);
	const json_t *reason;
	size_t i;

	if (!is_one) {
		fprintf(out, "%s%s", view->number == 1 ? "" : "\n", form->section);
		put(form, view->heading, out);
		fputs("\n\n", out);
	}
	fprintf(out, "%sverdict: %s%s", form->before_verdict, view->word, form->after_verdict);
	if (origin.text[0] != '\0')
		fputs(", ", out);
	put(form, origin.text, out);
	fputs("\n", out);
	if (json_array_size(view->reasons) > 0)
		fputs("\n", out);
	json_array_foreach(view->reasons, i, reason)
	{
		fputs(form->item, out);
		put(form, json_string_value(reason) == NULL ? "" : json_string_value(reason), out);
		fputs("\n", out);
	}
}

static int
put_views(const struct form *form, const struct ovr_view *view, size_t n, const struct ovr_page_words *words,
	FILE *out)
{
	/* a command line is no markup: it stands as code, or alone */
	const struct form code = { .escaped = "" };
	const json_t *table;
	size_t k;

	fputs(form->title, out);
	put(form, words->title != NULL ? words->title : view[0].heading, out);
	fputs("\n\n", out);
	if (words->note != NULL) {
		put(form, words->note, out);
		fputs("\n\n", out);
	}
	for (size_t i = 0; i < n; i++) {
		put_words(form, &view[i], n == 1, out);
		json_array_foreach(view[i].tables, k, table) form->put_table(form, table, out);
		json_array_foreach(view[i].environment, k, table) form->put_table(form, table, out);
		if (view[i].repeat[0] == '\0')
			continue;
		fputs(form->before_command, out);
		put(&code, view[i].repeat, out);
		fputs("\n", out);
	}
	return 0;
}

int
ovr_view_md(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out)
{
	static const struct form markdown = {
		.escaped = "\\`*_[]<>|#&~",
		.title = "# ",
		.section = "## ",
		.before_verdict = "**",
		.after_verdict = "**",
		.item = "- ",
		.before_command = "\n### To repeat it\n\n    ",
		.put_table = put_md_table,
	};

	return put_views(&markdown, view, n, words, out);
}

int
ovr_view_text(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out)
{
	static const struct form text = {
		.escaped = "",
		.title = "",
		.section = "",
		.before_verdict = "",
		.after_verdict = "",
		.item = "  ",
		.before_command = "\nto repeat it: ",
		.put_table = put_text_table,
	};

	return put_views(&text, view, n, words, out);
}

/* Whether a spreadsheet would calculate it: "-5 ns" it would not, "-5+cmd|' /C'!A0" it would. */
static bool
is_formula(const char *text)
{
	if (text[0] == '-')
		return strpbrk(text, "=+@|!(") != NULL;
	return text[0] != '\0' && strchr("=+@\t\r", text[0]) != NULL;
}

/*
 * RFC 4180. A cell that would be a formula begins with an apostrophe. Cells have one line and no
 * command to a terminal, which a CSV is looked at on too.
 */
static void
put_csv(FILE *out, const char *text)
{
	fputc('"', out);
	if (is_formula(text))
		fputc('\'', out);
	while (*text != '\0') {
		size_t n;

		if (!ovr_plain_next(text, &n)) {
			fputc(strchr("\t\n\r", *text) != NULL ? ' ' : '?', out);
		} else {
			if (*text == '"')
				fputc('"', out);
			fwrite(text, 1, n, out);
		}
		text += n;
	}
	fputc('"', out);
}

static void
put_csv_tables(const struct ovr_view *view, const json_t *tables, FILE *out)
{
	const json_t *table, *row, *cell;
	size_t k, r, c;

	json_array_foreach(tables, k, table) json_array_foreach(ovr_get(table, "rows"), r, row)
		json_array_foreach(row, c, cell)
	{
		put_csv(out, view->name);
		fputc(',', out);
		put_csv(out, ovr_saved_text(table, "title"));
		fprintf(out, ",%zu,", r);
		put_csv(out, cell_text(ovr_get(table, "head"), c));
		fputc(',', out);
		put_csv(out, json_string_value(cell));
		fputc('\n', out);
	}
}

int
ovr_view_csv(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out)
{
	(void)words;
	fputs("result,table,row,column,value\n", out);
	for (size_t i = 0; i < n; i++) {
		put_csv(out, view[i].name);
		fputs(",\"verdict\",0,\"verdict\",", out);
		put_csv(out, view[i].verdict);
		fputs("\n", out);
		put_csv_tables(&view[i], view[i].tables, out);
		put_csv_tables(&view[i], view[i].environment, out);
	}
	return 0;
}
