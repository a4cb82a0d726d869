/* SPDX-License-Identifier: BSD-3-Clause */
/* A share in print. */
#include "ledger/ledger.h"

#include <criterion/criterion.h>

static void
assert_ratio(uint64_t part, uint64_t whole, const char *expected)
{
	char buf[64];

	cr_assert_str_eq(ovr_ledger_print_ratio(buf, sizeof(buf), part, whole), expected);
}

Test(ratio, three_decimals_where_they_say_enough)
{
	assert_ratio(192884, 74404761, "0.259 %");
	assert_ratio(74211877, 74404761, "99.741 %");
	assert_ratio(1, 2, "50.000 %");
	assert_ratio(3, 1, "300.000 %");
}

Test(ratio, little_is_not_printed_as_nothing)
{
	assert_ratio(3, 74404761, "0.0000040 %");
	assert_ratio(1, 100000, "0.0010 %");
	assert_ratio(1, 10000, "0.010 %");
}

Test(ratio, almost_all_is_not_printed_as_all)
{
	assert_ratio(74404760, 74404761, "99.9999987 %");
	assert_ratio(999999, 1000000, "99.99990 %");
}

Test(ratio, nothing_and_all_are_exact)
{
	assert_ratio(0, 74404761, "0 %");
	assert_ratio(74404761, 74404761, "100 %");
}

Test(ratio, a_share_of_nothing_is_undefined)
{
	assert_ratio(0, 0, "-");
	assert_ratio(5, 0, "-");
}
