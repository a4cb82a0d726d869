/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/markdown.h"

#include <string.h>

void
ovr_markdown_text(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (strchr("\\`*_[]<>|&#~", *text) != NULL)
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void
print_heading(const struct ovr_table *table, FILE *out)
{
	fputc('\n', out);
	for (unsigned int c = 0; c < table->n_columns; c++) {
		fputs("| ", out);
		ovr_markdown_text(table->column[c].heading + strspn(table->column[c].heading, " "), out);
		fputc(' ', out);
	}
	fputs("|\n", out);
	for (unsigned int c = 0; c < table->n_columns; c++)
		fputs(table->column[c].right ? "|---:" : "|---", out);
	fputs("|\n", out);
}

void
ovr_markdown_table(const struct ovr_table *table, const void *of, uint32_t n_rows, FILE *out)
{
	bool is_begun = false;

	for (uint32_t i = 0; i < n_rows; i++) {
		struct ovr_table_row row = { 0 };

		if (!table->row(of, i, &row))
			continue;
		if (!is_begun)
			print_heading(table, out);
		is_begun = true;
		for (unsigned int c = 0; c < table->n_columns; c++) {
			fputs("| ", out);
			ovr_markdown_text(row.cell[c] + strspn(row.cell[c], " "), out);
			fputc(' ', out);
		}
		fputs("|\n", out);
	}
}
