/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/advice_json.h"

#include <stdlib.h>

#include "model/model.h"
#include "report/advice.h"
#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/summary_json.h"

#define QUESTION(member)     OVR_JSON_MEMBER(struct sizing, question.member)
#define SIZING(member)       OVR_JSON_MEMBER(struct sizing, advice.member)
#define STALL(member)        OVR_JSON_MEMBER(struct ovr_result_advice_stall, member)
#define CLASS(member)        OVR_JSON_MEMBER(struct stall_class, member)
#define BASELINE(member)     OVR_JSON_MEMBER(struct ovr_result_advice_baseline, member)
#define SERVICE(member)      OVR_JSON_MEMBER(struct ovr_result_advice_service, member)
#define VERIFICATION(member) OVR_JSON_MEMBER(struct ovr_result_advice_verification, member)
#define ADVICE(member)       OVR_JSON_MEMBER(struct ovr_result_advice, member)

OVR_JSON_NAMED(
	static, kinds, ovr_method_advice_kind, ovr_method_advice_kind_name, 0, OVR_METHOD_ADVICE_KINDS);

/* What was known, and what follows from it. */
struct sizing {
	struct ovr_method_question question;
	struct ovr_method_advice advice;
};

static const struct ovr_json_row sizing_rows[] = {
	{ "recommendation", OVR_JSON_NAME, SIZING(kind), .names = &kinds },
	{ "arrival_pps", OVR_JSON_REAL, QUESTION(arrival_pps), "of the fullest queue" },
	{ "total_pps", OVR_JSON_REAL, QUESTION(total_pps), "arrival rate of all queues together" },
	{ "burst_frames", OVR_JSON_AMOUNT, QUESTION(burst_frames),
		"that a burst brings to the fullest queue; 0: no bursts" },
	{ "gap_ns", OVR_JSON_AMOUNT, QUESTION(gap_ns), "of nothing after each burst" },
	{ "burst_slots", OVR_JSON_COUNT, SIZING(burst_slots),
		"of slots, those that are needed without any stall" },
	{ "queues", OVR_JSON_COUNT, QUESTION(n_queues), "receive queues, each with a ring" },
	{ "service_pps", OVR_JSON_REAL, QUESTION(service_pps),
		"of a queue's core; null: not overrun, or not limited", .null = OVR_JSON_NULL_IF_NONE },
	{ "host_share", OVR_JSON_AMOUNT, QUESTION(host_share),
		"of the time, taken from that core by host stalls; 0 too where service_pps is null",
		.max = 1 },
	{ "injected_ns", OVR_JSON_COUNT, QUESTION(injected_ns), "length of an injected stall",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "injected_period_ns", OVR_JSON_COUNT, QUESTION(injected_period_ns), "distance of their starts",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "injected_spacing_ns", OVR_JSON_REAL, SIZING(injected_spacing_ns),
		"from start to start of two stalls, at least: the period less twice the jitter",
		OVR_JSON_BY(struct sizing, question.injected_ns) },
	{ "injected_effective_ns", OVR_JSON_REAL, SIZING(injected_effective_ns),
		"a stall of the profile, and what of the one before may not have drained by then",
		OVR_JSON_BY(struct sizing, question.injected_ns) },
	{ "margin", OVR_JSON_REAL, QUESTION(margin), "factor on the length of stalls (--margin)" },
	{ "target_stall_ns", OVR_JSON_COUNT, SIZING(target_stall_ns),
		"longest stall that it is made for, without the margin" },
	{ "design_ns", OVR_JSON_REAL, SIZING(design_ns), "with it, and with what it may find in the ring" },
	{ "slots", OVR_JSON_COUNT, SIZING(slots), "frames that the ring must hold, margin included" },
	{ "descriptors", OVR_JSON_COUNT, SIZING(least), "the least" },
	{ "ring", OVR_JSON_COUNT, SIZING(ring), "recommended; null: none is enough",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "below", OVR_JSON_COUNT, SIZING(below), "the next smaller ring that a trial can tell from it",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "ring_injected", OVR_JSON_COUNT, SIZING(ring_injected), "the ring for injected stalls alone",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "ring_all", OVR_JSON_COUNT, SIZING(ring_all), "the ring for host stalls too",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "ring_max", OVR_JSON_COUNT, QUESTION(ring_max), "the largest ring of the port" },
	{ "buffer_time_ns", OVR_JSON_REAL, SIZING(buffer_time_ns),
		"of the recommended ring: the longest stall without loss",
		OVR_JSON_BY(struct sizing, advice.ring) },
	{ "buffer_time_max_ns", OVR_JSON_REAL, SIZING(buffer_time_max_ns), "of the largest ring of the port",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "duty", OVR_JSON_REAL, SIZING(duty), "share of the time that injected stalls take",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "duty_max", OVR_JSON_REAL, SIZING(duty_max),
		"the largest such share that the receiver can make up for", .null = OVR_JSON_NULL_IF_NONE },
	{ "drain_ns", OVR_JSON_REAL, SIZING(drain_ns), "time until the backlog of the target stall is gone",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "period_min_ns", OVR_JSON_REAL, SIZING(period_min_ns),
		"smallest distance of the starts of such stalls", .null = OVR_JSON_NULL_IF_NONE },
	{ "overload", OVR_JSON_REAL, SIZING(overload), "share lost with any ring",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "queues_enough", OVR_JSON_COUNT, SIZING(n_queues),
		"queues, each with its core, that would be enough; null: no number is known, or not needed",
		.null = OVR_JSON_NULL_IF_ZERO },
};

