/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/drawn.h"

#include "picture/picture.h"

/* Ten intervals of 100 ms: 5 frames at a ring in the third one, 2 on the path in the last one. */
static struct ovr_picture_time
sample(struct ovr_picture_layer *layer)
{
	struct ovr_picture_time time = { { "time", "Loss over time", "By interval." }, .end_ns = 1000000000,
		.n_bins = 10, .layer = layer, .n_layers = 2 };

	layer[0] = (struct ovr_picture_layer){ "rx.ring", "p-ring", { [2] = 5 } };
	layer[1] = (struct ovr_picture_layer){ "path", "p-path", { [9] = 2 } };
	for (int i = 0; i < 10; i++)
		time.is_known[i] = true;
	return time;
}

static char *
draw(const struct ovr_picture_time *time)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_time(time, out));
	return drawn;
}

Test(time, the_layers_sum_to_what_was_lost)
{
	struct ovr_picture_layer layer[2];
	struct ovr_picture_time time = sample(layer);
	char *drawn = draw(&time);

	cr_expect_eq(sum_of(drawn, "data-frames", ""), 7);
	cr_expect_eq(sum_of(drawn, "data-frames", "data-l=\"0\""), 5);
	cr_expect_eq(sum_of(drawn, "data-frames", "data-from=\"200000000\""), 5);
	free(drawn);
}

Test(time, an_interval_that_nobody_counted_is_no_zero)
{
	struct ovr_picture_layer layer[2];
	struct ovr_picture_time time = sample(layer);
	char *drawn, *table = NULL;

	time.is_known[4] = false;
	drawn = draw(&time);
	cr_expect_eq(times_in(drawn, "class=\"unknown\""), 1);
	DRAW(table, ovr_picture_time_table(&time, out));
	cr_expect_not_null(strstr(table, "<td>400 ms</td><td>unknown</td><td>unknown</td>"));
	free(drawn);
	free(table);
}

Test(time, an_outage_is_drawn_over_its_time)
{
	struct ovr_picture_layer layer[2];
	struct ovr_picture_span outage = { 500000000, 700000000, false };
	struct ovr_picture_time time = sample(layer);
	char *drawn;

	time.outage = &outage;
	time.n_outages = 1;
	drawn = draw(&time);
	cr_expect_eq(times_in(drawn, "class=\"outage\""), 1);
	cr_expect_eq(times_in(drawn, "class=\"outage-over\""), 1);
	cr_expect_eq(sum_of(drawn, "data-outages", ""), 1);
	free(drawn);
}

Test(time, a_million_stalls_are_a_few_columns_and_the_longest_stays)
{
	static struct ovr_picture_span stall[1000000];
	struct ovr_picture_layer layer[2];
	struct ovr_picture_time time = sample(layer);
	char *drawn;

	for (size_t i = 0; i < 1000000; i++)
		stall[i] = (struct ovr_picture_span){ i * 1000, i * 1000 + 500, false };
	stall[777777].end_ns = stall[777777].start_ns + 90000000;
	time.stall = stall;
	time.n_stalls = 1000000;
	drawn = draw(&time);
	cr_expect_eq(sum_of(drawn, "data-stalls", ""), 1000000);
	cr_expect_eq(sum_of(drawn, "data-longest-ns", ""), 90000000);
	cr_expect_lt(strlen(drawn), 20000);
	free(drawn);
}

Test(time, injected_stalls_stand_apart)
{
	struct ovr_picture_layer layer[2];
	struct ovr_picture_span stall[] = { { 0, 200000, true }, { 400000, 450000, false },
		{ 800000, 900000, true } };
	struct ovr_picture_time time = sample(layer);
	char *drawn;

	time.stall = stall;
	time.n_stalls = 3;
	drawn = draw(&time);
	cr_expect_eq(sum_of(drawn, "data-stalls", "class=\"stall-injected\""), 2);
	cr_expect_eq(sum_of(drawn, "data-stalls", "class=\"stall-host\""), 1);
	free(drawn);
}

Test(time, spans_beyond_the_end_stay_on_the_axis)
{
	struct ovr_picture_layer layer[2];
	struct ovr_picture_span odd[] = { { 0, UINT64_MAX, false }, { UINT64_MAX - 1, UINT64_MAX, true },
		{ 5, 1, false } };
	struct ovr_picture_time time = sample(layer);
	char *drawn;

	time.stall = odd;
	time.outage = odd;
	time.n_stalls = time.n_outages = 3;
	drawn = draw(&time);
	cr_expect_not_null(strstr(drawn, "</svg>"));
	free(drawn);
}
