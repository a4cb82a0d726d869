/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What pictures are made of: the frame, lengths, axes.
 *
 * Lengths are of the picture's own units, of which it is OVR_SVG_WIDTH wide. Internal to picture.
 */
#pragma once

#include "base/units.h"
#include "picture/picture.h"

#define OVR_SVG_WIDTH 560

/** Open the element: role, title, description. */
void ovr_svg_begin(const struct ovr_picture_head *head, int height, FILE *out);
void ovr_svg_end(FILE *out);

/** A length in tenths, without a locale: "12.5". */
struct ovr_svg_length {
	char text[24];
};
struct ovr_svg_length ovr_svg_length(double value);

/** A text at a place. @param anchor "start", "middle", "end" */
void ovr_svg_text(FILE *out, double x, double y, const char *anchor, const char *text);
/** The same with a class. */
void ovr_svg_label(FILE *out, double x, double y, const char *anchor, const char *style, const char *text);

void ovr_svg_line(FILE *out, const char *style, double x1, double y1, double x2, double y2);
/** A rectangle, not closed: the caller adds attributes and "/>". */
void ovr_svg_rect(FILE *out, const char *style, double x, double y, double width, double height);

/** @return the text, cut to @p n characters with "…" as the last one */
struct ovr_svg_short {
	char text[160];
};
struct ovr_svg_short ovr_svg_short(const char *text, size_t n);

/** A number as text. */
struct ovr_svg_value {
	char text[OVR_UNITS_TEXT_BYTES];
};
/** A value of a table, in three or four digits: "1.31 µs". */
struct ovr_svg_value ovr_svg_value(enum ovr_picture_unit unit, double value);
/** A mark of an axis, a round number: "1 µs". @pre finite */
struct ovr_svg_value ovr_svg_mark(enum ovr_picture_unit unit, double value);
struct ovr_svg_value ovr_svg_count(uint64_t value);

/** An axis that is laid out. */
struct ovr_svg_axis {
	const struct ovr_picture_axis *of;
	double from, to; /**< where it begins and ends; y axes end above where they begin */
	double min, max; /**< of the values; on a logarithmic axis powers of ten */
	double zero;     /**< logarithmic: where zero stands; min stands at `low` */
	double low;
	double scale; /**< linear: a mark's number times this is the value */
	char unit[8]; /**< linear: of the marks */
};

/**
 * Lay an axis out for the values from least_above_0 to greatest.
 * @param least the smallest value above 0; 0: there is none
 */
struct ovr_svg_axis ovr_svg_axis(
	const struct ovr_picture_axis *of, double from, double to, double least, double greatest);

/** @return where a value stands */
double ovr_svg_at(const struct ovr_svg_axis *axis, double value);

/** Draw marks, grid and label of a horizontal axis at @p y, whose grid reaches up to @p top. */
void ovr_svg_axis_x(const struct ovr_svg_axis *axis, double y, double top, FILE *out);
/** The same of a vertical axis at @p x, whose grid reaches to @p right. */
void ovr_svg_axis_y(const struct ovr_svg_axis *axis, double x, double right, FILE *out);
