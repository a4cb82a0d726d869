/* SPDX-License-Identifier: BSD-3-Clause */
#include "search/search.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
struct session {
	struct ovr_series *series;
	struct ovr_result_search *search;
	struct ovr_result_search_size *size; /* in the search */
	uint32_t index;                      /* its */
	struct ovr_plan plan;                /* of this size */
	struct way *way;
	uint64_t line_bps;        /* as the port told it; 0: unknown */
	uint32_t first_trial;     /* of the way */
	struct ovr_result result; /* of the last trial; released by who took what it tells */
	uint64_t spent_ns;        /* by the last trial, with all that is around it */
	uint32_t n_voids;         /* in a row */
};

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

int
ovr_search_expect(
	struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err)
{
	int status = 0;

	for (uint32_t i = 0; status == 0 && i < ovr_search_plan_sizes(plan); i++) {
		struct ovr_plan size, saturation;

		ovr_search_plan_of_size(plan, i, &size);
		status = ovr_search_plan_saturation(&size, &saturation, err);
		if (status == 0)
			status = ovr_series_expect(series, &saturation, env, err);
	}
	return status;
}

static void
end_void(struct ovr_result_search *search, const char *what, const char *why)
{
	search->verdict = OVR_VERDICT_VOID;
	snprintf(search->reason, sizeof(search->reason), "%s: %s", what, why);
}

static bool
is_over(const struct session *session)
{
	return session->search->verdict == OVR_VERDICT_VOID;
}

/* "size 64: 3.21 Mpps, 1.00 s" */
static void
label_trial(const struct ovr_result_search_trial *trial, const char *size, char *label, size_t bytes)
{
	char pps[OVR_UNITS_TEXT_BYTES], time[OVR_UNITS_TEXT_BYTES];

	ovr_units_print_time(time, sizeof(time), trial->duration_ns);
	if (trial->intended_pps == 0)
		snprintf(label, bytes, "size %.24s: %.20s, %.20s", size,
			ovr_result_search_purpose_name(trial->purpose), time);
	else
		snprintf(label, bytes, "size %.24s: %.20s, %.20s", size,
			ovr_units_print_si(pps, sizeof(pps), trial->intended_pps, "pps"), time);
}

static uint32_t
attempts_at(const struct session *session, double intended_pps)
{
	uint32_t n = 0;

	for (uint32_t i = session->first_trial; i < session->search->n_trials; i++)
		n += session->search->trial[i].intended_pps == intended_pps;
	return n;
}

/* A trial that could not be run ends a search that has begun: what was found so far is kept. */
static int
fail_trial(struct session *session, int status, struct ovr_err *err)
{
	if (session->search->n_trials == 0)
		return status;
	end_void(session->search, "a trial could not be run", err->text);
	return 0;
}

/* What a signal, or too many void trials, make of the search. */
static void
judge_void(struct session *session, const struct ovr_result_search_trial *trial)
{
	if (ovr_series_is_stopped(session->series)) {
		end_void(session->search, "search", "stopped by a signal");
		return;
	}
	session->n_voids = trial->is_void ? session->n_voids + 1 : 0;
	if (session->n_voids == OVR_SEARCH_VOIDS_MAX)
		end_void(session->search, trial->summary.label, trial->summary.reason);
}

/*
 * Carry out one trial, void or not, and keep it. Its result stands in the session: the caller calls
 * ovr_result_done(). ret_trial: NULL where it could not be run and the search is over.
 */
static int
run_trial(struct session *session, const struct ovr_plan *plan, struct ovr_result_search_trial trial,
	struct ovr_result_search_trial **ret_trial, struct ovr_err *err)
{
	struct ovr_result_search *search = session->search;
	struct ovr_plan seeded = *plan;
	char label[OVR_RESULT_SUMMARY_LABEL_BYTES];
	uint64_t begin_ns = now_ns();
	int status;

