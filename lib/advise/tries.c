/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/tries.h"

#include <math.h>

#include "advise/soak.h"
#include "result/disturbed.h"
#include "result/inflow.h"

#define NS_PER_S 1e9
/* A sender that was stalled for no more of a stall than this has filled the ring all the same. */
#define PAUSED_MAX 0.05
/* Frames lost in no stall that show nothing, for each stall on purpose. */
#define GRAIN_FRAMES 1

/* For how long senders were stalled, or the core of the wire, while the receiver was. */
static double
paused_ns(const struct ovr_result *result, const struct ovr_stall *stall)
{
	uint64_t end_ns = stall->start_ns + stall->length_ns;
	double paused = 0;

	for (uint64_t i = 0; i < result->n_tx_stalls; i++) {
		const struct ovr_stall *other = &result->tx_stall[i];
		uint64_t from = other->start_ns > stall->start_ns ? other->start_ns : stall->start_ns;
		uint64_t to = other->start_ns + other->length_ns;

		to = to < end_ns ? to : end_ns;
		paused += to > from ? (double)(to - from) : 0;
	}
	return paused;
}

/* Did nearly as many frames come in a stall as may come in such a time? In the gap between two bursts a ring is not tried. */
static bool
is_in_burst(const struct ovr_result *result, const struct ovr_stall *stall)
{
	double came_ns = ovr_inflow_on_ns(result, stall->start_ns, stall->start_ns + stall->length_ns);

	return came_ns >= (1 - PAUSED_MAX) * ovr_inflow_on_ns(result, 0, stall->length_ns);
}

/*
 * Whether a disturbed stall shows all the same that nothing, or something, is lost. A backlog, or another stall of the receiver,
 * can only add losses, a stall of the sender only take them away.
 */
static bool
is_conclusive(const struct ovr_result *result, const struct ovr_stall *stall,
	const struct ovr_disturbed_stall *judged)
{
	bool is_own = ovr_advise_is_own(result, stall);

	if (judged->cause == OVR_DISTURBED_NOT && !is_own)
		return true;
	if (judged->cause == OVR_DISTURBED_LOG || judged->cause == OVR_DISTURBED_PATH ||
		(judged->cause == OVR_DISTURBED_SLOW && judged->lost != 0))
		return false;
	if (judged->lost != 0)
		return !is_own && judged->model >= 1;
	return judged->cause != OVR_DISTURBED_TX ||
		paused_ns(result, stall) <= PAUSED_MAX * (double)stall->length_ns;
}

/* A stall on purpose that shows something. */
static bool
shows(const struct ovr_result *result, uint64_t index, struct ovr_disturbed_stall *ret_judged)
{
	const struct ovr_stall *stall = &result->rx_stall[index];

	return stall->cause == OVR_STALL_ON_PURPOSE && is_in_burst(result, stall) &&
		ovr_disturbed_stall(result, index, ret_judged) && is_conclusive(result, stall, ret_judged);
}

/* For how long a stall can be felt: until a full ring has drained, by a receiver that takes twice what comes, or what it serves. */
static double
wake_max_ns(const struct ovr_result *result)
{
	struct ovr_disturbed disturbed = ovr_disturbed_of(result);
	double gain_fps = disturbed.arrival_fps;
	uint32_t n_rings = 0;

	for (uint32_t q = 0; q < result->n_queues; q++)
		n_rings += !result->queue[q].is_tx;
	if (result->plan.service.value != 0)
		gain_fps = (double)result->plan.service.value / 1000 - disturbed.arrival_fps;
	return gain_fps > 0 ? n_rings * disturbed.slots * NS_PER_S / gain_fps : INFINITY;
}

/* Were these frames lost in no stall, and not while the ring drained behind one that is set aside? */
static bool
is_outside(const struct ovr_result *result, uint64_t index, double wake_ns)
{
	const struct ovr_seq_period *period = &result->period[index];
	struct ovr_disturbed_stall judged;
	const struct ovr_stall *stall;
	uint64_t before, from_ns = period->before_tx_ns + result->transit.least_ns;

	if (result->period_stall[index] != UINT32_MAX || !ovr_stall_is_timed(period))
		return false;
	before = ovr_stall_before(result->rx_stall, result->n_rx_stalls, period->worker, from_ns);
	if (before == result->n_rx_stalls)
		return true;
	stall = &result->rx_stall[before];
	return !ovr_stall_is_felt(stall, from_ns, wake_ns) ||
		(shows(result, before, &judged) && !ovr_advise_is_own(result, stall));
}

