/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/report.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support/expect_cases.h"
#include "support/result_sample.h"

static struct ovr_cases cases;

Test(run_cases, a_loss_is_a_failure_of_its_check_and_names_its_owner)
{
	struct ovr_result *result = sample_loss();

	ovr_report_cases(result, &cases);
	/* clang-format off: a literal per line */
	expect_junit(&cases,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites>\n"
		"  <testsuite name=\"overrun run\" package=\"overrun\" id=\"0\" hostname=\"localhost\" "
		"tests=\"5\" failures=\"2\" errors=\"0\" skipped=\"0\" time=\"5.100\" "
		"timestamp=\"2025-01-31T12:00:00\">\n"
		"    <properties>\n"
		"      <property name=\"version\" value=\"0.1.0\"/>\n"
		"      <property name=\"command\" value=\"overrun run --window 65536 --seed 7\"/>\n"
		"      <property name=\"tx\" value=\"wire:0\"/>\n"
		"      <property name=\"rx\" value=\"wire:1\"/>\n"
		"      <property name=\"seed\" value=\"7\"/>\n"
		"      <property name=\"verdict\" value=\"loss\"/>\n"
		"      <property name=\"dpdk\" value=\"DPDK 22.11.5\"/>\n"
		"      <property name=\"kernel\" value=\"Linux 6.1.0\"/>\n"
		"      <property name=\"cpu\" value=\"Two cores\"/>\n"
		"    </properties>\n"
		"    <testcase classname=\"overrun.run\" name=\"verdict\" time=\"5.100\">\n"
		"      <failure message=\"lost 192,884 of 74,404,761 frames: 0.259 % is above the limit "
		"of 0 %\" type=\"loss\">lost 192,884 of 74,404,761 frames: 0.259 % is above the limit of "
		"0 %</failure>\n"
		"    </testcase>\n"
		"    <testcase classname=\"overrun.run\" name=\"nothing disturbed the trial\" "
		"time=\"0.000\"/>\n"
		"    <testcase classname=\"overrun.run\" name=\"the books balance\" time=\"0.000\"/>\n"
		"    <testcase classname=\"overrun.run\" name=\"sent at the planned rate\" "
		"time=\"0.000\"/>\n"
		"    <testcase classname=\"overrun.run\" name=\"loss within the limit\" time=\"0.000\">\n"
		"      <failure message=\"lost 192,884 of 74,404,761 frames: 0.259 % is above the limit "
		"of 0 %\" type=\"loss\">lost 192,884 of 74,404,761 frames: 0.259 % is above the limit of "
		"0 %\n"
		"rx.ring of wire:1 queue 0: 192,884 frames (rx_q0_missed of wire): 11 stalls of core 1 "
		"(mostly preempted), 0.09–2.84 ms; ring buffer time 68.8 µs</failure>\n"
		"    </testcase>\n"
		"    <system-out>the books balance: sent 74,404,761 = unique 74,211,877 + lost 192,884; "
		"explained 192,884, unexplained 0\n"
		"sent at the planned rate: attempted 74,404,761 of 74,404,761 scheduled frames, 14.88 "
		"Mpps planned, tolerance 5.000 %\n"
		"</system-out>\n"
		"    <system-err/>\n"
		"  </testsuite>\n"
		"</testsuites>\n");
	/* clang-format on */
	sample_free(result);
}

Test(run_cases, what_passes_says_its_figures)
{
	struct ovr_result *result = sample_pass();

	ovr_report_cases(result, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..5\n"
		"ok 1 - verdict\n"
		"  ---\n"
		"  duration_ms: 5100.000\n"
		"  ...\n"
		"ok 2 - nothing disturbed the trial\n"
		"ok 3 - the books balance\n"
		"  ---\n"
		"  message: \"sent 74,404,761 = unique 74,404,761 + lost 0; explained 0, unexplained 0\"\n"
		"  ...\n"
		"ok 4 - sent at the planned rate\n"
		"  ---\n"
		"  message: \"attempted 74,404,761 of 74,404,761 scheduled frames, 14.88 Mpps planned, "
		"tolerance 5.000 %\"\n"
		"  ...\n"
		"ok 5 - loss within the limit\n"
		"  ---\n"
		"  message: \"lost 0 of 74,404,761 frames, limit 0 %\"\n"
		"  ...\n");
	/* clang-format on */
	sample_free(result);
}

