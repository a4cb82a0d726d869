/* SPDX-License-Identifier: BSD-3-Clause */
/* What a result means for TCP, for programs (overrun.tcp-impact/1). */
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/tcp_impact.h"
#include "result/tcp_flow.h"

#define IMPACT(member)   OVR_JSON_MEMBER(struct ovr_tcp_impact, member)
#define MEASURED(member) OVR_JSON_MEMBER(struct ovr_tcp_impact_measured, member)
#define RTT(member)      OVR_JSON_MEMBER(struct ovr_tcp_impact_rtt, member)
#define FLOW(member)     OVR_JSON_MEMBER(struct ovr_tcp_impact_flow, member)
#define RATE(member)     OVR_JSON_MEMBER(struct ovr_tcp_impact_rate, member)
/* NaN: unknown */
#define AMOUNT(key_, member_, ...)                                                         \
	{                                                                                  \
		key_, OVR_JSON_AMOUNT, member_, __VA_ARGS__, .null = OVR_JSON_NULL_IF_NONE \
	}

OVR_JSON_NAMED(static, ccs, ovr_tcp_impact_cc, ovr_tcp_impact_cc_name, 0, OVR_TCP_IMPACT_CCS);
OVR_JSON_NAMED(
	static, readings, ovr_tcp_model_reading, ovr_tcp_model_reading_name, 0, OVR_TCP_MODEL_READINGS);

static const struct ovr_json_row rate_rows[] = {
	{ "algorithm", OVR_JSON_NAME, RATE(cc), .names = &ccs },
	AMOUNT("bps", RATE(bps),
		"payload; null: unknown, always so of bbr, which no formula describes, and where p is above "
		"0.1"),
	AMOUNT("low_bps", RATE(low_bps), "at p_high, less 30 %; null: unknown"),
	AMOUNT("high_bps", RATE(high_bps), "at p_low, and 30 % more; null: unknown, or nothing limits it"),
};

static const struct ovr_json_table rate_table = OVR_JSON_TABLE(
	"rate", struct ovr_tcp_impact_rate, rate_rows, "A flow with one congestion control");

static const struct ovr_json_row flow_rows[] = {
	{ "reading", OVR_JSON_NAME, FLOW(reading),
		"shared: losses follow time, the flow is one in the measured load; alone: losses follow "
		"frames, the flow is all that there is",
		.names = &readings },
	AMOUNT("events", FLOW(events), "loss events in the trial's time, or frames; null: unknown"),
	AMOUNT("events_per_s", FLOW(events_per_s), "of the flow, as all but rates at the rate of CUBIC"),
	AMOUNT("p", FLOW(p), "events by segments sent; null: only bounds are known"),
	AMOUNT("p_low", FLOW(p_low), "Poisson, 95 %"),
	AMOUNT("p_high", FLOW(p_high), "Poisson, 95 %; without losses 3 / sent"),
	AMOUNT("lost_each", FLOW(lost_each), "segments"),
	AMOUNT("window_segments", FLOW(window_segments), "in the mean"),
	{ "is_line_limited", OVR_JSON_BOOL, FLOW(is_line_limited), "the line limits it before loss does" },
	AMOUNT("mathis_bps", FLOW(mathis_bps), "1.22 MSS / (RTT √p); outages and the line aside"),
	AMOUNT("pftk_bps", FLOW(pftk_bps), "RFC 5348"),
	AMOUNT("cubic_bps", FLOW(cubic_bps), "RFC 9438's function alone"),
	{ "rates", OVR_JSON_LIST, .about = "predictions, by --cc",
		OVR_JSON_ARRAY(struct ovr_tcp_impact_flow, rate, n_rates), .table = &rate_table, .min = 1 },
	AMOUNT("fast_ratio", FLOW(fast_ratio), "of events, with SACK: repaired by fast retransmit"),
	AMOUNT("rto_ratio", FLOW(rto_ratio), "… ended by a time-out"),
	AMOUNT("fast_without_sack_ratio", FLOW(fast_without_sack_ratio), "the same without SACK"),
	AMOUNT("rto_without_sack_ratio", FLOW(rto_without_sack_ratio), "… by PFTK, and at least rto_ratio"),
	AMOUNT("spurious_per_s", FLOW(spurious_per_s),
		"needless fast retransmits for reordering, of a sender with three duplicate ACKs; at most"),
	AMOUNT("mistaken_bps", FLOW(mistaken_bps),
		"CUBIC of a sender that takes these for losses; null: there are none, or unknown"),
};

static const struct ovr_json_table flow_table = OVR_JSON_TABLE(
	"flow", struct ovr_tcp_impact_flow, flow_rows, "One long flow, by one reading of the losses");

static json_t *
flows_of(const struct ovr_json_at *at)
{
	const struct ovr_tcp_impact_rtt *rtt = at->object;

	return ovr_json_list(&flow_table, rtt->flow, OVR_TCP_MODEL_READINGS, NULL);
}

static const struct ovr_json_row rtt_rows[] = {
	{ "rtt_ns", OVR_JSON_COUNT, RTT(rtt_ns), "as it was asked for" },
	{ "rto_linux_ns", OVR_JSON_COUNT, RTT(rto_linux_ns), "first time-out: RTT + 200 ms" },
	{ "rto_rfc6298_ns", OVR_JSON_COUNT, RTT(rto_rfc_ns), "3 RTT, 1 s at least" },
	{ "outages", OVR_JSON_COUNT, RTT(n_outages), "loss periods at least as long as Linux' time-out" },
	{ "stalled_linux_ns", OVR_JSON_COUNT, RTT(stalled_linux_ns),
		"time without progress in them, by the doubled time-outs" },
	{ "stalled_rfc6298_ns", OVR_JSON_COUNT, RTT(stalled_rfc_ns) },
	AMOUNT("buffer_delay_ratio", RTT(buffer_delay_ratio),
		"RFC 6349: mean latency less the least one, by the RTT; null: no latency"),
	AMOUNT("window_bytes", RTT(window_bytes), "that fills the line; null: line unknown"),
	{ "flows", OVR_JSON_LIST, .about = "shared and alone", .value = flows_of, .table = &flow_table },
};

