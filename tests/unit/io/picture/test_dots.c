/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "support/drawn.h"

#include "picture/picture.h"

static char *
draw(const struct ovr_picture_dots *dots)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_dots(dots, out));
	return drawn;
}

static const struct ovr_picture_dots empty = {
	.head = { "load", "Loss against load", "Dots." },
	.x = { "sent load", OVR_PICTURE_PPS, false },
	.y = { "loss ratio", OVR_PICTURE_RATIO, true },
};

Test(dots, each_trial_is_a_dot_and_an_answer_a_line)
{
	const struct ovr_picture_dot dot[] = { { 1e6, 0, "pass", "trial 1" },
		{ 2e6, 0.01, "loss", "trial 2" }, { 3e6, 0.2, "void", "trial 3" } };
	const struct ovr_picture_line line[] = { { 1.5e6, "pass", "NDR" } };
	struct ovr_picture_dots dots = empty;
	char *drawn, *table = NULL;

	dots.dot = dot;
	dots.n_dots = 3;
	dots.line = line;
	dots.n_lines = 1;
	drawn = draw(&dots);
	cr_expect_eq(times_in(drawn, "<circle"), 3);
	cr_expect_eq(times_in(drawn, "<circle class=\"void\""), 1);
	cr_expect_not_null(strstr(drawn, "class=\"mark m-pass\""));
	cr_expect_not_null(strstr(drawn, ">NDR</text>"));
	/* a loss of nothing stands in the band of zero, at the foot of the axis */
	cr_expect_not_null(strstr(drawn, "<circle class=\"pass\" cx=\"228\" cy=\"308\""));
	DRAW(table, ovr_picture_dots_table(&dots, out));
	cr_expect_not_null(strstr(table, "<td>trial 2</td><td>2.00 Mpps</td><td>1.0000 %</td>"));
	free(drawn);
	free(table);
}

Test(dots, a_million_dots_are_their_extremes)
{
	static struct ovr_picture_dot dot[1000000];
	struct ovr_picture_dots dots = empty;
	char *drawn, *table = NULL;

	for (size_t i = 0; i < 1000000; i++)
		dot[i] = (struct ovr_picture_dot){ (double)i, 0.001, "loss", "" };
	/* the only one that lost everything: the top of the plot */
	dot[500000].y = 1;
	dots.dot = dot;
	dots.n_dots = 1000000;
	drawn = draw(&dots);
	cr_expect_lt(strlen(drawn), 20000);
	cr_expect_eq(times_in(drawn, "V65"), 1);
	DRAW(table, ovr_picture_dots_table(&dots, out));
	cr_expect_lt(strlen(table), 40000);
	cr_expect_not_null(strstr(table, "and 999600 more"));
	free(drawn);
	free(table);
}

Test(dots, what_is_no_number_is_not_drawn)
{
	const struct ovr_picture_dot dot[] = { { NAN, 1, "loss", "" }, { 1, INFINITY, "loss", "" },
		{ -1, 1, "loss", "" }, { 1e308, 1e308, "loss", "" } };
	struct ovr_picture_dots dots = empty;
	char *drawn;

	dots.dot = dot;
	dots.n_dots = 4;
	drawn = draw(&dots);
	cr_expect_eq(times_in(drawn, "<circle"), 1);
	cr_expect_null(strstr(drawn, "nan"));
	cr_expect_null(strstr(drawn, "inf"));
	free(drawn);
}

Test(dots, the_diagonal_goes_where_everything_arrives)
{
	const struct ovr_picture_dot dot[] = { { 100, 100, "pass", "" }, { 1000, 300, "loss", "" } };
	struct ovr_picture_dots dots = empty;
	char *drawn;

	dots.dot = dot;
	dots.n_dots = 2;
	dots.has_diagonal = true;
	dots.x.unit = dots.y.unit = OVR_PICTURE_COUNT;
	dots.y.is_log = false;
	drawn = draw(&dots);
	/* y reaches 300 of the 1,000 frames: the line leaves the plot at its top */
	cr_expect_not_null(
		strstr(drawn, "<line class=\"model\" x1=\"72\" y1=\"308\" x2=\"212.4\" y2=\"66\"/>"));
	free(drawn);
}

Test(dots, what_was_measured_is_seen_where_the_model_says_the_same)
{
	const struct ovr_picture_dot dot[] = { { 512, 100, "loss", "" }, { 512, 100, "model", "" } };
	struct ovr_picture_dots dots = empty;
	const char *measured, *model;
	char *drawn;

	dots.dot = dot;
	dots.n_dots = 2;
	drawn = draw(&dots);
	measured = strstr(drawn, "<circle class=\"loss\"");
	model = strstr(drawn, "<circle class=\"model\"");
	cr_assert_not_null(measured);
	cr_assert_not_null(model);
	/* the later one is on top, and the other one is larger */
	cr_expect_gt(measured, model);
	cr_expect_not_null(strstr(model, "r=\"7\""));
	cr_expect_not_null(strstr(measured, "r=\"4\""));
	free(drawn);
}
