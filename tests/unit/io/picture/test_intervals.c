/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "support/drawn.h"

#include "picture/picture.h"

/* A loss of a hundredth of the base's, a rate that is the same, a figure that was not tested. */
static const struct ovr_picture_interval interval[] = {
	{ "B  loss", true, 0.01, 0, 0.1, "pass" },
	{ "B  tx rate", true, 1, 0.1, 10, "calm" },
	{ "B  latency", false, NAN, NAN, NAN, "calm" },
};
static const struct ovr_picture_intervals intervals = { { "changes", "Changes", "By figure." }, interval, 3 };

Test(intervals, the_same_stands_in_the_middle)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_intervals(&intervals, out));
	/* the axis goes from a hundredth to a hundredfold: ten is half way to its end */
	cr_expect_not_null(strstr(drawn, "<circle class=\"calm\" cx=\"320\" cy=\"49\""));
	cr_expect_not_null(
		strstr(drawn, "<line class=\"whisker\" x1=\"260\" y1=\"49\" x2=\"380\" y2=\"49\"/>"));
	free(drawn);
}

Test(intervals, an_open_end_has_no_bar)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_intervals(&intervals, out));
	/* three lines of the closed interval, two of the one that is open below */
	cr_expect_eq(times_in(drawn, "class=\"whisker\""), 5);
	free(drawn);
}

Test(intervals, what_was_not_tested_is_said_to_be)
{
	char *drawn = NULL, *table = NULL;

	DRAW(drawn, ovr_picture_intervals(&intervals, out));
	cr_expect_eq(times_in(drawn, "<circle"), 2);
	cr_expect_eq(times_in(drawn, ">not tested</text>"), 1);
	DRAW(table, ovr_picture_intervals_table(&intervals, out));
	cr_expect_not_null(strstr(table, "<td>B  loss</td><td>× 0.01</td><td>× 0</td><td>× 0.1</td>"));
	cr_expect_not_null(strstr(table, "<td>B  latency</td><td>not tested</td><td></td><td></td>"));
	free(drawn);
	free(table);
}

Test(intervals, a_ratio_to_nothing_stands_at_the_end)
{
	const struct ovr_picture_interval one[] = { { "B  loss", true, INFINITY, 4.5, INFINITY, "loss" } };
	const struct ovr_picture_intervals of = { { "changes", "Changes", "By figure." }, one, 1 };
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_intervals(&of, out));
	cr_expect_not_null(strstr(drawn, "<circle class=\"loss\" cx=\"440\""));
	cr_expect_not_null(strstr(drawn, ">× ∞</text>"));
	cr_expect_null(strstr(drawn, "inf"));
	free(drawn);
}
