/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/join.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame/frame.h"
#include "halves/books.h"
#include "halves/faults.h"
#include "halves/losses.h"
#include "result/explain.h"

static int
no_memory(const char *what, struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "no memory for %s", what);
}

/* The sender's queues, then the receiver's. The halves keep theirs. */
static int
join_queues(const struct ovr_half *sender, const struct ovr_half *receiver, struct ovr_result *result,
	struct ovr_err *err)
{
	size_t n = (size_t)sender->n_queues + receiver->n_queues;

	result->queue = calloc(n == 0 ? 1 : n, sizeof(*result->queue));
	if (result->queue == NULL)
		return no_memory("the queues' figures", err);
	for (uint32_t q = 0; q < sender->n_queues; q++)
		result->queue[result->n_queues++] = sender->queue[q];
	for (uint32_t q = 0; q < receiver->n_queues; q++)
		result->queue[result->n_queues++] = receiver->queue[q];
	return 0;
}

/* The result takes over the histograms. */
static void
take_workers(struct ovr_half *end, bool is_wire, struct ovr_result *result)
{
	for (uint32_t w = 0; w < end->n_workers; w++) {
		if (end->worker[w].is_wire != is_wire)
			continue;
		result->worker[result->n_workers++] = end->worker[w];
		end->worker[w].gap_ns = NULL;
	}
}

/* In the order of a result: those that send, those that receive, the wire's. */
static int
join_workers(
	struct ovr_half *sender, struct ovr_half *receiver, struct ovr_result *result, struct ovr_err *err)
{
	size_t n = (size_t)sender->n_workers + receiver->n_workers;

	result->worker = calloc(n == 0 ? 1 : n, sizeof(*result->worker));
	if (result->worker == NULL)
		return no_memory("the workers' figures", err);
	take_workers(sender, false, result);
	take_workers(receiver, false, result);
	take_workers(sender, true, result);
	result->tx_stall = sender->stall;
	result->n_tx_stalls = sender->n_stalls;
	result->rx_stall = receiver->stall;
	result->n_rx_stalls = receiver->n_stalls;
	sender->stall = receiver->stall = NULL;
	return 0;
}

/* The kernels' counters of both ports. */
static int
join_counters(const struct ovr_half *sender, const struct ovr_half *receiver, struct ovr_result *result,
	struct ovr_err *err)
{
	size_t n = (size_t)sender->n_counters + receiver->n_counters;

	if (n == 0)
		return 0;
	result->counter = malloc(n * sizeof(*result->counter));
	if (result->counter == NULL)
		return no_memory("the counters of the ports", err);
	for (uint32_t i = 0; i < sender->n_counters; i++)
		result->counter[result->n_counters++] = sender->counter[i];
	for (uint32_t i = 0; i < receiver->n_counters; i++)
		result->counter[result->n_counters++] = receiver->counter[i];
	return 0;
}

/* What was learnt of arrivals, by the receiver alone. */
static void
take_arrivals(struct ovr_half_receiver *receiver, struct ovr_result *result)
{
	result->rx_port = receiver->end.port;
	result->rxd_set = receiver->end.ring;
	result->rxd_is_given = receiver->end.ring_is_given;
	result->transit = receiver->transit;
	result->latency_ns = receiver->latency_ns;
	result->interarrival_ns = receiver->interarrival_ns;
	result->xstat = receiver->xstat;
	result->n_xstats = receiver->n_xstats;
	receiver->latency_ns = receiver->interarrival_ns = NULL;
	receiver->xstat = NULL;
	if (receiver->before_their_time != 0)
		ovr_result_note(result,
			"%llu frames carry a transmit time that lies ahead of their arrival (another clock, "
			"or an older capture): they have no latency",
			(unsigned long long)receiver->before_their_time);
}

/* The result takes over the series, the links' outages and what the wire did. */
static void
take_common(struct ovr_half_common *common, struct ovr_result *result)
{
	result->outages = common->outages;
	result->sample = common->sample;
	result->n_samples = common->n_samples;
	common->sample = NULL;
	memcpy(result->impairments, common->impairments, sizeof(result->impairments));
	result->impairment = common->impairment;
	result->n_impairments = common->n_impairments;
	common->impairment = NULL;
	result->line_paused_ns = common->has_wire ? (int64_t)common->line_paused_ns : -1;
	if (common->intervals_per_row > 1)
		ovr_result_note(result,
			"each row of the time series holds %llu intervals: there are at most %u rows",
			(unsigned long long)common->intervals_per_row, common->samples_max);
}

