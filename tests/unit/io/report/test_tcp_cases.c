/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/tcp.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support/expect_cases.h"

static struct ovr_result_tcp result;
static struct ovr_segments_connection connection;
static struct ovr_cases cases;

/* One connection with 1,000 records; 61 segments were lost. */
static void
begin(void)
{
	ovr_plan_default(&result.plan);
	connection = (struct ovr_segments_connection){
		.state = OVR_SEGMENTS_ESTABLISHED,
		.is_accepted = true,
		.sender = { .segs_out = 1063, .segs_in = 501, .data_segs_out = 1061, .total_retrans = 61 },
		.receiver = { .segs_out = 500, .segs_in = 1002, .data_segs_in = 1000 },
		.records_written = 1000,
		.records_read = 1000,
	};
	result.connection = &connection;
	result.n_connections = 1;
	result.half_open.is_known = true;
	result.total_ns = 1500000000;
	result.begin_unix_ns = UINT64_C(1738324800000000000);
	ovr_result_tcp_close(&result);
}

TestSuite(tcp_cases, .init = begin);

Test(tcp_cases, segments_that_were_lost_fail_their_check_alone)
{
	ovr_report_tcp_cases(&result, &cases);
	cr_expect_str_eq(cases.environment.overrun_version, OVR_VERSION);
	cr_expect_str_eq(cases.environment.started_utc, "2025-01-31T12:00:00.000Z");
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..4\n"
		"not ok 1 - verdict\n"
		"  ---\n"
		"  message: \"61 of 1,564 segments were lost on the way\"\n"
		"  severity: loss\n"
		"  duration_ms: 1500.000\n"
		"  ...\n"
		"ok 2 - every connection is established\n"
		"  ---\n"
		"  message: \"1 of 1 connections were established, 1 accepted\"\n"
		"  ...\n"
		"ok 3 - every record is delivered\n"
		"  ---\n"
		"  message: \"1,000 of 1,000 records were read, 0 arrived damaged\"\n"
		"  ...\n"
		"not ok 4 - loss of segments within the limit\n"
		"  ---\n"
		"  message: \"lost 61 of 1,564 segments on the way, 0 dropped by the receiver's TCP, limit 0 "
		"%\"\n"
		"  severity: loss\n"
		"  ...\n");
	/* clang-format on */
}

Test(tcp_cases, a_loss_within_the_limit_fails_nothing)
{
	result.plan.trial.max_loss_ppb = 100000000;
	ovr_result_tcp_close(&result);
	ovr_report_tcp_cases(&result, &cases);
	cr_expect_eq(cases.verdict, OVR_VERDICT_PASS);
	cr_expect_eq(ovr_cases_n_of(&cases, OVR_CASE_PASS), 4);
	ovr_cases_done(&cases);
}

Test(tcp_cases, of_a_void_trial_nothing_is_judged)
{
	ovr_segments_judge(&result.books, OVR_VERDICT_VOID, "stopped by a signal");
	ovr_report_tcp_cases(&result, &cases);
	cr_expect_eq(ovr_cases_n_of(&cases, OVR_CASE_VOID), 1);
	cr_expect_eq(ovr_cases_n_of(&cases, OVR_CASE_ASIDE), 3);
	ovr_cases_done(&cases);
}
