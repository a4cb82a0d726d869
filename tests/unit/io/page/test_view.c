/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "page/view.h"

Test(view, null_is_unknown_and_no_zero)
{
	json_t *root = json_pack("{s:n, s:i}", "a", "b", 7);

	cr_expect_null(ovr_get(root, "a"));
	cr_expect_eq(ovr_get_count(root, "a"), 0);
	cr_expect_str_eq(ovr_view_count_at(root, "a").text, "unknown");
	cr_expect_str_eq(ovr_view_time_at(root, "a").text, "unknown");
	cr_expect_str_eq(ovr_view_si_at(root, "c", "pps").text, "unknown");
	cr_expect_str_eq(ovr_view_count_at(root, "b").text, "7");
	json_decref(root);
}

Test(view, a_figure_beyond_all_measurement_is_unknown)
{
	cr_expect_str_eq(ovr_view_si(1e308, "pps").text, "unknown");
	cr_expect_str_eq(ovr_view_time(1e300).text, "unknown");
	cr_expect_str_eq(ovr_view_time(-1).text, "unknown");
	cr_expect_str_eq(ovr_view_ratio(INFINITY).text, "unknown");
	cr_expect_str_eq(ovr_view_share(1, 0).text, "unknown");
}

Test(view, a_curve_ends_at_the_greatest_value)
{
	json_t *hist = json_pack("{s:i, s:[[i,i],[i,i]]}", "max", 1050, "buckets", 10, 3, 1000, 1);
	struct ovr_view view = { 0 };
	struct ovr_picture_curve curve = { "" };

	cr_assert(ovr_view_curve(&view, hist, &curve));
	cr_expect_eq(curve.n_buckets, 2);
	cr_expect_float_eq(curve.bucket[0].value, 10, 1e-9);
	cr_expect_eq(curve.bucket[0].count, 3);
	cr_expect_float_eq(curve.bucket[1].value, 1050, 1e-9);
	ovr_view_done(&view);
	json_decref(hist);
}

Test(view, there_is_no_curve_of_no_values)
{
	struct ovr_view view = { 0 };
	struct ovr_picture_curve curve = { "" };

	cr_expect_not(ovr_view_curve(&view, NULL, &curve));
	ovr_view_done(&view);
}

Test(view, a_trial_over_tcp_tells_when_it_began)
{
	json_t *root = json_pack(
		"{s:I, s:{s:s}}", "begin_unix_ns", (json_int_t)1738324800000000000, "plan", "path", "direct");
	const struct ovr_view view = { .root = root };

	cr_expect_str_eq(ovr_view_origin(&view).text, "2025-01-31T12:00:00Z, path between the ports: direct");
	json_decref(root);
}
