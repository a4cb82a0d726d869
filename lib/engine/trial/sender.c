/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/sender.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
no_memory(const char *what, struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "no memory for %s", what);
}

static void
add_queue(const struct ovr_workers *workers, uint16_t q, struct ovr_half_sender *sender)
{
	const struct ovr_tx_queue *queue = workers->tx_queue[q];
	struct ovr_result_queue *out = &sender->end.queue[sender->end.n_queues++];

	*out = (struct ovr_result_queue){
		.is_tx = true,
		.queue = q,
		.worker = (uint16_t)(q % workers->n_tx),
		.cpu = workers->cpu_map->tx_cpu[q % workers->n_tx],
		.frames = ovr_stat_read(&queue->sent),
		.bytes = ovr_stat_read(&queue->sent_bytes),
		.refused = ovr_stat_read(&queue->refused),
		.polls = ovr_stat_read(&queue->bursts),
	};
	sender->sent += out->frames;
	sender->sent_bytes += out->bytes;
	sender->refused += out->refused;
	sender->attempted += ovr_stat_read(&queue->attempted);
	sender->shortfall += ovr_stat_read(&queue->shortfall);
	sender->shortfall_in_stalls += ovr_stat_read(&queue->shortfall_in_stalls);
	sender->shortfall_pool += ovr_stat_read(&queue->shortfall_pool);
	sender->full_waits += ovr_stat_read(&queue->full_waits);
}

int
ovr_sender_so_far(const struct ovr_workers *workers, uint64_t sent_until_ns,
	struct ovr_half_sender *ret_sender, struct ovr_err *err)
{
	const struct ovr_port *port = &workers->pair->tx;

	ret_sender->end.ring = port->txd;
	ret_sender->end.ring_is_given = port->txd_is_given;
	ret_sender->is_socket = workers->pair->tx_udp != NULL;
	ret_sender->line_bps = port->line_bps;
	ret_sender->sent_until_ns = sent_until_ns;
	ret_sender->planned_pps = ovr_pace_mean_pps(&workers->pace, &workers->mix);
	ret_sender->end.queue = calloc(workers->n_tx_queues, sizeof(*ret_sender->end.queue));
	if (ret_sender->end.queue == NULL)
		return no_memory("the queues' figures", err);
	for (uint16_t q = 0; q < workers->n_tx_queues; q++)
		add_queue(workers, q, ret_sender);
	return 0;
}

void
ovr_sender_sent_of(const struct ovr_workers *workers, uint64_t *ret_sent_of)
{
	for (uint16_t q = 0; q < workers->n_tx_queues; q++) {
		const struct ovr_tx_queue *queue = workers->tx_queue[q];

		for (uint32_t i = 0; i < queue->n_streams; i++)
			ret_sent_of[queue->stream[i].stream - workers->stream_first] =
				queue->stream[i].next_seq;
	}
}

/* What each stream has sent, and what follows from the numbers: how many frames of each size. */
static int
take_streams(const struct ovr_workers *workers, struct ovr_half_sender *sender, struct ovr_err *err)
{
	uint64_t sent[OVR_MIX_SIZES_MAX] = { 0 };

	sender->sent_of = calloc(workers->n_streams, sizeof(*sender->sent_of));
	sender->size = calloc(workers->mix.n_sizes, sizeof(*sender->size));
	if (sender->sent_of == NULL || sender->size == NULL)
		return no_memory("the streams' figures", err);
	sender->n_streams = workers->n_streams;
	sender->n_sizes = workers->mix.n_sizes;
	ovr_sender_sent_of(workers, sender->sent_of);
	for (uint32_t s = 0; s < workers->n_streams; s++)
		ovr_mix_count(&workers->mix, workers->stream_first + s, 0, sender->sent_of[s], sent);
	for (uint32_t i = 0; i < sender->n_sizes; i++)
		sender->size[i] = (struct ovr_result_size){ .size = workers->mix.size[i], .sent = sent[i] };
	return 0;
}

int
ovr_sender_take(const struct ovr_workers *workers, const struct ovr_phase *phase,
	const struct ovr_cpu_map_host *host, const struct ovr_cores_deltas *cores,
	struct ovr_half_sender *ret_sender, struct ovr_err *err)
{
	int status = ovr_sender_so_far(workers, phase->sent_until_ns, ret_sender, err);

	ret_sender->clock_ppm = phase->clock_ppm;
	ret_sender->has_outlasted = phase->has_outlasted;
	ret_sender->has_stuck = phase->has_stuck;
	if (status == 0)
		status = take_streams(workers, ret_sender, err);
	return status != 0 ? status : ovr_cores_of_sender(workers, host, cores, &ret_sender->end, err);
}
