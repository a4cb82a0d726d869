/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/err.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

Test(err, the_code_comes_back_and_the_sentence_is_written)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_err_set(&err, -ERANGE, "rxd: found %d, accepted: 1 to %d", 70000, 65536), -ERANGE);
	cr_assert_str_eq(err.text, "rxd: found 70000, accepted: 1 to 65536");
}

Test(err, no_place_for_the_sentence_is_allowed)
{
	cr_assert_eq(ovr_err_set(NULL, -EINVAL, "dropped"), -EINVAL);
	ovr_err_prefix(NULL, "dropped");
}

Test(err, a_prefix_stands_before_the_sentence)
{
	struct ovr_err err = { "" };

	ovr_err_set(&err, -EINVAL, "rate: found \"fast\"");
	ovr_err_prefix(&err, "%s:%d:%d", "plan.yaml", 3, 7);
	cr_assert_str_eq(err.text, "plan.yaml:3:7: rate: found \"fast\"");
}

Test(err, a_sentence_that_is_too_long_is_cut)
{
	struct ovr_err err = { "" };
	char text[600];

	memset(text, 'x', sizeof(text));
	text[599] = '\0';
	ovr_err_set(&err, -EINVAL, "%s", text);
	cr_assert_eq(strlen(err.text), 511);
	ovr_err_prefix(&err, "%s", text);
	cr_assert_eq(strlen(err.text), 511);
	cr_assert_eq(memcmp(err.text + 250, "xxx: xxx", 8), 0);
}

Test(err, control_characters_become_question_marks)
{
	struct ovr_err err = { "" };

	ovr_err_set(&err, -EINVAL, "found \"a\nb\x1b[2J\x7f\"");
	ovr_err_prefix(&err, "a\tb.yaml");
	cr_assert_str_eq(err.text, "a?b.yaml: found \"a?b?[2J?\"");
}
