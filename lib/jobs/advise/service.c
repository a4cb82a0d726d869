/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/service.h"

#include <errno.h>
#include <math.h>

#include "advise/baseline.h"
#include "result/arrivals.h"

#define NS_PER_S 1e9
/*
 * A receiver that lost no larger share of the frames than the share of the time that the host took,
 * and this, was not overrun.
 */
#define OVERRUN_MIN 0.01

/* Frames that were lost in receive rings, by sequence: all that no other place accounts for. */
static double
ring_lost(const struct ovr_result *result)
{
	double lost = (double)result->ledger.lost;

	for (uint32_t i = 0; i < result->ledger.n_accounts; i++) {
		const struct ovr_ledger_account *account = &result->ledger.account[i];

		if (!ovr_ledger_account_is_refused(account) &&
			(account->is_of_hop ||
				(account->place != OVR_PLACE_RX_RING &&
					account->place != OVR_PLACE_RX_NOMBUF)))
			lost -= (double)account->frames;
	}
	return fmax(0, lost);
}

/*
 * What a ring turned away. Where the port does not count it per queue, it is what the streams of
 * that queue lost, and of the other streams' losses the share that the queue has of all frames.
 */
static double
missed_by(const struct ovr_result *result, const struct ovr_result_queue *queue)
{
	double own = 0, others = 0, taken = 0;

	if (queue->missed_known)
		return (double)queue->missed;
	for (uint32_t s = 0; s < result->n_streams; s++) {
		const struct ovr_result_stream *stream = &result->stream[s];

		if (stream->queue == queue->queue)
			own += (double)stream->account.loss.frames;
		else if (stream->queue < 0)
			others += (double)stream->account.loss.frames;
	}
	for (uint32_t q = 0; q < result->n_queues; q++)
		taken += result->queue[q].is_tx ? 0 : (double)result->queue[q].frames;
	if (taken > 0)
		own += others * (double)queue->frames / taken;
	return result->ledger.lost > 0 ? own * ring_lost(result) / (double)result->ledger.lost : 0;
}

/* What came to a ring: taken from it, or turned away. */
static double
came_to(const struct ovr_result *result, const struct ovr_result_queue *queue)
{
	return (double)queue->frames + missed_by(result, queue);
}

/* Frames/s that one frame of the trial stands for, outside the sender's stalls. */
static double
pps_per_frame(const struct ovr_result *result)
{
	uint64_t slots = result->ledger.figures.scheduled;

	slots -= slots > result->shortfall_in_stalls ? result->shortfall_in_stalls : 0;
	return slots == 0 ? 0 : result->planned_pps / (double)slots;
}

int
ovr_advise_arrivals_of(const struct ovr_result *result, struct ovr_method_question *question)
{
	double one = pps_per_frame(result) * ovr_arrivals_peak(result);
	double fullest = 0, total = 0;
	uint32_t n_queues = 0;

	for (uint32_t q = 0; q < result->n_queues; q++) {
		if (result->queue[q].is_tx)
			continue;
		n_queues++;
		total += came_to(result, &result->queue[q]);
		fullest = fmax(fullest, came_to(result, &result->queue[q]));
	}
	if (fullest * one <= 0)
		return -ENODATA;
	question->arrival_pps = fullest * one;
	question->total_pps = total * one;
	question->n_queues = n_queues;
	if (result->plan.load.shape.shape == OVR_PACE_BURST) {
		question->burst_frames = (double)result->plan.load.shape.burst_frames * fullest / total;
		question->gap_ns = (double)result->plan.load.shape.gap_ns;
	}
	return 0;
}

/* One receiver in the saturation. */
struct receiver {
	double taken, missed; /**< frames */
	double polled_ns;     /**< time in which it was not stalled by the host */
	double left;          /**< in its rings at the end of sending, at most */
};

