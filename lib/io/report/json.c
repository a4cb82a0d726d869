/* SPDX-License-Identifier: BSD-3-Clause */
/* A result for programs: overrun.result/1, as docs/reference/result.schema.json describes it. */
#include "report/report.h"

#include <stdio.h>

#include "plan/command.h"
#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"

#define ENVIRONMENT(member) OVR_JSON_MEMBER(struct ovr_result_environment, member)
#define RESULT(member)      OVR_JSON_MEMBER(struct ovr_result, member)
#define COUNTER(member)     OVR_JSON_MEMBER(struct ovr_result_counter, member)
#define GATEWAY(member)     OVR_JSON_MEMBER(struct ovr_result_gateway, member)
#define EVENT(member)       OVR_JSON_MEMBER(struct ovr_impairment, member)
#define PORT(member)        OVR_JSON_MEMBER(struct ovr_result_port, member)
#define OF_SENDER           OVR_JSON_UNLESS_BY(struct ovr_result, ledger.figures.sender_unknown)
#define HEAD(member)        OVR_JSON_MEMBER(struct ovr_json_head, member)

static const struct ovr_json_row environment_rows[] = {
	{ "overrun_version", OVR_JSON_TEXT, ENVIRONMENT(overrun_version) },
	{ "dpdk_version", OVR_JSON_TEXT, ENVIRONMENT(dpdk_version) },
	{ "kernel", OVR_JSON_TEXT, ENVIRONMENT(kernel) },
	{ "cpu_model", OVR_JSON_TEXT, ENVIRONMENT(cpu_model) },
	{ "cpus", OVR_JSON_COUNT, ENVIRONMENT(n_cpus), "that the process may use" },
	{ "numa_nodes", OVR_JSON_COUNT, ENVIRONMENT(n_numa_nodes) },
	{ "clock_hz", OVR_JSON_COUNT, ENVIRONMENT(clock_hz) },
	{ "hugepages", OVR_JSON_BOOL, ENVIRONMENT(hugepages) },
	{ "started_utc", OVR_JSON_TEXT, ENVIRONMENT(started_utc), "ISO 8601" },
};

const struct ovr_json_table ovr_json_environment_table = OVR_JSON_TABLE("environment",
	struct ovr_result_environment, environment_rows,
	"Where it ran; a text is empty where the system does not tell");

/* Every row that the plan has, as the text that a plan file has: it can be loaded again. */
json_t *
ovr_json_plan(const struct ovr_plan *plan)
{
	json_t *object = json_object();
	char value[OVR_PLAN_VALUE_BYTES];
	const struct ovr_plan_row *row;
	int rc = 0;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++)
		if (ovr_plan_has(plan->command, row))
			rc |= ovr_json_put_text(
				object, row->key, row->print(row, plan, value, sizeof(value)));
	return ovr_json_finish(object, rc);
}

static const struct ovr_json_row event_rows[] = {
	{ "kind", OVR_JSON_NAME, EVENT(kind), .names = &ovr_json_impairments },
	{ "stream", OVR_JSON_COUNT, EVENT(stream) },
	{ "seq", OVR_JSON_COUNT, EVENT(seq) },
};

static const struct ovr_json_table event_table = OVR_JSON_TABLE(
	"impairment_event", struct ovr_impairment, event_rows, NULL);

static const struct ovr_json_row events_rows[] = {
	{ "counts", OVR_JSON_COUNTS, RESULT(impairments), .names = &ovr_json_impairments },
	{ "list", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result, impairment, n_impairments),
		.table = &event_table },
};

static const struct ovr_json_table events_table = OVR_JSON_TABLE("impairment_events", struct ovr_result,
	events_rows, "What the wire did on purpose: all counted, a bounded number listed");

/* One side's rings: what the plan asked for, and what the device has. */
struct ring {
	uint32_t asked, set;
	bool is_read_back;
};

static const struct ovr_json_row ring_rows[] = {
	{ "asked", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct ring, asked), "by the plan" },
	{ "set", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct ring, set),
		"as the device has it; null: it does not say", .null = OVR_JSON_NULL_IF_ZERO },
	{ "read_back", OVR_JSON_BOOL, OVR_JSON_MEMBER(struct ring, is_read_back),
		"whether the device says so itself; false: its driver was given it, or nobody knows" },
};

