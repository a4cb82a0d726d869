/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/drawn.h"

#include "picture/picture.h"

/* 90 of 100 frames took 1 µs, 9 took 10 µs and one a millisecond. */
static const struct ovr_picture_bucket bucket[] = { { 1000, 90 }, { 10000, 9 }, { 1000000, 1 } };
static const struct ovr_picture_curve curve[] = { { "at 1 Mpps", bucket, 3 } };
static const struct ovr_picture_percentiles percentiles = {
	{ "latency", "Latency", "By percentile." },
	"latency",
	curve,
	1,
};

Test(percentiles, steps_stand_at_their_shares)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_percentiles(&percentiles, out));
	/* from 0 % at the left to 90 % in the middle to 99 % at the right */
	cr_expect_not_null(strstr(drawn, "data-count=\"100\" d=\"M72 "));
	cr_expect_not_null(strstr(drawn, "H306L306 "));
	cr_expect_not_null(strstr(drawn, "H540L540 "));
	free(drawn);
}

Test(percentiles, the_table_has_no_percentile_that_the_values_do_not_show)
{
	char *table = NULL;

	DRAW(table, ovr_picture_percentiles_table(&percentiles, out));
	cr_expect_not_null(strstr(table, "<td>50 %</td><td>1.00 µs</td>"));
	cr_expect_not_null(strstr(table, "<td>99 %</td><td>10.0 µs</td>"));
	cr_expect_not_null(strstr(table, "<td>99.9 %</td><td>too few values</td>"));
	cr_expect_not_null(strstr(table, "<td>all</td><td>1.00 ms</td>"));
	free(table);
}

Test(percentiles, a_distribution_of_nothing_is_drawn_as_none)
{
	const struct ovr_picture_curve none[] = { { "at 0 pps", NULL, 0 } };
	const struct ovr_picture_percentiles of = { { "latency", "Latency", "None." }, "latency", none, 1 };
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_percentiles(&of, out));
	cr_expect_null(strstr(drawn, "<path"));
	free(drawn);
}

Test(percentiles, a_hundred_thousand_values_are_a_bounded_path)
{
	static struct ovr_picture_bucket many[100000];
	const struct ovr_picture_curve of_many[] = { { "at 1 Mpps", many, 100000 } };
	const struct ovr_picture_percentiles of = { { "latency", "Latency", "Many." }, "latency", of_many,
		1 };
	char *drawn = NULL;

	for (size_t i = 0; i < 100000; i++)
		many[i] = (struct ovr_picture_bucket){ 100 + (double)i, 1 };
	DRAW(drawn, ovr_picture_percentiles(&of, out));
	cr_expect_lt(strlen(drawn), 40000);
	free(drawn);
}
