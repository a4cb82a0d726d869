/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/bisect.h"

#include <math.h>

void
ovr_method_bisect_begin(struct ovr_method_bisect *bisect, const struct ovr_method_bisect_conf *conf)
{
	*bisect = (struct ovr_method_bisect){
		.conf = *conf,
		.max_fps = conf->max_fps,
		.asked_fps = conf->max_fps,
	};
}

static enum ovr_method_end
end_of(const struct ovr_method_bisect *bisect)
{
	if (bisect->lower_fps != 0 && bisect->lower_fps >= bisect->max_fps)
		return OVR_METHOD_AT_LEAST;
	if (bisect->upper_fps != 0 && bisect->upper_fps <= bisect->conf.min_fps)
		return OVR_METHOD_BELOW;
	if (bisect->lower_fps != 0 && bisect->upper_fps != 0 &&
		ovr_method_goal_is_narrow(&bisect->conf.goal, bisect->lower_fps, bisect->upper_fps))
		return OVR_METHOD_FOUND;
	return OVR_METHOD_OPEN;
}

/* The load behind one that was decided. */
static double
next_load(const struct ovr_method_bisect *bisect)
{
	double lower_fps = fmax(bisect->lower_fps, bisect->conf.min_fps);

	if (end_of(bisect) != OVR_METHOD_OPEN)
		return 0;
	if (bisect->upper_fps == 0)
		return bisect->max_fps;
	/* nothing passed, and there is no load left above the lowest */
	if (bisect->lower_fps == 0 &&
		ovr_method_goal_is_narrow(&bisect->conf.goal, lower_fps, bisect->upper_fps))
		return bisect->conf.min_fps;
	return fmin((lower_fps + bisect->upper_fps) / 2, bisect->max_fps);
}

static void
go_on(struct ovr_method_bisect *bisect)
{
	bisect->asked_fps = next_load(bisect);
	bisect->attempt = bisect->n_short = 0;
	if (bisect->asked_fps == 0)
		bisect->stop = OVR_METHOD_DONE;
}

bool
ovr_method_bisect_next(struct ovr_method_bisect *bisect, struct ovr_method_ask *ret_ask)
{
	uint64_t duration_ns = bisect->conf.goal.final_ns;

	if (bisect->stop == OVR_METHOD_GOING && bisect->spent_ns + duration_ns > bisect->conf.limit_ns)
		bisect->stop = OVR_METHOD_TIME;
	if (bisect->stop != OVR_METHOD_GOING)
		return false;
	*ret_ask = (struct ovr_method_ask){ bisect->asked_fps, duration_ns };
	return true;
}

static void
take_passed(struct ovr_method_bisect *bisect, double load_fps, const struct ovr_method_trial *trial)
{
	if (load_fps <= bisect->lower_fps)
		return;
	bisect->lower_fps = load_fps;
	bisect->lower_achieved_fps = trial->achieved_fps;
	bisect->throughput_fps = trial->achieved_fps * (1 - trial->loss_ratio);
}

/* The sender fell short: what passed, passed at the load that was achieved. */
static void
take_short(struct ovr_method_bisect *bisect, const struct ovr_method_trial *trial, bool is_high)
{
	double fps = trial->achieved_fps;

	bisect->n_irregular++;
	if (ovr_method_goal_is_stalled(trial, bisect->conf.tolerance_ratio)) {
		if (++bisect->n_stalled == OVR_METHOD_STALLED_MAX)
			bisect->stop = OVR_METHOD_STALLED;
		return;
	}
	bisect->best_short_fps = bisect->n_short++ == 0 ? fps : fmax(bisect->best_short_fps, fps);
	if (!is_high && fps >= bisect->conf.min_fps)
		take_passed(bisect, fps, trial);
	if (bisect->n_short < OVR_METHOD_SHORT_MAX)
		return;
	bisect->max_fps = fmax(bisect->lower_fps, fmax(bisect->best_short_fps, bisect->conf.min_fps));
	if (bisect->best_short_fps < bisect->conf.min_fps * (1 - bisect->conf.tolerance_ratio))
		bisect->stop = OVR_METHOD_SHORT;
	else
		go_on(bisect);
}

bool
ovr_method_bisect_take(struct ovr_method_bisect *bisect, struct ovr_method_trial *trial, uint64_t spent_ns)
{
	bool is_high = trial->loss_ratio > bisect->conf.goal.loss_ratio;
	double tolerance = bisect->conf.tolerance_ratio;

	bisect->spent_ns += spent_ns;
	bisect->n_trials++;
	if (trial->achieved_fps < trial->load_fps * (1 - tolerance)) {
		take_short(bisect, trial, is_high);
		trial->load_fps = ovr_method_goal_short_load(&bisect->conf.goal, 1, trial, tolerance);
		return false;
	}
	bisect->attempt++;
	bisect->n_short = bisect->n_stalled = 0;
	if (is_high && trial->lost <= bisect->conf.retry_lost && bisect->attempt < bisect->conf.attempts)
		return true;
	bisect->n_loads++;
	if (is_high) {
		bisect->upper_fps = trial->load_fps;
	} else {
		take_passed(bisect, trial->load_fps, trial);
		bisect->n_retried += bisect->attempt > 1;
	}
	go_on(bisect);
	return true;
}

void
ovr_method_bisect_pass(struct ovr_method_bisect *bisect, uint64_t spent_ns)
{
	bisect->spent_ns += spent_ns;
}

struct ovr_method_answer
ovr_method_bisect_answer(const struct ovr_method_bisect *bisect)
{
	struct ovr_method_answer answer = {
		.end = end_of(bisect),
		.lower_fps = bisect->lower_achieved_fps,
		.upper_fps = bisect->upper_fps,
		.throughput_fps = bisect->throughput_fps,
	};

	if (bisect->lower_fps != 0 && bisect->upper_fps != 0) {
		answer.width_ratio = 1 - answer.lower_fps / answer.upper_fps;
		answer.asked_width_ratio = 1 - bisect->lower_fps / bisect->upper_fps;
	}
	return answer;
}

double
ovr_method_bisect_false_fail(double q, uint32_t attempts)
{
	return pow(q, attempts);
}