static uint64_t
lost_outside(const struct ovr_result *result)
{
	double wake_ns = result->n_periods != 0 ? wake_max_ns(result) : 0;
	uint64_t frames = 0;

	for (uint64_t i = 0; i < result->n_periods; i++)
		if (is_outside(result, i, wake_ns))
			frames += result->period[i].n_frames;
	return frames;
}

/* Frames that came while the host, and not the plan, kept receivers from polling. */
static double
came_in_own_stalls(const struct ovr_result *result)
{
	double frames = 0;

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];
		struct ovr_inflow inflow = ovr_inflow_of(result, stall->worker);

		if (ovr_advise_is_own(result, stall))
			frames += inflow.fps *
				ovr_inflow_on_ns(
					result, stall->start_ns, stall->start_ns + stall->length_ns) /
				NS_PER_S;
	}
	return frames;
}

static bool
is_slow_in_bursts(const struct ovr_result *result)
{
	if (result->plan.shape.shape != OVR_PACE_BURST)
		return false;
	for (uint32_t w = 0; w < result->n_workers; w++) {
		struct ovr_inflow inflow = ovr_inflow_of(result, result->worker[w].worker);

		if (!result->worker[w].is_tx && ovr_inflow_is_slow(result, &inflow))
			return true;
	}
	return false;
}

/*
 * A receiver that is slower than a burst has a backlog in every stall, so the trial is judged as a whole, by its bursts. The host's
 * own stalls can have cost no more than what came in them; a sender that kept frames back has not filled the ring.
 */
static struct ovr_result_advice_try
try_by_bursts(const struct ovr_result *result)
{
	uint64_t n_bursts = result->ledger.figures.scheduled / result->plan.shape.burst_frames;
	double kept_back = (double)result->shortfall + (double)result->ledger.figures.refused;
	double own = came_in_own_stalls(result);
	struct ovr_result_advice_try tried = {
		.by_bursts = true,
		.n_asked = n_bursts,
		.lost = result->ledger.lost > 0 ? (uint64_t)result->ledger.lost : 0,
	};
	bool is_filled = kept_back <= PAUSED_MAX * (double)result->ledger.figures.scheduled;
	bool is_lossy = (double)tried.lost > own;

	if (n_bursts >= OVR_RESULT_ADVICE_COMPARED_MIN && (is_lossy || (tried.lost == 0 && is_filled))) {
		tried.n_compared = n_bursts;
		tried.outcome = is_lossy ? OVR_RESULT_ADVICE_LOST : OVR_RESULT_ADVICE_HELD;
		return tried;
	}
	tried.lost_aside = tried.lost;
	tried.lost = 0;
	tried.outcome = OVR_RESULT_ADVICE_ASIDE;
	return tried;
}

struct ovr_result_advice_try
ovr_advise_try_of(const struct ovr_result *result)
{
	struct ovr_result_advice_try tried = { .n_asked = 0 };
	uint64_t lost = result->ledger.lost > 0 ? (uint64_t)result->ledger.lost : 0;
	uint64_t n_alone = 0;

	if (is_slow_in_bursts(result))
		return try_by_bursts(result);
	tried.lost_outside = lost_outside(result);

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];
		struct ovr_disturbed_stall judged;

		tried.n_asked += stall->cause == OVR_STALL_ON_PURPOSE &&
			stall->start_ns < result->duration_ns;
		if (!shows(result, i, &judged))
			continue;
		tried.n_compared++;
		n_alone += judged.cause == OVR_DISTURBED_NOT;
		tried.n_lossy += judged.lost != 0;
		tried.lost += judged.lost;
		tried.model += judged.model;
	}
	if (lost > tried.lost + tried.lost_outside)
		tried.lost_aside = lost - tried.lost - tried.lost_outside;
	/* of a receiver that is slow, stalls that lose nothing are no sample: those that do are left out */
	if (tried.n_compared < OVR_RESULT_ADVICE_COMPARED_MIN || n_alone == 0)
		tried.outcome = OVR_RESULT_ADVICE_ASIDE;
	else if (tried.lost != 0 || tried.lost_outside > GRAIN_FRAMES * tried.n_asked)
		tried.outcome = OVR_RESULT_ADVICE_LOST;
	return tried;
}
