/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftest/selftest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "selftest/figures.h"

/* A receiver that had no room for fewer frames than this was not overrun: it may take more. */
#define OVERRUN_MIN 0.01

/* What a selftest is made with. */
struct job {
	struct ovr_series *series;
	struct ovr_result_selftest *selftest;
	struct ovr_series_workers workers; /* that its plan has cores for */
};

static bool
is_on_wire(const struct ovr_plan_ports *ports)
{
	return ports->tx.kind == OVR_PORT_WIRE;
}

int
ovr_selftest_expect(
	struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err)
{
	struct ovr_plan trial;
	struct ovr_series_workers workers;
	int status = ovr_selftest_plan_saturation(plan, 1, &trial, err);

	if (status == 0)
		status = ovr_series_expect(series, &trial, env, err);
	if (status != 0 || !is_on_wire(&plan->ports))
		return status;
	/* virtual devices want larger buffers than the wire, and rings of their own */
	status = ovr_series_workers_of(series, plan, &workers, err);
	if (status == 0)
		status = ovr_selftest_plan_check(plan, workers.n_tx_most, workers.n_least, &trial, err);
	if (status == 0)
		status = ovr_series_expect(series, &trial, env, err);
	if (status == 0)
		status = ovr_selftest_plan_send(plan, workers.n_tx_most, &trial, err);
	return status != 0 ? status : ovr_series_expect(series, &trial, env, err);
}

/* Which trial, for a sentence: "sustain at 21.3 mpps, again". */
static const char *
name_trial(struct ovr_series *series, const struct ovr_result_subtrial *trial)
{
	const char *purpose = ovr_result_purpose_name(trial->purpose);
	const char *again = trial->attempt > 1 ? ", again" : "";

	if (trial->intended_pps == 0)
		return ovr_series_label(series, "%s%s", purpose, again);
	return ovr_series_label(series, "%s at %.6g mpps%s", purpose, trial->intended_pps / 1e6, again);
}

