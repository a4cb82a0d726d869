/* SPDX-License-Identifier: BSD-3-Clause */
#include "back_to_back/plans.h"

#include <criterion/criterion.h>
#include <errno.h>

#include "plan/command.h"

static struct ovr_plan plan, trial;
static struct ovr_err err;

static void
set(const char *key, const char *text)
{
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
}

static void
freeze(void)
{
	cr_assert_eq(ovr_back_to_back_plan_freeze(&plan, &err), 0, "%s", err.text);
}

Test(plans, without_options_it_follows_the_rfcs)
{
	ovr_plan_default_for(OVR_PLAN_BURST, &plan);
	freeze();
	cr_assert_eq(plan.repetition.repeats, 50);
	cr_assert_eq(plan.back_to_back.step_frames, 1);
	cr_assert_eq(plan.repetition.attempts, 1);
	cr_assert_eq(plan.trial.drain_ns, 2000000000);
	cr_assert_eq(plan.trial.warmup_ns, 0);
}

Test(plans, a_trial_is_one_burst_that_any_loss_leaves_sound)
{
	ovr_plan_default_for(OVR_PLAN_BURST, &plan);
	freeze();
	trial = ovr_back_to_back_trial_of(&plan, 777);
	cr_assert_eq(trial.command, OVR_PLAN_RUN);
	cr_assert_eq(trial.load.count, 777);
	cr_assert_eq(trial.load.time_ns, 0);
	cr_assert_eq(trial.trial.max_loss_ppb, 1000000000);
	cr_assert_eq(trial.trial.tolerance_ppb, 1000000000);
	cr_assert(ovr_plan_mbufs_needed(&plan) <= trial.ports.mbufs);
	cr_assert_leq(trial.ports.mbufs, ovr_plan_mbufs_needed(&plan) + 777);
}

Test(plans, a_wire_makes_the_gaps_itself_and_a_socket_is_sent_to_at_the_lines_pace)
{
	ovr_plan_default_for(OVR_PLAN_BURST, &plan);
	freeze();
	trial = ovr_back_to_back_trial_of(&plan, 1);
	cr_assert(ovr_back_to_back_is_ahead(&plan.ports));
	cr_assert(trial.load.catch_up);
	cr_assert_eq(trial.load.on_full, OVR_ON_FULL_WAIT);
	cr_assert_eq(trial.load.rate.value, UINT64_C(10000000000000));
	ovr_plan_default_for(OVR_PLAN_BURST, &plan);
	set("tx", "netdev:veth0");
	set("rx", "netdev:veth1");
	freeze();
	trial = ovr_back_to_back_trial_of(&plan, 1);
	cr_assert_not(ovr_back_to_back_is_ahead(&plan.ports));
	cr_assert_not(trial.load.catch_up);
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_LINE);
	cr_assert_eq(trial.load.rate.value, 1000000);
}

Test(plans, the_limit_is_a_time_or_a_number_of_frames)
{
	struct ovr_method_back_to_back_goal goal;

	ovr_plan_default_for(OVR_PLAN_BURST, &plan);
	set("burst-max", "30s");
	goal = ovr_back_to_back_goal_of(&plan.back_to_back, plan.repetition.attempts, 10e9 / 672);
	cr_assert_eq(goal.limit_frames, 446428571);
	set("burst-max", "5k");
	set("burst-step", "16");
	set("attempts", "3");
	goal = ovr_back_to_back_goal_of(&plan.back_to_back, plan.repetition.attempts, 10e9 / 672);
	cr_assert_eq(goal.limit_frames, 5000);
	cr_assert_eq(goal.step_frames, 16);
	cr_assert_eq(goal.attempts, 3);
	set("burst-max", "1ns");
	cr_assert_eq(ovr_back_to_back_goal_of(&plan.back_to_back, plan.repetition.attempts, 10e9 / 672)
			     .limit_frames,
		1);
}

static void
refuse(const char *key, const char *text, const char *sentence)
{
	ovr_plan_default_for(OVR_PLAN_BURST, &plan);
	if (ovr_plan_set(&plan, key, text, &err) == 0)
		cr_assert_neq(ovr_back_to_back_plan_freeze(&plan, &err), 0, "%s %s", key, text);
	cr_assert_str_eq(err.text, sentence);
}

Test(plans, what_makes_no_sense_is_refused_with_one_sentence)
{
	refuse("size", "64,128",
		"size: found 64,128, accepted for a burst search: one size, since a mix has no shortest gap "
		"(RFC "
		"9004 section 5)");
	refuse("rate", "5mpps",
		"rate: found 5mpps for a burst search, accepted: 100%, its default, since a burst goes at "
		"line rate");
	refuse("time", "1s",
		"time: found 1s for a burst search, accepted: auto, its default, since a burst is as long as "
		"the "
		"search asks for");
	refuse("burst-max", "31s",
		"burst-max: found \"31s\", accepted: a time of up to 30s, or a number of frames");
	refuse("burst-max", "0s",
		"burst-max: found \"0s\", accepted: a time of up to 30s, or a number of frames");
	refuse("repeats", "0", "repeats: found \"0\", accepted: 1 to 1000");
}
