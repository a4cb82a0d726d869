/* SPDX-License-Identifier: BSD-3-Clause */
#include "search/search.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "plan/command.h"
#include "search/plans.h"

static struct ovr_plan plan;
static struct ovr_series series;
static struct ovr_result_search search;
static const struct ovr_result_search_size *size = &search.size[0];
static struct ovr_err err;

/* Key and value in turn, NULL at the end. */
#define WITH(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
set(const char *key, const char *text)
{
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
}

/*
 * Short trials, one of which decides, of a sender that may be as late as it likes, and sends all
 * the same what is due: nothing here hangs on time.
 */
static void
begin(const char *const *with)
{
	static const char *const kind[] = { "time", "20ms", "warmup", "0", "drain", "5ms", "settle", "1ms",
		"rate-tolerance", "100%", "max-rate", "100kpps" };

	ovr_plan_default_for(OVR_PLAN_SEARCH, &plan);
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i += 2)
		set(kind[i], kind[i + 1]);
	for (; *with != NULL; with += 2)
		set(with[0], with[1]);
	cr_assert_eq(ovr_search_plan_freeze(&plan, &err), 0, "%s", err.text);
	/* behind the plan's back: a host that keeps the sender from its load is no subject here */
	plan.load.catch_up = true;
}

static void
run_hooked(const struct ovr_series_hooks *hooks)
{
	struct ovr_env_conf env = { .extra = NULL };
	int status;

	ovr_series_begin(&series, hooks);
	status = ovr_search_expect(&series, &plan, &env, &err);
	if (status == -ENODEV)
		cr_skip_test("%s", err.text);
	cr_assert_eq(status, 0, "%s", err.text);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_search_run(&series, &plan, &search, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
}

static void
run(const char *const *with)
{
	begin(with);
	run_hooked(NULL);
}

/* Every trial's books balance, and a void one, or one that fell short, is marked. */
static void
assert_balanced(void)
{
	for (uint32_t i = 0; i < search.n_trials; i++) {
		const struct ovr_result_summary *summary = &search.trial[i].summary;

		cr_assert_eq(summary->number, i + 1);
		cr_assert_eq(summary->attempted, summary->refused + summary->sent);
		cr_assert_eq(summary->lost, (int64_t)(summary->sent - summary->unique));
		cr_assert_eq(summary->unexplained, 0);
		cr_assert_eq(search.trial[i].is_void, summary->verdict == OVR_VERDICT_VOID);
	}
	cr_assert_eq(search.trial[0].purpose, OVR_RESULT_SEARCH_WARMUP);
	cr_assert_eq(search.trial[1].purpose, OVR_RESULT_SEARCH_TESTER_LIMIT);
}

/*
 * A receiver that does not read before all is sent takes as much as its ring holds: of 20 ms, 512
 * frames are 25,600 pps. A trial passes if, and only if, no more frames were sent, however late
 * they were: so the truth is within the bounds on any machine. The end of sending is told to some
 * µs.
 */
static void
assert_ring_of_512(const struct ovr_method_answer *answer)
{
	cr_assert_eq(answer->end, OVR_METHOD_FOUND);
	cr_assert_leq(answer->lower_pps, 25600 * 1.01, "%f", answer->lower_pps);
	cr_assert_geq(answer->upper_pps, 25600 * 0.99, "%f", answer->upper_pps);
	cr_assert_leq(answer->intended_width_ratio, 0.02 + 1e-9);
	cr_assert_geq(answer->width_ratio, answer->intended_width_ratio - 0.01);
	cr_assert_float_eq(answer->throughput_pps, answer->lower_pps, 1);
}

Test(search, an_unread_ring_is_found_by_mlrsearch_within_the_stated_width)
{
	run(WITH("stall", "unread", "rxd", "512", "goals", "ndr", "sum-time", "20ms", "width", "2%"));
	cr_assert_eq(search.verdict, OVR_VERDICT_PASS, "%s", search.reason);
	assert_ring_of_512(&size->answer[0]);
	assert_balanced();
	cr_assert_eq(size->tester_limit_pps, 100000);
	cr_assert(size->tester_limit_is_intended);
	cr_assert_eq(size->n_void, 0);
	cr_assert_eq(size->stop, OVR_METHOD_DONE);
	/* of what stood above the ring each frame was lost */
	for (uint32_t i = 0; i < search.n_trials; i++) {
		const struct ovr_result_summary *summary = &search.trial[i].summary;

		cr_assert_eq(summary->lost, summary->sent > 512 ? (int64_t)summary->sent - 512 : 0);
	}
}

Test(search, an_unread_ring_is_found_by_binary_search_within_the_stated_width)
{
	run(WITH("algorithm", "binary", "stall", "unread", "rxd", "512", "goals", "ndr", "width", "2%",
		"attempts", "3", "retry-loss", "10"));
	cr_assert_eq(search.verdict, OVR_VERDICT_PASS, "%s", search.reason);
	assert_ring_of_512(&size->answer[0]);
	assert_balanced();
	/*
	 * 100,000 pps lose too much to be tried again, and the bounds come from attempts at each
	 * load
	 */
	cr_assert_eq(size->load[0].n_trials, 1);
	cr_assert_geq(size->n_decided, 7);
	cr_assert_eq(size->n_trials, search.n_trials - 2);
}

Test(search, a_curve_goes_down_to_two_loads_without_loss)
{
	run(WITH("algorithm", "curve", "stall", "unread", "rxd", "512", "max-rate", "50kpps"));
	cr_assert_eq(search.verdict, OVR_VERDICT_PASS, "%s", search.reason);
	cr_assert(size->is_complete);
	cr_assert_eq(search.n_goals, 0);
	assert_balanced();
	cr_assert_eq(size->load[0].load_pps, 50000);
	cr_assert_float_eq(size->load[1].load_pps, 45000, 1e-3);
	cr_assert_eq(size->load[size->n_loads - 1].lost, 0);
	cr_assert_eq(size->load[size->n_loads - 2].lost, 0);
	for (uint32_t i = 0; i < size->n_loads; i++)
		cr_assert_eq(size->load[i].lost, size->load[i].sent > 512 ? size->load[i].sent - 512 : 0);
}

/* A wire that drops a tenth of everything, and rings that hold all of it. */
Test(search, loss_at_any_load_gives_a_reason_and_no_number_for_one_goal_and_at_least_for_the_other)
{
	run(WITH("rx", "wire:1,drop=10%", "rxd", "8192", "goals", "ndr,50%", "sum-time", "20ms", "min-rate",
		"50kpps"));
	cr_assert_eq(search.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(
		search.reason, "size 64: no load loses at most 0%: 50.00 kpps, the lowest one, loses more");
	cr_assert_eq(size->answer[0].end, OVR_METHOD_BELOW);
	cr_assert_eq(size->answer[0].lower_pps, 0);
	cr_assert_eq(size->answer[1].end, OVR_METHOD_AT_LEAST);
	cr_assert_eq(size->answer[1].upper_pps, 0);
	assert_balanced();
	cr_assert_gt(size->lost, 0);
	cr_assert_eq(size->lost_host, 0, "what the wire drops is no loss of our receiver's");
}

Test(search, each_size_has_its_own_answer)
{
	run(WITH("stall", "unread", "rxd", "512", "goals", "ndr", "sum-time", "20ms", "width", "2%", "sizes",
		"64,1518"));
	cr_assert_eq(search.n_sizes, 2);
	cr_assert_str_eq(search.size[1].size, "1518");
	assert_ring_of_512(&search.size[0].answer[0]);
	assert_ring_of_512(&search.size[1].answer[0]);
}

Test(search, where_nothing_arrives_no_load_is_tried)
{
	run(WITH("tx", "vdev:net_null0,no-rx=1", "rx", "vdev:net_null0,no-rx=1"));
	cr_assert_eq(search.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(search.reason,
		"size 64: nothing that vdev:net_null0 sent arrived at vdev:net_null0: no load was tried");
	cr_assert_eq(search.n_trials, 2);
	cr_assert_eq(size->n_loads, 0);
	cr_assert_eq(size->answer[0].lower_pps, 0);
}

Test(search, a_range_above_what_the_tester_does_has_no_load)
{
	run(WITH("min-rate", "50%"));
	cr_assert_eq(search.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(search.reason,
		"size 64: no load was tried: the lowest, 7.44 Mpps, is above the highest, "
		"100.0 kpps, that the tester sends here");
	cr_assert_eq(size->n_trials, 0);
}

Test(search, a_signal_makes_it_void)
{
	atomic_bool stop = true;
	struct ovr_series_hooks hooks = { .stop = &stop };

	begin(WITH("rxd", "512"));
	run_hooked(&hooks);
	cr_assert_eq(search.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(search.reason, "search: stopped by a signal");
	cr_assert_eq(search.n_trials, 1);
}

Test(search, the_limit_of_time_ends_it_with_a_reason)
{
	run(WITH("stall", "unread", "rxd", "512", "search-time", "21ms"));
	cr_assert_eq(search.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(
		search.reason, "size 64: the goals of 0% and 0.5% were not reached: --search-time was over");
	cr_assert_eq(size->stop, OVR_METHOD_TIME);
	cr_assert_eq(size->n_trials, 0);
}
