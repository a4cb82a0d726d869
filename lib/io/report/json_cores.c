/* SPDX-License-Identifier: BSD-3-Clause */
/* Queues, workers, stalls, distributions and the time series as JSON. */
#include <math.h>

#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"

#define QUEUE(member)  OVR_JSON_MEMBER(struct ovr_result_queue, member)
#define WORKER(member) OVR_JSON_MEMBER(struct ovr_result_worker, member)
#define MATCH(member)  OVR_JSON_MEMBER(struct ovr_stall_match, member)
#define STALL(member)  OVR_JSON_MEMBER(struct ovr_stall, member)
#define HIST(member)   OVR_JSON_MEMBER(struct histogram, member)
#define SAMPLE(member) OVR_JSON_MEMBER(struct ovr_result_sample, member)

static bool
is_missed_known(const struct ovr_json_at *at)
{
	const struct ovr_result_queue *queue = at->object;

	return !queue->is_tx && queue->missed_known;
}

static const struct ovr_json_row queue_rows[] = {
	{ "direction", OVR_JSON_NAME, QUEUE(is_tx), .names = &ovr_json_sides },
	{ "queue", OVR_JSON_COUNT, QUEUE(queue) },
	{ "worker", OVR_JSON_COUNT, QUEUE(worker) },
	{ "cpu", OVR_JSON_COUNT, QUEUE(cpu) },
	{ "frames", OVR_JSON_COUNT, QUEUE(frames), "received, or accepted for sending" },
	{ "bytes", OVR_JSON_COUNT, QUEUE(bytes), "with FCS" },
	{ "refused", OVR_JSON_COUNT, QUEUE(refused), "null for a receive queue",
		OVR_JSON_BY(struct ovr_result_queue, is_tx) },
	{ "missed", OVR_JSON_COUNT, QUEUE(missed),
		"what the port's counter of this queue says; null: unknown, or a transmit queue",
		.is_known = is_missed_known, OVR_JSON_BY(struct ovr_result_queue, missed_known) },
	{ "polls", OVR_JSON_COUNT, QUEUE(polls),
		"polls of its receive worker; bursts of its transmit worker" },
	{ "empty_polls", OVR_JSON_COUNT, QUEUE(empty_polls), "of these: polls that found no frame" },
	{ "host", OVR_JSON_COUNT, QUEUE(host), "number among hosts, from 1; null: of one host",
		.null = OVR_JSON_NULL_IF_ZERO, .is_added = true },
};

const struct ovr_json_table ovr_json_queue_table = OVR_JSON_TABLE(
	"queue", struct ovr_result_queue, queue_rows, NULL);

static const struct ovr_json_row kernel_rows[] = {
	{ "involuntary_switches", OVR_JSON_COUNT, WORKER(involuntary_switches),
		"times that Linux gave the core to another thread" },
	{ "run_queue_ns", OVR_JSON_COUNT, WORKER(run_queue_ns),
		"time in which the thread was ready to run and did not run" },
	{ "steal_ns", OVR_JSON_COUNT, WORKER(steal_ns), "time that the hypervisor took from this core" },
	{ "interrupts", OVR_JSON_COUNT, WORKER(interrupts), "interrupts that this core served" },
	{ "busiest_interrupt", OVR_JSON_TEXT, WORKER(busiest_interrupt),
		"the most frequent one, as /proc/interrupts names it" },
	{ "busiest_interrupts", OVR_JSON_COUNT, WORKER(busiest_interrupts), "of these: how often that one" },
};

static const struct ovr_json_table kernel_table = OVR_JSON_TABLE(
	"kernel", struct ovr_result_worker, kernel_rows, "What Linux counted on this core");

static const struct ovr_json_row match_rows[] = {
	{ "periods", OVR_JSON_COUNT, MATCH(periods), "loss periods looked at" },
	{ "matched_periods", OVR_JSON_COUNT, MATCH(matched_periods),
		"of these: in stalls that explain them" },
	{ "matched_frames", OVR_JSON_COUNT, MATCH(matched_frames),
		"frames of these that the stalls explain" },
	{ "stalls", OVR_JSON_COUNT, MATCH(stalls), "stalls that have at least one loss period" },
	{ "shortest_ns", OVR_JSON_COUNT, MATCH(shortest_ns), "the shortest of these stalls",
		OVR_JSON_BY(struct ovr_stall_match, stalls) },
	{ "longest_ns", OVR_JSON_COUNT, MATCH(longest_ns), "the longest of these stalls",
		OVR_JSON_BY(struct ovr_stall_match, stalls) },
};

static const struct ovr_json_table match_table = OVR_JSON_TABLE(
	"loss_match", struct ovr_stall_match, match_rows, "Loss periods that fell into stalls");

static json_t *
worker_direction(const struct ovr_json_at *at)
{
	const struct ovr_result_worker *worker = at->object;

	return ovr_json_name(&ovr_json_directions, ovr_json_direction(worker->is_tx, worker->is_wire));
}