const struct ovr_json_table ovr_json_sizing_table = OVR_JSON_TABLE(
	"sizing", struct sizing, sizing_rows, "A sizing: what was known, and the recommendation");

json_t *
ovr_json_advice(const struct ovr_method_question *question, const struct ovr_method_advice *advice)
{
	const struct sizing sizing = { *question, *advice };

	return ovr_json_object(&ovr_json_sizing_table, &sizing, NULL);
}

static const struct ovr_json_row stall_rows[] = {
	{ "start_ns", OVR_JSON_COUNT, STALL(stall.start_ns),
		"null: the log was full, and of the longest stall no more is known",
		OVR_JSON_BY(struct ovr_result_advice_stall, is_logged) },
	{ "length_ns", OVR_JSON_COUNT, STALL(stall.length_ns) },
	{ "cpu", OVR_JSON_COUNT, STALL(stall.cpu) },
	{ "cause", OVR_JSON_NAME, STALL(stall.cause), .names = &ovr_json_causes },
	{ "prolonged", OVR_JSON_BOOL, STALL(is_prolonged), "injected, and made longer by the host" },
	{ "run_queue_ns", OVR_JSON_COUNT, STALL(stall.run_queue_ns),
		"of it: ready to run, while something else ran on the core" },
};

static const struct ovr_json_table stall_table = OVR_JSON_TABLE(
	"host_stall", struct ovr_result_advice_stall, stall_rows, NULL);

/* Host stalls of similar length. */
struct stall_class {
	uint64_t below_ns, n;
};

static const struct ovr_json_row class_rows[] = {
	{ "below_ns", OVR_JSON_COUNT, CLASS(below_ns),
		"stalls shorter than this, and not in the class before; null: all longer ones",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "stalls", OVR_JSON_COUNT, CLASS(n) },
};

static const struct ovr_json_table class_table = OVR_JSON_TABLE(
	"stall_class", struct stall_class, class_rows, NULL);

static json_t *
host_by_length(const struct ovr_json_at *at)
{
	const struct ovr_result_advice_baseline *baseline = at->object;
	struct stall_class class[OVR_RESULT_ADVICE_CLASSES];
	uint64_t below_ns = 10000;

	for (unsigned int i = 0; i < OVR_RESULT_ADVICE_CLASSES; i++, below_ns *= 10)
		class[i] = (struct stall_class){
			i + 1 == OVR_RESULT_ADVICE_CLASSES ? UINT64_MAX : below_ns,
			baseline->n_host_of[i],
		};
	return ovr_json_list(&class_table, class, OVR_RESULT_ADVICE_CLASSES, NULL);
}

static const struct ovr_json_row baseline_rows[] = {
	{ "duration_ns", OVR_JSON_COUNT, BASELINE(duration_ns), "time of sending" },
	{ "sent", OVR_JSON_COUNT, BASELINE(sent) },
	{ "lost", OVR_JSON_COUNT, BASELINE(lost) },
	{ "shortfall_outside_stalls", OVR_JSON_COUNT, BASELINE(shortfall_outside_stalls),
		"frames that the sender did not submit in time, outside its stalls" },
	{ "injected_stalls", OVR_JSON_COUNT, BASELINE(n_injected), "stalls that --stall asked for" },
	{ "host_stalls", OVR_JSON_COUNT, BASELINE(n_host), "all other stalls of the receive cores" },
	{ "host_by_length", OVR_JSON_LIST, .about = "host stalls, counted by length", .value = host_by_length,
		.table = &class_table },
	{ "host_longest", OVR_JSON_LIST, .about = "the longest host stalls, at most 5, the longest first",
		OVR_JSON_ARRAY(struct ovr_result_advice_baseline, longest, n_listed), .table = &stall_table },
	{ "log_full", OVR_JSON_BOOL, BASELINE(log_full),
		"more stalls than a log holds; the logged ones are used" },
	{ "monitored_ns", OVR_JSON_COUNT, BASELINE(monitored_ns),
		"what the bounds are for: until the first log was full" },
};

