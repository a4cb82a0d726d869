/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/so_far.h"

#include <stdlib.h>
#include <string.h>

#include "result/samples.h"

/* Less than the period of heartbeats: each of the first end's is shown. */
#define SHOW_NS UINT64_C(900000000)

static void
add_sender(const struct ovr_half_sender *sender, struct ovr_result_sample *total)
{
	total->attempted += sender->attempted;
	total->refused += sender->refused;
	total->sent += sender->sent;
	total->shortfall += sender->shortfall;
	total->sent_bytes += sender->sent_bytes;
}

static void
add_receiver(const struct ovr_half_receiver *receiver, struct ovr_result_sample *total)
{
	for (uint32_t i = 0; i < receiver->end.n_queues; i++) {
		const struct ovr_result_queue *queue = &receiver->end.queue[i];

		if (queue->is_tx || queue->queue >= OVR_PLAN_QUEUES_MAX)
			continue;
		total->rxq_received[queue->queue] = queue->frames;
		total->received += queue->frames;
		total->received_bytes += queue->bytes;
		if (queue->queue >= total->n_rxq)
			total->n_rxq = queue->queue + 1u;
		if (queue->missed_known) {
			total->rxq_missed[queue->queue] = queue->missed;
			total->missed += queue->missed;
		}
	}
	total->unique += receiver->total.unique;
}

static void
add_end(const struct ovr_result_sample *end, struct ovr_result_sample *total)
{
	total->attempted += end->attempted;
	total->refused += end->refused;
	total->sent += end->sent;
	total->shortfall += end->shortfall;
	total->sent_bytes += end->sent_bytes;
	total->received += end->received;
	total->received_bytes += end->received_bytes;
	total->unique += end->unique;
	total->missed += end->missed;
	/* queues of one number, of several receivers, are one to a view */
	if (end->n_rxq > total->n_rxq)
		total->n_rxq = end->n_rxq;
	for (uint32_t q = 0; q < end->n_rxq; q++) {
		total->rxq_received[q] += end->rxq_received[q];
		total->rxq_missed[q] += end->rxq_missed[q];
	}
}

static void
add_classes(const struct ovr_live_classes *classes, struct ovr_live_classes *total)
{
	total->unique += classes->unique;
	total->duplicate += classes->duplicate;
	total->reordered += classes->reordered;
	total->late += classes->late;
	total->corrupt += classes->corrupt;
	total->stale += classes->stale;
	total->foreign += classes->foreign;
}

/* A queue of all senders together: a view has one sender. */
static void
show_reading(const struct ovr_caller_so_far *so_far, const struct ovr_result_sample *total,
	const struct ovr_live_classes *classes, uint64_t elapsed_ns)
{
	struct ovr_live_reading *reading = calloc(1, sizeof(*reading));

	if (reading == NULL)
		return;
	reading->at_ns = elapsed_ns;
	reading->total_ns = so_far->total_ns;
	reading->counts.is_told = true;
	reading->counts.n_txq = 1;
	reading->counts.tx[0] = (struct ovr_live_tx_queue){ .attempted = total->attempted,
		.refused = total->refused,
		.sent = total->sent,
		.sent_bytes = total->sent_bytes,
		.shortfall = total->shortfall };
	reading->counts.n_rxq = total->n_rxq;
	for (uint32_t q = 0; q < total->n_rxq; q++)
		reading->counts.rx[q] = (struct ovr_live_rx_queue){ .received = total->rxq_received[q],
			.missed = total->rxq_missed[q],
			.missed_known = total->rxq_missed[q] != 0 };
	if (total->n_rxq != 0)
		reading->counts.rx[0].received_bytes = total->received_bytes;
	reading->counts.classes = *classes;
	so_far->hooks->live(so_far->hooks->context, reading);
	free(reading);
}

void
ovr_caller_so_far_take(struct ovr_caller_so_far *so_far, uint32_t index, const struct ovr_half_document *told,
	uint64_t elapsed_ns)
{
	struct ovr_result_sample total = { .n_rxq = 0 }, sample;
	struct ovr_live_classes classes = { .unique = 0 };

	memset(&so_far->end[index], 0, sizeof(so_far->end[index]));
	if (told->has_sender)
		add_sender(&told->halves.sender, &so_far->end[index]);
	if (told->has_receiver) {
		const struct ovr_half_receiver *receiver = &told->halves.receiver;

		add_receiver(receiver, &so_far->end[index]);
		so_far->classes[index] = (struct ovr_live_classes){ .unique = receiver->total.unique,
			.duplicate = receiver->total.duplicate,
			.reordered = receiver->total.reorder.frames,
			.late = receiver->total.late,
			.corrupt = receiver->corrupt,
			.stale = receiver->stale,
			.foreign = receiver->foreign };
	}
	if (elapsed_ns - so_far->last_ns < SHOW_NS)
		return;
	for (size_t i = 0; i < OVR_CONDUCT_ENDS_MAX; i++) {
		add_end(&so_far->end[i], &total);
		add_classes(&so_far->classes[i], &classes);
	}
	sample = ovr_samples_between(&so_far->last, &total);
	sample.start_ns = so_far->last_ns;
	sample.end_ns = elapsed_ns;
	so_far->last = total;
	so_far->last_ns = elapsed_ns;
	if (so_far->hooks->live != NULL)
		show_reading(so_far, &total, &classes, elapsed_ns);
	if (so_far->hooks->sample != NULL)
		so_far->hooks->sample(so_far->hooks->context, &sample, elapsed_ns, so_far->total_ns);
}

void
ovr_caller_so_far_end(struct ovr_caller_so_far *so_far, const struct ovr_result *result)
{
	const struct ovr_ledger_figures *figures = &result->ledger.figures;
	const struct ovr_live_classes classes = { .unique = figures->unique,
		.duplicate = figures->duplicate,
		.reordered = figures->reordered,
		.late = figures->late,
		.corrupt = figures->corrupt,
		.stale = figures->stale,
		.foreign = figures->foreign };
	struct ovr_result_sample total = { .attempted = figures->attempted,
		.refused = figures->refused,
		.sent = figures->sent,
		.shortfall = result->shortfall };

	if (so_far->hooks->live == NULL || figures->sender_unknown || figures->receiver_unknown)
		return;
	for (uint32_t i = 0; i < result->n_queues; i++) {
		const struct ovr_result_queue *queue = &result->queue[i];

		if (queue->is_tx) {
			total.sent_bytes += queue->bytes;
			continue;
		}
		if (queue->queue >= OVR_PLAN_QUEUES_MAX)
			continue;
		total.rxq_received[queue->queue] += queue->frames;
		total.rxq_missed[queue->queue] += queue->missed_known ? queue->missed : 0;
		total.received_bytes += queue->bytes;
		if (queue->queue >= total.n_rxq)
			total.n_rxq = queue->queue + 1u;
	}
	show_reading(so_far, &total, &classes,
		result->duration_ns > so_far->last_ns ? result->duration_ns : so_far->last_ns);
}
