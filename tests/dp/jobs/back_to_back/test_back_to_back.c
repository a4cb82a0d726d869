/* SPDX-License-Identifier: BSD-3-Clause */
#include "back_to_back/back_to_back.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "plan/command.h"
#include "port/port.h"

static struct ovr_plan plan;
static struct ovr_series series;
static struct ovr_env_conf env;
static struct ovr_result_back_to_back burst;
static struct ovr_err err;

static void
prepare(const char *const (*option)[2], size_t n, const struct ovr_series_hooks *hooks)
{
	int status;

	ovr_plan_default_for(OVR_PLAN_BURST, &plan);
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(ovr_plan_set(&plan, option[i][0], option[i][1], &err), 0, "%s", err.text);
	cr_assert_eq(ovr_back_to_back_plan_freeze(&plan, &err), 0, "%s", err.text);
	ovr_series_begin(&series, hooks);
	status = ovr_back_to_back_expect(&series, &plan, &env, &err);
	if (status == -ENODEV)
		cr_skip_test("%s", err.text);
	cr_assert_eq(status, 0, "%s", err.text);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_back_to_back_run(&series, &plan, &burst, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
}

/* Nobody reads while frames arrive, so that no stall of this machine can change what is lost. */
Test(back_to_back, the_longest_burst_into_an_unread_ring_is_the_ring)
{
	static const char *const option[][2] = { { "stall", "unread" }, { "rxd", "6" }, { "repeats", "2" },
		{ "burst-max", "9" }, { "drain", "1ms" }, { "line", "1G" } };

	prepare(option, 6, NULL);
	cr_assert_eq(burst.verdict, OVR_VERDICT_PASS, "%s", burst.reason);
	cr_assert_eq(burst.lengths.n, 2);
	cr_assert_eq(burst.lengths.min, 6);
	cr_assert_eq(burst.lengths.max, 6);
	cr_assert_float_eq(burst.buffer.frames, 6, 1e-6);
	cr_assert_eq(burst.throughput_pps, 0);
	cr_assert_float_eq(burst.max_pps, 1488095.238, 0.001);
	cr_assert_eq(burst.n_excluded, 0);
	cr_assert_eq(burst.n_of[OVR_RESULT_BACK_TO_BACK_SOUND], burst.n_trials);
	/* one frame, and twice 4, 6, 7: a trial that leaves its ring full takes a second */
	cr_assert_eq(burst.n_trials, 7);
	cr_assert_eq(burst.trial[0].repeat, 0);
	cr_assert_eq(burst.trial[1].frames, 4);
	cr_assert_eq(burst.trial[3].frames, 7);
	ovr_result_back_to_back_done(&burst);
}

Test(back_to_back, a_search_that_ends_at_its_limit_is_void_at_once)
{
	static const char *const option[][2] = { { "stall", "unread" }, { "rxd", "300" }, { "repeats", "5" },
		{ "burst-max", "1" }, { "drain", "1ms" } };

	prepare(option, 5, NULL);
	cr_assert_eq(burst.verdict, OVR_VERDICT_VOID);
	cr_assert_eq(burst.buffer.fault, OVR_METHOD_BUFFER_AT_LIMIT);
	cr_assert_str_eq(
		burst.reason, "the search ended at its limit: no burst was long enough to lose a frame");
	cr_assert_eq(burst.n_repeats, 1);
	ovr_result_back_to_back_done(&burst);
}

Test(back_to_back, where_nothing_arrives_there_is_no_burst_to_look_for)
{
	static const char *const option[][2] = { { "rx", "wire:1,drop=100%" }, { "drain", "1ms" } };

	prepare(option, 2, NULL);
	cr_assert_eq(burst.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(burst.reason, "a single frame did not arrive: there is no burst to look for");
	cr_assert_eq(burst.n_trials, 3);
	ovr_result_back_to_back_done(&burst);
}

/* The first frame is dropped with seed 1, and not with seed 2. */
Test(back_to_back, a_frame_that_is_sent_again_does_not_meet_the_same_drop)
{
	static const char *const option[][2] = { { "rx", "wire:1,drop=50%" }, { "seed", "1" },
		{ "burst-max", "1" }, { "repeats", "1" }, { "drain", "1ms" } };

	prepare(option, 5, NULL);
	cr_assert_geq(burst.n_trials, 2);
	cr_assert_not(burst.trial[0].is_whole);
	cr_assert(burst.trial[1].is_whole);
	ovr_result_back_to_back_done(&burst);
}

static uint32_t
memory_for(const char *longest)
{
	ovr_plan_default_for(OVR_PLAN_BURST, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "mbufs", "200000", &err), 0);
	cr_assert_eq(ovr_plan_set(&plan, "burst-max", longest, &err), 0);
	cr_assert_eq(ovr_back_to_back_plan_freeze(&plan, &err), 0, "%s", err.text);
	ovr_series_begin(&series, NULL);
	env = (struct ovr_env_conf){ .extra = NULL };
	if (ovr_back_to_back_expect(&series, &plan, &env, &err) == -ENODEV)
		cr_skip_test("%s", err.text);
	return env.memory_mb;
}

Test(back_to_back, memory_is_asked_for_as_the_longest_burst_needs_it)
{
	struct ovr_plan longest;
	uint32_t memory_mb = memory_for("30s");

	cr_assert_eq(memory_mb, ovr_port_memory_mb(&plan.ports, &plan.frames));
	cr_assert_geq(memory_mb, 100);
	memory_mb = memory_for("50000");
	longest = ovr_back_to_back_trial_of(&plan, 50000);
	cr_assert_eq(memory_mb, ovr_port_memory_mb(&longest.ports, &longest.frames));
	cr_assert_lt(memory_mb, memory_for("30s"));
}

Test(back_to_back, a_signal_makes_it_void)
{
	static const char *const option[][2] = { { "drain", "1ms" } };
	atomic_bool stop = true;
	struct ovr_series_hooks hooks = { .stop = &stop };

	prepare(option, 1, &hooks);
	cr_assert_eq(burst.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(burst.reason, "stopped by a signal");
	ovr_result_back_to_back_done(&burst);
}
