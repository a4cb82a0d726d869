/* SPDX-License-Identifier: BSD-3-Clause */
/* A selftest for programs: overrun.result/1 with several trials and an answer of its own. */
#include "report/selftest.h"

#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/selftest_parts.h"

#define CORE(member)      OVR_JSON_MEMBER(struct ovr_result_core, member)
#define SELFTEST(member)  OVR_JSON_MEMBER(struct ovr_result_selftest, member)
#define LINE(member)      OVR_JSON_MEMBER(struct line, member)
#define TOLERANCE(member) OVR_JSON_MEMBER(struct tolerances, member)
#define RESULT(member)    OVR_JSON_MEMBER(struct ovr_result, member)
#define SUBTRIAL(member)  OVR_JSON_MEMBER(struct ovr_result_subtrial, member)

static const struct ovr_json_row core_rate_rows[] = {
	{ "cpu", OVR_JSON_COUNT, CORE(cpu) },
	{ "rate_pps", OVR_JSON_AMOUNT, CORE(pps) },
	{ "stalled_ratio", OVR_JSON_RATIO, CORE(pps_stalled), "share of that trial in which it was stalled" },
};

static const struct ovr_json_table core_rate_table = OVR_JSON_TABLE("core_rate", struct ovr_result_core,
	core_rate_rows, "What one core carried in the trial that measured its end");

static bool
is_tx_core(const void *element)
{
	const struct ovr_result_core *core = element;

	return core->is_tx && !core->is_wire;
}

static bool
is_rx_core(const void *element)
{
	const struct ovr_result_core *core = element;

	return !core->is_tx && !core->is_wire;
}

static json_t *
l1_bps(const struct ovr_json_at *at)
{
	double bps = ovr_selftest_l1_bps(at->object, *(const double *)at->member);

	return bps > 0 ? ovr_json_real(bps) : json_null();
}

static const struct ovr_json_row send_rows[] = {
	{ "rate_pps", OVR_JSON_AMOUNT, SELFTEST(send_pps), "accepted by the port, all cores" },
	{ "l1_bps", OVR_JSON_AMOUNT, .offset = offsetof(struct ovr_result_selftest, send_pps),
		.value = l1_bps },
	{ "port", OVR_JSON_TEXT, SELFTEST(send_port), "that took them" },
	{ "cores", OVR_JSON_LIST, OVR_JSON_ARRAY(struct ovr_result_selftest, core, n_cores),
		.is_listed = is_tx_core, .table = &core_rate_table },
};

static const struct ovr_json_table send_table = OVR_JSON_TABLE(
	"selftest_send", struct ovr_result_selftest, send_rows, "Stamped and handed over as fast as it goes");

static const struct ovr_json_row check_rows[] = {
	{ "rate_pps", OVR_JSON_AMOUNT, SELFTEST(check_pps), "unique frames, all cores" },
	{ "l1_bps", OVR_JSON_AMOUNT, .offset = offsetof(struct ovr_result_selftest, check_pps),
		.value = l1_bps },
	{ "port", OVR_JSON_TEXT, SELFTEST(check_port), "that they came from" },
	{ "overrun_ratio", OVR_JSON_RATIO, SELFTEST(check_overrun),
		"attempted frames that the receiver had no room for" },
	{ "at_least", OVR_JSON_BOOL, SELFTEST(check_is_least), "it was not overrun, so it may take more" },
	{ "cores", OVR_JSON_LIST, OVR_JSON_ARRAY(struct ovr_result_selftest, core, n_cores),
		.is_listed = is_rx_core, .table = &core_rate_table },
};

static const struct ovr_json_table check_table = OVR_JSON_TABLE(
	"selftest_check", struct ovr_result_selftest, check_rows, "Taken, classified and tracked");

/* A line that the sustained rate is compared with. */
struct line {
	uint64_t line_bps;
	double ratio;
	bool is_sustained;
};

static const struct ovr_json_row line_rows[] = {
	{ "line_bps", OVR_JSON_COUNT, LINE(line_bps) },
	{ "line_ratio", OVR_JSON_AMOUNT, LINE(ratio), "rate / what the line carries of these frames" },
	{ "sustained", OVR_JSON_BOOL, LINE(is_sustained), "whether that is 1 or more" },
};

