/* SPDX-License-Identifier: BSD-3-Clause */
/* A trial over TCP as JSON (overrun.tcp/1). */
#include "report/tcp.h"

#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"

#define RESULT(member)     OVR_JSON_MEMBER(struct ovr_result_tcp, member)
#define BOOKS(member)      OVR_JSON_MEMBER(struct ovr_result_tcp, books.member)
#define ACCOUNT(member)    OVR_JSON_MEMBER(struct ovr_segments_account, account.member)
#define CONNECTION(member) OVR_JSON_MEMBER(struct ovr_segments_connection, member)
#define END(member)        OVR_JSON_MEMBER(struct ovr_segments_end, member)
#define WAY(member)        OVR_JSON_MEMBER(struct ovr_segments_direction, member)

OVR_JSON_NAMED(static, states, ovr_segments_state, ovr_segments_state_name, 0, OVR_SEGMENTS_STATES);
static const struct ovr_json_names layers = { .n = 3, .text = { "way", "stack", "either" } };

static const struct ovr_json_row account_rows[] = {
	{ "place", OVR_JSON_NAME, ACCOUNT(place), .names = &ovr_json_places },
	{ "end", OVR_JSON_TEXT, ACCOUNT(port),
		"\"sender\", \"receiver\", \"both ends\": one namespace has both; \"hop:r1\"", .min = 1 },
	{ "layer", OVR_JSON_NAME, OVR_JSON_MEMBER(struct ovr_segments_account, layer),
		"way: before the receiver's socket counted the segment; stack: dropped by TCP after that; "
		"either: "
		"small segments before, large ones after",
		.names = &layers },
	{ "segments_min", OVR_JSON_COUNT, ACCOUNT(frames_min) },
	{ "segments_max", OVR_JSON_COUNT, ACCOUNT(frames_max),
		"above segments_min where a packet may hold several segments" },
	{ "counted", OVR_JSON_COUNT, ACCOUNT(counted), "what the counter added: packets" },
	{ "counter", OVR_JSON_TEXT, ACCOUNT(counter), "as the kernel names it" },
	{ "source", OVR_JSON_TEXT, ACCOUNT(source), "who counts: mib, nftables, qdisc, …" },
	{ "why", OVR_JSON_TEXT, ACCOUNT(why), "one sentence; may be empty" },
	{ "aliases", OVR_JSON_TEXT, ACCOUNT(aliases),
		"counters that moved and count the same packets again, with what they added; may be empty" },
};

static const struct ovr_json_table account_table = OVR_JSON_TABLE("tcp_account", struct ovr_segments_account,
	account_rows, "A named place where segments were lost or dropped");

static const struct ovr_json_row end_rows[] = {
	{ "segs_out", OVR_JSON_COUNT, END(segs_out), "segments sent, those sent again included" },
	{ "segs_in", OVR_JSON_COUNT, END(segs_in), "segments that arrived" },
	{ "data_segs_out", OVR_JSON_COUNT, END(data_segs_out), "part of segs_out: with data" },
	{ "data_segs_in", OVR_JSON_COUNT, END(data_segs_in), "part of segs_in: with data" },
	{ "total_retrans", OVR_JSON_COUNT, END(total_retrans), "segments sent again, handshakes included" },
	{ "bytes_sent", OVR_JSON_COUNT, END(bytes_sent), "payload, what was sent again included" },
	{ "bytes_retrans", OVR_JSON_COUNT, END(bytes_retrans), "payload that was sent again" },
	{ "bytes_received", OVR_JSON_COUNT, END(bytes_received), "payload that arrived, each byte once" },
	{ "busy_us", OVR_JSON_COUNT, END(busy_us), "µs with data to send" },
	{ "rwnd_limited_us", OVR_JSON_COUNT, END(rwnd_limited_us),
		"µs in which the receiver's window was closed" },
	{ "sndbuf_limited_us", OVR_JSON_COUNT, END(sndbuf_limited_us),
		"µs in which the send buffer was too small" },
};

static const struct ovr_json_table end_table = OVR_JSON_TABLE(
	"tcp_end", struct ovr_segments_end, end_rows, "One end of a connection: TCP_INFO of tcp(7)");

