/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/bisect.h"

#include <criterion/criterion.h>

#include "device.h"

static struct ovr_method_bisect bisect;

static struct ovr_method_bisect_conf
conf_of(uint32_t attempts)
{
	return (struct ovr_method_bisect_conf){
		.goal[0] = { .final_ns = 1 * S,
			.loss_ratio = 0,
			.width_ratio = 0.005,
			.attempts = attempts,
			.retry_lost = 100 },
		.n_goals = 1,
		.min_pps = 10e3,
		.max_pps = 10e6,
		.tolerance_ratio = 0.05,
		.limit_ns = 1200 * S,
	};
}

static struct ovr_method_answer
search(struct device *device, const struct ovr_method_bisect_conf *conf)
{
	struct ovr_method_ask ask;

	ovr_method_bisect_begin(&bisect, conf);
	while (ovr_method_bisect_next(&bisect, &ask)) {
		struct ovr_method_trial trial = trial_of(device, &ask);

		cr_assert_leq(ask.load_pps, conf->max_pps);
		cr_assert_geq(ask.load_pps, conf->min_pps);
		ovr_method_bisect_take(&bisect, &trial, ask.duration_ns);
	}
	return ovr_method_bisect_answer(&bisect, 0);
}

Test(bisect, a_good_load_fails_by_chance_with_q_to_the_k)
{
	cr_assert_float_eq(ovr_method_bisect_false_fail(0.20, 1), 0.20, 1e-12);
	cr_assert_float_eq(ovr_method_bisect_false_fail(0.20, 2), 0.04, 1e-12);
	cr_assert_float_eq(ovr_method_bisect_false_fail(0.20, 3), 0.008, 1e-12);
	cr_assert_float_eq(ovr_method_bisect_false_fail(0.05, 1), 0.05, 1e-12);
	cr_assert_float_eq(ovr_method_bisect_false_fail(0.05, 2), 0.0025, 1e-12);
	cr_assert_float_eq(ovr_method_bisect_false_fail(0.05, 3), 1.25e-4, 1e-12);
}

/* How often does a load fail that the device takes, in 100,000 searches of that load alone? */
static double
share_failed(double q, uint32_t attempts)
{
	struct device device = { .q = q, .random = attempts };
	struct ovr_method_bisect_conf conf = conf_of(attempts);
	unsigned int n_failed = 0;

	conf.min_pps = conf.max_pps = 1e6;
	for (unsigned int i = 0; i < 100000; i++)
		n_failed += search(&device, &conf).end == OVR_METHOD_BELOW;
	return n_failed / 1e5;
}

/* Within four standard deviations of q^k in 100,000. */
Test(bisect, simulated_false_failures_are_as_rare_as_q_to_the_k)
{
	cr_assert_float_eq(share_failed(0.20, 1), 0.20, 0.0051);
	cr_assert_float_eq(share_failed(0.20, 2), 0.04, 0.0025);
	cr_assert_float_eq(share_failed(0.20, 3), 0.008, 0.0012);
	cr_assert_float_eq(share_failed(0.05, 1), 0.05, 0.0028);
	cr_assert_float_eq(share_failed(0.05, 2), 0.0025, 0.0007);
	cr_assert_float_eq(share_failed(0.05, 3), 1.25e-4, 0.00015);
}

Test(bisect, a_hard_limit_is_found_within_the_width)
{
	struct device device = { .mu_pps = 3.21e6 };
	struct ovr_method_bisect_conf conf = conf_of(1);
	struct ovr_method_answer answer = search(&device, &conf);

	cr_assert_eq(answer.end, OVR_METHOD_FOUND);
	cr_assert_leq(answer.lower_pps, 3.21e6);
	cr_assert_gt(answer.upper_pps, 3.21e6);
	cr_assert_leq(answer.width_ratio, 0.005 + 1e-9);
	cr_assert_eq(answer.throughput_pps, answer.lower_pps);
	/* the highest load, and ceil(log2(10e6 / 16e3)) = 10 in between */
	cr_assert_eq(ovr_method_bisect_loads(&bisect).n_decided, 11);
	cr_assert_eq(device.n_trials, 11);
}

