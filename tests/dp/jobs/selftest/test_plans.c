/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftest/plans.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/units.h"
#include "plan/command.h"

static struct ovr_plan plan, trial;
static struct ovr_err err;

static void
set(const char *key, const char *text)
{
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
}

static void
begin(void)
{
	ovr_plan_default_for(OVR_PLAN_SELFTEST, &plan);
}

static void
freeze(void)
{
	cr_assert_eq(ovr_selftest_plan_freeze(&plan, &err), 0, "%s", err.text);
}

TestSuite(plans, .init = begin);

Test(plans, trials_are_short_unless_asked_for_otherwise)
{
	freeze();
	cr_assert_eq(plan.load.time_ns, 250000000);
	cr_assert_eq(plan.trial.warmup_ns, 10000000);
	set("time", "1s");
	freeze();
	cr_assert_eq(plan.load.time_ns, 1000000000);
}

/* Key, a value that is not its default. */
static const char *const no_options[][2] = {
	{ "path", "dut" },
	{ "rate", "5mpps" },
	{ "shape", "poisson" },
	{ "count", "1000" },
	{ "on-full", "wait" },
	{ "catch-up", "true" },
	{ "stall", "1ms/10ms" },
	{ "service", "5mpps" },
	{ "max-loss", "1%" },
	{ "rate-tolerance", "1%" },
	{ "trial-id", "0x7" },
	{ "csv", "series.csv" },
	{ "capture", "loss.pcap" },
	{ "capture-frames", "7" },
};

Test(plans, an_option_that_makes_no_sense_is_refused_by_its_name)
{
	for (size_t i = 0; i < sizeof(no_options) / sizeof(no_options[0]); i++) {
		struct ovr_plan before;
		size_t n = strlen(no_options[i][0]);

		begin();
		set(no_options[i][0], no_options[i][1]);
		before = plan;
		cr_assert_eq(ovr_selftest_plan_freeze(&plan, &err), -EINVAL, "%s", no_options[i][0]);
		cr_assert_eq(strncmp(err.text, no_options[i][0], n), 0, "%s", err.text);
		cr_assert_eq(err.text[n], ':', "%s", err.text);
		cr_assert_eq(memcmp(&before, &plan, sizeof(plan)), 0);
		cr_assert_not(ovr_plan_takes(OVR_PLAN_SELFTEST, ovr_plan_row_of(no_options[i][0])));
	}
	cr_assert(ovr_plan_takes(OVR_PLAN_SELFTEST, ovr_plan_row_of("size")));
	cr_assert(ovr_plan_takes(OVR_PLAN_SELFTEST, ovr_plan_row_of("time")));
}

Test(plans, a_refusal_says_what_was_found_what_is_accepted_and_why)
{
	set("rate", "5mpps");
	cr_assert_eq(ovr_selftest_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"rate: found 5mpps for a selftest, accepted: 100%, its default, since the rate is what a "
		"selftest looks for");
}

Test(plans, a_wire_that_impairs_is_refused)
{
	set("rx", "wire:1,drop=1%");
	cr_assert_eq(ovr_selftest_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_eq(strncmp(err.text, "rx: found a wire that impairs (drop=1%)", 39), 0, "%s", err.text);
	begin();
	set("rx", "wire:1,speed=40G");
	freeze();
}

Test(plans, what_is_sent_goes_to_a_device_that_throws_it_away_at_a_thousand_mpps_for_each_core)
{
	set("cores", "tx=0,rx=1,wire=2");
	set("size", "128");
	freeze();
	cr_assert_eq(ovr_selftest_plan_send(&plan, 2, &trial, &err), 0, "%s", err.text);
	cr_assert_str_eq(trial.ports.tx.text, "vdev:net_null0,no-rx=1");
	cr_assert_str_eq(trial.ports.rx.text, "vdev:net_null0,no-rx=1");
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_PPS);
	cr_assert_eq(trial.load.rate.value, UINT64_C(2000000000000));
	cr_assert_eq(trial.host.cores.tx.n_cpus, 1);
	cr_assert_eq(trial.host.cores.wire.n_cpus, 0);
	cr_assert_eq(ovr_mix_max(&trial.frames.size), 128);
	cr_assert_eq(trial.trial.tolerance_ppb, 1000000000);
	cr_assert_eq(trial.trial.max_loss_ppb, 1000000000);
}

