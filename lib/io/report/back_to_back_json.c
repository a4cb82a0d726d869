/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst search for programs: overrun.result/1 with its trials and an answer of its own. */
#include "report/back_to_back.h"

#include <math.h>

#include "report/back_to_back_parts.h"
#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/summary_json.h"

#define LENGTHS(member) OVR_JSON_MEMBER(struct ovr_method_back_to_back_lengths, member)
#define BURST(member)   OVR_JSON_MEMBER(struct ovr_result_back_to_back, member)
#define REPEAT(member)  OVR_JSON_MEMBER(struct ovr_result_back_to_back_repeat, member)
#define TRIAL(member)   OVR_JSON_MEMBER(struct ovr_result_back_to_back_trial, member)

static const struct ovr_json_row length_rows[] = {
	{ "repeats", OVR_JSON_COUNT, LENGTHS(n), .min = 1 },
	{ "average", OVR_JSON_AMOUNT, LENGTHS(average) },
	{ "median", OVR_JSON_AMOUNT, LENGTHS(median) },
	{ "min", OVR_JSON_COUNT, LENGTHS(min) },
	{ "max", OVR_JSON_COUNT, LENGTHS(max) },
	{ "deviation", OVR_JSON_AMOUNT, LENGTHS(deviation), "of a sample, divisor N - 1" },
};

static const struct ovr_json_table lengths_table = OVR_JSON_TABLE("burst_lengths",
	struct ovr_method_back_to_back_lengths, length_rows,
	"longest burst, over the searches that have an answer");

static const struct ovr_json_names sources = { .n = 2, .text = { "given", "seen" } };

static const struct ovr_json_row throughput_rows[] = {
	{ "rate_pps", OVR_JSON_AMOUNT, BURST(throughput_pps) },
	{ "source", OVR_JSON_NAME, BURST(throughput_is_seen), "seen: while bursts with losses drained",
		.names = &sources },
	{ "bursts", OVR_JSON_COUNT, BURST(n_throughput), "in which it was seen" },
	{ "stalled", OVR_JSON_BOOL, BURST(throughput_is_stalled),
		"all of these had host stalls of the receive cores" },
};

static const struct ovr_json_table throughput_table = OVR_JSON_TABLE(
	"throughput", struct ovr_result_back_to_back, throughput_rows, NULL);

static bool
has_rate_of_interest(const struct ovr_json_at *at)
{
	const struct ovr_result_back_to_back *burst = at->object;

	return burst->actual_pps > 0;
}

static json_t *
actual_s(const struct ovr_json_at *at)
{
	const struct ovr_result_back_to_back *burst = at->object;

	return has_rate_of_interest(at) ? ovr_json_real(burst->actual_s) : json_null();
}

static const struct ovr_json_row buffer_rows[] = {
	{ "implied_s", OVR_JSON_AMOUNT, BURST(buffer.implied_s) },
	{ "correction_s", OVR_JSON_AMOUNT, BURST(buffer.correction_s) },
	{ "corrected_s", OVR_JSON_AMOUNT, BURST(buffer.corrected_s) },
	{ "frames", OVR_JSON_AMOUNT, BURST(buffer.frames) },
	{ "actual_pps", OVR_JSON_REAL, BURST(actual_pps), "rate of interest", .null = OVR_JSON_NULL_IF_ZERO },
	{ "actual_s", OVR_JSON_REAL, BURST(actual_s),
		"null: the rate is not below the throughput, or none was asked for",
		.null = OVR_JSON_NULL_IF_NONE, .value = actual_s },
};

static const struct ovr_json_table buffer_table = OVR_JSON_TABLE("buffer", struct ovr_result_back_to_back,
	buffer_rows, "of the average; null: there is none, and reasons say why");

static json_t *
search_frames(const struct ovr_json_at *at)
{
	const struct ovr_result_back_to_back_repeat *repeat = at->object;

	return ovr_result_back_to_back_counts(repeat) ? ovr_json_count(repeat->search.lossless_frames)
						      : json_null();
}

static json_t *
is_at_limit(const struct ovr_json_at *at)
{
	const struct ovr_result_back_to_back_repeat *repeat = at->object;

	return json_boolean(ovr_method_back_to_back_is_at_limit(&repeat->search));
}

static const struct ovr_json_row repeat_rows[] = {
	{ "frames", OVR_JSON_COUNT, .about = "null: excluded", .null = OVR_JSON_NULL_IF_SO,
		.value = search_frames },
	{ "excluded", OVR_JSON_BOOL, REPEAT(is_excluded) },
	{ "at_limit", OVR_JSON_BOOL, .value = is_at_limit },
	{ "trials", OVR_JSON_COUNT, REPEAT(search.n_trials), "that showed something" },
	{ "disturbed", OVR_JSON_COUNT, REPEAT(n_disturbed) },
	{ "retries", OVR_JSON_COUNT, REPEAT(search.n_retries) },
	{ "passes_above_loss", OVR_JSON_COUNT, REPEAT(search.n_passes_above_loss),
		"lengths that arrived whole after a loss" },
	{ "rests_on_retry", OVR_JSON_BOOL, REPEAT(search.rests_on_retry) },
};

static const struct ovr_json_table repeat_table = OVR_JSON_TABLE(
	"burst_search", struct ovr_result_back_to_back_repeat, repeat_rows, "One search");

