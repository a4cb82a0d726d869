/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/selftest_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/result_sample.h"

static struct ovr_result_selftest *
begin(void)
{
	struct ovr_result_selftest *selftest = calloc(1, sizeof(*selftest));

	if (selftest == NULL) {
		perror("selftest_sample");
		exit(1);
	}
	ovr_plan_default(&selftest->plan);
	selftest->plan.load.time_ns = 250000000;
	return selftest;
}

static void
add_trial(struct ovr_result_selftest *selftest, struct ovr_result_subtrial trial, struct ovr_result *result)
{
	trial.result = result;
	trial.attempt = trial.attempt == 0 ? 1 : trial.attempt;
	selftest->environment = result->environment;
	selftest->trial[selftest->n_trials++] = trial;
}

/* Both ends, one core each, and their stalls. */
static void
add_ends(struct ovr_result_selftest *selftest)
{
	selftest->send_pps = 133e6;
	selftest->check_pps = 116e6;
	selftest->check_overrun = 0.125;
	snprintf(selftest->send_port, sizeof(selftest->send_port), "vdev:net_null0");
	snprintf(selftest->check_port, sizeof(selftest->check_port), "vdev:net_ring0");
	selftest->clock_ppm = -0.25;
	selftest->n_cores = 2;
	selftest->core[0] = (struct ovr_result_core){
		.is_tx = true,
		.pps = 133e6,
		.pps_stalled = 0.0125,
		.monitored_ns = 2000000000,
		.n_stalls = 1200,
		.stalled_ns = 30000000,
		.longest_ns = 250000,
	};
	selftest->core[1] = (struct ovr_result_core){
		.cpu = 1,
		.pps = 116e6,
		.pps_stalled = 0.02,
		.monitored_ns = 2000000000,
		.n_stalls = 1,
		.stalled_ns = 1000000,
		.longest_ns = 1000000,
	};
}

struct ovr_result_selftest *
sample_selftest_sustained(void)
{
	struct ovr_result_selftest *selftest = begin();
	struct ovr_method_sustain_figures lost = { .scheduled = 16000000,
		.sent = 16000000,
		.lost = 9000,
		.lost_in_stalls = 1000,
		.stalled_ppm = 8000 };

	add_ends(selftest);
	selftest->core[0].longest_frames = 15000;
	selftest->core[1].longest_frames = 60000;
	selftest->line_bps = UINT64_C(400000000000);
	selftest->search = (struct ovr_method_sustain_search){
		.limit_pps = 133e6,
		.sustained_pps = 60e6,
		.missed_pps = 61.5e6,
		.answer_pps = 60e6,
		.confirms = true,
		.n_rates = 7,
		.n_confirms = 1,
	};
	selftest->pacing_error_ppm = 1.5;
	add_trial(selftest, (struct ovr_result_subtrial){ .purpose = OVR_RESULT_SEND }, sample_pass());
	add_trial(selftest,
		(struct ovr_result_subtrial){ .purpose = OVR_RESULT_SUSTAIN,
			.intended_pps = 61.5e6,
			.outcome = OVR_METHOD_SUSTAIN_LOST,
			.figures = lost },
		sample_pass());
	add_trial(selftest,
		(struct ovr_result_subtrial){ .purpose = OVR_RESULT_CONFIRM, .intended_pps = 60e6 },
		sample_pass());
	return selftest;
}

struct ovr_result_selftest *
sample_selftest_none(void)
{
	struct ovr_result_selftest *selftest = begin();

	add_ends(selftest);
	selftest->check_is_least = true;
	selftest->verdict = OVR_VERDICT_LOSS;
	snprintf(selftest->reason, sizeof(selftest->reason), "no rate is sustained, down to 0.5 mpps");
	selftest->search =
		(struct ovr_method_sustain_search){ .limit_pps = 133e6, .missed_pps = 500000, .n_rates = 12 };
	add_trial(selftest,
		(struct ovr_result_subtrial){ .purpose = OVR_RESULT_SUSTAIN,
			.intended_pps = 500000,
			.attempt = 2,
			.outcome = OVR_METHOD_SUSTAIN_STALLED,
			.figures = { .scheduled = 125000, .sent = 100000, .stalled_ppm = 310000 } },
		sample_pass());
	return selftest;
}

struct ovr_result_selftest *
sample_selftest_void(void)
{
	struct ovr_result_selftest *selftest = begin();

	selftest->verdict = OVR_VERDICT_VOID;
	snprintf(selftest->reason, sizeof(selftest->reason), "send: stopped by a signal after 0.100 s");
	add_trial(selftest, (struct ovr_result_subtrial){ .purpose = OVR_RESULT_SEND }, sample_void());
	return selftest;
}

struct ovr_result_selftest *
sample_selftest_limit(void)
{
	struct ovr_result_selftest *selftest = begin();
	struct ovr_err err;

	ovr_plan_set(&selftest->plan, "rxq", "4", &err);
	ovr_plan_set(&selftest->plan, "size", "1518", &err);
	add_ends(selftest);
	selftest->core[1].longest_frames = 5000;
	selftest->core[2] = selftest->core[1];
	selftest->core[2].cpu = 2;
	selftest->core[3] = (struct ovr_result_core){
		.is_tx = true, .is_wire = true, .cpu = 3, .monitored_ns = 2000000000
	};
	selftest->n_cores = 4;
	selftest->line_bps = UINT64_C(10000000000);
	selftest->search = (struct ovr_method_sustain_search){ .limit_pps = 10e9 / 12304,
		.sustained_pps = 10e9 / 12304,
		.answer_pps = 10e9 / 12304,
		.n_rates = 1,
		.n_confirms = 1 };
	add_trial(selftest,
		(struct ovr_result_subtrial){ .purpose = OVR_RESULT_CONFIRM, .intended_pps = 10e9 / 12304 },
		sample_pass());
	return selftest;
}

void
sample_selftest_free(struct ovr_result_selftest *selftest)
{
	if (selftest != NULL)
		ovr_result_selftest_done(selftest);
	free(selftest);
}
