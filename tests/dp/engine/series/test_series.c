/* SPDX-License-Identifier: BSD-3-Clause */
#include "series/series.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "trial_run.h"

static struct trial_run few, many;
static struct ovr_series series;
static struct ovr_env_conf env;
static struct ovr_result result;
static struct ovr_result_summary summary;
static struct ovr_err err;

static void
expect(const struct ovr_plan *plan)
{
	int status = ovr_series_expect(&series, plan, &env, &err);

	if (status == -ENODEV)
		cr_skip_test("%s", err.text);
	cr_assert_eq(status, 0, "%s", err.text);
}

static uint16_t
most_on_a_cpu(void)
{
	uint16_t most = 0;

	for (uint16_t i = 0; i < env.n_workers; i++) {
		uint16_t n = 0;

		for (uint16_t j = 0; j < env.n_workers; j++)
			n += env.cpu[j] == env.cpu[i];
		most = n > most ? n : most;
	}
	return most;
}

Test(series, eal_is_made_for_the_largest_of_the_plans)
{
	uint32_t memory_mb;

	trial_plan(&few, WITH("rxd", "256"));
	trial_plan(&many, WITH("rxd", "65536", "rxq", "4"));
	ovr_series_begin(&series, NULL);
	expect(&many.plan);
	memory_mb = env.memory_mb;
	memset(&env, 0, sizeof(env));
	expect(&few.plan);
	cr_assert_lt(env.memory_mb, memory_mb);
	expect(&many.plan);
	cr_assert_eq(env.memory_mb, memory_mb);
	expect(&few.plan);
	cr_assert_eq(env.memory_mb, memory_mb);
	cr_assert_eq(most_on_a_cpu(), 1, "the same CPU twice is one worker's, in one plan after the other");
}

static void
run_unread(const struct ovr_plan *plan, int64_t lost, uint32_t number)
{
	cr_assert_eq(ovr_series_trial(&series, plan, "unread", &result, &summary, &err), 0, "%s", err.text);
	cr_assert_eq(summary.number, number);
	cr_assert_eq(summary.attempt, 1);
	cr_assert_str_eq(summary.label, "unread");
	cr_assert_eq(summary.sent, 2000);
	cr_assert_eq(summary.lost, lost);
	cr_assert_eq((int64_t)summary.frames_at[OVR_PLACE_RX_RING], lost);
	cr_assert_eq(summary.unexplained, 0);
	cr_assert_eq(summary.lost, result.ledger.lost);
	cr_assert_str_eq(summary.stall, "unread");
	ovr_result_done(&result);
}

/* Rings, queues and workers change from trial to trial; the books of each are its own. */
Test(series, each_trial_has_rings_and_books_of_its_own)
{
	trial_plan(&few, WITH("rxd", "512", "count", "2000", "stall", "unread"));
	trial_plan(&many, WITH("rxd", "128", "rxq", "2", "streams", "2", "count", "2000", "stall", "unread"));
	ovr_series_begin(&series, NULL);
	expect(&few.plan);
	expect(&many.plan);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	run_unread(&few.plan, 1488, 1);
	/* two rings of 128 */
	run_unread(&many.plan, 1744, 2);
	run_unread(&few.plan, 1488, 3);
	cr_assert_gt(strlen(series.environment.dpdk_version), 0);
	cr_expect_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
}

static void
run_kept(const struct ovr_plan *plan, uint32_t n_opened, uint32_t n_changed)
{
	cr_assert_eq(ovr_series_trial(&series, plan, "kept", &result, &summary, &err), 0, "%s", err.text);
	cr_expect_eq(summary.sent, 2000);
	cr_expect_eq(summary.lost, 0);
	cr_expect_eq(summary.frames_at[OVR_PLACE_RX_RING], 0);
	cr_expect_eq(result.ledger.figures.stale, 0);
	cr_expect_eq(series.session.n_opened, n_opened, "opened %u times, not %u", series.session.n_opened,
		n_opened);
	cr_expect_eq(series.session.n_changed, n_changed, "changed %u times, not %u",
		series.session.n_changed, n_changed);
	ovr_result_done(&result);
}

/* A device that sends to itself, and that has another ring only where a trial asks for one. */
Test(series, ports_stay_open_while_their_rings_and_queues_stay)
{
	static struct trial_run other, large;

	trial_plan(&few, WITH("tx", "vdev:net_ring0", "rx", "vdev:net_ring0", "rxd", "256", "count", "2000"));
	trial_plan(&many,
		WITH("tx", "vdev:net_ring0", "rx", "vdev:net_ring0", "rxd", "256", "count", "2000", "seed",
			"9", "rate", "50kpps"));
	trial_plan(
		&other, WITH("tx", "vdev:net_ring0", "rx", "vdev:net_ring0", "rxd", "512", "count", "2000"));
	trial_plan(&large,
		WITH("tx", "vdev:net_ring0", "rx", "vdev:net_ring0", "rxd", "256", "count", "2000", "size",
			"1518"));
	ovr_series_begin(&series, NULL);
	expect(&few.plan);
	expect(&other.plan);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	run_kept(&few.plan, 1, 0);
	run_kept(&few.plan, 1, 0);
	run_kept(&many.plan, 1, 0);
	run_kept(&other.plan, 1, 1);
	run_kept(&few.plan, 1, 2);
	run_kept(&large.plan, 1, 3);
	/* an MTU that is larger than it need be stays */
	run_kept(&few.plan, 1, 3);
	cr_assert_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	run_kept(&few.plan, 2, 3);
	cr_assert_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
}

