/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/columns.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(columns, a_character_takes_one_column_whatever_its_bytes)
{
	cr_assert_eq(ovr_columns_of(""), 0);
	cr_assert_eq(ovr_columns_of("68.7 µs"), 7);
	cr_assert_eq(ovr_columns_of("wire:0 → wire:1"), 15);
	cr_assert_eq(ovr_columns_of("██░"), 3);
}

static void
assert_cut(const char *text, size_t columns, size_t bytes, const char *expected)
{
	char buf[32];

	snprintf(buf, sizeof(buf), "%s", text);
	cr_assert_eq(ovr_columns_cut(buf, columns, bytes), strlen(expected));
	cr_assert_str_eq(buf, expected);
}

Test(columns, what_fits_is_left_as_it_is)
{
	assert_cut("68.7 µs", 7, 8, "68.7 µs");
	assert_cut("68.7 µs", 80, 80, "68.7 µs");
	assert_cut("", 0, 0, "");
}

Test(columns, too_many_columns_are_cut_at_a_character)
{
	assert_cut("68.7 µs", 6, 80, "68.7 µ");
	assert_cut("68.7 µs", 5, 80, "68.7 ");
	assert_cut("68.7 µs", 0, 80, "");
}

Test(columns, too_many_bytes_are_cut_at_a_character)
{
	assert_cut("68.7 µs", 80, 7, "68.7 µ");
	assert_cut("68.7 µs", 80, 6, "68.7 ");
	assert_cut("68.7 µs", 80, 5, "68.7 ");
}
