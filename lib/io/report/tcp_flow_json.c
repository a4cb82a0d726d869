/* SPDX-License-Identifier: BSD-3-Clause */
/* Measured flows, for programs: in overrun.tcp-impact/1. */
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "result/tcp_flow.h"

#define FLOW(member)    OVR_JSON_MEMBER(struct ovr_tcp_flow, member)
#define COUNTER(member) OVR_JSON_MEMBER(struct counter, member)
/* NaN, UINT64_MAX: unknown */
#define UNKNOWN .null = OVR_JSON_NULL_IF_NONE

/* A counter and its name. */
struct counter {
	const char *name;
	uint64_t count;
};

OVR_JSON_NAMED(static, ccs, ovr_tcp_impact_cc, ovr_tcp_impact_cc_name, 0, OVR_TCP_IMPACT_CCS);

static const struct ovr_json_row counter_rows[] = {
	{ "name", OVR_JSON_STRING, COUNTER(name), "of /proc/net/snmp and netstat" },
	{ "count", OVR_JSON_COUNT, COUNTER(count), "null: unknown, this kernel does not have it", UNKNOWN },
};

static const struct ovr_json_table counter_table = OVR_JSON_TABLE(
	"counter", struct counter, counter_rows, "A counter, by how much it grew");

static json_t *
counters_of(const struct ovr_json_at *at)
{
	const struct ovr_tcp_flow *flow = at->object;
	struct counter counter[OVR_TCP_FLOW_COUNTERS];

	for (int i = 0; i < OVR_TCP_FLOW_COUNTERS; i++)
		counter[i] = (struct counter){ ovr_tcp_flow_counter_name((enum ovr_tcp_flow_counter)i),
			flow->counter[i] };
	return ovr_json_list(&counter_table, counter, OVR_TCP_FLOW_COUNTERS, NULL);
}

static bool
has_hop(const struct ovr_json_at *at)
{
	const struct ovr_tcp_flow *flow = at->object;

	return flow->has_hop;
}

static const struct ovr_json_row rows[] = {
	{ "algorithm", OVR_JSON_NAME, FLOW(cc), .names = &ccs },
	{ "rtt_asked_ns", OVR_JSON_COUNT, FLOW(rtt_asked_ns),
		"of the hop's delays together; null: of a path that was there",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "unknown", OVR_JSON_TEXT, FLOW(unknown), "why it was not measured; null: it was",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "omitted_ns", OVR_JSON_COUNT, FLOW(omitted_ns), "slow start, which rate and round trip leave out" },
	{ "counted_ns", OVR_JSON_COUNT, FLOW(counted_ns), "of the rate, behind it" },
	{ "bytes", OVR_JSON_COUNT, FLOW(bytes), "payload that was read meanwhile" },
	{ "bps", OVR_JSON_AMOUNT, FLOW(bps), "measured, payload; null: unknown", UNKNOWN },
	{ "rtt_mean_ns", OVR_JSON_AMOUNT, FLOW(rtt_mean_ns),
		"smoothed round-trip times of the sender meanwhile; null: unknown", UNKNOWN },
	{ "rtt_min_ns", OVR_JSON_COUNT, FLOW(rtt_min_ns), "0: unknown" },
	{ "predicted_bps", OVR_JSON_AMOUNT, FLOW(predicted_bps),
		"of the flow that is alone, at rtt_mean_ns; null: unknown, always so of bbr", UNKNOWN },
	{ "low_bps", OVR_JSON_AMOUNT, FLOW(low_bps), "of the prediction; null: unknown", UNKNOWN },
	{ "high_bps", OVR_JSON_AMOUNT, FLOW(high_bps), "null: unknown", UNKNOWN },
	{ "rate_ratio", OVR_JSON_AMOUNT, FLOW(ratio), "measured by predicted rate; null: unknown", UNKNOWN },
	{ "events", OVR_JSON_COUNT, FLOW(events),
		"loss events of the counted time, by the hop's list; null: unknown", UNKNOWN },
	{ "events_whole", OVR_JSON_COUNT, FLOW(events_whole), "of the whole flow; null: unknown", UNKNOWN },
	{ "predicted_timeouts", OVR_JSON_AMOUNT, FLOW(predicted_timeouts),
		"of the whole flow: events_whole by the rto_ratio of its prediction; null: unknown",
		UNKNOWN },
	{ "segments_sent", OVR_JSON_COUNT, FLOW(segments_sent),
		"by the sender, all of them (TCP_INFO, as the next three); null: unknown", UNKNOWN },
	{ "retransmitted", OVR_JSON_COUNT, FLOW(retransmitted), "segments; null: unknown", UNKNOWN },
	{ "dsacks", OVR_JSON_COUNT, FLOW(dsacks), "that came; null: unknown", UNKNOWN },
	{ "reordered", OVR_JSON_COUNT, FLOW(reordered), "times that reordering was recognised; null: unknown",
		UNKNOWN },
	{ "counters", OVR_JSON_LIST, .about = "of the sender's network namespace, of the whole flow",
		.value = counters_of, .table = &counter_table },
	{ "hop", OVR_JSON_OBJECT, FLOW(hop),
		"what the hop did to the data, as in overrun.hop/1; null: a path that was there",
		.is_known = has_hop, .table = &ovr_json_hop_way_table },
};

const struct ovr_json_table ovr_json_tcp_flow_table = OVR_JSON_TABLE(
	"measured_flow", struct ovr_tcp_flow, rows, "A flow of this kernel's TCP that was measured");
