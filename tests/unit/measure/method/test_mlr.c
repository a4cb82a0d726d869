/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/mlr.h"

#include <criterion/criterion.h>

#include "device.h"

static struct ovr_method_mlr mlr;

/* CSIT's goals: NDR and PDR, 1 s, 21 s, half the time, 0.5 %. */
static const struct ovr_method_goal ndr = { 1 * S, 21 * S, 1 * S, 0, 0.5, 0.005 };
static const struct ovr_method_goal pdr = { 1 * S, 21 * S, 1 * S, 0.005, 0.5, 0.005 };

static struct ovr_method_mlr_conf
conf_of(void)
{
	return (struct ovr_method_mlr_conf){
		.goal = { ndr, pdr },
		.n_goals = 2,
		.min_pps = 10e3,
		.max_pps = 10e6,
		.first_pps = 10e6,
		.tolerance_ratio = 0.05,
		.limit_ns = 1200 * S,
	};
}

/* Search, and see to it that no load is asked for that was not to be tried. */
static void
search(struct device *device, const struct ovr_method_mlr_conf *conf)
{
	struct ovr_method_ask ask;

	ovr_method_mlr_begin(&mlr, conf);
	while (ovr_method_mlr_next(&mlr, &ask)) {
		struct ovr_method_trial trial = trial_of(device, &ask);

		cr_assert_leq(ask.load_pps, conf->max_pps);
		cr_assert_geq(ask.load_pps, conf->min_pps);
		ovr_method_mlr_take(&mlr, &trial, ask.duration_ns);
	}
	cr_assert_neq(mlr.tried.stop, OVR_METHOD_GOING);
}

Test(mlr, targets_lead_from_the_initial_trial_to_the_goal)
{
	struct ovr_method_goal goal = { 4 * S, 25 * S, 1 * S, 0, 0.5, 0.005 };
	struct ovr_method_goal target = ovr_method_mlr_target(&goal, 0);

	cr_assert_eq(target.final_ns, 1 * S);
	cr_assert_eq(target.sum_ns, 1 * S);
	cr_assert_float_eq(target.width_ratio, 0.02, 1e-12);
	target = ovr_method_mlr_target(&goal, 1);
	cr_assert_eq(target.final_ns, 2 * S);
	cr_assert_eq(target.sum_ns, 5 * S);
	cr_assert_float_eq(target.width_ratio, 0.01, 1e-12);
	target = ovr_method_mlr_target(&goal, 2);
	cr_assert_eq(target.final_ns, 4 * S);
	cr_assert_eq(target.sum_ns, 25 * S);
	cr_assert_eq(target.width_ratio, 0.005);
}

/* Duration sums as CSIT's: 1, 4.58 and 21 s. */
Test(mlr, csits_middle_target_has_a_sum_of_4_58_seconds)
{
	cr_assert_float_eq((double)ovr_method_mlr_target(&ndr, 1).sum_ns, 4.583e9, 1e6);
}

Test(mlr, a_hard_limit_is_found_within_the_width_by_both_goals)
{
	struct device device = { .mu_pps = 3.21e6 };
	struct ovr_method_mlr_conf conf = conf_of();
	struct ovr_method_answer answer;

	search(&device, &conf);
	cr_assert_eq(mlr.tried.stop, OVR_METHOD_DONE);
	answer = ovr_method_mlr_answer(&mlr, 0);
	cr_assert_eq(answer.end, OVR_METHOD_FOUND);
	cr_assert_leq(answer.lower_pps, 3.21e6);
	cr_assert_gt(answer.upper_pps, 3.21e6);
	cr_assert_leq(answer.width_ratio, 0.005 + 1e-9);
	cr_assert_eq(answer.throughput_pps, answer.lower_pps);
	/* PDR lets 0.5 % be lost: its limit is mu / 0.995, and what comes through there is mu */
	answer = ovr_method_mlr_answer(&mlr, 1);
	cr_assert_eq(answer.end, OVR_METHOD_FOUND);
	cr_assert_leq(answer.lower_pps, 3.21e6 / 0.995);
	cr_assert_gt(answer.upper_pps, 3.21e6 / 0.995);
	cr_assert_leq(answer.throughput_pps, 3.21e6 + 1e-3);
	cr_assert_geq(answer.throughput_pps, 3.21e6 * 0.995);
}

