/* SPDX-License-Identifier: BSD-3-Clause */
/* A search for programs: overrun.result/1 with its trials in short and an answer of its own. */
#include "report/search.h"

#include <math.h>

#include "plan/plan.h"
#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/summary_json.h"

#define GOAL(member)    OVR_JSON_MEMBER(struct goal, member)
#define ANSWER(member)  OVR_JSON_MEMBER(struct answer, member)
#define LATENCY(member) OVR_JSON_MEMBER(struct ovr_result_search_latency, member)
#define LOAD(member)    OVR_JSON_MEMBER(struct ovr_result_search_load, member)
#define SIZE(member)    OVR_JSON_MEMBER(struct ovr_result_search_size, member)
#define TRIAL(member)   OVR_JSON_MEMBER(struct ovr_result_search_trial, member)
#define SEARCH(member)  OVR_JSON_MEMBER(struct ovr_result_search, member)

/* The context of all tables but the outermost. */
struct place {
	const struct ovr_result_search *search;
	const struct ovr_result_search_size *size; /* in which it stands; NULL: in none */
};

/* A goal, without what its algorithm does not know. */
struct goal {
	double loss_ratio, exceed_ratio, width_ratio;
	uint64_t final_ns, sum_ns, initial_ns;
};

static const struct ovr_json_row goal_rows[] = {
	{ "loss_ratio", OVR_JSON_AMOUNT, GOAL(loss_ratio), .max = 1 },
	{ "final_trial_ns", OVR_JSON_COUNT, GOAL(final_ns) },
	{ "duration_sum_ns", OVR_JSON_COUNT, GOAL(sum_ns), "mlr, as the next two",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "initial_trial_ns", OVR_JSON_COUNT, GOAL(initial_ns), .null = OVR_JSON_NULL_IF_NONE },
	{ "exceed_ratio", OVR_JSON_REAL, GOAL(exceed_ratio), .null = OVR_JSON_NULL_IF_NONE },
	{ "width_ratio", OVR_JSON_AMOUNT, GOAL(width_ratio), .is_above = true },
};

static const struct ovr_json_table goal_table = OVR_JSON_TABLE("search_goal", struct goal, goal_rows, NULL);

static json_t *
goals_of(const struct ovr_json_at *at)
{
	const struct ovr_result_search *search = at->object;
	bool is_mlr = search->plan.search.algorithm == OVR_ALGORITHM_MLR;
	struct goal list[OVR_METHOD_GOALS_MAX];

	for (uint32_t g = 0; g < search->n_goals; g++) {
		const struct ovr_method_goal *goal = &search->goal[g];

		list[g] = (struct goal){
			.loss_ratio = goal->loss_ratio,
			.final_ns = goal->final_ns,
			.sum_ns = is_mlr ? goal->sum_ns : UINT64_MAX,
			.initial_ns = is_mlr ? goal->initial_ns : UINT64_MAX,
			.exceed_ratio = is_mlr ? goal->exceed_ratio : NAN,
			.width_ratio = goal->width_ratio,
		};
	}
	return ovr_json_list(&goal_table, list, search->n_goals, NULL);
}

OVR_JSON_NAMED(static, ends, ovr_method_end, ovr_method_end_name, 0, OVR_METHOD_BELOW + 1);

/* The answer to a goal. */
struct answer {
	double loss_ratio;
	struct ovr_method_answer found;
	double l1_bps, line_ratio;
	struct ovr_result_search_latency latency;
};

static const struct ovr_json_row latency_rows[] = {
	{ "trials", OVR_JSON_COUNT, LATENCY(n_trials), "that have one", .min = 1 },
	{ "min", OVR_JSON_COUNT, LATENCY(min_ns), "of all of them" },
	{ "p50", OVR_JSON_AMOUNT, LATENCY(p50_ns), "mean of the trials' medians" },
	{ "p99", OVR_JSON_AMOUNT, LATENCY(p99_ns), "mean of the trials' percentiles" },
	{ "max", OVR_JSON_COUNT, LATENCY(max_ns), "of all of them" },
};

static const struct ovr_json_table latency_table = OVR_JSON_TABLE("search_latency",
	struct ovr_result_search_latency, latency_rows,
	"Latency of the trials at one load, in ns (RFC 2544 §26.2)");

static bool
has_width(const struct ovr_json_at *at)
{
	const struct answer *answer = at->object;

	return answer->found.lower_pps > 0 && answer->found.upper_pps > 0;
}