static struct receiver
receiver_of(const struct ovr_result *saturation, uint16_t worker)
{
	struct receiver receiver = { .polled_ns = (double)saturation->duration_ns };
	double ring = saturation->rxd_set != 0 ? saturation->rxd_set : saturation->plan.ports.rxd;

	for (uint32_t q = 0; q < saturation->n_queues; q++) {
		const struct ovr_result_queue *queue = &saturation->queue[q];

		if (queue->is_tx || queue->worker != worker)
			continue;
		receiver.taken += (double)queue->frames;
		receiver.missed += missed_by(saturation, queue);
		receiver.left += ring;
	}
	for (uint64_t i = 0; i < saturation->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &saturation->rx_stall[i];

		if (stall->worker != worker || stall->start_ns >= saturation->duration_ns)
			continue;
		receiver.polled_ns -= fmin(
			(double)stall->length_ns, (double)(saturation->duration_ns - stall->start_ns));
	}
	return receiver;
}

/*
 * The share of the time that the host took from a receiver, of injected ones what it added; while
 * all logs were kept.
 */
static double
host_share(const struct ovr_result *baseline, uint16_t worker, uint64_t monitored_ns)
{
	double host_ns = 0;

	for (uint64_t i = 0; i < baseline->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &baseline->rx_stall[i];
		uint64_t injected_ns = stall->cause == OVR_STALL_INJECTED
			? baseline->plan.receiver.stall.length_ns
			: 0;

		if (stall->worker != worker || stall->start_ns >= monitored_ns ||
			!ovr_advise_is_host(baseline, stall))
			continue;
		host_ns += fmax(0,
			fmin((double)stall->length_ns, (double)(monitored_ns - stall->start_ns)) -
				(double)injected_ns);
	}
	return monitored_ns != 0 ? host_ns / (double)monitored_ns : 0;
}

static double
arrivals_at(const struct ovr_result *baseline, uint16_t worker)
{
	double frames = 0;

	for (uint32_t q = 0; q < baseline->n_queues; q++)
		if (!baseline->queue[q].is_tx && baseline->queue[q].worker == worker)
			frames += came_to(baseline, &baseline->queue[q]);
	return frames * pps_per_frame(baseline);
}

static uint32_t
n_receivers(const struct ovr_result *result)
{
	uint32_t n = 0;

	for (uint32_t w = 0; w < result->n_workers; w++)
		n += !result->worker[w].is_tx;
	return n;
}

struct ovr_result_advice_service
ovr_advise_service_of(const struct ovr_result *saturation, const struct ovr_result *baseline,
	struct ovr_method_question *question)
{
	struct ovr_result_advice_service service = { .is_least = true };
	double fullest = 0;

	for (uint32_t w = 0; w < saturation->n_workers; w++) {
		struct receiver receiver = receiver_of(saturation, saturation->worker[w].worker);
		double came = receiver.taken + receiver.missed;
		double stalled = 1 - receiver.polled_ns / (double)saturation->duration_ns;
		bool is_overrun = receiver.missed > (stalled + OVERRUN_MIN) * came;
		double pps, busy, share;

		if (saturation->worker[w].is_tx || receiver.polled_ns <= 0)
			continue;
		/* what stood in its rings at the end was taken later */
		if (is_overrun)
			receiver.taken = fmax(0, receiver.taken - receiver.left);
		pps = receiver.taken * NS_PER_S / receiver.polled_ns;
		/* a receiver slowed by --service makes up for what the host took from it */
		if (saturation->plan.receiver.service.value != 0)
			pps = fmin(pps,
				(double)saturation->plan.receiver.service.value / 1000 /
					n_receivers(saturation));
		service.pps += pps;
		if (!is_overrun || pps <= 0)
			continue;
		service.is_least = false;
		busy = arrivals_at(baseline, saturation->worker[w].worker) / pps;
		share = host_share(baseline, saturation->worker[w].worker, question->monitored_ns);
		if (busy / (1 - share) <= fullest)
			continue;
		fullest = busy / (1 - share);
		service.busiest = busy;
		question->host_share = share;
	}
	/* its share is of the arrivals' mean, bursts and gaps together */
	question->service_pps = service.busiest > 0
		? question->arrival_pps / ovr_arrivals_peak(baseline) / service.busiest
		: INFINITY;
	return service;
}
