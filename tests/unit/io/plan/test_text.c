/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/text.h"

#include <criterion/criterion.h>

Test(text, letters_of_every_length_are_printable)
{
	cr_assert(ovr_plan_text_is_printable(""));
	cr_assert(ovr_plan_text_is_printable("/var/tmp/a b \"c\".json"));
	cr_assert(ovr_plan_text_is_printable("caf\xc3\xa9"));
	cr_assert(ovr_plan_text_is_printable("\xe2\x82\xac"));
	cr_assert(ovr_plan_text_is_printable("\xf0\x9f\x90\x84"));
	cr_assert(ovr_plan_text_is_printable("\xf4\x8f\xbf\xbf"));
}

Test(text, controls_and_line_breaks_are_not)
{
	static const char *const bad[] = { "a\nb", "\t", "\x7f", "\xc2\x85", "\xc2\x80", "\xe2\x80\xa8",
		"\xe2\x80\xa9", "\xef\xbb\xbf", "\xef\xbf\xbe", "\xef\xbf\xbf", "\x1b[2J" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(ovr_plan_text_is_printable(bad[i]), "case %zu", i);
}

Test(text, what_is_no_utf8_is_not_printable)
{
	/*
	 * A lone continuation, cut ones, overlong ones, a surrogate, beyond U+10FFFF, bytes that
	 * never occur.
	 */
	static const char *const bad[] = { "\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x90", "\xc3(", "\xc0\xaf",
		"\xc1\xbf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
		"\xf8\x88\x80\x80\x80", "\xff", "\xfe" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(ovr_plan_text_is_printable(bad[i]), "case %zu", i);
}
