/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/summary_json.h"

#include "report/json_names.h"

#define SUMMARY(member) OVR_JSON_MEMBER(struct ovr_result_summary, member)
#define STALLS(member)  OVR_JSON_MEMBER(struct ovr_result_summary_stalls, member)
#define LATENCY(member) OVR_JSON_MEMBER(struct ovr_result_summary_latency, member)

static const struct ovr_json_row asked_rows[] = {
	{ "size", OVR_JSON_TEXT, SUMMARY(size) },
	{ "rate", OVR_JSON_TEXT, SUMMARY(rate) },
	{ "stall", OVR_JSON_TEXT, SUMMARY(stall) },
	{ "service", OVR_JSON_TEXT, SUMMARY(service) },
	{ "rxd", OVR_JSON_COUNT, SUMMARY(rxd) },
	{ "txd", OVR_JSON_COUNT, SUMMARY(txd) },
	{ "rxq", OVR_JSON_COUNT, SUMMARY(rxq) },
	{ "txq", OVR_JSON_COUNT, SUMMARY(txq) },
	{ "burst", OVR_JSON_COUNT, SUMMARY(burst) },
	{ "seed", OVR_JSON_COUNT, SUMMARY(seed) },
};

static const struct ovr_json_table asked_table = OVR_JSON_TABLE(
	"asked", struct ovr_result_summary, asked_rows, "texts as a plan has them");

static const struct ovr_json_row stalls_rows[] = {
	{ "stalls", OVR_JSON_COUNT, STALLS(n),
		"gaps between two turns of at least --stall-min, injected ones too" },
	{ "stalled_ns", OVR_JSON_COUNT, STALLS(total_ns), "sum of their lengths" },
	{ "longest_ns", OVR_JSON_COUNT, STALLS(longest_ns), "length of the longest one" },
	{ "injected", OVR_JSON_COUNT, STALLS(n_injected),
		"injected, as far as the log was kept; so are the next two" },
	{ "injected_ns", OVR_JSON_COUNT, STALLS(injected_ns) },
	{ "longest_host_ns", OVR_JSON_COUNT, STALLS(longest_host_ns),
		"length of the longest one that was not injected" },
};

static const struct ovr_json_table stalls_table = OVR_JSON_TABLE(
	"summary_stalls", struct ovr_result_summary_stalls, stalls_rows, NULL);

static const struct ovr_json_row latency_rows[] = {
	{ "count", OVR_JSON_COUNT, LATENCY(count), "unique frames that have one", .min = 1 },
	{ "min", OVR_JSON_COUNT, LATENCY(min_ns) },
	{ "p50", OVR_JSON_COUNT, LATENCY(p50_ns) },
	{ "p99", OVR_JSON_COUNT, LATENCY(p99_ns) },
	{ "max", OVR_JSON_COUNT, LATENCY(max_ns) },
};

static const struct ovr_json_table latency_table = OVR_JSON_TABLE("summary_latency",
	struct ovr_result_summary_latency, latency_rows, "In ns; percentiles are exact to 1/32");

static const struct ovr_json_row summary_rows[] = {
	{ "number", OVR_JSON_COUNT, SUMMARY(number), "in the series", .min = 1 },
	{ "attempt", OVR_JSON_COUNT, SUMMARY(attempt), "at what was asked", .min = 1 },
	{ "label", OVR_JSON_TEXT, SUMMARY(label), "what it was for" },
	{ "asked", OVR_JSON_OBJECT, .table = &asked_table },
	{ "trial_id", OVR_JSON_COUNT, SUMMARY(trial_id) },
	{ "reason", OVR_JSON_TEXT, SUMMARY(reason), "the first one; empty: none" },
	{ "rxd_set", OVR_JSON_COUNT, SUMMARY(rxd_set),
		"descriptors as the device has them; 0: it does not say" },
	{ "duration_ns", OVR_JSON_COUNT, SUMMARY(duration_ns), "first slot to the end of sending" },
	{ "planned_pps", OVR_JSON_REAL, SUMMARY(planned_pps), "mean rate that the plan asked for" },
	{ "tx_rate_pps", OVR_JSON_REAL, SUMMARY(tx_pps), "sent frames" },
	{ "rx_rate_pps", OVR_JSON_REAL, SUMMARY(rx_pps), "unique frames" },
	{ "scheduled", OVR_JSON_COUNT, SUMMARY(scheduled) },
	{ "shortfall", OVR_JSON_COUNT, SUMMARY(shortfall) },
	{ "shortfall_in_stalls", OVR_JSON_COUNT, SUMMARY(shortfall_in_stalls),
		"of these: in stalls of a transmit core" },
	{ "attempted", OVR_JSON_COUNT, SUMMARY(attempted) },
	{ "refused", OVR_JSON_COUNT, SUMMARY(refused) },
	{ "sent", OVR_JSON_COUNT, SUMMARY(sent) },
	{ "received", OVR_JSON_COUNT, SUMMARY(received) },
	{ "unique", OVR_JSON_COUNT, SUMMARY(unique) },
	{ "duplicate", OVR_JSON_COUNT, SUMMARY(duplicate) },
	{ "reordered", OVR_JSON_COUNT, SUMMARY(reordered) },
	{ "late", OVR_JSON_COUNT, SUMMARY(late) },
	{ "corrupt", OVR_JSON_COUNT, SUMMARY(corrupt) },
	{ "lost", OVR_JSON_WHOLE, SUMMARY(lost), "sent − unique" },
	{ "explained", OVR_JSON_WHOLE, SUMMARY(explained) },
	{ "unexplained", OVR_JSON_WHOLE, SUMMARY(unexplained) },
	{ "lost_in_injected_stalls", OVR_JSON_COUNT, SUMMARY(lost_in_injected_stalls),
		"injected, of the receive cores" },
	{ "lost_in_host_stalls", OVR_JSON_COUNT, SUMMARY(lost_in_host_stalls),
		"host stalls of the receive cores" },
	{ "rx_stalls", OVR_JSON_OBJECT, SUMMARY(rx), .table = &stalls_table },
	{ "tx_stalls", OVR_JSON_OBJECT, SUMMARY(tx), .table = &stalls_table },
	{ "latency_ns", OVR_JSON_OBJECT, SUMMARY(latency), "null: unknown, as where nothing arrived",
		OVR_JSON_BY(struct ovr_result_summary, latency.count), .table = &latency_table,
		.is_added = true },
	{ "line_paused_ns", OVR_JSON_WHOLE, SUMMARY(line_paused_ns), "the wire; -1: no wire" },
	{ "verdict", OVR_JSON_NAME, SUMMARY(verdict), "of its books", .names = &ovr_json_verdicts },
	{ "frames_at", OVR_JSON_COUNTS, SUMMARY(frames_at),
		"frames in the accounts of each place that has any; a hop's are at path",
		.names = &ovr_json_places, .is_sparse = true },
};

const struct ovr_json_table ovr_json_summary_table = OVR_JSON_TABLE(
	"summary", struct ovr_result_summary, summary_rows, "One of many trials, in short");

json_t *
ovr_json_summary(const struct ovr_result_summary *summary)
{
	return ovr_json_object(&ovr_json_summary_table, summary, NULL);
}

int
ovr_json_summary_read(const json_t *object, struct ovr_result_summary *ret_summary, struct ovr_err *err)
{
	int rc = ovr_json_read(&ovr_json_summary_table, object, ret_summary, err);

	if (rc != 0)
		ovr_err_prefix(err, "trial");
	return rc;
}
