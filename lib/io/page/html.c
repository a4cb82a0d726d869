/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <string.h>

#include "page/draw.h"

/* A page stays small: rows of a table, and reasons, that stand on it. The other forms have all. */
#define ROWS_SHOWN 512
/* Of a table with more rows than this the first ones stand open, and the others are folded. */
#define ROWS_UNFOLDED 64
#define ROWS_OPEN     24
#define REASONS_SHOWN 64

static void
put_rest(const char *before, size_t n, size_t shown, const char *what, const char *after, FILE *out)
{
	if (n > shown)
		fprintf(out, "%sand %zu %s more, which --format csv or the JSON has%s", before, n - shown,
			what, after);
}

static void
put(FILE *out, const char *before, const char *text, const char *after)
{
	fputs(before, out);
	ovr_picture_escape(out, text);
	fputs(after, out);
}

static void
put_head(const struct ovr_view *view, const struct ovr_page_words *words, FILE *out)
{
	fprintf(out,
		"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '%s' "
		"'%s'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
		ovr_picture_css_hash, ovr_page_css_hash, ovr_page_js_hash);
	put(out, "<title>", words->title != NULL ? words->title : view->heading, "</title>\n");
	fprintf(out, "<style>%s</style>\n<style>%s</style>\n</head>\n<body>\n<header>\n", ovr_picture_css,
		ovr_page_css);
	put(out, "<h1>", words->title != NULL ? words->title : view->heading, "</h1>\n");
	if (words->note != NULL)
		put(out, "<p class=\"note\">", words->note, "</p>\n");
	fputs("</header>\n<main>\n", out);
}

/* A word of a fixed set: it becomes a class. */
static const char *
verdict_class(const char *verdict)
{
	static const char *const known[] = { "pass", "loss", "void" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], verdict) == 0)
			return known[i];
	return "other";
}

static void
put_verdict(const struct ovr_view *view, FILE *out)
{
	const json_t *reasons = view->reasons, *reason;
	char word[32];
	size_t i;

	snprintf(word, sizeof(word), "%s", view->word);
	for (char *at = word; *at != '\0'; at++)
		*at = (char)toupper((unsigned char)*at);
	fprintf(out, "<section class=\"verdict is-%s\">", verdict_class(view->verdict));
	put(out, "<strong>", word, "</strong>\n");
	if (json_array_size(reasons) == 0)
		fprintf(out, "<p>%s</p>\n",
			strcmp(view->verdict, "pass") != 0 ? "the result names no reason"
				: strcmp(view->command, "run") == 0
				? "no more was lost than the limit allows, and the "
				  "books balance"
				: "the answer was found");
	else
		fputs("<ul>\n", out);
	json_array_foreach(reasons, i, reason) if (i < REASONS_SHOWN) put(
		out, "<li>", json_string_value(reason) == NULL ? "" : json_string_value(reason), "</li>\n");
	put_rest("<li>", json_array_size(reasons), REASONS_SHOWN, "reasons", "</li>\n", out);
	if (json_array_size(reasons) != 0)
		fputs("</ul>\n", out);
	fputs("</section>\n", out);
}

/* The class of a cell: a number with its unit stays in one line, a sentence gets room. */
static const char *
cell_class(const char *text)
{
	if (strlen(text) < 24)
		return strspn(text, "0123456789-≥ ") > 0 ? " class=\"n\"" : "";
	return " class=\"long\"";
}

static void
put_row(const json_t *row, const char *tag, FILE *out)
{
	const json_t *cell;
	size_t i;

	fputs("<tr>", out);
	json_array_foreach(row, i, cell)
	{
		fprintf(out, "<%s%s>", tag, cell_class(json_string_value(cell)));
		ovr_picture_escape(out, json_string_value(cell));
		fprintf(out, "</%s>", tag);
	}
	fputs("</tr>\n", out);
}

/* Rows first … end - 1, below the head. */
static void
put_rows(const json_t *table, size_t first, size_t end, FILE *out)
{
	const json_t *row;
	size_t i;

	fputs("<div class=\"wide\"><table>\n<thead>", out);
	put_row(ovr_get(table, "head"), "th", out);
	fputs("</thead><tbody>\n", out);
	json_array_foreach(ovr_get(table, "rows"), i, row) if (i >= first && i < end) put_row(row, "td", out);
	fputs("</tbody></table></div>\n", out);
}

