/* SPDX-License-Identifier: BSD-3-Clause */
#include "search/figures.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "plan/command.h"

#define S UINT64_C(1000000000)

static struct ovr_result_search search;
static struct ovr_result_search_size *size = &search.size[0];
static struct ovr_err err;

static void
begin(void)
{
	search.n_sizes = 1;
	search.n_goals = 2;
	search.plan.search.algorithm = OVR_ALGORITHM_MLR;
	search.goal[0] = (struct ovr_method_goal){ 1 * S, 1 * S, 1 * S, 0, 0, 0.005 };
	search.goal[1] = (struct ovr_method_goal){ 1 * S, 1 * S, 1 * S, 0.005, 0, 0.005 };
}

static void
end(void)
{
	ovr_result_search_done(&search);
}

TestSuite(figures, .init = begin, .fini = end);

/* A trial of a second at a load, all of it sent. */
static struct ovr_result_search_trial *
add(double load_pps, uint64_t lost)
{
	struct ovr_result_search_trial *trial = ovr_result_search_add(&search);
	double sent = load_pps != 0 ? load_pps : 5000;

	trial->purpose = OVR_RESULT_SEARCH_LOAD;
	trial->intended_pps = trial->load_pps = load_pps;
	trial->duration_ns = 1 * S;
	trial->summary.number = search.n_trials;
	trial->summary.sent = (uint64_t)sent;
	trial->summary.tx_pps = sent;
	trial->summary.rx_pps = sent - (double)lost;
	trial->summary.lost = (int64_t)lost;
	return trial;
}

static void
close_it(void)
{
	cr_assert_eq(ovr_search_close_size(&search, 0, &err), 0, "%s", err.text);
}

static bool
has_load_above(enum ovr_rate_unit unit, uint64_t value, uint64_t line_bps)
{
	struct ovr_plan plan;

	ovr_plan_default_for(OVR_PLAN_SEARCH, &plan);
	plan.search.min_rate = (struct ovr_rate){ .unit = unit, .value = value };
	size->tester_limit_pps = 1e6;
	return ovr_search_set_lowest(&plan.search.min_rate, &plan.frames.size, line_bps, size);
}

Test(figures, the_lowest_load_is_as_given_or_a_thousandth_of_the_tester_limit)
{
	cr_assert(has_load_above(OVR_RATE_PPS, 0, 0));
	cr_assert_float_eq(size->lowest_pps, 1000, 1e-9);
	cr_assert(has_load_above(OVR_RATE_PPS, 250000000, 0));
	cr_assert_float_eq(size->lowest_pps, 250e3, 1e-6);
	cr_assert(has_load_above(OVR_RATE_LINE, 10000, 10000000000));
	cr_assert_float_eq(size->lowest_pps, 148809.5, 0.1);
	cr_assert_str_empty(size->reason);
}

Test(figures, a_lowest_load_above_the_tester_limit_leaves_none)
{
	cr_assert_not(has_load_above(OVR_RATE_PPS, 2000000000, 0));
	cr_assert_str_eq(size->reason,
		"no load was tried: the lowest, 2.00 Mpps, is above the highest, 1.00 Mpps, that the tester "
		"sends here");
}

Test(figures, a_share_of_a_line_whose_speed_is_not_known_is_no_lowest_load)
{
	cr_assert_not(has_load_above(OVR_RATE_LINE, 10000, 0));
	cr_assert_str_eq(size->reason,
		"min-rate: found 1% of a line whose speed is not known, accepted: --line SPEED, or frames/s");
}

Test(figures, loads_stand_from_the_highest_down_with_all_their_trials)
{
	add(1000, 0);
	add(2000, 4);
	add(1000, 0);
	add(3000, 300);
	close_it();
	cr_assert_eq(size->n_loads, 3);
	cr_assert_eq(size->load[0].load_pps, 3000);
	cr_assert_eq(size->load[2].load_pps, 1000);
	cr_assert_eq(size->load[2].n_trials, 2);
	cr_assert_eq(size->load[2].sent, 2000);
	cr_assert_eq(size->load[2].n_lossy, 0);
	cr_assert_eq(size->load[1].lost, 4);
	cr_assert_eq(size->load[0].bound[0], OVR_METHOD_UPPER);
	cr_assert_eq(size->load[0].bound[1], OVR_METHOD_UPPER);
	cr_assert_eq(size->load[1].bound[0], OVR_METHOD_UPPER);
	cr_assert_eq(size->load[1].bound[1], OVR_METHOD_LOWER);
	cr_assert_eq(size->load[2].bound[0], OVR_METHOD_LOWER);
	cr_assert_eq(size->n_trials, 4);
	cr_assert_eq(size->n_lossy, 2);
	cr_assert_eq(size->lost, 304);
}

