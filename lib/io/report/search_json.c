/* SPDX-License-Identifier: BSD-3-Clause */
/* A search for programs: overrun.result/1 with its trials in short and an answer of its own. */
#include "report/search.h"

#include <math.h>

#include "plan/plan.h"
#include "report/summary_json.h"
#include "report/json_parts.h"
#include "report/json_put.h"

/* Null for what was not found. */
static int
put_rate(json_t *object, const char *key, double pps)
{
	return ovr_json_put_real(object, key, pps > 0 ? pps : NAN);
}

static json_t *
goal_of(const struct ovr_result_search *search, const struct ovr_method_goal *goal)
{
	bool is_mlr = search->plan.search.algorithm == OVR_ALGORITHM_MLR;
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_real(object, "loss_ratio", goal->loss_ratio);
	rc |= ovr_json_put_count(object, "final_trial_ns", goal->final_ns);
	rc |= ovr_json_put_known(object, "duration_sum_ns", is_mlr, goal->sum_ns);
	rc |= ovr_json_put_known(object, "initial_trial_ns", is_mlr, goal->initial_ns);
	rc |= ovr_json_put_real(object, "exceed_ratio", is_mlr ? goal->exceed_ratio : NAN);
	rc |= ovr_json_put_real(object, "width_ratio", goal->width_ratio);
	return ovr_json_finish(object, rc);
}

static json_t *
goals_of(const struct ovr_result_search *search)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t g = 0; g < search->n_goals; g++)
		rc |= json_array_append_new(list, goal_of(search, &search->goal[g]));
	return ovr_json_finish(list, rc);
}

static json_t *
answer_of(const struct ovr_result_search_size *size, const struct ovr_method_goal *goal,
	const struct ovr_method_answer *answer)
{
	bool has_width = answer->lower_pps > 0 && answer->upper_pps > 0;
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_real(object, "loss_ratio", goal->loss_ratio);
	rc |= ovr_json_put_text(object, "end", ovr_method_end_name(answer->end));
	rc |= put_rate(object, "lower_pps", answer->lower_pps);
	rc |= put_rate(object, "upper_pps", answer->upper_pps);
	rc |= ovr_json_put_real(object, "width_ratio", has_width ? answer->width_ratio : NAN);
	rc |= ovr_json_put_real(
		object, "intended_width_ratio", has_width ? answer->intended_width_ratio : NAN);
	rc |= put_rate(object, "conditional_throughput_pps", answer->throughput_pps);
	rc |= put_rate(
		object, "l1_bps", answer->lower_pps * 8 * (size->mean_bytes + OVR_FRAME_OVERHEAD_BYTES));
	rc |= put_rate(object, "line_ratio", size->line_pps > 0 ? answer->lower_pps / size->line_pps : 0);
	return ovr_json_finish(object, rc);
}

static json_t *
bounds_of(const struct ovr_result_search *search, const struct ovr_result_search_load *load)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t g = 0; g < search->n_goals; g++)
		rc |= json_array_append_new(list, ovr_json_text(ovr_method_bound_name(load->bound[g])));
	return ovr_json_finish(list, rc);
}

static json_t *
loads_of(const struct ovr_result_search *search, const struct ovr_result_search_size *size)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < size->n_loads; i++) {
		const struct ovr_result_search_load *load = &size->load[i];
		json_t *object = json_object();

		rc |= ovr_json_put_real(object, "load_pps", load->load_pps);
		rc |= ovr_json_put_real(object, "achieved_pps", load->achieved_pps);
		rc |= ovr_json_put_real(object, "forwarded_pps", load->forwarded_pps);
		rc |= ovr_json_put_real(
			object, "tester_limit_ratio", load->load_pps / size->tester_limit_pps);
		rc |= ovr_json_put_count(object, "trials", load->n_trials);
		rc |= ovr_json_put_count(object, "lossy", load->n_lossy);
		rc |= ovr_json_put_count(object, "duration_ns", load->duration_ns);
		rc |= ovr_json_put_count(object, "sent", load->sent);
		rc |= ovr_json_put_count(object, "lost", load->lost);
		rc |= ovr_json_put_count(object, "lost_in_host_stalls", load->lost_host);
		rc |= json_object_set_new(object, "loss_ratio", ovr_json_ratio(load->lost, load->sent));
		rc |= json_object_set_new(object, "bounds", bounds_of(search, load));
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

static json_t *
tester_limit_of(const struct ovr_result_search_size *size)
{
	json_t *object;
	int rc = 0;

	if (size->tester_limit_tx_pps <= 0)
		return json_null();
	object = json_object();
	rc |= ovr_json_put_real(object, "load_pps", size->tester_limit_pps);
	rc |= ovr_json_put_real(object, "tx_rate_pps", size->tester_limit_tx_pps);
	rc |= ovr_json_put_real(object, "rx_rate_pps", size->tester_limit_rx_pps);
	rc |= json_object_set_new(object, "as_intended", json_boolean(size->tester_limit_is_intended));
	return ovr_json_finish(object, rc);
}

static json_t *
own_receiver_of(const struct ovr_result_search_size *size)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_count(object, "lossy_trials", size->n_lossy);
	rc |= ovr_json_put_count(object, "lossy_trials_in_host_stalls", size->n_lossy_host);
	rc |= ovr_json_put_count(object, "lost", size->lost);
	rc |= ovr_json_put_count(object, "lost_in_host_stalls", size->lost_host);
	return ovr_json_finish(object, rc);
}

