/* SPDX-License-Identifier: BSD-3-Clause */
#include "search/search.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "method/bisect.h"
#include "method/loss_curve.h"
#include "method/mlr.h"
#include "search/figures.h"
#include "search/plans.h"

/* Trials that the tester limit is measured by, at most. */
#define LIMIT_TRIALS 3

/* The algorithm under way. */
struct way {
	enum ovr_plan_algorithm algorithm;
	union {
		struct ovr_method_mlr mlr;
		struct ovr_method_bisect bisect;
		struct ovr_method_curve curve;
	};
};

/* What a search for one size is made with. */
struct job {
	struct ovr_series *series;
	struct ovr_result_search *search;
	struct ovr_result_search_size *size; /* in the search */
	uint32_t index;                      /* its */
	struct ovr_plan plan;                /* of this size */
	struct way *way;
	uint64_t line_bps;        /* as the port told it; 0: unknown */
	uint32_t first_trial;     /* of the way */
	struct ovr_result result; /* of the last trial; released by who took what it tells */
};

int
ovr_search_expect(
	struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err)
{
	int status = 0;

	for (uint32_t i = 0; status == 0 && i < ovr_search_plan_sizes(&plan->sizes); i++) {
		struct ovr_plan size, saturation;

		ovr_search_plan_of_size(plan, i, &size);
		status = ovr_search_plan_saturation(&size, &saturation, err);
		if (status == 0)
			status = ovr_series_expect(series, &saturation, env, err);
	}
	return status;
}

/* "size 64: 3.21 Mpps, 1.00 s" */
static const char *
label_trial(struct job *job, const struct ovr_result_search_trial *trial)
{
	char pps[OVR_UNITS_TEXT_BYTES], time[OVR_UNITS_TEXT_BYTES];

	ovr_units_print_si(pps, sizeof(pps), trial->intended_pps, "pps");
	ovr_units_print_time(time, sizeof(time), trial->duration_ns);
	return ovr_series_label(job->series, "size %.24s: %.20s, %.20s", job->size->size,
		trial->intended_pps == 0 ? ovr_result_search_purpose_name(trial->purpose) : pps, time);
}

static uint32_t
attempts_at(const struct job *job, double intended_pps)
{
	uint32_t n = 0;

	for (uint32_t i = job->first_trial; i < job->search->n_trials; i++)
		n += job->search->trial[i].intended_pps == intended_pps;
	return n;
}

/* A trial that could not be run ends a search that has begun: what was found so far is kept. */
static int
fail_trial(struct job *job, int status, const struct ovr_err *err)
{
	if (job->search->n_trials == 0)
		return status;
	ovr_series_end(job->series, OVR_VERDICT_VOID, "a trial could not be run: %s", err->text);
	return 0;
}

/*
 * Carry out one trial, void or not, and keep it. Its result stands in the job: the caller calls
 * ovr_result_done(). ret_trial: NULL where it could not be run and the search is over.
 */
static int
run_trial(struct job *job, const struct ovr_plan *plan, struct ovr_result_search_trial trial,
	struct ovr_result_search_trial **ret_trial, struct ovr_err *err)
{
	struct ovr_series *series = job->series;
	uint32_t n_before = trial.intended_pps == 0 ? series->n_voids : attempts_at(job, trial.intended_pps);
	int status = ovr_series_trial(
		series, plan, label_trial(job, &trial), &job->result, &trial.summary, err);

	*ret_trial = NULL;
	if (status != 0)
		return fail_trial(job, status, err);
	job->size->spent_ns += series->spent_ns;
	trial.size = job->index;
	trial.summary.attempt = 1 + n_before;
	trial.is_void = trial.summary.verdict == OVR_VERDICT_VOID;
	*ret_trial = ovr_result_search_add(job->search);
	if (*ret_trial == NULL) {
		ovr_result_done(&job->result);
		return ovr_err_set(err, -ENOMEM, "no memory for a trial");
	}
	**ret_trial = trial;
	if (!ovr_series_end_by_signal(series, "search") && series->n_voids == OVR_SEARCH_VOIDS_MAX)
		ovr_series_end(series, OVR_VERDICT_VOID, "%s: %s", series->label, trial.summary.reason);
	return 0;
}

/*
 * One that is not void, at as much as goes. Its result stands in the job if the search is not
 * over.
 */
static int
saturate(struct job *job, enum ovr_result_search_purpose purpose, struct ovr_err *err)
{
	struct ovr_result_search_trial trial = { .purpose = purpose };
	struct ovr_result_search_trial *kept;
	struct ovr_plan plan;
	int status = ovr_search_plan_saturation(&job->plan, &plan, err);

	trial.duration_ns = plan.load.time_ns;
	while (status == 0) {
		status = run_trial(job, &plan, trial, &kept, err);
		if (status != 0 || kept == NULL)
			break;
		if (job->series->is_over || kept->is_void)
			ovr_result_done(&job->result);
		if (job->series->is_over || !kept->is_void)
			break;
	}
	return status;
}

