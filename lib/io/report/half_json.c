/* SPDX-License-Identifier: BSD-3-Clause */
/* The halves of a trial, member by member. */
#include "report/half.h"

#include "report/half_parts.h"
#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"

#define HALF(member)     OVR_JSON_MEMBER(struct ovr_half_document, member)
#define SENDER(member)   OVR_JSON_MEMBER(struct ovr_half_sender, member)
#define RECEIVER(member) OVR_JSON_MEMBER(struct ovr_half_receiver, member)
#define COMMON(member)   OVR_JSON_MEMBER(struct ovr_half_common, member)
#define STREAM(member)   OVR_JSON_MEMBER(struct ovr_result_stream, member)
#define SIZE(member)     OVR_JSON_MEMBER(struct ovr_result_size, member)
#define ASTRAY(member)   OVR_JSON_MEMBER(struct ovr_half_astray, member)
#define PERIOD(member)   OVR_JSON_MEMBER(struct ovr_seq_period, member)
#define EVENT(member)    OVR_JSON_MEMBER(struct ovr_loss_event, member)
#define EVENTS(member)   OVR_JSON_MEMBER(struct ovr_loss_events, member)
#define SAMPLE(member)   OVR_JSON_MEMBER(struct ovr_result_sample, member)
#define OUTAGE(member)   OVR_JSON_MEMBER(struct ovr_outage, member)
#define IMPAIR(member)   OVR_JSON_MEMBER(struct ovr_impairment, member)

OVR_JSON_NAMED(static, states, ovr_result_half, ovr_result_half_name, 0, OVR_RESULT_HALF_NONE);

static const struct ovr_json_row size_rows[] = {
	{ "size", OVR_JSON_COUNT, SIZE(size), "with FCS" },
	{ "sent", OVR_JSON_EXACT, SIZE(sent) },
	{ "lost", OVR_JSON_EXACT, SIZE(lost) },
};

static const struct ovr_json_table size_table = OVR_JSON_TABLE(
	"size", struct ovr_result_size, size_rows, NULL);

static const struct ovr_json_row sender_rows[] = {
	{ "end", OVR_JSON_OBJECT, SENDER(end), .table = &ovr_half_end_table },
	{ "is_socket", OVR_JSON_BOOL, SENDER(is_socket), "frames are refused by a socket, not by a ring" },
	{ "line_bps", OVR_JSON_EXACT, SENDER(line_bps), "0: unknown" },
	{ "epoch_realtime_ns", OVR_JSON_EXACT, SENDER(epoch_realtime_ns),
		"CLOCK_REALTIME at the epoch; 0: unknown" },
	{ "sent_until_ns", OVR_JSON_EXACT, SENDER(sent_until_ns), "when the last transmitter was done" },
	{ "planned_pps", OVR_JSON_REAL, SENDER(planned_pps), NULL, .null = OVR_JSON_NULL_IF_NONE },
	{ "clock_ppm", OVR_JSON_REAL, SENDER(clock_ppm), "drift of the cycle counter; null: not known",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "attempted", OVR_JSON_EXACT, SENDER(attempted) },
	{ "refused", OVR_JSON_EXACT, SENDER(refused) },
	{ "sent", OVR_JSON_EXACT, SENDER(sent) },
	{ "sent_bytes", OVR_JSON_EXACT, SENDER(sent_bytes), "with FCS" },
	{ "shortfall", OVR_JSON_EXACT, SENDER(shortfall), "slots that the sender could not keep" },
	{ "shortfall_in_stalls", OVR_JSON_EXACT, SENDER(shortfall_in_stalls) },
	{ "shortfall_pool", OVR_JSON_EXACT, SENDER(shortfall_pool) },
	{ "full_waits", OVR_JSON_EXACT, SENDER(full_waits) },
	{ "sent_of", OVR_JSON_LIST, .about = "frames that each stream sent", .item = OVR_JSON_EXACT,
		OVR_JSON_VECTOR(struct ovr_half_sender, sent_of, n_streams), .max = 65536 },
	{ "sizes", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_half_sender, size, n_sizes),
		.table = &size_table, .max = OVR_MIX_SIZES_MAX },
	{ "has_outlasted", OVR_JSON_BOOL, SENDER(has_outlasted), "the tag's time was used up" },
	{ "has_stuck", OVR_JSON_BOOL, SENDER(has_stuck), "transmitters made no progress" },
};

