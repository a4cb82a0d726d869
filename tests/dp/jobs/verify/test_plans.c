/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/plans.h"

#include <criterion/criterion.h>
#include <errno.h>

#include "plan/command.h"

#define MS UINT64_C(1000000)
#define S  (1000 * MS)

static struct ovr_plan plan;
static struct ovr_err err;
static bool is_settled;

/* A plan with options, up to a NULL. */
static int
freeze(const char *const *options)
{
	ovr_plan_default_for(OVR_PLAN_RING_VERIFY, &plan);
	for (; options[0] != NULL; options += 2)
		cr_assert_eq(ovr_plan_set(&plan, options[0], options[1], &err), 0, "%s", err.text);
	return ovr_verify_plan_freeze(&plan, &err);
}

#define FREEZE(...) freeze((const char *const[]){ __VA_ARGS__, NULL })

static struct ovr_plan
trial(uint32_t index)
{
	return ovr_verify_trial_of(&plan, index, &is_settled);
}

static void
expect_held(uint64_t length_ns, uint64_t third_ns, uint64_t fourth_ns)
{
	struct ovr_plan third = trial(2), fourth = trial(3);

	cr_assert_eq(
		third.receiver.stall.length_ns, length_ns, "%ju", (uintmax_t)third.receiver.stall.length_ns);
	cr_assert_eq(third.receiver.stall.period_ns, 2 * length_ns);
	cr_assert_eq(third.load.time_ns, third_ns, "%ju", (uintmax_t)third.load.time_ns);
	cr_assert_eq(fourth.receiver.stall.length_ns, length_ns);
	cr_assert_eq(fourth.load.time_ns, fourth_ns, "%ju", (uintmax_t)fourth.load.time_ns);
	cr_assert(third.load.count == 0 && fourth.load.count == 0);
}

Test(plans, unread_rings_are_filled_three_and_five_times_and_some_frames_more)
{
	cr_assert_eq(FREEZE("rxd", "256"), 0, "%s", err.text);
	cr_assert_eq(trial(0).load.count, 1268);
	cr_assert_eq(trial(1).load.count, 3280);
	cr_assert(trial(0).receiver.stall.unread && trial(1).receiver.stall.unread &&
		trial(0).load.time_ns == 0);
}

/* 256 descriptors last for 2.56 ms at 100,000 frames/s. */
Test(plans, a_small_ring_is_held_for_50_ms)
{
	cr_assert_eq(FREEZE("rxd", "256"), 0, "%s", err.text);
	expect_held(50 * MS, 175 * MS, 275 * MS);
}

/* 8,192 descriptors last for 81.92 ms at 100,000 frames/s. */
Test(plans, a_large_ring_is_held_for_three_times_its_buffer_time)
{
	cr_assert_eq(FREEZE("rxd", "8192"), 0, "%s", err.text);
	expect_held(245760000, 860160000, 1351680000);
	cr_assert_eq(FREEZE("rxd", "2048", "rxq", "4"), 0, "%s", err.text);
	expect_held(245760000, 860160000, 1351680000);
}

Test(plans, at_a_low_rate_a_ring_is_held_for_longer)
{
	cr_assert_eq(FREEZE("rate", "5kpps"), 0, "%s", err.text);
	expect_held(153600000, 537600000, 844800000);
}

/*
 * Asked for 14.88 million frames/s, a sender may do 250,000. 65,536 of these last for 262.144 ms.
 */
Test(plans, a_share_of_the_line_is_of_its_speed_and_taken_for_no_more_than_any_sender_does)
{
	cr_assert_eq(FREEZE("rate", "100%"), 0, "%s", err.text);
	expect_held(50 * MS, 175 * MS, 275 * MS);
	cr_assert_eq(FREEZE("rate", "100%", "rxd", "65536"), 0, "%s", err.text);
	expect_held(786432000, 2752512000, 4325376000);
	/* 1 % of 1 Gb/s: 14,880.95 frames of 64 bytes a second */
	cr_assert_eq(FREEZE("rate", "1%", "rx", "wire:1,speed=1G", "rxd", "1024"), 0, "%s", err.text);
	cr_assert_eq(trial(2).receiver.stall.length_ns / MS, 206);
}

Test(plans, a_share_of_a_line_whose_speed_nobody_knows_is_refused)
{
	cr_assert_eq(FREEZE("tx", "netdev:a", "rx", "netdev:b", "rate", "95%"), -EINVAL);
	cr_assert_str_eq(err.text,
		"rate: found 95% of a line whose speed the plan does not say, accepted: a rate in frames or "
		"bits per second, or the line's speed as well (line)");
	cr_assert_eq(
		FREEZE("tx", "netdev:a", "rx", "netdev:b", "rate", "95%", "line", "10G"), 0, "%s", err.text);
}

/* Five times 256 slots and 2,000 frames, 10 a second. */
Test(plans, a_rate_that_would_take_for_ever_is_refused)
{
	cr_assert_eq(FREEZE("rate", "10pps"), -ERANGE);
	cr_assert_str_eq(err.text,
		"rate: found 10pps, with which a trial that overflows rings of 1 x 256 takes 422 s, "
		"accepted: "
		"a higher rate or smaller rings, so that it takes 60.0 s at most");
	cr_assert_eq(FREEZE("rate", "80pps"), 0, "%s", err.text);
}

Test(plans, what_stands_in_a_ring_has_arrived_however_long_it_stood_there)
{
	cr_assert_eq(FREEZE("rate", "80pps"), 0, "%s", err.text);
	/* 3,280 frames take 41 s, and counters are read 1 s later */
	cr_assert_eq(trial(1).receiver.tmax_ns, 41 * S + 1 * S + 10 * S);
	cr_assert_eq(FREEZE("rate", "80pps", "tmax", "1h"), 0, "%s", err.text);
	cr_assert_eq(trial(1).receiver.tmax_ns, 3600 * S);
}

Test(plans, every_other_trial_reads_its_counters_after_the_long_settling_time)
{
	cr_assert_eq(FREEZE("settle", "20ms"), 0, "%s", err.text);
	for (uint32_t i = 0; i < 4; i++) {
		cr_assert_eq(trial(i).trial.settle_ns, i % 2 == 0 ? 20 * MS : 1 * S);
		cr_assert_eq(is_settled, i % 2 != 0);
	}
	cr_assert_eq(FREEZE("settle", "100ms"), 0, "%s", err.text);
	cr_assert_eq(ovr_verify_settle_ns(plan.trial.settle_ns), 5 * S);
}