/*
 * Both bounds of both goals need eleven trials of a second in the end, and coarser targets a few
 * before.
 */
Test(mlr, a_search_takes_little_more_than_its_goals_ask_for)
{
	struct device device = { .mu_pps = 3.21e6 };
	struct ovr_method_mlr_conf conf = conf_of();

	search(&device, &conf);
	cr_assert_geq(device.n_trials, 33);
	cr_assert_leq(device.n_trials, 100);
}

Test(mlr, a_good_guess_saves_trials)
{
	struct device far = { .mu_pps = 3.21e6 }, near = { .mu_pps = 3.21e6 };
	struct ovr_method_mlr_conf conf = conf_of();

	search(&far, &conf);
	conf.first_pps = 3.2e6;
	search(&near, &conf);
	cr_assert_lt(near.n_trials, far.n_trials);
	cr_assert_eq(ovr_method_mlr_answer(&mlr, 0).end, OVR_METHOD_FOUND);
}

Test(mlr, a_device_that_never_loses_takes_at_least_the_highest_load)
{
	struct device device = { 0 };
	struct ovr_method_mlr_conf conf = conf_of();
	struct ovr_method_answer answer;

	search(&device, &conf);
	answer = ovr_method_mlr_answer(&mlr, 0);
	cr_assert_eq(answer.end, OVR_METHOD_AT_LEAST);
	cr_assert_eq(answer.lower_pps, 10e6);
	cr_assert_eq(answer.upper_pps, 0);
	cr_assert_eq(device.n_trials, 11);
}

Test(mlr, a_device_that_loses_at_any_load_has_no_answer)
{
	struct device device = { .any_ratio = 0.1 };
	struct ovr_method_mlr_conf conf = conf_of();

	search(&device, &conf);
	cr_assert_eq(mlr.tried.stop, OVR_METHOD_DONE);
	for (uint32_t goal = 0; goal < 2; goal++) {
		struct ovr_method_answer answer = ovr_method_mlr_answer(&mlr, goal);

		cr_assert_eq(answer.end, OVR_METHOD_BELOW);
		cr_assert_eq(answer.lower_pps, 0);
		cr_assert_eq(answer.throughput_pps, 0);
		cr_assert_float_eq(answer.upper_pps, 10e3, 1e-6);
	}
}

Test(mlr, goals_part_where_a_device_always_loses_a_little)
{
	struct device device = { .mu_pps = 5e6, .any_ratio = 0.001 };
	struct ovr_method_mlr_conf conf = conf_of();
	struct ovr_method_answer answer;

	search(&device, &conf);
	cr_assert_eq(ovr_method_mlr_answer(&mlr, 0).end, OVR_METHOD_BELOW);
	answer = ovr_method_mlr_answer(&mlr, 1);
	cr_assert_eq(answer.end, OVR_METHOD_FOUND);
	cr_assert_leq(answer.lower_pps, 5e6 / 0.995);
	cr_assert_gt(answer.upper_pps, 5e6 / 0.995);
}

Test(mlr, an_answer_stands_below_the_lowest_load_that_failed)
{
	struct device device = { .mu_pps = 6e6, .hole_low = 1.9e6, .hole_high = 2.1e6 };
	struct ovr_method_mlr_conf conf = conf_of();
	struct ovr_method_answer answer;

	/* the search comes upon the hole first */
	conf.first_pps = 2e6;
	search(&device, &conf);
	answer = ovr_method_mlr_answer(&mlr, 0);
	cr_assert_eq(answer.end, OVR_METHOD_FOUND);
	cr_assert_leq(answer.lower_pps, 1.9e6);
	cr_assert_geq(answer.lower_pps, 1.9e6 * 0.995);
}

/*
 * A fifth of the trials lose something by chance: half of the time may, so the limit is found all
 * the same.
 */
