/* SPDX-License-Identifier: BSD-3-Clause */
/* Queues, workers, stalls, distributions and the time series as JSON. */
#include "report/json_parts.h"
#include "report/json_put.h"

static const char *
direction(bool is_tx)
{
	return is_tx ? "tx" : "rx";
}

json_t *
ovr_json_queues(const struct ovr_result *result)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < result->n_queues; i++) {
		const struct ovr_result_queue *queue = &result->queue[i];
		json_t *object = json_object();

		rc |= ovr_json_put_text(object, "direction", direction(queue->is_tx));
		rc |= ovr_json_put_count(object, "queue", queue->queue);
		rc |= ovr_json_put_count(object, "worker", queue->worker);
		rc |= ovr_json_put_count(object, "cpu", queue->cpu);
		rc |= ovr_json_put_count(object, "frames", queue->frames);
		rc |= ovr_json_put_count(object, "bytes", queue->bytes);
		rc |= ovr_json_put_known(object, "refused", queue->is_tx, queue->refused);
		rc |= ovr_json_put_known(
			object, "missed", !queue->is_tx && queue->missed_known, queue->missed);
		rc |= ovr_json_put_count(object, "polls", queue->polls);
		rc |= ovr_json_put_count(object, "empty_polls", queue->empty_polls);
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

/* What Linux counted on a core; null if it was not asked. */
static json_t *
kernel_of(const struct ovr_result_worker *worker)
{
	json_t *object;
	int rc = 0;

	if (!worker->kernel_known)
		return json_null();
	object = json_object();
	rc |= ovr_json_put_count(object, "involuntary_switches", worker->involuntary_switches);
	rc |= ovr_json_put_count(object, "run_queue_ns", worker->run_queue_ns);
	rc |= ovr_json_put_count(object, "steal_ns", worker->steal_ns);
	rc |= ovr_json_put_count(object, "interrupts", worker->interrupts);
	rc |= ovr_json_put_text(object, "busiest_interrupt", worker->busiest_interrupt);
	rc |= ovr_json_put_count(object, "busiest_interrupts", worker->busiest_interrupts);
	return ovr_json_finish(object, rc);
}

/* What a receiver's stalls explain of its loss periods; null for a sender. */
static json_t *
match_of(const struct ovr_result_worker *worker)
{
	const struct ovr_stall_match *match = &worker->match;
	json_t *object;
	int rc = 0;

	if (worker->is_tx)
		return json_null();
	object = json_object();
	rc |= ovr_json_put_count(object, "periods", match->periods);
	rc |= ovr_json_put_count(object, "matched_periods", match->matched_periods);
	rc |= ovr_json_put_count(object, "matched_frames", match->matched_frames);
	rc |= ovr_json_put_count(object, "stalls", match->stalls);
	rc |= ovr_json_put_known(object, "shortest_ns", match->stalls != 0, match->shortest_ns);
	rc |= ovr_json_put_known(object, "longest_ns", match->stalls != 0, match->longest_ns);
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_workers(const struct ovr_result *result)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < result->n_workers; i++) {
		const struct ovr_result_worker *worker = &result->worker[i];
		json_t *object = json_object();

		rc |= ovr_json_put_text(
			object, "direction", worker->is_wire ? "wire" : direction(worker->is_tx));
		rc |= ovr_json_put_count(object, "worker", worker->worker);
		rc |= ovr_json_put_count(object, "cpu", worker->cpu);
		rc |= ovr_json_put_known(
			object, "numa_node", worker->numa_node >= 0, (uint64_t)worker->numa_node);
		rc |= ovr_json_put_count(object, "loops", worker->loops);
		rc |= ovr_json_put_count(object, "stalls", worker->n_stalls);
		rc |= ovr_json_put_count(object, "stalls_kept", worker->n_stalls_kept);
		rc |= ovr_json_put_count(object, "stalled_ns", worker->stalled_ns);
		rc |= ovr_json_put_count(object, "longest_stall_ns", worker->longest_ns);
		rc |= json_object_set_new(object, "gap_ns", ovr_json_hist(worker->gap_ns));
		rc |= json_object_set_new(object, "kernel", kernel_of(worker));
		rc |= json_object_set_new(object, "loss_match", match_of(worker));
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

static json_t *
stall_list(const struct ovr_stall *stall, uint64_t n_stalls, bool is_tx)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint64_t i = 0; i < n_stalls; i++) {
		json_t *object = json_object();

		rc |= ovr_json_put_count(object, "worker", stall[i].worker);
		rc |= ovr_json_put_count(object, "cpu", stall[i].cpu);
		rc |= ovr_json_put_count(object, "start_ns", stall[i].start_ns);
		rc |= ovr_json_put_count(object, "length_ns", stall[i].length_ns);
		rc |= ovr_json_put_count(object, "run_queue_ns", stall[i].run_queue_ns);
		rc |= ovr_json_put_count(object, "switches", stall[i].switches);
		rc |= ovr_json_put_text(object, "cause", ovr_stall_cause_name(stall[i].cause));
		rc |= ovr_json_put_count(object, "frames", stall[i].frames);
		rc |= ovr_json_put_known(object, "explained_frames", !is_tx, stall[i].explained);
		rc |= ovr_json_put_known(object, "backlog_ns", !is_tx, stall[i].backlog_ns);
		rc |= ovr_json_put_known(object, "drained_ns", !is_tx && stall[i].drained_ns != UINT64_MAX,
			stall[i].drained_ns);
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

json_t *
ovr_json_stalls(const struct ovr_result *result)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= json_object_set_new(object, "rx", stall_list(result->rx_stall, result->n_rx_stalls, false));
	rc |= json_object_set_new(object, "tx", stall_list(result->tx_stall, result->n_tx_stalls, true));
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_hist(const struct ovr_hist *hist)
{
	static const struct {
		const char *key;
		double percent;
	} points[] = { { "p50", 50 }, { "p90", 90 }, { "p99", 99 }, { "p99_9", 99.9 }, { "p99_99", 99.99 } };
	json_t *object, *buckets;
	bool any;
	int rc = 0;

	if (hist == NULL)
		return json_null();
	any = hist->count != 0;
	object = json_object();
	buckets = json_array();
	rc |= ovr_json_put_count(object, "count", hist->count);
	rc |= ovr_json_put_known(object, "min", any, hist->min);
	rc |= json_object_set_new(object, "mean", any ? json_real(ovr_hist_mean(hist)) : json_null());
	rc |= ovr_json_put_known(object, "max", any, hist->max);
	for (unsigned int i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		rc |= ovr_json_put_known(
			object, points[i].key, any, ovr_hist_percentile(hist, points[i].percent));
	for (unsigned int i = 0; i < OVR_HIST_BUCKETS; i++)
		if (hist->bucket[i] != 0)
			rc |= json_array_append_new(buckets,
				json_pack("[oo]", ovr_json_count(ovr_hist_bucket_low(i)),
					ovr_json_count(hist->bucket[i])));
	rc |= json_object_set_new(object, "buckets", buckets);
	return ovr_json_finish(object, rc);
}

static json_t *
sample_queues(const struct ovr_result_sample *sample)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t q = 0; q < sample->n_rxq; q++) {
		json_t *object = json_object();

		rc |= ovr_json_put_count(object, "received", sample->rxq_received[q]);
		rc |= ovr_json_put_count(object, "missed", sample->rxq_missed[q]);
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

json_t *
ovr_json_sample(const struct ovr_result_sample *sample)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_count(object, "start_ns", sample->start_ns);
	rc |= ovr_json_put_count(object, "end_ns", sample->end_ns);
	rc |= ovr_json_put_count(object, "attempted", sample->attempted);
	rc |= ovr_json_put_count(object, "refused", sample->refused);
	rc |= ovr_json_put_count(object, "sent", sample->sent);
	rc |= ovr_json_put_count(object, "shortfall", sample->shortfall);
	rc |= ovr_json_put_count(object, "received", sample->received);
	rc |= ovr_json_put_count(object, "unique", sample->unique);
	rc |= ovr_json_put_count(object, "missed", sample->missed);
	rc |= ovr_json_put_count(object, "sent_bytes", sample->sent_bytes);
	rc |= ovr_json_put_count(object, "received_bytes", sample->received_bytes);
	rc |= json_object_set_new(object, "link_lost", json_boolean(sample->link_lost));
	rc |= json_object_set_new(object, "rx_queues", sample_queues(sample));
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_series(const struct ovr_result *result)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < result->n_samples; i++)
		rc |= json_array_append_new(list, ovr_json_sample(&result->sample[i]));
	return ovr_json_finish(list, rc);
}
