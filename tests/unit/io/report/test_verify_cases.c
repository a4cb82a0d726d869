/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/verify.h"

#include <criterion/criterion.h>

#include "support/expect_cases.h"
#include "support/verify_sample.h"

static struct ovr_result_verify verify;
static struct ovr_cases cases;

Test(verify_cases, the_verdict_says_what_each_counter_is_worth)
{
	verify_sample_told(&verify);
	ovr_report_verify_cases(&verify, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..3\n"
		"ok 1 - verdict\n"
		"  ---\n"
		"  message: \"counter rx_pause of madeup: elsewhere\"\n"
		"  details:\n"
		"    - \"counter rx_errors of madeup: always zero\"\n"
		"    - \"counter rx_discards of madeup: wrong\"\n"
		"    - \"counter rx3_drops of madeup: exact\"\n"
		"    - \"counter rx_no_buffer of madeup: late\"\n"
		"  ...\n"
		"ok 2 - trial 1\n"
		"  ---\n"
		"  message: \"sent 0, lost 628, unexplained 0\"\n"
		"  details:\n"
		"    - \"an unread ring\"\n"
		"  ...\n"
		"ok 3 - trial 2\n"
		"  ---\n"
		"  message: \"sent 0, lost 2,256, unexplained 0\"\n"
		"  details:\n"
		"    - \"an unread ring\"\n"
		"  ...\n");
	/* clang-format on */
}

Test(verify_cases, that_no_counter_tells_is_a_failure)
{
	verify_sample_none(&verify);
	ovr_report_verify_cases(&verify, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..3\n"
		"not ok 1 - verdict\n"
		"  ---\n"
		"  message: \"no counter tells the frames that were lost\"\n"
		"  details:\n"
		"    - \"counter rx_pause of madeup: elsewhere\"\n"
		"    - \"counter rx_errors of madeup: always zero\"\n"
		"    - \"counter rx_discards of madeup: wrong\"\n"
		"  severity: loss\n"
		"  ...\n"
		"ok 2 - trial 1\n"
		"  ---\n"
		"  message: \"sent 0, lost 628, unexplained 0\"\n"
		"  details:\n"
		"    - \"an unread ring\"\n"
		"  ...\n"
		"ok 3 - trial 2\n"
		"  ---\n"
		"  message: \"sent 0, lost 2,256, unexplained 0\"\n"
		"  details:\n"
		"    - \"an unread ring\"\n"
		"  ...\n");
	/* clang-format on */
}