Test(figures, irregular_trials_are_counted_and_a_void_one_counts_for_no_load)
{
	struct ovr_result_search_trial *trial = add(1000, 900);

	trial->is_void = true;
	trial->load_pps = 0;
	trial = add(2000, 0);
	trial->is_short = true;
	trial->load_pps = 1500;
	close_it();
	cr_assert_eq(size->n_loads, 1);
	cr_assert_eq(size->load[0].load_pps, 1500);
	cr_assert_eq(size->n_trials, 2);
	cr_assert_eq(size->n_void, 1);
	cr_assert_eq(size->n_short, 1);
	cr_assert_eq(size->n_lossy, 0);
}

Test(figures, losses_in_host_stalls_of_our_receiver_are_told)
{
	struct ovr_result_summary *summary = &add(1000, 10)->summary;

	summary->lost_in_host_stalls = 4;
	summary->frames_at[OVR_PLACE_RX_RING] = 7;
	summary = &add(1000, 20)->summary;
	summary->lost_in_injected_stalls = 20;
	summary->frames_at[OVR_PLACE_RX_RING] = 20;
	/* what was lost on the way while a core stalled is not that core's */
	summary = &add(1000, 5)->summary;
	summary->lost_in_host_stalls = 5;
	summary->frames_at[OVR_PLACE_PATH] = 5;
	add(1000, 0);
	close_it();
	cr_assert_eq(size->n_lossy, 3);
	cr_assert_eq(size->n_lossy_host, 1);
	cr_assert_eq(size->lost, 35);
	cr_assert_eq(size->lost_host, 4);
	cr_assert_eq(size->n_loads, 1);
	cr_assert_eq(size->load[0].lost, 35);
	cr_assert_eq(size->load[0].lost_host, 4);
}

/* RFC 2544 section 26.2: the reported value is the average of the trials */
Test(figures, latency_of_a_load_is_the_mean_of_its_trials_that_have_one)
{
	add(1000, 0)->summary.latency = (struct ovr_result_summary_latency){ 990, 400, 800, 3000, 5000 };
	add(1000, 0)->summary.latency = (struct ovr_result_summary_latency){ 990, 300, 900, 5000, 9000 };
	add(1000, 0); /* nothing arrived */
	add(2000, 50);
	close_it();
	cr_assert_eq(size->load[1].latency.n_trials, 2);
	cr_assert_eq(size->load[1].latency.min_ns, 300);
	cr_assert_float_eq(size->load[1].latency.p50_ns, 850, 1e-9);
	cr_assert_float_eq(size->load[1].latency.p99_ns, 4000, 1e-9);
	cr_assert_eq(size->load[1].latency.max_ns, 9000);
	cr_assert_eq(size->load[0].latency.n_trials, 0);
}

Test(figures, latency_of_an_answer_is_that_of_the_highest_lower_bound)
{
	add(1000, 0)->summary.latency = (struct ovr_result_summary_latency){ 990, 400, 800, 3000, 5000 };
	add(2000, 50)->summary.latency = (struct ovr_result_summary_latency){ 990, 1, 2, 3, 4 };
	close_it();
	size->load[0].bound[0] = OVR_METHOD_UPPER;
	size->load[1].bound[0] = OVR_METHOD_LOWER;
	cr_assert_float_eq(ovr_result_search_latency_of(size, 0).p50_ns, 800, 1e-9);
	size->load[1].bound[0] = OVR_METHOD_UNDECIDED;
	cr_assert_eq(ovr_result_search_latency_of(size, 0).n_trials, 0);
}

/* RFC 2285 section 3.6 */
Test(figures, forwarding_rates_are_taken_over_all_trials_but_the_warm_up)
{
	add(14880, 7480);
	add(13880, 5408);
	add(12880, 0);
	add(20000, 0)->purpose = OVR_RESULT_SEARCH_WARMUP;
	close_it();
	cr_assert_eq(size->frmol_pps, 7400);
	cr_assert_eq(size->mfr_pps, 12880);
}

