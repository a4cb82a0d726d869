/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/path.h"

#include <stdio.h>

#include <criterion/criterion.h>

#define ROWS    10
#define COLUMNS 80

static struct ovr_grid_cell cell[ROWS * COLUMNS];
static struct ovr_grid grid = { ROWS, COLUMNS, cell };
static struct ovr_screen_view view = { .is_utf8 = true };

static struct ovr_screen_path path = {
	.target = "198.51.100.1   udp port 7",
	.path = { .n_hops = 2,
		.verdict = OVR_PATH_LOSES,
		.hop = { { .ttl = 1, .sent = 20, .missing = 20, .state = OVR_PATH_SILENT },
			{ .ttl = 2,
				.sent = 20,
				.answered = 18,
				.missing = 2,
				.last_ns = 1500000,
				.mean_ns = 12345678,
				.best_ns = 250000,
				.worst_ns = 123456789,
				.state = OVR_PATH_LOSS_STARTS } } },
	.address = { "", "198.51.100.1" },
	.rounds = 20,
	.rounds_asked = 60,
};

static void
row_is(uint16_t row, const char *text)
{
	char buf[4 * COLUMNS + 1];

	cr_expect_str_eq(ovr_grid_row(&grid, row, buf, sizeof(buf)), text);
}

Test(path, a_row_for_each_hop_and_what_it_means)
{
	ovr_screen_draw_path(&path, &view, &grid);
	row_is(0, " overrun path 198.51.100.1   udp port 7");
	row_is(2, " Hop  Address          Loss%    Snt   Last    Avg   Best   Wrst verdict");
	row_is(3, "   1  ???             100.0%     20                             silent");
	row_is(4, "   2  198.51.100.1     10.0%     20  1.500  12.35  0.250  123.5 loss starts here");
	row_is(8, " so far: loss");
	row_is(9, " round 20 of 60                                       arrows, j k rows   q quit");
	cr_expect_eq(cell[4 * COLUMNS + 64].style, OVR_GRID_BAD);
}

Test(path, hops_are_scrolled)
{
	view.scroll = 1;
	ovr_screen_draw_path(&path, &view, &grid);
	row_is(3, "   2  198.51.100.1     10.0%     20  1.500  12.35  0.250  123.5 loss starts here");
	row_is(4, "");
}

Test(path, before_the_first_round_it_looks_for_the_destination)
{
	path.path.n_hops = 0;
	path.rounds_asked = 0;
	ovr_screen_draw_path(&path, &view, &grid);
	row_is(3, "  looking for the destination");
	cr_expect_str_eq(ovr_grid_row(&grid, 9, (char[4 * COLUMNS + 1]){ "" }, 4 * COLUMNS + 1) + 1,
		"round 20                                             arrows, j k rows   q quit");
}

Test(path, a_small_terminal_is_told_so)
{
	grid = (struct ovr_grid){ 3, 30, cell };
	ovr_screen_draw_path(&path, &view, &grid);
	row_is(0, "30 x 3: too few");
}
