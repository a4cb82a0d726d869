/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/verify.h"

#include <criterion/criterion.h>
#include <errno.h>
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

/* What the wire's ring loses stands in rx_q0_missed; the device of rings that carries it counts nothing. */
Test(verify, the_counter_of_the_wire_is_exact_and_that_of_its_device_always_zero)
{
	int status;

	ovr_plan_default_for(OVR_PLAN_RING_VERIFY, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "rxd", "64", &err), 0);
	cr_assert_eq(ovr_verify_plan_freeze(&plan, &err), 0, "%s", err.text);
	ovr_series_begin(&series, NULL);
	status = ovr_verify_env(&plan, &series, &env, &err);
	if (status == -ENODEV)
		cr_skip_test("%s", err.text);
	cr_assert_eq(status, 0, "%s", err.text);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_verify_run(&plan, &series, &verify, &err), 0, "%s", err.text);
	ovr_env_stop();
	cr_assert_eq(verify.verdict, OVR_VERDICT_PASS, "%s", verify.reason);
	cr_assert_eq(verify.n_trials, 4);
	/* 3 · 64 + 500 and 5 · 64 + 2,000 frames into 64 slots */
	cr_assert_eq(verify.trial[0].digest.lost, 628);
	cr_assert_eq(verify.trial[1].digest.lost, 2256);
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

Test(verify, trials_differ_in_how_much_is_lost_and_when_counters_are_read)
{
	bool is_settled[4];
	uint64_t count[4];

	ovr_plan_default_for(OVR_PLAN_RING_VERIFY, &plan);
	cr_assert_eq(ovr_verify_plan_freeze(&plan, &err), 0, "%s", err.text);
	for (uint32_t i = 0; i < 4; i++)
		count[i] = ovr_verify_trial_of(&plan, i, &is_settled[i]).count;
	cr_assert(count[0] == 1268 && count[1] == 3280 && count[2] == 15120 && count[3] == 20240);
	cr_assert(!is_settled[0] && is_settled[1] && !is_settled[2] && is_settled[3]);
	cr_assert_eq(ovr_verify_settle_ns(&plan), 1000000000);
	plan.settle_ns = 100000000;
	cr_assert_eq(ovr_verify_settle_ns(&plan), 5000000000);
}