static const struct ovr_json_row answer_rows[] = {
	{ "loss_ratio", OVR_JSON_REAL, ANSWER(loss_ratio), "the goal's" },
	{ "end", OVR_JSON_NAME, ANSWER(found.end),
		"bounds as narrow as required; the highest load is one; the lowest loses too much; ended "
		"before that",
		.names = &ends },
	{ "lower_pps", OVR_JSON_REAL, ANSWER(found.lower_pps),
		"relevant lower bound, as achieved: the answer", .null = OVR_JSON_NULL_IF_ZERO },
	{ "upper_pps", OVR_JSON_REAL, ANSWER(found.upper_pps), "relevant upper bound: the intended load",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "width_ratio", OVR_JSON_REAL, ANSWER(found.width_ratio), "of these two", .is_known = has_width },
	{ "intended_width_ratio", OVR_JSON_REAL, ANSWER(found.intended_width_ratio), "of the intended loads",
		.is_known = has_width },
	{ "conditional_throughput_pps", OVR_JSON_REAL, ANSWER(found.throughput_pps),
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "l1_bps", OVR_JSON_REAL, ANSWER(l1_bps), .null = OVR_JSON_NULL_IF_ZERO },
	{ "line_ratio", OVR_JSON_REAL, ANSWER(line_ratio), "null: the line's speed is not known",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "latency_ns", OVR_JSON_OBJECT, ANSWER(latency), "at the load of the lower bound; null: unknown",
		OVR_JSON_BY(struct answer, latency.n_trials), .table = &latency_table, .is_added = true },
};

static const struct ovr_json_table answer_table = OVR_JSON_TABLE(
	"search_answer", struct answer, answer_rows, "Of one goal; null where there is none");

static json_t *
answers_of(const struct ovr_json_at *at)
{
	const struct ovr_result_search_size *size = at->object;
	const struct place *place = at->context;
	uint32_t n = size->n_loads == 0 ? 0 : place->search->n_goals;
	struct answer list[OVR_METHOD_GOALS_MAX];

	for (uint32_t g = 0; g < n; g++)
		list[g] = (struct answer){
			.loss_ratio = place->search->goal[g].loss_ratio,
			.found = size->answer[g],
			.l1_bps = size->answer[g].lower_pps * 8 *
				(size->mean_bytes + OVR_FRAME_OVERHEAD_BYTES),
			.line_ratio = size->line_pps > 0 ? size->answer[g].lower_pps / size->line_pps : 0,
			.latency = ovr_result_search_latency_of(size, g),
		};
	return ovr_json_list(&answer_table, list, n, NULL);
}

static json_t *
tester_limit_ratio(const struct ovr_json_at *at)
{
	const struct ovr_result_search_load *load = at->object;
	const struct place *place = at->context;

	return ovr_json_real(load->load_pps / place->size->tester_limit_pps);
}

OVR_JSON_NAMED(static, bounds, ovr_method_bound, ovr_method_bound_name, 0, OVR_METHOD_INVERTED + 1);

static json_t *
bounds_of(const struct ovr_json_at *at)
{
	const struct ovr_result_search_load *load = at->object;
	const struct place *place = at->context;
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t g = 0; g < place->search->n_goals; g++)
		rc |= json_array_append_new(list, ovr_json_name(&bounds, (int)load->bound[g]));
	return ovr_json_finish(list, rc);
}

static const struct ovr_json_row load_rows[] = {
	{ "load_pps", OVR_JSON_REAL, LOAD(load_pps),
		"the intended load, or that at which trials of a sender that fell short count" },
	{ "achieved_pps", OVR_JSON_REAL, LOAD(achieved_pps), "sent, mean of the trials" },
	{ "forwarded_pps", OVR_JSON_REAL, LOAD(forwarded_pps), "arrived, mean of the trials" },
	{ "tester_limit_ratio", OVR_JSON_REAL, .value = tester_limit_ratio },
	{ "trials", OVR_JSON_COUNT, LOAD(n_trials) },
	{ "lossy", OVR_JSON_COUNT, LOAD(n_lossy) },
	{ "duration_ns", OVR_JSON_COUNT, LOAD(duration_ns) },
	{ "sent", OVR_JSON_COUNT, LOAD(sent) },
	{ "lost", OVR_JSON_COUNT, LOAD(lost) },
	{ "lost_in_host_stalls", OVR_JSON_COUNT, LOAD(lost_host) },
	{ "latency_ns", OVR_JSON_OBJECT, LOAD(latency), "null: unknown, as where nothing arrived",
		OVR_JSON_BY(struct ovr_result_search_load, latency.n_trials), .table = &latency_table,
		.is_added = true },
	{ "loss_ratio", OVR_JSON_SHARE, LOAD(lost), .whole = offsetof(struct ovr_result_search_load, sent) },
	{ "bounds", OVR_JSON_LIST,
		.about = "by goal; inverted: lower, but above the lowest upper bound, so that it counts for "
			 "nothing (RFC 9971, loss inversion)",
		.value = bounds_of, .item = OVR_JSON_NAME, .names = &bounds },
};