static const struct ovr_json_table sender_table = OVR_JSON_TABLE(
	"sender", struct ovr_half_sender, sender_rows, "What the sending end knows");

static const struct ovr_json_row stream_rows[] = {
	{ "stream", OVR_JSON_COUNT, STREAM(stream) },
	{ "queue", OVR_JSON_COUNT, STREAM(queue), "null: none, or several",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "queues_seen", OVR_JSON_COUNT, STREAM(n_queues) },
	{ "sent", OVR_JSON_EXACT, STREAM(sent), "as its account was finished with" },
	{ "corrupt", OVR_JSON_EXACT, STREAM(corrupt) },
	{ "account", OVR_JSON_OBJECT, STREAM(account), .table = &ovr_half_seq_account_table },
};

static const struct ovr_json_table stream_table = OVR_JSON_TABLE(
	"stream", struct ovr_result_stream, stream_rows, NULL);

static const struct ovr_json_row astray_rows[] = {
	{ "stream", OVR_JSON_COUNT, ASTRAY(stream) },
	{ "frames", OVR_JSON_EXACT, ASTRAY(frames) },
};

static const struct ovr_json_table astray_table = OVR_JSON_TABLE("astray", struct ovr_half_astray,
	astray_rows, "Frames of a stream that arrived at another receiver than its own");

static const struct ovr_json_row period_rows[] = {
	{ "stream", OVR_JSON_COUNT, PERIOD(stream) },
	{ "worker", OVR_JSON_COUNT, PERIOD(worker) },
	{ "first_seq", OVR_JSON_EXACT, PERIOD(first_seq) },
	{ "frames", OVR_JSON_EXACT, PERIOD(n_frames) },
	{ "before_tx_ns", OVR_JSON_EXACT, PERIOD(before_tx_ns) },
	{ "after_tx_ns", OVR_JSON_EXACT, PERIOD(after_tx_ns), "null at the tail",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "after_rx_ns", OVR_JSON_EXACT, PERIOD(after_rx_ns), "null at the tail",
		.null = OVR_JSON_NULL_IF_NONE },
};

static const struct ovr_json_table period_table = OVR_JSON_TABLE(
	"loss_period", struct ovr_seq_period, period_rows, "Numbers that were lost in a row");

static const struct ovr_json_row event_rows[] = {
	{ "start_ns", OVR_JSON_EXACT, EVENT(start_ns) },
	{ "end_ns", OVR_JSON_EXACT, EVENT(end_ns) },
	{ "periods", OVR_JSON_EXACT, EVENT(periods) },
	{ "frames", OVR_JSON_EXACT, EVENT(frames) },
};

static const struct ovr_json_table event_table = OVR_JSON_TABLE(
	"loss_event", struct ovr_loss_event, event_rows, "Losses near each other in time");

static const struct ovr_json_row events_rows[] = {
	{ "room", OVR_JSON_COUNT, EVENTS(limit), "most events", .max = OVR_HALF_EVENTS_MAX },
	{ "gap_ns", OVR_JSON_EXACT, EVENTS(gap_ns) },
	{ "periods", OVR_JSON_EXACT, EVENTS(periods), "in all of them" },
	{ "frames", OVR_JSON_EXACT, EVENTS(frames), "in all of them" },
	{ "list", OVR_JSON_LIST, .about = "in order of time", .item = OVR_JSON_TUPLE,
		OVR_JSON_VECTOR(struct ovr_loss_events, event, n), .table = &event_table,
		.max = OVR_HALF_EVENTS_MAX },
};

static const struct ovr_json_table events_table = OVR_JSON_TABLE(
	"loss_events", struct ovr_loss_events, events_rows, NULL);