static const struct ovr_json_table line_table = OVR_JSON_TABLE("selftest_line", struct line, line_rows, NULL);

static json_t *
lines_of(const struct ovr_json_at *at)
{
	const struct ovr_result_selftest *selftest = at->object;
	double answer_pps = selftest->search.answer_pps;
	json_t *list = json_array();
	int rc = 0;

	for (const uint64_t *bps = ovr_selftest_lines_bps; answer_pps != 0 && *bps != 0; bps++) {
		double ratio = answer_pps / ovr_selftest_line_pps(selftest, *bps);
		const struct line line = { *bps, ratio, ratio >= 1 };

		rc |= json_array_append_new(list, ovr_json_object(&line_table, &line, NULL));
	}
	return ovr_json_finish(list, rc);
}

/* What sustained means, as shares. */
struct tolerances {
	double missed, lost, stalled, retry_stalled;
};

static const struct ovr_json_row tolerance_rows[] = {
	{ "missed_ratio", OVR_JSON_RATIO, TOLERANCE(missed),
		"slots missed or refused outside stalls, at most" },
	{ "lost_ratio", OVR_JSON_RATIO, TOLERANCE(lost), "sent frames lost outside stalls, at most" },
	{ "stalled_ratio", OVR_JSON_RATIO, TOLERANCE(stalled), "time in which a core was stalled, at most" },
	{ "retry_stalled_ratio", OVR_JSON_RATIO, TOLERANCE(retry_stalled),
		"above this there is a second attempt" },
};

static const struct ovr_json_table tolerances_table = OVR_JSON_TABLE(
	"tolerances", struct tolerances, tolerance_rows, "What sustained means");

static json_t *
tolerances_of(const struct ovr_json_at *at)
{
	static const struct tolerances tolerances = {
		OVR_METHOD_SUSTAIN_MISSED_PPM / 1e6,
		OVR_METHOD_SUSTAIN_LOST_PPM / 1e6,
		OVR_METHOD_SUSTAIN_STALLED_PPM / 1e6,
		OVR_METHOD_SUSTAIN_RETRY_PPM / 1e6,
	};

	return ovr_json_object(&tolerances_table, &tolerances, at->context);
}

static json_t *
is_at_limit(const struct ovr_json_at *at)
{
	const struct ovr_result_selftest *selftest = at->object;

	return json_boolean(ovr_method_sustain_is_at_limit(&selftest->search));
}

static json_t *
missed_by(const struct ovr_json_at *at)
{
	const struct ovr_result_subtrial *missed = ovr_selftest_missed_trial(at->object);

	return missed == NULL ? json_null() : ovr_json_name(&ovr_json_sustains, (int)missed->outcome);
}

static json_t *
width_ratio(const struct ovr_json_at *at)
{
	const struct ovr_result_selftest *selftest = at->object;
	double width = ovr_method_sustain_width(&selftest->search);

	return width > 0 ? ovr_json_real(width) : json_null();
}

