/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/plain.h"

#include <stdio.h>

#include <criterion/criterion.h>

static const char *
plain(const char *text)
{
	static char buf[64];

	snprintf(buf, sizeof(buf), "%s", text);
	return ovr_plain(buf);
}

Test(plain, text_stays_as_it_is)
{
	cr_expect_str_eq(plain("eth0: 4.8 \u00b5s \u2192 \U0001f600"), "eth0: 4.8 \u00b5s \u2192 \U0001f600");
	cr_expect_str_eq(plain("\u00a0\u00ff"), "\u00a0\u00ff");
	cr_expect_str_eq(plain(""), "");
}

Test(plain, what_a_terminal_may_take_for_a_command_is_a_question_mark)
{
	cr_expect_str_eq(plain("a\x1b[31mb"), "a?[31mb");
	cr_expect_str_eq(plain("a\r\n\tb\x7f"), "a???b?");
	cr_expect_str_eq(plain("a\xc2\x9b[31mb"), "a?[31mb", "U+009B in UTF-8");
	cr_expect_str_eq(plain("\xc2\x80\xc2\x9f"), "??");
	cr_expect_str_eq(plain("a\x9b[31mb"), "a?[31mb", "the byte alone");
}

Test(plain, what_turns_the_order_of_a_text_is_a_question_mark)
{
	cr_expect_str_eq(plain("a\u202egnp.exe"), "a?gnp.exe");
	cr_expect_str_eq(plain("\u202a\u2066\u2069b"), "???b");
	cr_expect_str_eq(plain("\u200d\u2065\u206a"), "\u200d\u2065\u206a", "joiners stay");
}

Test(plain, bytes_that_are_no_utf8_are_question_marks)
{
	cr_expect_str_eq(plain("a\xc3"), "a?");
	cr_expect_str_eq(plain("a\xe2\x82"), "a??");
	cr_expect_str_eq(plain("\xc0\x9b"), "??", "a longer form of U+001B");
	cr_expect_str_eq(plain("\xe0\x82\x9b"), "???", "a longer form of U+009B");
	cr_expect_str_eq(plain("\xff\xfe"
			       "b"),
		"??b");
}