Test(mlr, rare_losses_do_not_pull_the_answer_down)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct device device = { .mu_pps = 4e6, .q = 0.2, .random = seed };
		struct ovr_method_mlr_conf conf = conf_of();
		struct ovr_method_answer answer;

		search(&device, &conf);
		answer = ovr_method_mlr_answer(&mlr, 0);
		cr_assert_eq(answer.end, OVR_METHOD_FOUND, "seed %lu", seed);
		cr_assert_leq(answer.lower_pps, 4e6);
		cr_assert_geq(answer.lower_pps, 4e6 * 0.9, "seed %lu: %f", seed, answer.lower_pps);
	}
}

Test(mlr, the_limit_of_time_ends_a_search_with_what_is_known)
{
	struct device device = { .mu_pps = 3.21e6 };
	struct ovr_method_mlr_conf conf = conf_of();

	conf.limit_ns = 20 * S;
	search(&device, &conf);
	cr_assert_eq(mlr.tried.stop, OVR_METHOD_TIME);
	cr_assert_leq(device.spent_ns, 20 * S);
	cr_assert_eq(ovr_method_mlr_answer(&mlr, 0).end, OVR_METHOD_OPEN);
}

Test(mlr, no_higher_load_is_intended_than_the_sender_can_do)
{
	struct device device = { .sender_pps = 2e6 };
	struct ovr_method_mlr_conf conf = conf_of();
	struct ovr_method_answer answer;

	search(&device, &conf);
	cr_assert_eq(mlr.tried.stop, OVR_METHOD_DONE);
	cr_assert_eq(mlr.tried.n_irregular, 3);
	answer = ovr_method_mlr_answer(&mlr, 0);
	cr_assert_eq(answer.end, OVR_METHOD_AT_LEAST);
	cr_assert_eq(answer.lower_pps, 2e6);
}

Test(mlr, a_sender_that_cannot_do_the_lowest_load_ends_the_search)
{
	struct device device = { .sender_pps = 5e3 };
	struct ovr_method_mlr_conf conf = conf_of();

	search(&device, &conf);
	cr_assert_eq(mlr.tried.stop, OVR_METHOD_SHORT);
	cr_assert_eq(device.n_trials, 3);
	cr_assert_eq(ovr_method_mlr_answer(&mlr, 0).lower_pps, 0);
}

Test(mlr, a_sender_that_stalls_is_not_asked_for_less_and_ends_the_search_where_it_goes_on)
{
	struct device device = { .mu_pps = 3.21e6, .stalled_ratio = 0.3 };
	struct ovr_method_mlr_conf conf = conf_of();

	search(&device, &conf);
	cr_assert_eq(mlr.tried.stop, OVR_METHOD_STALLED);
	cr_assert_eq(device.n_trials, 10);
	cr_assert_eq(mlr.tried.n_irregular, 10);
	cr_assert_eq(mlr.tried.max_pps, 10e6);
	/* within the tolerance it is no matter */
	device = (struct device){ .mu_pps = 3.21e6, .stalled_ratio = 0.03 };
	search(&device, &conf);
	cr_assert_eq(mlr.tried.stop, OVR_METHOD_DONE);
	cr_assert_eq(mlr.tried.n_irregular, 0);
}

/* What was achieved in a trial with stalls is below what the device took in between. */
Test(mlr, a_sender_that_stalls_now_and_then_does_not_pull_the_upper_bound_below_the_truth)
{
	struct device device = { .mu_pps = 9.6e6 };
	struct ovr_method_mlr_conf conf = {
		.goal = { { 1 * S, 1 * S, 1 * S, 0, 0, 0.005 } },
		.n_goals = 1,
		.min_pps = 10e3,
		.max_pps = 10e6,
		.first_pps = 10e6,
		.tolerance_ratio = 0.05,
		.limit_ns = 1200 * S,
	};
	struct ovr_method_answer answer;
	struct ovr_method_ask ask;

	ovr_method_mlr_begin(&mlr, &conf);
	while (ovr_method_mlr_next(&mlr, &ask)) {
		struct ovr_method_trial trial;

		device.stalled_ratio = device.n_trials % 3 == 0 ? 0.1 : 0;
		trial = trial_of(&device, &ask);
		ovr_method_mlr_take(&mlr, &trial, ask.duration_ns);
	}
	answer = ovr_method_mlr_answer(&mlr, 0);
	cr_assert_gt(mlr.tried.n_irregular, 1);
	cr_assert_eq(answer.end, OVR_METHOD_FOUND);
	cr_assert_leq(answer.lower_pps, 9.6e6);
	cr_assert_gt(answer.upper_pps, 9.6e6);
}

