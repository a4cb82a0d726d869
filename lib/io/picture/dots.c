/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "picture/svg.h"

#define LEFT   72
#define RIGHT  540
#define TOP    66
#define BOTTOM 308
#define HEIGHT 352
/* More points than this are drawn as the least and the greatest of each column. */
#define DOTS_MAX  1000
#define COLUMN    2
#define COLUMNS   ((RIGHT - LEFT) / COLUMN)
#define TABLE_MAX 400

static bool
is_drawn(const struct ovr_picture_dot *dot)
{
	return isfinite(dot->x) && isfinite(dot->y) && dot->x >= 0 && dot->y >= 0;
}

static void
measure(const struct ovr_picture_dots *dots, bool is_y, double *ret_least, double *ret_greatest)
{
	double least = INFINITY, greatest = 0;

	for (size_t i = 0; i < dots->n_dots; i++) {
		double value = is_y ? dots->dot[i].y : dots->dot[i].x;

		if (!is_drawn(&dots->dot[i]))
			continue;
		greatest = fmax(greatest, value);
		if (value > 0)
			least = fmin(least, value);
	}
	for (size_t i = 0; i < dots->n_lines && !is_y; i++) {
		if (!isfinite(dots->line[i].x) || dots->line[i].x <= 0)
			continue;
		greatest = fmax(greatest, dots->line[i].x);
		least = fmin(least, dots->line[i].x);
	}
	*ret_least = isfinite(least) ? least : 0;
	*ret_greatest = greatest;
}

/* What a model says is a ring: a dot that was measured there is seen within it. */
static bool
is_ring(const struct ovr_picture_dot *dot)
{
	return strcmp(dot->style, "model") == 0;
}

static void
draw_each(const struct ovr_picture_dots *dots, bool are_rings, const struct ovr_svg_axis *x,
	const struct ovr_svg_axis *y, FILE *out)
{
	for (size_t i = 0; i < dots->n_dots; i++) {
		const struct ovr_picture_dot *dot = &dots->dot[i];

		if (!is_drawn(dot) || is_ring(dot) != are_rings)
			continue;
		fprintf(out,
			"<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\" data-x=\"%s\" data-y=\"%s\"/>\n",
			dot->style, ovr_svg_length(ovr_svg_at(x, dot->x)).text,
			ovr_svg_length(ovr_svg_at(y, dot->y)).text, are_rings ? "7" : "4",
			ovr_svg_value(dots->x.unit, dot->x).text, ovr_svg_value(dots->y.unit, dot->y).text);
	}
}

static void
draw_columns(const struct ovr_picture_dots *dots, const struct ovr_svg_axis *x, const struct ovr_svg_axis *y,
	FILE *out)
{
	double low[COLUMNS + 1], high[COLUMNS + 1];

	for (size_t i = 0; i <= COLUMNS; i++) {
		low[i] = INFINITY;
		high[i] = -INFINITY;
	}
	for (size_t i = 0; i < dots->n_dots; i++) {
		size_t column;

		if (!is_drawn(&dots->dot[i]))
			continue;
		column = (size_t)((ovr_svg_at(x, dots->dot[i].x) - LEFT) / COLUMN);
		low[column] = fmin(low[column], dots->dot[i].y);
		high[column] = fmax(high[column], dots->dot[i].y);
	}
	fprintf(out, "<path class=\"many\" data-dots=\"%zu\" d=\"", dots->n_dots);
	for (size_t i = 0; i <= COLUMNS; i++)
		if (high[i] >= low[i])
			fprintf(out, "M%zu %sV%s", LEFT + i * COLUMN,
				ovr_svg_length(ovr_svg_at(y, low[i]) + 1).text,
				ovr_svg_length(ovr_svg_at(y, high[i]) - 1).text);
	fputs("\"/>\n", out);
}

/* Lines are named above the plot: two rows in turn, each name within its own half. */
static void
draw_lines(const struct ovr_picture_dots *dots, const struct ovr_svg_axis *x, FILE *out)
{
	unsigned int row = 0;

	for (size_t i = 0; i < dots->n_lines; i++) {
		const struct ovr_picture_line *line = &dots->line[i];
		char style[40];
		double at;

		if (!isfinite(line->x) || line->x < 0)
			continue;
		at = ovr_svg_at(x, line->x);
		snprintf(style, sizeof(style), "mark m-%s", line->style);
		ovr_svg_line(out, style, at, TOP, at, BOTTOM);
		if (row >= 4)
			continue;
		/* of a column of names at either side, beside a stroke of the line's colour */
		ovr_svg_line(out, style, row % 2 == 0 ? LEFT : 316, row < 2 ? 13 : 31,
			row % 2 == 0 ? LEFT + 18 : 334, row < 2 ? 13 : 31);
		ovr_svg_text(out, row % 2 == 0 ? LEFT + 24 : 340, row < 2 ? 17 : 35, "start",
			ovr_svg_short(line->name, 28).text);
		row++;
	}
}

void
ovr_picture_dots(const struct ovr_picture_dots *dots, FILE *out)
{
	double least, greatest;
	struct ovr_svg_axis x, y;

	measure(dots, false, &least, &greatest);
	x = ovr_svg_axis(&dots->x, LEFT, RIGHT, least, greatest);
	measure(dots, true, &least, &greatest);
	y = ovr_svg_axis(&dots->y, BOTTOM, TOP, least, greatest);
	ovr_svg_begin(&dots->head, HEIGHT, out);
	ovr_svg_axis_x(&x, BOTTOM, TOP, out);
	ovr_svg_axis_y(&y, LEFT, RIGHT, out);
	if (dots->has_diagonal) {
		double end = fmin(x.max, y.max);

		ovr_svg_line(out, "model", ovr_svg_at(&x, x.of->is_log ? x.min : 0),
			ovr_svg_at(&y, y.of->is_log ? x.min : 0), ovr_svg_at(&x, end), ovr_svg_at(&y, end));
	}
	draw_lines(dots, &x, out);
	if (dots->n_dots > DOTS_MAX)
		draw_columns(dots, &x, &y, out);
	else
		for (int are_rings = 1; are_rings >= 0; are_rings--)
			draw_each(dots, are_rings != 0, &x, &y, out);
	ovr_svg_end(out);
}

void
ovr_picture_dots_table(const struct ovr_picture_dots *dots, FILE *out)
{
	fputs("<table><thead><tr><th>what</th><th>", out);
	ovr_picture_escape(out, dots->x.label);
	fputs("</th><th>", out);
	ovr_picture_escape(out, dots->y.label);
	fputs("</th></tr></thead><tbody>\n", out);
	for (size_t i = 0; i < dots->n_lines; i++) {
		fputs("<tr>", out);
		ovr_picture_cell(out, dots->line[i].name);
		ovr_picture_cell(out, ovr_svg_value(dots->x.unit, dots->line[i].x).text);
		fputs("<td></td></tr>\n", out);
	}
	for (size_t i = 0; i < dots->n_dots && i < TABLE_MAX; i++) {
		fputs("<tr>", out);
		ovr_picture_cell(out, dots->dot[i].name);
		ovr_picture_cell(out, ovr_svg_value(dots->x.unit, dots->dot[i].x).text);
		ovr_picture_cell(out, ovr_svg_value(dots->y.unit, dots->dot[i].y).text);
		fputs("</tr>\n", out);
	}
	if (dots->n_dots > TABLE_MAX)
		fprintf(out, "<tr><td colspan=\"3\">and %zu more, which the JSON has</td></tr>\n",
			dots->n_dots - TABLE_MAX);
	fputs("</tbody></table>\n", out);
}
