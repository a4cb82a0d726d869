/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/cases.h"

#include <criterion/criterion.h>

static struct ovr_cases cases;
static struct ovr_plan plan;
static const struct ovr_result_environment environment;

static void
begin(void)
{
	ovr_plan_default(&plan);
	ovr_cases_begin(&cases, &plan, &environment);
}

static void
end(void)
{
	ovr_cases_done(&cases);
}

TestSuite(cases, .init = begin, .fini = end);

Test(cases, the_verdict_is_the_first_case_and_has_its_outcome)
{
	ovr_cases_verdict(&cases, OVR_VERDICT_LOSS, 5, "lost 1 of 2 frames");
	cr_assert_eq(cases.n, 1);
	cr_expect_str_eq(cases.item[0].name, "verdict");
	cr_expect_str_eq(cases.item[0].text, "lost 1 of 2 frames");
	cr_expect_eq(cases.item[0].outcome, OVR_CASE_LOSS);
	cr_expect_eq(cases.item[0].ns, 5);
	cr_expect_eq(cases.verdict, OVR_VERDICT_LOSS);
}

Test(cases, a_verdict_without_a_reason_has_no_text)
{
	ovr_cases_verdict(&cases, OVR_VERDICT_PASS, 0, "");
	cr_expect_eq(cases.item[0].outcome, OVR_CASE_PASS);
	cr_expect_null(cases.item[0].text);
}

Test(cases, what_is_said_is_of_the_last_case)
{
	ovr_cases_add(&cases, OVR_CASE_PASS, 1, "one %d", 1);
	ovr_cases_add(&cases, OVR_CASE_VOID, 2, "two");
	ovr_cases_say(&cases, "a %s", "line");
	ovr_cases_say(&cases, "another");
	cr_expect_str_eq(cases.item[0].name, "one 1");
	cr_expect_null(cases.item[0].text);
	cr_expect_str_eq(cases.item[1].text, "a line\nanother");
}

Test(cases, outcomes_are_counted_and_times_are_added)
{
	ovr_cases_add(&cases, OVR_CASE_PASS, 1, "a");
	ovr_cases_add(&cases, OVR_CASE_ASIDE, 2, "b");
	ovr_cases_add(&cases, OVR_CASE_PASS, 4, "c");
	cr_expect_eq(ovr_cases_n_of(&cases, OVR_CASE_PASS), 2);
	cr_expect_eq(ovr_cases_n_of(&cases, OVR_CASE_ASIDE), 1);
	cr_expect_eq(ovr_cases_n_of(&cases, OVR_CASE_VOID), 0);
	cr_expect_eq(ovr_cases_ns(&cases), 7);
}

Test(cases, a_trial_that_loses_on_purpose_passes_and_a_void_one_is_skipped)
{
	struct ovr_result_summary summary = { .sent = 1000, .lost = 10, .duration_ns = 3 };

	summary.verdict = OVR_VERDICT_LOSS;
	ovr_cases_trial(&cases, &summary, "trial %u", 1u);
	summary.verdict = OVR_VERDICT_VOID;
	ovr_cases_trial(&cases, &summary, "trial %u", 2u);
	cr_expect_eq(cases.item[0].outcome, OVR_CASE_PASS);
	cr_expect_str_eq(cases.item[0].text, "sent 1,000, lost 10, unexplained 0");
	cr_expect_eq(cases.item[0].ns, 3);
	cr_expect_eq(cases.item[1].outcome, OVR_CASE_ASIDE);
	cr_expect_str_eq(cases.item[1].text, "void\nsent 1,000, lost 10, unexplained 0");
}