static const struct ovr_json_table ring_table = OVR_JSON_TABLE("ring", struct ring, ring_rows, NULL);

static json_t *
rx_ring(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->object;
	struct ring ring = { result->plan.ports.rxd, result->rxd_set,
		result->rxd_set != 0 && !result->rxd_is_given };

	return ovr_json_object(&ring_table, &ring, NULL);
}

static json_t *
tx_ring(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->object;
	struct ring ring = { result->plan.ports.txd, result->txd_set,
		result->txd_set != 0 && !result->txd_is_given };

	return ovr_json_object(&ring_table, &ring, NULL);
}

static const struct ovr_json_row rings_rows[] = {
	{ "rxd", OVR_JSON_OBJECT, .value = rx_ring, .table = &ring_table },
	{ "txd", OVR_JSON_OBJECT, .value = tx_ring, .table = &ring_table },
};

static const struct ovr_json_table rings_table = OVR_JSON_TABLE(
	"rings", struct ovr_result, rings_rows, "Descriptors of each ring");

static const struct ovr_json_row port_rows[] = {
	{ "port", OVR_JSON_TEXT, PORT(label) },
	{ "dpdk_driver", OVR_JSON_TEXT, PORT(dpdk_driver), "or wire, udp; empty: unknown" },
	{ "driver", OVR_JSON_TEXT, PORT(driver), "of a kernel interface, as ethtool -i has it; null: none",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "driver_version", OVR_JSON_TEXT, PORT(driver_version), "null: it does not tell",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "firmware", OVR_JSON_TEXT, PORT(firmware), "null: it does not tell",
		.null = OVR_JSON_NULL_IF_ZERO },
};

static const struct ovr_json_table port_table = OVR_JSON_TABLE(
	"trial_port", struct ovr_result_port, port_rows, NULL);

static const struct ovr_json_row ports_rows[] = {
	{ "tx", OVR_JSON_OBJECT, RESULT(tx_port), .table = &port_table },
	{ "rx", OVR_JSON_OBJECT, RESULT(rx_port), .table = &port_table },
};

static const struct ovr_json_table ports_table = OVR_JSON_TABLE(
	"trial_ports", struct ovr_result, ports_rows, "What both ports are");

static const struct ovr_json_row capture_rows[] = {
	{ "file", OVR_JSON_TEXT, RESULT(plan.output.capture) },
	{ "frames", OVR_JSON_COUNT, RESULT(captured_frames) },
	{ "left_out", OVR_JSON_COUNT, RESULT(capture_left_out) },
};

static const struct ovr_json_table capture_table = OVR_JSON_TABLE(
	"capture", struct ovr_result, capture_rows, NULL);

/* What the kernel counted on its interfaces besides what they carried. */
static const struct ovr_json_row counter_rows[] = {
	{ "port", OVR_JSON_TEXT, COUNTER(port) },
	{ "counter", OVR_JSON_TEXT, COUNTER(counter), "in the kernel's or driver's own words" },
	{ "source", OVR_JSON_TEXT, COUNTER(source),
		"who counts: link, qdisc, softnet, AF_XDP socket, the driver" },
	{ "queue", OVR_JSON_COUNT, COUNTER(queue), "null: of the whole interface, or host",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "added", OVR_JSON_COUNT, COUNTER(added) },
	{ "was_reset", OVR_JSON_BOOL, COUNTER(was_reset),
		"it went backwards: added is what it shows now, a lower bound" },
	{ "kind", OVR_JSON_NAME, COUNTER(meaning.kind), "alias: the same frames as another counter",
		.names = &ovr_json_counter_kinds },
	{ "place", OVR_JSON_NAME, COUNTER(place),
		"the place of the account that has these frames; null: they are in none",
		.null = OVR_JSON_NULL_IF_NONE, .names = &ovr_json_places },
	{ "frames_min", OVR_JSON_COUNT, COUNTER(frames_min),
		"how many of these the account holds by this counter, at least; 0 of one that repeats "
		"another counter" },
	{ "frames_max", OVR_JSON_COUNT, COUNTER(frames_max), "at most" },
	{ "trust", OVR_JSON_NAME, COUNTER(meaning.trust), .names = &ovr_json_trusts },
	{ "remark", OVR_JSON_STRING, COUNTER(meaning.remark) },
};

