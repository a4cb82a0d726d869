/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/tries.h"

#include <math.h>

#include "advise/soak.h"
#include "result/disturbed.h"

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

	return stall->cause == OVR_STALL_ON_PURPOSE && ovr_disturbed_stall(result, index, ret_judged) &&
		is_conclusive(result, stall, ret_judged);
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

struct ovr_result_advice_try
ovr_advise_try_of(const struct ovr_result *result)
{
	struct ovr_result_advice_try tried = { .lost_outside = lost_outside(result) };
	uint64_t lost = result->ledger.lost > 0 ? (uint64_t)result->ledger.lost : 0;

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];
		struct ovr_disturbed_stall judged;

		tried.n_asked += stall->cause == OVR_STALL_ON_PURPOSE &&
			stall->start_ns < result->duration_ns;
		if (!shows(result, i, &judged))
			continue;
		tried.n_compared++;
		tried.n_lossy += judged.lost != 0;
		tried.lost += judged.lost;
		tried.model += judged.model;
	}
	if (lost > tried.lost + tried.lost_outside)
		tried.lost_aside = lost - tried.lost - tried.lost_outside;
	if (tried.n_compared < OVR_RESULT_ADVICE_COMPARED_MIN)
		tried.outcome = OVR_RESULT_ADVICE_ASIDE;
	else if (tried.lost != 0 || tried.lost_outside > GRAIN_FRAMES * tried.n_asked)
		tried.outcome = OVR_RESULT_ADVICE_LOST;
	return tried;
}