static const struct ovr_json_row sustained_rows[] = {
	{ "rate_pps", OVR_JSON_REAL, SELFTEST(search.answer_pps), "confirmed; null: none",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "l1_bps", OVR_JSON_REAL, .offset = offsetof(struct ovr_result_selftest, search.answer_pps),
		.null = OVR_JSON_NULL_IF_SO, .value = l1_bps },
	{ "at_least", OVR_JSON_BOOL, .about = "the limit was sustained, and nothing above it tried",
		.value = is_at_limit },
	{ "limit_pps", OVR_JSON_REAL, SELFTEST(search.limit_pps),
		"no higher rate was to be tried: the line's, or that of sending alone" },
	{ "missed_pps", OVR_JSON_REAL, SELFTEST(search.missed_pps),
		"lowest rate above it that was not sustained; null: none", .null = OVR_JSON_NULL_IF_ZERO },
	{ "missed_by", OVR_JSON_NAME, .about = "why it was not", .null = OVR_JSON_NULL_IF_SO,
		.value = missed_by, .names = &ovr_json_sustains },
	{ "width_ratio", OVR_JSON_RATIO,
		.about = "(missed_pps − rate_pps) / missed_pps; null: nothing was missed, or no rate "
			 "sustained",
		.value = width_ratio },
	{ "line_bps", OVR_JSON_COUNT, SELFTEST(line_bps), "of the port; null: unknown",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "pacing_error_ppm", OVR_JSON_REAL, SELFTEST(pacing_error_ppm), "of the trial that confirmed it",
		OVR_JSON_BY(struct ovr_result_selftest, search.answer_pps) },
	{ "rates", OVR_JSON_COUNT, SELFTEST(search.n_rates), "that were tried" },
	{ "confirmations", OVR_JSON_COUNT, SELFTEST(search.n_confirms) },
	{ "tolerances", OVR_JSON_OBJECT, .value = tolerances_of, .table = &tolerances_table },
	{ "lines", OVR_JSON_LIST, .about = "Line speeds that the rate is held against; empty without a rate",
		.value = lines_of, .table = &line_table },
};

static const struct ovr_json_table sustained_table = OVR_JSON_TABLE("sustained", struct ovr_result_selftest,
	sustained_rows, "The highest rate that was sustained, and how it was found");

static json_t *
core_direction(const struct ovr_json_at *at)
{
	const struct ovr_result_core *core = at->object;

	return ovr_json_name(&ovr_json_directions, ovr_json_direction(core->is_tx, core->is_wire));
}

/* The context of a core is its selftest. */
static json_t *
ring_for_longest(const struct ovr_json_at *at)
{
	uint64_t ring = ovr_selftest_ring_for(at->context, at->object);

	return ring != 0 ? ovr_json_count(ring) : json_null();
}

static const struct ovr_json_row core_rows[] = {
	{ "direction", OVR_JSON_NAME, .value = core_direction, .names = &ovr_json_directions },
	{ "cpu", OVR_JSON_COUNT, CORE(cpu) },
	{ "monitored_ns", OVR_JSON_COUNT, CORE(monitored_ns),
		"time for which its stalls were logged, over all trials" },
	{ "stalls", OVR_JSON_COUNT, CORE(n_stalls), "gaps between two turns of at least --stall-min" },
	{ "stalled_ns", OVR_JSON_COUNT, CORE(stalled_ns) },
	{ "stalled_ratio", OVR_JSON_SHARE, CORE(stalled_ns),
		.whole = offsetof(struct ovr_result_core, monitored_ns) },
	{ "longest_stall_ns", OVR_JSON_COUNT, CORE(longest_ns), "length of the longest one" },
	{ "longest_stall_frames", OVR_JSON_COUNT, CORE(longest_frames),
		"due at this core within it, at the sustained rate", .null = OVR_JSON_NULL_IF_ZERO },
	{ "ring_for_longest_stall", OVR_JSON_COUNT,
		.about = "the smallest power of two of descriptors that holds them in each of its rings",
		.null = OVR_JSON_NULL_IF_SO, .value = ring_for_longest },
};

static const struct ovr_json_table core_table = OVR_JSON_TABLE(
	"core_stalls", struct ovr_result_core, core_rows, NULL);

static json_t *
missed_outside_stalls(const struct ovr_json_at *at)
{
	const struct ovr_result_subtrial *trial = at->object;

	return ovr_json_count(ovr_method_sustain_missed(&trial->figures));
}

static json_t *
lost_outside_stalls(const struct ovr_json_at *at)
{
	const struct ovr_result_subtrial *trial = at->object;

	return ovr_json_count(ovr_method_sustain_lost(&trial->figures));
}

static json_t *
stalled_ratio(const struct ovr_json_at *at)
{
	const struct ovr_result_subtrial *trial = at->object;

	return ovr_json_real(trial->figures.stalled_ppm / 1e6);
}

static json_t *
trial_of(const struct ovr_json_at *at)
{
	return ovr_json_trial(at->object);
}