static const struct ovr_json_table counter_table = OVR_JSON_TABLE("counter", struct ovr_result_counter,
	counter_rows,
	"a counter of a kernel interface that moved while the trial ran and counts losses, an alias of them, "
	"or is named like one");

static const struct ovr_json_row gateway_rows[] = {
	{ "mac", OVR_JSON_MAC, GATEWAY(mac), "where the frames went" },
	{ "resolve_ns", OVR_JSON_COUNT, GATEWAY(resolve_ns), "from the first question to its answer" },
	{ "streams_through", OVR_JSON_COUNT, GATEWAY(streams_through),
		"streams of which a frame had come through it" },
};

static const struct ovr_json_table gateway_table = OVR_JSON_TABLE("gateway", struct ovr_result_gateway,
	gateway_rows, "What was learnt of the plan\'s gateway before the trial; null where there is none");

/* The router's address is the plan's. */
static bool
has_gateway(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->object;

	return result->plan.frames.gateway.ip_version != 0;
}

static bool
knows_loss(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->object;

	return ovr_ledger_knows_loss(&result->ledger);
}

static const struct ovr_json_row trial_rows[] = {
	{ "trial_id", OVR_JSON_ID, RESULT(trial_id) },
	{ "warmup_ns", OVR_JSON_COUNT, RESULT(warmup_ns), "sent before the measurement and discarded" },
	{ "duration_ns", OVR_JSON_COUNT, RESULT(duration_ns), "first slot to the end of sending", OF_SENDER },
	{ "line_bps", OVR_JSON_COUNT, RESULT(line_bps), "null: unknown", .null = OVR_JSON_NULL_IF_ZERO },
	{ "line_paused_ns", OVR_JSON_COUNT, RESULT(line_paused_ns),
		"the core that emulates the link ran late; null: no wire",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "planned_pps", OVR_JSON_REAL, RESULT(planned_pps), "mean rate that the plan asked for",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "tx_rate_pps", OVR_JSON_REAL, RESULT(tx_pps), "sent frames", .null = OVR_JSON_NULL_IF_NONE },
	{ "rx_rate_pps", OVR_JSON_REAL, RESULT(rx_pps), "unique frames", .null = OVR_JSON_NULL_IF_NONE },
	{ "l1_bps", OVR_JSON_REAL, RESULT(tx_l1_bps), "sent, with preamble and gap",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "l2_bps", OVR_JSON_REAL, RESULT(tx_l2_bps), "sent, with FCS", .null = OVR_JSON_NULL_IF_NONE },
	{ "scheduled", OVR_JSON_COUNT, RESULT(ledger.figures.scheduled),
		"attempted + shortfall; null: the sender's figures are unknown", OF_SENDER },
	{ "shortfall", OVR_JSON_COUNT, RESULT(shortfall), "slots that the sender could not keep", OF_SENDER },
	{ "shortfall_in_stalls", OVR_JSON_COUNT, RESULT(shortfall_in_stalls),
		"of these: after a stall of the transmit core, until the schedule was reached again or the "
		"stall's length was over",
		OF_SENDER },
	{ "shortfall_pool", OVR_JSON_COUNT, RESULT(shortfall_pool), "slots without a free frame in the pool",
		OF_SENDER },
	{ "full_waits", OVR_JSON_COUNT, RESULT(full_waits), "turns that waited for room in the TX ring",
		OF_SENDER },
	{ "pacing_error_ppm", OVR_JSON_REAL, RESULT(pacing_error_ppm),
		"slots per second of real time against the plan, stalls not counted",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "clock_ppm", OVR_JSON_REAL, RESULT(clock_ppm), "drift of the cycle counter",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "gateway", OVR_JSON_OBJECT, RESULT(gateway), .is_known = has_gateway, .table = &gateway_table },
	{ "ports", OVR_JSON_OBJECT, .table = &ports_table, .is_added = true },
	{ "rings", OVR_JSON_OBJECT, .table = &rings_table },
	{ "ledger", OVR_JSON_OBJECT, RESULT(ledger), .table = &ovr_json_ledger_table },
	{ "total", OVR_JSON_OBJECT, .about = "null: the figures of an end are unknown",
		.is_known = knows_loss, .table = &ovr_json_total_table },
	{ "moved_streams", OVR_JSON_COUNT, RESULT(moved_streams), "seen on more than one queue" },
	{ "uncountable_streams", OVR_JSON_COUNT, RESULT(uncountable_streams),
		"of these: books that cannot be merged" },
	{ "queues", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result, queue, n_queues),
		.table = &ovr_json_queue_table },
	{ "workers", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result, worker, n_workers),
		.table = &ovr_json_worker_table },
	{ "stalls", OVR_JSON_OBJECT, .table = &ovr_json_stalls_table },
	{ "streams", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result, stream, n_streams),
		.table = &ovr_json_stream_table },
	{ "sizes", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result, size, n_sizes),
		.table = &ovr_json_size_table },
	{ "loss_periods", OVR_JSON_LIST, .about = "those that were kept",
		OVR_JSON_VECTOR(struct ovr_result, period, n_periods), .table = &ovr_json_loss_period_table },
	{ "loss_periods_dropped", OVR_JSON_COUNT, RESULT(n_periods_dropped),
		"those that found no room in the log" },
	{ "outages", OVR_JSON_OBJECT, RESULT(outages), .table = &ovr_json_outages_table },
	{ "loss_events", OVR_JSON_OBJECT, .about = "null: the figures of an end are unknown",
		.is_known = knows_loss, .value = ovr_json_loss_events, .table = &ovr_json_loss_events_table },
	{ "latency_ns", OVR_JSON_OBJECT, .offset = offsetof(struct ovr_result, latency_ns),
		.null = OVR_JSON_NULL_IF_SO, .value = ovr_json_hist, .table = &ovr_json_hist_table },
	{ "latency_unknown", OVR_JSON_TEXT, RESULT(latency_unknown),
		"why latency_ns is null; null: it is not, or was not asked for",
		.null = OVR_JSON_NULL_IF_ZERO, .is_added = true },
	{ "interarrival_ns", OVR_JSON_OBJECT, .offset = offsetof(struct ovr_result, interarrival_ns),
		.null = OVR_JSON_NULL_IF_SO, .value = ovr_json_hist, .table = &ovr_json_hist_table },
	{ "series", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result, sample, n_samples),
		.table = &ovr_json_sample_table },
	{ "counters", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result, counter, n_counters),
		.table = &counter_table },
	{ "impairment_events", OVR_JSON_OBJECT, .table = &events_table },
	{ "hosts", OVR_JSON_LIST, .about = "of a trial over several hosts; null: of one",
		OVR_JSON_VECTOR(struct ovr_result, host, n_hosts), OVR_JSON_BY(struct ovr_result, n_hosts),
		.table = &ovr_json_host_table, .is_added = true },
	{ "pairs", OVR_JSON_LIST, .about = "each sender with its receiver; null: of one host",
		.offset = offsetof(struct ovr_result, host), .null = OVR_JSON_NULL_IF_SO,
		.value = ovr_json_pairs_of_hosts, .table = &ovr_json_pair_table, .is_added = true },
	{ "receivers", OVR_JSON_LIST,
		.about = "of several, each with the books of its senders and itself, which add up to ledger; "
			 "null: there is one, whose books these are",
		OVR_JSON_VECTOR(struct ovr_result, receiver, n_receivers),
		OVR_JSON_BY(struct ovr_result, n_receivers), .table = &ovr_json_receiver_table,
		.is_added = true },
	{ "astray", OVR_JSON_LIST,
		.about =
			"frames that arrived at another receiver than their own; null: there is one receiver",
		OVR_JSON_VECTOR(struct ovr_result, astray, n_astray),
		OVR_JSON_BY(struct ovr_result, n_receivers), .table = &ovr_json_astray_table,
		.is_added = true },
	{ "clock", OVR_JSON_OBJECT, RESULT(clock), "null: of one host",
		OVR_JSON_BY(struct ovr_result, n_hosts), .table = &ovr_json_clock_table, .is_added = true },
	{ "fairness", OVR_JSON_REAL, RESULT(fairness),
		"Jain's index of the frames of each sender that arrived, 1/n to 1; null: fewer than two "
		"senders",
		OVR_JSON_BY(struct ovr_result, n_hosts), .is_added = true },
	{ "capture", OVR_JSON_OBJECT, OVR_JSON_BY(struct ovr_result, plan.output.capture[0]),
		.table = &capture_table },
	{ "notes", OVR_JSON_LIST, OVR_JSON_ARRAY(struct ovr_result, note, n_notes), .item = OVR_JSON_TEXT },
};

