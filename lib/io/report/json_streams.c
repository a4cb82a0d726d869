/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sequence accounts as JSON: streams, sizes, loss periods, in the terms of RFC 3357, 4737 and
 * 5560.
 */
#include "report/json_parts.h"
#include "report/json_put.h"

#define LOSS(member)    OVR_JSON_MEMBER(struct ovr_seq_loss, member)
#define REORDER(member) OVR_JSON_MEMBER(struct ovr_seq_reorder, member)
#define ACCOUNT(member) OVR_JSON_MEMBER(struct ovr_seq_account, member)
#define STREAM(member)  OVR_JSON_MEMBER(struct ovr_result_stream, member)
#define SIZE(member)    OVR_JSON_MEMBER(struct ovr_result_size, member)
#define PERIOD(member)  OVR_JSON_MEMBER(struct ovr_seq_period, member)

/* What shares of an account are of: the context of its table. */
struct wholes {
	uint64_t sent, unique;
};

static json_t *
loss_ratio(const struct ovr_json_at *at)
{
	const struct ovr_seq_loss *loss = at->object;
	const struct wholes *wholes = at->context;

	return ovr_json_ratio(loss->frames, wholes->sent);
}

static uint64_t
longest_of(unsigned int cell)
{
	return UINT64_C(1) << cell;
}

static json_t *
length_cells(const struct ovr_json_at *at)
{
	const struct ovr_seq_loss *loss = at->object;

	return ovr_json_pairs(loss->length_cell, OVR_SEQ_LENGTH_CELLS, longest_of);
}

static const struct ovr_json_row loss_rows[] = {
	{ "frames", OVR_JSON_COUNT, LOSS(frames), "sent − unique, head and tail included" },
	{ "ratio", OVR_JSON_RATIO, .value = loss_ratio },
	{ "head", OVR_JSON_COUNT, LOSS(head), "of these: before the first arrival" },
	{ "tail", OVR_JSON_COUNT, LOSS(tail), "of these: after the last arrival" },
	{ "periods", OVR_JSON_COUNT, LOSS(periods), "maximal runs of losses (RFC 3357)" },
	{ "longest", OVR_JSON_COUNT, LOSS(longest), "frames in the longest one" },
	{ "min_distance", OVR_JSON_COUNT, LOSS(min_distance),
		"smallest difference of successive lost numbers; null with fewer than two losses",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "noticeable", OVR_JSON_COUNT, LOSS(noticeable),
		"losses at a distance of at most the plan's delta (RFC 3357)" },
	{ "noticeable_rate", OVR_JSON_SHARE, LOSS(noticeable),
		.whole = offsetof(struct ovr_seq_loss, frames) },
	{ "lengths", OVR_JSON_PAIRS,
		.about = "[2^k, periods of 2^(k-1)+1 … 2^k frames], the empty cells left out",
		.value = length_cells },
};

static const struct ovr_json_table loss_table = OVR_JSON_TABLE(
	"loss", struct ovr_seq_loss, loss_rows, "Losses in the terms of RFC 3357");

static json_t *
reorder_ratio(const struct ovr_json_at *at)
{
	const struct ovr_seq_reorder *reorder = at->object;
	const struct wholes *wholes = at->context;

	return ovr_json_ratio(reorder->frames, wholes->unique);
}

static uint64_t
cell_itself(unsigned int cell)
{
	return cell;
}

static json_t *
exactly_n(const struct ovr_json_at *at)
{
	const struct ovr_seq_reorder *reorder = at->object;

	return ovr_json_pairs(reorder->exactly_n, OVR_SEQ_N_REORDER_MAX + 1, cell_itself);
}

static const struct ovr_json_row reorder_rows[] = {
	{ "frames", OVR_JSON_COUNT, REORDER(frames), "reordered unique arrivals (RFC 4737)" },
	{ "ratio", OVR_JSON_RATIO, .value = reorder_ratio },
	{ "extent_max", OVR_JSON_COUNT, REORDER(extent_max), "arrivals back to the earliest larger one" },
	{ "extent_sum", OVR_JSON_COUNT, REORDER(extent_sum) },
	{ "late_time_max_ns", OVR_JSON_COUNT, REORDER(late_time_max_ns) },
	{ "late_time_sum_ns", OVR_JSON_COUNT, REORDER(late_time_sum_ns) },
	{ "beyond_memory", OVR_JSON_COUNT, REORDER(beyond_memory), "arrivals whose extent is unknown" },
	{ "exactly_n", OVR_JSON_PAIRS,
		.about = "[n, arrivals with exactly n larger ones just before them]; 64 stands for 64 and "
			 "more",
		.value = exactly_n },
	{ "runs", OVR_JSON_COUNT, REORDER(runs), "free runs that a reordered arrival ended" },
	{ "run_sum", OVR_JSON_COUNT, REORDER(run_sum) },
	{ "run_square", OVR_JSON_COUNT, REORDER(run_square) },
};

static const struct ovr_json_table reorder_table = OVR_JSON_TABLE("reorder", struct ovr_seq_reorder,
	reorder_rows, "Reordering in the terms of RFC 4737, of first copies only");

