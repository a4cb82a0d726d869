/* SPDX-License-Identifier: BSD-3-Clause */
#include "back_to_back/judge.h"

#include <stdio.h>

/*
 * Stalls are told from gaps between turns by a threshold; less than this of the flow's time does
 * not show.
 */
#define STALLED_SHARE 0.01
/* A port may take frames by so much faster than its line before that is noticed: clocks differ. */
#define FAST_SHARE 0.01

static double
txd_of(const struct ovr_result *result)
{
	return result->txd_set != 0 ? result->txd_set : result->plan.ports.txd;
}

/*
 * Until when frames of the burst may have been on the line: those in the TX ring were handed over
 * already.
 */
static uint64_t
line_until_ns(const struct ovr_result *result, double max_pps)
{
	return result->duration_ns + (uint64_t)(txd_of(result) * result->plan.ports.txq / max_pps * 1e9);
}

/* Whether the sender left the line idle. */
static bool
has_gap(const struct ovr_result *result, const struct ovr_back_to_back_terms *terms)
{
	double max_pps = terms->max_pps;
	uint64_t buffer_time_ns = terms->is_ahead ? (uint64_t)(txd_of(result) / max_pps * 1e9) : 0;
	double late_ns = (double)result->duration_ns - (double)result->ledger.figures.sent / max_pps * 1e9;

	if (result->shortfall != 0)
		return true;
	for (uint64_t i = 0; i < result->n_tx_stalls; i++)
		if (result->tx_stall[i].start_ns < result->duration_ns &&
			result->tx_stall[i].length_ns > buffer_time_ns)
			return true;
	/* handed over later than the line would have sent it */
	return terms->is_ahead && late_ns * max_pps > 1e9 * result->plan.ports.burst;
}

static bool
was_fast(const struct ovr_result *result, double max_pps)
{
	double ahead = txd_of(result) * result->plan.ports.txq;
	double frames = (double)result->ledger.figures.sent - ahead;

	return frames > 0 && frames > (1 + FAST_SHARE) * max_pps * (double)result->duration_ns / 1e9 + 1;
}

static uint32_t
receivers(const struct ovr_result *result)
{
	uint32_t n = 0;

	for (uint32_t w = 0; w < result->n_workers; w++)
		n += !result->worker[w].is_tx;
	return n;
}

/*
 * Frames that servers, each with its share of a rate, could not serve in time, since their cores
 * were away.
 */
static double
late_frames(const struct ovr_result *result)
{
	double pps = (double)result->plan.receiver.service.value / 1000 / receivers(result);
	double late_ns = 0;

	for (uint32_t w = 0; w < result->n_workers; w++)
		late_ns += (double)result->worker[w].service_late_ns;
	return late_ns / 1e9 * pps;
}

static double
host_stalls_ns(const struct ovr_result *result, double until_ns)
{
	double ns = 0;

	for (uint64_t i = 0; i < result->n_rx_stalls; i++)
		if (result->rx_stall[i].cause != OVR_STALL_INJECTED &&
			(double)result->rx_stall[i].start_ns < until_ns)
			ns += (double)result->rx_stall[i].length_ns;
	return ns;
}

/* Whether host stalls of the receive cores can account for all of the loss. */
static bool
may_be_a_stalls(const struct ovr_result *result, const struct ovr_back_to_back_terms *terms)
{
	double stalled_ns = host_stalls_ns(result, (double)line_until_ns(result, terms->max_pps));
	/*
	 * a server that waits for its next service has time to spare: for how long it was late is
	 * known
	 */
	double cost = result->plan.receiver.service.value != 0 ? late_frames(result)
							       : stalled_ns / 1e9 * terms->max_pps;

	return stalled_ns > 0 && cost >= (double)terms->step_frames &&
		(double)result->ledger.lost <= cost + 1;
}