/* What one saturation trial says of the highest load. Its result stands in the job. */
static void
take_limit(struct job *job)
{
	struct ovr_result_search_size *size = job->size;
	const struct ovr_result *result = &job->result;
	bool is_bounded = job->plan.search.max_rate.value != 0 || job->plan.ports.tx.kind == OVR_PORT_WIRE ||
		job->plan.ports.line_bps != 0;

	if (result->line_bps != 0)
		size->line_pps = ovr_mix_line_pps(&job->plan.frames.size, result->line_bps);
	job->line_bps = result->line_bps;
	ovr_search_take_limit(size, result, is_bounded, job->search->plan.trial.tolerance_ppb / 1e9);
	if (result->ledger.figures.unique == 0)
		snprintf(size->reason, sizeof(size->reason),
			"nothing that %s sent arrived at %s: no load was tried", job->plan.ports.tx.label,
			job->plan.ports.rx.label);
}

/*
 * The tester limit: what was sent, by a sender that had its core. One that stalled is asked again.
 */
static int
measure_limit(struct job *job, struct ovr_err *err)
{
	double tolerance = job->search->plan.trial.tolerance_ppb / 1e9;
	struct ovr_result_search_size *size = job->size;
	bool is_final = false;

	for (int i = 0; i < LIMIT_TRIALS && !is_final; i++) {
		int status = saturate(job, OVR_RESULT_SEARCH_TESTER_LIMIT, err);

		if (status != 0 || job->series->is_over)
			return status;
		take_limit(job);
		is_final = size->reason[0] != '\0' || size->tester_limit_is_intended ||
			!ovr_search_was_stalled(&job->result, tolerance);
		ovr_result_done(&job->result);
	}
	return 0;
}

static void
begin_way(struct job *job, uint64_t limit_ns)
{
	const struct ovr_result_search *search = job->search;
	const struct ovr_result_search_size *size = job->size;
	const struct ovr_plan_search *own = &job->plan.search;
	double tolerance = search->plan.trial.tolerance_ppb / 1e9;
	struct way *way = job->way;

	job->first_trial = search->n_trials;
	way->algorithm = own->algorithm;
	if (own->algorithm == OVR_ALGORITHM_MLR) {
		struct ovr_method_mlr_conf conf = {
			.n_goals = search->n_goals,
			.min_pps = size->lowest_pps,
			.max_pps = size->tester_limit_pps,
			/* what came through when the receiver was saturated */
			.first_pps = size->tester_limit_rx_pps,
			.tolerance_ratio = tolerance,
			.limit_ns = limit_ns,
		};

		memcpy(conf.goal, search->goal, sizeof(conf.goal));
		ovr_method_mlr_begin(&way->mlr, &conf);
	} else if (own->algorithm == OVR_ALGORITHM_BINARY) {
		struct ovr_method_bisect_conf conf = {
			.n_goals = search->n_goals,
			.min_pps = size->lowest_pps,
			.max_pps = size->tester_limit_pps,
			.tolerance_ratio = tolerance,
			.limit_ns = limit_ns,
		};

		memcpy(conf.goal, search->goal, sizeof(conf.goal));
		ovr_method_bisect_begin(&way->bisect, &conf);
	} else {
		ovr_method_curve_begin(&way->curve,
			&(struct ovr_method_curve_conf){ .max_pps = size->tester_limit_pps,
				.min_pps = size->lowest_pps,
				.step_ratio = own->step_ppb / 1e9,
				.tolerance_ratio = tolerance,
				.duration_ns = job->plan.load.time_ns,
				.limit_ns = limit_ns });
	}
}

static bool
next_of(struct way *way, struct ovr_method_ask *ret_ask)
{
	switch (way->algorithm) {
	case OVR_ALGORITHM_MLR:
		return ovr_method_mlr_next(&way->mlr, ret_ask);
	case OVR_ALGORITHM_BINARY:
		return ovr_method_bisect_next(&way->bisect, ret_ask);
	case OVR_ALGORITHM_CURVE:
		break;
	}
	return ovr_method_curve_next(&way->curve, ret_ask);
}

/*
 * The trial's load becomes the one at which it counts.
 * @return whether the sender did not fall short
 */
static bool
take_of(struct way *way, struct ovr_method_trial *trial, uint64_t spent_ns)
{
	switch (way->algorithm) {
	case OVR_ALGORITHM_MLR:
		return ovr_method_mlr_take(&way->mlr, trial, spent_ns);
	case OVR_ALGORITHM_BINARY:
		return ovr_method_bisect_take(&way->bisect, trial, spent_ns);
	case OVR_ALGORITHM_CURVE:
		break;
	}
	return ovr_method_curve_take(&way->curve, trial, spent_ns);
}

static void
pass_of(struct way *way, uint64_t spent_ns)
{
	switch (way->algorithm) {
	case OVR_ALGORITHM_MLR:
		ovr_method_mlr_pass(&way->mlr, spent_ns);
		break;
	case OVR_ALGORITHM_BINARY:
		ovr_method_bisect_pass(&way->bisect, spent_ns);
		break;
	case OVR_ALGORITHM_CURVE:
		ovr_method_curve_pass(&way->curve, spent_ns);
		break;
	}
}