static const struct ovr_json_row connection_rows[] = {
	{ "state", OVR_JSON_NAME, CONNECTION(state),
		"as the sender has it; pending: the SYN was not answered; unsent: no SYN left",
		.names = &states },
	{ "is_accepted", OVR_JSON_BOOL, CONNECTION(is_accepted), "the receiver has a socket of it" },
	{ "syn_retrans", OVR_JSON_COUNT, CONNECTION(syn_retrans), "SYNs that were sent again" },
	{ "records_written", OVR_JSON_COUNT, CONNECTION(records_written) },
	{ "records_read", OVR_JSON_COUNT, CONNECTION(records_read), "intact, in their order" },
	{ "records_corrupt", OVR_JSON_COUNT, CONNECTION(records_corrupt) },
	{ "bytes_written", OVR_JSON_COUNT, CONNECTION(bytes_written), "taken by the sender's socket" },
	{ "bytes_read", OVR_JSON_COUNT, CONNECTION(bytes_read), "by the receiving program" },
	{ "bytes_unread", OVR_JSON_COUNT, CONNECTION(bytes_unread), "in the receiver's queue at the end" },
	{ "bytes_unacknowledged", OVR_JSON_COUNT, CONNECTION(bytes_unacknowledged),
		"in the sender's queue at the end" },
	{ "sender", OVR_JSON_OBJECT, CONNECTION(sender), .table = &end_table },
	{ "receiver", OVR_JSON_OBJECT, CONNECTION(receiver), "null: it was not accepted",
		OVR_JSON_BY(struct ovr_segments_connection, is_accepted), .table = &end_table },
};

static const struct ovr_json_table connection_table = OVR_JSON_TABLE(
	"tcp_connection", struct ovr_segments_connection, connection_rows, NULL);

static const struct ovr_json_row way_rows[] = {
	{ "out", OVR_JSON_COUNT, WAY(out) },
	{ "in", OVR_JSON_COUNT, WAY(in) },
	{ "data_out", OVR_JSON_COUNT, WAY(data_out), "part of out: with data" },
	{ "data_in", OVR_JSON_COUNT, WAY(data_in), "part of in: with data" },
	{ "lost", OVR_JSON_WHOLE, WAY(lost), "out − in; negative is a contradiction" },
};

static const struct ovr_json_table way_table = OVR_JSON_TABLE(
	"tcp_direction", struct ovr_segments_direction, way_rows, "Segments of one direction");

static const struct ovr_json_row books_rows[] = {
	{ "forward", OVR_JSON_OBJECT, BOOKS(forward), "to the receiver", .table = &way_table },
	{ "backward", OVR_JSON_OBJECT, BOOKS(backward), "back to the sender", .table = &way_table },
	{ "retransmitted", OVR_JSON_COUNT, BOOKS(retransmitted), "by the sender; no loss by itself" },
	{ "lost_min", OVR_JSON_WHOLE, BOOKS(lost_min), "of both directions, at least" },
	{ "lost_max", OVR_JSON_WHOLE, BOOKS(lost_max),
		"at most: a SYN that was repeated may have arrived uncounted" },
	{ "explained_min", OVR_JSON_COUNT, BOOKS(explained_min), "by the accounts, of what was lost" },
	{ "explained_max", OVR_JSON_COUNT, BOOKS(explained_max) },
	{ "unexplained_min", OVR_JSON_WHOLE, BOOKS(unexplained_min), "lost − explained" },
	{ "unexplained_max", OVR_JSON_WHOLE, BOOKS(unexplained_max) },
	{ "dropped_min", OVR_JSON_COUNT, BOOKS(dropped_min), "by TCP, after they had arrived" },
	{ "dropped_max", OVR_JSON_COUNT, BOOKS(dropped_max) },
	{ "accounts", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result_tcp, account, n_accounts),
		.table = &account_table },
};

static const struct ovr_json_table books_table = OVR_JSON_TABLE(
	"tcp_books", struct ovr_result_tcp, books_rows, "The books, in segments");

static const struct ovr_json_row half_open_rows[] = {
	{ "n", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct ovr_segments_half_open, n),
		"connections whose SYN the listener has seen, and that are not established" },
	{ "syn_acks", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct ovr_segments_half_open, syn_acks),
		"that were sent for them" },
};

static const struct ovr_json_table half_open_table = OVR_JSON_TABLE(
	"tcp_half_open", struct ovr_segments_half_open, half_open_rows, "The SYN queue at the end");

static json_t *
plan_of(const struct ovr_json_at *at)
{
	const struct ovr_result_tcp *result = at->object;

	return ovr_json_plan(&result->plan);
}

static json_t *
reasons_of(const struct ovr_json_at *at)
{
	const struct ovr_result_tcp *result = at->object;

	return ovr_json_texts(
		result->books.reason[0], result->books.n_reasons, sizeof(result->books.reason[0]));
}

static json_t *
notes_of(const struct ovr_json_at *at)
{
	const struct ovr_result_tcp *result = at->object;

	return ovr_json_texts(result->note[0], result->n_notes, sizeof(result->note[0]));
}

