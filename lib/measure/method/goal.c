/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/goal.h"

#include <math.h>
#include <stdbool.h>

/*
 * Times are whole nanoseconds; a share of them is off by less than this, since few shares are exact
 * in a double.
 */
#define GRAIN_NS 0.5

/* Time at one load, in ns. */
struct times {
	double full_low, full_high;
	double short_low, short_high;
};

static struct times
times_of(const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials)
{
	struct times t = { 0 };

	for (size_t i = 0; i < n_trials; i++) {
		double ns = (double)trial[i].duration_ns;
		bool is_high = trial[i].loss_ratio > goal->loss_ratio;

		if (trial[i].duration_ns >= goal->final_ns)
			*(is_high ? &t.full_high : &t.full_low) += ns;
		else
			*(is_high ? &t.short_high : &t.short_low) += ns;
	}
	return t;
}

/* Binary search: a load passes at any of its attempts. */
static enum ovr_method_bound
classify_attempts(const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials)
{
	bool is_upper = n_trials >= goal->attempts;

	for (size_t i = 0; i < n_trials; i++) {
		if (trial[i].loss_ratio <= goal->loss_ratio)
			return OVR_METHOD_LOWER;
		is_upper = is_upper || trial[i].lost > goal->retry_lost;
	}
	return is_upper ? OVR_METHOD_UPPER : OVR_METHOD_UNDECIDED;
}

static enum ovr_method_bound
classify_times(const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials)
{
	struct times t = times_of(goal, trial, n_trials);
	double e = goal->exceed_ratio;
	double excess = fmax(0, t.short_high - t.short_low * e / (1 - e));
	double eff_high = t.full_high + excess;
	double whole = fmax(t.full_low + eff_high, (double)goal->sum_ns);
	double most = whole * e + GRAIN_NS;

	if (whole - t.full_low <= most)
		return OVR_METHOD_LOWER;
	return eff_high > most ? OVR_METHOD_UPPER : OVR_METHOD_UNDECIDED;
}

enum ovr_method_bound
ovr_method_goal_classify(
	const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials)
{
	return goal->attempts != 0 ? classify_attempts(goal, trial, n_trials)
				   : classify_times(goal, trial, n_trials);
}

/* Trials from the first one on that stand at its load. */
static size_t
at_one_load(const struct ovr_method_trial *trial, size_t n_trials)
{
	size_t n = 1;

	while (n < n_trials && trial[n].load_pps == trial[0].load_pps)
		n++;
	return n;
}

struct ovr_method_bounds
ovr_method_goal_bounds(
	const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials)
{
	struct ovr_method_bounds bounds = { 0 };

	for (size_t i = 0, n; i < n_trials; i += n) {
		enum ovr_method_bound bound;

		n = at_one_load(&trial[i], n_trials - i);
		bound = ovr_method_goal_classify(goal, &trial[i], n);
		if (bound == OVR_METHOD_UPPER) {
			bounds.upper = i;
			bounds.n_upper = n;
			break;
		}
		if (bound == OVR_METHOD_LOWER) {
			bounds.lower = i;
			bounds.n_lower = n;
		}
	}
	return bounds;
}

/* The least loss above another one of the trials that count; INFINITY: there is none. */
static double
next_loss(const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials,
	double above)
{
	double next = INFINITY;

	for (size_t i = 0; i < n_trials; i++)
		if (trial[i].duration_ns >= goal->final_ns && trial[i].loss_ratio > above)
			next = fmin(next, trial[i].loss_ratio);
	return next;
}

/* The loss at the goal's quantile; 1: time is missing, which counts as total loss. */
static double
quantile_loss(const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials)
{
	struct times t = times_of(goal, trial, n_trials);
	double whole = fmax((double)goal->sum_ns, t.full_low + t.full_high);
	double remaining = whole * (1 - goal->exceed_ratio);
	double loss = -INFINITY;

	while ((loss = next_loss(goal, trial, n_trials, loss)) < INFINITY) {
		for (size_t i = 0; i < n_trials; i++)
			if (trial[i].duration_ns >= goal->final_ns && trial[i].loss_ratio == loss)
				remaining -= (double)trial[i].duration_ns;
		if (remaining < GRAIN_NS || goal->attempts != 0)
			return loss;
	}
	return 1;
}

double
ovr_method_goal_throughput(
	const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials)
{
	return ovr_method_goal_achieved(trial, n_trials) * (1 - quantile_loss(goal, trial, n_trials));
}

