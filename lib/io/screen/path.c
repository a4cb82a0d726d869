/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/path.h"

#include <inttypes.h>
#include <stdio.h>

#define COLUMNS_MIN 40
#define ROWS_MIN    6
#define NS_PER_MS   1e6

/* Where columns end; the address has what is left before the first of them. */
#define HOP_END     4
#define ADDRESS_END 21
#define COUNT_WIDTH 7
#define N_COUNTS    6

static const char *const heading[N_COUNTS] = { "Loss%", "Snt", "Last", "Avg", "Best", "Wrst" };

/* What the verdict begins at. */
#define VERDICT (ADDRESS_END + N_COUNTS * COUNT_WIDTH + 1)

static enum ovr_grid_style
style_of(enum ovr_path_state state)
{
	switch (state) {
	case OVR_PATH_NO_LOSS:
		return OVR_GRID_GOOD;
	case OVR_PATH_LOSS_STARTS:
	case OVR_PATH_LOSS_BEFORE:
		return OVR_GRID_BAD;
	default:
		return OVR_GRID_DIM;
	}
}

static void
put_count(struct ovr_grid *grid, uint16_t row, unsigned int column, const char *text)
{
	ovr_grid_put_right(
		grid, row, (uint16_t)(ADDRESS_END + (column + 1) * COUNT_WIDTH), OVR_GRID_PLAIN, text);
}

/* Round-trip times in ms, as the report has them. */
static void
put_ms(struct ovr_grid *grid, uint16_t row, unsigned int column, double ns)
{
	double ms = ns / NS_PER_MS;
	char text[32];

	snprintf(text, sizeof(text), "%.*f", ms < 9.9995 ? 3 : ms < 99.995 ? 2 : 1, ms);
	put_count(grid, row, column, text);
}

static void
draw_hop(const struct ovr_screen_path *path, uint32_t index, struct ovr_grid *grid, uint16_t row)
{
	const struct ovr_path_hop *hop = &path->path.hop[index];
	const char *address = path->address[index];
	char text[32];

	snprintf(text, sizeof(text), "%u", hop->ttl);
	ovr_grid_put_right(grid, row, HOP_END, OVR_GRID_PLAIN, text);
	ovr_grid_put(
		grid, row, HOP_END + 2, ADDRESS_END, OVR_GRID_PLAIN, address[0] == '\0' ? "???" : address);
	if (hop->sent == 0)
		return;
	snprintf(text, sizeof(text), "%.1f%%", 100 * (double)hop->missing / (double)hop->sent);
	put_count(grid, row, 0, text);
	snprintf(text, sizeof(text), "%" PRIu64, hop->sent);
	put_count(grid, row, 1, text);
	if (hop->answered > 0) {
		put_ms(grid, row, 2, (double)hop->last_ns);
		put_ms(grid, row, 3, hop->mean_ns);
		put_ms(grid, row, 4, (double)hop->best_ns);
		put_ms(grid, row, 5, (double)hop->worst_ns);
	}
	if (grid->columns > VERDICT)
		ovr_grid_put(grid, row, VERDICT, grid->columns, style_of(hop->state),
			ovr_path_state_name(hop->state));
}

static void
draw_frame(const struct ovr_screen_path *path, const struct ovr_screen_view *view, struct ovr_grid *grid)
{
	uint16_t last = (uint16_t)(grid->rows - 1);
	char text[160];

	ovr_grid_style(grid, 0, 0, grid->columns, OVR_GRID_TITLE);
	ovr_grid_print(grid, 0, 1, OVR_GRID_TITLE, "overrun path %s", path->target);
	ovr_grid_style(grid, last, 0, grid->columns, OVR_GRID_TITLE);
	if (path->rounds_asked == 0)
		snprintf(text, sizeof(text), "round %" PRIu64, path->rounds);
	else
		snprintf(text, sizeof(text), "round %" PRIu64 " of %" PRIu64, path->rounds,
			path->rounds_asked);
	ovr_grid_print(grid, last, 1, OVR_GRID_TITLE, "%s", view->is_ending ? "ending" : text);
	ovr_grid_put_right(
		grid, last, (uint16_t)(grid->columns - 1), OVR_GRID_TITLE, "arrows, j k rows   q quit");
	ovr_grid_style(grid, 2, 0, grid->columns, OVR_GRID_HEADING);
	ovr_grid_put_right(grid, 2, HOP_END, OVR_GRID_HEADING, "Hop");
	ovr_grid_put(grid, 2, HOP_END + 2, ADDRESS_END, OVR_GRID_HEADING, "Address");
	for (unsigned int i = 0; i < N_COUNTS; i++)
		ovr_grid_put_right(grid, 2, (uint16_t)(ADDRESS_END + (i + 1) * COUNT_WIDTH), OVR_GRID_HEADING,
			heading[i]);
	if (grid->columns > VERDICT)
		ovr_grid_put(grid, 2, VERDICT, grid->columns, OVR_GRID_HEADING, "verdict");
}

void
ovr_screen_draw_path(
	const struct ovr_screen_path *path, const struct ovr_screen_view *view, struct ovr_grid *grid)
{
	uint16_t row = 3;

	ovr_grid_clear(grid);
	if (grid->columns < COLUMNS_MIN || grid->rows < ROWS_MIN) {
		ovr_grid_too_small(grid);
		return;
	}
	draw_frame(path, view, grid);
	for (uint32_t i = view->scroll; i < path->path.n_hops && row < grid->rows - 2; i++)
		draw_hop(path, i, grid, row++);
	if (path->path.n_hops == 0)
		ovr_grid_put(grid, row, 2, grid->columns, OVR_GRID_DIM, "looking for the destination");
	else
		ovr_grid_print(grid, (uint16_t)(grid->rows - 2), 1, OVR_GRID_PLAIN, "so far: %s",
			ovr_path_verdict_name(path->path.verdict));
	if (!view->is_utf8)
		ovr_grid_make_ascii(grid);
}
