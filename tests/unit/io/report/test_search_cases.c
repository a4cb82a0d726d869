/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/search.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support/expect_cases.h"
#include "support/search_sample.h"

static struct ovr_cases cases;

Test(search_cases, a_size_with_its_answers_passes)
{
	struct ovr_result_search *search = sample_search_found();

	ovr_report_search_cases(search, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..2\n"
		"ok 1 - verdict\n"
		"ok 2 - size 64\n"
		"  ---\n"
		"  message: \"ndr: 990,000 pps, below 1,004,000 pps\"\n"
		"  details:\n"
		"    - \"pdr: at least 2,000,000 pps\"\n"
		"  duration_ms: 30000.000\n"
		"  ...\n");
	/* clang-format on */
	sample_search_free(search);
}

Test(search_cases, a_size_without_an_answer_fails_with_its_reason)
{
	struct ovr_result_search *search = sample_search_none();

	ovr_report_search_cases(search, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..2\n"
		"not ok 1 - verdict\n"
		"  ---\n"
		"  message: \"size 64: nothing that wire:0 sent arrived at wire:1: no load was tried\"\n"
		"  severity: loss\n"
		"  ...\n"
		"not ok 2 - size 64\n"
		"  ---\n"
		"  message: \"nothing that wire:0 sent arrived at wire:1: no load was tried\"\n"
		"  severity: loss\n"
		"  ...\n");
	/* clang-format on */
	sample_search_free(search);
}

Test(search_cases, a_search_is_void_at_the_size_where_it_stopped_and_later_ones_are_skipped)
{
	struct ovr_result_search *search = sample_search_void();

	search->plan.sizes.n = 2;
	strcpy(search->plan.sizes.text[0], "64");
	strcpy(search->plan.sizes.text[1], "512");
	ovr_report_search_cases(search, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..3\n"
		"not ok 1 - verdict # void\n"
		"  ---\n"
		"  message: \"search: stopped by a signal\"\n"
		"  severity: void\n"
		"  ...\n"
		"not ok 2 - size 64 # void\n"
		"  ---\n"
		"  message: \"search: stopped by a signal\"\n"
		"  severity: void\n"
		"  ...\n"
		"ok 3 - size 512 # SKIP not begun\n"
		"  ---\n"
		"  message: \"not begun\"\n"
		"  ...\n");
	/* clang-format on */
	sample_search_free(search);
}
