/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/collect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "result/explain.h"
#include "trial/books.h"
#include "trial/kernel.h"
#include "trial/faults.h"
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

static int
collect_queues(const struct ovr_workers *workers, const struct ovr_phase *phase, struct ovr_result *result,
	struct ovr_err *err)
{
	result->queue = calloc((size_t)workers->n_tx_queues + workers->n_rx_queues, sizeof(*result->queue));
	if (result->queue == NULL)
		return no_memory("the queues' figures", err);
	for (uint16_t q = 0; q < workers->n_tx_queues; q++) {
		const struct ovr_tx_queue *queue = workers->tx_queue[q];

		result->queue[result->n_queues++] = (struct ovr_result_queue){
			.is_tx = true,
			.queue = q,
			.worker = (uint16_t)(q % workers->n_tx),
			.cpu = workers->cpu_map->tx_cpu[q % workers->n_tx],
			.frames = ovr_stat_read(&queue->sent),
			.bytes = ovr_stat_read(&queue->sent_bytes),
			.refused = ovr_stat_read(&queue->refused),
			.polls = ovr_stat_read(&queue->bursts),
		};
	}
	for (uint16_t q = 0; q < workers->n_rx_queues; q++) {
		const struct ovr_rx_queue *queue = workers->rx_queue[q];

		result->queue[result->n_queues++] = (struct ovr_result_queue){
			.queue = q,
			.worker = (uint16_t)(q % workers->n_rx),
			.cpu = workers->cpu_map->rx_cpu[q % workers->n_rx],
			.frames = ovr_stat_read(&queue->frames),
			.bytes = ovr_stat_read(&queue->bytes),
			.missed = phase->counters.rx_missed[q],
			.missed_known = phase->counters.rx_missed_known,
			.polls = ovr_stat_read(&queue->polls),
			.empty_polls = ovr_stat_read(&queue->empty_polls),
		};
	}
	return 0;
}

/* Sent and lost per size: what was sent follows from the numbers, what arrived was counted. */
static int
collect_sizes(const struct ovr_workers *workers, struct ovr_result *result, struct ovr_err *err)
{
	uint64_t sent[OVR_MIX_SIZES_MAX] = { 0 };

	result->size = calloc(workers->mix.n_sizes, sizeof(*result->size));
	if (result->size == NULL)
		return no_memory("the sizes' figures", err);
	result->n_sizes = workers->mix.n_sizes;
	for (uint32_t s = 0; s < result->n_streams; s++)
		ovr_mix_count(&workers->mix, result->stream[s].stream, 0, result->stream[s].sent, sent);
	for (uint32_t i = 0; i < result->n_sizes; i++) {
		uint64_t unique = 0;

		for (uint16_t w = 0; w < workers->n_rx; w++)
			unique += workers->rx[w]->unique_of_size[i];
		if (result->n_sizes == 1)
			unique = result->total.unique;
		result->size[i] = (struct ovr_result_size){
			.size = workers->mix.size[i],
			.sent = sent[i],
			.lost = sent[i] - unique,
		};
	}
	return 0;
}

/* How long frames take to a receive ring, by those that found it empty. */
static int
collect_transit(const struct ovr_workers *workers, struct ovr_result *result, struct ovr_err *err)
{
	struct ovr_hist *transit_ns = calloc(1, sizeof(*transit_ns));

	if (transit_ns == NULL)
		return no_memory("the histogram of transit times", err);
	for (uint16_t w = 0; w < workers->n_rx; w++)
		ovr_hist_merge(transit_ns, &workers->rx[w]->transit_ns);
	result->transit = (struct ovr_stall_transit){
		.least_ns = ovr_hist_percentile(transit_ns, 0),
		.usual_ns = ovr_hist_percentile(transit_ns, USUAL_PERCENT),
	};
	free(transit_ns);
	return 0;
}

static int
collect_times(const struct ovr_workers *workers, struct ovr_result *result, struct ovr_err *err)
{
	uint64_t ahead = 0;

	result->latency_ns = calloc(1, sizeof(*result->latency_ns));
	result->interarrival_ns = calloc(1, sizeof(*result->interarrival_ns));
	if (result->latency_ns == NULL || result->interarrival_ns == NULL)
		return no_memory("the histograms of latency", err);
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		ovr_hist_merge(result->latency_ns, &workers->rx[w]->latency_ns);
		ovr_hist_merge(result->interarrival_ns, &workers->rx[w]->interarrival_ns);
		ahead += ovr_stat_read(&workers->rx[w]->counters.before_their_time);
	}
	if (ahead != 0)
		ovr_result_note(result,
			"%llu frames carry a transmit time that lies ahead of their arrival (another clock, "
			"or an older capture): they have no latency",
			(unsigned long long)ahead);
	return 0;
}