const struct ovr_json_table ovr_json_trial_table = OVR_JSON_TABLE(
	"trial", struct ovr_result, trial_rows, "One trial");

json_t *
ovr_json_trial(const struct ovr_result *result)
{
	return ovr_json_object(&ovr_json_trial_table, result, result);
}

json_t *
ovr_json_reasons(const struct ovr_ledger *ledger)
{
	return ovr_json_texts(ledger->reason[0], ledger->n_reasons, OVR_LEDGER_REASON_BYTES);
}

json_t *
ovr_json_reason(const char *reason)
{
	return ovr_json_texts(reason, reason[0] != '\0', 0);
}

static json_t *
head_reasons(const struct ovr_json_at *at)
{
	const struct ovr_json_head *head = at->object;

	return head->reasons;
}

static const struct ovr_json_row head_rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.result/1" },
	{ "command", OVR_JSON_STRING, HEAD(command), .min = 1 },
	{ "verdict", OVR_JSON_NAME, HEAD(verdict), .names = &ovr_json_verdicts },
	{ "exit_code", OVR_JSON_COUNT, HEAD(verdict), .max = OVR_VERDICT_VOID },
	{ "reasons", OVR_JSON_LIST, .about = "why the verdict is not pass", .value = head_reasons,
		.item = OVR_JSON_TEXT, .min_item = 1 },
	{ "plan", OVR_JSON_PLAN, HEAD(plan),
		"Every option by its name, as text: a plan file that repeats the trial", .is_pointer = true },
	{ "environment", OVR_JSON_OBJECT, HEAD(environment), .is_pointer = true,
		.table = &ovr_json_environment_table },
};