static const struct ovr_json_table baseline_table = OVR_JSON_TABLE(
	"baseline", struct ovr_result_advice_baseline, baseline_rows, NULL);

static const struct ovr_json_row service_rows[] = {
	{ "pps", OVR_JSON_REAL, SERVICE(pps),
		"frames/s that the receivers take while they poll, all queues together" },
	{ "is_least", OVR_JSON_BOOL, SERVICE(is_least), "nothing overran: they take at least this" },
	{ "busiest", OVR_JSON_REAL, SERVICE(busiest), "share of its time that the arrivals take",
		OVR_JSON_UNLESS_BY(struct ovr_result_advice_service, is_least) },
};

static const struct ovr_json_table service_table = OVR_JSON_TABLE(
	"service", struct ovr_result_advice_service, service_rows, NULL);

OVR_JSON_NAMED(static, outcomes, ovr_result_advice_outcome, ovr_result_advice_outcome_name, 0,
	OVR_RESULT_ADVICE_OUTCOMES);

static const struct ovr_json_names judges = { .n = 2, .text = { "stalls", "bursts" } };

static const struct ovr_json_row verification_rows[] = {
	{ "ring", OVR_JSON_COUNT, VERIFICATION(ring), "of the port; of a kernel interface, its socket's" },
	{ "nic_ring", OVR_JSON_COUNT, VERIFICATION(nic_ring),
		"the interface's own meanwhile, as its driver took it; null: it was not set",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "attempt", OVR_JSON_COUNT, VERIFICATION(attempt) },
	{ "trial", OVR_JSON_COUNT, VERIFICATION(number), "number of its trial in `trials`" },
	{ "outcome", OVR_JSON_NAME, VERIFICATION(outcome), .names = &outcomes },
	{ "judged_by", OVR_JSON_NAME, VERIFICATION(by_bursts),
		"bursts: the receiver is slower than a burst; the next three are of bursts then",
		.names = &judges },
	{ "injected_stalls", OVR_JSON_COUNT, VERIFICATION(n_injected), "stalls that --stall asked for" },
	{ "compared_stalls", OVR_JSON_COUNT, VERIFICATION(n_compared),
		"of these: undisturbed ones, which the model can be compared with" },
	{ "lossy_stalls", OVR_JSON_COUNT, VERIFICATION(n_lossy), "of these: in which frames were lost" },
	{ "lost", OVR_JSON_COUNT, VERIFICATION(lost), "frames lost in the compared stalls" },
	{ "model", OVR_JSON_REAL, VERIFICATION(model), "frames that the ring model says are lost in them" },
	{ "lost_outside", OVR_JSON_COUNT, VERIFICATION(lost_outside),
		"neither in a stall nor while the backlog of an excluded one drained" },
	{ "lost_excluded", OVR_JSON_COUNT, VERIFICATION(lost_excluded),
		"in excluded stalls and host stalls, or while their backlogs drained" },
};

static const struct ovr_json_table verification_table = OVR_JSON_TABLE(
	"verification", struct ovr_result_advice_verification, verification_rows, NULL);

static json_t *
memory_bytes(const struct ovr_json_at *at)
{
	const struct ovr_result_advice *advice = at->object;

	return advice->advice.ring == 0 ? json_null()
					: ovr_json_count(ovr_model_memory_bytes(advice->advice.ring,
						  advice->question.n_queues, advice->buffer_bytes));
}

static const struct ovr_json_row cost_rows[] = {
	{ "memory_bytes", OVR_JSON_COUNT, .null = OVR_JSON_NULL_IF_SO, .value = memory_bytes },
	{ "buffer_bytes", OVR_JSON_COUNT, ADVICE(buffer_bytes), "memory of one receive buffer" },
	{ "cache_bytes", OVR_JSON_COUNT, ADVICE(cache_bytes), "last-level cache of the CPU",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "device_cache_bytes", OVR_JSON_COUNT, ADVICE(ddio_bytes), "its part into which devices write",
		.null = OVR_JSON_NULL_IF_ZERO },
};

static const struct ovr_json_table cost_table = OVR_JSON_TABLE(
	"ring_cost", struct ovr_result_advice, cost_rows, NULL);

static const struct ovr_json_row nic_rows[] = {
	{ "ring", OVR_JSON_COUNT, ADVICE(nic_ring), "what it was, and is again" },
	{ "refused_ring", OVR_JSON_COUNT, ADVICE(nic_refused_ring),
		"first size of a verification that it could not be set to", .null = OVR_JSON_NULL_IF_ZERO },
	{ "refused", OVR_JSON_TEXT, ADVICE(nic_refused), "why not",
		OVR_JSON_BY(struct ovr_result_advice, nic_refused_ring) },
};

