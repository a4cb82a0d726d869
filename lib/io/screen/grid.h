/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A terminal as a grid of cells. What does not fit is cut; nothing is written beyond an edge.
 *
 * A character takes one cell. Those that a terminal may draw two cells wide, that combine with
 * others, or that control it, are '?'. Pure; the caller owns the cells.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Largest terminal that is drawn on. */
#define OVR_GRID_ROWS_MAX    512
#define OVR_GRID_COLUMNS_MAX 1024

/** How a cell looks. */
enum ovr_grid_style {
	OVR_GRID_PLAIN,
	OVR_GRID_TITLE,   /**< a bar across the screen */
	OVR_GRID_HEADING, /**< of a table */
	OVR_GRID_DIM,
	OVR_GRID_GOOD,
	OVR_GRID_WARNING, /**< the tester is late, or the port saturated */
	OVR_GRID_BAD,     /**< frames are lost */
	OVR_GRID_STYLES,
};

/** One cell. */
struct ovr_grid_cell {
	uint32_t code; /**< Unicode */
	uint8_t style;
};

/** The grid. */
struct ovr_grid {
	uint16_t rows, columns;
	struct ovr_grid_cell *cell; /**< row by row */
};

/** Fill it with plain blanks. */
void ovr_grid_clear(struct ovr_grid *grid);

/**
 * Write UTF-8 text from a cell on, up to @p end (a column, itself not written to).
 * @return the column after it
 */
uint16_t ovr_grid_put(struct ovr_grid *grid, uint16_t row, uint16_t column, uint16_t end,
	enum ovr_grid_style style, const char *text);

/** The same with a format; up to the right edge. */
uint16_t ovr_grid_print(struct ovr_grid *grid, uint16_t row, uint16_t column, enum ovr_grid_style style,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/** Write text so that it ends before column @p end; what is too long is cut at its end. */
void ovr_grid_put_right(
	struct ovr_grid *grid, uint16_t row, uint16_t end, enum ovr_grid_style style, const char *text);

/** Give the cells of a row from @p column to before @p end a style. */
void ovr_grid_style(
	struct ovr_grid *grid, uint16_t row, uint16_t column, uint16_t end, enum ovr_grid_style style);

/** Put 'u' for the sign of micro, and '?' for every other character that is not ASCII. */
void ovr_grid_make_ascii(struct ovr_grid *grid);

/**
 * A row as UTF-8, without the blanks at its end.
 * @param size 4 bytes a column and one more are enough
 * @return @p buf
 */
const char *ovr_grid_row(const struct ovr_grid *grid, uint16_t row, char *buf, size_t size);

/** Say that the terminal has too few cells for anything else, and how to end it. */
void ovr_grid_too_small(struct ovr_grid *grid);
