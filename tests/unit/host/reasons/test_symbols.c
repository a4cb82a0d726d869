/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "reasons/symbols.h"

static void
find(const char *kallsyms, struct ovr_reasons_symbol *symbols, uint32_t n)
{
	FILE *file = fmemopen((void *)(uintptr_t)kallsyms, strlen(kallsyms), "r");

	cr_assert_not_null(file);
	ovr_reasons_symbols_find(file, symbols, n);
	fclose(file);
}

Test(symbols, an_address_belongs_to_the_function_that_starts_before_it)
{
	struct ovr_reasons_symbol symbols[] = { { .address = 0xffffffff81fefca0 },
		{ .address = 0xffffffff81fefd00 }, { .address = 0xffffffff81ff0000 },
		{ .address = 0xffffffffc0100010 } };

	find("ffffffff81fefca0 t ip_error\n"
	     "ffffffff81fefec0 t dst_discard\n"
	     "ffffffff81ff0000 T ip_route_input\n"
	     "ffffffffc0100000 t nf_drop\t[nf_tables]\n",
		symbols, 4);
	cr_assert_str_eq(symbols[0].name, "ip_error");
	cr_assert_str_eq(symbols[1].name, "ip_error");
	cr_assert_str_eq(symbols[2].name, "ip_route_input");
	cr_assert_str_eq(symbols[3].name, "nf_drop");
}

Test(symbols, the_list_need_not_be_sorted_and_data_is_no_function)
{
	struct ovr_reasons_symbol symbols[] = { { .address = 0x1500 }, { .address = 0x3500 },
		{ .address = 0x3600 } };

	find("3000 T third\n"
	     "3400 D data\n"
	     "1000 T first\n"
	     "2000 W second\n",
		symbols, 3);
	cr_assert_str_eq(symbols[0].name, "first");
	cr_assert_str_eq(symbols[1].name, "third");
	cr_assert_str_eq(symbols[2].name, "third");
}

Test(symbols, what_stands_before_every_function_is_unknown)
{
	struct ovr_reasons_symbol symbols[] = { { .address = 0x500 }, { .address = 0x1500 } };

	find("1000 T first\n", symbols, 2);
	cr_assert_str_eq(symbols[0].name, "");
	cr_assert_str_eq(symbols[1].name, "first");
}

Test(symbols, hidden_addresses_are_no_answer)
{
	struct ovr_reasons_symbol symbols[] = { { .address = 0x1500, .name = "of before", .start = 1 } };

	find("0000000000000000 T first\n0000000000000000 T second\n", symbols, 1);
	cr_assert_str_eq(symbols[0].name, "");
	cr_assert_eq(symbols[0].start, 0);
}

Test(symbols, lines_that_are_none_are_skipped)
{
	struct ovr_reasons_symbol symbols[] = { { .address = 0x1500 } };

	find("nothing\n\n1000\n1200 T\n1100 t first\n", symbols, 1);
	cr_assert_str_eq(symbols[0].name, "first");
}
