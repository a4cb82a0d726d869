/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/sparkline.h"

#include <math.h>
#include <stdint.h>

#include <criterion/criterion.h>

static char buf[64];

Test(sparkline, a_value_is_a_block_and_only_zero_is_a_blank)
{
	static const double value[] = { 0, 1, 50, 100, NAN, -5, 1e-9 };

	cr_assert_str_eq(ovr_sparkline(buf, sizeof(buf), value, 7, 10, true), " ▁▄█  ▁");
	cr_assert_str_eq(ovr_sparkline(buf, sizeof(buf), value, 7, 10, false), " .-#  .");
}

Test(sparkline, the_latest_values_are_shown)
{
	static const double value[] = { 9, 1, 2 };

	cr_assert_str_eq(ovr_sparkline(buf, sizeof(buf), value, 3, 2, true), "▄█");
	cr_assert_str_eq(ovr_sparkline(buf, sizeof(buf), value, 3, 0, true), "");
	cr_assert_str_eq(ovr_sparkline(buf, sizeof(buf), value, 0, 5, true), "");
}

Test(sparkline, nothing_is_written_beyond_the_buffer)
{
	static const double value[] = { 1, 1, 1 };

	cr_assert_str_eq(ovr_sparkline(buf, 7, value, 3, 3, true), "██");
	cr_assert_str_eq(ovr_sparkline(buf, 1, value, 3, 3, true), "");
}