/* What was sent, with what became of it. */
static void
join_streams(struct ovr_halves *halves, struct ovr_result *result)
{
	struct ovr_half_receiver *receiver = &halves->receiver;
	uint32_t n_others = 0;

	result->stream = receiver->stream;
	result->n_streams = receiver->n_streams;
	receiver->stream = NULL;
	result->total = receiver->total;
	result->uncountable_streams = receiver->uncountable_streams;
	for (uint32_t s = 0; s < result->n_streams; s++) {
		const struct ovr_result_stream *stream = &result->stream[s];

		result->moved_streams += stream->n_queues > 1;
		n_others += s >= halves->sender.n_streams || stream->sent != halves->sender.sent_of[s];
	}
	if (n_others != 0 || result->n_streams != halves->sender.n_streams)
		ovr_ledger_void(&result->ledger,
			"the halves do not fit: of %u streams the receiver counted %u, and %u of these up "
			"to another number than the sender sent",
			halves->sender.n_streams, result->n_streams, n_others);
}

/* Lost per size: what was sent follows from the numbers, what arrived was counted. */
static void
join_sizes(struct ovr_halves *halves, struct ovr_result *result)
{
	result->size = halves->sender.size;
	result->n_sizes = halves->sender.n_sizes;
	halves->sender.size = NULL;
	for (uint32_t i = 0; i < result->n_sizes; i++)
		result->size[i].lost = result->size[i].sent -
			(result->n_sizes == 1 ? result->total.unique : halves->receiver.unique_of_size[i]);
}

/* Each period of a worker with the stall that it fell into. */
static void
match_periods(struct ovr_result *result, uint64_t first, uint64_t n, uint64_t sent_until_ns,
	struct ovr_result_worker *worker)
{
	uint32_t *stall_of = result->period_stall + first;
	uint64_t first_stall = 0, n_stalls = 0;

	while (first_stall < result->n_rx_stalls && result->rx_stall[first_stall].worker != worker->worker)
		first_stall++;
	while (first_stall + n_stalls < result->n_rx_stalls &&
		result->rx_stall[first_stall + n_stalls].worker == worker->worker)
		n_stalls++;
	/* a list of none may be NULL, which nothing can be added to */
	worker->match = ovr_stall_match(n == 0 ? NULL : result->period + first, n,
		n_stalls == 0 ? NULL : result->rx_stall + first_stall, n_stalls, sent_until_ns,
		&result->transit, stall_of);
	for (uint64_t i = 0; i < n; i++)
		if (stall_of[i] != UINT32_MAX)
			stall_of[i] += (uint32_t)first_stall;
}

/*
 * What was merged of streams that several workers saw belongs to no worker, so no stall is looked
 * for.
 */
static int
join_periods(struct ovr_half_receiver *receiver, uint64_t sent_until_ns, struct ovr_result *result,
	struct ovr_err *err)
{
	uint64_t n_own = receiver->n_periods - receiver->n_shared, at = 0;

	result->period_stall = malloc((receiver->n_periods + 1) * sizeof(*result->period_stall));
	if (result->period_stall == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %llu loss periods",
			(unsigned long long)receiver->n_periods);
	result->period = receiver->period;
	result->n_periods = receiver->n_periods;
	result->n_periods_dropped = receiver->n_periods_dropped;
	receiver->period = NULL;
	for (uint32_t w = 0; w < result->n_workers; w++) {
		struct ovr_result_worker *worker = &result->worker[w];
		uint64_t n = 0;

		if (worker->is_tx)
			continue;
		while (at + n < n_own && result->period[at + n].worker == worker->worker)
			n++;
		match_periods(result, at, n, sent_until_ns, worker);
		at += n;
	}
	for (; at < result->n_periods; at++)
		result->period_stall[at] = UINT32_MAX;
	return 0;
}

/*
 * How far the schedule went by real time: the slots that it held, skipped ones included, against
 * those that the plan asked for.
 */
static double
pacing_error_ppm(const struct ovr_half_sender *sender, const struct ovr_result *result)
{
	uint64_t planned_ns = result->plan.load.time_ns;
	uint64_t ns = sender->sent_until_ns;

	/* a stall at the very end made the last frames late, not the schedule longer */
	if (planned_ns != 0 && ns > planned_ns)
		ns = planned_ns;
	if (ns == 0)
		return 0;
	return ((double)result->ledger.figures.scheduled * 1e9 / (double)ns / result->planned_pps - 1) * 1e6 +
		sender->clock_ppm;
}

/* What was sent in which time. */
static void
join_rates(const struct ovr_half_sender *sender, struct ovr_result *result)
{
	const struct ovr_ledger_figures *figures = &result->ledger.figures;
	double seconds = (double)sender->sent_until_ns / 1e9;

	result->trial_id = result->plan.trial.id;
	if (sender->end.is_unknown) {
		result->planned_pps = result->clock_ppm = result->pacing_error_ppm = NAN;
		result->tx_pps = result->rx_pps = result->tx_l1_bps = result->tx_l2_bps = NAN;
		return;
	}
	result->epoch_realtime_ns = sender->epoch_realtime_ns;
	result->duration_ns = sender->sent_until_ns;
	result->line_bps = sender->line_bps;
	result->tx_port = sender->end.port;
	result->txd_set = sender->end.ring;
	result->txd_is_given = sender->end.ring_is_given;
	result->planned_pps = sender->planned_pps;
	result->clock_ppm = sender->clock_ppm;
	result->pacing_error_ppm = pacing_error_ppm(sender, result);
	result->shortfall = sender->shortfall;
	result->shortfall_in_stalls = sender->shortfall_in_stalls;
	result->shortfall_pool = sender->shortfall_pool;
	result->full_waits = sender->full_waits;
	if (seconds <= 0)
		return;
	result->tx_pps = (double)figures->sent / seconds;
	result->rx_pps = figures->receiver_unknown ? NAN : (double)figures->unique / seconds;
	result->tx_l2_bps = (double)sender->sent_bytes * 8 / seconds;
	result->tx_l1_bps = (double)(sender->sent_bytes + OVR_FRAME_OVERHEAD_BYTES * figures->sent) * 8 /
		seconds;
}

