/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/drawn.h"

#include "picture/picture.h"

static void
expect(const char *text, const char *escaped)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_escape(out, text));
	cr_expect_str_eq(drawn, escaped, "of \"%s\": \"%s\"", text, drawn);
	free(drawn);
}

Test(escape, markup_is_text)
{
	expect("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
	expect("a&b=\"c\"", "a&amp;b=&quot;c&quot;");
}

Test(escape, letters_of_any_language_stay)
{
	expect("≥ 1.31 µs → 世界 😀", "≥ 1.31 µs → 世界 😀");
}

Test(escape, what_no_document_may_hold_is_replaced)
{
	expect("a\x01z", "a\xef\xbf\xbdz");
	expect("a\x1b[31m", "a\xef\xbf\xbd[31m");
	expect("a\xc2\x9bz", "a\xef\xbf\xbd\xef\xbf\xbdz");
	expect("a\xffz", "a\xef\xbf\xbdz");
	/* a long form of '<', a surrogate, a character that is cut */
	expect("\xc0\xbc", "\xef\xbf\xbd\xef\xbf\xbd");
	expect("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	expect("\xe2\x89", "\xef\xbf\xbd\xef\xbf\xbd");
}

Test(escape, a_cell_holds_its_text)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_cell(out, "<b>"));
	cr_expect_str_eq(drawn, "<td>&lt;b&gt;</td>");
	free(drawn);
}

Test(escape, the_class_of_a_place_is_one_of_a_fixed_set)
{
	cr_expect_str_eq(ovr_picture_place_class("rx.ring"), "p-ring");
	cr_expect_str_eq(ovr_picture_place_class("rx.nombuf"), "p-rx");
	cr_expect_str_eq(ovr_picture_place_class("tx.ring"), "p-tx");
	cr_expect_str_eq(ovr_picture_place_class("path"), "p-path");
	cr_expect_str_eq(ovr_picture_place_class("\"><script>"), "p-other");
}