static const struct ovr_json_row receiver_rows[] = {
	{ "end", OVR_JSON_OBJECT, RECEIVER(end), .table = &ovr_half_end_table },
	{ "ours", OVR_JSON_EXACT, RECEIVER(ours), "unique, duplicate and late frames" },
	{ "corrupt", OVR_JSON_EXACT, RECEIVER(corrupt) },
	{ "stale", OVR_JSON_EXACT, RECEIVER(stale) },
	{ "foreign", OVR_JSON_EXACT, RECEIVER(foreign) },
	{ "merged", OVR_JSON_EXACT, RECEIVER(merged), "part of foreign" },
	{ "astray", OVR_JSON_LIST, .about = "part of foreign: by stream of another receiver; null: none",
		OVR_JSON_BY(struct ovr_half_receiver, n_astray),
		OVR_JSON_VECTOR(struct ovr_half_receiver, astray, n_astray), .item = OVR_JSON_TUPLE,
		.table = &astray_table, .max = 65536, .is_added = true },
	{ "before_their_time", OVR_JSON_EXACT, RECEIVER(before_their_time),
		"with a transmit time ahead of their arrival" },
	{ "total", OVR_JSON_OBJECT, RECEIVER(total), .table = &ovr_half_seq_account_table },
	{ "streams", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_half_receiver, stream, n_streams),
		.about = "those of this receiver", .table = &stream_table, .max = 65536 },
	{ "uncountable_streams", OVR_JSON_EXACT, RECEIVER(uncountable_streams) },
	{ "streams_elsewhere", OVR_JSON_COUNT, RECEIVER(n_elsewhere),
		"on other queues than RSS should have led them to" },
	{ "unique_of_size", OVR_JSON_CELLS, RECEIVER(unique_of_size), "by the size's number in the mix" },
	{ "periods", OVR_JSON_LIST, .about = "those that were kept, by worker", .item = OVR_JSON_TUPLE,
		OVR_JSON_VECTOR(struct ovr_half_receiver, period, n_periods), .table = &period_table,
		.max = OVR_HALF_WORKERS_MAX * 65536 },
	{ "periods_shared", OVR_JSON_EXACT, RECEIVER(n_shared), "of these, the last: of no worker" },
	{ "periods_dropped", OVR_JSON_EXACT, RECEIVER(n_periods_dropped) },
	{ "periods_max", OVR_JSON_COUNT, RECEIVER(periods_max), "that the log of one worker holds" },
	{ "events", OVR_JSON_OBJECT, RECEIVER(events), "so far", .table = &events_table },
	{ "unlisted_events", OVR_JSON_OBJECT, RECEIVER(unlisted), "of these: of no period that was kept",
		.table = &events_table },
	{ "transit_least_ns", OVR_JSON_EXACT, RECEIVER(transit.least_ns),
		"from its stamp to a receive ring; 0: not known" },
	{ "transit_usual_ns", OVR_JSON_EXACT, RECEIVER(transit.usual_ns) },
	{ "latency_ns", OVR_JSON_OBJECT, RECEIVER(latency_ns), "null: not measured", .is_pointer = true,
		.is_owned = true, .null = OVR_JSON_NULL_IF_SO, .table = &ovr_half_hist_table },
	{ "interarrival_ns", OVR_JSON_OBJECT, RECEIVER(interarrival_ns), "null: not measured",
		.is_pointer = true, .is_owned = true, .null = OVR_JSON_NULL_IF_SO,
		.table = &ovr_half_hist_table },
	{ "xstats", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_half_receiver, xstat, n_xstats),
		.table = &ovr_half_counter_table, .max = 4096 },
	{ "drain_was_cut", OVR_JSON_BOOL, RECEIVER(drain_was_cut) },
};

static const struct ovr_json_table receiver_table = OVR_JSON_TABLE(
	"receiver", struct ovr_half_receiver, receiver_rows, "What the receiving end knows");

