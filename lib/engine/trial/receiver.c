/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/receiver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trial/streams.h"

/*
 * Of the frames that had waited in no receive ring, so many came within the usual time. The others
 * met a stall of the sender.
 */
#define USUAL_PERCENT 95

static int
no_memory(const char *what, struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "no memory for %s", what);
}

static void
add_queue(const struct ovr_workers *workers, const struct ovr_port_counters *counters, uint16_t q,
	struct ovr_half_receiver *receiver)
{
	const struct ovr_rx_queue *queue = workers->rx_queue[q];

	receiver->end.queue[receiver->end.n_queues++] = (struct ovr_result_queue){
		.queue = q,
		.worker = (uint16_t)(q % workers->n_rx),
		.cpu = workers->cpu_map->rx_cpu[q % workers->n_rx],
		.frames = ovr_stat_read(&queue->frames),
		.bytes = ovr_stat_read(&queue->bytes),
		.missed = counters->rx_missed[q],
		.missed_known = counters->rx_missed_known,
		.polls = ovr_stat_read(&queue->polls),
		.empty_polls = ovr_stat_read(&queue->empty_polls),
	};
}

static void
add_worker(const struct ovr_rx_counters *counters, struct ovr_half_receiver *receiver)
{
	receiver->ours += ovr_stat_read(&counters->unique) + ovr_stat_read(&counters->duplicate) +
		ovr_stat_read(&counters->late);
	receiver->corrupt += ovr_stat_read(&counters->corrupt);
	receiver->stale += ovr_stat_read(&counters->stale);
	receiver->foreign += ovr_stat_read(&counters->foreign);
	receiver->merged += ovr_stat_read(&counters->merged);
}

/* Counters that every worker has added to, be it at rest or not. */
static int
take_counters(const struct ovr_workers *workers, const struct ovr_port_counters *counters,
	struct ovr_half_receiver *receiver, struct ovr_err *err)
{
	const struct ovr_port *port = &workers->pair->rx;

	receiver->end.ring = port->rxd;
	receiver->end.ring_is_given = port->rxd_is_given;
	receiver->end.queue = calloc(workers->n_rx_queues, sizeof(*receiver->end.queue));
	if (receiver->end.queue == NULL)
		return no_memory("the queues' figures", err);
	for (uint16_t q = 0; q < workers->n_rx_queues; q++)
		add_queue(workers, counters, q, receiver);
	for (uint16_t w = 0; w < workers->n_rx; w++)
		add_worker(&workers->rx[w]->counters, receiver);
	return 0;
}

/* Arrivals of all streams, whose trackers are not finished. */
static void
take_total(const struct ovr_workers *workers, struct ovr_seq_account *total)
{
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_rx_counters *counted = &workers->rx[w]->counters;

		total->unique += ovr_stat_read(&counted->unique);
		total->duplicate += ovr_stat_read(&counted->duplicate);
		total->late += ovr_stat_read(&counted->late);
		total->reorder.frames += ovr_stat_read(&counted->reordered);
	}
	total->arrivals = total->unique + total->duplicate + total->late;
}

int
ovr_receiver_so_far(const struct ovr_workers *workers, const struct ovr_port_counters *counters,
	struct ovr_half_receiver *ret_receiver, struct ovr_err *err)
{
	take_total(workers, &ret_receiver->total);
	return take_counters(workers, counters, ret_receiver, err);
}

/* How long frames take to a receive ring, by those that found it empty. */
static int
take_transit(const struct ovr_workers *workers, struct ovr_half_receiver *receiver, struct ovr_err *err)
{
	struct ovr_hist *transit_ns = calloc(1, sizeof(*transit_ns));

	if (transit_ns == NULL)
		return no_memory("the histogram of transit times", err);
	for (uint16_t w = 0; w < workers->n_rx; w++)
		ovr_hist_merge(transit_ns, &workers->rx[w]->transit_ns);
	receiver->transit = (struct ovr_stall_transit){
		.least_ns = ovr_hist_percentile(transit_ns, 0),
		.usual_ns = ovr_hist_percentile(transit_ns, USUAL_PERCENT),
	};
	free(transit_ns);
	return 0;
}

static int
take_times(const struct ovr_workers *workers, struct ovr_half_receiver *receiver, struct ovr_err *err)
{
	receiver->latency_ns = calloc(1, sizeof(*receiver->latency_ns));
	receiver->interarrival_ns = calloc(1, sizeof(*receiver->interarrival_ns));
	if (receiver->latency_ns == NULL || receiver->interarrival_ns == NULL)
		return no_memory("the histograms of latency", err);
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_rx_worker *worker = workers->rx[w];

		ovr_hist_merge(receiver->latency_ns, &worker->latency_ns);
		ovr_hist_merge(receiver->interarrival_ns, &worker->interarrival_ns);
		receiver->before_their_time += ovr_stat_read(&worker->counters.before_their_time);
		for (uint16_t i = 0; i < workers->mix.n_sizes; i++)
			receiver->unique_of_size[i] += worker->unique_of_size[i];
	}
	return 0;
}

int
ovr_receiver_take(struct ovr_workers *workers, struct ovr_phase *phase, const uint64_t *sent_of,
	const struct ovr_cpu_map_host *host, const struct ovr_cores_deltas *cores,
	struct ovr_half_receiver *ret_receiver, struct ovr_err *err)
{
	int status;

	ret_receiver->drain_was_cut = phase->drain_was_cut;
	ret_receiver->xstat = phase->xstat;
	ret_receiver->n_xstats = phase->n_xstats;
	phase->xstat = NULL;
	if ((status = take_counters(workers, &phase->counters, ret_receiver, err)) != 0 ||
		(status = take_times(workers, ret_receiver, err)) != 0 ||
		(status = take_transit(workers, ret_receiver, err)) != 0)
		return status;
	if (sent_of == NULL)
		take_total(workers, &ret_receiver->total);
	else
		status = ovr_streams_finish(workers, sent_of, ret_receiver, err);
	if (status != 0)
		return status;
	ovr_losses_give(&phase->monitor.losses, workers, phase->sent_until_ns, ret_receiver);
	return ovr_cores_of_receiver(workers, host, cores, &ret_receiver->end, err);
}