static const struct ovr_json_table rtt_table = OVR_JSON_TABLE(
	"rtt", struct ovr_tcp_impact_rtt, rtt_rows, "At one round-trip time");

static const struct ovr_json_row measured_rows[] = {
	{ "sent", OVR_JSON_COUNT, MEASURED(sent), "frames" },
	{ "lost", OVR_JSON_COUNT, MEASURED(lost) },
	{ "periods", OVR_JSON_COUNT, MEASURED(n_periods), "loss periods" },
	{ "periods_listed", OVR_JSON_COUNT, MEASURED(n_losses), "of these: with their times" },
	{ "duration_ns", OVR_JSON_COUNT, MEASURED(duration_ns) },
	{ "line_bps", OVR_JSON_COUNT, MEASURED(line_bps), "null: unknown", .null = OVR_JSON_NULL_IF_ZERO },
	{ "duplicate", OVR_JSON_COUNT, MEASURED(duplicate) },
	{ "reordered", OVR_JSON_COUNT, MEASURED(reordered) },
	{ "three_reordered", OVR_JSON_COUNT, MEASURED(three_reordered),
		"of these: overtaken by three frames or more" },
	{ "extent_max", OVR_JSON_COUNT, MEASURED(extent_max) },
};

static const struct ovr_json_table measured_table = OVR_JSON_TABLE(
	"measured", struct ovr_tcp_impact_measured, measured_rows, "What the result says of the path");

static json_t *
rtts_of(const struct ovr_json_at *at)
{
	const struct ovr_tcp_impact *impact = at->object;

	return ovr_json_list(&rtt_table, impact->rtt, impact->n_rtts, NULL);
}

static json_t *
measured_flows_of(const struct ovr_json_at *at)
{
	const struct ovr_tcp_impact *impact = at->object;

	return impact->n_flows == 0
		? json_null()
		: ovr_json_list(&ovr_json_tcp_flow_table, impact->flow, impact->n_flows, NULL);
}

static bool
is_known(const struct ovr_json_at *at)
{
	const struct ovr_tcp_impact *impact = at->object;

	return impact->unknown[0] == '\0';
}

static const struct ovr_json_row rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.tcp-impact/1" },
	{ "command", OVR_JSON_FIXED, .fixed = "tcp" },
	{ "file", OVR_JSON_TEXT, IMPACT(file), "of the result" },
	{ "tx", OVR_JSON_TEXT, IMPACT(tx), "its ports" },
	{ "rx", OVR_JSON_TEXT, IMPACT(rx) },
	{ "unknown", OVR_JSON_TEXT, IMPACT(unknown),
		"why nothing can be said, and the exit code is 2; null: something can",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "mss_bytes", OVR_JSON_COUNT, IMPACT(question.mss), "payload of a segment" },
	{ "measured", OVR_JSON_OBJECT, IMPACT(measured), .is_known = is_known, .table = &measured_table },
	{ "is_bound", OVR_JSON_BOOL, IMPACT(is_bound),
		"no frame was lost, or not all loss periods are listed: p_high and low_bps are bounds, and "
		"nothing else is known of flows" },
	{ "efficiency_ratio", OVR_JSON_AMOUNT, IMPACT(efficiency_ratio),
		"RFC 6349: share of segments that are not sent again", .is_known = is_known },
	{ "tail_ratio", OVR_JSON_AMOUNT, IMPACT(tail_ratio),
		"of transfers: one of the last three segments is lost, too late for three duplicate ACKs",
		.is_known = is_known },
	{ "line_payload_bps", OVR_JSON_AMOUNT, IMPACT(line_payload_bps),
		"that the line carries; null: unknown", .is_known = is_known },
	{ "rtts", OVR_JSON_LIST, .about = "by --rtt; empty: unknown", .value = rtts_of, .table = &rtt_table },
	{ "kernel", OVR_JSON_TEXT, IMPACT(kernel),
		"whose TCP was measured, \"Linux 6.12.1\"; null: nothing was measured",
		.null = OVR_JSON_NULL_IF_ZERO, .is_added = true },
	{ "impaired", OVR_JSON_TEXT, IMPACT(impaired),
		"what the hop of --measure did to data in place of the trial's losses, which predictions are "
		"of: --impair; null: nothing else",
		.null = OVR_JSON_NULL_IF_ZERO, .is_added = true },
	{ "flows", OVR_JSON_LIST, .about = "that --measure sent, by --rtt and --cc; null: none",
		.null = OVR_JSON_NULL_IF_SO, .value = measured_flows_of, .table = &ovr_json_tcp_flow_table,
		.is_added = true },
};

const struct ovr_json_table ovr_json_tcp_impact_table = OVR_JSON_TABLE("tcp-impact", struct ovr_tcp_impact,
	rows, "What overrun tcp --json writes: what the losses of a trial mean for TCP");

int
ovr_report_tcp_impact_json(const struct ovr_tcp_impact *impact, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(ovr_json_object(&ovr_json_tcp_impact_table, impact, impact), out, err);
}
