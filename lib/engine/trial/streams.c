/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/streams.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

/* The workers that saw a stream. */
struct seen_by {
	uint16_t n;
	uint16_t worker[OVR_PLAN_WORKERS_MAX];
};

static struct seen_by
who_saw(const struct ovr_workers *workers, uint32_t stream)
{
	struct seen_by seen = { 0 };

	for (uint16_t w = 0; w < workers->n_rx; w++)
		if (workers->rx[w]->queues_seen[stream] != 0)
			seen.worker[seen.n++] = w;
	return seen;
}

/* Receive queues on which a stream was seen: how many, and the one if it is one. */
static void
count_queues(const struct ovr_workers *workers, uint32_t stream, struct ovr_result_stream *out)
{
	uint32_t queues = 0;

	for (uint16_t w = 0; w < workers->n_rx; w++)
		queues |= workers->rx[w]->queues_seen[stream];
	out->n_queues = (uint16_t)__builtin_popcount(queues);
	out->queue = (int16_t)(out->n_queues == 1 ? __builtin_ctz(queues) : -1);
}

/*
 * Loss periods of one stream that its workers' logs gained when it was finished, taken out again:
 * they are no losses yet.
 */
static uint64_t
take_periods(struct ovr_workers *workers, const struct seen_by *seen, uint32_t stream,
	struct ovr_seq_period **ret_period)
{
	uint64_t n = 0, room = 0;
	struct ovr_seq_period *period;

	for (uint16_t i = 0; i < seen->n; i++)
		room += workers->log[seen->worker[i]].n_kept;
	period = malloc(RTE_MAX(room, 1u) * sizeof(*period));
	if (period == NULL)
		return UINT64_MAX;
	for (uint16_t i = 0; i < seen->n; i++) {
		struct ovr_seq_log *log = &workers->log[seen->worker[i]];
		uint64_t kept = 0;

		for (uint64_t p = 0; p < log->n_kept; p++) {
			if (log->period[p].stream == stream) {
				period[n] = log->period[p];
				period[n++].worker = i; /* merging counts workers from 0 */
			} else {
				log->period[kept++] = log->period[p];
			}
		}
		log->n_kept = kept;
	}
	*ret_period = period;
	return n;
}

/* A stream that several workers saw: what none of them saw is lost. */
static int
merge(struct ovr_workers *workers, const struct seen_by *seen, struct ovr_seq_log *merged,
	struct ovr_result_stream *out, struct ovr_half_receiver *receiver, struct ovr_err *err)
{
	struct ovr_seq_account account[OVR_PLAN_WORKERS_MAX];
	struct ovr_seq_period *period;
	uint64_t n;
	int status;

	for (uint16_t i = 0; i < seen->n; i++) {
		struct ovr_seq *seq = &workers->rx[seen->worker[i]]->seq[out->stream];

		ovr_seq_finish(seq, out->sent);
		account[i] = *ovr_seq_account(seq);
	}
	n = take_periods(workers, seen, out->stream, &period);
	if (n == UINT64_MAX)
		return ovr_err_set(err, -ENOMEM, "no memory to merge the accounts of stream %u", out->stream);
	status = ovr_seq_merge(out->stream, account, seen->n, period, n, 0, out->sent,
		workers->plan->receiver.delta, merged, &out->account, err);
	free(period);
	if (status == -EINVAL) {
		/*
		 * more holes than the logs could keep: what is known of each worker is all that is
		 * known
		 */
		receiver->uncountable_streams++;
		out->account = account[0];
		for (uint16_t i = 1; i < seen->n; i++)
			ovr_seq_account_add(&out->account, &account[i]);
		return 0;
	}
	return status;
}

static int
finish_stream(struct ovr_workers *workers, struct ovr_seq_log *merged, struct ovr_result_stream *out,
	struct ovr_half_receiver *receiver, struct ovr_err *err)
{
	uint32_t stream = out->stream;
	struct seen_by seen = who_saw(workers, stream);
	int status = 0;