OVR_JSON_NAMED(static, outcomes, ovr_result_back_to_back_fault, ovr_result_back_to_back_fault_name, 0,
	OVR_RESULT_BACK_TO_BACK_FAULTS);
OVR_JSON_NAMED(static, faults, ovr_result_back_to_back_fault, ovr_result_back_to_back_fault_name,
	OVR_RESULT_BACK_TO_BACK_GAP, OVR_RESULT_BACK_TO_BACK_FAULTS);

static const struct ovr_json_names algorithms = { .n = 2, .text = { "binary", "bslv" } };

static const struct ovr_json_names pacers = { .n = 2, .text = { "sender", "port" } };

static json_t *
algorithm_of(const struct ovr_json_at *at)
{
	const struct ovr_result_back_to_back *burst = at->object;

	return ovr_json_name(&algorithms, burst->goal.attempts > 1);
}

static bool
has_throughput(const struct ovr_json_at *at)
{
	const struct ovr_result_back_to_back *burst = at->object;

	return !isnan(burst->throughput_pps);
}

static json_t *
deviations_of(const struct ovr_json_at *at)
{
	struct ovr_back_to_back_deviations deviations = ovr_back_to_back_deviations_of(at->object);

	return ovr_json_texts(deviations.text[0], deviations.n, sizeof(deviations.text[0]));
}

static const struct ovr_json_row back_to_back_rows[] = {
	{ "size", OVR_JSON_COUNT, BURST(plan.frames.size.size[0]), .min = 64 },
	{ "line_bps", OVR_JSON_COUNT, BURST(line_bps), .null = OVR_JSON_NULL_IF_ZERO },
	{ "max_pps", OVR_JSON_REAL, BURST(max_pps), "what the line carries at most",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "rxd_set", OVR_JSON_COUNT, BURST(rxd_set),
		"descriptors of each receive ring; null: the device does not say",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "algorithm", OVR_JSON_NAME, .about = "ETSI TST 009; bslv: with loss verification",
		.value = algorithm_of, .names = &algorithms },
	{ "limit_frames", OVR_JSON_COUNT, BURST(goal.limit_frames) },
	{ "step_frames", OVR_JSON_COUNT, BURST(goal.step_frames) },
	{ "attempts", OVR_JSON_COUNT, BURST(goal.attempts),
		"trials of one length, all told, before its loss is believed" },
	{ "gaps_by", OVR_JSON_NAME, BURST(is_ahead), "who keeps the line's pace", .names = &pacers },
	{ "frames", OVR_JSON_OBJECT, BURST(lengths), OVR_JSON_BY(struct ovr_result_back_to_back, lengths.n),
		.table = &lengths_table },
	{ "throughput", OVR_JSON_OBJECT, .is_known = has_throughput, .table = &throughput_table },
	{ "buffer", OVR_JSON_OBJECT, OVR_JSON_UNLESS_BY(struct ovr_result_back_to_back, buffer.fault),
		.table = &buffer_table },
	{ "searches", OVR_JSON_COUNT, BURST(n_repeats) },
	{ "excluded", OVR_JSON_COUNT, BURST(n_excluded), "of these: a length was disturbed again and again" },
	{ "disturbed", OVR_JSON_COUNTS, BURST(n_of), "trials that showed nothing, by cause",
		.names = &faults },
	{ "repeats", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result_back_to_back, repeat, n_repeats),
		.table = &repeat_table },
	{ "deviations", OVR_JSON_LIST, .value = deviations_of, .item = OVR_JSON_TEXT, .min_item = 1 },
};

static const struct ovr_json_table back_to_back_table = OVR_JSON_TABLE("back_to_back",
	struct ovr_result_back_to_back, back_to_back_rows,
	"The longest burst at line rate without loss (RFC 2544 section 26.4, RFC 9004), and the buffer that "
	"it shows");

static const struct ovr_json_row trial_rows[] = {
	{ "search", OVR_JSON_COUNT, TRIAL(repeat), "from 1; 0: the first frame" },
	{ "frames", OVR_JSON_COUNT, TRIAL(frames), "burst length" },
	{ "whole", OVR_JSON_BOOL, TRIAL(is_whole), "every frame arrived" },
	{ "outcome", OVR_JSON_NAME, TRIAL(fault), "sound: an answer; else what disturbed it",
		.names = &outcomes },
	{ "summary", OVR_JSON_OBJECT, TRIAL(summary), .table = &ovr_json_summary_table },
};

static const struct ovr_json_table trial_table = OVR_JSON_TABLE(
	"back_to_back_trial", struct ovr_result_back_to_back_trial, trial_rows, NULL);

static const struct ovr_json_row answer_rows[] = {
	{ "back_to_back", OVR_JSON_OBJECT, .table = &back_to_back_table },
	{ "trials", OVR_JSON_LIST, .about = "in their order",
		OVR_JSON_VECTOR(struct ovr_result_back_to_back, trial, n_trials), .table = &trial_table },
};

const struct ovr_json_table ovr_json_back_to_back_table = OVR_JSON_TABLE(
	"burst", struct ovr_result_back_to_back, answer_rows, NULL);

int
ovr_report_back_to_back_json(const struct ovr_result_back_to_back *burst, FILE *out, struct ovr_err *err)
{
	const struct ovr_json_head head = { "burst", burst->verdict, ovr_json_reason(burst->reason),
		&burst->plan, &burst->environment };

	return ovr_json_write(ovr_json_answer(&head, &ovr_json_back_to_back_table, burst), out, err);
}
