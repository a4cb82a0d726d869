/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/advice.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support/advice_sample.h"
#include "support/expect_cases.h"

static struct ovr_result_advice advice;
static struct ovr_cases cases;

Test(advice_cases, the_ring_below_the_recommended_one_may_lose)
{
	advice_sample_ring(&advice);
	ovr_report_advice_cases(&advice, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..5\n"
		"ok 1 - verdict\n"
		"ok 2 - the ring that is recommended: verification 1\n"
		"  ---\n"
		"  message: \"ring 1024: lossless\"\n"
		"  details:\n"
		"    - \"0 frames lost in 0 of 99 stalls that show something, 0 outside them\"\n"
		"  ...\n"
		"ok 3 - the ring below it: verification 1 # SKIP ring 512: disturbed: too few stalls "
		"show something\n"
		"  ---\n"
		"  message: \"ring 512: disturbed: too few stalls show something\"\n"
		"  details:\n"
		"    - \"240 frames lost in 1 of 1 stalls that show something, 0 outside them\"\n"
		"  ...\n"
		"ok 4 - the ring below it: verification 2\n"
		"  ---\n"
		"  message: \"ring 512: lost\"\n"
		"  details:\n"
		"    - \"23,324 frames lost in 98 of 98 stalls that show something, 3 outside them\"\n"
		"  ...\n"
		"ok 5 - trial 1\n"
		"  ---\n"
		"  message: \"sent 0, lost 0, unexplained 0\"\n"
		"  details:\n"
		"    - \"baseline\"\n"
		"  ...\n");
	/* clang-format on */
}

Test(advice_cases, that_no_ring_is_enough_is_a_failure)
{
	advice_sample_overload(&advice);
	ovr_report_advice_cases(&advice, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..2\n"
		"not ok 1 - verdict\n"
		"  ---\n"
		"  message: \"no ring is enough\"\n"
		"  severity: loss\n"
		"  ...\n"
		"ok 2 - trial 1\n"
		"  ---\n"
		"  message: \"sent 0, lost 0, unexplained 0\"\n"
		"  details:\n"
		"    - \"baseline\"\n"
		"  ...\n");
	/* clang-format on */
}

Test(advice_cases, a_recommended_ring_that_lost_fails)
{
	advice_sample_ring(&advice);
	advice.verdict = OVR_VERDICT_LOSS;
	strcpy(advice.reason, "1024 lost frames");
	advice.verification[0].outcome = OVR_RESULT_ADVICE_LOST;
	advice.verification[0].lost = 7;
	advice.verification[0].n_lossy = 2;
	advice.n_verifications = 1;
	advice.n_trials = 0;
	ovr_report_advice_cases(&advice, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..2\n"
		"not ok 1 - verdict\n"
		"  ---\n"
		"  message: \"1024 lost frames\"\n"
		"  severity: loss\n"
		"  ...\n"
		"not ok 2 - the ring that is recommended: verification 1\n"
		"  ---\n"
		"  message: \"ring 1024: lost\"\n"
		"  details:\n"
		"    - \"7 frames lost in 2 of 99 stalls that show something, 0 outside them\"\n"
		"  severity: loss\n"
		"  ...\n");
	/* clang-format on */
}
