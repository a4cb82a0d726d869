/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page/view.h"

/* Combinations of size, rate, burst and queues with a picture of their own. */
#define GRIDS_MAX 8

static void
add_curves(struct ovr_view *view)
{
	static const char *const head[] = { "size", "rate", "queues", "stall", "smallest lossless ring",
		"at most lost of it", "shape", NULL };
	const json_t *curve;
	json_t *table = ovr_view_table(view, "Rings", "", head);
	size_t i;

	json_array_foreach(ovr_get(view->root, "sweep.curves"), i, curve)
	{
		const json_t *least = ovr_get(curve, "smallest_lossless_ring");

		ovr_view_row(view, table,
			(const char *[]){ ovr_saved_text(curve, "size"), ovr_saved_text(curve, "rate"),
				ovr_saved_text(curve, "rxq"), ovr_saved_text(curve, "stall"),
				ovr_view_count_at(least, "rxd").text,
				ovr_view_ratio(ovr_saved_real(least, "loss_ratio_at_most")).text,
				ovr_saved_text(curve, "shape.text") });
	}
}

static void
add_cells(struct ovr_view *view)
{
	static const char *const head[] = { "", "cells", NULL };
	static const char *const rows[][2] = { { "in the grid", "n_cells" }, { "done", "n_done" },
		{ "done by earlier runs", "n_resumed" }, { "void", "n_void" },
		{ "excluded: the host disturbed them", "n_excluded" } };
	json_t *table = ovr_view_table(view, "Cells", "", head);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ovr_view_row(view, table,
			(const char *[]){ rows[i][0],
				ovr_view_count_at(ovr_get(view->root, "sweep"), rows[i][1]).text });
}

/* What a grid has in common. */
static bool
is_alike(const json_t *a, const json_t *b)
{
	return strcmp(ovr_saved_text(a, "size"), ovr_saved_text(b, "size")) == 0 &&
		strcmp(ovr_saved_text(a, "rate"), ovr_saved_text(b, "rate")) == 0 &&
		ovr_get_count(a, "rxq") == ovr_get_count(b, "rxq") &&
		ovr_get_count(a, "burst") == ovr_get_count(b, "burst");
}

/* The length of a stall as a plan has it, "200us/10ms,jitter=10%"; NaN: it is none. */
static double
stall_ns(const char *stall)
{
	char length[32];
	struct ovr_err err;
	uint64_t ns;

	snprintf(length, sizeof(length), "%.*s", (int)strcspn(stall, "/"), stall);
	return ovr_units_parse_duration_ns("stall", length, &ns, &err) == 0 ? (double)ns : NAN;
}

/* Place of a ring; a new one goes where its size belongs. @return n_rings: no room */
static uint32_t
ring_at(struct ovr_picture_grid *grid, uint64_t ring)
{
	uint32_t at = 0;

	while (at < grid->n_rings && grid->ring[at] < ring)
		at++;
	if (at < grid->n_rings && grid->ring[at] == ring)
		return at;
	if (grid->n_rings == OVR_PICTURE_GRID_MAX)
		return grid->n_rings;
	memmove(&grid->ring[at + 1], &grid->ring[at], (grid->n_rings - at) * sizeof(grid->ring[0]));
	grid->ring[at] = ring;
	grid->n_rings++;
	return at;
}

static uint32_t
stall_at(struct ovr_picture_grid *grid, const char *stall)
{
	char text[sizeof(grid->stall[0])];
	uint32_t at = 0;

	snprintf(text, sizeof(text), "%.60s", stall);
	while (at < grid->n_stalls && strcmp(grid->stall[at], text) != 0)
		at++;
	if (at == grid->n_stalls && at < OVR_PICTURE_GRID_MAX) {
		memcpy(grid->stall[at], text, sizeof(text));
		grid->n_stalls++;
	}
	return at;
}

static void
fill_square(struct ovr_picture_grid *grid, const json_t *cell, const json_t *trial)
{
	uint32_t stall = stall_at(grid, ovr_saved_text(trial, "asked.stall"));
	uint32_t ring = ring_at(grid, ovr_get_count(trial, "asked.rxd"));
	bool counts = strcmp(ovr_saved_text(trial, "verdict"), "void") != 0 &&
		!ovr_saved_bool(cell, "excluded");
	struct ovr_picture_square *square;
	double arrival;

	if (stall >= grid->n_stalls || ring >= grid->n_rings)
		return;
	square = &grid->square[stall][ring];
	square->n += counts;
	square->n_left_out += !counts;
	square->sent += counts ? ovr_get_count(trial, "sent") : 0;
	square->lost += counts ? ovr_get_count(trial, "lost") : 0;
	arrival = ovr_saved_real(cell, "stalls.arrival_pps");
	if (counts && arrival > 0)
		grid->model[stall] = arrival * stall_ns(grid->stall[stall]) / 1e9;
}

static void
draw_grid(struct ovr_view *view, const json_t *like, size_t index)
{
	const json_t *cells = ovr_get(view->root, "sweep.cells"), *trials = ovr_get(view->root, "trials"),
		     *trial;
	struct ovr_view_picture *picture;
	struct ovr_picture_grid *grid;
	char id[32];
	size_t i;

	snprintf(id, sizeof(id), "rings-%zu", index);
	picture = ovr_view_picture(view, OVR_VIEW_GRID, sizeof(*grid), id, "Loss by ring and stall", "");
	if (picture == NULL)
		return;
	grid = picture->of.grid;
	snprintf(picture->about, sizeof(picture->about),
		"Frames of %.40s at %.40s on %s queue%s: loss by ring and stall; ? where no cell counts. "
		"Left "
		"of the "
		"line the model lets frames be lost.",
		ovr_saved_text(like, "size"), ovr_saved_text(like, "rate"),
		ovr_view_count_at(like, "rxq").text, ovr_get_count(like, "rxq") == 1 ? "" : "s");
	/* all rows and columns first: a new ring moves the others */
	json_array_foreach(trials, i, trial) if (is_alike(ovr_get(trial, "asked"), like))
	{
		ring_at(grid, ovr_get_count(trial, "asked.rxd"));
		stall_at(grid, ovr_saved_text(trial, "asked.stall"));
	}
	json_array_foreach(trials, i, trial) if (is_alike(ovr_get(trial, "asked"), like))
		fill_square(grid, json_array_get(cells, i), trial);
}

static void
draw_grids(struct ovr_view *view)
{
	const json_t *drawn[GRIDS_MAX], *trial;
	size_t n = 0, i;

	json_array_foreach(ovr_get(view->root, "trials"), i, trial)
	{
		const json_t *asked = ovr_get(trial, "asked");
		size_t k = 0;

		while (k < n && !is_alike(drawn[k], asked))
			k++;
		if (k < n || n == GRIDS_MAX)
			continue;
		drawn[n++] = asked;
		draw_grid(view, asked, n);
	}
}

void
ovr_view_sweep(struct ovr_view *view)
{
	add_curves(view);
	add_cells(view);
	draw_grids(view);
}
