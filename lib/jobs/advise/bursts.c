/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/bursts.h"

#include <math.h>

#include "result/arrivals.h"
#include "result/pauses.h"

#define NS_PER_S 1e9

/* Some bursts of a trial, one after the other. */
struct bursts {
	uint64_t from_ns, to_ns; /* from the begin of the first to the end of the last */
	uint64_t gap_ns;         /* before the first, and within */
	double n;
};

bool
ovr_advise_is_by_bursts(const struct ovr_result *result)
{
	if (result->plan.load.shape.shape != OVR_PACE_BURST)
		return false;
	for (uint32_t w = 0; w < result->n_workers; w++) {
		struct ovr_arrivals arrivals = ovr_arrivals_of(result, result->worker[w].worker);

		if (!result->worker[w].is_tx && ovr_arrivals_is_slow(result, &arrivals))
			return true;
	}
	return false;
}

static double
burst_ns(const struct ovr_result *result)
{
	return (double)result->plan.load.shape.burst_frames * NS_PER_S /
		(ovr_arrivals_peak(result) * result->planned_pps);
}

static struct bursts
bursts_of(const struct ovr_result *result, uint64_t index, uint64_t n)
{
	double cycle_ns = burst_ns(result) + (double)result->plan.load.shape.gap_ns;

	return (struct bursts){
		.from_ns = (uint64_t)((double)index * cycle_ns),
		.to_ns = (uint64_t)((double)(index + n - 1) * cycle_ns + burst_ns(result)),
		.gap_ns = result->plan.load.shape.gap_ns,
		.n = (double)n,
	};
}

/* What the host took from a receiver between two instants; of an injected stall, what it added. */
static double
taken_ns(const struct ovr_result *result, uint16_t worker, uint64_t from_ns, uint64_t to_ns)
{
	double taken = 0;

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];
		uint64_t injected_ns = stall->cause == OVR_STALL_INJECTED
			? result->plan.receiver.stall.length_ns
			: 0;
		uint64_t begin_ns = stall->start_ns + injected_ns,
			 end_ns = stall->start_ns + stall->length_ns;

		if (stall->worker != worker)
			continue;
		begin_ns = begin_ns > from_ns ? begin_ns : from_ns;
		end_ns = end_ns < to_ns ? end_ns : to_ns;
		taken += end_ns > begin_ns ? (double)(end_ns - begin_ns) : 0;
	}
	return taken;
}

/*
 * Of a burst, the time of arrivals that senders kept back, at most. What was refused, or is late
 * without a stall, is of no burst.
 */
static double
kept_back_ns(const struct ovr_result *result, const struct bursts *bursts)
{
	const struct ovr_ledger_figures *figures = &result->ledger.figures;
	double slots = (double)(result->shortfall - result->shortfall_in_stalls + figures->refused);
	double share = figures->scheduled != 0 ? slots / (double)figures->scheduled : 0;

	return ovr_pauses_in(result, bursts->from_ns, bursts->to_ns).max_ns +
		share * bursts->n * burst_ns(result);
}

/* Whether the bursts filled the ring of each receiver as planned. */
static bool
is_filled(const struct ovr_result *result, const struct bursts *bursts)
{
	double kept_ns = kept_back_ns(result, bursts), all_ns = bursts->n * burst_ns(result);

	for (uint32_t w = 0; w < result->n_workers; w++) {
		uint16_t worker = result->worker[w].worker;
		double share = ovr_arrivals_service_pps(result) / ovr_arrivals_of(result, worker).pps;

		if (!result->worker[w].is_tx &&
			kept_ns - share * taken_ns(result, worker, bursts->from_ns, bursts->to_ns) >
				OVR_METHOD_ADVISE_BURST_PAUSED * all_ns)
			return false;
	}
	return true;
}

/*
 * Frames that bursts alone lose, with what senders kept back of each: what comes, less what is
 * served meanwhile, less the ring.
 */