static const struct ovr_json_row subtrial_result_rows[] = {
	{ "verdict", OVR_JSON_NAME, RESULT(ledger.verdict), "of its books", .names = &ovr_json_verdicts },
	{ "reasons", OVR_JSON_LIST, OVR_JSON_ARRAY(struct ovr_result, ledger.reason, ledger.n_reasons),
		.item = OVR_JSON_TEXT, .min_item = 1 },
	{ "plan", OVR_JSON_PLAN, RESULT(plan) },
	{ "trial", OVR_JSON_OBJECT, .value = trial_of, .table = &ovr_json_trial_table },
};

static const struct ovr_json_table subtrial_result_table = OVR_JSON_TABLE(
	"subtrial_result", struct ovr_result, subtrial_result_rows, NULL);

OVR_JSON_NAMED(static, purposes, ovr_result_purpose, ovr_result_purpose_name, 0, OVR_RESULT_PURPOSES);

static const struct ovr_json_row subtrial_rows[] = {
	{ "purpose", OVR_JSON_NAME, SUBTRIAL(purpose), "saturation: send and check at once",
		.names = &purposes },
	{ "intended_pps", OVR_JSON_REAL, SUBTRIAL(intended_pps), "null: as fast as it goes",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "attempt", OVR_JSON_COUNT, SUBTRIAL(attempt), .min = 1 },
	{ "outcome", OVR_JSON_NAME, SUBTRIAL(outcome), "null: not judged",
		OVR_JSON_BY(struct ovr_result_subtrial, intended_pps), .names = &ovr_json_sustains },
	{ "missed_outside_stalls", OVR_JSON_COUNT, .about = "slots, refused ones included",
		.value = missed_outside_stalls },
	{ "lost_outside_stalls", OVR_JSON_COUNT, .about = "and after the trial's first millisecond",
		.value = lost_outside_stalls },
	{ "stalled_ratio", OVR_JSON_RATIO, .about = "of the core that was stalled most",
		.value = stalled_ratio },
	{ NULL, OVR_JSON_OBJECT, SUBTRIAL(result), .is_pointer = true, .table = &subtrial_result_table },
};

static const struct ovr_json_table subtrial_table = OVR_JSON_TABLE(
	"subtrial", struct ovr_result_subtrial, subtrial_rows, "One of several trials");

static const struct ovr_json_row selftest_rows[] = {
	{ "send", OVR_JSON_OBJECT, OVR_JSON_BY(struct ovr_result_selftest, send_pps), .table = &send_table },
	{ "check", OVR_JSON_OBJECT, OVR_JSON_BY(struct ovr_result_selftest, check_pps),
		.table = &check_table },
	{ "sustained", OVR_JSON_OBJECT, OVR_JSON_BY(struct ovr_result_selftest, search.n_rates),
		.table = &sustained_table },
	{ "stalls", OVR_JSON_LIST, .about = "Of each core, over all trials",
		OVR_JSON_ARRAY(struct ovr_result_selftest, core, n_cores), .table = &core_table },
	{ "clock_ppm", OVR_JSON_REAL, SELFTEST(clock_ppm),
		"drift against CLOCK_MONOTONIC_RAW, of the trial where it was largest" },
};

static const struct ovr_json_table selftest_table = OVR_JSON_TABLE("selftest", struct ovr_result_selftest,
	selftest_rows, "What the tester itself can do; null: not measured");

static const struct ovr_json_row answer_rows[] = {
	{ "selftest", OVR_JSON_OBJECT, .table = &selftest_table },
	{ "trials", OVR_JSON_LIST, .about = "in their order",
		OVR_JSON_ARRAY(struct ovr_result_selftest, trial, n_trials), .table = &subtrial_table },
};

const struct ovr_json_table ovr_json_selftest_table = OVR_JSON_TABLE(
	"selftest", struct ovr_result_selftest, answer_rows, NULL);

int
ovr_report_selftest_json(const struct ovr_result_selftest *selftest, FILE *out, struct ovr_err *err)
{
	const struct ovr_json_head head = { "selftest", selftest->verdict, ovr_json_reason(selftest->reason),
		&selftest->plan, &selftest->environment };

	return ovr_json_write(ovr_json_answer(&head, &ovr_json_selftest_table, selftest), out, err);
}