static const struct ovr_json_table load_table = OVR_JSON_TABLE(
	"search_load", struct ovr_result_search_load, load_rows, NULL);

static const struct ovr_json_row tester_limit_rows[] = {
	{ "load_pps", OVR_JSON_REAL, SIZE(tester_limit_pps),
		"highest load to be tried: the line or --max-rate where that was sent, else tx_rate_pps" },
	{ "tx_rate_pps", OVR_JSON_REAL, SIZE(tester_limit_tx_pps),
		"the most that was sent in a trial after the warm-up: no answer is above it" },
	{ "rx_rate_pps", OVR_JSON_REAL, SIZE(tester_limit_rx_pps), "arrived of that" },
	{ "as_intended", OVR_JSON_BOOL, SIZE(tester_limit_is_intended), "the line, or --max-rate, was sent" },
};

static const struct ovr_json_table tester_limit_table = OVR_JSON_TABLE("tester_limit",
	struct ovr_result_search_size, tester_limit_rows,
	"What the tester itself sends on this port; null: it was not measured");

static const struct ovr_json_row own_receiver_rows[] = {
	{ "lossy_trials", OVR_JSON_COUNT, SIZE(n_lossy) },
	{ "lossy_trials_in_host_stalls", OVR_JSON_COUNT, SIZE(n_lossy_host) },
	{ "lost", OVR_JSON_COUNT, SIZE(lost) },
	{ "lost_in_host_stalls", OVR_JSON_COUNT, SIZE(lost_host) },
};

static const struct ovr_json_table own_receiver_table = OVR_JSON_TABLE("own_receiver",
	struct ovr_result_search_size, own_receiver_rows,
	"RFC 7680 §2.8.3: lost in host stalls of our receive cores; not taken out");

static bool
is_curve(const struct ovr_json_at *at)
{
	const struct place *place = at->context;

	return place->search->n_goals == 0;
}

static bool
is_binary(const struct ovr_json_at *at)
{
	const struct place *place = at->context;

	return place->search->plan.search.algorithm == OVR_ALGORITHM_BINARY;
}

OVR_JSON_NAMED(static, stops, ovr_method_stop, ovr_result_search_stop_name, 0, OVR_METHOD_STALLED + 1);

static const struct ovr_json_row size_rows[] = {
	{ "size", OVR_JSON_TEXT, SIZE(size) },
	{ "reason", OVR_JSON_TEXT, SIZE(reason), "why an answer is missing or not as narrow as required",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "line_pps", OVR_JSON_REAL, SIZE(line_pps), .null = OVR_JSON_NULL_IF_ZERO },
	{ "tester_limit", OVR_JSON_OBJECT, OVR_JSON_BY(struct ovr_result_search_size, tester_limit_tx_pps),
		.table = &tester_limit_table },
	{ "lowest_pps", OVR_JSON_REAL, SIZE(lowest_pps), .null = OVR_JSON_NULL_IF_ZERO },
	{ "stop", OVR_JSON_NAME, SIZE(stop),
		"why no more trials were made; null: no load was tried; going: the search is void",
		OVR_JSON_BY(struct ovr_result_search_size, n_loads), .names = &stops },
	{ "answers", OVR_JSON_LIST, .about = "by goal", .value = answers_of, .table = &answer_table,
		.max = OVR_METHOD_GOALS_MAX },
	{ "curve_complete", OVR_JSON_BOOL, SIZE(is_complete), "two successive loads lost nothing",
		.is_known = is_curve },
	{ "frmol_pps", OVR_JSON_REAL, SIZE(frmol_pps),
		"RFC 2285, of the means at each load, the warm-up left out", .null = OVR_JSON_NULL_IF_ZERO },
	{ "mfr_pps", OVR_JSON_REAL, SIZE(mfr_pps), .null = OVR_JSON_NULL_IF_ZERO },
	{ "trials", OVR_JSON_COUNT, SIZE(n_trials), "at a load" },
	{ "short", OVR_JSON_COUNT, SIZE(n_short) },
	{ "void", OVR_JSON_COUNT, SIZE(n_void) },
	{ "decided", OVR_JSON_COUNT, SIZE(n_decided), "binary: loads", .is_known = is_binary },
	{ "passed_at_retry", OVR_JSON_COUNT, SIZE(n_retried), "binary: of these, not at the first attempt",
		.is_known = is_binary },
	{ "spent_ns", OVR_JSON_COUNT, SIZE(spent_ns) },
	{ "own_receiver", OVR_JSON_OBJECT, .table = &own_receiver_table },
	{ "loads", OVR_JSON_LIST, .about = "from the highest down",
		OVR_JSON_VECTOR(struct ovr_result_search_size, load, n_loads), .table = &load_table },
};

