/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "disturbed/disturbed.h"
#include "disturbed/parts.h"

#define NS_PER_S 1e9
/*
 * Share of an overload's loss that does not matter: half of what makes two losses differ
 * (method/shape.h).
 */
#define MATERIAL 0.1

/*
 * Frames lost in a host stall. In an overload the ring loses frames without it, too: the arrivals
 * during the stall are the most that it can have cost.
 */
static uint64_t
lost_in(const struct ovr_result *result, const struct ovr_stall *stall)
{
	struct ovr_arrivals arrivals = ovr_arrivals_of(result, stall->worker);

	if (!ovr_arrivals_is_slow(result, &arrivals))
		return stall->frames;
	return (uint64_t)(arrivals.pps * ovr_disturbed_came_ns(result, stall) / NS_PER_S);
}

/* Frames lost after host stalls, before the backlogs of these had drained. */
static uint64_t
lost_in_backlogs(const struct ovr_result *result)
{
	uint64_t frames = 0;

	for (uint64_t i = 0; i < result->n_periods; i++) {
		const struct ovr_seq_period *period = &result->period[i];
		const struct ovr_stall *stall;
		struct ovr_arrivals arrivals;
		uint64_t before;

		if (result->period_stall[i] != UINT32_MAX)
			continue;
		before = ovr_stall_before_loss(
			result->rx_stall, result->n_rx_stalls, period, &result->transit);
		if (before == result->n_rx_stalls)
			continue;
		stall = &result->rx_stall[before];
		arrivals = ovr_arrivals_of(result, period->worker);
		if (stall->cause != OVR_STALL_INJECTED && !ovr_arrivals_is_slow(result, &arrivals) &&
			ovr_stall_is_draining(stall, period, &result->transit,
				ovr_disturbed_drain_max_ns(result, &arrivals, stall->length_ns)))
			frames += period->n_frames;
	}
	return frames;
}

static void
add_injected(struct ovr_comparison *comparison, const struct ovr_comparison_stall *stall)
{
	double apart = (double)stall->lost - stall->model;

	comparison->n_injected++;
	comparison->n_of[stall->cause]++;
	comparison->lost_injected += stall->lost;
	comparison->bound_frames = fmax(comparison->bound_frames, stall->bound_frames);
	if (stall->cause != OVR_COMPARISON_VALID)
		return;
	comparison->ran_ns += stall->ran_ns;
	comparison->lost += stall->lost;
	comparison->model += stall->model;
	comparison->n_within += fabs(apart) <= stall->bound_frames;
	if (fabs(apart) > fabs(comparison->worst_frames))
		comparison->worst_frames = apart;
}

/* Frames that host stalls may lose without excluding the trial: none, except in an overload. */
static double
immaterial(const struct ovr_result *result)
{
	uint64_t missed;
	double lost = ovr_disturbed_missed(result, OVR_DISTURBED_ALL, &missed)
		? (double)missed
		: fmax(0, (double)result->ledger.lost);

	for (uint32_t w = 0; w < result->n_workers; w++) {
		struct ovr_arrivals arrivals = ovr_arrivals_of(result, result->worker[w].worker);

		if (!result->worker[w].is_tx && ovr_arrivals_is_slow(result, &arrivals))
			return MATERIAL * lost;
	}
	return 0;
}

static enum ovr_comparison_exclusion
exclusion_of(const struct ovr_result *result, const struct ovr_comparison *comparison)
{
	uint64_t n_disturbed = comparison->n_of[OVR_COMPARISON_RX] + comparison->n_of[OVR_COMPARISON_TX] +
		comparison->n_of[OVR_COMPARISON_LOG];

	if (result->plan.receiver.stall.unread)
		return OVR_COMPARISON_EXCLUDED_NOT;
	if ((double)comparison->lost_host > immaterial(result))
		return OVR_COMPARISON_EXCLUDED_HOST;
	if (result->plan.receiver.stall.length_ns == 0)
		return OVR_COMPARISON_EXCLUDED_NOT;
	if (comparison->n_injected == 0)
		return OVR_COMPARISON_EXCLUDED_ABSENT;
	/* a slow receiver is a result; beside disturbed stalls its backlog may be the host's */
	return n_disturbed != 0 &&
			n_disturbed + comparison->n_of[OVR_COMPARISON_SLOW] == comparison->n_injected
		? OVR_COMPARISON_EXCLUDED_OVERLAPPED
		: OVR_COMPARISON_EXCLUDED_NOT;
}

struct ovr_comparison
ovr_disturbed_trial(const struct ovr_result *result)
{
	struct ovr_comparison comparison = { .slots = ovr_arrivals_slots(result) };
	uint64_t missed;

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		struct ovr_comparison_stall stall;

		if (result->rx_stall[i].cause != OVR_STALL_INJECTED) {
			comparison.n_host++;
			comparison.lost_host += lost_in(result, &result->rx_stall[i]);
		} else if (ovr_disturbed_stall(result, i, &stall)) {
			add_injected(&comparison, &stall);
		}
	}
	comparison.lost_host += lost_in_backlogs(result);
	/* what exceeds the rings' drop counters was lost before the rings */
	if (ovr_disturbed_missed(result, OVR_DISTURBED_ALL, &missed) && comparison.lost_host > missed)
		comparison.lost_host = missed;
	for (uint32_t w = 0; w < result->n_workers; w++)
		if (!result->worker[w].is_tx)
			comparison.arrival_pps += ovr_arrivals_of(result, result->worker[w].worker).pps;
	comparison.exclusion = exclusion_of(result, &comparison);
	return comparison;
}

double
ovr_disturbed_model_loss(const struct ovr_result *result, const struct ovr_comparison *comparison)
{
	const struct ovr_plan *plan = &result->plan;
	double stall_ns = comparison->n_of[OVR_COMPARISON_VALID] != 0
		? (double)comparison->ran_ns / (double)comparison->n_of[OVR_COMPARISON_VALID]
		: (double)plan->receiver.stall.length_ns;
	double came_pps = 0, lost_pps = 0;

	if (plan->receiver.stall.unread && result->ledger.figures.sent != 0)
		return comparison->model / (double)result->ledger.figures.sent;
	for (uint32_t q = 0; q < result->n_queues; q++) {
		struct ovr_model_load load;

		if (result->queue[q].is_tx)
			continue;
		load = ovr_arrivals_load(result, q);
		if (load.arrival_pps <= 0)
			continue;
		if (plan->receiver.stall.length_ns != 0) {
			load.period_ns = (double)plan->receiver.stall.period_ns;
			load.stall_ns = stall_ns;
		}
		came_pps += load.arrival_pps;
		lost_pps += load.arrival_pps * ovr_model_loss_ratio(&load, comparison->slots);
	}
	return came_pps > 0 ? lost_pps / came_pps : 0;
}
