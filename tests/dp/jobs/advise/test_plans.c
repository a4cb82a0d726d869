/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/plans.h"

#include <criterion/criterion.h>
#include <errno.h>

#include "plan/command.h"

static struct ovr_plan plan, trial;
static struct ovr_err err;

static void
begin(void)
{
	ovr_plan_default_for(OVR_PLAN_ADVISE, &plan);
}

static void
set(const char *key, const char *text)
{
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
}

static void
freeze(void)
{
	cr_assert_eq(ovr_advise_plan_freeze(&plan, &err), 0, "%s", err.text);
}

static void
refused(const char *sentence)
{
	cr_assert_eq(ovr_advise_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text, sentence);
}

Test(plans, what_was_frozen_is_taken_again, .init = begin)
{
	freeze();
	cr_assert_eq(plan.ports.mbufs, 0);
	freeze();
}

Test(plans, the_baseline_is_the_load_as_asked_with_the_largest_ring, .init = begin)
{
	set("rate", "1mpps");
	set("stall", "500us/10ms");
	set("baseline", "7s");
	freeze();
	cr_assert_eq(ovr_advise_ring_limit(&plan.ports), 65536);
	cr_assert_eq(ovr_advise_plan_baseline(&plan, 65536, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.command, OVR_PLAN_RUN);
	cr_assert_eq(trial.ports.rxd, 65536);
	cr_assert_eq(trial.load.time_ns, 7000000000);
	cr_assert_eq(trial.load.rate.value, 1000000000);
	cr_assert_eq(trial.receiver.stall.length_ns, 500000);
	cr_assert_geq(trial.ports.mbufs, 65536);
}

Test(plans, the_saturation_trial_is_all_of_a_known_line_without_stalls_and_with_the_service, .init = begin)
{
	set("rate", "1mpps");
	set("stall", "500us/10ms");
	set("service", "2mpps");
	freeze();
	cr_assert_eq(ovr_advise_plan_saturation(&plan, 65536, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_LINE);
	cr_assert_eq(trial.load.rate.value, 1000000);
	cr_assert_eq(trial.receiver.stall.length_ns, 0);
	cr_assert_eq(trial.receiver.service.value, 2000000000);
	cr_assert_eq(trial.ports.rxd, 1024);
	cr_assert_eq(trial.load.time_ns, 1000000000);
}

Test(plans, a_line_of_unknown_speed_is_saturated_at_a_rate_that_no_core_reaches, .init = begin)
{
	set("tx", "netdev:ovr0a");
	set("rx", "netdev:ovr0b");
	set("rate", "100kpps");
	freeze();
	cr_assert_eq(ovr_advise_ring_limit(&plan.ports), 2048);
	cr_assert_eq(ovr_advise_plan_saturation(&plan, 512, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_PPS);
	cr_assert_eq(trial.load.rate.value, 1000000000000);
	cr_assert_eq(trial.ports.rxd, 512);
}

Test(plans, a_packet_sockets_ring_is_no_af_xdp_ring, .init = begin)
{
	set("tx", "netdev:ovr0a");
	set("rx", "netdev:ovr0b,mode=af_packet");
	freeze();
	cr_assert_eq(ovr_advise_ring_limit(&plan.ports), 32768);
}

Test(plans, a_verification_has_the_stalls_of_the_answer_and_time_for_eight_of_them, .init = begin)
{
	struct ovr_method_advice advice = { .verification_stall_ns = 750000,
		.verification_period_ns = 200000000 };

	set("rate", "1mpps");
	set("seed", "5");
	freeze();
	cr_assert_eq(ovr_advise_plan_verification(&plan, &advice, 1024, 2, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.ports.rxd, 1024);
	cr_assert_eq(trial.receiver.stall.length_ns, 750000);
	cr_assert_eq(trial.receiver.stall.period_ns, 200000000);
	cr_assert_eq(trial.load.time_ns, 1800000000);
	cr_assert_eq(trial.trial.seed, 7);
	advice.verification_period_ns = 10000000;
	cr_assert_eq(ovr_advise_plan_verification(&plan, &advice, 1024, 1, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.load.time_ns, 1000000000);
}

Test(plans, a_verification_of_a_profile_with_jitter_has_all_its_stalls_and_none_closer_than_the_answer_says,
	.init = begin)
{
	struct ovr_method_advice advice = { .verification_stall_ns = 750000,
		.verification_period_ns = 200000000 };

	set("rate", "1mpps");
	set("stall", "500us/10ms,jitter=40%");
	freeze();
	cr_assert_eq(ovr_advise_plan_verification(&plan, &advice, 1024, 1, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.receiver.stall.jitter_ppb, 0);
	cr_assert_eq(trial.receiver.stall.period_ns, 200000000);
	cr_assert_eq(trial.load.time_ns, 1800000000);
	/* the baseline has it */
	cr_assert_eq(ovr_advise_plan_baseline(&plan, 65536, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.receiver.stall.jitter_ppb, 400000000);
}

Test(plans, one_interface_both_ways_has_one_size_of_ring, .init = begin)
{
	set("tx", "netdev:ovr0b");
	set("rx", "netdev:ovr0b");
	freeze();
	cr_assert_eq(ovr_advise_plan_baseline(&plan, 4096, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.ports.txd, 4096);
}

Test(plans, the_other_end_of_a_wire_sends, .init = begin)
{
	set("rx", "wire:0");
	freeze();
	cr_assert_str_eq(plan.ports.tx.text, "wire:1");
}

Test(plans, an_interface_needs_to_be_told_who_sends, .init = begin)
{
	set("rx", "netdev:ovr0b");
	refused("tx: found wire:0 for netdev:ovr0b, accepted: the port that sends to it, as in --tx "
		"netdev:eth1");
}

Test(plans, what_cannot_be_sized_for_is_refused, .init = begin)
{
	set("stall", "unread");
	refused("stall: found unread for ring advise, accepted: none, or a length and a period, as in "
		"200us/10ms");
}

Test(plans, a_profile_to_cover_must_be_there, .init = begin)
{
	set("cover", "injected");
	refused("cover: found injected without a --stall, accepted: all, or a profile to size for, as in "
		"--stall "
		"200us/10ms");
}

Test(plans, the_ring_is_not_asked_for, .init = begin)
{
	set("rxd", "512");
	refused("rxd: found 512 for ring advise, accepted: 1024, its default, since the ring is what is "
		"recommended");
}

Test(plans, trials_have_an_end, .init = begin)
{
	set("time", "none");
	refused("time: found none for ring advise, accepted: a length of each trial, as in 1s");
}