static const struct ovr_json_table nic_table = OVR_JSON_TABLE(
	"nic_ring", struct ovr_result_advice, nic_rows, NULL);

static json_t *
sizing_of(const struct ovr_json_at *at)
{
	const struct ovr_result_advice *advice = at->object;

	return ovr_json_advice(&advice->question, &advice->advice);
}

static json_t *
confidence(const struct ovr_json_at *at)
{
	const struct ovr_result_advice *advice = at->object;

	return ovr_json_real(advice->plan.advise.level_ppb / 1e9);
}

static const struct ovr_json_row advice_rows[] = {
	{ "baseline", OVR_JSON_OBJECT, ADVICE(baseline), .table = &baseline_table },
	{ "service", OVR_JSON_OBJECT, ADVICE(service), .table = &service_table },
	{ "model", OVR_JSON_OBJECT, OVR_JSON_BY(struct ovr_result_advice, advice.slots), .value = sizing_of,
		.table = &ovr_json_sizing_table },
	{ "confidence", OVR_JSON_REAL, .value = confidence },
	{ "longer_stalls_per_hour", OVR_JSON_REAL, ADVICE(advice.longer_per_hour),
		"stalls longer than all that were seen: at most so many, at this confidence",
		OVR_JSON_BY(struct ovr_result_advice, advice.slots) },
	{ "host_longest_ns", OVR_JSON_COUNT, ADVICE(advice.host_longest_ns),
		"length of the longest host stall", OVR_JSON_BY(struct ovr_result_advice, advice.slots) },
	{ "host_beyond", OVR_JSON_COUNT, ADVICE(advice.n_host_beyond),
		"host stalls that even the largest ring does not survive, margin included",
		OVR_JSON_BY(struct ovr_result_advice, advice.slots) },
	{ "ring", OVR_JSON_COUNT, ADVICE(advice.ring), "the recommended ring",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "below", OVR_JSON_COUNT, ADVICE(advice.below),
		"the next smaller ring, which is to lose in the verification",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "command", OVR_JSON_TEXT, ADVICE(command), "sets the recommended ring",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "nic", OVR_JSON_OBJECT,
		.about = "the interface's own receive ring; null: it has no ring control, or PORT is no "
			 "interface",
		OVR_JSON_BY(struct ovr_result_advice, ring_control), .table = &nic_table },
	{ "cost", OVR_JSON_OBJECT, .table = &cost_table },
	{ "verification_stall_ns", OVR_JSON_COUNT, ADVICE(advice.verification_stall_ns),
		"length of the stalls in the verification", .null = OVR_JSON_NULL_IF_ZERO },
	{ "verification_period_ns", OVR_JSON_COUNT, ADVICE(advice.verification_period_ns),
		"distance of their starts", .null = OVR_JSON_NULL_IF_ZERO },
	{ "verifications", OVR_JSON_LIST,
		OVR_JSON_ARRAY(struct ovr_result_advice, verification, n_verifications),
		.table = &verification_table },
};

static const struct ovr_json_table advice_table = OVR_JSON_TABLE(
	"advice", struct ovr_result_advice, advice_rows, "Of ring advise");

static const struct ovr_json_row answer_rows[] = {
	{ "advice", OVR_JSON_OBJECT, .table = &advice_table },
	{ "trials", OVR_JSON_LIST, .about = "in their order",
		OVR_JSON_ARRAY(struct ovr_result_advice, trial, n_trials), .table = &ovr_json_summary_table },
};

const struct ovr_json_table ovr_json_advice_table = OVR_JSON_TABLE(
	"ring advise", struct ovr_result_advice, answer_rows, NULL);

/* Of a void advice no size is written, since none was verified. */
static void
forget_sizes(struct ovr_method_advice *recommendation)
{
	recommendation->ring = recommendation->below = 0;
	recommendation->ring_injected = recommendation->ring_all = 0;
}

int
ovr_report_advice_json(const struct ovr_result_advice *advice, FILE *out, struct ovr_err *err)
{
	const struct ovr_json_head head = { "ring advise", advice->verdict, ovr_json_reason(advice->reason),
		&advice->plan, &advice->environment };
	struct ovr_result_advice *valid = malloc(sizeof(*valid));
	int status;

	if (valid == NULL)
		return ovr_json_write(ovr_json_finish(head.reasons, -1), out, err);
	*valid = *advice;
	if (valid->verdict == OVR_VERDICT_VOID)
		forget_sizes(&valid->advice);
	status = ovr_json_write(ovr_json_answer(&head, &ovr_json_advice_table, valid), out, err);
	free(valid);
	return status;
}
