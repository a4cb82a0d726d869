/* SPDX-License-Identifier: BSD-3-Clause */
#include "page/draw.h"

#include <string.h>

void
ovr_view_draw(const struct ovr_view_picture *picture, FILE *out)
{
	switch (picture->kind) {
	case OVR_VIEW_BARS:
		ovr_picture_bars(picture->of.bars, true, out);
		break;
	case OVR_VIEW_TIME:
		ovr_picture_time(picture->of.time, out);
		break;
	case OVR_VIEW_DOTS:
		ovr_picture_dots(picture->of.dots, out);
		break;
	case OVR_VIEW_PERCENTILES:
		ovr_picture_percentiles(picture->of.percentiles, out);
		break;
	case OVR_VIEW_COLUMNS:
		ovr_picture_columns(picture->of.columns, out);
		break;
	case OVR_VIEW_GRID:
		ovr_picture_grid(picture->of.grid, out);
		break;
	case OVR_VIEW_INTERVALS:
		ovr_picture_intervals(picture->of.intervals, out);
		break;
	}
}

bool
ovr_view_is_asked(const struct ovr_view_picture *picture, const struct ovr_page_words *words)
{
	/* "r1-where": the result's number stands before the name */
	const char *name = strchr(picture->id, '-');

	return words->picture == NULL || (name != NULL && strcmp(name + 1, words->picture) == 0);
}

void
ovr_view_draw_table(const struct ovr_view_picture *picture, FILE *out)
{
	switch (picture->kind) {
	case OVR_VIEW_BARS:
		ovr_picture_bars_table(picture->of.bars, out);
		break;
	case OVR_VIEW_TIME:
		ovr_picture_time_table(picture->of.time, out);
		break;
	case OVR_VIEW_DOTS:
		ovr_picture_dots_table(picture->of.dots, out);
		break;
	case OVR_VIEW_PERCENTILES:
		ovr_picture_percentiles_table(picture->of.percentiles, out);
		break;
	case OVR_VIEW_COLUMNS:
		ovr_picture_columns_table(picture->of.columns, out);
		break;
	case OVR_VIEW_GRID:
		ovr_picture_grid_table(picture->of.grid, out);
		break;
	case OVR_VIEW_INTERVALS:
		ovr_picture_intervals_table(picture->of.intervals, out);
		break;
	}
}