static const struct ovr_json_table size_table = OVR_JSON_TABLE(
	"search_size", struct ovr_result_search_size, size_rows, NULL);

static json_t *
sizes_of(const struct ovr_json_at *at)
{
	const struct ovr_result_search *search = at->object;
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < search->n_sizes; i++) {
		const struct place place = { search, &search->size[i] };

		rc |= json_array_append_new(list, ovr_json_object(&size_table, place.size, &place));
	}
	return ovr_json_finish(list, rc);
}

static const struct ovr_json_names irregularities = { .n = 2, .text = { "short", "void" } };

/* Trials that do not count at their intended load, by their numbers. */
static const struct ovr_json_row irregular_rows[] = {
	{ "number", OVR_JSON_COUNT, TRIAL(summary.number) },
	{ "why", OVR_JSON_NAME, TRIAL(is_void),
		"not to be trusted, counts for nothing and was repeated; or: the sender fell short",
		.names = &irregularities },
	{ "intended_pps", OVR_JSON_REAL, TRIAL(intended_pps), "null: as much as goes",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "counts_at_pps", OVR_JSON_REAL, TRIAL(load_pps), .null = OVR_JSON_NULL_IF_ZERO },
};

static const struct ovr_json_table irregular_table = OVR_JSON_TABLE(
	"irregular_trial", struct ovr_result_search_trial, irregular_rows, NULL);

static bool
is_irregular(const void *element)
{
	const struct ovr_result_search_trial *trial = element;

	return trial->is_short || trial->is_void;
}

static json_t *
warm_up_trials(const struct ovr_json_at *at)
{
	const struct ovr_result_search *search = at->object;
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < search->n_trials; i++)
		if (search->trial[i].purpose == OVR_RESULT_SEARCH_WARMUP)
			rc |= json_array_append_new(list, ovr_json_count(search->trial[i].summary.number));
	return ovr_json_finish(list, rc);
}

static const struct ovr_json_names algorithms = { .n = 3, .text = { "mlr", "binary", "curve" } };

static const struct ovr_json_row search_rows[] = {
	{ "algorithm", OVR_JSON_NAME, SEARCH(plan.search.algorithm), .names = &algorithms },
	{ "load", OVR_JSON_FIXED, .about = "what a load is", .fixed = "one direction, sent frames/s" },
	{ "goals", OVR_JSON_LIST, .about = "none for a curve", .value = goals_of, .table = &goal_table,
		.max = OVR_METHOD_GOALS_MAX },
	{ "sizes", OVR_JSON_LIST, .value = sizes_of, .table = &size_table, .min = 1,
		.max = OVR_PLAN_LIST_MAX },
	{ "warm_up_trials", OVR_JSON_LIST, .about = "numbers of the trials that were discarded",
		.value = warm_up_trials, .item = OVR_JSON_COUNT },
	{ "irregular_trials", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result_search, trial, n_trials),
		.is_listed = is_irregular, .table = &irregular_table },
};

static const struct ovr_json_table search_table = OVR_JSON_TABLE("search", struct ovr_result_search,
	search_rows,
	"The highest loads within loss ratios; loads are of one direction, in frames/s that were sent");

static const struct ovr_json_row answer_of_search_rows[] = {
	{ "search", OVR_JSON_OBJECT, .table = &search_table },
	{ "trials", OVR_JSON_LIST, .about = "in their order",
		OVR_JSON_VECTOR(struct ovr_result_search, trial, n_trials),
		.item_offset = offsetof(struct ovr_result_search_trial, summary),
		.table = &ovr_json_summary_table },
};

const struct ovr_json_table ovr_json_search_table = OVR_JSON_TABLE(
	"search", struct ovr_result_search, answer_of_search_rows, NULL);

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
	const struct ovr_json_head head = { "search", search->verdict, reasons_of(search), &search->plan,
		&search->environment };

	return ovr_json_write(ovr_json_answer(&head, &ovr_json_search_table, search), out, err);
}
