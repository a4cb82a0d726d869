/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/back_to_back.h"

#include <criterion/criterion.h>

#include "support/back_to_back_sample.h"
#include "support/expect_cases.h"

static struct ovr_cases cases;

Test(back_to_back_cases, an_excluded_search_is_skipped)
{
	struct ovr_result_back_to_back *burst = sample_back_to_back_found();

	burst->plan.repetition.repeats = 4;
	ovr_report_back_to_back_cases(burst, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..5\n"
		"ok 1 - verdict\n"
		"ok 2 - search 1\n"
		"  ---\n"
		"  message: \"longest burst without loss: 990 frames\"\n"
		"  ...\n"
		"ok 3 - search 2\n"
		"  ---\n"
		"  message: \"longest burst without loss: 1,000 frames\"\n"
		"  ...\n"
		"ok 4 - search 3\n"
		"  ---\n"
		"  message: \"longest burst without loss: 1,010 frames\"\n"
		"  details:\n"
		"    - \"1 trial was disturbed and repeated\"\n"
		"  ...\n"
		"ok 5 - search 4 # SKIP excluded: a length was disturbed again and again\n"
		"  ---\n"
		"  message: \"excluded: a length was disturbed again and again\"\n"
		"  details:\n"
		"    - \"1 trial was disturbed and repeated\"\n"
		"  ...\n");
	/* clang-format on */
	sample_back_to_back_free(burst);
}

Test(back_to_back_cases, without_an_answer_the_verdict_fails)
{
	struct ovr_result_back_to_back *burst = sample_back_to_back_none();

	burst->plan.repetition.repeats = 1;
	ovr_report_back_to_back_cases(burst, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..2\n"
		"not ok 1 - verdict\n"
		"  ---\n"
		"  message: \"a single frame did not arrive: there is no burst to look for\"\n"
		"  severity: loss\n"
		"  ...\n"
		"ok 2 - search 1 # SKIP not begun\n"
		"  ---\n"
		"  message: \"not begun\"\n"
		"  ...\n");
	/* clang-format on */
	sample_back_to_back_free(burst);
}

Test(back_to_back_cases, searches_that_were_not_begun_are_skipped)
{
	struct ovr_result_back_to_back *burst = sample_back_to_back_void();

	burst->plan.repetition.repeats = 2;
	ovr_report_back_to_back_cases(burst, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..3\n"
		"not ok 1 - verdict # void\n"
		"  ---\n"
		"  message: \"a search ended at its limit\"\n"
		"  severity: void\n"
		"  ...\n"
		"ok 2 - search 1\n"
		"  ---\n"
		"  message: \"longest burst without loss: 29,761,904 frames\"\n"
		"  ...\n"
		"ok 3 - search 2 # SKIP not begun\n"
		"  ---\n"
		"  message: \"not begun\"\n"
		"  ...\n");
	/* clang-format on */
	sample_back_to_back_free(burst);
}