static const struct ovr_json_row sample_rows[] = {
	{ "start_ns", OVR_JSON_EXACT, SAMPLE(start_ns) },
	{ "end_ns", OVR_JSON_EXACT, SAMPLE(end_ns) },
	{ "attempted", OVR_JSON_EXACT, SAMPLE(attempted) },
	{ "refused", OVR_JSON_EXACT, SAMPLE(refused) },
	{ "sent", OVR_JSON_EXACT, SAMPLE(sent) },
	{ "shortfall", OVR_JSON_EXACT, SAMPLE(shortfall) },
	{ "received", OVR_JSON_EXACT, SAMPLE(received) },
	{ "unique", OVR_JSON_EXACT, SAMPLE(unique) },
	{ "missed", OVR_JSON_EXACT, SAMPLE(missed) },
	{ "sent_bytes", OVR_JSON_EXACT, SAMPLE(sent_bytes) },
	{ "received_bytes", OVR_JSON_EXACT, SAMPLE(received_bytes) },
	{ "link_lost", OVR_JSON_BOOL, SAMPLE(link_lost) },
	{ "rx_queues", OVR_JSON_COUNT, SAMPLE(n_rxq), .max = OVR_PLAN_QUEUES_MAX },
	{ "rx_queue_received", OVR_JSON_CELLS, SAMPLE(rxq_received), "by queue" },
	{ "rx_queue_missed", OVR_JSON_CELLS, SAMPLE(rxq_missed), "by queue" },
};

static const struct ovr_json_table sample_table = OVR_JSON_TABLE(
	"sample", struct ovr_result_sample, sample_rows, "What was counted in one interval");

static const struct ovr_json_row outage_rows[] = {
	{ "port", OVR_JSON_TEXT, OUTAGE(port) },
	{ "up_until_ns", OVR_JSON_EXACT, OUTAGE(up_until_ns) },
	{ "was_seen", OVR_JSON_BOOL, OUTAGE(was_seen) },
	{ "down_from_ns", OVR_JSON_EXACT, OUTAGE(down_from_ns) },
	{ "down_until_ns", OVR_JSON_EXACT, OUTAGE(down_until_ns) },
	{ "is_over", OVR_JSON_BOOL, OUTAGE(is_over) },
	{ "up_again_ns", OVR_JSON_EXACT, OUTAGE(up_again_ns) },
};

static const struct ovr_json_table outage_table = OVR_JSON_TABLE(
	"outage", struct ovr_outage, outage_rows, "A link was down");

static const struct ovr_json_row impairment_rows[] = {
	{ "kind", OVR_JSON_NAME, IMPAIR(kind), .names = &ovr_json_impairments },
	{ "stream", OVR_JSON_COUNT, IMPAIR(stream) },
	{ "seq", OVR_JSON_EXACT, IMPAIR(seq) },
};

static const struct ovr_json_table impairment_table = OVR_JSON_TABLE(
	"impairment_event", struct ovr_impairment, impairment_rows, "What the wire did to a frame");