/*
 * What goes into net_null comes out nowhere: whatever arrived was stamped by another process, since
 * an epoch that nobody knows here.
 */
static void
find_latency(
	struct ovr_half_receiver *receiver, const struct ovr_half_sender *sender, struct ovr_result *result)
{
	if (receiver->latency_ns == NULL || sender->end.is_unknown ||
		strcmp(sender->end.port.dpdk_driver, "net_null") != 0 ||
		strcmp(sender->end.port.label, receiver->end.port.label) == 0)
		return;
	free(receiver->latency_ns);
	receiver->latency_ns = NULL;
	receiver->transit = (struct ovr_stall_transit){ 0 };
	snprintf(result->latency_unknown, sizeof(result->latency_unknown),
		"what %s sends comes out nowhere, so that another process sent what arrived, and when its "
		"time began is not known",
		sender->end.port.label);
}

/* Losses exist only between two halves. */
static int
join_losses(struct ovr_halves *halves, struct ovr_result *result, struct ovr_err *err)
{
	uint64_t sent_until_ns = halves->sender.sent_until_ns;
	int status;

	if (halves->sender.end.is_unknown || !ovr_half_is_complete(&halves->receiver.end))
		return 0;
	join_streams(halves, result);
	join_sizes(halves, result);
	status = join_periods(&halves->receiver, sent_until_ns, result, err);
	if (status == 0)
		ovr_half_losses_join(&halves->receiver, sent_until_ns, result);
	return status;
}

static void
close_books(struct ovr_halves *halves, struct ovr_result *result)
{
	const struct ovr_half_common *common = &halves->common;
	struct ovr_ledger_limits limits = ovr_half_limits(&result->plan);

	ovr_half_book(halves, &result->ledger);
	for (uint32_t i = 0; i < common->n_notes; i++)
		ovr_result_note(result, "%s", common->note[i]);
	ovr_half_bound_others(common, &result->ledger);
	ovr_half_find_faults(halves, result);
	ovr_ledger_close(&result->ledger, &limits);
	ovr_result_find_accounts(result);
	if (ovr_ledger_knows_loss(&result->ledger))
		ovr_result_suggest_gateway(result);
	ovr_half_note_ranges(result);
}

int
ovr_halves_join(struct ovr_halves *halves, struct ovr_result *result, struct ovr_err *err)
{
	struct ovr_half *sender = &halves->sender.end, *receiver = &halves->receiver.end;
	int status;

	result->ledger.figures = ovr_half_figures(halves);
	take_common(&halves->common, result);
	find_latency(&halves->receiver, &halves->sender, result);
	take_arrivals(&halves->receiver, result);
	if ((status = join_workers(sender, receiver, result, err)) != 0 ||
		(status = join_queues(sender, receiver, result, err)) != 0 ||
		(status = join_counters(sender, receiver, result, err)) != 0 ||
		(status = join_losses(halves, result, err)) != 0)
		return status;
	join_rates(&halves->sender, result);
	if (ovr_ledger_knows_loss(&result->ledger))
		ovr_result_explain(result);
	close_books(halves, result);
	return 0;
}

int
ovr_halves_join_so_far(struct ovr_halves *halves, struct ovr_result *result, struct ovr_err *err)
{
	struct ovr_half_receiver *receiver = &halves->receiver;
	struct ovr_ledger *ledger = &result->ledger;
	int status = join_queues(&halves->sender.end, &receiver->end, result, err);

	if (status != 0)
		return status;
	take_common(&halves->common, result);
	take_arrivals(receiver, result);
	result->total = receiver->total;
	result->loss_events = receiver->events;
	receiver->events = (struct ovr_loss_events){ 0 };
	result->n_periods_dropped = result->loss_events.periods;
	ledger->figures = ovr_half_figures(halves);
	ledger->figures.copies_known = false;
	join_rates(&halves->sender, result);
	ovr_half_book(halves, ledger);
	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		snprintf(ledger->account[i].why, sizeof(ledger->account[i].why), "so far");
	ovr_ledger_explain(ledger, false);
	ovr_result_note(result,
		"a checkpoint: lost includes frames that were under way; stalls, latency, streams, sizes and "
		"loss periods are left out, since they are exact only after the workers have ended");
	return 0;
}