Test(bisect, much_loss_is_believed_at_once_and_little_is_not)
{
	struct device device = { .mu_pps = 3.21e6 };
	struct ovr_method_bisect_conf conf = conf_of(3);

	search(&device, &conf);
	cr_assert_eq(device.n_trials, 11);
	conf.goal[0].retry_lost = 10000000;
	device.n_trials = 0;
	search(&device, &conf);
	cr_assert_eq(ovr_method_bisect_loads(&bisect).n_decided, 11);
	/* three attempts wherever frames were lost, and one where they were not */
	cr_assert_gt(device.n_trials, 21);
	cr_assert_lt(device.n_trials, 33);
	cr_assert_eq(ovr_method_bisect_loads(&bisect).n_retried, 0);
}

Test(bisect, attempts_are_counted_in_all)
{
	struct ovr_method_bisect_conf conf = conf_of(2);
	struct ovr_method_trial lossy = { .lost = 10, .loss_ratio = 1e-6, .duration_ns = 1 * S };
	struct ovr_method_ask ask;

	ovr_method_bisect_begin(&bisect, &conf);
	for (unsigned int attempt = 1; attempt <= 2; attempt++) {
		cr_assert(ovr_method_bisect_next(&bisect, &ask));
		cr_assert_eq(ask.load_pps, 10e6);
		lossy.load_pps = lossy.achieved_pps = ask.load_pps;
		ovr_method_bisect_take(&bisect, &lossy, ask.duration_ns);
	}
	cr_assert(ovr_method_bisect_next(&bisect, &ask));
	cr_assert_lt(ask.load_pps, 10e6);
}

Test(bisect, a_load_that_passed_at_its_second_attempt_is_counted)
{
	struct ovr_method_bisect_conf conf = conf_of(2);
	struct ovr_method_trial trial = {
		.load_pps = 10e6, .achieved_pps = 10e6, .lost = 10, .loss_ratio = 1e-6, .duration_ns = 1 * S
	};

	ovr_method_bisect_begin(&bisect, &conf);
	ovr_method_bisect_take(&bisect, &trial, 1 * S);
	trial.lost = 0;
	trial.loss_ratio = 0;
	ovr_method_bisect_take(&bisect, &trial, 1 * S);
	cr_assert_eq(ovr_method_bisect_loads(&bisect).n_retried, 1);
	cr_assert_eq(ovr_method_bisect_answer(&bisect, 0).end, OVR_METHOD_AT_LEAST);
}

Test(bisect, a_device_that_never_loses_takes_at_least_the_highest_load)
{
	struct device device = { 0 };
	struct ovr_method_bisect_conf conf = conf_of(1);
	struct ovr_method_answer answer = search(&device, &conf);

	cr_assert_eq(answer.end, OVR_METHOD_AT_LEAST);
	cr_assert_eq(answer.lower_pps, 10e6);
	cr_assert_eq(device.n_trials, 1);
}

Test(bisect, a_device_that_loses_at_any_load_has_no_answer)
{
	struct device device = { .any_ratio = 0.1 };
	struct ovr_method_bisect_conf conf = conf_of(1);
	struct ovr_method_answer answer = search(&device, &conf);

	cr_assert_eq(answer.end, OVR_METHOD_BELOW);
	cr_assert_eq(answer.lower_pps, 0);
	cr_assert_eq(answer.upper_pps, 10e3);
	cr_assert_eq(answer.throughput_pps, 0);
}

Test(bisect, the_limit_of_time_ends_a_search_with_what_is_known)
{
	struct device device = { .mu_pps = 3.21e6 };
	struct ovr_method_bisect_conf conf = conf_of(1);
	struct ovr_method_answer answer;

	conf.limit_ns = 4 * S;
	answer = search(&device, &conf);
	cr_assert_eq(bisect.tried.stop, OVR_METHOD_TIME);
	cr_assert_eq(device.n_trials, 4);
	cr_assert_eq(answer.end, OVR_METHOD_OPEN);
	cr_assert_eq(answer.lower_pps, 2507500);
	cr_assert_eq(answer.upper_pps, 3756250);
}

Test(bisect, no_higher_load_is_intended_than_the_sender_can_do)
{
	struct device device = { .sender_pps = 2e6 };
	struct ovr_method_bisect_conf conf = conf_of(1);
	struct ovr_method_answer answer = search(&device, &conf);

	cr_assert_eq(answer.end, OVR_METHOD_AT_LEAST);
	cr_assert_eq(answer.lower_pps, 2e6);
	cr_assert_eq(bisect.tried.n_irregular, 3);
	device.sender_pps = 5e3;
	search(&device, &conf);
	cr_assert_eq(bisect.tried.stop, OVR_METHOD_SHORT);
}

