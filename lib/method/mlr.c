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
	mlr->max_fps = conf->max_fps;
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
clamp(const struct ovr_method_mlr *mlr, double fps)
{
	return fmax(fmin(fps, mlr->max_fps), mlr->conf.min_fps);
}

/* Loads of the bounds of one target; 0: no such bound. */
struct ends {
	double lower_fps, upper_fps;
};

static struct ends
ends_of(const struct ovr_method_mlr *mlr, const struct ovr_method_goal *target)
{
	struct ovr_method_bounds bounds = ovr_method_goal_bounds(target, mlr->trial, mlr->n_trials);

	return (struct ends){
		.lower_fps = bounds.n_lower == 0 ? 0 : mlr->trial[bounds.lower].load_fps,
		.upper_fps = bounds.n_upper == 0 ? 0 : mlr->trial[bounds.upper].load_fps,
	};
}

static enum ovr_method_end
end_of(const struct ovr_method_mlr *mlr, const struct ovr_method_goal *target, struct ends ends)
{
	if (ends.lower_fps >= mlr->max_fps && ends.lower_fps != 0)
		return OVR_METHOD_AT_LEAST;
	if (ends.upper_fps != 0 && ends.upper_fps <= mlr->conf.min_fps)
		return OVR_METHOD_BELOW;
	if (ends.lower_fps != 0 && ends.upper_fps != 0 &&
		ovr_method_goal_is_narrow(target, ends.lower_fps, ends.upper_fps))
		return OVR_METHOD_FOUND;
	return OVR_METHOD_OPEN;
}

/* Would a trial at this load tell something between these bounds? */
static bool
is_within(struct ends ends, double fps)
{
	return fps > ends.lower_fps && (ends.upper_fps == 0 || fps < ends.upper_fps);
}

/* The step away from the only bound: the width, then twice as much each time. */
static double
step_of(const struct ovr_method_mlr *mlr, const struct ovr_method_goal *target)
{
	return fmin(STEP_MAX, target->width_ratio * exp2(fmin(mlr->n_steps, 32)));
}

static double
load_between(struct ovr_method_mlr *mlr, const struct ovr_method_goal *target, struct ends ends)
{
	double step = step_of(mlr, target);

	if (ends.lower_fps != 0 && ends.upper_fps != 0)
		return clamp(mlr, (ends.lower_fps + ends.upper_fps) / 2);
	if (ends.lower_fps == 0 && ends.upper_fps == 0)
		return clamp(mlr, mlr->conf.first_fps);
	mlr->n_steps++;
	return clamp(mlr, ends.upper_fps == 0 ? ends.lower_fps / (1 - step) : ends.upper_fps * (1 - step));
}

/* The load to try for one target of one goal. */
static double
load_for(struct ovr_method_mlr *mlr, uint32_t goal, uint32_t number, const struct ovr_method_goal *target,
	struct ends ends)
{
	struct ovr_method_goal coarser;
	struct ends before;

	if (mlr->asked_goal != goal || mlr->asked_target != number)
		mlr->n_steps = 0;
	else if (mlr->asked_fps != 0 && is_within(ends, mlr->asked_fps))
		return mlr->asked_fps;
	if (number == 0)
		return load_between(mlr, target, ends);
	coarser = ovr_method_mlr_target(&mlr->conf.goal[goal], number - 1);
	before = ends_of(mlr, &coarser);
	if (before.lower_fps != 0 && before.lower_fps <= mlr->max_fps && is_within(ends, before.lower_fps))
		return before.lower_fps;
	if (before.upper_fps != 0 && before.upper_fps <= mlr->max_fps && is_within(ends, before.upper_fps))
		return before.upper_fps;
	return load_between(mlr, target, ends);
}

/* Set what is to be asked for. @return false: every goal has ended */
static bool
choose(struct ovr_method_mlr *mlr)
{
	for (uint32_t number = 0; number < OVR_METHOD_MLR_TARGETS; number++)
		for (uint32_t goal = 0; goal < mlr->conf.n_goals; goal++) {
			struct ovr_method_goal target = ovr_method_mlr_target(&mlr->conf.goal[goal], number);
			struct ends ends = ends_of(mlr, &target);
			double fps;

			if (end_of(mlr, &target, ends) != OVR_METHOD_OPEN)
				continue;
			fps = load_for(mlr, goal, number, &target, ends);
			if (fps != mlr->asked_fps)
				mlr->n_short = 0;
			mlr->asked_fps = fps;
			mlr->asked_goal = goal;
			mlr->asked_target = number;
			return true;
		}
	return false;
}

