/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/goal.h"

#include <criterion/criterion.h>

#define S   UINT64_C(1000000000)
#define PPS 1e6

/* The four goals of the example search of RFC 9971. */
static const struct ovr_method_goal rfc2544 = { 60 * S, 60 * S, 60 * S, 0, 0, 0.005 };
static const struct ovr_method_goal tst009 = { 60 * S, 120 * S, 60 * S, 0, 0.5, 0.005 };
static const struct ovr_method_goal one_second = { 1 * S, 120 * S, 1 * S, 0.005, 0.5, 0.005 };
static const struct ovr_method_goal twenty = { 60 * S, 60 * S, 60 * S, 0.005, 0.2, 0.005 };

static struct ovr_method_trial trials[200];
static size_t n_trials;

static void
add(size_t n, double load_pps, uint64_t duration_ns, double loss_ratio)
{
	for (size_t i = 0; i < n; i++)
		trials[n_trials++] = (struct ovr_method_trial){ load_pps, load_pps, load_pps, duration_ns,
			loss_ratio, (uint64_t)(load_pps * loss_ratio) };
}

static void
assert_bounds(
	enum ovr_method_bound a, enum ovr_method_bound b, enum ovr_method_bound c, enum ovr_method_bound d)
{
	cr_assert_eq(ovr_method_goal_classify(&rfc2544, trials, n_trials), a);
	cr_assert_eq(ovr_method_goal_classify(&tst009, trials, n_trials), b);
	cr_assert_eq(ovr_method_goal_classify(&one_second, trials, n_trials), c);
	cr_assert_eq(ovr_method_goal_classify(&twenty, trials, n_trials), d);
}

#define U OVR_METHOD_UPPER
#define L OVR_METHOD_LOWER
#define Q OVR_METHOD_UNDECIDED

/*
 * Its six points, with the "20%" goal by the RFC's own formula where its printed table differs:
 * 42.857 % exceed 20 %.
 */
Test(goal, the_six_points_of_rfc_9971_are_classified_as_its_formula_says)
{
	add(59, PPS, 1 * S, 0);
	assert_bounds(Q, Q, Q, Q);
	add(1, PPS, 1 * S, 0.01);
	assert_bounds(U, Q, Q, Q);
	add(59, PPS, 1 * S, 0.01);
	assert_bounds(U, Q, Q, U);
	add(1, PPS, 1 * S, 0);
	assert_bounds(U, Q, L, U);
	add(1, PPS, 60 * S, 0.001);
	assert_bounds(U, Q, L, U);
	add(1, PPS, 60 * S, 0);
	assert_bounds(U, L, L, U);
	cr_assert_eq(ovr_method_goal_throughput(&tst009, trials, n_trials), 1e6);
	cr_assert_eq(ovr_method_goal_throughput(&one_second, trials, n_trials), 1e6);
}

Test(goal, throughput_is_the_load_less_the_loss_at_the_quantile)
{
	add(1, 100e6, 60 * S, 0.001);
	add(1, 100e6, 60 * S, 0.005);
	cr_assert_float_eq(ovr_method_goal_throughput(
				   &(struct ovr_method_goal){ 60 * S, 120 * S, 60 * S, 0.005, 0, 0.005 },
				   trials, n_trials),
		99.5e6, 1e-3);
}

/* A device that takes 100.0 Mpps and no more passes a goal of 0.5 % up to 100.5025 Mpps. */
Test(goal, throughput_of_a_hard_limit_is_the_limit)
{
	static const struct ovr_method_goal pdr = { 1 * S, 21 * S, 1 * S, 0.005, 0.5, 0.005 };
	double load_pps = 100e6 / (1 - 0.005);

	add(11, load_pps, 1 * S, 0.005);
	cr_assert_float_eq(load_pps, 100.5025e6, 50);
	cr_assert_eq(ovr_method_goal_classify(&pdr, trials, n_trials), L);
	cr_assert_float_eq(ovr_method_goal_throughput(&pdr, trials, n_trials), 100e6, 1);
}

Test(goal, missing_time_counts_as_total_loss)
{
	add(1, PPS, 60 * S, 0);
	cr_assert_eq(ovr_method_goal_throughput(&one_second, trials, n_trials), PPS);
	n_trials = 0;
	add(59, PPS, 1 * S, 0);
	cr_assert_eq(ovr_method_goal_throughput(&one_second, trials, n_trials), 0);
	cr_assert_eq(ovr_method_goal_throughput(&one_second, trials, 0), 0);
}