/*
 * A wire is what it is for: with another seed its impairments are others, with another ring it is
 * another.
 */
Test(series, a_wire_stays_only_for_trials_like_its_own)
{
	trial_plan(&few, WITH("count", "2000", "seed", "1"));
	trial_plan(&many, WITH("count", "2000", "seed", "2", "rxd", "4096"));
	ovr_series_begin(&series, NULL);
	expect(&few.plan);
	expect(&many.plan);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	run_kept(&few.plan, 1, 0);
	few.plan.trial.seed = 7;
	run_kept(&few.plan, 1, 0);
	run_kept(&many.plan, 2, 0);
	cr_assert_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	trial_plan(&few, WITH("rx", "wire:1,dup=0.1%", "count", "2000"));
	run_kept(&few.plan, 3, 0);
	few.plan.trial.seed = 7;
	run_kept(&few.plan, 4, 0);
	cr_assert_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
}

Test(series, a_signal_is_known)
{
	atomic_bool stop = true;
	struct ovr_series_hooks hooks = { .stop = &stop };

	ovr_series_begin(&series, NULL);
	cr_assert_not(ovr_series_is_stopped(&series));
	ovr_series_begin(&series, &hooks);
	cr_assert(ovr_series_is_stopped(&series));
	atomic_store(&stop, false);
	cr_assert_not(ovr_series_is_stopped(&series));
}

Test(series, each_trial_has_a_seed_of_its_own_where_that_is_asked_for)
{
	trial_plan(&few, WITH("rxd", "512", "count", "100", "seed", "40"));
	ovr_series_begin(&series, NULL);
	expect(&few.plan);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	for (uint64_t i = 0; i < 4; i++) {
		static const uint64_t seed[] = { 40, 40, 42, 43 };

		series.varies_seed = i >= 2;
		cr_assert_eq(ovr_series_trial(&series, &few.plan, "seeded", &result, &summary, &err), 0, "%s",
			err.text);
		cr_expect_eq(summary.seed, seed[i], "trial %u: seed %u", (unsigned int)i,
			(unsigned int)summary.seed);
		cr_expect_gt(series.spent_ns, result.plan.trial.drain_ns);
		ovr_result_done(&result);
	}
	cr_assert_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
}

Test(series, void_trials_in_a_row_are_counted)
{
	atomic_bool stop = true;
	struct ovr_series_hooks hooks = { .stop = &stop };

	trial_plan(&few, WITH("rxd", "512", "time", "20ms"));
	ovr_series_begin(&series, &hooks);
	expect(&few.plan);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	for (uint32_t i = 0; i < 3; i++) {
		static const uint32_t n_voids[] = { 1, 2, 3 };

		cr_assert_eq(ovr_series_trial(&series, &few.plan, ovr_series_label(&series, "the %u.", i),
				     &result, &summary, &err),
			0, "%s", err.text);
		cr_expect_eq(series.n_voids, n_voids[i]);
		ovr_result_done(&result);
	}
	cr_expect_str_eq(summary.label, "the 2.");
	atomic_store(&stop, false);
	trial_plan(&few, WITH("rxd", "512", "count", "100", "rate-tolerance", "100%"));
	cr_assert_eq(
		ovr_series_trial(&series, &few.plan, "sound", &result, &summary, &err), 0, "%s", err.text);
	cr_expect_eq(series.n_voids, 0);
	cr_expect_str_eq(series.label, "sound");
	ovr_result_done(&result);
	cr_assert_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
}

Test(series, what_ended_it_first_holds)
{
	enum ovr_ledger_verdict verdict = OVR_VERDICT_PASS;
	char reason[8] = "none";

	ovr_series_begin(&series, NULL);
	cr_assert_not(ovr_series_take_end(&series, &verdict, reason, sizeof(reason)));
	cr_expect_eq(verdict, OVR_VERDICT_PASS);
	cr_expect_str_eq(reason, "none");
	ovr_series_end(&series, OVR_VERDICT_LOSS, "%d of %d", 3, 4);
	ovr_series_end(&series, OVR_VERDICT_VOID, "later");
	cr_expect(series.is_over);
	cr_assert(ovr_series_take_end(&series, &verdict, reason, sizeof(reason)));
	cr_expect_eq(verdict, OVR_VERDICT_LOSS);
	cr_expect_str_eq(reason, "3 of 4");
}