static json_t *
size_of(const struct ovr_result_search *search, const struct ovr_result_search_size *size)
{
	bool is_binary = search->plan.search.algorithm == OVR_ALGORITHM_BINARY;
	bool was_tried = size->n_loads != 0;
	json_t *answers = json_array();
	json_t *object = json_object();
	int rc = 0;

	for (uint32_t g = 0; g < search->n_goals && was_tried; g++)
		rc |= json_array_append_new(answers, answer_of(size, &search->goal[g], &size->answer[g]));
	rc |= ovr_json_put_text(object, "size", size->size);
	rc |= json_object_set_new(
		object, "reason", size->reason[0] == '\0' ? json_null() : ovr_json_text(size->reason));
	rc |= put_rate(object, "line_pps", size->line_pps);
	rc |= json_object_set_new(object, "tester_limit", tester_limit_of(size));
	rc |= put_rate(object, "lowest_pps", size->lowest_pps);
	rc |= json_object_set_new(object, "stop",
		was_tried ? ovr_json_text(ovr_result_search_stop_name(size->stop)) : json_null());
	rc |= json_object_set_new(object, "answers", answers);
	rc |= json_object_set_new(object, "curve_complete",
		search->n_goals == 0 ? json_boolean(size->is_complete) : json_null());
	rc |= put_rate(object, "frmol_pps", size->frmol_pps);
	rc |= put_rate(object, "mfr_pps", size->mfr_pps);
	rc |= ovr_json_put_count(object, "trials", size->n_trials);
	rc |= ovr_json_put_count(object, "short", size->n_short);
	rc |= ovr_json_put_count(object, "void", size->n_void);
	rc |= ovr_json_put_known(object, "decided", is_binary, size->n_decided);
	rc |= ovr_json_put_known(object, "passed_at_retry", is_binary, size->n_retried);
	rc |= ovr_json_put_count(object, "spent_ns", size->spent_ns);
	rc |= json_object_set_new(object, "own_receiver", own_receiver_of(size));
	rc |= json_object_set_new(object, "loads", loads_of(search, size));
	return ovr_json_finish(object, rc);
}

/* Trials that do not count at their intended load, by their numbers. */
static json_t *
irregular_of(const struct ovr_result_search *search)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < search->n_trials; i++) {
		const struct ovr_result_search_trial *trial = &search->trial[i];
		json_t *object;

		if (!trial->is_short && !trial->is_void)
			continue;
		object = json_object();
		rc |= ovr_json_put_count(object, "number", trial->summary.number);
		rc |= ovr_json_put_text(object, "why", trial->is_void ? "void" : "short");
		rc |= put_rate(object, "intended_pps", trial->intended_pps);
		rc |= put_rate(object, "counts_at_pps", trial->load_pps);
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

static json_t *
trials_of(const struct ovr_result_search *search)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < search->n_trials; i++)
		rc |= json_array_append_new(list, ovr_json_summary(&search->trial[i].summary));
	return ovr_json_finish(list, rc);
}

static json_t *
discarded_of(const struct ovr_result_search *search)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < search->n_trials; i++)
		if (search->trial[i].purpose == OVR_RESULT_SEARCH_WARMUP)
			rc |= json_array_append_new(list, ovr_json_count(search->trial[i].summary.number));
	return ovr_json_finish(list, rc);
}

static json_t *
search_of(const struct ovr_result_search *search)
{
	static const char *const algorithm[] = { "mlr", "binary", "curve" };
	json_t *sizes = json_array();
	json_t *object = json_object();
	int rc = 0;

	for (uint32_t i = 0; i < search->n_sizes; i++)
		rc |= json_array_append_new(sizes, size_of(search, &search->size[i]));
	rc |= ovr_json_put_text(object, "algorithm", algorithm[search->plan.search.algorithm]);
	rc |= ovr_json_put_text(object, "load", "one direction, sent frames/s");
	rc |= json_object_set_new(object, "goals", goals_of(search));
	rc |= json_object_set_new(object, "sizes", sizes);
	rc |= json_object_set_new(object, "warm_up_trials", discarded_of(search));
	rc |= json_object_set_new(object, "irregular_trials", irregular_of(search));
	return ovr_json_finish(object, rc);
}

/* The reasons of every size; or why the search is void. */
static json_t *
reasons_of(const struct ovr_result_search *search)
{
	json_t *list;
	int rc = 0;

	if (search->verdict != OVR_VERDICT_LOSS)
		return ovr_json_reason(search->reason);
	list = json_array();
	for (uint32_t i = 0; i < search->n_sizes; i++) {
		const struct ovr_result_search_size *size = &search->size[i];
		char text[sizeof(search->reason)];

		snprintf(text, sizeof(text), "size %s: %s", size->size, size->reason);
		if (size->reason[0] != '\0')
			rc |= json_array_append_new(list, ovr_json_text(text));
	}
	return ovr_json_finish(list, rc);
}

int
ovr_report_search_json(const struct ovr_result_search *search, FILE *out, struct ovr_err *err)
{
	json_t *object = ovr_json_head(
		"search", search->verdict, reasons_of(search), &search->plan, &search->environment);
	int rc = 0;

	rc |= json_object_set_new(object, "search", search_of(search));
	rc |= json_object_set_new(object, "trials", trials_of(search));
	return ovr_json_write(ovr_json_finish(object, rc), out, err);
}
