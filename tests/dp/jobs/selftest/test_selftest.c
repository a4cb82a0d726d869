/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftest/selftest.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/command.h"

static struct ovr_plan plan;
static struct ovr_series series;
static struct ovr_result_selftest selftest;
static struct ovr_err err;

/* Key and value in turn, NULL at the end. */
#define WITH(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
run_hooked(const struct ovr_series_hooks *hooks, const char *const *with)
{
	struct ovr_env_conf env = { .extra = NULL };
	int status;

	ovr_plan_default_for(OVR_PLAN_SELFTEST, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "time", "60ms", &err), 0, "%s", err.text);
	for (; *with != NULL; with += 2)
		cr_assert_eq(ovr_plan_set(&plan, with[0], with[1], &err), 0, "%s", err.text);
	cr_assert_eq(ovr_selftest_plan_freeze(&plan, &err), 0, "%s", err.text);
	ovr_series_begin(&series, hooks);
	status = ovr_selftest_expect(&series, &plan, &env, &err);
	if (status == -ENODEV)
		cr_skip_test("%s", err.text);
	cr_assert_eq(status, 0, "%s", err.text);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_selftest_run(&series, &plan, &selftest, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
}

static void
run(const char *const *with)
{
	run_hooked(NULL, with);
}

/* Every trial's books balance, whatever the machine was busy with. */
static void
assert_balanced(void)
{
	cr_assert_neq(selftest.verdict, OVR_VERDICT_VOID, "%s", selftest.reason);
	for (uint32_t i = 0; i < selftest.n_trials; i++) {
		const struct ovr_ledger *ledger = &selftest.trial[i].result->ledger;
		const struct ovr_ledger_figures *f = &ledger->figures;

		cr_assert_eq(f->attempted, f->refused + f->sent);
		cr_assert_eq(ledger->lost, (int64_t)(f->sent - f->unique));
		if (selftest.trial[i].purpose != OVR_RESULT_SEND)
			cr_assert_eq(ledger->unexplained, 0);
		cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
	}
}

/* What was answered follows from the trials that are listed. */
static void
assert_follows(void)
{
	const struct ovr_method_sustain_search *search = &selftest.search;
	uint32_t n_rates = 0, n_confirms = 0;
	bool is_confirmed = false;

	for (uint32_t i = 0; i < selftest.n_trials; i++) {
		const struct ovr_result_subtrial *trial = &selftest.trial[i];
		bool is_sustained = ovr_method_sustain_judge(&trial->figures) == OVR_METHOD_SUSTAIN_YES;

		cr_assert_eq(trial->attempt >= 1 && trial->attempt <= 2, true);
		n_rates += trial->purpose == OVR_RESULT_SUSTAIN && trial->attempt == 1;
		n_confirms += trial->purpose == OVR_RESULT_CONFIRM && trial->attempt == 1;
		if (trial->purpose == OVR_RESULT_CONFIRM && is_sustained)
			is_confirmed = trial->intended_pps == search->answer_pps;
	}
	cr_assert_eq(search->n_rates, n_rates);
	cr_assert_eq(search->n_confirms, n_confirms);
	cr_assert_eq(search->answer_pps != 0, is_confirmed);
	cr_assert_eq(selftest.verdict, is_confirmed ? OVR_VERDICT_PASS : OVR_VERDICT_LOSS);
	cr_assert_leq(search->answer_pps, search->limit_pps);
	if (search->missed_pps != 0)
		cr_assert_lt(search->answer_pps, search->missed_pps);
	for (uint32_t i = 0; i < selftest.n_cores; i++) {
		cr_assert_leq(selftest.core[i].stalled_ns, selftest.core[i].monitored_ns);
		cr_assert_eq(selftest.core[i].longest_frames != 0,
			search->answer_pps != 0 && selftest.core[i].longest_ns != 0);
	}
}

static ptrdiff_t
trials_for(enum ovr_result_purpose purpose)
{
	ptrdiff_t n = 0;

	for (uint32_t i = 0; i < selftest.n_trials; i++)
		n += selftest.trial[i].purpose == purpose;
	return n;
}

static const struct ovr_result_subtrial *
first_step(void)
{
	for (uint32_t i = 0; i < selftest.n_trials; i++)
		if (selftest.trial[i].purpose == OVR_RESULT_SUSTAIN)
			return &selftest.trial[i];
	cr_assert_fail("no rate was tried");
	return NULL;
}