/* A percentile of the latency; null: nothing was read. */
static json_t *
latency_at(const struct ovr_json_at *at, double percent)
{
	const struct ovr_result_tcp *result = at->object;

	return result->latency_ns.count == 0
		? json_null()
		: ovr_json_count(ovr_hist_percentile(&result->latency_ns, percent));
}

static json_t *
median_of(const struct ovr_json_at *at)
{
	return latency_at(at, 50);
}

static json_t *
p99_of(const struct ovr_json_at *at)
{
	return latency_at(at, 99);
}

static json_t *
max_of(const struct ovr_json_at *at)
{
	return latency_at(at, 100);
}

static const struct ovr_json_row latency_rows[] = {
	{ "median_ns", OVR_JSON_COUNT, .null = OVR_JSON_NULL_IF_SO, .value = median_of },
	{ "p99_ns", OVR_JSON_COUNT, .null = OVR_JSON_NULL_IF_SO, .value = p99_of },
	{ "max_ns", OVR_JSON_COUNT, .null = OVR_JSON_NULL_IF_SO, .value = max_of },
};

static const struct ovr_json_table latency_table = OVR_JSON_TABLE("tcp_latency", struct ovr_result_tcp,
	latency_rows, "From write to read of a record, both on one clock; null: nothing was read");

static const struct ovr_json_row rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.tcp/1" },
	{ "command", OVR_JSON_FIXED, .fixed = "run" },
	{ "verdict", OVR_JSON_NAME, BOOKS(verdict), .names = &ovr_json_verdicts },
	{ "reasons", OVR_JSON_LIST, .value = reasons_of, .item = OVR_JSON_TEXT,
		.about = "why it is not pass" },
	{ "plan", OVR_JSON_PLAN, .value = plan_of },
	{ "trial_id", OVR_JSON_ID, RESULT(trial_id) },
	{ "begin_unix_ns", OVR_JSON_COUNT, RESULT(begin_unix_ns) },
	{ "sent_ns", OVR_JSON_COUNT, RESULT(sent_ns), "from the first connect() to the last byte written" },
	{ "total_ns", OVR_JSON_COUNT, RESULT(total_ns), "to the end of the drain" },
	{ "is_drained", OVR_JSON_BOOL, RESULT(is_drained), "all was acknowledged and read" },
	{ "congestion", OVR_JSON_TEXT, RESULT(congestion), "the congestion control" },
	{ "send_buffer_bytes", OVR_JSON_COUNT, RESULT(send_buffer_bytes),
		"SO_SNDBUF as the kernel accounts it" },
	{ "receive_buffer_bytes", OVR_JSON_COUNT, RESULT(receive_buffer_bytes), "SO_RCVBUF of the listener" },
	{ "segments_per_packet_max", OVR_JSON_COUNT, RESULT(segments_per_packet_max),
		"by GSO and GRO of the links; 1: a packet is a segment" },
	{ "has_others", OVR_JSON_BOOL, RESULT(has_others), "others' segments are in the counters" },
	{ "n_accepted", OVR_JSON_COUNT, BOOKS(n_accepted), "connections" },
	{ "records_written", OVR_JSON_COUNT, BOOKS(records_written) },
	{ "records_read", OVR_JSON_COUNT, BOOKS(records_read), "intact" },
	{ "records_corrupt", OVR_JSON_COUNT, BOOKS(records_corrupt) },
	{ "bytes_written", OVR_JSON_COUNT, BOOKS(bytes_written) },
	{ "bytes_read", OVR_JSON_COUNT, BOOKS(bytes_read) },
	{ "books", OVR_JSON_OBJECT, .table = &books_table },
	{ "half_open", OVR_JSON_OBJECT, RESULT(half_open), "null: the kernel does not tell",
		OVR_JSON_BY(struct ovr_result_tcp, half_open.is_known), .table = &half_open_table },
	{ "latency", OVR_JSON_OBJECT, .table = &latency_table },
	{ "connections", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result_tcp, connection, n_connections),
		.table = &connection_table },
	{ "notes", OVR_JSON_LIST, .value = notes_of, .item = OVR_JSON_TEXT },
};

const struct ovr_json_table ovr_json_tcp_table = OVR_JSON_TABLE("tcp", struct ovr_result_tcp, rows,
	"What overrun run writes as JSON of a trial over TCP connections. Units are segments, records and "
	"bytes.");

int
ovr_report_tcp_json(const struct ovr_result_tcp *result, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(ovr_json_object(&ovr_json_tcp_table, result, result), out, err);
}