/* @return trials of that length and loss until the load is decided, and how */
static size_t
until_decided(const struct ovr_method_goal *goal, uint64_t duration_ns, double loss_ratio,
	enum ovr_method_bound *ret_bound)
{
	n_trials = 0;
	do {
		add(1, PPS, duration_ns, loss_ratio);
		*ret_bound = ovr_method_goal_classify(goal, trials, n_trials);
	} while (*ret_bound == Q);
	return n_trials;
}

Test(goal, csits_goal_takes_eleven_trials_of_a_second_either_way)
{
	static const struct ovr_method_goal ndr = { 1 * S, 21 * S, 1 * S, 0, 0.5, 0.005 };
	enum ovr_method_bound bound;

	cr_assert_eq(until_decided(&ndr, 1 * S, 0, &bound), 11);
	cr_assert_eq(bound, L);
	cr_assert_eq(until_decided(&ndr, 1 * S, 0.1, &bound), 11);
	cr_assert_eq(bound, U);
}

Test(goal, csits_goal_takes_seven_or_eight_trials_of_a_second_and_a_half)
{
	static const struct ovr_method_goal ndr = { 1 * S, 21 * S, 1 * S, 0, 0.5, 0.005 };
	enum ovr_method_bound bound;

	cr_assert_eq(until_decided(&ndr, 3 * S / 2, 0, &bound), 7);
	cr_assert_eq(bound, L);
	cr_assert_eq(until_decided(&ndr, 3 * S / 2, 0.1, &bound), 8);
	cr_assert_eq(bound, U);
}

Test(goal, times_add_up_exactly_where_tenths_of_seconds_would_not)
{
	static const struct ovr_method_goal goal = { S / 10, 2 * S, S / 10, 0, 0.5, 0.005 };
	enum ovr_method_bound bound;

	cr_assert_eq(until_decided(&goal, S / 10, 0, &bound), 10);
	cr_assert_eq(bound, L);
}

/* 1 − 0.7 is more than 0.3 in a double, and 0.29 times 100 is less than 29. */
Test(goal, a_share_that_no_double_is_decides_as_the_exact_one)
{
	static const struct ovr_method_goal most = { 1 * S, 10 * S, 1 * S, 0, 0.7, 0.005 };
	static const struct ovr_method_goal some = { 1 * S, 100 * S, 1 * S, 0, 0.29, 0.005 };

	add(3, PPS, 1 * S, 0);
	cr_assert_eq(ovr_method_goal_throughput(&most, trials, n_trials), PPS);
	n_trials = 0;
	add(71, PPS, 1 * S, 0);
	cr_assert_eq(ovr_method_goal_classify(&some, trials, n_trials), L);
	n_trials = 0;
	add(29, PPS, 1 * S, 0.1);
	cr_assert_eq(ovr_method_goal_classify(&some, trials, n_trials), Q);
	add(1, PPS, 1 * S, 0.1);
	cr_assert_eq(ovr_method_goal_classify(&some, trials, n_trials), U);
}

Test(goal, relevant_bounds_stand_next_to_each_other)
{
	struct ovr_method_bounds bounds;

	add(1, 1e6, 60 * S, 0);
	add(1, 2e6, 60 * S, 0);
	add(1, 3e6, 1 * S, 0);
	add(2, 4e6, 60 * S, 0.2);
	add(1, 5e6, 60 * S, 0.3);
	bounds = ovr_method_goal_bounds(&rfc2544, trials, n_trials);
	cr_assert_eq(bounds.lower, 1);
	cr_assert_eq(bounds.n_lower, 1);
	cr_assert_eq(bounds.upper, 3);
	cr_assert_eq(bounds.n_upper, 2);
}

Test(goal, a_load_that_passed_above_one_that_failed_is_irrelevant)
{
	struct ovr_method_bounds bounds;

	add(1, 1e6, 60 * S, 0);
	add(1, 2e6, 60 * S, 0.1);
	add(1, 3e6, 60 * S, 0);
	bounds = ovr_method_goal_bounds(&rfc2544, trials, n_trials);
	cr_assert_eq(bounds.lower, 0);
	cr_assert_eq(bounds.n_lower, 1);
	cr_assert_eq(bounds.upper, 1);
}

