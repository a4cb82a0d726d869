/* SPDX-License-Identifier: BSD-3-Clause */
/* A selftest for programs: overrun.result/1 with several trials and an answer of its own. */
#include "report/selftest.h"

#include <math.h>

#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/selftest_parts.h"

/* Null for what was not measured. */
static int
put_rate(json_t *object, const char *key, double pps)
{
	return ovr_json_put_real(object, key, pps > 0 ? pps : NAN);
}

/* What each core of one side carried while its end was measured. */
static json_t *
rates_of(const struct ovr_result_selftest *selftest, bool is_tx)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < selftest->n_cores; i++) {
		const struct ovr_result_core *core = &selftest->core[i];
		json_t *object;

		if (core->is_wire || core->is_tx != is_tx)
			continue;
		object = json_object();
		rc |= ovr_json_put_count(object, "cpu", core->cpu);
		rc |= ovr_json_put_real(object, "rate_pps", core->pps);
		rc |= ovr_json_put_real(object, "stalled_ratio", core->pps_stalled);
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

static json_t *
send_of(const struct ovr_result_selftest *selftest)
{
	json_t *object;
	int rc = 0;

	if (selftest->send_pps <= 0)
		return json_null();
	object = json_object();
	rc |= ovr_json_put_real(object, "rate_pps", selftest->send_pps);
	rc |= ovr_json_put_real(object, "l1_bps", ovr_selftest_l1_bps(selftest, selftest->send_pps));
	rc |= ovr_json_put_text(object, "port", selftest->send_port);
	rc |= json_object_set_new(object, "cores", rates_of(selftest, true));
	return ovr_json_finish(object, rc);
}

static json_t *
check_of(const struct ovr_result_selftest *selftest)
{
	json_t *object;
	int rc = 0;

	if (selftest->check_pps <= 0)
		return json_null();
	object = json_object();
	rc |= ovr_json_put_real(object, "rate_pps", selftest->check_pps);
	rc |= ovr_json_put_real(object, "l1_bps", ovr_selftest_l1_bps(selftest, selftest->check_pps));
	rc |= ovr_json_put_text(object, "port", selftest->check_port);
	rc |= ovr_json_put_real(object, "overrun_ratio", selftest->check_overrun);
	rc |= json_object_set_new(object, "at_least", json_boolean(selftest->check_is_least));
	rc |= json_object_set_new(object, "cores", rates_of(selftest, false));
	return ovr_json_finish(object, rc);
}

static json_t *
lines_of(const struct ovr_result_selftest *selftest)
{
	json_t *list = json_array();
	int rc = 0;

	for (const uint64_t *line = ovr_selftest_lines_bps; *line != 0; line++) {
		double share = selftest->search.answer_pps / ovr_selftest_line_pps(selftest, *line);
		json_t *object = json_object();

		rc |= ovr_json_put_count(object, "line_bps", *line);
		rc |= ovr_json_put_real(object, "line_ratio", share);
		rc |= json_object_set_new(object, "sustained", json_boolean(share >= 1));
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

static json_t *
tolerances_of(void)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_real(object, "missed_ratio", OVR_METHOD_SUSTAIN_MISSED_PPM / 1e6);
	rc |= ovr_json_put_real(object, "lost_ratio", OVR_METHOD_SUSTAIN_LOST_PPM / 1e6);
	rc |= ovr_json_put_real(object, "stalled_ratio", OVR_METHOD_SUSTAIN_STALLED_PPM / 1e6);
	rc |= ovr_json_put_real(object, "retry_stalled_ratio", OVR_METHOD_SUSTAIN_RETRY_PPM / 1e6);
	return ovr_json_finish(object, rc);
}

static json_t *
sustained_of(const struct ovr_result_selftest *selftest)
{
	const struct ovr_method_sustain_search *search = &selftest->search;
	const struct ovr_result_subtrial *missed = ovr_selftest_missed_trial(selftest);
	bool is_answered = search->answer_pps != 0;
	json_t *object;
	int rc = 0;

	if (search->n_rates == 0)
		return json_null();
	object = json_object();
	rc |= put_rate(object, "rate_pps", search->answer_pps);
	rc |= put_rate(object, "l1_bps", ovr_selftest_l1_bps(selftest, search->answer_pps));
	rc |= json_object_set_new(object, "at_least", json_boolean(ovr_method_sustain_is_at_limit(search)));
	rc |= ovr_json_put_real(object, "limit_pps", search->limit_pps);
	rc |= put_rate(object, "missed_pps", search->missed_pps);
	rc |= json_object_set_new(object, "missed_by",
		missed == NULL ? json_null() : ovr_json_text(ovr_result_sustain_name(missed->outcome)));
	rc |= put_rate(object, "width_ratio", ovr_method_sustain_width(search));
	rc |= ovr_json_put_known(object, "line_bps", selftest->line_bps != 0, selftest->line_bps);
	rc |= ovr_json_put_real(object, "pacing_error_ppm", is_answered ? selftest->pacing_error_ppm : NAN);
	rc |= ovr_json_put_count(object, "rates", search->n_rates);
	rc |= ovr_json_put_count(object, "confirmations", search->n_confirms);
	rc |= json_object_set_new(object, "tolerances", tolerances_of());
	rc |= json_object_set_new(object, "lines", is_answered ? lines_of(selftest) : json_array());
	return ovr_json_finish(object, rc);
}

static json_t *
stalls_of(const struct ovr_result_selftest *selftest)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < selftest->n_cores; i++) {
		const struct ovr_result_core *core = &selftest->core[i];
		uint64_t ring = ovr_selftest_ring_for(selftest, core);
		json_t *object = json_object();

		rc |= ovr_json_put_text(object, "direction",
			core->is_wire         ? "wire"
				: core->is_tx ? "tx"
					      : "rx");
		rc |= ovr_json_put_count(object, "cpu", core->cpu);
		rc |= ovr_json_put_count(object, "monitored_ns", core->monitored_ns);
		rc |= ovr_json_put_count(object, "stalls", core->n_stalls);
		rc |= ovr_json_put_count(object, "stalled_ns", core->stalled_ns);
		rc |= json_object_set_new(
			object, "stalled_ratio", ovr_json_ratio(core->stalled_ns, core->monitored_ns));
		rc |= ovr_json_put_count(object, "longest_stall_ns", core->longest_ns);
		rc |= ovr_json_put_known(
			object, "longest_stall_frames", core->longest_frames != 0, core->longest_frames);
		rc |= ovr_json_put_known(object, "ring_for_longest_stall", ring != 0, ring);
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

static json_t *
subtrial_of(const struct ovr_result_subtrial *trial)
{
	const struct ovr_method_sustain_figures *f = &trial->figures;
	const struct ovr_ledger *ledger = &trial->result->ledger;
	bool is_judged = trial->intended_pps != 0;
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_text(object, "purpose", ovr_result_purpose_name(trial->purpose));
	rc |= put_rate(object, "intended_pps", trial->intended_pps);
	rc |= ovr_json_put_count(object, "attempt", trial->attempt);
	rc |= json_object_set_new(object, "outcome",
		is_judged ? ovr_json_text(ovr_result_sustain_name(trial->outcome)) : json_null());
	rc |= ovr_json_put_count(object, "missed_outside_stalls", ovr_method_sustain_missed(f));
	rc |= ovr_json_put_count(object, "lost_outside_stalls", ovr_method_sustain_lost(f));
	rc |= ovr_json_put_real(object, "stalled_ratio", f->stalled_ppm / 1e6);
	rc |= ovr_json_put_text(object, "verdict", ovr_ledger_verdict_name(ledger->verdict));
	rc |= json_object_set_new(object, "reasons", ovr_json_reasons(ledger));
	rc |= json_object_set_new(object, "plan", ovr_json_plan(&trial->result->plan));
	rc |= json_object_set_new(object, "trial", ovr_json_trial(trial->result));
	return ovr_json_finish(object, rc);
}

static json_t *
answer_of(const struct ovr_result_selftest *selftest)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= json_object_set_new(object, "send", send_of(selftest));
	rc |= json_object_set_new(object, "check", check_of(selftest));
	rc |= json_object_set_new(object, "sustained", sustained_of(selftest));
	rc |= json_object_set_new(object, "stalls", stalls_of(selftest));
	rc |= ovr_json_put_real(object, "clock_ppm", selftest->clock_ppm);
	return ovr_json_finish(object, rc);
}

static json_t *
selftest_of(const struct ovr_result_selftest *selftest)
{
	json_t *object = ovr_json_head("selftest", selftest->verdict, ovr_json_reason(selftest->reason),
		&selftest->plan, &selftest->environment);
	json_t *trials = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < selftest->n_trials; i++)
		rc |= json_array_append_new(trials, subtrial_of(&selftest->trial[i]));
	rc |= json_object_set_new(object, "selftest", answer_of(selftest));
	rc |= json_object_set_new(object, "trials", trials);
	return ovr_json_finish(object, rc);
}

int
ovr_report_selftest_json(const struct ovr_result_selftest *selftest, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(selftest_of(selftest), out, err);
}
