/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/tried.h"

#include <math.h>
#include <string.h>

void
ovr_method_tried_begin(struct ovr_method_tried *tried, const struct ovr_method_goal *goal, uint32_t n_goals,
	double min_pps, double max_pps, double tolerance_ratio, uint64_t limit_ns)
{
	memset(tried, 0, sizeof(*tried));
	memcpy(tried->goal, goal, n_goals * sizeof(*goal));
	tried->n_goals = n_goals;
	tried->min_pps = min_pps;
	tried->max_pps = max_pps;
	tried->tolerance_ratio = tolerance_ratio;
	tried->limit_ns = limit_ns;
}

bool
ovr_method_tried_has_room(struct ovr_method_tried *tried, uint64_t duration_ns)
{
	if (tried->n_trials == OVR_METHOD_TRIALS_MAX)
		tried->stop = OVR_METHOD_TRIALS;
	else if (tried->spent_ns + duration_ns > tried->limit_ns)
		tried->stop = OVR_METHOD_TIME;
	return tried->stop == OVR_METHOD_GOING;
}

/* After the others of its load. */
static void
insert(struct ovr_method_tried *tried, const struct ovr_method_trial *trial)
{
	size_t at = tried->n_trials++;

	for (; at > 0 && tried->trial[at - 1].load_pps > trial->load_pps; at--)
		tried->trial[at] = tried->trial[at - 1];
	tried->trial[at] = *trial;
}

struct ovr_method_ends
ovr_method_tried_ends(const struct ovr_method_tried *tried, const struct ovr_method_goal *goal)
{
	struct ovr_method_bounds bounds = ovr_method_goal_bounds(goal, tried->trial, tried->n_trials);

	return (struct ovr_method_ends){
		.lower_pps = bounds.n_lower == 0 ? 0 : tried->trial[bounds.lower].load_pps,
		.upper_pps = bounds.n_upper == 0 ? 0 : tried->trial[bounds.upper].load_pps,
	};
}

enum ovr_method_end
ovr_method_tried_end(
	const struct ovr_method_tried *tried, const struct ovr_method_goal *goal, struct ovr_method_ends ends)
{
	if (ends.lower_pps != 0 && ends.lower_pps >= tried->max_pps)
		return OVR_METHOD_AT_LEAST;
	if (ends.upper_pps != 0 && ends.upper_pps <= tried->min_pps)
		return OVR_METHOD_BELOW;
	if (ends.lower_pps != 0 && ends.upper_pps != 0 &&
		ovr_method_goal_is_narrow(goal, ends.lower_pps, ends.upper_pps))
		return OVR_METHOD_FOUND;
	return OVR_METHOD_OPEN;
}

struct ovr_method_answer
ovr_method_tried_answer(const struct ovr_method_tried *tried, uint32_t goal)
{
	const struct ovr_method_goal *own = &tried->goal[goal];
	struct ovr_method_answer answer = ovr_method_goal_answer(own, tried->trial, tried->n_trials);

	answer.end = ovr_method_tried_end(tried, own, ovr_method_tried_ends(tried, own));
	return answer;
}

/* The highest load becomes what the sender can do; not less than what is known to pass. */
static void
lower_max(struct ovr_method_tried *tried)
{
	tried->max_pps = fmax(tried->best_short_pps, tried->min_pps);
	if (tried->best_short_pps < tried->min_pps * (1 - tried->tolerance_ratio))
		tried->stop = OVR_METHOD_SHORT;
	for (uint32_t g = 0; g < tried->n_goals; g++)
		tried->max_pps = fmax(
			tried->max_pps, ovr_method_tried_ends(tried, &tried->goal[g]).lower_pps);
	tried->n_short = 0;
}

/* Takes a trial whose sender fell short, and how often it still may. */
static enum ovr_method_taken
take_short(struct ovr_method_tried *tried, const struct ovr_method_trial *asked)
{
	double achieved_pps = asked->achieved_pps;

	tried->n_irregular++;
	if (ovr_method_goal_is_stalled(asked, tried->tolerance_ratio)) {
		if (++tried->n_stalled == OVR_METHOD_STALLED_MAX)
			tried->stop = OVR_METHOD_STALLED;
		return OVR_METHOD_FELL_SHORT;
	}
	tried->best_short_pps = tried->n_short++ == 0 ? achieved_pps
						      : fmax(tried->best_short_pps, achieved_pps);
	if (tried->n_short < OVR_METHOD_SHORT_MAX)
		return OVR_METHOD_FELL_SHORT;
	lower_max(tried);
	return OVR_METHOD_LOWERED;
}

enum ovr_method_taken
ovr_method_tried_take(struct ovr_method_tried *tried, struct ovr_method_trial *trial, uint64_t spent_ns)
{
	bool is_short = trial->achieved_pps < trial->load_pps * (1 - tried->tolerance_ratio);
	struct ovr_method_trial asked = *trial;

	tried->spent_ns += spent_ns;
	if (is_short)
		trial->load_pps = ovr_method_goal_short_load(
			tried->goal, tried->n_goals, &asked, tried->tolerance_ratio);
	if (tried->n_trials < OVR_METHOD_TRIALS_MAX && trial->load_pps != 0)
		insert(tried, trial);
	if (is_short)
		return take_short(tried, &asked);
	tried->n_short = tried->n_stalled = 0;
	return OVR_METHOD_REGULAR;
}