Test(goal, where_the_lowest_load_failed_there_is_no_lower_bound)
{
	struct ovr_method_answer answer;

	add(1, 2e6, 60 * S, 0.1);
	add(1, 3e6, 60 * S, 0);
	answer = ovr_method_goal_answer(&rfc2544, trials, n_trials);
	cr_assert_eq(answer.end, OVR_METHOD_OPEN);
	cr_assert_eq(answer.lower_pps, 0);
	cr_assert_eq(answer.throughput_pps, 0);
	cr_assert_eq(answer.upper_pps, 2e6);
}

Test(goal, a_lower_bound_is_what_was_achieved_and_an_upper_one_what_was_asked_for)
{
	struct ovr_method_answer answer;

	add(1, 995e3, 60 * S, 0);
	add(1, 1e6, 60 * S, 0.1);
	trials[0].achieved_pps = 990e3;
	trials[1].achieved_pps = 993e3;
	answer = ovr_method_goal_answer(&rfc2544, trials, n_trials);
	cr_assert_eq(answer.end, OVR_METHOD_FOUND);
	cr_assert_float_eq(answer.intended_width_ratio, 0.005, 1e-12);
	cr_assert_float_eq(answer.width_ratio, 0.01, 1e-12);
	cr_assert_eq(answer.lower_pps, 990e3);
	cr_assert_eq(answer.upper_pps, 1e6);
	cr_assert_eq(answer.throughput_pps, 990e3);
}

Test(goal, the_achieved_load_of_several_trials_is_their_mean_over_time)
{
	add(1, 1e6, 1 * S, 0);
	add(1, 4e6, 2 * S, 0);
	cr_assert_eq(ovr_method_goal_achieved(trials, n_trials), 3e6);
	cr_assert_eq(ovr_method_goal_achieved(trials, 0), 0);
}

Test(goal, no_trial_decides_nothing)
{
	cr_assert_eq(ovr_method_goal_classify(&rfc2544, trials, 0), Q);
	cr_assert_eq(ovr_method_goal_bounds(&rfc2544, trials, 0).n_upper, 0);
}

/*
 * Three of eleven trials by a sender that stalls; by the RFC the trials without loss are alike, and
 * none of them is the least.
 */
Test(goal, throughput_is_load_times_one_less_the_loss_of_the_quantile_trial_and_no_tied_trials_least)
{
	static const struct ovr_method_goal pdr = { 1 * S, 11 * S, 1 * S, 0.005, 0.5, 0.005 };

	add(8, 1e6, 1 * S, 0);
	add(3, 1e6, 1 * S, 0.001);
	trials[0].achieved_pps = 0.945e6;
	cr_assert_float_eq(ovr_method_goal_throughput(&pdr, trials, n_trials), 0.995e6, 1e-3);
	for (size_t i = 0; i < 4; i++)
		trials[i].loss_ratio = 0.002;
	cr_assert_float_eq(ovr_method_goal_throughput(&pdr, trials, n_trials), 0.995e6 * 0.999, 1e-3);
}

/* Of 996 achieved at a load and 970 at the next one, both lower bounds: the device took 996. */
Test(goal, a_lower_bound_is_the_most_that_was_achieved_at_one)
{
	struct ovr_method_answer answer;

	add(1, 1000e3, 60 * S, 0);
	add(1, 1010e3, 60 * S, 0);
	add(1, 1014e3, 60 * S, 0.1);
	trials[0].achieved_pps = 996e3;
	trials[1].achieved_pps = 970e3;
	answer = ovr_method_goal_answer(&rfc2544, trials, n_trials);
	cr_assert_eq(answer.lower_pps, 996e3);
	cr_assert_eq(answer.throughput_pps, 996e3);
	cr_assert_eq(answer.upper_pps, 1014e3);
	cr_assert_eq(answer.end, OVR_METHOD_FOUND);
}

Test(goal, attempts_pass_once_and_fail_together_or_by_much_loss)
{
	static const struct ovr_method_goal goal = { .final_ns = 1 * S, .attempts = 2, .retry_lost = 1000 };

	add(1, PPS, 1 * S, 0.001);
	cr_assert_eq(ovr_method_goal_classify(&goal, trials, n_trials), Q);
	add(1, PPS, 1 * S, 0.001);
	cr_assert_eq(ovr_method_goal_classify(&goal, trials, n_trials), U);
	add(1, PPS, 1 * S, 0);
	cr_assert_eq(ovr_method_goal_classify(&goal, trials, n_trials), L);
	cr_assert_eq(ovr_method_goal_throughput(&goal, trials, n_trials), PPS);
	n_trials = 0;
	add(1, PPS, 1 * S, 0.002);
	cr_assert_eq(ovr_method_goal_classify(&goal, trials, n_trials), U);
}