Test(series, a_signal_ends_it_void)
{
	atomic_bool stop = false;
	struct ovr_series_hooks hooks = { .stop = &stop };

	ovr_series_begin(&series, &hooks);
	cr_expect_not(ovr_series_end_by_signal(&series, "search"));
	cr_expect_not(series.is_over);
	atomic_store(&stop, true);
	cr_expect(ovr_series_end_by_signal(&series, "search"));
	cr_expect_eq(series.verdict, OVR_VERDICT_VOID);
	cr_expect_str_eq(series.reason, "search: stopped by a signal");
	ovr_series_begin(&series, &hooks);
	cr_expect(ovr_series_end_by_signal(&series, NULL));
	cr_expect_str_eq(series.reason, "stopped by a signal");
}

/* Somebody who runs trials elsewhere: what he was asked for. */
struct elsewhere {
	uint32_t n_expected, n_trials, n_closed;
	uint64_t seed;
	const atomic_bool *stop;
};

static int
expect_elsewhere(void *context, const struct ovr_plan *plan, struct ovr_env_conf *conf, struct ovr_err *error)
{
	struct elsewhere *elsewhere = context;

	(void)plan;
	(void)conf;
	(void)error;
	elsewhere->n_expected++;
	return 0;
}

static int
workers_elsewhere(void *context, const struct ovr_plan *plan, struct ovr_series_workers *ret_workers,
	struct ovr_err *error)
{
	(void)context;
	(void)plan;
	(void)error;
	*ret_workers = (struct ovr_series_workers){ .n_tx_most = 1, .n_least = 4 };
	return 0;
}

static int
count_elsewhere(void *context, const struct ovr_port_name *port, const atomic_bool *stop,
	struct ovr_nic_counters *counters, struct ovr_err *error)
{
	struct elsewhere *elsewhere = context;

	(void)port;
	(void)error;
	elsewhere->stop = stop;
	counters->carrier_changes = 5;
	return 0;
}

static int
run_elsewhere(void *context, const struct ovr_plan *plan, const struct ovr_trial_hooks *hooks,
	struct ovr_result *ret_result, struct ovr_err *error)
{
	struct elsewhere *elsewhere = context;

	elsewhere->n_trials++;
	elsewhere->seed = plan->trial.seed;
	elsewhere->stop = hooks->stop;
	if (elsewhere->n_trials == 3)
		return ovr_err_set(error, -ECANCELED, "host b is gone");
	*ret_result = (struct ovr_result){ .plan = *plan };
	ret_result->ledger.figures.sent = 7;
	ret_result->ledger.verdict = OVR_VERDICT_VOID;
	return 0;
}

static int
close_elsewhere(void *context, struct ovr_err *error)
{
	struct elsewhere *elsewhere = context;

	(void)error;
	elsewhere->n_closed++;
	return 0;
}

static void
note_over(void *context, const struct ovr_result *over)
{
	*(uint32_t *)context += over != NULL ? 1 : 100;
}

/* Who runs the series sees trials, and no EAL starts here for workers that are elsewhere. */
Test(series, a_runner_carries_out_the_trials)
{
	static const atomic_bool stop;
	struct elsewhere elsewhere = { .n_trials = 0 };
	struct ovr_series_runner runner = { .context = &elsewhere,
		.expect = expect_elsewhere,
		.workers = workers_elsewhere,
		.counters = count_elsewhere,
		.trial = run_elsewhere,
		.close = close_elsewhere };
	uint32_t over = 0;
	struct ovr_series_hooks hooks = {
		.runner = &runner, .stop = &stop, .over = note_over, .context = &over
	};
	struct ovr_series_workers workers;
	struct ovr_nic_counters counters = { .n = 0 };

	trial_plan(&few, WITH("rxd", "512", "seed", "40"));
	ovr_series_begin(&series, &hooks);
	series.varies_seed = true;
	expect(&few.plan);
	cr_assert_eq(env.n_workers, 0);
	cr_assert_eq(ovr_series_workers_of(&series, &few.plan, &workers, &err), 0);
	cr_assert_eq(workers.n_least, 4);
	cr_assert_eq(ovr_series_counters(&series, &few.plan.ports.rx, &counters, &err), 0);
	cr_assert_eq(counters.carrier_changes, 5);
	cr_assert_eq(elsewhere.stop, &stop);
	cr_assert_eq(ovr_series_start(&series, &env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_series_trial(&series, &few.plan, "one", &result, &summary, &err), 0);
	cr_assert_eq(summary.sent, 7);
	ovr_result_done(&result);
	cr_assert_eq(ovr_series_trial(&series, &few.plan, "two", &result, &summary, &err), 0);
	cr_assert_str_eq(summary.label, "two");
	cr_assert_eq(elsewhere.seed, 41);
	cr_assert_eq(elsewhere.stop, &stop);
	cr_assert_eq(series.n_voids, 2);
	ovr_result_done(&result);
	cr_assert_eq(ovr_series_trial(&series, &few.plan, "three", &result, NULL, &err), -ECANCELED);
	cr_assert_str_eq(err.text, "host b is gone");
	cr_assert_eq(over, 102);
	cr_assert_eq(ovr_series_close(&series, &err), 0);
	cr_assert_eq(elsewhere.n_expected, 1);
	cr_assert_eq(elsewhere.n_closed, 1);
}
