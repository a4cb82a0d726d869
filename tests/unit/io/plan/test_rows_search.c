/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plan/command.h"

static struct ovr_plan plan;
static struct ovr_err err;

static void
begin(void)
{
	ovr_plan_default_for(OVR_PLAN_SEARCH, &plan);
}

TestSuite(rows_search, .init = begin);

static const char *
printed(const char *key)
{
	static char text[OVR_PLAN_VALUE_BYTES];
	const struct ovr_plan_row *row = ovr_plan_row_of(key);

	return row->print(row, &plan, text, sizeof(text));
}

static void
assert_read_back(const char *key, const char *text, const char *canonical)
{
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
	cr_assert_str_eq(printed(key), canonical);
	cr_assert_eq(ovr_plan_set(&plan, key, canonical, &err), 0, "%s", err.text);
	cr_assert_str_eq(printed(key), canonical);
}

static void
assert_refused(const char *key, const char *text, int status, const char *sentence)
{
	char before[OVR_PLAN_VALUE_BYTES];

	snprintf(before, sizeof(before), "%s", printed(key));
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), status, "%s is not refused", text);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_str_eq(printed(key), before);
}

Test(rows_search, its_defaults_are_those_of_mlrsearch_with_two_goals)
{
	cr_assert_str_eq(printed("algorithm"), "mlr");
	cr_assert_str_eq(printed("goals"), "ndr,pdr");
	cr_assert_eq(plan.load.time_ns, 1000000000);
	cr_assert_eq(plan.search.goals.loss_ppb[0], 0);
	cr_assert_eq(plan.search.goals.loss_ppb[1], 5000000);
	cr_assert_eq(plan.search.exceed_ppb, 500000000);
	cr_assert_eq(plan.search.width_ppb, 5000000);
	cr_assert_eq(plan.repetition.attempts, 2);
}

Test(rows_search, goals_are_words_or_ratios)
{
	assert_read_back("goals", "0%,0.5%,0.1%", "ndr,pdr,0.1%");
	cr_assert_eq(plan.search.goals.n_goals, 3);
	cr_assert_eq(plan.search.goals.loss_ppb[2], 1000000);
	assert_refused("goals", "ndr,0%", -EINVAL,
		"goals: found the loss ratio of 0% twice, accepted: every one once");
	assert_refused("goals", "ndr,,pdr", -EINVAL,
		"goals: found \"ndr,,pdr\", accepted: one to 4 of ndr, pdr or a loss ratio, as in "
		"ndr,pdr,0.1%");
	assert_refused("goals", "1%,2%,3%,4%,5%", -EINVAL,
		"goals: found \"1%,2%,3%,4%,5%\", accepted: one to 4 of ndr, pdr or a loss ratio, as in "
		"ndr,pdr,0.1%");
	cr_assert_neq(ovr_plan_set(&plan, "goals", "none", &err), 0);
}

Test(rows_search, sizes_are_a_list_or_that_of_rfc_2544)
{
	assert_read_back("sizes", "64,imix,aaafg", "64,imix,aaafg");
	cr_assert_eq(plan.sizes.n, 3);
	assert_read_back("sizes", "rfc2544", "64,128,256,512,1024,1280,1518");
	assert_read_back("sizes", "auto", "auto");
	assert_refused("sizes", "64,128,64", -EINVAL, "sizes: found 64 twice, accepted: each value once");
	cr_assert_neq(ovr_plan_set(&plan, "sizes", "64,,128", &err), 0);
	cr_assert_neq(ovr_plan_set(&plan, "sizes", "63", &err), 0);
	cr_assert_neq(ovr_plan_set(&plan, "sizes", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", &err), 0);
}

Test(rows_search, a_width_and_a_step_have_bounds)
{
	assert_read_back("width", "0.50%", "0.5%");
	assert_refused("width", "0%", -ERANGE, "width: found \"0%\", accepted: 0.001% to 50%");
	assert_read_back("step", "5%", "5%");
	assert_refused("step", "11%", -ERANGE, "step: found \"11%\", accepted: 0.1% to 10%");
	assert_refused("exceed", "100%", -ERANGE, "exceed: found \"100%\", accepted: 0% to 99%");
}

Test(rows_search, what_is_left_open_is_a_word)
{
	cr_assert_str_eq(printed("min-rate"), "auto");
	assert_read_back("min-rate", "10kpps", "10kpps");
	assert_read_back("max-rate", "95%", "95%");
	assert_read_back("max-rate", "auto", "auto");
	cr_assert_eq(plan.search.max_rate.value, 0);
	assert_read_back("retry-loss", "100", "100");
	assert_read_back("retry-loss", "any", "any");
	cr_assert_eq(plan.search.retry_loss, UINT64_MAX);
	assert_read_back("sum-time", "21s", "21s");
	assert_read_back("initial-time", "auto", "auto");
}

Test(rows_search, no_other_command_has_them)
{
	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_set(&plan, "goals", "ndr", &err), -ENOENT);
	cr_assert_str_eq(err.text, "goals: found ndr for a run, accepted: for search");
}
