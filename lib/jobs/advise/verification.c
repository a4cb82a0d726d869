/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/verification.h"

#include <math.h>

#include "advise/bursts.h"
#include "disturbed/disturbed.h"
#include "result/arrivals.h"

#define NS_PER_S 1e9
/* Frames lost in no stall that show nothing, for each injected stall. */
#define GRAIN_FRAMES 1

/*
 * Whether the host made it longer by more than the frames of a batch, for which the trial leaves
 * room.
 */
static bool
is_prolonged(const struct ovr_result *result, const struct ovr_stall *stall)
{
	double injected_ns = (double)result->plan.receiver.stall.length_ns;
	double pps = ovr_arrivals_of(result, stall->worker).worst_pps;

	return stall->cause != OVR_STALL_INJECTED ||
		((double)stall->length_ns - injected_ns) * pps / NS_PER_S > result->plan.ports.burst;
}

/* Whether a stall as long as injected loses frames by the model. */
static bool
is_to_lose(const struct ovr_result *result, const struct ovr_arrivals *arrivals)
{
	double injected_ns = ovr_arrivals_on_ns(result, 0, result->plan.receiver.stall.length_ns);

	return arrivals->worst_pps * injected_ns / NS_PER_S > arrivals->slots;
}

/*
 * Whether a stall that lost nothing shows that the ring holds it. Nearly as many frames have to
 * have come as in the stall that was injected; not so in the gap between two bursts, or where
 * senders paused. A backlog, or more of the stall, can only have added to them. From a ring that is
 * to lose, no less must have come than it loses for sure.
 */
static bool
shows_room(const struct ovr_result *result, const struct ovr_stall *stall,
	const struct ovr_comparison_stall *judged)
{
	struct ovr_arrivals arrivals = ovr_arrivals_of(result, stall->worker);
	double injected_ns = ovr_arrivals_on_ns(result, 0, result->plan.receiver.stall.length_ns);

	if (is_to_lose(result, &arrivals) && judged->model < judged->bound_frames)
		return false;
	return judged->came_ns >= (1 - OVR_METHOD_ADVISE_STALL_PAUSED) * injected_ns;
}

/*
 * Whether a stall that lost frames shows that the ring is too small for the injected one. Where
 * that alone loses, whatever else befell the receiver; otherwise nothing may have. The backlog of
 * arrivals at random is their own.
 */
static bool
shows_loss(const struct ovr_result *result, const struct ovr_stall *stall,
	const struct ovr_comparison_stall *judged)
{
	bool is_random = judged->cause == OVR_COMPARISON_SLOW &&
		result->plan.load.shape.shape == OVR_PACE_POISSON;

	if (judged->model_injected >= 1)
		return true;
	return (judged->cause == OVR_COMPARISON_VALID || is_random) && !is_prolonged(result, stall);
}

/*
 * An injected stall that shows something. Of a receiver that is slower than the arrivals none
 * does: its ring is full all along.
 */
static bool
shows(const struct ovr_result *result, uint64_t index, struct ovr_comparison_stall *ret_judged)
{
	const struct ovr_stall *stall = &result->rx_stall[index];
	struct ovr_arrivals arrivals = ovr_arrivals_of(result, stall->worker);

	if (stall->cause != OVR_STALL_INJECTED || ovr_arrivals_is_slow(result, &arrivals) ||
		!ovr_disturbed_stall(result, index, ret_judged) || ret_judged->cause == OVR_COMPARISON_LOG ||
		ret_judged->cause == OVR_COMPARISON_PATH)
		return false;
	return ret_judged->lost == 0 ? shows_room(result, stall, ret_judged)
				     : shows_loss(result, stall, ret_judged);
}

/*
 * For how long a backlog can last: until a full ring has drained, at --service or else at twice the
 * arrival rate.
 */
static double
drain_max_ns(const struct ovr_result *result)
{
	struct ovr_comparison comparison = ovr_disturbed_trial(result);
	double gain_pps = comparison.arrival_pps;
	uint32_t n_rings = 0;

	for (uint32_t q = 0; q < result->n_queues; q++)
		n_rings += !result->queue[q].is_tx;
	if (result->plan.receiver.service.value != 0)
		gain_pps = (double)result->plan.receiver.service.value / 1000 - comparison.arrival_pps;
	return gain_pps > 0 ? n_rings * comparison.slots * NS_PER_S / gain_pps : INFINITY;
}

/*
 * Whether these frames were lost in no stall, and not while the ring drained after an excluded one.
 */
static bool
is_outside(const struct ovr_result *result, uint64_t index, double drain_ns)
{
	const struct ovr_seq_period *period = &result->period[index];
	struct ovr_comparison_stall judged;
	const struct ovr_stall *stall;
	uint64_t before;

	if (result->period_stall[index] != UINT32_MAX || !ovr_stall_is_timed(period))
		return false;
	before = ovr_stall_before_loss(result->rx_stall, result->n_rx_stalls, period, &result->transit);
	if (before == result->n_rx_stalls)
		return true;
	stall = &result->rx_stall[before];
	return !ovr_stall_is_draining(stall, period, &result->transit, drain_ns) ||
		(shows(result, before, &judged) && !is_prolonged(result, stall));
}

static uint64_t
lost_outside(const struct ovr_result *result)
{
	double drain_ns = result->n_periods != 0 ? drain_max_ns(result) : 0;
	uint64_t frames = 0;

	for (uint64_t i = 0; i < result->n_periods; i++)
		if (is_outside(result, i, drain_ns))
			frames += result->period[i].n_frames;
	return frames;
}

/*
 * What the stalls that show something say together. Where a ring is to lose, and has lost frames,
 * be it in others, that some did not is no proof that it holds.
 */
static enum ovr_result_advice_outcome
outcome_of(const struct ovr_result *result, const struct ovr_result_advice_verification *verified)
{
	if (verified->n_compared < OVR_RESULT_ADVICE_COMPARED_MIN)
		return OVR_RESULT_ADVICE_EXCLUDED;
	if (verified->lost != 0 || verified->lost_outside > GRAIN_FRAMES * verified->n_injected)
		return OVR_RESULT_ADVICE_LOST;
	for (uint32_t w = 0; w < result->n_workers && result->ledger.lost > 0; w++) {
		struct ovr_arrivals arrivals = ovr_arrivals_of(result, result->worker[w].worker);

		if (!result->worker[w].is_tx && is_to_lose(result, &arrivals))
			return OVR_RESULT_ADVICE_EXCLUDED;
	}
	return OVR_RESULT_ADVICE_LOSSLESS;
}

struct ovr_result_advice_verification
ovr_advise_verify(const struct ovr_result *result)
{
	struct ovr_result_advice_verification verified = { .n_injected = 0 };
	uint64_t lost = result->ledger.lost > 0 ? (uint64_t)result->ledger.lost : 0;

	if (ovr_advise_is_by_bursts(result))
		return ovr_advise_verify_bursts(result);
	verified.lost_outside = lost_outside(result);

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];
		struct ovr_comparison_stall judged;

		verified.n_injected += stall->cause == OVR_STALL_INJECTED &&
			stall->start_ns < result->duration_ns;
		if (!shows(result, i, &judged))
			continue;
		verified.n_compared++;
		verified.n_lossy += judged.lost != 0;
		verified.lost += judged.lost;
		verified.model += judged.model;
	}
	if (lost > verified.lost + verified.lost_outside)
		verified.lost_excluded = lost - verified.lost - verified.lost_outside;
	verified.outcome = outcome_of(result, &verified);
	return verified;
}