Test(bisect, a_sender_that_stalls_is_not_asked_for_less_and_ends_the_search_where_it_goes_on)
{
	struct device device = { .stalled_ratio = 0.3 };
	struct ovr_method_bisect_conf conf = conf_of(1);

	search(&device, &conf);
	cr_assert_eq(bisect.tried.stop, OVR_METHOD_STALLED);
	cr_assert_eq(device.n_trials, 10);
	cr_assert_eq(bisect.tried.max_pps, 10e6);
}

Test(bisect, a_sender_that_is_short_above_what_the_device_takes_changes_nothing)
{
	struct device device = { .mu_pps = 1e6, .sender_pps = 2e6 };
	struct ovr_method_bisect_conf conf = conf_of(1);
	struct ovr_method_answer answer = search(&device, &conf);

	cr_assert_eq(answer.end, OVR_METHOD_FOUND);
	cr_assert_leq(answer.lower_pps, 1e6);
	cr_assert_gt(answer.upper_pps, 1e6);
}

/*
 * Two goals of a device: what the first one's trials were for is what the second one begins with.
 */
static struct ovr_method_bisect_conf
conf_of_two(void)
{
	struct ovr_method_bisect_conf conf = conf_of(2);

	conf.n_goals = 2;
	conf.goal[1] = conf.goal[0];
	conf.goal[1].loss_ratio = 0.005;
	return conf;
}

/*
 * Of 11 loads for the first goal, and all of those that a search for the second one alone would
 * make again.
 */
Test(bisect, goals_share_their_trials)
{
	struct device device = { .mu_pps = 3.21e6 };
	struct ovr_method_bisect_conf conf = conf_of_two();

	search(&device, &conf);
	cr_assert_eq(ovr_method_bisect_answer(&bisect, 0).end, OVR_METHOD_FOUND);
	cr_assert_eq(ovr_method_bisect_answer(&bisect, 1).end, OVR_METHOD_FOUND);
	cr_assert_leq(device.n_trials, 13);
	cr_assert_geq(ovr_method_bisect_answer(&bisect, 1).upper_pps, 3.21e6 / 0.995);
}

/*
 * The second goal fails at a load where the first one passed: that load is no lower bound of
 * either.
 */
Test(bisect, what_failed_for_one_goal_is_no_lower_bound_of_a_stricter_one)
{
	struct ovr_method_bisect_conf conf = conf_of_two();
	struct ovr_method_answer strict, lax;
	struct ovr_method_trial lossy = { 2e6, 2e6, 2e6, 1 * S, 0.1, 200000 };
	struct ovr_method_trial clean = { 4e6, 4e6, 4e6, 1 * S, 0, 0 };

	ovr_method_bisect_begin(&bisect, &conf);
	ovr_method_bisect_take(&bisect, &clean, 1 * S);
	ovr_method_bisect_take(&bisect, &lossy, 1 * S);
	strict = ovr_method_bisect_answer(&bisect, 0);
	lax = ovr_method_bisect_answer(&bisect, 1);
	cr_assert_eq(strict.lower_pps, 0);
	cr_assert_eq(strict.upper_pps, 2e6);
	cr_assert_eq(lax.lower_pps, 0);
	cr_assert_eq(lax.upper_pps, 2e6);
}

/* Devices that lose by chance, have holes, and senders that stall or can do no more. */
Test(bisect, a_stricter_goal_never_has_the_higher_answer)
{
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct device device = { .random = seed };
		struct ovr_method_bisect_conf conf = conf_of_two();
		struct ovr_method_answer strict, lax;

		device.mu_pps = 1e6 + 8e6 * draw_unit(&device);
		device.q = 0.5 * draw_unit(&device);
		device.hole_low = 8e6 * draw_unit(&device);
		device.hole_high = device.hole_low * (1 + 0.1 * draw_unit(&device));
		device.stalled_ratio = 0.04 * draw_unit(&device);
		device.sender_pps = draw_unit(&device) < 0.3 ? 5e6 : 0;
		conf.goal[0].loss_ratio = draw_unit(&device) < 0.5 ? 0 : 0.001;
		search(&device, &conf);
		strict = ovr_method_bisect_answer(&bisect, 0);
		lax = ovr_method_bisect_answer(&bisect, 1);
		cr_assert_leq(strict.lower_pps, lax.lower_pps, "seed %lu", seed);
		cr_assert(lax.upper_pps == 0 || strict.upper_pps <= lax.upper_pps, "seed %lu", seed);
		cr_assert(strict.upper_pps == 0 || strict.lower_pps < strict.upper_pps, "seed %lu", seed);
	}
}