static double
counts_at(double achieved_pps, double able_pps, double loss_ratio)
{
	struct ovr_method_trial trial = { 10e6, achieved_pps, able_pps, 1 * S, loss_ratio, 0 };
	struct ovr_method_mlr_conf conf = conf_of();

	ovr_method_mlr_begin(&mlr, &conf);
	cr_assert_not(ovr_method_mlr_take(&mlr, &trial, 1 * S));
	cr_assert_eq(mlr.tried.n_trials, trial.load_pps != 0);
	return trial.load_pps;
}

Test(mlr, a_short_trial_counts_where_it_shows_something)
{
	/* without loss: what was achieved, whatever was in the way */
	cr_assert_eq(counts_at(7e6, 10e6, 0), 7e6);
	cr_assert_eq(counts_at(7e6, 7e6, 0), 7e6);
	/* with loss: what was sent between the stalls */
	cr_assert_eq(counts_at(7e6, 9.9e6, 0.01), 10e6);
	cr_assert_eq(counts_at(7e6, 8e6, 0.01), 8e6);
	cr_assert_eq(counts_at(7e6, 7e6, 0.01), 7e6);
	/* too much for NDR and not for PDR */
	cr_assert_eq(counts_at(7e6, 10e6, 0.001), 0);
	cr_assert_eq(counts_at(7e6, 7e6, 0.001), 7e6);
}

Test(mlr, a_trial_that_came_to_nothing_is_asked_for_again)
{
	struct ovr_method_mlr_conf conf = conf_of();
	struct ovr_method_ask first, again;

	ovr_method_mlr_begin(&mlr, &conf);
	cr_assert(ovr_method_mlr_next(&mlr, &first));
	ovr_method_mlr_pass(&mlr, 1199 * S);
	cr_assert(ovr_method_mlr_next(&mlr, &again));
	cr_assert_eq(first.load_pps, again.load_pps);
	ovr_method_mlr_pass(&mlr, 1);
	cr_assert_not(ovr_method_mlr_next(&mlr, &again));
	cr_assert_eq(mlr.tried.stop, OVR_METHOD_TIME);
}

Test(mlr, one_load_alone_can_be_tried)
{
	struct device device = { .mu_pps = 1e6 };
	struct ovr_method_mlr_conf conf = conf_of();

	conf.min_pps = conf.max_pps = 2e6;
	search(&device, &conf);
	cr_assert_eq(ovr_method_mlr_answer(&mlr, 0).end, OVR_METHOD_BELOW);
	device.mu_pps = 3e6;
	search(&device, &conf);
	cr_assert_eq(ovr_method_mlr_answer(&mlr, 0).end, OVR_METHOD_AT_LEAST);
}

/* Devices that lose by chance, have holes, and senders that stall: NDR and PDR of one search. */
Test(mlr, a_stricter_goal_never_has_the_higher_answer)
{
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct device device = { .random = seed };
		struct ovr_method_mlr_conf conf = conf_of();
		struct ovr_method_answer strict, lax;

		device.mu_pps = 1e6 + 8e6 * draw_unit(&device);
		device.q = 0.6 * draw_unit(&device);
		device.hole_low = 8e6 * draw_unit(&device);
		device.hole_high = device.hole_low * (1 + 0.1 * draw_unit(&device));
		device.stalled_ratio = 0.04 * draw_unit(&device);
		search(&device, &conf);
		strict = ovr_method_mlr_answer(&mlr, 0);
		lax = ovr_method_mlr_answer(&mlr, 1);
		cr_assert_leq(strict.lower_pps, lax.lower_pps, "seed %lu", seed);
		cr_assert(lax.upper_pps == 0 || strict.upper_pps <= lax.upper_pps, "seed %lu", seed);
	}
}
