/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/wrap.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static void
expect_wrapped(const char *line, size_t columns, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	ovr_wrap_line(line, columns, out);
	fclose(out);
	cr_expect_str_eq(text, expected);
	free(text);
}

Test(wrap, what_fits_stays)
{
	expect_wrapped("", 20, "\n");
	expect_wrapped("  exactly twenty col", 20, "  exactly twenty col\n");
	expect_wrapped("ääääääääääääääääääää", 20, "ääääääääääääääääääää\n");
}

Test(wrap, no_line_ends_with_a_blank)
{
	expect_wrapped("  unique   1,200   ", 20, "  unique   1,200\n");
	expect_wrapped("one two three   ", 10, "one two\nthree\n");
}

Test(wrap, a_sentence_goes_on_below)
{
	expect_wrapped("one two three four five six", 10, "one two\nthree four\nfive six\n");
	expect_wrapped("  LOSS: lost 12 of 34 frames", 20, "  LOSS: lost 12 of\n    34 frames\n");
}

Test(wrap, a_field_goes_on_below_its_beginning)
{
	expect_wrapped("  rx.ring  123   stalls of core 1 and of others", 30,
		"  rx.ring  123   stalls of\n                 core 1 and of\n                 others\n");
	/* characters count, not bytes */
	expect_wrapped("  µµµµ  one two three", 16, "  µµµµ  one two\n        three\n");
}

Test(wrap, a_field_that_begins_too_far_right_moves_down)
{
	expect_wrapped("wire:0 → wire:1   10G   64 B   14.88 Mpps", 34,
		"wire:0 → wire:1   10G   64 B\n    14.88 Mpps\n");
	expect_wrapped("  latency  min 2 µs   p99 3 µs   p99.9 4 µs   max 5 µs", 36,
		"  latency  min 2 µs   p99 3 µs\n           p99.9 4 µs   max 5 µs\n");
}

Test(wrap, a_word_that_is_longer_than_the_page_stands_out)
{
	expect_wrapped("/a/path/of/many/folders", 10, "/a/path/of/many/folders\n");
	expect_wrapped("see /a/path/of/many/folders for it", 10, "see\n/a/path/of/many/folders\nfor it\n");
	expect_wrapped("  a  /a/path/of/many", 10, "  a\n     /a/path/of/many\n");
}

Test(wrap, a_unit_stays_with_its_number)
{
	expect_wrapped(
		"lost in stalls of 4.5–28.1 ms, at most", 30, "lost in stalls of 4.5–28.1 ms,\nat most\n");
	expect_wrapped(
		"lost in stalls of 4.5–28.1 ms, at most", 29, "lost in stalls of\n4.5–28.1 ms, at most\n");
	expect_wrapped("the shortfall is 83 %", 20, "the shortfall is\n83 %\n");
}