	*ret_trial = NULL;
	/* no trial repeats the chances of another one */
	seeded.seed += search->n_trials;
	trial.size = session->index;
	label_trial(&trial, session->size->size, label, sizeof(label));
	status = ovr_series_trial(session->series, &seeded, label, &session->result, &trial.summary, err);
	if (status != 0)
		return fail_trial(session, status, err);
	session->spent_ns = now_ns() - begin_ns;
	session->size->spent_ns += session->spent_ns;
	trial.summary.attempt = 1 +
		(trial.intended_pps == 0 ? session->n_voids : attempts_at(session, trial.intended_pps));
	trial.is_void = trial.summary.verdict == OVR_VERDICT_VOID;
	*ret_trial = ovr_result_search_add(search);
	if (*ret_trial == NULL) {
		ovr_result_done(&session->result);
		return ovr_err_set(err, -ENOMEM, "no memory for a trial");
	}
	**ret_trial = trial;
	judge_void(session, &trial);
	return 0;
}

/*
 * One that is not void, at as much as goes. Its result stands in the session if the search is not
 * over.
 */
static int
saturate(struct session *session, enum ovr_result_search_purpose purpose, struct ovr_err *err)
{
	struct ovr_result_search_trial trial = { .purpose = purpose };
	struct ovr_result_search_trial *kept;
	struct ovr_plan plan;
	int status = ovr_search_plan_saturation(&session->plan, &plan, err);

	trial.duration_ns = plan.time_ns;
	while (status == 0) {
		status = run_trial(session, &plan, trial, &kept, err);
		if (status != 0 || kept == NULL)
			break;
		if (is_over(session) || kept->is_void)
			ovr_result_done(&session->result);
		if (is_over(session) || !kept->is_void)
			break;
	}
	return status;
}

/* What one saturation trial says of the highest load. Its result stands in the session. */
static void
take_limit(struct session *session)
{
	struct ovr_result_search_size *size = session->size;
	const struct ovr_result *result = &session->result;
	bool is_bounded = session->plan.search.max_rate.value != 0 ||
		session->plan.tx.kind == OVR_PORT_WIRE || session->plan.line_bps != 0;

	if (result->line_bps != 0)
		size->line_pps = ovr_mix_line_pps(&session->plan.size, result->line_bps);
	session->line_bps = result->line_bps;
	ovr_search_take_limit(size, result, is_bounded, session->search->plan.tolerance_ppb / 1e9);
	if (result->ledger.figures.unique == 0)
		snprintf(size->reason, sizeof(size->reason),
			"nothing that %s sent arrived at %s: no load was tried", session->plan.tx.label,
			session->plan.rx.label);
}

/*
 * The tester limit: what was sent, by a sender that had its core. One that stalled is asked again.
 */
static int
measure_limit(struct session *session, struct ovr_err *err)
{
	double tolerance = session->search->plan.tolerance_ppb / 1e9;
	struct ovr_result_search_size *size = session->size;
	bool is_final = false;

	for (int i = 0; i < LIMIT_TRIALS && !is_final; i++) {
		int status = saturate(session, OVR_RESULT_SEARCH_TESTER_LIMIT, err);

		if (status != 0 || is_over(session))
			return status;
		take_limit(session);
		is_final = size->reason[0] != '\0' || size->tester_limit_is_intended ||
			!ovr_search_was_stalled(&session->result, tolerance);
		ovr_result_done(&session->result);
	}
	return 0;
}