Test(figures, without_a_trial_there_is_no_rate)
{
	close_it();
	cr_assert(isnan(size->frmol_pps));
	cr_assert(isnan(size->mfr_pps));
	cr_assert_eq(size->n_loads, 0);
}

Test(figures, a_trials_loss_is_a_share_of_what_was_sent)
{
	struct ovr_result_summary summary = { .sent = 900, .tx_pps = 900, .lost = 9 };
	struct ovr_method_trial trial = ovr_search_trial_of(&summary, 1000, 1 * S);

	cr_assert_eq(trial.load_pps, 1000);
	cr_assert_eq(trial.achieved_pps, 900);
	cr_assert_float_eq(trial.loss_ratio, 0.01, 1e-12);
	cr_assert_eq(trial.lost, 9);
	summary = (struct ovr_result_summary){ .sent = 0 };
	cr_assert_eq(ovr_search_trial_of(&summary, 1000, 1 * S).loss_ratio, 0);
}

Test(figures, binary_search_takes_a_load_that_passed_once)
{
	search.plan.search.algorithm = OVR_ALGORITHM_BINARY;
	search.goal[0].attempts = search.goal[1].attempts = 2;
	search.goal[0].retry_lost = search.goal[1].retry_lost = 100;
	add(1000, 3);
	add(1000, 0);
	add(2000, 3);
	add(2000, 3);
	close_it();
	cr_assert_eq(size->load[1].bound[0], OVR_METHOD_LOWER);
	cr_assert_eq(size->load[0].bound[0], OVR_METHOD_UPPER);
}

static void
assert_reason(const char *reason)
{
	size->reason[0] = '\0';
	ovr_search_judge_size(&search, size);
	cr_assert_str_eq(size->reason, reason);
}

Test(figures, a_goal_without_an_answer_has_a_reason)
{
	size->answer[0].end = OVR_METHOD_FOUND;
	size->answer[1].end = OVR_METHOD_AT_LEAST;
	assert_reason("");
	size->lowest_pps = 14880;
	size->answer[1].end = OVR_METHOD_BELOW;
	assert_reason("no load loses at most 0.5%: 14.88 kpps, the lowest one, loses more");
	size->answer[0].end = OVR_METHOD_OPEN;
	size->stop = OVR_METHOD_TIME;
	assert_reason(
		"no load loses at most 0.5%: 14.88 kpps, the lowest one, loses more; the goal of 0% was "
		"not reached: --search-time was over");
	size->answer[1].end = OVR_METHOD_OPEN;
	size->stop = OVR_METHOD_SHORT;
	assert_reason("the goals of 0% and 0.5% were not reached: the sender fell short of the lowest load");
}

Test(figures, a_curve_that_does_not_end_without_loss_has_a_reason)
{
	search.n_goals = 0;
	add(2e6, 1);
	add(1e6, 1);
	close_it();
	size->stop = OVR_METHOD_DONE;
	assert_reason("no two successive loads lost nothing, down to 1.00 Mpps");
	size->stop = OVR_METHOD_TIME;
	assert_reason("no two successive loads lost nothing, down to 1.00 Mpps: --search-time was over");
	size->is_complete = true;
	assert_reason("");
}

Test(figures, a_list_of_trials_grows)
{
	for (uint32_t i = 0; i < 1000; i++)
		add(1 + i, 0);
	cr_assert_eq(search.n_trials, 1000);
	cr_assert_eq(search.trial[999].intended_pps, 1000);
	cr_assert_eq(search.trial[0].intended_pps, 1);
}

/*
 * Ten trials at the highest load, one of which forwarded more by chance: the rate is their mean,
 * that of the saturation trial with them.
 */
Test(figures, the_forwarding_rate_of_a_load_is_the_mean_of_its_trials)
{
	struct ovr_result_search_trial *trial;

	size->tester_limit_pps = 3000;
	for (int i = 0; i < 9; i++)
		add(3000, 1000);
	trial = add(3000, 1000);
	trial->summary.tx_pps = 3010;
	trial->summary.rx_pps = 2660;
	trial = add(0, 0);
	trial->purpose = OVR_RESULT_SEARCH_TESTER_LIMIT;
	trial->summary.tx_pps = 3000;
	trial->summary.rx_pps = 1340;
	add(1000, 0);
	close_it();
	cr_assert_float_eq(size->frmol_pps, 2000, 1e-6);
	cr_assert_float_eq(size->mfr_pps, 2000, 1e-6);
	cr_assert_float_eq(size->load[0].forwarded_pps, 2066, 1e-6);
	cr_assert_eq(size->load[0].n_trials, 10);
}