bool
ovr_method_mlr_next(struct ovr_method_mlr *mlr, struct ovr_method_ask *ret_ask)
{
	struct ovr_method_goal target;

	if (mlr->stop != OVR_METHOD_GOING)
		return false;
	if (!choose(mlr)) {
		mlr->stop = OVR_METHOD_DONE;
		return false;
	}
	target = ovr_method_mlr_target(&mlr->conf.goal[mlr->asked_goal], mlr->asked_target);
	if (mlr->n_trials == OVR_METHOD_MLR_TRIALS_MAX)
		mlr->stop = OVR_METHOD_TRIALS;
	else if (mlr->spent_ns + target.final_ns > mlr->conf.limit_ns)
		mlr->stop = OVR_METHOD_TIME;
	if (mlr->stop != OVR_METHOD_GOING)
		return false;
	*ret_ask = (struct ovr_method_ask){ mlr->asked_fps, target.final_ns };
	return true;
}

/* Behind the others of its load. */
static void
insert(struct ovr_method_mlr *mlr, const struct ovr_method_trial *trial)
{
	size_t at = mlr->n_trials++;

	for (; at > 0 && mlr->trial[at - 1].load_fps > trial->load_fps; at--)
		mlr->trial[at] = mlr->trial[at - 1];
	mlr->trial[at] = *trial;
}

/* The sender fell short: how often may it still? */
static void
take_short(struct ovr_method_mlr *mlr, const struct ovr_method_trial *trial)
{
	double achieved_fps = trial->achieved_fps;

	mlr->n_irregular++;
	if (ovr_method_goal_is_stalled(trial, mlr->conf.tolerance_ratio)) {
		if (++mlr->n_stalled == OVR_METHOD_STALLED_MAX)
			mlr->stop = OVR_METHOD_STALLED;
		return;
	}
	mlr->best_short_fps = mlr->n_short++ == 0 ? achieved_fps : fmax(mlr->best_short_fps, achieved_fps);
	if (mlr->n_short < OVR_METHOD_SHORT_MAX)
		return;
	mlr->max_fps = fmax(mlr->best_short_fps, mlr->conf.min_fps);
	for (uint32_t goal = 0; goal < mlr->conf.n_goals; goal++)
		mlr->max_fps = fmax(mlr->max_fps, ends_of(mlr, &mlr->conf.goal[goal]).lower_fps);
	if (mlr->best_short_fps < mlr->conf.min_fps * (1 - mlr->conf.tolerance_ratio))
		mlr->stop = OVR_METHOD_SHORT;
	mlr->asked_fps = 0;
	mlr->n_short = 0;
}

bool
ovr_method_mlr_take(struct ovr_method_mlr *mlr, struct ovr_method_trial *trial, uint64_t spent_ns)
{
	double tolerance = mlr->conf.tolerance_ratio;
	bool is_short = trial->achieved_fps < trial->load_fps * (1 - tolerance);
	struct ovr_method_trial asked = *trial;

	mlr->spent_ns += spent_ns;
	if (is_short)
		trial->load_fps = ovr_method_goal_short_load(
			mlr->conf.goal, mlr->conf.n_goals, &asked, tolerance);
	if (mlr->n_trials == OVR_METHOD_MLR_TRIALS_MAX)
		return !is_short;
	if (trial->load_fps != 0)
		insert(mlr, trial);
	if (is_short)
		take_short(mlr, &asked);
	else
		mlr->n_short = mlr->n_stalled = 0;
	return !is_short;
}

void
ovr_method_mlr_pass(struct ovr_method_mlr *mlr, uint64_t spent_ns)
{
	mlr->spent_ns += spent_ns;
}

struct ovr_method_answer
ovr_method_mlr_answer(const struct ovr_method_mlr *mlr, uint32_t goal)
{
	const struct ovr_method_goal *target = &mlr->conf.goal[goal];
	struct ovr_method_answer answer = ovr_method_goal_answer(target, mlr->trial, mlr->n_trials);

	answer.end = end_of(mlr, target, ends_of(mlr, target));
	return answer;
}