static const struct ovr_json_row account_rows[] = {
	{ "arrivals", OVR_JSON_COUNT, ACCOUNT(arrivals), "unique + duplicate + late" },
	{ "unique", OVR_JSON_COUNT, ACCOUNT(unique) },
	{ "duplicate", OVR_JSON_COUNT, ACCOUNT(duplicate), "further copies" },
	{ "duplicate_fraction", OVR_JSON_SHARE, ACCOUNT(duplicate), "duplicate / unique (RFC 5560)",
		.whole = offsetof(struct ovr_seq_account, unique) },
	{ "replicated", OVR_JSON_COUNT, ACCOUNT(replicated),
		"numbers of which there was more than one copy" },
	{ "replicated_rate", OVR_JSON_SHARE, ACCOUNT(replicated), "replicated / unique (RFC 5560)",
		.whole = offsetof(struct ovr_seq_account, unique) },
	{ "late", OVR_JSON_COUNT, ACCOUNT(late) },
	{ "loss", OVR_JSON_OBJECT, ACCOUNT(loss), .table = &loss_table },
	{ "reorder", OVR_JSON_OBJECT, ACCOUNT(reorder), .table = &reorder_table },
};

const struct ovr_json_table ovr_json_account_table = OVR_JSON_TABLE(
	"sequence_account", struct ovr_seq_account, account_rows, NULL);

json_t *
ovr_json_account(const struct ovr_seq_account *account, uint64_t sent)
{
	const struct wholes wholes = { sent, account->unique };

	return ovr_json_object(&ovr_json_account_table, account, &wholes);
}

static json_t *
total_account(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->object;

	return ovr_json_account(&result->total, result->ledger.figures.sent);
}

static const struct ovr_json_row total_rows[] = {
	{ "sent", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct ovr_result, ledger.figures.sent) },
	{ NULL, OVR_JSON_OBJECT, OVR_JSON_MEMBER(struct ovr_result, total), .value = total_account,
		.table = &ovr_json_account_table },
};

const struct ovr_json_table ovr_json_total_table = OVR_JSON_TABLE(
	"total", struct ovr_result, total_rows, "All streams together");

static json_t *
stream_account(const struct ovr_json_at *at)
{
	const struct ovr_result_stream *stream = at->object;

	return ovr_json_account(&stream->account, stream->sent);
}

static const struct ovr_json_row stream_rows[] = {
	{ "stream", OVR_JSON_COUNT, STREAM(stream) },
	{ "queue", OVR_JSON_COUNT, STREAM(queue), "receive queue; null: none, or several",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "queues_seen", OVR_JSON_COUNT, STREAM(n_queues), "receive queues it was seen on" },
	{ "corrupt", OVR_JSON_COUNT, STREAM(corrupt),
		"arrived damaged: by its flow or its tag of this stream" },
	{ "first_seq", OVR_JSON_COUNT, STREAM(account.first_seq), "smallest number that arrived",
		OVR_JSON_BY(struct ovr_result_stream, account.arrivals) },
	{ "end_seq", OVR_JSON_COUNT, STREAM(account.end_seq), "one above the highest number that arrived" },
	{ "sent", OVR_JSON_COUNT, STREAM(sent) },
	{ NULL, OVR_JSON_OBJECT, STREAM(account), .value = stream_account, .table = &ovr_json_account_table },
};

const struct ovr_json_table ovr_json_stream_table = OVR_JSON_TABLE(
	"stream", struct ovr_result_stream, stream_rows, "One sequence space");

static const struct ovr_json_row size_rows[] = {
	{ "size", OVR_JSON_COUNT, SIZE(size), "with FCS" },
	{ "sent", OVR_JSON_COUNT, SIZE(sent) },
	{ "lost", OVR_JSON_COUNT, SIZE(lost) },
};

const struct ovr_json_table ovr_json_size_table = OVR_JSON_TABLE(
	"size", struct ovr_result_size, size_rows, NULL);

/* The stall that a period of the result fell into. */
static json_t *
period_stall(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->context;
	const struct ovr_seq_period *period = at->object;
	uint32_t stall = result->period_stall == NULL ? UINT32_MAX
						      : result->period_stall[period - result->period];

	return stall != UINT32_MAX && result->rx_stall[stall].explained != 0 ? ovr_json_count(stall)
									     : json_null();
}

static const struct ovr_json_row period_rows[] = {
	{ "stream", OVR_JSON_COUNT, PERIOD(stream) },
	{ "worker", OVR_JSON_COUNT, PERIOD(worker) },
	{ "first_seq", OVR_JSON_COUNT, PERIOD(first_seq) },
	{ "frames", OVR_JSON_COUNT, PERIOD(n_frames), .min = 1 },
	{ "before_tx_ns", OVR_JSON_COUNT, PERIOD(before_tx_ns),
		"transmit time of the last arrival before the hole" },
	{ "after_tx_ns", OVR_JSON_COUNT, PERIOD(after_tx_ns),
		"and of the first one after it; null at the tail", .null = OVR_JSON_NULL_IF_NONE },
	{ "after_rx_ns", OVR_JSON_COUNT, PERIOD(after_rx_ns), .null = OVR_JSON_NULL_IF_NONE },
	{ "stall", OVR_JSON_COUNT, .about = "index into stalls.rx; null: it fell into none",
		.null = OVR_JSON_NULL_IF_SO, .value = period_stall },
};

const struct ovr_json_table ovr_json_loss_period_table = OVR_JSON_TABLE(
	"loss_period", struct ovr_seq_period, period_rows, NULL);
