/* SPDX-License-Identifier: BSD-3-Clause */
#include "back_to_back/back_to_back.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "back_to_back/judge.h"
#include "base/list.h"
#include "pace/pace.h"

/* A single frame that is lost again and again is not lost by accident. */
#define FIRST_TRIALS_MAX 3

/* A search under way. */
struct job {
	const struct ovr_plan *plan;
	struct ovr_series *series;
	struct ovr_result_back_to_back burst;
	/* what was forwarded while bursts drained: by receivers that were there, and by all */
	struct ovr_back_to_back_flow flow[2];
	uint32_t n_flows[2];
};

int
ovr_back_to_back_expect(
	struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err)
{
	/*
	 * a limit that is a time is a number of frames once the line is known: no burst has more
	 * mbufs than the plan
	 */
	uint64_t frames = plan->back_to_back.limit_frames;
	struct ovr_plan longest = ovr_back_to_back_trial_of(plan, frames != 0 ? frames : plan->ports.mbufs);

	return ovr_series_expect(series, &longest, env, err);
}

static void
add_flow(struct job *job, const struct ovr_result *result)
{
	struct ovr_back_to_back_flow flow = ovr_back_to_back_flow_of(result);

	if (flow.seconds <= 0)
		return;
	for (int stalled = flow.is_stalled; stalled < 2; stalled++) {
		job->flow[stalled].frames += flow.frames;
		job->flow[stalled].seconds += flow.seconds;
		job->n_flows[stalled]++;
	}
}

/* One burst. @return 0, also when it ended the job */
static int
send_burst(struct job *job, uint32_t repeat, uint64_t frames,
	struct ovr_result_back_to_back_trial **ret_trial, struct ovr_err *err)
{
	struct ovr_result_back_to_back_trial *trial = OVR_LIST_ADD(
		job->burst.trial, job->burst.n_trials, job->burst.capacity);
	struct ovr_plan plan = ovr_back_to_back_trial_of(job->plan, frames);
	struct ovr_result result;
	const char *label;
	int status;

