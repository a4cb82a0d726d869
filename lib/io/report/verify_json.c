/* SPDX-License-Identifier: BSD-3-Clause */
/* A verification of drop counters for programs: overrun.result/1 with an answer of its own. */
#include "report/verify.h"

#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/summary_json.h"

#define COUNTER(member) OVR_JSON_MEMBER(struct ovr_result_verify_counter, member)
#define SEEN(member)    OVR_JSON_MEMBER(struct seen, member)
#define TRIAL(member)   OVR_JSON_MEMBER(struct ovr_result_verify_trial, member)

/* A trial as a counter saw it. */
struct seen {
	struct ovr_nic_truth_trial trial;
	bool is_known;
};

static const struct ovr_json_row seen_rows[] = {
	{ "lost", OVR_JSON_COUNT, SEEN(trial.lost),
		"by the ring where it counts, by the sequence numbers; null: nobody knows",
		OVR_JSON_BY(struct seen, is_known) },
	{ "counted", OVR_JSON_COUNT, SEEN(trial.counted) },
	{ "was_reset", OVR_JSON_BOOL, SEEN(trial.was_reset) },
};

static const struct ovr_json_table seen_table = OVR_JSON_TABLE(
	"verified_trial", struct seen, seen_rows, NULL);

/* The context of a counter is its verification. */
static json_t *
seen_trials(const struct ovr_json_at *at)
{
	const struct ovr_result_verify_counter *counter = at->object;
	const struct ovr_result_verify *verify = at->context;
	struct seen seen[OVR_RESULT_VERIFY_TRIALS];

	for (uint32_t t = 0; t < verify->n_trials; t++)
		seen[t] = (struct seen){ counter->trial[t], !counter->is_unknown[t] };
	return ovr_json_list(&seen_table, seen, verify->n_trials, NULL);
}

static const struct ovr_json_row counter_rows[] = {
	{ "counter", OVR_JSON_TEXT, COUNTER(counter), .min = 1 },
	{ "source", OVR_JSON_TEXT, COUNTER(source),
		"who counts; ethdev: the DPDK driver's extended statistics", .min = 1 },
	{ "queue", OVR_JSON_COUNT, COUNTER(queue), "null: the whole port",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "classification", OVR_JSON_NAME, COUNTER(truth.worth), .names = &ovr_json_worths },
	{ "error_min", OVR_JSON_WHOLE, COUNTER(truth.error_min), "counted - lost, the least of the trials" },
	{ "error_max", OVR_JSON_WHOLE, COUNTER(truth.error_max) },
	{ "booked", OVR_JSON_BOOL, COUNTER(is_account), "it is an account of the ledger" },
	{ "repeats", OVR_JSON_TEXT, COUNTER(repeats),
		"a booked counter that added the same frames in every trial", .null = OVR_JSON_NULL_IF_ZERO },
	{ "row", OVR_JSON_TEXT, COUNTER(row),
		"what the table of drivers does not say of it yet: driver=… source=… counter=\"…\" kind=… "
		"place=… trust=…",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "trials", OVR_JSON_LIST, .value = seen_trials, .table = &seen_table },
};

static const struct ovr_json_table counter_table = OVR_JSON_TABLE(
	"verified_counter", struct ovr_result_verify_counter, counter_rows, NULL);

static const struct ovr_json_row verify_rows[] = {
	{ "driver", OVR_JSON_TEXT, OVR_JSON_MEMBER(struct ovr_result_verify, driver),
		"of the receive port's interface; empty: it is no kernel interface" },
	{ "counters", OVR_JSON_LIST, OVR_JSON_ARRAY(struct ovr_result_verify, counter, n_counters),
		.table = &counter_table },
};

static const struct ovr_json_table verify_table = OVR_JSON_TABLE("verify", struct ovr_result_verify,
	verify_rows, "Of ring verify: what the drop counters of the receive port are worth");

static json_t *
settle_ns(const struct ovr_json_at *at)
{
	const struct ovr_result_verify_trial *trial = at->object;
	const struct ovr_result_verify *verify = at->context;

	return ovr_json_count(verify->settle_ns[trial->is_settled]);
}

static const struct ovr_json_row trial_rows[] = {
	{ "settle_ns", OVR_JSON_COUNT, .about = "between the drain and the reading of the counters",
		.value = settle_ns },
	{ "summary", OVR_JSON_OBJECT, TRIAL(summary), .table = &ovr_json_summary_table },
};

static const struct ovr_json_table trial_table = OVR_JSON_TABLE(
	"verify_trial", struct ovr_result_verify_trial, trial_rows, NULL);

static const struct ovr_json_row answer_rows[] = {
	{ "verify", OVR_JSON_OBJECT, .table = &verify_table },
	{ "trials", OVR_JSON_LIST, .about = "in their order",
		OVR_JSON_ARRAY(struct ovr_result_verify, trial, n_trials), .table = &trial_table },
};

const struct ovr_json_table ovr_json_verify_table = OVR_JSON_TABLE(
	"ring verify", struct ovr_result_verify, answer_rows, NULL);

int
ovr_report_verify_json(const struct ovr_result_verify *verify, FILE *out, struct ovr_err *err)
{
	const struct ovr_json_head head = { "ring verify", verify->verdict, ovr_json_reason(verify->reason),
		&verify->plan, &verify->environment };

	return ovr_json_write(ovr_json_answer(&head, &ovr_json_verify_table, verify), out, err);
}