const struct ovr_json_table ovr_json_head_table = OVR_JSON_TABLE("result", struct ovr_json_head, head_rows,
	"The result of an overrun command. Frame sizes and bytes include the FCS; times are ns since the "
	"trial's epoch.");

static const struct ovr_json_row run_rows[] = {
	{ "trial", OVR_JSON_OBJECT, .table = &ovr_json_trial_table },
};

const struct ovr_json_table ovr_json_run_table = OVR_JSON_TABLE("run", struct ovr_result, run_rows, NULL);

json_t *
ovr_json_answer(const struct ovr_json_head *head, const struct ovr_json_table *table, const void *answer)
{
	json_t *object = ovr_json_object(&ovr_json_head_table, head, NULL);
	json_t *keys = ovr_json_object(table, answer, answer);
	int rc = json_object_update(object, keys);

	json_decref(keys);
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_result(const struct ovr_result *result, const char *command)
{
	const struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_json_head head = { command, ledger->verdict, ovr_json_reasons(ledger), &result->plan,
		&result->environment };

	return ovr_json_answer(&head, &ovr_json_run_table, result);
}

int
ovr_json_write(json_t *root, FILE *out, struct ovr_err *err)
{
	return ovr_json_dump(root, JSON_INDENT(2) | JSON_REAL_PRECISION(OVR_JSON_DIGITS), out, err);
}

int
ovr_report_json(const struct ovr_result *result, const char *command, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(ovr_json_result(result, command), out, err);
}
