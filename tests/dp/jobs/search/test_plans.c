/* SPDX-License-Identifier: BSD-3-Clause */
#include "search/plans.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "plan/command.h"

#define MS UINT64_C(1000000)
#define S  (1000 * MS)

static struct ovr_plan plan, size, trial;
static struct ovr_err err;

static void
set(const char *key, const char *text)
{
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
}

static void
begin(void)
{
	ovr_plan_default_for(OVR_PLAN_SEARCH, &plan);
}

static void
freeze(void)
{
	cr_assert_eq(ovr_search_plan_freeze(&plan, &err), 0, "%s", err.text);
}

static void
assert_refused(const char *sentence)
{
	struct ovr_plan before = plan;

	cr_assert_eq(ovr_search_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_eq(memcmp(&plan, &before, sizeof(plan)), 0);
}

TestSuite(plans, .init = begin);

Test(plans, what_is_left_open_follows_from_the_length_of_a_trial)
{
	struct ovr_method_goal goal;

	freeze();
	goal = ovr_search_goal_of(&plan, 1);
	cr_assert_eq(goal.final_ns, 1 * S);
	cr_assert_eq(goal.sum_ns, 21 * S);
	cr_assert_eq(goal.initial_ns, 1 * S);
	cr_assert_float_eq(goal.loss_ratio, 0.005, 1e-12);
	cr_assert_float_eq(goal.exceed_ratio, 0.5, 1e-12);
	cr_assert_float_eq(goal.width_ratio, 0.005, 1e-12);
	set("time", "100ms");
	goal = ovr_search_goal_of(&plan, 0);
	cr_assert_eq(goal.sum_ns, 2100 * MS);
	cr_assert_eq(goal.initial_ns, 100 * MS);
	set("time", "60s");
	goal = ovr_search_goal_of(&plan, 0);
	cr_assert_eq(goal.sum_ns, 60 * S);
	cr_assert_eq(goal.initial_ns, 1 * S);
}

Test(plans, a_saturation_trial_asks_for_all_that_the_line_takes)
{
	freeze();
	ovr_search_plan_of_size(&plan, 0, &size);
	cr_assert_eq(ovr_search_plan_saturation(&size, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.command, OVR_PLAN_RUN);
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_LINE);
	cr_assert_eq(trial.load.rate.value, 1000000);
	cr_assert_eq(trial.load.time_ns, 1 * S);
	cr_assert_eq(trial.trial.max_loss_ppb, 1000000000);
	cr_assert_eq(trial.trial.tolerance_ppb, 1000000000);
}

Test(plans, a_saturation_trial_asks_for_more_than_any_core_does_where_no_line_is_known)
{
	set("tx", "vdev:net_null0");
	set("rx", "vdev:net_null0");
	freeze();
	ovr_search_plan_of_size(&plan, 0, &size);
	cr_assert_eq(ovr_search_plan_saturation(&size, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_PPS);
	cr_assert_eq(trial.load.rate.value, UINT64_C(10000000000000));
}

Test(plans, a_saturation_trial_asks_for_no_more_than_the_highest_rate)
{
	set("max-rate", "3mpps");
	set("time", "60s");
	freeze();
	ovr_search_plan_of_size(&plan, 0, &size);
	cr_assert_eq(ovr_search_plan_saturation(&size, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.load.rate.value, UINT64_C(3000000000));
	cr_assert_eq(trial.load.time_ns, 1 * S);
}

Test(plans, a_trial_has_a_load_and_a_length)
{
	freeze();
	ovr_search_plan_of_size(&plan, 0, &size);
	cr_assert_eq(ovr_search_plan_trial(&size, 1234567.891, 500 * MS, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_PPS);
	cr_assert_eq(trial.load.rate.value, 1234567891);
	cr_assert_eq(trial.load.time_ns, 500 * MS);
}

Test(plans, each_size_has_a_plan_of_its_own)
{
	set("sizes", "64,1518,imix");
	freeze();
	cr_assert_eq(ovr_search_plan_sizes(&plan.sizes), 3);
	ovr_search_plan_of_size(&plan, 1, &size);
	cr_assert_str_eq(size.frames.size.text, "1518");
	ovr_search_plan_of_size(&plan, 2, &size);
	cr_assert_eq(size.frames.size.n_sizes, 3);
}

Test(plans, a_rate_in_percent_needs_a_line)
{
	struct ovr_rate half = { .unit = OVR_RATE_LINE, .value = 500000 };

	freeze();
	ovr_search_plan_of_size(&plan, 0, &size);
	cr_assert_float_eq(
		ovr_search_pps_of(&size.frames.size, &half, UINT64_C(10000000000)), 7440476.19, 0.01);
	cr_assert_eq(ovr_search_pps_of(&size.frames.size, &half, 0), 0);
}

Test(plans, a_range_without_a_load_is_refused)
{
	set("min-rate", "3mpps");
	set("max-rate", "2mpps");
	assert_refused(
		"min-rate: found 3mpps, above --max-rate 2mpps, so that there is no load to try, accepted: "
		"at most that");
	set("max-rate", "3mpps");
	freeze();
}

Test(plans, more_than_the_line_takes_is_refused)
{
	set("max-rate", "20mpps");
	cr_assert_eq(ovr_search_plan_freeze(&plan, &err), -ERANGE);
	cr_assert_str_eq(err.text,
		"max-rate: rate: found 20mpps, more than a 10G line carries of frames of 64 "
		"bytes, accepted: up to 14.88095238mpps");
}

Test(plans, times_that_do_not_go_together_are_refused)
{
	set("initial-time", "2s");
	assert_refused("initial-time: found 2s, accepted: at most --time, 1s");
	begin();
	set("sum-time", "500ms");
	assert_refused("sum-time: found 500ms, accepted: at least --time, 1s");
	begin();
	set("search-time", "500ms");
	assert_refused("search-time: found 500ms, in which no trial of --time 1s ends, accepted: more");
	begin();
	set("time", "none");
	assert_refused("time: found no length of a trial for a search, accepted: a time, as in 1s");
}

Test(plans, what_another_algorithm_has_is_refused)
{
	set("step", "5%");
	assert_refused("step: found 5% for another algorithm, accepted: with --algorithm curve");
	set("algorithm", "curve");
	freeze();
	begin();
	set("attempts", "3");
	assert_refused("attempts: found 3 for another algorithm, accepted: with --algorithm binary");
	set("algorithm", "binary");
	freeze();
	set("exceed", "20%");
	assert_refused("exceed: found 20% for another algorithm, accepted: with --algorithm mlr");
}

Test(plans, sizes_and_a_size_are_not_taken_together)
{
	set("sizes", "64,128");
	set("size", "512");
	assert_refused("sizes: found beside --size 512, accepted: one of both");
}

Test(plans, what_a_search_decides_itself_is_refused)
{
	set("rate", "5mpps");
	assert_refused("rate: found 5mpps for a search, accepted: 100%, its default, since the load is what "
		       "a search "
		       "looks for, from --min-rate to --max-rate");
}
