/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/table.h"

#include "report/columns.h"

#define GAP_USUAL 3

static void
print_cells(const struct ovr_table *table, const size_t *width, const struct ovr_table_row *row, FILE *out)
{
	size_t gap = table->gap != 0 ? table->gap : GAP_USUAL;
	size_t owed = 2; /* spaces before the next text; none are left at the end of a line */

	for (unsigned int c = 0; c < table->n_columns; c++) {
		size_t columns = ovr_columns_of(row->cell[c]);
		size_t fill = width[c] - columns;

		if (table->column[c].right)
			owed += fill;
		if (columns > 0) {
			fprintf(out, "%*s%s", (int)owed, "", row->cell[c]);
			owed = 0;
		}
		owed += table->column[c].right ? gap : fill + gap;
	}
	fputc('\n', out);
}

void
ovr_table_print(const struct ovr_table *table, const void *of, uint32_t n_rows, FILE *out)
{
	size_t width[OVR_TABLE_COLUMNS_MAX] = { 0 };
	struct ovr_table_row row = { 0 };
	bool any = false;

	for (unsigned int c = 0; c < table->n_columns; c++) {
		const char *heading = table->column[c].heading;

		width[c] = table->column[c].width;
		if (heading == NULL)
			continue;
		snprintf(row.cell[c], sizeof(row.cell[c]), "%s", heading);
		if (ovr_columns_of(heading) > width[c])
			width[c] = ovr_columns_of(heading);
	}
	for (uint32_t i = 0; i < n_rows; i++) {
		struct ovr_table_row measured = { 0 };

		if (!table->row(of, i, &measured))
			continue;
		any = true;
		for (unsigned int c = 0; c < table->n_columns; c++)
			if (ovr_columns_of(measured.cell[c]) > width[c])
				width[c] = ovr_columns_of(measured.cell[c]);
	}
	if (!any)
		return;
	if (!table->is_continued)
		fputc('\n', out);
	if (table->column[0].heading != NULL)
		print_cells(table, width, &row, out);
	for (uint32_t i = 0; i < n_rows; i++) {
		row = (struct ovr_table_row){ 0 };
		if (table->row(of, i, &row))
			print_cells(table, width, &row, out);
	}
}
