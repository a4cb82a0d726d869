/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <math.h>

#include "picture/svg.h"

#define LEFT  150
#define RIGHT 546
#define TOP   40
#define ROW   30

/* Steps of loss, each with a colour; the first one is none. */
static const struct {
	double above;
	const char *name;
} steps[] = { { 0, "none lost" }, { 0, "≤ 0.01 %" }, { 1e-4, "≤ 0.1 %" }, { 1e-3, "≤ 1 %" },
	{ 1e-2, "≤ 10 %" }, { 0.1, "more" } };
#define STEPS (sizeof(steps) / sizeof(steps[0]))

static size_t
step_of(const struct ovr_picture_square *square)
{
	double ratio = square->sent == 0 ? 0 : (double)square->lost / (double)square->sent;
	size_t step = 0;

	if (square->lost == 0)
		return 0;
	for (size_t i = 1; i < STEPS; i++)
		if (ratio > steps[i].above)
			step = i;
	return step;
}

static void
draw_legend(FILE *out)
{
	for (size_t i = 0; i < STEPS; i++) {
		char style[16];

		snprintf(style, sizeof(style), "loss%zu", i);
		ovr_svg_rect(out, style, 6 + (double)i * 90, 8, 11, 11);
		fputs("/>\n", out);
		ovr_svg_text(out, 6 + (double)i * 90 + 15, 18, "start", steps[i].name);
	}
}

static void
draw_square(const struct ovr_picture_grid *grid, uint32_t stall, uint32_t ring, double width, FILE *out)
{
	const struct ovr_picture_square *square = &grid->square[stall][ring];
	double x = LEFT + ring * width, y = TOP + stall * (double)ROW;
	char style[16] = "unknown";

	if (square->n == 0 && square->n_left_out == 0)
		return;
	if (square->n > 0)
		snprintf(style, sizeof(style), "loss%zu", step_of(square));
	ovr_svg_rect(out, style, x + 1, y + 1, width - 2, ROW - 2);
	fprintf(out,
		" data-ring=\"%" PRIu64 "\" data-sent=\"%" PRIu64 "\" data-lost=\"%" PRIu64
		"\" data-trials=\"%u\" data-left-out=\"%u\"/>\n",
		grid->ring[ring], square->sent, square->lost, square->n, square->n_left_out);
	if (square->n == 0)
		ovr_svg_text(out, x + width / 2, y + ROW / 2.0 + 4, "middle", "?");
}

/* Where a ring of any size stands: between the middles of the columns, by its logarithm. */
static double
x_of_ring(const struct ovr_picture_grid *grid, double ring, double width)
{
	double first = (double)grid->ring[0], last = (double)grid->ring[grid->n_rings - 1];

	if (ring <= first)
		return LEFT + width / 2 - (ring < first ? width / 2 : 0);
	if (ring > last)
		return RIGHT;
	for (uint32_t i = 1; i < grid->n_rings; i++)
		if (ring <= (double)grid->ring[i])
			return LEFT +
				width *
				(i - 0.5 +
					log(ring / (double)grid->ring[i - 1]) /
						log((double)grid->ring[i] / (double)grid->ring[i - 1]));
	return RIGHT;
}

static void
draw_model(const struct ovr_picture_grid *grid, double width, FILE *out)
{
	double last = -1;

	for (uint32_t i = 0; i < grid->n_stalls; i++) {
		double x, top = TOP + i * (double)ROW;

		if (!isfinite(grid->model[i]) || grid->model[i] <= 0) {
			last = -1;
			continue;
		}
		x = x_of_ring(grid, grid->model[i], width);
		if (last >= 0)
			ovr_svg_line(out, "wanted", last, top, x, top);
		ovr_svg_line(out, "wanted", x, top, x, top + ROW);
		last = x;
	}
}

void
ovr_picture_grid(const struct ovr_picture_grid *grid, FILE *out)
{
	double width = (double)(RIGHT - LEFT) / (grid->n_rings == 0 ? 1 : grid->n_rings);
	double bottom = TOP + grid->n_stalls * (double)ROW;

	ovr_svg_begin(&grid->head, (int)bottom + 64, out);
	draw_legend(out);
	for (uint32_t i = 0; i < grid->n_stalls; i++)
		ovr_svg_text(out, LEFT - 8, TOP + i * (double)ROW + ROW / 2.0 + 4, "end",
			ovr_svg_short(grid->stall[i], 17).text);
	for (uint32_t k = 0; k < grid->n_rings; k++) {
		char text[32];

		if (grid->n_rings > 10 && k % 2 != 0)
			continue;
		snprintf(text, sizeof(text), "%" PRIu64, grid->ring[k]);
		ovr_svg_text(out, LEFT + (k + 0.5) * width, bottom + 17, "middle", text);
	}
	for (uint32_t i = 0; i < grid->n_stalls; i++)
		for (uint32_t k = 0; k < grid->n_rings; k++)
			draw_square(grid, i, k, width, out);
	if (grid->n_rings > 0)
		draw_model(grid, width, out);
	ovr_svg_label(out, (LEFT + RIGHT) / 2.0, bottom + 36, "middle", "label",
		"descriptors of each receive ring");
	ovr_svg_line(out, "wanted", LEFT, bottom + 52, LEFT + 24, bottom + 52);
	ovr_svg_text(out, LEFT + 30, bottom + 56, "start", "the ring that the model asks for");
	ovr_svg_end(out);
}

void
ovr_picture_grid_table(const struct ovr_picture_grid *grid, FILE *out)
{
	fputs("<table><thead><tr><th>stall</th><th>ring</th><th>sent</th><th>lost</th><th>trials</"
	      "th><th>left out</th></tr></thead><tbody>\n",
		out);
	for (uint32_t i = 0; i < grid->n_stalls; i++)
		for (uint32_t k = 0; k < grid->n_rings; k++) {
			const struct ovr_picture_square *square = &grid->square[i][k];

			if (square->n == 0 && square->n_left_out == 0)
				continue;
			fputs("<tr>", out);
			ovr_picture_cell(out, grid->stall[i]);
			ovr_picture_cell(out, ovr_svg_count(grid->ring[k]).text);
			ovr_picture_cell(out, square->n == 0 ? "unknown" : ovr_svg_count(square->sent).text);
			ovr_picture_cell(out, square->n == 0 ? "unknown" : ovr_svg_count(square->lost).text);
			ovr_picture_cell(out, ovr_svg_count(square->n).text);
			ovr_picture_cell(out, ovr_svg_count(square->n_left_out).text);
			fputs("</tr>\n", out);
		}
	fputs("</tbody></table>\n", out);
}