Test(plans, devices_are_those_of_the_host_that_has_the_ports)
{
	set("rx", "host:127.0.0.1/wire:1");
	freeze();
	cr_assert_eq(ovr_selftest_plan_send(&plan, 1, &trial, &err), 0, "%s", err.text);
	cr_expect_str_eq(trial.ports.tx.text, "host:127.0.0.1:5205/vdev:net_null0,no-rx=1");
	cr_expect_str_eq(trial.ports.rx.host, plan.ports.rx.host);
	cr_assert_eq(ovr_selftest_plan_check(&plan, 1, 2, &trial, &err), 0, "%s", err.text);
	cr_expect_str_eq(trial.ports.tx.text, "host:127.0.0.1:5205/vdev:net_ring0");
	cr_expect_str_eq(trial.ports.rx.text, trial.ports.tx.text);
}

Test(plans, several_senders_are_refused)
{
	set("tx", "host:127.0.0.1:5206/udp:127.0.0.1:9,host:127.0.0.1:5207/udp:127.0.0.1:9");
	set("rx", "udp:127.0.0.1:9");
	cr_assert_eq(ovr_selftest_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"tx: found 2 senders for a selftest, accepted: one, since cores of several machines have no "
		"rate in common");
}

Test(plans, what_is_checked_comes_over_bare_rings_where_the_queues_pair_and_there_are_enough)
{
	set("rxd", "64");
	set("txd", "64");
	freeze();
	cr_assert_eq(ovr_selftest_plan_check(&plan, 1, 2, &trial, &err), 0, "%s", err.text);
	cr_assert_str_eq(trial.ports.tx.text, "vdev:net_ring0");
	/* the ring that is there, and the pool for it */
	cr_assert_eq(trial.ports.rxd, 1024);
	cr_assert_geq(trial.ports.mbufs, ovr_plan_mbufs_needed(&trial));
	begin();
	set("rxq", "3");
	set("txq", "3");
	freeze();
	cr_assert_eq(ovr_selftest_plan_check(&plan, 1, 2, &trial, &err), 0, "%s", err.text);
	cr_assert_str_eq(trial.ports.tx.text, "vdev:net_ring0");
}

Test(plans, else_it_comes_over_the_fastest_wire)
{
	set("rxq", "2");
	freeze();
	cr_assert_eq(ovr_selftest_plan_check(&plan, 1, 2, &trial, &err), 0, "%s", err.text);
	cr_assert_str_eq(trial.ports.tx.text, "wire:0");
	cr_assert_eq(trial.ports.line_bps, UINT64_C(400000000000));
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_LINE);
	cr_assert_eq(trial.load.rate.value, 1000000);
	/* four queues on both sides, but rings for three */
	begin();
	set("rxq", "4");
	set("txq", "4");
	freeze();
	cr_assert_eq(ovr_selftest_plan_check(&plan, 1, 2, &trial, &err), 0, "%s", err.text);
	cr_assert_str_eq(trial.ports.tx.text, "wire:0");
}

Test(plans, a_rate_is_tried_on_an_ample_line_unless_the_user_named_one)
{
	freeze();
	cr_assert_eq(ovr_selftest_line_bps(&plan.ports), UINT64_C(400000000000));
	cr_assert_eq(ovr_selftest_plan_sustain(&plan, 21.5e6, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.ports.line_bps, UINT64_C(400000000000));
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_PPS);
	cr_assert_eq(trial.load.rate.value, UINT64_C(21500000000));

	set("tx", "wire:0,speed=25G");
	freeze();
	cr_assert_eq(ovr_selftest_line_bps(&plan.ports), UINT64_C(25000000000));
	cr_assert_eq(ovr_selftest_plan_sustain(&plan, 21.5e6, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.ports.line_bps, 0);

	begin();
	set("line", "10G");
	freeze();
	cr_assert_eq(ovr_selftest_line_bps(&plan.ports), UINT64_C(10000000000));
	cr_assert_eq(ovr_selftest_plan_saturation(&plan, 1, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.ports.line_bps, UINT64_C(10000000000));
}

Test(plans, another_port_is_saturated_with_more_than_it_takes_unless_its_line_is_known)
{
	set("tx", "netdev:eth1");
	set("rx", "netdev:eth2");
	freeze();
	cr_assert_eq(ovr_selftest_line_bps(&plan.ports), 0);
	cr_assert_eq(ovr_selftest_plan_saturation(&plan, 1, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_PPS);
	cr_assert_eq(trial.load.rate.value, UINT64_C(1000000000000));
	set("line", "10G");
	freeze();
	cr_assert_eq(ovr_selftest_plan_saturation(&plan, 1, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.load.rate.unit, OVR_RATE_LINE);
	cr_assert_eq(trial.load.rate.value, 1000000);
}

Test(plans, no_more_is_asked_for_than_a_plan_takes)
{
	freeze();
	cr_assert_eq(ovr_selftest_plan_send(&plan, 32, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.load.rate.value, UINT64_C(10000000000000));
}
