/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/drawn.h"

#include "picture/picture.h"

/* Two rings, two stalls: the small ring loses 5 % in the long stall, the large one is not known. */
static const struct ovr_picture_grid grid = {
	.head = { "rings-1", "Loss by ring and stall", "Loss." },
	.ring = { 256, 1024 },
	.n_rings = 2,
	.stall = { "none", "100us/10ms" },
	.model = { 0, 512 },
	.n_stalls = 2,
	.square = { { { 1000, 0, 1, 0 }, { 1000, 0, 1, 0 } }, { { 1000, 50, 1, 0 }, { 0, 0, 0, 2 } } },
};

Test(grid, a_square_has_the_colour_of_its_loss)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_grid(&grid, out));
	cr_expect_eq(sum_of(drawn, "data-lost", ""), 50);
	cr_expect_eq(sum_of(drawn, "data-lost", "class=\"loss4\""), 50);
	cr_expect_eq(sum_of(drawn, "data-sent", "class=\"loss0\""), 2000);
	free(drawn);
}

Test(grid, a_square_that_no_trial_tells_of_is_unknown)
{
	char *drawn = NULL, *table = NULL;

	DRAW(drawn, ovr_picture_grid(&grid, out));
	cr_expect_eq(sum_of(drawn, "data-left-out", "class=\"unknown\""), 2);
	cr_expect_eq(times_in(drawn, ">?</text>"), 1);
	DRAW(table, ovr_picture_grid_table(&grid, out));
	cr_expect_not_null(strstr(table,
		"<td>100us/10ms</td><td>1,024</td><td>unknown</td><td>unknown</td><td>0</td><td>2</td>"));
	free(drawn);
	free(table);
}

Test(grid, the_line_of_the_model_stands_between_its_rings)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_grid(&grid, out));
	/* 512 is half way between 256 and 1,024, by their logarithms; one stall, and the legend */
	cr_expect_not_null(
		strstr(drawn, "<line class=\"wanted\" x1=\"348\" y1=\"70\" x2=\"348\" y2=\"100\"/>"));
	cr_expect_eq(times_in(drawn, "class=\"wanted\""), 2);
	free(drawn);
}
