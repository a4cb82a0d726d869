/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/selftest.h"

#include <criterion/criterion.h>

#include "support/expect_cases.h"
#include "support/selftest_sample.h"

static struct ovr_cases cases;

Test(selftest_cases, no_sustained_rate_is_a_failure_of_the_verdict_alone)
{
	struct ovr_result_selftest *selftest = sample_selftest_none();

	ovr_report_selftest_cases(selftest, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..2\n"
		"not ok 1 - verdict\n"
		"  ---\n"
		"  message: \"no rate is sustained, down to 0.5 mpps\"\n"
		"  severity: loss\n"
		"  ...\n"
		"ok 2 - trial 1\n"
		"  ---\n"
		"  message: \"sent 74,404,761, lost 0, unexplained 0\"\n"
		"  details:\n"
		"    - \"sustain at 500.0 kpps: stalled\"\n"
		"  duration_ms: 5000.000\n"
		"  ...\n");
	/* clang-format on */
	sample_selftest_free(selftest);
}

Test(selftest_cases, a_void_trial_is_skipped_with_its_reason)
{
	struct ovr_result_selftest *selftest = sample_selftest_void();

	ovr_report_selftest_cases(selftest, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..2\n"
		"not ok 1 - verdict # void\n"
		"  ---\n"
		"  message: \"send: stopped by a signal after 0.100 s\"\n"
		"  severity: void\n"
		"  ...\n"
		"ok 2 - trial 1 # SKIP void: counters claim 200 frames more than were lost\n"
		"  ---\n"
		"  message: \"void: counters claim 200 frames more than were lost\"\n"
		"  details:\n"
		"    - \"sent 74,404,761, lost 100, unexplained -200\"\n"
		"    - \"send as fast as it goes\"\n"
		"  duration_ms: 5000.000\n"
		"  ...\n");
	/* clang-format on */
	sample_selftest_free(selftest);
}
