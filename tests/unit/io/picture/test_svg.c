/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "support/drawn.h"

#include "picture/svg.h"

Test(svg, a_length_has_tenths_and_a_point)
{
	cr_expect_str_eq(ovr_svg_length(12).text, "12");
	cr_expect_str_eq(ovr_svg_length(12.34).text, "12.3");
	cr_expect_str_eq(ovr_svg_length(-0.25).text, "-0.3");
	cr_expect_str_eq(ovr_svg_length(NAN).text, "0");
	cr_expect_str_eq(ovr_svg_length(1e300).text, "1000000");
}

Test(svg, a_long_name_is_cut_between_characters)
{
	cr_expect_str_eq(ovr_svg_short("rx.ring queue 0", 15).text, "rx.ring queue 0");
	cr_expect_str_eq(ovr_svg_short("rx.ring queue 10", 15).text, "rx.ring queue …");
	cr_expect_str_eq(ovr_svg_short("µµµµ", 3).text, "µµ…");
}

Test(svg, marks_are_round)
{
	cr_expect_str_eq(ovr_svg_mark(OVR_PICTURE_COUNT, 100000).text, "100 k");
	cr_expect_str_eq(ovr_svg_mark(OVR_PICTURE_NS, 1000).text, "1 µs");
	cr_expect_str_eq(ovr_svg_mark(OVR_PICTURE_PPS, 2.5e6).text, "2.5 Mpps");
	cr_expect_str_eq(ovr_svg_mark(OVR_PICTURE_RATIO, 1e-5).text, "0.001 %");
	cr_expect_str_eq(ovr_svg_mark(OVR_PICTURE_RATIO, 1e-8).text, "1e-6 %");
}

Test(svg, a_value_without_a_number_is_none)
{
	cr_expect_str_eq(ovr_svg_value(OVR_PICTURE_PPS, NAN).text, "-");
	cr_expect_str_eq(ovr_svg_value(OVR_PICTURE_NS, -1).text, "-");
	cr_expect_str_eq(ovr_svg_value(OVR_PICTURE_COUNT, 1e300).text, "-");
	cr_expect_str_eq(ovr_svg_value(OVR_PICTURE_RATIO, 0.005).text, "0.5000 %");
}

Test(svg, a_linear_axis_goes_from_zero_to_the_greatest)
{
	struct ovr_picture_axis of = { "frames", OVR_PICTURE_COUNT, false };
	struct ovr_svg_axis axis = ovr_svg_axis(&of, 0, 100, 3, 200);

	cr_expect_float_eq(ovr_svg_at(&axis, 0), 0, 1e-9);
	cr_expect_float_eq(ovr_svg_at(&axis, 50), 25, 1e-9);
	cr_expect_float_eq(ovr_svg_at(&axis, 200), 100, 1e-9);
	cr_expect_float_eq(ovr_svg_at(&axis, 300), 100, 1e-9);
}

Test(svg, zero_has_a_band_of_its_own_on_a_logarithmic_axis)
{
	struct ovr_picture_axis of = { "frames", OVR_PICTURE_COUNT, true };
	struct ovr_svg_axis axis = ovr_svg_axis(&of, 0, 126, 1, 1000);

	cr_expect_float_eq(ovr_svg_at(&axis, 0), 0, 1e-9);
	cr_expect_float_eq(ovr_svg_at(&axis, 1), 26, 1e-9);
	cr_expect_float_eq(ovr_svg_at(&axis, 10), 26 + 100 / 3.0, 1e-6);
	cr_expect_float_eq(ovr_svg_at(&axis, 1000), 126, 1e-9);
}

Test(svg, a_mark_near_the_edge_ends_there)
{
	struct ovr_picture_axis of = { "time", OVR_PICTURE_NS, false };
	struct ovr_svg_axis axis = ovr_svg_axis(&of, 46, 546, 0, 1000e6);
	char *drawn = NULL;

	DRAW(drawn, ovr_svg_axis_x(&axis, 50, 0, out));
	cr_expect_not_null(strstr(drawn, "x=\"560\" y=\"67\" text-anchor=\"end\">1000<"), "%s", drawn);
	cr_expect_not_null(strstr(drawn, "x=\"446\" y=\"67\" text-anchor=\"middle\">800<"), "%s", drawn);
	free(drawn);
}

Test(svg, an_axis_of_any_numbers_ends)
{
	const double odd[] = { 0, NAN, INFINITY, 1e308, 5e-324, 1e-300, 1e20, 0.3 };
	const enum ovr_picture_unit units[] = { OVR_PICTURE_COUNT, OVR_PICTURE_PPS, OVR_PICTURE_NS,
		OVR_PICTURE_RATIO };

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		for (size_t k = 0; k < 8; k++) {
			struct ovr_picture_axis of = { "value", units[k / 2], k % 2 == 0 };
			struct ovr_svg_axis axis = ovr_svg_axis(&of, 0, 100, odd[i], odd[i]);
			char *drawn = NULL;

			DRAW(drawn, ovr_svg_axis_x(&axis, 50, 0, out));
			cr_expect_leq(times_in(drawn, "<text"), 9, "%zu %zu: %s", i, k, drawn);
			cr_expect_null(strstr(drawn, "nan"));
			cr_expect_null(strstr(drawn, "inf"));
			free(drawn);
		}
}
