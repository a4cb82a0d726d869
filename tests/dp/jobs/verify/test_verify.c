/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/verify.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <rte_ethdev.h>
#include <string.h>

#include "plan/command.h"

static struct ovr_plan plan;
static struct ovr_series series;
static struct ovr_env_conf env;
static struct ovr_result_verify verify;
static struct ovr_err err;

static const struct ovr_result_verify_counter *
counter_of(const char *name, int32_t queue)
{
	for (uint32_t i = 0; i < verify.n_counters; i++)
		if (strcmp(verify.counter[i].counter, name) == 0 && verify.counter[i].queue == queue)
			return &verify.counter[i];
	cr_assert_fail("no counter %s of queue %d", name, queue);
	return NULL;
}

/*
 * What the wire's ring loses stands in rx_q0_missed; the device of rings that carries it counts
 * nothing.
 */
Test(verify, the_counter_of_the_wire_is_exact_and_that_of_its_device_always_zero)
{
	int status;

	ovr_plan_default_for(OVR_PLAN_RING_VERIFY, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "rxd", "64", &err), 0);
	cr_assert_eq(ovr_verify_plan_freeze(&plan, &err), 0, "%s", err.text);
	ovr_series_begin(&series, NULL);
	status = ovr_verify_expect(&series, &plan, &env, &err);
	if (status == -ENODEV)
		cr_skip_test("%s", err.text);
	cr_assert_eq(status, 0, "%s", err.text);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_verify_run(&series, &plan, &verify, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
	cr_assert_eq(verify.verdict, OVR_VERDICT_PASS, "%s", verify.reason);
	cr_assert_eq(verify.n_trials, 4);
	/* 3 · 64 + 500 and 5 · 64 + 2,000 frames into 64 slots */
	cr_assert_eq(verify.trial[0].summary.lost, 628);
	cr_assert_eq(verify.trial[1].summary.lost, 2256);
	/* held for 50 ms: any sender that runs at all fills so small a ring meanwhile */
	cr_assert_gt(verify.trial[2].summary.lost, 0);
	cr_assert_gt(verify.trial[3].summary.lost, 0);
	cr_assert_eq(counter_of("rx_q0_missed", 0)->truth.worth, OVR_NIC_WORTH_EXACT);
	cr_assert_eq(counter_of("rx_q0_missed", 0)->trial[1].counted, 2256);
	cr_assert_eq(counter_of("rx_missed_errors", -1)->truth.worth, OVR_NIC_WORTH_ZERO);
	cr_assert_str_eq(counter_of("rx_missed_errors", -1)->source, "ethdev");
}

Test(verify, a_wire_that_impairs_is_refused)
{
	ovr_plan_default_for(OVR_PLAN_RING_VERIFY, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "rx", "wire:1,drop=1%", &err), 0);
	cr_assert_eq(ovr_verify_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"rx: found a wire that impairs (drop=1%) for a verification of counters, accepted: one with "
		"a speed "
		"at most, since only the ring is to lose frames");
}

static unsigned int n_begun;

static void
begin_trial(void *context, uint32_t number, const char *label)
{
	(void)context;
	(void)number;
	(void)label;
	n_begun++;
}

/* Once frames are sent, in each trial. */
static void
take_the_link_down(void *context, const struct ovr_live_reading *reading)
{
	(void)context;
	if (reading->counts.tx[0].sent != 0)
		rte_eth_dev_set_link_down(1);
}

Test(verify, a_trial_whose_link_goes_is_made_again_and_then_the_verification_is_void)
{
	static const struct ovr_series_hooks hooks = { .trial = begin_trial, .live = take_the_link_down };
	int status;

	ovr_plan_default_for(OVR_PLAN_RING_VERIFY, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "rxd", "64", &err), 0);
	cr_assert_eq(ovr_plan_set(&plan, "rate", "2kpps", &err), 0);
	cr_assert_eq(ovr_verify_plan_freeze(&plan, &err), 0, "%s", err.text);
	/* no verification has a time series; how often the hook is called is of no account to it */
	plan.trial.interval_ns = 20000000;
	ovr_series_begin(&series, &hooks);
	status = ovr_verify_expect(&series, &plan, &env, &err);
	if (status == -ENODEV)
		cr_skip_test("%s", err.text);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_verify_run(&series, &plan, &verify, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
	cr_assert_eq(n_begun, 2);
	cr_assert_eq(verify.n_trials, 1);
	cr_assert_eq(verify.trial[0].summary.attempt, 2);
	cr_assert_eq(verify.verdict, OVR_VERDICT_VOID);
	cr_assert_not_null(
		strstr(verify.reason, "trial 1 (an unread ring) is void: the link of wire:1 changed from up"),
		"%s", verify.reason);
	cr_assert_eq(counter_of("rx_q0_missed", 0)->truth.worth, OVR_NIC_WORTH_UNTRIED);
}
