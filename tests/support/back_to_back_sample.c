/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/back_to_back_sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan/command.h"

#define MAX_PPS (1e10 / (8 * (64 + 20)))

static struct ovr_result_back_to_back *
make(enum ovr_ledger_verdict verdict, const char *reason)
{
	struct ovr_result_back_to_back *burst = calloc(1, sizeof(*burst));

	if (burst == NULL)
		abort();
	ovr_plan_default_for(OVR_PLAN_BURST, &burst->plan);
	burst->plan.trial.drain_ns = 10000000;
	burst->line_bps = 10000000000;
	burst->max_pps = MAX_PPS;
	burst->is_ahead = true;
	burst->rxd_set = 512;
	burst->goal = (struct ovr_method_back_to_back_goal){
		.limit_frames = 29761904, .step_frames = 1, .attempts = 1
	};
	burst->throughput_pps = NAN;
	burst->verdict = verdict;
	snprintf(burst->reason, sizeof(burst->reason), "%s", reason);
	return burst;
}

static void
add_trial(struct ovr_result_back_to_back *burst, uint32_t repeat, uint64_t frames,
	enum ovr_result_back_to_back_fault fault)
{
	struct ovr_result_back_to_back_trial *trial = &burst->trial[burst->n_trials++];

	*trial = (struct ovr_result_back_to_back_trial){ .repeat = repeat, .frames = frames, .fault = fault };
	trial->summary.number = burst->n_trials;
	trial->summary.attempt = 1;
	snprintf(trial->summary.label, sizeof(trial->summary.label), "search %u", repeat);
	burst->n_of[fault]++;
}

static void
make_room(struct ovr_result_back_to_back *burst, uint32_t n_repeats, uint32_t n_trials)
{
	burst->repeat = calloc(n_repeats, sizeof(*burst->repeat));
	burst->trial = calloc(n_trials, sizeof(*burst->trial));
	burst->capacity = n_trials;
	if (burst->repeat == NULL || burst->trial == NULL)
		abort();
}

struct ovr_result_back_to_back *
sample_back_to_back_found(void)
{
	static const uint64_t frames[] = { 990, 1000, 1010 };
	struct ovr_result_back_to_back *burst = make(OVR_VERDICT_PASS, "");

	make_room(burst, 4, 5);
	for (uint32_t i = 0; i < 3; i++) {
		burst->repeat[i].search.goal = burst->goal;
		burst->repeat[i].search.lossless_frames = frames[i];
		burst->repeat[i].search.lost_frames = frames[i] + 1;
		add_trial(burst, i + 1, frames[i], OVR_RESULT_BACK_TO_BACK_SOUND);
	}
	burst->repeat[2].n_disturbed = 1;
	add_trial(burst, 3, 1011, OVR_RESULT_BACK_TO_BACK_GAP);
	burst->repeat[3].is_excluded = true;
	burst->repeat[3].n_disturbed = 1;
	add_trial(burst, 4, 7440476, OVR_RESULT_BACK_TO_BACK_STALL);
	burst->n_repeats = 4;
	burst->n_excluded = 1;
	burst->lengths = ovr_method_back_to_back_lengths_of(frames, 3);
	burst->throughput_pps = 8e6;
	burst->throughput_is_seen = true;
	burst->n_throughput = 21;
	burst->buffer = ovr_method_buffer_of(1000, MAX_PPS, 8e6, false);
	burst->actual_pps = 4e6;
	burst->actual_s = 115.6e-6;
	return burst;
}

struct ovr_result_back_to_back *
sample_back_to_back_none(void)
{
	struct ovr_result_back_to_back *burst = make(
		OVR_VERDICT_LOSS, "a single frame did not arrive: there is no burst to look for");

	make_room(burst, 1, 1);
	add_trial(burst, 0, 1, OVR_RESULT_BACK_TO_BACK_SOUND);
	burst->buffer.fault = OVR_METHOD_BUFFER_NO_BURST;
	return burst;
}

struct ovr_result_back_to_back *
sample_back_to_back_void(void)
{
	struct ovr_result_back_to_back *burst = make(OVR_VERDICT_VOID, "a search ended at its limit");

	make_room(burst, 1, 1);
	add_trial(burst, 1, 29761904, OVR_RESULT_BACK_TO_BACK_SOUND);
	burst->trial[0].is_whole = true;
	burst->repeat[0].search.lossless_frames = 29761904;
	burst->n_repeats = 1;
	burst->buffer.fault = OVR_METHOD_BUFFER_AT_LIMIT;
	return burst;
}

void
sample_back_to_back_free(struct ovr_result_back_to_back *burst)
{
	if (burst != NULL)
		ovr_result_back_to_back_done(burst);
	free(burst);
}