Test(run_cases, each_reason_of_a_void_trial_is_an_error_of_its_own_check)
{
	struct ovr_result *result = sample_void();

	ovr_report_cases(result, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..5\n"
		"not ok 1 - verdict # void\n"
		"  ---\n"
		"  message: \"counters claim 200 frames more than were lost\"\n"
		"  details:\n"
		"    - \"the sender attempted 74,404,761 of 80,000,000 scheduled frames: the shortfall "
		"of 6.994 % is above the tolerance of 5 %\"\n"
		"  severity: void\n"
		"  duration_ms: 5100.000\n"
		"  ...\n"
		"ok 2 - nothing disturbed the trial\n"
		"not ok 3 - the books balance # void\n"
		"  ---\n"
		"  message: \"counters claim 200 frames more than were lost\"\n"
		"  details:\n"
		"    - \"rx.ring of wire:1 queue 0: 300 frames (rx_q0_missed of wire): no loss period to "
		"match with stalls of core 1; ring buffer time 68.8 µs\"\n"
		"    - \"unexplained: -200 frames: counters claim more than was lost\"\n"
		"  severity: void\n"
		"  ...\n"
		"not ok 4 - sent at the planned rate # void\n"
		"  ---\n"
		"  message: \"the sender attempted 74,404,761 of 80,000,000 scheduled frames: the "
		"shortfall of 6.994 % is above the tolerance of 5 %\"\n"
		"  severity: void\n"
		"  ...\n"
		"ok 5 - loss within the limit # SKIP not judged: the trial is void\n"
		"  ---\n"
		"  message: \"not judged: the trial is void\"\n"
		"  ...\n");
	/* clang-format on */
	sample_free(result);
}

Test(run_cases, a_doubtful_account_is_a_range)
{
	struct ovr_result *result = sample_ranges();

	ovr_report_cases(result, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..5\n"
		"not ok 1 - verdict\n"
		"  ---\n"
		"  message: \"lost 1,000 of 74,404,761 frames: 0.0013 % is above the limit of 0 %\"\n"
		"  severity: loss\n"
		"  duration_ms: 5100.000\n"
		"  ...\n"
		"ok 2 - nothing disturbed the trial\n"
		"ok 3 - the books balance\n"
		"  ---\n"
		"  message: \"sent 74,404,761 = unique 74,403,761 + lost 1,000; explained 1,000, "
		"unexplained 0\"\n"
		"  ...\n"
		"ok 4 - sent at the planned rate\n"
		"  ---\n"
		"  message: \"attempted 74,404,761 of 74,404,761 scheduled frames, 14.88 Mpps planned, "
		"tolerance 5.000 %\"\n"
		"  ...\n"
		"not ok 5 - loss within the limit\n"
		"  ---\n"
		"  message: \"lost 1,000 of 74,404,761 frames: 0.0013 % is above the limit of 0 %\"\n"
		"  details:\n"
		"    - \"rx.ring of wire:1 queue 0: 0 to 600 frames (rx_q0_missed of wire): no loss "
		"period to match with stalls of core 1; ring buffer time 68.8 µs\"\n"
		"    - \"path: 400 to 1,000 frames (remainder of ledger): no counter of ours saw them: "
		"lost between the ports\"\n"
		"  severity: loss\n"
		"  ...\n");
	/* clang-format on */
	sample_free(result);
}

Test(run_cases, what_disturbed_a_trial_is_no_matter_of_its_books)
{
	struct ovr_result *result = sample_pass();

	ovr_ledger_void(&result->ledger, "stopped by a signal after 0.100 s");
	ovr_report_cases(result, &cases);
	cr_assert_eq(cases.n, 5);
	cr_expect_eq(cases.item[0].outcome, OVR_CASE_VOID);
	cr_expect_str_eq(cases.item[1].name, "nothing disturbed the trial");
	cr_expect_eq(cases.item[1].outcome, OVR_CASE_VOID);
	cr_expect_str_eq(cases.item[1].text, "stopped by a signal after 0.100 s");
	cr_expect_eq(cases.item[2].outcome, OVR_CASE_PASS);
	cr_expect_eq(cases.item[3].outcome, OVR_CASE_PASS);
	cr_expect_eq(cases.item[4].outcome, OVR_CASE_ASIDE);
	ovr_cases_done(&cases);
	sample_free(result);
}