/* The way from its begin to its end. */
static int
go(struct job *job, struct ovr_err *err)
{
	struct ovr_method_ask ask;

	while (!job->series->is_over && next_of(job->way, &ask)) {
		struct ovr_result_search_trial trial = { .purpose = OVR_RESULT_SEARCH_LOAD,
			.intended_pps = ask.load_pps,
			.duration_ns = ask.duration_ns };
		struct ovr_result_search_trial *kept;
		struct ovr_method_trial taken;
		struct ovr_plan plan;
		int status = ovr_search_plan_trial(&job->plan, ask.load_pps, ask.duration_ns, &plan, err);

		if (status == 0)
			status = run_trial(job, &plan, trial, &kept, err);
		if (status != 0 || kept == NULL)
			return status;
		ovr_result_done(&job->result);
		if (kept->is_void) {
			pass_of(job->way, job->series->spent_ns);
			continue;
		}
		taken = ovr_search_trial_of(&kept->summary, ask.load_pps, ask.duration_ns);
		kept->is_short = !take_of(job->way, &taken, job->series->spent_ns);
		kept->load_pps = taken.load_pps;
	}
	return 0;
}

static void
take_answer(struct job *job)
{
	struct ovr_result_search_size *size = job->size;
	const struct way *way = job->way;
	struct ovr_method_bisect_loads loads;

	switch (way->algorithm) {
	case OVR_ALGORITHM_MLR:
		for (uint32_t g = 0; g < job->search->n_goals; g++)
			size->answer[g] = ovr_method_mlr_answer(&way->mlr, g);
		size->stop = way->mlr.tried.stop;
		break;
	case OVR_ALGORITHM_BINARY:
		for (uint32_t g = 0; g < job->search->n_goals; g++)
			size->answer[g] = ovr_method_bisect_answer(&way->bisect, g);
		loads = ovr_method_bisect_loads(&way->bisect);
		size->n_decided = loads.n_decided;
		size->n_retried = loads.n_retried;
		size->stop = way->bisect.tried.stop;
		break;
	case OVR_ALGORITHM_CURVE:
		size->is_complete = ovr_method_curve_is_complete(&way->curve);
		size->stop = way->curve.stop;
		break;
	}
}

/* One way for all goals. */
static int
go_all(struct job *job, struct ovr_err *err)
{
	uint64_t limit_ns = job->plan.search.limit_ns, spent_ns = job->size->spent_ns;
	int status;

	begin_way(job, limit_ns > spent_ns ? limit_ns - spent_ns : 0);
	status = go(job, err);
	take_answer(job);
	return status;
}

/* One size, from its warm-up to its answer. */
static int
search_size(struct job *job, struct ovr_err *err)
{
	struct ovr_result_search_size *size = job->size;
	bool is_open = false;
	int status = saturate(job, OVR_RESULT_SEARCH_WARMUP, err);

	if (status == 0 && !job->series->is_over) {
		ovr_result_done(&job->result);
		status = measure_limit(job, err);
	}
	if (status == 0 && !job->series->is_over && size->reason[0] == '\0')
		is_open = ovr_search_set_lowest(
			&job->plan.search.min_rate, &job->plan.frames.size, job->line_bps, size);
	if (status == 0 && is_open)
		status = go_all(job, err);
	if (status == 0)
		status = ovr_search_close_size(job->search, job->index, err);
	if (status == 0 && is_open && !job->series->is_over)
		ovr_search_judge_size(job->search, size);
	return status;
}

int
ovr_search_run(struct ovr_series *series, const struct ovr_plan *plan, struct ovr_result_search *ret_search,
	struct ovr_err *err)
{
	struct ovr_result_search *search = calloc(1, sizeof(*search));
	struct job job = { .series = series, .search = search, .way = malloc(sizeof(*job.way)) };
	int status = search == NULL || job.way == NULL ? ovr_err_set(err, -ENOMEM, "no memory for a search")
						       : 0;

	if (status != 0)
		goto out;
	series->varies_seed = true;
	search->plan = *plan;
	if (plan->search.algorithm != OVR_ALGORITHM_CURVE)
		search->n_goals = plan->search.goals.n_goals;
	for (uint32_t g = 0; g < search->n_goals; g++)
		search->goal[g] = ovr_search_goal_of(plan, g);
	for (uint32_t i = 0; status == 0 && !series->is_over && i < ovr_search_plan_sizes(&plan->sizes);
		i++) {
		job.index = i;
		job.size = &search->size[search->n_sizes++];
		ovr_search_plan_of_size(plan, i, &job.plan);
		snprintf(job.size->size, sizeof(job.size->size), "%s",
			plan->sizes.n == 0 ? job.plan.frames.size.text : plan->sizes.text[i]);
		job.size->mean_bytes = ovr_mix_mean(&job.plan.frames.size);
		status = search_size(&job, err);
	}
	search->environment = series->environment;
	if (!ovr_series_take_end(series, &search->verdict, search->reason, sizeof(search->reason)))
		ovr_search_judge(search);
	if (status == 0)
		*ret_search = *search;
	else
		ovr_result_search_done(search);
out:
	free(search);
	free(job.way);
	return status;
}
