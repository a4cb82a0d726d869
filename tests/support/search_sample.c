/* SPDX-License-Identifier: BSD-3-Clause */
#include "search_sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan/command.h"

#define S UINT64_C(1000000000)

static struct ovr_result_search *
make(const char *algorithm, uint32_t n_goals)
{
	struct ovr_result_search *search = calloc(1, sizeof(*search));
	struct ovr_result_search_size *size = &search->size[0];

	ovr_plan_default_for(OVR_PLAN_SEARCH, &search->plan);
	ovr_plan_set(&search->plan, "algorithm", algorithm, NULL);
	ovr_plan_freeze(&search->plan, NULL);
	snprintf(search->environment.dpdk_version, sizeof(search->environment.dpdk_version), "DPDK 22.11.0");
	search->n_goals = n_goals;
	search->goal[0] = (struct ovr_method_goal){ 1 * S, 21 * S, 1 * S, 0, 0.5, 0.005 };
	search->goal[1] = (struct ovr_method_goal){ 1 * S, 21 * S, 1 * S, 0.005, 0.5, 0.005 };
	search->n_sizes = 1;
	snprintf(size->size, sizeof(size->size), "64");
	size->mean_bytes = 64;
	size->line_pps = 10e9 / 8 / 84;
	size->tester_limit_pps = 2e6;
	size->tester_limit_tx_pps = 2e6;
	size->tester_limit_rx_pps = 1e6;
	size->tester_limit_is_intended = true;
	size->lowest_pps = 2000;
	size->frmol_pps = 1e6;
	size->mfr_pps = 1.01e6;
	return search;
}

static struct ovr_result_search_trial *
add_trial(struct ovr_result_search *search, enum ovr_result_search_purpose purpose, double intended_pps,
	uint64_t lost)
{
	struct ovr_result_search_trial *trial = ovr_result_search_add(search);

	trial->purpose = purpose;
	trial->intended_pps = trial->load_pps = intended_pps;
	trial->duration_ns = 1 * S;
	trial->summary.number = search->n_trials;
	trial->summary.attempt = 1;
	trial->summary.sent = trial->summary.attempted = trial->summary.scheduled = 1000000;
	trial->summary.lost = trial->summary.explained = (int64_t)lost;
	trial->summary.unique = trial->summary.received = 1000000 - lost;
	trial->summary.frames_at[OVR_PLACE_RX_RING] = lost;
	trial->summary.verdict = OVR_VERDICT_PASS;
	trial->summary.line_paused_ns = -1;
	trial->summary.planned_pps = trial->summary.tx_pps = trial->summary.rx_pps = 1e6;
	return trial;
}

static void
add_load(struct ovr_result_search *search, double load_pps, double achieved_pps, uint64_t sent, uint64_t lost)
{
	struct ovr_result_search_size *size = &search->size[0];
	struct ovr_result_search_load *load;

	if (size->load == NULL)
		size->load = calloc(8, sizeof(*size->load));
	load = &size->load[size->n_loads++];
	*load = (struct ovr_result_search_load){
		.load_pps = load_pps,
		.achieved_pps = achieved_pps,
		.forwarded_pps = achieved_pps * (1 - (double)lost / (double)sent),
		.n_trials = 11,
		.n_lossy = lost != 0 ? 11 : 0,
		.sent = sent,
		.lost = lost,
		.duration_ns = 11 * S,
	};
	load->latency = (struct ovr_result_search_latency){ 11, 815, 4590.5, 491, 20000 + lost };
	load->bound[0] = lost != 0 ? OVR_METHOD_UPPER : OVR_METHOD_LOWER;
	load->bound[1] = OVR_METHOD_LOWER;
	size->n_trials += 11;
	size->n_lossy += load->n_lossy;
	size->lost += lost;
}

struct ovr_result_search *
sample_search_found(void)
{
	struct ovr_result_search *search = make("mlr", 2);
	struct ovr_result_search_size *size = &search->size[0];

	add_trial(search, OVR_RESULT_SEARCH_WARMUP, 0, 0);
	add_trial(search, OVR_RESULT_SEARCH_TESTER_LIMIT, 0, 0);
	add_trial(search, OVR_RESULT_SEARCH_LOAD, 1.004e6, 1000);
	add_trial(search, OVR_RESULT_SEARCH_LOAD, 1e6, 0)->is_short = true;
	size->answer[0] = (struct ovr_method_answer){ OVR_METHOD_FOUND, 990e3, 1.004e6, 990e3,
		1 - 990 / 1004.0, 1 - 1000 / 1004.0 };
	size->answer[1] = (struct ovr_method_answer){ OVR_METHOD_AT_LEAST, 2e6, 0, 1.99e6, 0, 0 };
	size->stop = OVR_METHOD_DONE;
	add_load(search, 1.004e6, 1.003e6, 11033000, 11000);
	add_load(search, 1e6, 990e3, 10890000, 0);
	size->n_short = 1;
	size->n_lossy_host = 4;
	size->lost_host = size->load[0].lost_host = 1500;
	size->spent_ns = 30 * S;
	return search;
}

struct ovr_result_search *
sample_search_none(void)
{
	struct ovr_result_search *search = make("mlr", 2);
	struct ovr_result_search_size *size = &search->size[0];

	add_trial(search, OVR_RESULT_SEARCH_WARMUP, 0, 0);
	size->tester_limit_rx_pps = 0;
	size->frmol_pps = size->mfr_pps = NAN;
	snprintf(size->reason, sizeof(size->reason),
		"nothing that wire:0 sent arrived at wire:1: no load was tried");
	snprintf(search->reason, sizeof(search->reason), "size 64: %s", size->reason);
	search->verdict = OVR_VERDICT_LOSS;
	return search;
}

struct ovr_result_search *
sample_search_void(void)
{
	struct ovr_result_search *search = make("binary", 1);
	struct ovr_result_search_trial *trial;

	add_trial(search, OVR_RESULT_SEARCH_WARMUP, 0, 0);
	trial = add_trial(search, OVR_RESULT_SEARCH_LOAD, 2e6, 0);
	trial->is_void = true;
	trial->load_pps = 0;
	trial->summary.verdict = OVR_VERDICT_VOID;
	snprintf(trial->summary.reason, sizeof(trial->summary.reason), "stopped by a signal");
	search->size[0].n_void = search->size[0].n_trials = 1;
	search->verdict = OVR_VERDICT_VOID;
	snprintf(search->reason, sizeof(search->reason), "search: stopped by a signal");
	return search;
}

struct ovr_result_search *
sample_search_curve(void)
{
	struct ovr_result_search *search = make("curve", 0);

	add_trial(search, OVR_RESULT_SEARCH_WARMUP, 0, 0);
	add_load(search, 2e6, 2e6, 2000000, 1000000);
	add_load(search, 1.8e6, 1.8e6, 1800000, 0);
	add_load(search, 1.6e6, 1.6e6, 1600000, 0);
	search->size[0].is_complete = true;
	search->size[0].stop = OVR_METHOD_DONE;
	return search;
}

void
sample_search_free(struct ovr_result_search *search)
{
	if (search != NULL)
		ovr_result_search_done(search);
	free(search);
}