static int
collect_impairments(const struct ovr_workers *workers, struct ovr_result *result, struct ovr_err *err)
{
	const struct ovr_impair *impair = workers->pair->wire == NULL ? NULL
								      : ovr_wire_impair(workers->pair->wire);
	const struct ovr_impairment *impairment;

	if (impair == NULL)
		return 0;
	for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++)
		result->impairments[kind] = ovr_impair_count(impair, (enum ovr_impairment_kind)kind);
	result->n_impairments = ovr_impair_list(impair, &impairment);
	result->impairment = malloc(RTE_MAX(result->n_impairments, 1u) * sizeof(*result->impairment));
	if (result->impairment == NULL)
		return no_memory("the list of what the wire did", err);
	memcpy(result->impairment, impairment, result->n_impairments * sizeof(*impairment));
	return 0;
}

/*
 * How far the schedule went by real time: the slots that it held, skipped ones included, against
 * those that the plan asked for.
 */
static double
pacing_error_ppm(
	const struct ovr_workers *workers, const struct ovr_phase *phase, const struct ovr_result *result)
{
	uint64_t ns = phase->sent_until_ns;

	/* a stall at the very end made the last frames late, not the schedule longer */
	if (workers->plan->load.time_ns != 0 && ns > workers->plan->load.time_ns)
		ns = workers->plan->load.time_ns;
	if (ns == 0)
		return 0;
	return ((double)result->ledger.figures.scheduled * 1e9 / (double)ns / result->planned_pps - 1) * 1e6 +
		phase->clock_ppm;
}

/* Datagrams that our sockets may have sent twice. */
static uint64_t
sent_again(const struct ovr_workers *workers)
{
	uint64_t n = 0;

	for (uint16_t q = 0; q < workers->n_tx_queues; q++)
		if (workers->tx_queue[q]->datagrams != NULL)
			n += ovr_datagrams_sent_again(workers->tx_queue[q]->datagrams);
	return n;
}

static void
collect_rates(const struct ovr_workers *workers, const struct ovr_phase *phase, struct ovr_result *result)
{
	const struct ovr_ledger_figures *figures = &result->ledger.figures;
	double seconds = (double)phase->sent_until_ns / 1e9;
	uint64_t sent_bytes = 0;

	result->duration_ns = phase->sent_until_ns;
	ovr_port_pair_identify(workers->pair, &result->tx_port, &result->rx_port);
	result->line_bps = workers->pair->tx.line_bps;
	result->rxd_set = workers->pair->rx.rxd;
	result->txd_set = workers->pair->tx.txd;
	result->rxd_is_given = workers->pair->rx.rxd_is_given;
	result->txd_is_given = workers->pair->tx.txd_is_given;
	result->planned_pps = ovr_pace_mean_pps(&workers->pace, &workers->mix);
	result->clock_ppm = phase->clock_ppm;
	result->pacing_error_ppm = pacing_error_ppm(workers, phase, result);
	result->line_paused_ns = workers->pair->wire == NULL ? -1 : (int64_t)phase->counters.paused_ns;
	for (uint16_t q = 0; q < workers->n_tx_queues; q++) {
		const struct ovr_tx_queue *queue = workers->tx_queue[q];

		sent_bytes += ovr_stat_read(&queue->sent_bytes);
		result->shortfall += ovr_stat_read(&queue->shortfall);
		result->shortfall_in_stalls += ovr_stat_read(&queue->shortfall_in_stalls);
		result->shortfall_pool += ovr_stat_read(&queue->shortfall_pool);
		result->full_waits += ovr_stat_read(&queue->full_waits);
	}
	if (seconds <= 0)
		return;
	result->tx_pps = (double)figures->sent / seconds;
	result->rx_pps = (double)figures->unique / seconds;
	result->tx_l2_bps = (double)sent_bytes * 8 / seconds;
	result->tx_l1_bps = (double)(sent_bytes + OVR_FRAME_OVERHEAD_BYTES * figures->sent) * 8 / seconds;
}