static void
begin_way(struct session *session, uint64_t limit_ns)
{
	const struct ovr_result_search *search = session->search;
	const struct ovr_result_search_size *size = session->size;
	const struct ovr_plan_search *own = &session->plan.search;
	double tolerance = search->plan.tolerance_ppb / 1e9;
	struct way *way = session->way;

	session->first_trial = search->n_trials;
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
				.duration_ns = session->plan.time_ns,
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
go(struct session *session, struct ovr_err *err)
{
	struct ovr_method_ask ask;

	while (!is_over(session) && next_of(session->way, &ask)) {
		struct ovr_result_search_trial trial = { .purpose = OVR_RESULT_SEARCH_LOAD,
			.intended_pps = ask.load_pps,
			.duration_ns = ask.duration_ns };
		struct ovr_result_search_trial *kept;
		struct ovr_method_trial taken;
		struct ovr_plan plan;
		int status = ovr_search_plan_trial(&session->plan, ask.load_pps, ask.duration_ns, &plan, err);

		if (status == 0)
			status = run_trial(session, &plan, trial, &kept, err);
		if (status != 0 || kept == NULL)
			return status;
		ovr_result_done(&session->result);
		if (kept->is_void) {
			pass_of(session->way, session->spent_ns);
			continue;
		}
		taken = ovr_search_trial_of(&kept->summary, ask.load_pps, ask.duration_ns);
		kept->is_short = !take_of(session->way, &taken, session->spent_ns);
		kept->load_pps = taken.load_pps;
	}
	return 0;
}

static void
take_answer(struct session *session)
{
	struct ovr_result_search_size *size = session->size;
	const struct way *way = session->way;
	struct ovr_method_bisect_loads loads;

	switch (way->algorithm) {
	case OVR_ALGORITHM_MLR:
		for (uint32_t g = 0; g < session->search->n_goals; g++)
			size->answer[g] = ovr_method_mlr_answer(&way->mlr, g);
		size->stop = way->mlr.tried.stop;
		break;
	case OVR_ALGORITHM_BINARY:
		for (uint32_t g = 0; g < session->search->n_goals; g++)
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
go_all(struct session *session, struct ovr_err *err)
{
	uint64_t limit_ns = session->plan.search.limit_ns, spent_ns = session->size->spent_ns;
	int status;

	begin_way(session, limit_ns > spent_ns ? limit_ns - spent_ns : 0);
	status = go(session, err);
	take_answer(session);
	return status;
}

/* One size, from its warm-up to its answer. */
static int
search_size(struct session *session, struct ovr_err *err)
{
	struct ovr_result_search_size *size = session->size;
	bool is_open = false;
	int status = saturate(session, OVR_RESULT_SEARCH_WARMUP, err);

	if (status == 0 && !is_over(session)) {
		ovr_result_done(&session->result);
		status = measure_limit(session, err);
	}
	if (status == 0 && !is_over(session) && size->reason[0] == '\0')
		is_open = ovr_search_set_lowest(&session->plan, session->line_bps, size);
	if (status == 0 && is_open)
		status = go_all(session, err);
	if (status == 0)
		status = ovr_search_close_size(session->search, session->index, err);
	if (status == 0 && is_open && !is_over(session))
		ovr_search_judge_size(session->search, size);
	return status;
}

int
ovr_search_run(struct ovr_series *series, const struct ovr_plan *plan, struct ovr_result_search *ret_search,
	struct ovr_err *err)
{
	struct ovr_result_search *search = calloc(1, sizeof(*search));
	struct session session = { .series = series, .search = search, .way = malloc(sizeof(*session.way)) };
	int status = search == NULL || session.way == NULL
		? ovr_err_set(err, -ENOMEM, "no memory for a search")
		: 0;

	if (status != 0)
		goto out;
	search->plan = *plan;
	if (plan->search.algorithm != OVR_ALGORITHM_CURVE)
		search->n_goals = plan->search.goals.n_goals;
	for (uint32_t g = 0; g < search->n_goals; g++)
		search->goal[g] = ovr_search_goal_of(plan, g);
	for (uint32_t i = 0; status == 0 && !is_over(&session) && i < ovr_search_plan_sizes(plan); i++) {
		session.index = i;
		session.size = &search->size[search->n_sizes++];
		ovr_search_plan_of_size(plan, i, &session.plan);
		snprintf(session.size->size, sizeof(session.size->size), "%s",
			plan->sizes.n == 0 ? session.plan.size.text : plan->sizes.text[i]);
		session.size->mean_bytes = ovr_mix_mean(&session.plan.size);
		status = search_size(&session, err);
	}
	search->environment = series->environment;
	if (search->verdict != OVR_VERDICT_VOID)
		ovr_search_judge(search);
	if (status == 0)
		*ret_search = *search;
	else
		ovr_result_search_done(search);
out:
	free(search);
	free(session.way);
	return status;
}
