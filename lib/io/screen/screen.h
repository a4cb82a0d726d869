/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The live view of a command with trials: what is known of it, laid out on a grid of cells.
 *
 * Pure: the same input, the same grid. Who owns the terminal copies the grid to it.
 */
#pragma once

#include "live/live.h"
#include "screen/grid.h"

/** What is shown. */
enum ovr_screen_pane {
	OVR_SCREEN_OVERVIEW,
	OVR_SCREEN_QUEUES,
	OVR_SCREEN_PLACES,
	OVR_SCREEN_STALLS,
	OVR_SCREEN_TRIALS,
	OVR_SCREEN_HELP,
	OVR_SCREEN_PANES,
};

/** How it is shown. */
struct ovr_screen_view {
	enum ovr_screen_pane pane;
	uint32_t scroll;  /**< rows of the pane's list that are above it */
	bool is_utf8;     /**< whether the terminal can show blocks and arrows */
	bool is_ending;   /**< the user has asked for the end */
	uint64_t now_ns;  /**< of the clock of ovr_live_begin() */
	char ports[104];  /**< "wire:0 to wire:1" */
	char metrics[80]; /**< where metrics are served; "": nowhere */
};

/**
 * What a key does to the view: panes, rows.
 * @param key a character; OVR_SCREEN_KEY_…
 * @return whether it asks for the end of the command
 */
bool ovr_screen_key(struct ovr_screen_view *view, int key);

/** Keys that are no characters. */
enum ovr_screen_keys {
	OVR_SCREEN_KEY_UP = 0x110000, /**< beyond Unicode */
	OVR_SCREEN_KEY_DOWN,
	OVR_SCREEN_KEY_PAGE_UP,
	OVR_SCREEN_KEY_PAGE_DOWN,
	OVR_SCREEN_KEY_LEFT,
	OVR_SCREEN_KEY_RIGHT,
};

/** Draw all of it. A grid of any size is filled; below 40 columns or 6 rows it says so. */
void ovr_screen_draw(const struct ovr_live *live, const struct ovr_screen_view *view, struct ovr_grid *grid);