static const struct ovr_json_row worker_rows[] = {
	{ "direction", OVR_JSON_NAME, .value = worker_direction, .names = &ovr_json_directions },
	{ "worker", OVR_JSON_COUNT, WORKER(worker) },
	{ "cpu", OVR_JSON_COUNT, WORKER(cpu) },
	{ "numa_node", OVR_JSON_COUNT, WORKER(numa_node), "null: unknown",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "loops", OVR_JSON_COUNT, WORKER(loops), "turns of the polling loop" },
	{ "stalls", OVR_JSON_COUNT, WORKER(n_stalls),
		"gaps between two turns of at least --stall-min, injected ones too" },
	{ "stalls_kept", OVR_JSON_COUNT, WORKER(n_stalls_kept), "in the log" },
	{ "stalled_ns", OVR_JSON_COUNT, WORKER(stalled_ns), "sum of their lengths" },
	{ "longest_stall_ns", OVR_JSON_COUNT, WORKER(longest_ns), "length of the longest one" },
	{ "gap_ns", OVR_JSON_OBJECT, .about = "between two turns of the loop",
		.offset = offsetof(struct ovr_result_worker, gap_ns), .null = OVR_JSON_NULL_IF_SO,
		.value = ovr_json_hist, .table = &ovr_json_hist_table },
	{ "kernel", OVR_JSON_OBJECT, OVR_JSON_BY(struct ovr_result_worker, kernel_known),
		.table = &kernel_table },
	{ "host", OVR_JSON_COUNT, WORKER(host), "number among hosts, from 1; null: of one host",
		.null = OVR_JSON_NULL_IF_ZERO, .is_added = true },
	{ "loss_match", OVR_JSON_OBJECT, WORKER(match), OVR_JSON_UNLESS_BY(struct ovr_result_worker, is_tx),
		.table = &match_table },
};

const struct ovr_json_table ovr_json_worker_table = OVR_JSON_TABLE(
	"worker", struct ovr_result_worker, worker_rows, NULL);

/* The context of a stall is whether its core sends. */
static bool
is_of_receiver(const struct ovr_json_at *at)
{
	const bool *is_tx = at->context;

	return !*is_tx;
}

static json_t *
drained_at(const struct ovr_json_at *at)
{
	const struct ovr_stall *stall = at->object;

	return is_of_receiver(at) ? ovr_json_count(stall->drained_ns) : json_null();
}

static const struct ovr_json_row stall_rows[] = {
	{ "worker", OVR_JSON_COUNT, STALL(worker) },
	{ "cpu", OVR_JSON_COUNT, STALL(cpu) },
	{ "start_ns", OVR_JSON_COUNT, STALL(start_ns), "since the trial's epoch" },
	{ "length_ns", OVR_JSON_COUNT, STALL(length_ns) },
	{ "run_queue_ns", OVR_JSON_COUNT, STALL(run_queue_ns), "of it: runnable, but not running" },
	{ "switches", OVR_JSON_COUNT, STALL(switches), "times that the thread was switched out in it" },
	{ "cause", OVR_JSON_NAME, STALL(cause), .names = &ovr_json_causes },
	{ "frames", OVR_JSON_COUNT, STALL(frames), "tx: slots skipped; rx: frames lost while it lasted" },
	{ "explained_frames", OVR_JSON_COUNT, STALL(explained),
		"rx: of these, at most: what came while it lasted beyond the slots that were free when it "
		"began; tx: null",
		.is_known = is_of_receiver },
	{ "backlog_ns", OVR_JSON_COUNT, STALL(backlog_ns),
		"rx: when it began, this long no poll had found the rings of this core empty; tx: null",
		.is_known = is_of_receiver },
	{ "drained_ns", OVR_JSON_COUNT, STALL(drained_ns),
		"rx: when they were next found empty, since the trial's epoch; null: not before the next "
		"stall, or the end; tx: null",
		.null = OVR_JSON_NULL_IF_NONE, .value = drained_at },
};

static const struct ovr_json_table stall_table = OVR_JSON_TABLE("stall", struct ovr_stall, stall_rows, NULL);

static json_t *
rx_stalls(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->object;

	return ovr_json_list(&stall_table, result->rx_stall, result->n_rx_stalls, &(const bool){ false });
}

static json_t *
tx_stalls(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->object;

	return ovr_json_list(&stall_table, result->tx_stall, result->n_tx_stalls, &(const bool){ true });
}

static const struct ovr_json_row stalls_rows[] = {
	{ "rx", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result, rx_stall, n_rx_stalls), .value = rx_stalls,
		.table = &stall_table },
	{ "tx", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_result, tx_stall, n_tx_stalls), .value = tx_stalls,
		.table = &stall_table },
};

const struct ovr_json_table ovr_json_stalls_table = OVR_JSON_TABLE(
	"stalls", struct ovr_result, stalls_rows, "The stalls that were kept, by worker and time");

/* A distribution, as its percentiles are told. */
struct histogram {
	const struct ovr_hist *hist;
	uint64_t count, min, max, p50, p90, p99, p99_9, p99_99;
	double mean;
};

static json_t *
hist_buckets(const struct ovr_json_at *at)
{
	const struct histogram *histogram = at->object;

	return ovr_json_pairs(histogram->hist->bucket, OVR_HIST_BUCKETS, ovr_hist_bucket_low);
}