	if (trial == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u trials", job->burst.n_trials + 1);
	label = repeat == 0 ? "one frame"
			    : ovr_series_label(job->series, "search %u of %u: %llu frames", repeat,
				      job->plan->repetition.repeats, (unsigned long long)frames);
	trial->repeat = repeat;
	trial->frames = frames;
	status = ovr_series_trial(job->series, &plan, label, &result, &trial->summary, err);
	if (status != 0) {
		job->burst.n_trials--;
		return status;
	}
	if (job->burst.max_pps <= 0 && result.line_bps != 0) {
		job->burst.line_bps = result.line_bps;
		job->burst.max_pps = (double)result.line_bps /
			(8 * (ovr_mix_mean(&job->plan->frames.size) + OVR_FRAME_OVERHEAD_BYTES));
	}
	trial->is_whole = result.ledger.lost == 0;
	if (job->burst.max_pps > 0) {
		struct ovr_back_to_back_terms terms = { job->burst.max_pps, job->burst.is_ahead,
			job->plan->back_to_back.step_frames };

		trial->fault = ovr_back_to_back_judge(&result, &terms);
	}
	job->burst.n_of[trial->fault]++;
	if (!trial->is_whole && repeat != 0)
		add_flow(job, &result);
	if (!ovr_series_end_by_signal(job->series, NULL) && job->series->n_voids != 0)
		ovr_series_end(job->series, OVR_VERDICT_VOID, "trial %u was void: %s", trial->summary.number,
			trial->summary.reason);
	job->burst.rxd_set = result.rxd_set;
	ovr_result_done(&result);
	*ret_trial = trial;
	return 0;
}

/* The first trial tells the line's speed, and whether anything arrives at all. */
static int
send_first(struct job *job, struct ovr_err *err)
{
	struct ovr_result_back_to_back_trial *trial = NULL;
	int status = 0;

	for (int i = 0; i < FIRST_TRIALS_MAX && status == 0 && !job->series->is_over; i++) {
		status = send_burst(job, 0, 1, &trial, err);
		if (status == 0 && trial->is_whole)
			break;
	}
	if (status != 0 || job->series->is_over)
		return status;
	if (job->burst.max_pps <= 0)
		return ovr_err_set(err, -EINVAL,
			"line: the speed of %s is not known, accepted: --line SPEED, since a burst goes at "
			"line rate",
			job->plan->ports.tx.label);
	job->burst.goal = ovr_back_to_back_goal_of(
		&job->plan->back_to_back, job->plan->repetition.attempts, job->burst.max_pps);
	if (!trial->is_whole)
		ovr_series_end(job->series, OVR_VERDICT_LOSS,
			"a single frame did not arrive: there is no burst to look for");
	return 0;
}

/* One search: to its answer, or until one length has been disturbed too often. */
static int
search_once(struct job *job, struct ovr_result_back_to_back_repeat *repeat, struct ovr_err *err)
{
	struct ovr_method_back_to_back_search *search = &repeat->search;
	uint32_t n_disturbed = 0;
	int status = 0;

	ovr_method_back_to_back_begin(search, &job->burst.goal);
	while (status == 0 && !job->series->is_over && search->next_frames != 0 && !repeat->is_excluded) {
		struct ovr_result_back_to_back_trial *trial;

		status = send_burst(job, job->burst.n_repeats, search->next_frames, &trial, err);
		if (status != 0 || job->series->is_over)
			break;
		trial->summary.attempt = search->attempt;
		if (trial->fault == OVR_RESULT_BACK_TO_BACK_SOUND) {
			ovr_method_back_to_back_take(search, trial->is_whole);
			n_disturbed = 0;
			continue;
		}
		repeat->n_disturbed++;
		repeat->is_excluded = ++n_disturbed == OVR_BACK_TO_BACK_DISTURBED_MAX;
	}
	return status;
}

/*
 * Repeat until there are as many answers as asked for; up to as many searches again may be
 * excluded.
 */
static int
search_all(struct job *job, struct ovr_err *err)
{
	struct ovr_result_back_to_back *burst = &job->burst;
	uint32_t asked = job->plan->repetition.repeats;
	uint32_t n_most = 2 * asked + OVR_BACK_TO_BACK_EXCLUDED_MAX;
	int status = 0;

	burst->repeat = calloc(n_most, sizeof(*burst->repeat));
	if (burst->repeat == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u searches", n_most);
	while (status == 0 && !job->series->is_over && burst->n_repeats - burst->n_excluded < asked &&
		burst->n_repeats < n_most) {
		struct ovr_result_back_to_back_repeat *repeat = &burst->repeat[burst->n_repeats++];

		status = search_once(job, repeat, err);
		burst->n_excluded += repeat->is_excluded;
		/* one that ends at its limit makes all of them void */
		if (ovr_method_back_to_back_is_at_limit(&repeat->search) ||
			(burst->n_excluded == burst->n_repeats &&
				burst->n_excluded == OVR_BACK_TO_BACK_EXCLUDED_MAX))
			break;
	}
	return status;
}

static void
take_throughput(struct job *job)
{
	struct ovr_result_back_to_back *burst = &job->burst;
	const struct ovr_rate *asked = &job->plan->back_to_back.throughput;
	int which = job->n_flows[0] != 0 ? 0 : 1;
	struct ovr_pace_conf said = { .rate = *asked, .line_bps = burst->line_bps };

	burst->throughput_pps = NAN;
	if (asked->value != 0) {
		burst->throughput_pps = ovr_pace_mean_pps(&said, &job->plan->frames.size);
		return;
	}
	burst->throughput_is_seen = true;
	if (job->plan->receiver.stall.unread) {
		burst->throughput_pps = 0; /* nobody reads while frames arrive */
		return;
	}
	burst->n_throughput = job->n_flows[which];
	burst->throughput_is_stalled = which == 1 && job->n_flows[1] != 0;
	if (job->flow[which].seconds > 0)
		burst->throughput_pps = job->flow[which].frames / job->flow[which].seconds;
}

static int
conclude(struct job *job, struct ovr_err *err)
{
	struct ovr_result_back_to_back *burst = &job->burst;
	const struct ovr_rate *actual = &job->plan->back_to_back.actual;
	struct ovr_pace_conf at = { .rate = *actual, .line_bps = burst->line_bps };
	uint64_t *frames = calloc(burst->n_repeats + 1, sizeof(*frames));
	bool at_limit = false;
	size_t n = 0;

	if (frames == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u answers", burst->n_repeats);
	for (uint32_t i = 0; i < burst->n_repeats; i++) {
		if (!ovr_result_back_to_back_counts(&burst->repeat[i]))
			continue;
		frames[n++] = burst->repeat[i].search.lossless_frames;
		at_limit |= ovr_method_back_to_back_is_at_limit(&burst->repeat[i].search);
	}
	burst->lengths = ovr_method_back_to_back_lengths_of(frames, n);
	free(frames);
	take_throughput(job);
	burst->buffer = ovr_method_buffer_of(
		burst->lengths.average, burst->max_pps, burst->throughput_pps, at_limit);
	if (actual->value != 0) {
		burst->actual_pps = ovr_pace_mean_pps(&at, &job->plan->frames.size);
		burst->actual_s = ovr_method_buffer_actual_s(
			&burst->buffer, burst->max_pps, burst->throughput_pps, burst->actual_pps);
	}
	if (!ovr_series_take_end(job->series, &burst->verdict, burst->reason, sizeof(burst->reason)))
		ovr_back_to_back_judge_all(burst);
	return 0;
}

int
ovr_back_to_back_run(struct ovr_series *series, const struct ovr_plan *plan,
	struct ovr_result_back_to_back *ret_burst, struct ovr_err *err)
{
	struct job job = {
		.plan = plan,
		.series = series,
		.burst = { .plan = *plan, .is_ahead = ovr_back_to_back_is_ahead(&plan->ports) },
	};
	int status;

	series->varies_seed = true;
	status = send_first(&job, err);
	if (status == 0 && !series->is_over)
		status = search_all(&job, err);
	if (status == 0)
		status = conclude(&job, err);
	job.burst.environment = series->environment;
	if (status == 0)
		*ret_burst = job.burst;
	else
		ovr_result_back_to_back_done(&job.burst);
	return status;
}