/* The time series is the result's from here on. */
static void
take_samples(struct ovr_samples *samples, struct ovr_result *result)
{
	result->sample = samples->row;
	result->n_samples = samples->n_rows;
	samples->row = NULL;
	if (samples->intervals_per_row > 1)
		ovr_result_note(result,
			"each row of the time series holds %llu intervals: there are at most %u rows",
			(unsigned long long)samples->intervals_per_row, samples->limit);
}

int
ovr_collect(struct ovr_workers *workers, struct ovr_phase *phase, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *cores, struct ovr_result *result, struct ovr_err *err)
{
	const struct ovr_plan *plan = workers->plan;
	struct ovr_ledger_limits limits = {
		.tolerance_ppb = plan->trial.tolerance_ppb,
		.max_loss_ppb = plan->trial.max_loss_ppb,
		.path_dut = plan->ports.path == OVR_PATH_DUT,
	};
	int status;

	result->trial_id = workers->trial_id;
	result->epoch_realtime_ns = phase->monitor.epoch_realtime_ns;
	take_samples(&phase->monitor.samples, result);
	result->outages = phase->monitor.outages;
	result->n_counters = ovr_port_counters_evidence(&phase->counters, &result->counter);
	result->xstat = phase->xstat;
	result->n_xstats = phase->n_xstats;
	phase->xstat = NULL;
	if ((status = ovr_cores_collect(workers, host, cores, result, err)) != 0 ||
		(status = collect_queues(workers, phase, result, err)) != 0 ||
		(status = collect_times(workers, result, err)) != 0 ||
		(status = collect_transit(workers, result, err)) != 0 ||
		(status = collect_impairments(workers, result, err)) != 0 ||
		(status = ovr_streams_collect(workers, phase->sent_until_ns, result, err)) != 0 ||
		(status = collect_sizes(workers, result, err)) != 0)
		return status;
	ovr_losses_collect(&phase->monitor.losses, workers, phase->sent_until_ns, result);
	result->ledger.figures = ovr_books_figures(workers, phase, result);
	collect_rates(workers, phase, result);
	ovr_result_explain(result);
	ovr_books_add_accounts(workers, phase, &result->ledger);
	ovr_trial_kernel_book(
		workers->kernel, result->ledger.figures.queues_received, sent_again(workers), result);
	ovr_books_bound_others(&phase->counters, &result->ledger);
	ovr_faults_find(workers, phase, result);
	ovr_ledger_close(&result->ledger, &limits);
	ovr_result_find_accounts(result);
	ovr_result_suggest_gateway(result);
	ovr_faults_note_ranges(result);
	return 0;
}

/* What the workers have counted of all streams together. */
static void
total_so_far(const struct ovr_workers *workers, const struct ovr_phase *so_far, struct ovr_seq_account *total)
{
	const struct ovr_loss_events *events = &so_far->monitor.losses.seen;

	for (uint16_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_rx_counters *counters = &workers->rx[w]->counters;

		total->unique += ovr_stat_read(&counters->unique);
		total->duplicate += ovr_stat_read(&counters->duplicate);
		total->late += ovr_stat_read(&counters->late);
		total->reorder.frames += ovr_stat_read(&counters->reordered);
	}
	total->arrivals = total->unique + total->duplicate + total->late;
	total->loss.frames = events->frames;
	total->loss.periods = events->periods;
}

int
ovr_collect_so_far(
	const struct ovr_workers *workers, const struct ovr_phase *so_far, struct ovr_result *result)
{
	struct ovr_ledger *ledger = &result->ledger;
	int status = collect_queues(workers, so_far, result, NULL);

	if (status != 0)
		return status;
	result->trial_id = workers->trial_id;
	result->epoch_realtime_ns = so_far->monitor.epoch_realtime_ns;
	result->sample = so_far->monitor.samples.row;
	result->n_samples = so_far->monitor.samples.n_rows;
	result->outages = so_far->monitor.outages;
	result->loss_events = so_far->monitor.losses.seen;
	result->n_periods_dropped = result->loss_events.periods;
	total_so_far(workers, so_far, &result->total);
	ledger->figures = ovr_books_figures(workers, so_far, result);
	ledger->figures.copies_known = false;
	collect_rates(workers, so_far, result);
	ovr_books_add_accounts(workers, so_far, ledger);
	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		snprintf(ledger->account[i].why, sizeof(ledger->account[i].why), "so far");
	ovr_ledger_explain(ledger, false);
	ovr_result_note(result,
		"a checkpoint: lost includes frames that were under way; stalls, latency, streams, sizes and "
		"loss periods are left out, since they are exact only after the workers have ended");
	return 0;
}