/* Carry out one trial and keep it. A void one ends the selftest. */
static int
run_trial(struct job *job, const struct ovr_plan *plan, struct ovr_result_subtrial trial, struct ovr_err *err)
{
	struct ovr_result_selftest *selftest = job->selftest;
	struct ovr_result_subtrial *kept = &selftest->trial[selftest->n_trials];
	int status;

	trial.result = calloc(1, sizeof(*trial.result));
	if (trial.result == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a result");
	status = ovr_series_trial(
		job->series, plan, name_trial(job->series, &trial), trial.result, NULL, err);
	if (status != 0) {
		free(trial.result);
		return status;
	}
	trial.figures = ovr_selftest_figures_of(trial.result);
	trial.outcome = ovr_method_sustain_judge(&trial.figures);
	ovr_selftest_trim(trial.result);
	*kept = trial;
	selftest->n_trials++;
	if (job->series->n_voids != 0)
		ovr_series_end(job->series, OVR_VERDICT_VOID, "%s: %s", job->series->label,
			trial.result->ledger.reason[0]);
	return 0;
}

static const struct ovr_result_subtrial *
last_trial(const struct ovr_result_selftest *selftest)
{
	return &selftest->trial[selftest->n_trials - 1];
}

static bool
is_over(const struct job *job)
{
	return ovr_series_end_by_signal(job->series, "selftest");
}

static void
take_send(struct ovr_result_selftest *selftest, const struct ovr_result *result)
{
	selftest->send_pps = result->tx_pps;
	snprintf(selftest->send_port, sizeof(selftest->send_port), "%s", result->plan.ports.tx.label);
}

static void
take_check(struct ovr_result_selftest *selftest, const struct ovr_result *result)
{
	selftest->check_pps = result->rx_pps;
	selftest->check_overrun = ovr_selftest_overrun_of(result);
	selftest->check_is_least = selftest->check_overrun < OVERRUN_MIN;
	snprintf(selftest->check_port, sizeof(selftest->check_port), "%s", result->plan.ports.rx.label);
}

/* Take what a trial at full speed shows, if it shows more than the one before. */
static void
take_ends(struct ovr_result_selftest *selftest, const struct ovr_result_subtrial *trial)
{
	const struct ovr_result *result = trial->result;
	bool with_tx = trial->purpose != OVR_RESULT_CHECK && result->tx_pps > selftest->send_pps;
	bool with_rx = trial->purpose != OVR_RESULT_SEND && result->rx_pps > selftest->check_pps;

	if (with_tx)
		take_send(selftest, result);
	if (with_rx)
		take_check(selftest, result);
	ovr_selftest_add_cores(selftest, result, with_tx, with_rx);
}

/*
 * As fast as it goes, with a second attempt where stalls may have been in the way; the faster one
 * counts.
 */
static int
measure(struct job *job, enum ovr_result_purpose purpose, const struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_result_subtrial trial = { .purpose = purpose };
	const struct ovr_result_subtrial *last;

	do {
		int status;

		trial.attempt++;
		status = run_trial(job, plan, trial, err);
		if (status != 0 || is_over(job))
			return status;
		last = last_trial(job->selftest);
		take_ends(job->selftest, last);
	} while (trial.attempt < OVR_METHOD_SUSTAIN_ATTEMPTS &&
		last->figures.stalled_ppm > OVR_METHOD_SUSTAIN_RETRY_PPM);
	return 0;
}

/*
 * What the cores send, and what they check: apart where there is a wire, whose line would get in
 * the way.
 */
static int
measure_ends(struct job *job, const struct ovr_plan *plan, struct ovr_err *err)
{
	uint16_t n_tx = job->workers.n_tx_most;
	struct ovr_plan trial;
	int status;

	if (!is_on_wire(&plan->ports)) {
		status = ovr_selftest_plan_saturation(plan, n_tx, &trial, err);
		return status != 0 ? status : measure(job, OVR_RESULT_SATURATION, &trial, err);
	}
	status = ovr_selftest_plan_send(plan, n_tx, &trial, err);
	if (status == 0)
		status = measure(job, OVR_RESULT_SEND, &trial, err);
	if (status != 0 || is_over(job))
		return status;
	status = ovr_selftest_plan_check(plan, n_tx, job->workers.n_least, &trial, err);
	return status != 0 ? status : measure(job, OVR_RESULT_CHECK, &trial, err);
}

/* One rate, with a second attempt where stalls may have been in the way. */
static int
try_rate(struct job *job, const struct ovr_plan *plan, bool *ret_sustained, struct ovr_err *err)
{
	struct ovr_result_selftest *selftest = job->selftest;
	struct ovr_result_subtrial subtrial = {
		.purpose = selftest->search.confirms ? OVR_RESULT_CONFIRM : OVR_RESULT_SUSTAIN,
		.intended_pps = selftest->search.next_pps,
	};
	const struct ovr_result_subtrial *last;
	struct ovr_plan trial;
	int status = ovr_selftest_plan_sustain(plan, subtrial.intended_pps, &trial, err);

	do {
		subtrial.attempt++;
		if (status == 0)
			status = run_trial(job, &trial, subtrial, err);
		if (status != 0 || is_over(job))
			return status;
		last = last_trial(selftest);
		ovr_selftest_add_cores(selftest, last->result, false, false);
	} while (subtrial.attempt < OVR_METHOD_SUSTAIN_ATTEMPTS &&
		ovr_method_sustain_deserves_retry(&last->figures));
	*ret_sustained = last->outcome == OVR_METHOD_SUSTAIN_YES;
	selftest->line_bps = last->result->line_bps;
	if (*ret_sustained)
		selftest->pacing_error_ppm = last->result->pacing_error_ppm;
	return 0;
}

/*
 * No rate above the line's is tried, nor above what the sender alone can do. Where the sender had
 * that line, it could not show more than that.
 */
static double
limit_of(const struct ovr_result_selftest *selftest, const struct ovr_plan_ports *ports,
	const struct ovr_mix *mix)
{
	double send_pps = ovr_selftest_pps_outside_stalls(selftest, true);
	uint64_t line_bps = ovr_selftest_line_bps(ports);
	double line_pps;

	if (line_bps == 0)
		return send_pps;
	line_pps = ovr_mix_line_pps(mix, line_bps);
	return !is_on_wire(ports) || line_pps < send_pps ? line_pps : send_pps;
}

static int
search_sustained(struct job *job, const struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_result_selftest *selftest = job->selftest;
	struct ovr_method_sustain_search *search = &selftest->search;
	double limit_pps = limit_of(selftest, &plan->ports, &plan->frames.size);

	if (selftest->check_pps <= 0) {
		ovr_series_end(job->series, OVR_VERDICT_LOSS,
			"nothing that %s sent arrived at %s: nothing is sustained", plan->ports.tx.label,
			plan->ports.rx.label);
		return 0;
	}
	ovr_method_sustain_begin(search, ovr_selftest_pps_outside_stalls(selftest, false), limit_pps);
	while (search->next_pps != 0) {
		bool is_sustained = false;
		int status = try_rate(job, plan, &is_sustained, err);

		if (status != 0 || is_over(job))
			return status;
		ovr_method_sustain_take(search, is_sustained);
	}
	if (search->answer_pps != 0)
		return 0;
	ovr_series_end(job->series, OVR_VERDICT_LOSS,
		search->n_confirms != 0 ? "no rate was sustained twice, down to %.6g mpps"
					: "no rate is sustained, down to %.6g mpps",
		search->missed_pps / 1e6);
	return 0;
}

int
ovr_selftest_run(struct ovr_series *series, const struct ovr_plan *plan,
	struct ovr_result_selftest *ret_selftest, struct ovr_err *err)
{
	struct ovr_result_selftest *selftest = calloc(1, sizeof(*selftest));
	struct job job = { .series = series, .selftest = selftest };
	int status;

	if (selftest == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a selftest");
	selftest->plan = *plan;
	status = ovr_series_workers_of(series, plan, &job.workers, err);
	if (status == 0)
		status = measure_ends(&job, plan, err);
	if (status == 0 && !is_over(&job))
		status = search_sustained(&job, plan, err);
	selftest->environment = series->environment;
	ovr_series_take_end(series, &selftest->verdict, selftest->reason, sizeof(selftest->reason));
	if (status == 0) {
		ovr_selftest_close_cores(selftest);
		*ret_selftest = *selftest;
	} else {
		ovr_result_selftest_done(selftest);
	}
	free(selftest);
	return status;
}