/* Does a pause of the wire's line show: so many frames can have been taken in it. */
static bool
has_pause(const struct ovr_result *result, const struct ovr_back_to_back_terms *terms)
{
	double service_pps = (double)result->plan.receiver.service.value / 1000;
	double taken_pps = service_pps > 0 ? service_pps : terms->max_pps;

	return result->line_paused_ns > 0 &&
		(double)result->line_paused_ns / 1e9 * taken_pps >= (double)terms->step_frames;
}

enum ovr_result_back_to_back_fault
ovr_back_to_back_judge(const struct ovr_result *result, const struct ovr_back_to_back_terms *terms)
{
	if (was_fast(result, terms->max_pps))
		return OVR_RESULT_BACK_TO_BACK_FAST;
	/*
	 * when frames came and how the receiver was disturbed is the same to a ring that nobody
	 * reads
	 */
	if (result->plan.receiver.stall.unread)
		return OVR_RESULT_BACK_TO_BACK_SOUND;
	if (result->ledger.lost > 0)
		return may_be_a_stalls(result, terms) ? OVR_RESULT_BACK_TO_BACK_STALL
						      : OVR_RESULT_BACK_TO_BACK_SOUND;
	if (has_pause(result, terms))
		return OVR_RESULT_BACK_TO_BACK_PAUSE;
	return has_gap(result, terms) ? OVR_RESULT_BACK_TO_BACK_GAP : OVR_RESULT_BACK_TO_BACK_SOUND;
}

void
ovr_back_to_back_judge_all(struct ovr_result_back_to_back *burst)
{
	enum ovr_method_buffer_fault fault = burst->buffer.fault;

	burst->verdict = OVR_VERDICT_PASS;
	/*
	 * a search that ended at its limit was the last one: fewer answers than asked are no wonder
	 * then
	 */
	if (burst->lengths.n == 0 && burst->n_excluded != 0) {
		burst->verdict = OVR_VERDICT_LOSS;
		snprintf(burst->reason, sizeof(burst->reason),
			"not known: all %u searches were excluded, since a length was disturbed again and "
			"again, "
			"see their trials",
			burst->n_excluded);
	} else if (burst->lengths.n < burst->plan.repetition.repeats && fault != OVR_METHOD_BUFFER_AT_LIMIT) {
		burst->verdict = OVR_VERDICT_LOSS;
		snprintf(burst->reason, sizeof(burst->reason),
			"%zu of %u searches had an answer: in the others a length was disturbed again and "
			"again, see their trials",
			burst->lengths.n, burst->plan.repetition.repeats);
	} else if (fault != OVR_METHOD_BUFFER_SOUND) {
		burst->verdict = fault == OVR_METHOD_BUFFER_NO_BURST ? OVR_VERDICT_LOSS : OVR_VERDICT_VOID;
		snprintf(burst->reason, sizeof(burst->reason), "%s", ovr_method_buffer_fault_text(fault));
	}
}

struct ovr_back_to_back_flow
ovr_back_to_back_flow_of(const struct ovr_result *result)
{
	struct ovr_back_to_back_flow flow = { .frames = 0 };
	uint64_t batches = 0, n_rx = receivers(result), frames = 0;
	double ns, away_ns;

	for (uint32_t q = 0; q < result->n_queues; q++) {
		if (result->queue[q].is_tx)
			continue;
		batches += result->queue[q].polls - result->queue[q].empty_polls;
		frames += result->queue[q].frames;
	}
	if (batches <= n_rx || n_rx == 0 || result->interarrival_ns == NULL ||
		result->interarrival_ns->sum == 0)
		return flow;
	/* each core's times between frames add up to the time from its first batch to its last */
	ns = (double)result->interarrival_ns->sum / (double)n_rx;
	flow.frames = (double)frames * (1 - (double)n_rx / (double)batches);
	flow.seconds = ns / 1e9;
	away_ns = result->plan.receiver.service.value != 0
		? late_frames(result) / ((double)result->plan.receiver.service.value / 1000) * 1e9
		: host_stalls_ns(result, ns);
	flow.is_stalled = away_ns > STALLED_SHARE * ns;
	return flow;
}