	if (seen.n <= 1) {
		struct ovr_seq *seq = &workers->rx[seen.n == 0 ? 0 : seen.worker[0]]->seq[stream];

		ovr_seq_finish(seq, out->sent);
		out->account = *ovr_seq_account(seq);
	} else {
		status = merge(workers, &seen, merged, out, receiver, err);
	}
	/* what came after tmax was not shown to the tracker */
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		out->account.late += workers->rx[w]->late[stream];
		out->account.arrivals += workers->rx[w]->late[stream];
		out->corrupt += workers->rx[w]->corrupt[stream];
	}
	count_queues(workers, stream, out);
	ovr_seq_account_add(&receiver->total, &out->account);
	return status;
}

/* All logs into one list, by worker; in the end what was merged. */
static int
list_periods(const struct ovr_workers *workers, const struct ovr_seq_log *merged,
	struct ovr_half_receiver *receiver, struct ovr_err *err)
{
	uint64_t room = merged->n_kept;

	for (uint16_t w = 0; w < workers->n_rx; w++)
		room += workers->log[w].n_kept;
	receiver->period = malloc(RTE_MAX(room, 1u) * sizeof(*receiver->period));
	if (receiver->period == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %llu loss periods", (unsigned long long)room);
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_seq_log *log = &workers->log[w];

		for (uint64_t i = 0; i < log->n_kept; i++) {
			receiver->period[receiver->n_periods] = log->period[i];
			receiver->period[receiver->n_periods++].worker = w;
		}
		receiver->n_periods_dropped += log->n_dropped;
	}
	memcpy(receiver->period + receiver->n_periods, merged->period,
		merged->n_kept * sizeof(*receiver->period));
	receiver->n_shared = merged->n_kept;
	receiver->n_periods += merged->n_kept;
	receiver->n_periods_dropped += merged->n_dropped;
	receiver->periods_max = OVR_WORKERS_PERIODS;
	return 0;
}

/* Streams of other receivers whose frames came here. */
static int
list_astray(const struct ovr_workers *workers, struct ovr_half_receiver *receiver, struct ovr_err *err)
{
	if (workers->n_own == workers->n_streams)
		return 0;
	receiver->astray = calloc(workers->n_streams, sizeof(*receiver->astray));
	if (receiver->astray == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u streams", workers->n_streams);
	for (uint32_t s = 0; s < workers->n_streams; s++) {
		struct ovr_half_astray *astray = &receiver->astray[receiver->n_astray];

		*astray = (struct ovr_half_astray){ .stream = (uint16_t)s };
		for (uint16_t w = 0; w < workers->n_rx; w++)
			astray->frames += workers->rx[w]->astray[s];
		receiver->n_astray += astray->frames != 0;
	}
	return 0;
}

bool
ovr_streams_is_elsewhere(const struct ovr_result_stream *stream, int queue)
{
	return queue >= 0 && (stream->n_queues > 1 || (stream->queue >= 0 && stream->queue != queue));
}

int
ovr_streams_finish(struct ovr_workers *workers, const uint64_t *sent_of, struct ovr_half_receiver *receiver,
	struct ovr_err *err)
{
	struct ovr_seq_log merged = { .capacity = OVR_WORKERS_PERIODS };
	int status = 0;

	receiver->stream = calloc(workers->n_own, sizeof(*receiver->stream));
	merged.period = malloc(merged.capacity * sizeof(*merged.period));
	if (receiver->stream == NULL || merged.period == NULL) {
		free(merged.period);
		return ovr_err_set(err, -ENOMEM, "no memory for the accounts of %u streams", workers->n_own);
	}
	receiver->n_streams = workers->n_own;
	for (uint32_t s = 0; s < workers->n_own && status == 0; s++) {
		struct ovr_result_stream *stream = &receiver->stream[s];

		stream->stream = (uint16_t)(workers->own_first + s);
		stream->sent = sent_of[s];
		status = finish_stream(workers, &merged, stream, receiver, err);
		/* the wire moves streams deliberately, if at all */
		if (workers->pair->wire == NULL)
			receiver->n_elsewhere += ovr_streams_is_elsewhere(
				stream, ovr_workers_queue_of(workers, stream->stream));
	}
	if (status == 0)
		status = list_periods(workers, &merged, receiver, err);
	if (status == 0)
		status = list_astray(workers, receiver, err);
	free(merged.period);
	return status;
}