double
ovr_method_goal_achieved(const struct ovr_method_trial *trial, size_t n_trials)
{
	double frames = 0, ns = 0;

	for (size_t i = 0; i < n_trials; i++) {
		frames += trial[i].achieved_pps * (double)trial[i].duration_ns;
		ns += (double)trial[i].duration_ns;
	}
	return ns == 0 ? 0 : frames / ns;
}

bool
ovr_method_goal_is_narrow(const struct ovr_method_goal *goal, double lower_pps, double upper_pps)
{
	/* loads are made by steps of this very width: what rounding adds to one is forgiven */
	return upper_pps - lower_pps <= upper_pps * goal->width_ratio * (1 + 1e-9);
}

bool
ovr_method_goal_is_stalled(const struct ovr_method_trial *trial, double tolerance_ratio)
{
	return trial->able_pps >= trial->load_pps * (1 - tolerance_ratio);
}

double
ovr_method_goal_short_load(const struct ovr_method_goal *goal, uint32_t n_goals,
	const struct ovr_method_trial *trial, double tolerance_ratio)
{
	double between_pps = ovr_method_goal_is_stalled(trial, tolerance_ratio) ? trial->load_pps
										: trial->able_pps;
	uint32_t n_high = 0;

	for (uint32_t g = 0; g < n_goals; g++)
		n_high += trial->loss_ratio > goal[g].loss_ratio;
	if (n_high == 0 || between_pps == trial->achieved_pps)
		return trial->achieved_pps;
	return n_high == n_goals ? between_pps : 0;
}

/*
 * Of the lower bounds up to the relevant one, that at which most was achieved: the device took it,
 * too.
 */
static struct ovr_method_bounds
best_achieved(const struct ovr_method_goal *goal, const struct ovr_method_trial *trial,
	struct ovr_method_bounds bounds)
{
	struct ovr_method_bounds best = bounds;
	double most_pps = 0;

	for (size_t i = 0, n; bounds.n_lower != 0 && i <= bounds.lower; i += n) {
		double pps;

		n = at_one_load(&trial[i], bounds.lower + bounds.n_lower - i);
		pps = ovr_method_goal_achieved(&trial[i], n);
		if (pps < most_pps || ovr_method_goal_classify(goal, &trial[i], n) != OVR_METHOD_LOWER)
			continue;
		most_pps = pps;
		best.lower = i;
		best.n_lower = n;
	}
	return best;
}

struct ovr_method_answer
ovr_method_goal_answer(
	const struct ovr_method_goal *goal, const struct ovr_method_trial *trial, size_t n_trials)
{
	struct ovr_method_bounds bounds = ovr_method_goal_bounds(goal, trial, n_trials);
	struct ovr_method_bounds best = best_achieved(goal, trial, bounds);
	struct ovr_method_answer answer = {
		.lower_pps = ovr_method_goal_achieved(&trial[best.lower], best.n_lower),
		.upper_pps = bounds.n_upper == 0 ? 0 : trial[bounds.upper].load_pps,
	};

	if (bounds.n_lower != 0)
		answer.throughput_pps = ovr_method_goal_throughput(goal, &trial[best.lower], best.n_lower);
	if (bounds.n_lower == 0 || bounds.n_upper == 0)
		return answer;
	answer.width_ratio = 1 - answer.lower_pps / answer.upper_pps;
	answer.intended_width_ratio = 1 - trial[bounds.lower].load_pps / answer.upper_pps;
	if (ovr_method_goal_is_narrow(goal, trial[bounds.lower].load_pps, trial[bounds.upper].load_pps))
		answer.end = OVR_METHOD_FOUND;
	return answer;
}

const char *
ovr_method_bound_name(enum ovr_method_bound bound)
{
	static const char *const name[] = {
		[OVR_METHOD_UNDECIDED] = "undecided",
		[OVR_METHOD_LOWER] = "lower",
		[OVR_METHOD_UPPER] = "upper",
		[OVR_METHOD_INVERTED] = "inverted",
	};

	return name[bound];
}

const char *
ovr_method_end_name(enum ovr_method_end end)
{
	static const char *const name[] = {
		[OVR_METHOD_OPEN] = "open",
		[OVR_METHOD_FOUND] = "found",
		[OVR_METHOD_AT_LEAST] = "at-least",
		[OVR_METHOD_BELOW] = "none",
	};

	return name[end];
}