static const struct ovr_json_row common_rows[] = {
	{ "was_stopped", OVR_JSON_BOOL, COMMON(was_stopped), "by the user" },
	{ "series", OVR_JSON_LIST, .item = OVR_JSON_TUPLE,
		OVR_JSON_VECTOR(struct ovr_half_common, sample, n_samples), .table = &sample_table,
		.max = 1000000 },
	{ "series_rows_max", OVR_JSON_COUNT, COMMON(samples_max) },
	{ "intervals_per_row", OVR_JSON_EXACT, COMMON(intervals_per_row) },
	{ "outages", OVR_JSON_LIST, OVR_JSON_ARRAY(struct ovr_half_common, outages.outage, outages.n_kept),
		.table = &outage_table, .max = OVR_OUTAGES_MAX },
	{ "outages_all", OVR_JSON_EXACT, COMMON(outages.n), "those that are not kept too" },
	{ "link_change", OVR_JSON_TEXT, COMMON(link_change), "empty: none" },
	{ "port_change", OVR_JSON_TEXT, COMMON(port_change), "empty: none" },
	{ "has_wire", OVR_JSON_BOOL, COMMON(has_wire), "the next four are the wire's" },
	{ "line_paused_ns", OVR_JSON_EXACT, COMMON(line_paused_ns) },
	{ "frames_inside", OVR_JSON_EXACT, COMMON(frames_inside), "left in it" },
	{ "impairments", OVR_JSON_COUNTS, COMMON(impairments), "all", .names = &ovr_json_impairments },
	{ "impairment_events", OVR_JSON_LIST, .item = OVR_JSON_TUPLE,
		OVR_JSON_VECTOR(struct ovr_half_common, impairment, n_impairments),
		.table = &impairment_table, .max = 4000000 },
	{ "cable_known", OVR_JSON_BOOL, COMMON(cable_known), "the ports are both ends of a veth" },
	{ "cable_frames", OVR_JSON_EXACT, COMMON(cable_frames), "that passed it, others' too" },
	{ "counters_unknown", OVR_JSON_COUNT, COMMON(n_unknown), "read at one end of the trial only" },
	{ "counter_unknown", OVR_JSON_TEXT, COMMON(unknown), "the first of these" },
	{ "counter_reset", OVR_JSON_TEXT, COMMON(reset), "one that went backwards; empty: none" },
	{ "is_incomplete", OVR_JSON_BOOL, COMMON(is_incomplete),
		"there was no memory for all counters of the ports" },
	{ "accounts", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_half_common, accounts.account, accounts.n),
		.about = "of the kernels on the way", .table = &ovr_half_account_table, .max = 4096 },
	{ "notes", OVR_JSON_LIST, .item = OVR_JSON_TEXT,
		OVR_JSON_VECTOR(struct ovr_half_common, note, n_notes), .max = 256 },
};

static const struct ovr_json_table common_table = OVR_JSON_TABLE(
	"common", struct ovr_half_common, common_rows, "What is of no end alone, as far as this host saw it");

static const struct ovr_json_row half_rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.half/1" },
	{ "host", OVR_JSON_TEXT, HALF(host), "as the caller calls it; empty: not said" },
	{ "trial_id", OVR_JSON_ID, HALF(trial_id) },
	{ "state", OVR_JSON_NAME, HALF(state), "checkpoint: what was known when the host was last heard of",
		.names = &states },
	{ "until_ns", OVR_JSON_EXACT, HALF(until_ns), "of a checkpoint: as of this time since the epoch" },
	{ "environment", OVR_JSON_OBJECT, HALF(environment), .table = &ovr_json_environment_table },
	{ "stream_first", OVR_JSON_COUNT, HALF(stream_first),
		"first of its streams: what sent_of begins with", .max = OVR_FRAME_STREAMS_MAX },
	{ "gateway_mac", OVR_JSON_MAC, HALF(gateway.mac) },
	{ "gateway_resolve_ns", OVR_JSON_EXACT, HALF(gateway.resolve_ns) },
	{ "gateway_streams_through", OVR_JSON_EXACT, HALF(gateway.streams_through) },
	{ "captured_frames", OVR_JSON_EXACT, HALF(captured_frames) },
	{ "capture_left_out", OVR_JSON_EXACT, HALF(capture_left_out) },
	{ "notes", OVR_JSON_LIST, .about = "on placement and limits", .item = OVR_JSON_TEXT,
		OVR_JSON_ARRAY(struct ovr_half_document, note, n_notes), .max = OVR_RESULT_NOTES_MAX },
	{ "sender", OVR_JSON_OBJECT, HALF(halves.sender), "null: the host has no such end",
		OVR_JSON_BY(struct ovr_half_document, has_sender), .table = &sender_table },
	{ "receiver", OVR_JSON_OBJECT, HALF(halves.receiver), "null: the host has no such end",
		OVR_JSON_BY(struct ovr_half_document, has_receiver), .table = &receiver_table },
	{ "common", OVR_JSON_OBJECT, HALF(halves.common), .table = &common_table },
};

const struct ovr_json_table ovr_json_half_table = OVR_JSON_TABLE("half", struct ovr_half_document, half_rows,
	"What one host knows of a trial over several hosts. Lists of equal things are lists of values, in "
	"the order that the page of keys has");

json_t *
ovr_half_json(const struct ovr_half_document *half)
{
	return ovr_json_object(&ovr_json_half_table, half, NULL);
}