static void
take_limit(double sent_pps, double planned_pps, bool is_bounded)
{
	struct ovr_result result = { .tx_pps = sent_pps, .rx_pps = sent_pps / 2, .planned_pps = planned_pps };

	ovr_search_take_limit(size, &result, is_bounded, 0.05);
}

/*
 * A sender that stalled half of the time sent 100,000 of 200,000: twice that was not sent by
 * anybody.
 */
Test(figures, the_tester_limit_is_the_most_that_was_sent)
{
	take_limit(100e3, 200e3, true);
	cr_assert_eq(size->tester_limit_pps, 100e3);
	cr_assert_eq(size->tester_limit_tx_pps, 100e3);
	cr_assert_not(size->tester_limit_is_intended);
	take_limit(150e3, 200e3, true);
	take_limit(120e3, 200e3, true);
	cr_assert_eq(size->tester_limit_pps, 150e3);
	cr_assert_eq(size->tester_limit_rx_pps, 75e3);
	take_limit(195e3, 200e3, true);
	cr_assert_eq(size->tester_limit_pps, 200e3, "within the tolerance the intended load was sent");
	cr_assert_eq(size->tester_limit_tx_pps, 195e3);
	cr_assert(size->tester_limit_is_intended);
}

/*
 * With --rate-tolerance 100% a stalled saturation trial is taken for all that was asked; a trial
 * after it sent more, and is the answer.
 */
Test(figures, a_later_trial_that_sent_more_raises_the_limit)
{
	struct ovr_result_search_trial *trial;

	size->tester_limit_pps = 200e3;
	size->tester_limit_tx_pps = 100e3;
	size->tester_limit_rx_pps = 90e3;
	trial = add(200e3, 0);
	trial->summary.tx_pps = 180e3;
	trial->summary.rx_pps = 170e3;
	trial = add(200e3, 0);
	trial->summary.tx_pps = 190e3;
	trial->is_void = true;
	trial = add(0, 0);
	trial->purpose = OVR_RESULT_SEARCH_WARMUP;
	trial->summary.tx_pps = 195e3;
	close_it();
	cr_assert_eq(size->tester_limit_tx_pps, 180e3);
	cr_assert_eq(size->tester_limit_rx_pps, 170e3);
	cr_assert_eq(size->tester_limit_pps, 200e3);
}

Test(figures, what_passed_above_the_lowest_upper_bound_is_inverted)
{
	add(3000, 0);
	add(2000, 2000);
	add(1000, 0);
	close_it();
	cr_assert_eq(size->load[0].bound[0], OVR_METHOD_INVERTED);
	cr_assert_eq(size->load[1].bound[0], OVR_METHOD_UPPER);
	cr_assert_eq(size->load[2].bound[0], OVR_METHOD_LOWER);
	size->answer[0].end = size->answer[1].end = OVR_METHOD_FOUND;
	assert_reason("");
	size->answer[0].end = OVR_METHOD_BELOW;
	size->lowest_pps = 2000;
	assert_reason("no load loses at most 0%: 2.00 kpps, the lowest one, loses more, though a higher one "
		      "did not (loss inversion)");
}

Test(figures, the_reason_speaks_of_every_size)
{
	search.n_sizes = 3;
	strcpy(search.size[0].size, "64");
	strcpy(search.size[1].size, "512");
	strcpy(search.size[2].size, "1518");
	ovr_search_judge(&search);
	cr_assert_eq(search.verdict, OVR_VERDICT_PASS);
	strcpy(search.size[2].reason, "why");
	ovr_search_judge(&search);
	cr_assert_eq(search.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(search.reason, "size 1518: why");
	strcpy(search.size[0].reason, "another why");
	ovr_search_judge(&search);
	cr_assert_str_eq(search.reason, "2 of 3 sizes have no answer as narrow as required: 64, 1518");
}