Test(selftest, on_the_wire_both_ends_are_measured_apart_and_a_rate_is_searched_for)
{
	run(WITH("seed", "7"));
	assert_balanced();
	assert_follows();
	cr_assert_eq(selftest.trial[0].purpose, OVR_RESULT_SEND);
	cr_assert_eq(
		trials_for(OVR_RESULT_SEND) + trials_for(OVR_RESULT_CHECK), first_step() - selftest.trial);
	cr_assert_eq(trials_for(OVR_RESULT_SATURATION), 0);
	cr_assert_str_eq(selftest.send_port, "vdev:net_null0");
	cr_assert_str_eq(selftest.check_port, "vdev:net_ring0");
	cr_assert_gt(selftest.send_pps, 0);
	cr_assert_gt(selftest.check_pps, 0);
	cr_assert_eq(selftest.n_cores, 2);
	/* one core each: it is the whole */
	cr_assert_float_eq(selftest.core[0].pps, selftest.send_pps, 1e-6 * selftest.send_pps);
	cr_assert_float_eq(selftest.core[1].pps, selftest.check_pps, 1e-6 * selftest.check_pps);
	cr_assert_eq(selftest.line_bps, UINT64_C(400000000000));
	ovr_result_selftest_done(&selftest);
}

Test(selftest, a_slow_line_is_the_limit)
{
	run(WITH("line", "10M", "time", "100ms"));
	assert_balanced();
	assert_follows();
	cr_assert_float_eq(selftest.search.limit_pps, 14880.95, 0.01);
	cr_assert_eq(first_step()->intended_pps, selftest.search.limit_pps);
	ovr_result_selftest_done(&selftest);
}

Test(selftest, queues_that_do_not_pair_are_checked_over_the_wire)
{
	run(WITH("rxq", "2", "line", "1G"));
	assert_balanced();
	assert_follows();
	cr_assert_str_eq(selftest.check_port, "wire:1");
	ovr_result_selftest_done(&selftest);
}

Test(selftest, another_port_is_saturated)
{
	run(WITH("tx", "vdev:net_ring0", "rx", "vdev:net_ring0"));
	assert_balanced();
	assert_follows();
	cr_assert_eq(selftest.trial[0].purpose, OVR_RESULT_SATURATION);
	cr_assert_eq(trials_for(OVR_RESULT_SATURATION), first_step() - selftest.trial);
	cr_assert_gt(selftest.core[0].pps, 0);
	cr_assert_gt(selftest.core[1].pps, 0);
	ovr_result_selftest_done(&selftest);
}

Test(selftest, a_port_on_which_nothing_arrives_ends_with_a_reason_and_without_a_rate)
{
	run(WITH("tx", "vdev:net_null0,no-rx=1", "rx", "vdev:net_null0,no-rx=1"));
	cr_assert_eq(selftest.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(selftest.reason,
		"nothing that vdev:net_null0 sent arrived at vdev:net_null0: nothing is sustained");
	cr_assert_eq(trials_for(OVR_RESULT_SUSTAIN), 0);
	cr_assert_eq(selftest.search.answer_pps, 0);
	ovr_result_selftest_done(&selftest);
}

Test(selftest, a_signal_before_the_first_trial_is_a_void_result)
{
	static const atomic_bool stop = true;
	static const struct ovr_series_hooks hooks = { .stop = &stop };

	run_hooked(&hooks, WITH("line", "1G"));
	cr_assert_eq(selftest.verdict, OVR_VERDICT_VOID);
	cr_assert_eq(strncmp(selftest.reason, "send: stopped by a signal", 25), 0, "%s", selftest.reason);
	cr_assert_eq(selftest.n_trials, 1);
	ovr_result_selftest_done(&selftest);
}

static void
count_trial(void *context, uint32_t number, const char *label)
{
	uint32_t *n = context;
	bool is_end = strncmp(label, "send", 4) == 0 || strncmp(label, "check", 5) == 0;

	cr_assert_eq(number, ++*n);
	cr_assert_eq(strstr(label, " mpps") == NULL, is_end, "%s", label);
}

Test(selftest, every_trial_is_announced)
{
	uint32_t n = 0;
	struct ovr_series_hooks hooks = { .trial = count_trial, .context = &n };

	run_hooked(&hooks, WITH("line", "100M"));
	cr_assert_eq(n, selftest.n_trials);
	ovr_result_selftest_done(&selftest);
}