static const struct ovr_json_row hist_rows[] = {
	{ "count", OVR_JSON_COUNT, HIST(count), "values recorded" },
	{ "min", OVR_JSON_COUNT, HIST(min), "null in an empty histogram, like all that follow",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "mean", OVR_JSON_AMOUNT, HIST(mean), .null = OVR_JSON_NULL_IF_NONE },
	{ "max", OVR_JSON_COUNT, HIST(max), .null = OVR_JSON_NULL_IF_NONE },
	{ "p50", OVR_JSON_COUNT, HIST(p50), "median; percentiles are known to 1/32 of themselves",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "p90", OVR_JSON_COUNT, HIST(p90), .null = OVR_JSON_NULL_IF_NONE },
	{ "p99", OVR_JSON_COUNT, HIST(p99), .null = OVR_JSON_NULL_IF_NONE },
	{ "p99_9", OVR_JSON_COUNT, HIST(p99_9), .null = OVR_JSON_NULL_IF_NONE },
	{ "p99_99", OVR_JSON_COUNT, HIST(p99_99), .null = OVR_JSON_NULL_IF_NONE },
	{ "buckets", OVR_JSON_PAIRS,
		.about = "[smallest value of the bucket, values in it], the empty ones left out",
		.value = hist_buckets },
};

const struct ovr_json_table ovr_json_hist_table = OVR_JSON_TABLE(
	"histogram", struct histogram, hist_rows, "A distribution");

json_t *
ovr_json_hist(const struct ovr_json_at *at)
{
	const struct ovr_hist *hist = *(const struct ovr_hist *const *)at->member;
	struct histogram histogram = { .hist = hist };

	if (hist == NULL)
		return json_null();
	histogram.count = hist->count;
	if (hist->count == 0) {
		histogram.min = histogram.max = UINT64_MAX;
		histogram.p50 = histogram.p90 = histogram.p99 = UINT64_MAX;
		histogram.p99_9 = histogram.p99_99 = UINT64_MAX;
		histogram.mean = NAN;
	} else {
		histogram.min = hist->min;
		histogram.max = hist->max;
		histogram.mean = ovr_hist_mean(hist);
		histogram.p50 = ovr_hist_percentile(hist, 50);
		histogram.p90 = ovr_hist_percentile(hist, 90);
		histogram.p99 = ovr_hist_percentile(hist, 99);
		histogram.p99_9 = ovr_hist_percentile(hist, 99.9);
		histogram.p99_99 = ovr_hist_percentile(hist, 99.99);
	}
	return ovr_json_object(&ovr_json_hist_table, &histogram, NULL);
}

/* One queue of a sample. */
struct sample_queue {
	uint64_t received, missed;
};

static const struct ovr_json_row sample_queue_rows[] = {
	{ "received", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct sample_queue, received) },
	{ "missed", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct sample_queue, missed) },
};

static const struct ovr_json_table sample_queue_table = OVR_JSON_TABLE(
	"sample_queue", struct sample_queue, sample_queue_rows, NULL);

static json_t *
sample_queues(const struct ovr_json_at *at)
{
	const struct ovr_result_sample *sample = at->object;
	struct sample_queue queue[OVR_PLAN_QUEUES_MAX];

	for (uint32_t q = 0; q < sample->n_rxq; q++)
		queue[q] = (struct sample_queue){ sample->rxq_received[q], sample->rxq_missed[q] };
	return ovr_json_list(&sample_queue_table, queue, sample->n_rxq, NULL);
}

static const struct ovr_json_row sample_rows[] = {
	{ "start_ns", OVR_JSON_COUNT, SAMPLE(start_ns), "since the start of sending" },
	{ "end_ns", OVR_JSON_COUNT, SAMPLE(end_ns) },
	{ "attempted", OVR_JSON_COUNT, SAMPLE(attempted) },
	{ "refused", OVR_JSON_COUNT, SAMPLE(refused) },
	{ "sent", OVR_JSON_COUNT, SAMPLE(sent) },
	{ "shortfall", OVR_JSON_COUNT, SAMPLE(shortfall) },
	{ "received", OVR_JSON_COUNT, SAMPLE(received) },
	{ "unique", OVR_JSON_COUNT, SAMPLE(unique) },
	{ "missed", OVR_JSON_COUNT, SAMPLE(missed), "by the counters of the receive port" },
	{ "sent_bytes", OVR_JSON_COUNT, SAMPLE(sent_bytes), "with FCS" },
	{ "received_bytes", OVR_JSON_COUNT, SAMPLE(received_bytes), "with FCS" },
	{ "link_lost", OVR_JSON_BOOL, SAMPLE(link_lost), "a port's link was down, or went and came back" },
	{ "rx_queues", OVR_JSON_LIST, .value = sample_queues, .table = &sample_queue_table },
};

const struct ovr_json_table ovr_json_sample_table = OVR_JSON_TABLE("sample", struct ovr_result_sample,
	sample_rows, "What was counted in one interval, read while it ran");
