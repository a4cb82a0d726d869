/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/arrivals.h"

#include <math.h>

#include "pace/pace.h"

#define NS_PER_S 1e9

uint64_t
ovr_arrivals_at(const struct ovr_result_queue *queue)
{
	return queue->frames + (queue->missed_known ? queue->missed : 0);
}

/* Frames/s within a burst of the plan; 0: it sends none. */
static double
burst_pps(const struct ovr_result *result)
{
	struct ovr_pace_conf smooth = { .rate = result->plan.load.rate,
		.line_bps = result->line_bps,
		.shape = OVR_PACE_SMOOTH,
		.n_workers = 1 };

	if (result->plan.load.shape.shape != OVR_PACE_BURST || result->planned_pps <= 0)
		return 0;
	return ovr_pace_mean_pps(&smooth, &result->plan.frames.size);
}

double
ovr_arrivals_peak(const struct ovr_result *result)
{
	double pps = burst_pps(result);

	return pps > 0 ? fmax(1, pps / result->planned_pps) : 1;
}

/*
 * Slots that were refused while the line stood still. What a line refuses that runs is more than it
 * carries.
 */
static double
refused_in_pauses(const struct ovr_result *result)
{
	double paused = result->line_paused_ns > 0
		? result->planned_pps * (double)result->line_paused_ns / NS_PER_S
		: 0;

	return fmin((double)result->ledger.figures.refused, paused);
}

double
ovr_arrivals_pps(const struct ovr_result *result, uint64_t frames)
{
	double slots = (double)result->ledger.figures.scheduled - (double)result->shortfall_in_stalls -
		refused_in_pauses(result);

	return slots <= 0 ? 0 : result->planned_pps * ovr_arrivals_peak(result) * (double)frames / slots;
}

/* Time within bursts, from the first one's begin. */
static double
on_until_ns(double ns, double burst_ns, double cycle_ns)
{
	double n = floor(ns / cycle_ns);

	return n * burst_ns + fmin(burst_ns, ns - n * cycle_ns);
}

double
ovr_arrivals_on_ns(const struct ovr_result *result, uint64_t from_ns, uint64_t to_ns)
{
	double pps = burst_pps(result), burst_ns, cycle_ns;

	if (to_ns <= from_ns)
		return 0;
	if (pps <= 0)
		return (double)(to_ns - from_ns);
	burst_ns = (double)result->plan.load.shape.burst_frames * NS_PER_S / pps;
	cycle_ns = burst_ns + (double)result->plan.load.shape.gap_ns;
	return on_until_ns((double)to_ns, burst_ns, cycle_ns) -
		on_until_ns((double)from_ns, burst_ns, cycle_ns);
}

double
ovr_arrivals_slots(const struct ovr_result *result)
{
	return result->rxd_set != 0 ? result->rxd_set : result->plan.ports.rxd;
}

struct ovr_arrivals
ovr_arrivals_of(const struct ovr_result *result, uint16_t worker)
{
	struct ovr_arrivals arrivals = { .slots = ovr_arrivals_slots(result) };

	for (uint32_t q = 0; q < result->n_queues; q++) {
		const struct ovr_result_queue *queue = &result->queue[q];
		double pps;

		if (queue->is_tx || queue->worker != worker)
			continue;
		pps = ovr_arrivals_pps(result, ovr_arrivals_at(queue));
		arrivals.pps += pps;
		arrivals.worst_pps = fmax(arrivals.worst_pps, pps);
		arrivals.n_queues++;
	}
	return arrivals;
}

double
ovr_arrivals_service_pps(const struct ovr_result *result)
{
	uint32_t n_rx = 0;

	for (uint32_t w = 0; w < result->n_workers; w++)
		n_rx += !result->worker[w].is_tx;
	if (result->plan.receiver.service.value == 0 || n_rx == 0)
		return INFINITY;
	return (double)result->plan.receiver.service.value / 1000 / n_rx;
}

bool
ovr_arrivals_is_slow(const struct ovr_result *result, const struct ovr_arrivals *arrivals)
{
	return ovr_arrivals_service_pps(result) <= arrivals->pps;
}

double
ovr_arrivals_tx_burst(const struct ovr_result *result, double pps)
{
	return fmax(result->plan.ports.burst, pps * (double)result->plan.trial.stall_min_ns / NS_PER_S + 1);
}

double
ovr_arrivals_grain(const struct ovr_result *result, const struct ovr_arrivals *arrivals)
{
	return ovr_arrivals_tx_burst(result, arrivals->pps) +
		(double)result->plan.ports.burst * arrivals->n_queues;
}

double
ovr_arrivals_line_pps(const struct ovr_result *result)
{
	double frame_bits = result->tx_pps > 0 ? result->tx_l1_bps / result->tx_pps : 0;

	return result->line_bps != 0 && frame_bits > 0 ? (double)result->line_bps / frame_bits : INFINITY;
}

double
ovr_arrivals_tx_ring(const struct ovr_result *result)
{
	return result->txd_set != 0 ? result->txd_set : result->plan.ports.txd;
}

struct ovr_model_load
ovr_arrivals_load(const struct ovr_result *result, uint32_t queue)
{
	struct ovr_arrivals arrivals = ovr_arrivals_of(result, result->queue[queue].worker);
	double pps = ovr_arrivals_pps(result, ovr_arrivals_at(&result->queue[queue]));

	return (struct ovr_model_load){
		.arrival_pps = pps,
		/* a receiver comes to each of its rings for as much as came to it */
		.service_pps = pps > 0 ? ovr_arrivals_service_pps(result) * pps / arrivals.pps : INFINITY,
		.period_ns = INFINITY,
	};
}