static void
put_table(const json_t *table, FILE *out)
{
	bool is_folded = ovr_saved_size(table, "rows") > ROWS_UNFOLDED;

	put(out, "<h3>", ovr_saved_text(table, "title"), "</h3>\n");
	if (ovr_saved_text(table, "about")[0] != '\0')
		put(out, "<p class=\"soft\">", ovr_saved_text(table, "about"), "</p>\n");
	put_rows(table, 0, is_folded ? ROWS_OPEN : ROWS_SHOWN, out);
	if (is_folded) {
		fprintf(out, "<details><summary>rows from %d on</summary>\n", ROWS_OPEN + 1);
		put_rows(table, ROWS_OPEN, ROWS_SHOWN, out);
		fputs("</details>\n", out);
	}
	put_rest("<p class=\"soft\">", ovr_saved_size(table, "rows"), ROWS_SHOWN, "rows", "</p>\n", out);
}

static void
put_picture(const struct ovr_view_picture *picture, FILE *out)
{
	const struct ovr_picture_head *head = picture->of.data;

	put(out, "<figure>\n<figcaption><h3>", head->title, "</h3>");
	put(out, "<p class=\"soft\">", head->about, "</p></figcaption>\n");
	if (picture->kind == OVR_VIEW_BARS) {
		/* a switch without script: style shows the part of the one that is on */
		fprintf(out,
			"<input class=\"scale log\" type=\"radio\" name=\"%s-scale\" id=\"%s-to-log\" "
			"checked>"
			"<label class=\"scale\" for=\"%s-to-log\">logarithmic</label>\n"
			"<input class=\"scale linear\" type=\"radio\" name=\"%s-scale\" id=\"%s-to-linear\">"
			"<label class=\"scale\" for=\"%s-to-linear\">linear</label>\n<div "
			"class=\"log-scale\">\n",
			head->id, head->id, head->id, head->id, head->id, head->id);
		ovr_picture_bars(picture->of.bars, true, out);
		fputs("</div>\n<div class=\"linear-scale\">\n", out);
		ovr_picture_bars(picture->of.bars, false, out);
		fputs("</div>\n", out);
	} else {
		ovr_view_draw(picture, out);
	}
	fputs("<details><summary>the figures as a table</summary><div class=\"wide\">\n", out);
	ovr_view_draw_table(picture, out);
	fputs("</div></details>\n</figure>\n", out);
}

static void
put_pairs(const char *title, const json_t *object, FILE *out)
{
	const char *key;
	const json_t *value;

	if (json_object_size(object) == 0)
		return;
	put(out, "<h3>", title, "</h3>\n<div class=\"wide\"><table><tbody>\n");
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		char number[48] = "";

		if (json_is_integer(value))
			snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		put(out, "<tr><th scope=\"row\">", key, "</th>");
		ovr_picture_cell(out,
			json_is_string(value)
				? (json_string_length(value) > 0 ? json_string_value(value) : "unknown")
				: json_is_true(value)    ? "yes"
				: json_is_false(value)   ? "no"
				: json_is_integer(value) ? number
							 : "unknown");
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}

static void
put_view(const struct ovr_view *view, bool is_one, FILE *out)
{
	const json_t *table;
	size_t i;

	fputs("<article>\n", out);
	if (!is_one)
		fprintf(out, "<h2>%u: ", view->number);
	if (!is_one)
		put(out, "", view->heading, "</h2>\n");
	put(out, "<p class=\"soft\">", ovr_view_origin(view).text, "");
	put(out, ovr_view_origin(view).text[0] != '\0' ? "; from " : "from ", view->name, "</p>\n");
	put_verdict(view, out);
	json_array_foreach(view->tables, i, table) put_table(table, out);
	if (view->n_pictures > 0)
		fputs("<h3>Pictures</h3>\n<section class=\"pictures\">\n", out);
	for (i = 0; i < view->n_pictures; i++)
		put_picture(&view->picture[i], out);
	if (view->n_pictures > 0)
		fputs("</section>\n", out);
	json_array_foreach(view->environment, i, table) put_table(table, out);
	if (view->repeat[0] != '\0') {
		put(out, "<h3>To repeat it</h3>\n<pre>", view->repeat, "</pre>\n");
		fputs("<details><summary>every option of the plan</summary>\n", out);
		put_pairs("Plan", ovr_get(view->root, "plan"), out);
		fputs("</details>\n", out);
	}
	fputs("</article>\n", out);
}

int
ovr_view_html(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out)
{
	put_head(view, words, out);
	for (size_t i = 0; i < n; i++)
		put_view(&view[i], n == 1, out);
	fprintf(out, "</main>\n<script>%s</script>\n</body>\n</html>\n", ovr_page_js);
	return 0;
}
