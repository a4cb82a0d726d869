/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/bisect.h"

#include <math.h>
#include <string.h>

void
ovr_method_bisect_begin(struct ovr_method_bisect *bisect, const struct ovr_method_bisect_conf *conf)
{
	memset(bisect, 0, sizeof(*bisect));
	bisect->conf = *conf;
	ovr_method_tried_begin(&bisect->tried, conf->goal, conf->n_goals, conf->min_pps, conf->max_pps,
		conf->tolerance_ratio, conf->limit_ns);
}

static double
load_for(const struct ovr_method_bisect *bisect, const struct ovr_method_goal *goal,
	struct ovr_method_ends ends)
{
	double lower_pps = fmax(ends.lower_pps, bisect->conf.min_pps);

	/* one that is not decided yet */
	if (bisect->intended_pps > ends.lower_pps &&
		(ends.upper_pps == 0 || bisect->intended_pps < ends.upper_pps))
		return bisect->intended_pps;
	if (ends.upper_pps == 0)
		return bisect->tried.max_pps;
	/* nothing passed, and there is no load left above the lowest */
	if (ends.lower_pps == 0 && ovr_method_goal_is_narrow(goal, lower_pps, ends.upper_pps))
		return bisect->conf.min_pps;
	return fmin((lower_pps + ends.upper_pps) / 2, bisect->tried.max_pps);
}

/* Set what is to be asked for. @return false: every goal has ended */
static bool
choose(struct ovr_method_bisect *bisect)
{
	for (uint32_t g = 0; g < bisect->conf.n_goals; g++) {
		const struct ovr_method_goal *goal = &bisect->conf.goal[g];
		struct ovr_method_ends ends = ovr_method_tried_ends(&bisect->tried, goal);
		double pps;

		if (ovr_method_tried_end(&bisect->tried, goal, ends) != OVR_METHOD_OPEN)
			continue;
		if (bisect->current_goal != g)
			bisect->intended_pps = 0;
		pps = load_for(bisect, goal, ends);
		if (pps != bisect->intended_pps)
			bisect->tried.n_short = 0;
		bisect->intended_pps = pps;
		bisect->current_goal = g;
		return true;
	}
	return false;
}

bool
ovr_method_bisect_next(struct ovr_method_bisect *bisect, struct ovr_method_ask *ret_ask)
{
	uint64_t duration_ns;

	if (bisect->tried.stop != OVR_METHOD_GOING)
		return false;
	if (!choose(bisect)) {
		bisect->tried.stop = OVR_METHOD_DONE;
		return false;
	}
	duration_ns = bisect->conf.goal[bisect->current_goal].final_ns;
	*ret_ask = (struct ovr_method_ask){ bisect->intended_pps, duration_ns };
	return ovr_method_tried_has_room(&bisect->tried, duration_ns);
}

bool
ovr_method_bisect_take(struct ovr_method_bisect *bisect, struct ovr_method_trial *trial, uint64_t spent_ns)
{
	enum ovr_method_taken taken = ovr_method_tried_take(&bisect->tried, trial, spent_ns);

	if (taken == OVR_METHOD_LOWERED)
		bisect->intended_pps = 0;
	return taken == OVR_METHOD_REGULAR;
}

void
ovr_method_bisect_pass(struct ovr_method_bisect *bisect, uint64_t spent_ns)
{
	bisect->tried.spent_ns += spent_ns;
}

struct ovr_method_answer
ovr_method_bisect_answer(const struct ovr_method_bisect *bisect, uint32_t goal)
{
	return ovr_method_tried_answer(&bisect->tried, goal);
}

/* What the trials at one load came to, for all goals together. */
static void
count_load(const struct ovr_method_bisect *bisect, const struct ovr_method_trial *trial, size_t n_trials,
	struct ovr_method_bisect_loads *loads)
{
	bool is_decided = false, is_retried = false;

	for (uint32_t g = 0; g < bisect->conf.n_goals; g++) {
		const struct ovr_method_goal *goal = &bisect->conf.goal[g];
		enum ovr_method_bound bound = ovr_method_goal_classify(goal, trial, n_trials);

		is_decided = is_decided || bound != OVR_METHOD_UNDECIDED;
		is_retried = is_retried ||
			(bound == OVR_METHOD_LOWER && trial[0].loss_ratio > goal->loss_ratio);
	}
	loads->n_decided += is_decided;
	loads->n_retried += is_retried;
}

struct ovr_method_bisect_loads
ovr_method_bisect_loads(const struct ovr_method_bisect *bisect)
{
	const struct ovr_method_trial *trial = bisect->tried.trial;
	struct ovr_method_bisect_loads loads = { 0 };

	for (size_t i = 0, n; i < bisect->tried.n_trials; i += n) {
		for (n = 1; i + n < bisect->tried.n_trials && trial[i + n].load_pps == trial[i].load_pps; n++)
			;
		count_load(bisect, &trial[i], n, &loads);
	}
	return loads;
}

double
ovr_method_bisect_false_fail(double q, uint32_t attempts)
{
	return pow(q, attempts);
}
