/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Rows of cells, aligned.
 *
 * Internal to report. Rows are asked for twice, once to measure and once to print, so that no table
 * needs memory.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define OVR_TABLE_COLUMNS_MAX 9
#define OVR_TABLE_CELL_BYTES  320

/** The cells of a row, empty at first. */
struct ovr_table_row {
	char cell[OVR_TABLE_COLUMNS_MAX][OVR_TABLE_CELL_BYTES];
};

/** How a column looks. */
struct ovr_table_column {
	const char *heading; /**< NULL in the first one: the table has none */
	bool right;          /**< numbers stand at the right */
	unsigned int width;  /**< at least so many columns of the terminal */
};

/** A table. */
struct ovr_table {
	struct ovr_table_column column[OVR_TABLE_COLUMNS_MAX];
	unsigned int n_columns;
	unsigned int gap;  /**< blanks between columns; 0: three */
	bool is_continued; /**< it stands below the line before it; else after an empty line */
	/** Fill in row @p index of what the table is of. @return whether it is shown */
	bool (*row)(const void *of, uint32_t index, struct ovr_table_row *row);
};

/** Print rows 0 … n_rows - 1; nothing at all if none is shown. @param of handed to row() */
void ovr_table_print(const struct ovr_table *table, const void *of, uint32_t n_rows, FILE *out);
