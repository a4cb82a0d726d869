/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The live view of a path that is traced, laid out on a grid of cells: a row for each hop with the
 * columns of mtr, and what its missing answers mean. Pure.
 */
#pragma once

#include <netinet/in.h>

#include "path/path.h"
#include "screen/grid.h"
#include "screen/screen.h"

/** A path so far, judged. Plain data. */
struct ovr_screen_path {
	char target[104]; /**< "example.net (198.51.100.1)   udp port 7" */
	struct ovr_path path;
	char address[OVR_PATH_TTL_MAX][INET6_ADDRSTRLEN]; /**< of each row; "": nobody has answered */
	uint64_t rounds, rounds_asked;                    /**< asked 0: until it is interrupted */
};

/** Draw all of it; view->scroll leaves out so many of the first hops. */
void ovr_screen_draw_path(
	const struct ovr_screen_path *path, const struct ovr_screen_view *view, struct ovr_grid *grid);