static double
lost_alone(const struct ovr_result *result, double n_bursts, double kept_ns)
{
	double each_ns = burst_ns(result), lost = 0;

	for (uint32_t q = 0; q < result->n_queues; q++) {
		struct ovr_model_load load;
		double came, served;

		if (result->queue[q].is_tx)
			continue;
		load = ovr_arrivals_load(result, q);
		came = load.arrival_pps * (each_ns - kept_ns) / NS_PER_S;
		served = load.service_pps * each_ns / NS_PER_S;
		lost += fmax(0, came - served - ovr_arrivals_slots(result));
	}
	return lost * n_bursts;
}

/* Frames that the host's stalls of receivers can have cost. */
static double
lost_to_host(const struct ovr_result *result, const struct bursts *bursts)
{
	uint64_t from_ns = bursts->from_ns > bursts->gap_ns ? bursts->from_ns - bursts->gap_ns : 0;
	double frames = 0;

	for (uint32_t w = 0; w < result->n_workers; w++) {
		uint16_t worker = result->worker[w].worker;

		if (!result->worker[w].is_tx)
			frames += ovr_arrivals_of(result, worker).pps *
				taken_ns(result, worker, from_ns, bursts->to_ns) / NS_PER_S;
	}
	return frames;
}

/* Frames whose loss is known to have begun within some time. */
static uint64_t
lost_between(const struct ovr_result *result, uint64_t from_ns, uint64_t to_ns)
{
	uint64_t frames = 0;

	for (uint64_t i = 0; i < result->n_periods; i++)
		if (ovr_stall_is_timed(&result->period[i]) && result->period[i].before_tx_ns >= from_ns &&
			result->period[i].before_tx_ns < to_ns)
			frames += result->period[i].n_frames;
	return frames;
}

static void
judge(const struct ovr_result *result, const struct bursts *bursts, uint64_t lost,
	struct ovr_result_advice_verification *verified)
{
	double kept_ns = kept_back_ns(result, bursts) / bursts->n;
	double alone = lost_alone(result, bursts->n, kept_ns);

	if (lost != 0 ? alone < 1 && (double)lost <= lost_to_host(result, bursts)
		      : !is_filled(result, bursts)) {
		verified->lost_excluded += lost;
		return;
	}
	verified->n_compared += (uint64_t)bursts->n;
	verified->n_lossy += lost != 0 ? (uint64_t)bursts->n : 0;
	verified->lost += lost;
	verified->model += alone;
}

struct ovr_result_advice_verification
ovr_advise_verify_bursts(const struct ovr_result *result)
{
	struct ovr_result_advice_verification verified = {
		.by_bursts = true,
		.n_injected = result->ledger.figures.scheduled / result->plan.load.shape.burst_frames,
	};
	uint64_t lost = result->ledger.lost > 0 ? (uint64_t)result->ledger.lost : 0;
	bool is_timed = lost_between(result, 0, UINT64_MAX) == lost;

	for (uint64_t i = 0; i < verified.n_injected && is_timed; i++) {
		struct bursts one = bursts_of(result, i, 1), next = bursts_of(result, i + 1, 1);
		uint64_t to_ns = i + 1 < verified.n_injected ? next.from_ns : UINT64_MAX;

		judge(result, &one, lost_between(result, one.from_ns, to_ns), &verified);
	}
	if (!is_timed && verified.n_injected != 0) {
		struct bursts all = bursts_of(result, 0, verified.n_injected);

		judge(result, &all, lost, &verified);
	}
	if (verified.n_compared < OVR_RESULT_ADVICE_COMPARED_MIN)
		verified.outcome = OVR_RESULT_ADVICE_EXCLUDED;
	else if (verified.lost != 0)
		verified.outcome = OVR_RESULT_ADVICE_LOST;
	/* of a ring that is to lose, and has, bursts that did not are no proof that it holds */
	else if (lost != 0 && lost_alone(result, 1, 0) >= 1)
		verified.outcome = OVR_RESULT_ADVICE_EXCLUDED;
	return verified;
}
