/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/drawn.h"

#include "picture/picture.h"

/* 1,000 sent: 700 delivered, 299 lost at a ring, 1 unexplained, no error; 24 refused before. */
static const struct ovr_picture_bar bar[] = {
	{ "attempted", "", OVR_PICTURE_TOTAL, 1024, .style = "total" },
	{ "tx.ring", "tx_burst refused", OVR_PICTURE_REFUSED, 24, .style = "p-tx" },
	{ "sent", "", OVR_PICTURE_TOTAL, 1000, .style = "total" },
	{ "rx.ring queue 0", "imissed <b>", OVR_PICTURE_LOST, 299, .style = "p-ring" },
	{ "rx.errors", "ierrors", OVR_PICTURE_LOST, 0, .style = "p-rx" },
	{ "unexplained", "", OVR_PICTURE_LOST, 1, .style = "p-open" },
	{ "delivered", "", OVR_PICTURE_DELIVERED, 700, .style = "p-good" },
};
static const struct ovr_picture_bars bars = { { "where", "Where", "A path." }, NULL, bar, 7 };

static char *
draw(const struct ovr_picture_bars *of, bool is_log)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_bars(of, is_log, out));
	return drawn;
}

Test(bars, what_is_lost_and_what_is_delivered_is_what_was_sent)
{
	for (int is_log = 0; is_log < 2; is_log++) {
		char *drawn = draw(&bars, is_log);

		cr_expect_eq(sum_of(drawn, "data-frames", "data-part=\"lost\"") +
				sum_of(drawn, "data-frames", "data-part=\"delivered\""),
			1000);
		cr_expect_eq(sum_of(drawn, "data-frames", "data-part=\"refused\""), 24);
		free(drawn);
	}
}

Test(bars, zero_is_shown_as_zero)
{
	char *drawn = draw(&bars, true);

	cr_expect_not_null(
		strstr(drawn, "width=\"0\" height=\"15\" data-part=\"lost\" data-place=\"rx.errors\""));
	cr_expect_not_null(strstr(drawn, "class=\"figure zero\">0</text>"));
	free(drawn);
}

Test(bars, a_frame_of_thousands_of_millions_is_seen_on_a_linear_axis)
{
	const struct ovr_picture_bar far[] = { { "sent", "", OVR_PICTURE_TOTAL, 4000000000,
						       .style = "total" },
		{ "path", "", OVR_PICTURE_LOST, 1, .style = "p-path" } };
	const struct ovr_picture_bars of = { { "where", "Where", "A path." }, NULL, far, 2 };
	char *drawn = draw(&of, false);

	cr_expect_not_null(
		strstr(drawn, "width=\"1.5\" height=\"15\" data-part=\"lost\" data-place=\"path\""));
	free(drawn);
}

Test(bars, a_negative_figure_is_written_as_it_is)
{
	const struct ovr_picture_bar odd[] = { { "unexplained", "", OVR_PICTURE_LOST, -7,
		.style = "p-open" } };
	const struct ovr_picture_bars of = { { "where", "Where", "A path." }, "segments", odd, 1 };
	char *drawn = draw(&of, true);

	cr_expect_not_null(strstr(drawn, "data-frames=\"-7\""));
	cr_expect_not_null(strstr(drawn, ">-7</text>"));
	free(drawn);
}

Test(bars, an_uncertain_share_is_a_range)
{
	const struct ovr_picture_bar odd[] = {
		{ "rx.ring", "", OVR_PICTURE_LOST, 600, true, 560, 600, "p-ring" },
	};
	const struct ovr_picture_bars of = { { "where", "Where", "A path." }, "segments", odd, 1 };
	char *drawn = draw(&of, true), *table = NULL;

	cr_expect_not_null(strstr(drawn, "class=\"range\""));
	cr_expect_not_null(strstr(drawn, "≤ 600"));
	DRAW(table, ovr_picture_bars_table(&of, out));
	cr_expect_not_null(strstr(table, "<td>560 … 600</td>"));
	free(drawn);
	free(table);
}

Test(bars, the_picture_has_a_role_and_its_words)
{
	char *drawn = draw(&bars, true);

	cr_expect_not_null(strstr(drawn, "role=\"img\" aria-labelledby=\"where-log-title where-log-desc\""));
	cr_expect_not_null(strstr(drawn, "<title id=\"where-log-title\">Where</title>"));
	cr_expect_not_null(strstr(drawn, "<desc id=\"where-log-desc\">A path.</desc>"));
	free(drawn);
}

Test(bars, the_table_has_every_figure)
{
	char *table = NULL;

	DRAW(table, ovr_picture_bars_table(&bars, out));
	cr_expect_eq(times_in(table, "<tr>"), 8);
	cr_expect_not_null(
		strstr(table, "<td>rx.ring queue 0</td><td>299</td><td>lost</td><td>imissed &lt;b&gt;</td>"));
	free(table);
}

Test(bars, the_same_data_gives_the_same_bytes)
{
	char *first = draw(&bars, true), *second = draw(&bars, true);

	cr_expect_str_eq(first, second);
	free(first);
	free(second);
}

Test(bars, a_long_name_moves_the_bars_and_is_not_cut)
{
	const struct ovr_picture_bar named[] = { { "sent", "", OVR_PICTURE_TOTAL, 1000, .style = "total" },
		{ "rack1-node27/rx.ring queue 0", "", OVR_PICTURE_LOST, 10, .style = "p-ring" },
		{ "a-name-of-a-host-that-no-picture-has-room-for/rx.ring", "", OVR_PICTURE_LOST, 1,
			.style = "p-ring" } };
	const struct ovr_picture_bars of = { { "where", "Where", "A path." }, NULL, named, 3 };
	char *drawn = draw(&of, true);

	cr_expect_not_null(strstr(drawn, ">rack1-node27/rx.ring queue 0</text>"));
	cr_expect_not_null(strstr(drawn, "…</text>"));
	cr_expect_not_null(strstr(drawn, "<rect class=\"total\" x=\"239.5\""));
	free(drawn);
}
