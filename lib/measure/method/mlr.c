/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/mlr.h"

#include <math.h>
#include <string.h>

/* A step is no wider than this share of its upper end. */
#define STEP_MAX 0.5

void
ovr_method_mlr_begin(struct ovr_method_mlr *mlr, const struct ovr_method_mlr_conf *conf)
{
	memset(mlr, 0, sizeof(*mlr));
	mlr->conf = *conf;
	ovr_method_tried_begin(&mlr->tried, conf->goal, conf->n_goals, conf->min_pps, conf->max_pps,
		conf->tolerance_ratio, conf->limit_ns);
}

static uint64_t
between(uint64_t first, uint64_t last, double way)
{
	return (uint64_t)llround((double)first * pow((double)last / (double)first, way));
}

struct ovr_method_goal
ovr_method_mlr_target(const struct ovr_method_goal *goal, uint32_t target)
{
	double way = target / (OVR_METHOD_MLR_TARGETS - 1.0);
	struct ovr_method_goal t = *goal;

	t.final_ns = between(goal->initial_ns, goal->final_ns, way);
	t.sum_ns = between(goal->initial_ns, goal->sum_ns, way);
	t.width_ratio = goal->width_ratio * (1u << (OVR_METHOD_MLR_TARGETS - 1 - target));
	return t;
}

static double
clamp(const struct ovr_method_mlr *mlr, double pps)
{
	return fmax(fmin(pps, mlr->tried.max_pps), mlr->conf.min_pps);
}

/* Whether a trial at this load would narrow these bounds. */
static bool
is_within(struct ovr_method_ends ends, double pps)
{
	return pps > ends.lower_pps && (ends.upper_pps == 0 || pps < ends.upper_pps);
}

/* The step away from the only bound: the width, then twice as much each time. */
static double
step_of(const struct ovr_method_mlr *mlr, const struct ovr_method_goal *target)
{
	return fmin(STEP_MAX, target->width_ratio * exp2(fmin(mlr->n_steps, 32)));
}

static double
load_between(struct ovr_method_mlr *mlr, const struct ovr_method_goal *target, struct ovr_method_ends ends)
{
	double step = step_of(mlr, target);

	if (ends.lower_pps != 0 && ends.upper_pps != 0)
		return clamp(mlr, (ends.lower_pps + ends.upper_pps) / 2);
	if (ends.lower_pps == 0 && ends.upper_pps == 0)
		return clamp(mlr, mlr->conf.first_pps);
	mlr->n_steps++;
	return clamp(mlr, ends.upper_pps == 0 ? ends.lower_pps / (1 - step) : ends.upper_pps * (1 - step));
}

/* The load to try for one target of one goal. */
static double
load_for(struct ovr_method_mlr *mlr, uint32_t goal, uint32_t number, const struct ovr_method_goal *target,
	struct ovr_method_ends ends)
{
	struct ovr_method_goal coarser;
	struct ovr_method_ends before;

	if (mlr->current_goal != goal || mlr->current_target != number)
		mlr->n_steps = 0;
	else if (mlr->intended_pps != 0 && is_within(ends, mlr->intended_pps))
		return mlr->intended_pps;
	if (number == 0)
		return load_between(mlr, target, ends);
	coarser = ovr_method_mlr_target(&mlr->conf.goal[goal], number - 1);
	before = ovr_method_tried_ends(&mlr->tried, &coarser);
	if (before.lower_pps != 0 && before.lower_pps <= mlr->tried.max_pps &&
		is_within(ends, before.lower_pps))
		return before.lower_pps;
	if (before.upper_pps != 0 && before.upper_pps <= mlr->tried.max_pps &&
		is_within(ends, before.upper_pps))
		return before.upper_pps;
	return load_between(mlr, target, ends);
}

/* Set what is to be asked for. @return false: every goal has ended */
static bool
choose(struct ovr_method_mlr *mlr)
{
	for (uint32_t number = 0; number < OVR_METHOD_MLR_TARGETS; number++)
		for (uint32_t goal = 0; goal < mlr->conf.n_goals; goal++) {
			struct ovr_method_goal target = ovr_method_mlr_target(&mlr->conf.goal[goal], number);
			struct ovr_method_ends ends = ovr_method_tried_ends(&mlr->tried, &target);
			double pps;

			if (ovr_method_tried_end(&mlr->tried, &target, ends) != OVR_METHOD_OPEN)
				continue;
			pps = load_for(mlr, goal, number, &target, ends);
			if (pps != mlr->intended_pps)
				mlr->tried.n_short = 0;
			mlr->intended_pps = pps;
			mlr->current_goal = goal;
			mlr->current_target = number;
			return true;
		}
	return false;
}

bool
ovr_method_mlr_next(struct ovr_method_mlr *mlr, struct ovr_method_ask *ret_ask)
{
	struct ovr_method_goal target;

	if (mlr->tried.stop != OVR_METHOD_GOING)
		return false;
	if (!choose(mlr)) {
		mlr->tried.stop = OVR_METHOD_DONE;
		return false;
	}
	target = ovr_method_mlr_target(&mlr->conf.goal[mlr->current_goal], mlr->current_target);
	*ret_ask = (struct ovr_method_ask){ mlr->intended_pps, target.final_ns };
	return ovr_method_tried_has_room(&mlr->tried, target.final_ns);
}

bool
ovr_method_mlr_take(struct ovr_method_mlr *mlr, struct ovr_method_trial *trial, uint64_t spent_ns)
{
	enum ovr_method_taken taken = ovr_method_tried_take(&mlr->tried, trial, spent_ns);

	if (taken == OVR_METHOD_LOWERED)
		mlr->intended_pps = 0;
	return taken == OVR_METHOD_REGULAR;
}

void
ovr_method_mlr_pass(struct ovr_method_mlr *mlr, uint64_t spent_ns)
{
	mlr->tried.spent_ns += spent_ns;
}

struct ovr_method_answer
ovr_method_mlr_answer(const struct ovr_method_mlr *mlr, uint32_t goal)
{
	return ovr_method_tried_answer(&mlr->tried, goal);
}
