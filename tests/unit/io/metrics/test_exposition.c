/* SPDX-License-Identifier: BSD-3-Clause */
#include "metrics/exposition.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_exposition exposition;
static char *text;
static size_t n_bytes;

static void
begin(enum ovr_exposition_format format)
{
	exposition = (struct ovr_exposition){ .out = open_memstream(&text, &n_bytes), .format = format };
}

static void
check(const char *expected)
{
	ovr_exposition_end(&exposition);
	fclose(exposition.out);
	cr_assert_str_eq(text, expected);
	free(text);
}

Test(exposition, a_counter_has_its_suffix_in_the_family_in_the_old_format_alone)
{
	static const struct ovr_exposition_label label[] = { { "queue", "0" }, { "port", NULL } };

	begin(OVR_EXPOSITION_PROMETHEUS);
	ovr_exposition_begin(&exposition, "x_frames", OVR_EXPOSITION_COUNTER, "Frames.");
	ovr_exposition_count(&exposition, label, 2, UINT64_MAX);
	check("# HELP x_frames_total Frames.\n# TYPE x_frames_total counter\n"
	      "x_frames_total{queue=\"0\"} 18446744073709551615\n");
	begin(OVR_EXPOSITION_OPENMETRICS);
	ovr_exposition_begin(&exposition, "x_frames", OVR_EXPOSITION_COUNTER, "Frames.");
	ovr_exposition_count(&exposition, label, 2, 0);
	check("# HELP x_frames Frames.\n# TYPE x_frames counter\nx_frames_total{queue=\"0\"} 0\n# EOF\n");
}

Test(exposition, what_is_no_number_is_left_out)
{
	begin(OVR_EXPOSITION_PROMETHEUS);
	ovr_exposition_begin(&exposition, "x", OVR_EXPOSITION_GAUGE, "X.");
	ovr_exposition_value(&exposition, NULL, 0, NAN);
	ovr_exposition_value(&exposition, NULL, 0, INFINITY);
	ovr_exposition_value(&exposition, NULL, 0, 0.5);
	check("# HELP x X.\n# TYPE x gauge\nx 0.5\n");
}

Test(exposition, labels_are_escaped)
{
	static const struct ovr_exposition_label label[] = { { "a", "\\ \" \n" }, { "b", "caf\xc3\xa9" },
		{ "c", "\xff\xc0\xaf\xed\xa0\x80\xe2\x82" } };

	begin(OVR_EXPOSITION_PROMETHEUS);
	ovr_exposition_begin(&exposition, "x", OVR_EXPOSITION_GAUGE, "A \\ and \"quotes\".");
	ovr_exposition_count(&exposition, label, 3, 1);
	check("# HELP x A \\\\ and \"quotes\".\n# TYPE x gauge\n"
	      "x{a=\"\\\\ \\\" \\n\",b=\"caf\xc3\xa9\",c=\"????????\"} 1\n");
}

/* Cells 0 and 1 hold 0 and 1 ns, cell 2 holds 2 and 3, cell 3 holds 4 to 7, cell 4 more. */
Test(exposition, a_bucket_ends_where_its_cell_does)
{
	static const uint64_t cell[] = { 1, 2, 3, 4, 5 };
	static const struct ovr_exposition_label label[] = { { "side", "rx" } };

	begin(OVR_EXPOSITION_PROMETHEUS);
	ovr_exposition_begin(&exposition, "x_seconds", OVR_EXPOSITION_HISTOGRAM, "X.");
	ovr_exposition_histogram(&exposition, label, 1, cell, 5, 2, 3, 1.5);
	ovr_exposition_histogram(&exposition, NULL, 0, cell, 1, 2, 3, 0);
	check("# HELP x_seconds X.\n# TYPE x_seconds histogram\n"
	      "x_seconds_bucket{side=\"rx\",le=\"3e-09\"} 6\n"
	      "x_seconds_bucket{side=\"rx\",le=\"7e-09\"} 10\n"
	      "x_seconds_bucket{side=\"rx\",le=\"+Inf\"} 15\n"
	      "x_seconds_sum{side=\"rx\"} 1.5\n"
	      "x_seconds_count{side=\"rx\"} 15\n"
	      "x_seconds_bucket{le=\"+Inf\"} 1\n"
	      "x_seconds_sum 0\n"
	      "x_seconds_count 1\n");
}
