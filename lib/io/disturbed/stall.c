/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stddef.h>

#include "disturbed/disturbed.h"
#include "disturbed/parts.h"
#include "model/model.h"
#include "result/pauses.h"

#define NS_PER_S 1e9
/* A stall is not compared where senders paused for a larger share of it. */
#define PAUSED_MAX 0.1

/* A stall, and what the rules look at. */
struct judged {
	const struct ovr_result *result;
	const struct ovr_stall *stall; /* result->rx_stall[index] */
	uint64_t index;
	struct ovr_arrivals arrivals;
	struct ovr_pauses pauses;
	double came_ns;
};

static uint64_t
end_ns(const struct ovr_stall *stall)
{
	return stall->start_ns + stall->length_ns;
}

/* For how long a stall lasted while frames were sent. */
static uint64_t
ran_ns(const struct ovr_result *result, const struct ovr_stall *stall)
{
	uint64_t until_ns = end_ns(stall) < result->duration_ns ? end_ns(stall) : result->duration_ns;

	return until_ns > stall->start_ns ? until_ns - stall->start_ns : 0;
}

double
ovr_disturbed_came_ns(const struct ovr_result *result, const struct ovr_stall *stall)
{
	return ovr_arrivals_on_ns(result, stall->start_ns, stall->start_ns + ran_ns(result, stall));
}

/* For how long frames arrived while it was no longer than injected. */
static double
came_as_injected_ns(const struct ovr_result *result, const struct ovr_stall *stall)
{
	struct ovr_stall injected = *stall;

	if (result->plan.receiver.stall.length_ns != 0 &&
		injected.length_ns > result->plan.receiver.stall.length_ns)
		injected.length_ns = result->plan.receiver.stall.length_ns;
	return ovr_disturbed_came_ns(result, &injected);
}

double
ovr_disturbed_drain_max_ns(
	const struct ovr_result *result, const struct ovr_arrivals *arrivals, uint64_t length_ns)
{
	double service_pps = ovr_arrivals_service_pps(result), worst_pps = arrivals->worst_pps;
	struct ovr_model_load load = {
		.arrival_pps = worst_pps,
		.service_pps = isinf(service_pps) ? 2 * worst_pps : service_pps * worst_pps / arrivals->pps,
		.stall_ns = fmin((double)length_ns, ovr_model_buffer_time_ns(arrivals->slots, worst_pps)),
	};

	return worst_pps > 0 ? ovr_model_drain_ns(&load) : 0;
}

bool
ovr_disturbed_missed(const struct ovr_result *result, int32_t worker, uint64_t *ret_frames)
{
	bool is_known = true;

	*ret_frames = 0;
	for (uint32_t q = 0; q < result->n_queues; q++) {
		if (result->queue[q].is_tx ||
			(worker != OVR_DISTURBED_ALL && result->queue[q].worker != worker))
			continue;
		*ret_frames += result->queue[q].missed;
		is_known &= result->queue[q].missed_known;
	}
	return is_known;
}

/* Whether frames were lost elsewhere than in receive rings. */
static bool
is_lossy_elsewhere(const struct judged *judged)
{
	const struct ovr_ledger *ledger = &judged->result->ledger;

	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		const struct ovr_ledger_account *account = &ledger->account[i];

		if (!ovr_ledger_account_is_refused(account) &&
			(account->place != OVR_PLACE_RX_RING || account->is_of_hop) && account->frames != 0)
			return true;
	}
	return ledger->unexplained != 0;
}

static bool
is_log_full(const struct judged *judged)
{
	const struct ovr_result *result = judged->result;

	if (result->n_periods_dropped != 0 || result->moved_streams != 0)
		return true;
	for (uint32_t w = 0; w < result->n_workers; w++)
		if (result->worker[w].n_stalls != result->worker[w].n_stalls_kept)
			return true;
	return false;
}

static bool
is_slow(const struct judged *judged)
{
	return ovr_arrivals_is_slow(judged->result, &judged->arrivals);
}

/*
 * Whether senders' pauses decide between loss and none, took a tenth of the stall, or leave open by
 * more than a burst and a batch how many frames arrived.
 */
static bool
is_paused(const struct judged *judged)
{
	const struct ovr_arrivals *arrivals = &judged->arrivals;
	const struct ovr_pauses *pauses = &judged->pauses;
	double came = arrivals->worst_pps * judged->came_ns / NS_PER_S;
	double most = came - arrivals->worst_pps * pauses->min_ns / NS_PER_S;
	double missing = arrivals->worst_pps * pauses->max_ns / NS_PER_S;
	double open = arrivals->pps * (pauses->max_ns - pauses->min_ns) / NS_PER_S;

	return (fmax(came, most) > arrivals->slots && came - missing <= arrivals->slots) ||
		missing > PAUSED_MAX * came || open > 2 * ovr_arrivals_grain(judged->result, arrivals);
}

/*
 * For how long at most frames that a stall of a sender or of the line held up wait in a transmit
 * ring. At the line's own rate the ring never drains, and each frame waits for all of it.
 */
static double
tx_drain_ns(const struct ovr_result *result, double length_ns)
{
	double line = ovr_arrivals_line_pps(result);
	double ring_ns = ovr_arrivals_tx_ring(result) * NS_PER_S / line;
	double load = result->planned_pps * ovr_arrivals_peak(result) / line;

	return load < 1 ? fmin(length_ns * load / (1 - load), ring_ns) : ring_ns;
}

/*
 * Whether frames that the stalls [from, to) of one sender held up still wait at a later time: the
 * times that they take to drain add up.
 */
static bool
is_tx_ring_draining(const struct ovr_result *result, uint64_t from, uint64_t to, uint64_t ns)
{
	double ring_ns = tx_drain_ns(result, INFINITY), drains_ns = 0, free_ns = 0;

	for (uint64_t i = to; i-- > from;) {
		double gap_ns = (double)(ns - end_ns(&result->tx_stall[i]));

		drains_ns += tx_drain_ns(result, (double)result->tx_stall[i].length_ns);
		free_ns += gap_ns;
		if (gap_ns >= ring_ns)
			return false;
		if (free_ns < drains_ns)
			return true;
		ns = result->tx_stall[i].start_ns;
	}
	return false;
}

/*
 * Whether frames waited in a transmit ring when it began, or when sending ended in it. It matters
 * only where a full line would make the ring overflow.
 */
static bool
is_after_pause(const struct judged *judged)
{
	const struct ovr_result *result = judged->result;
	const struct ovr_stall *stall = judged->stall;
	double line_pps = ovr_arrivals_line_pps(result);

	if ((double)stall->length_ns * line_pps / NS_PER_S <= judged->arrivals.slots)
		return false;
	if (!isinf(line_pps) && end_ns(stall) > result->duration_ns)
		return true;
	for (uint64_t at = 0, end; at < result->n_tx_stalls; at = end) {
		uint64_t next = ovr_pauses_first_after(result, at, stall->start_ns, &end);

		if (is_tx_ring_draining(result, at, next, stall->start_ns))
			return true;
	}
	return false;
}

/*
 * Whether more frames had arrived since the rings were empty than arrive at once: one burst, or one
 * to each queue.
 */
static bool
has_backlog(const struct judged *judged)
{
	const struct ovr_arrivals *arrivals = &judged->arrivals;
	const struct ovr_plan *plan = &judged->result->plan;
	uint32_t n_bursts = arrivals->n_queues > plan->ports.txq ? arrivals->n_queues : plan->ports.txq;

	return arrivals->pps * (double)judged->stall->backlog_ns / NS_PER_S >
		fmax(ovr_arrivals_tx_burst(judged->result, arrivals->pps),
			(double)n_bursts * plan->ports.burst);
}

/*
 * Whether that is the backlog of earlier stalls: the log has no empty ring after them, and the time
 * between them was too short for their arrivals to drain.
 */
static bool
has_backlog_of_others(const struct judged *judged)
{
	const struct ovr_result *result = judged->result;
	uint64_t until_ns = judged->stall->start_ns;
	double free_ns = 0, drains_ns = 0;

	if (!has_backlog(judged))
		return false;
	for (uint64_t i = judged->index; i-- > 0;) {
		const struct ovr_stall *before = &result->rx_stall[i];

		if (before->worker != judged->stall->worker || before->drained_ns != UINT64_MAX)
			return false;
		free_ns += (double)(until_ns - end_ns(before));
		drains_ns += ovr_disturbed_drain_max_ns(result, &judged->arrivals, before->length_ns);
		if (free_ns < drains_ns)
			return true;
		until_ns = before->start_ns;
	}
	return false;
}

/*
 * Whether a later stall lost frames before the ring had drained, or followed so closely that the
 * losses of both look like one. Fewer arrivals than a batch in the later one: it is only the long
 * turn that drains the ring.
 */
static bool
is_overrun_after(const struct judged *judged)
{
	const struct ovr_result *result = judged->result;

	for (uint64_t i = judged->index + 1; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *before = &result->rx_stall[i - 1], *stall = &result->rx_stall[i];

		if (stall->worker != before->worker || before->drained_ns != UINT64_MAX)
			return false;
		if (stall->frames != 0 ||
			(before->frames != 0 &&
				stall->start_ns - end_ns(before) < result->plan.trial.stall_min_ns &&
				(double)stall->length_ns * judged->arrivals.worst_pps / NS_PER_S >
					result->plan.ports.burst))
			return true;
	}
	return false;
}

/* Why a stall is excluded; the first rule that holds. */
static const struct {
	enum ovr_comparison_cause cause;
	bool (*holds)(const struct judged *judged);
} rules[] = {
	{ OVR_COMPARISON_PATH, is_lossy_elsewhere },
	{ OVR_COMPARISON_LOG, is_log_full },
	{ OVR_COMPARISON_SLOW, is_slow },
	{ OVR_COMPARISON_TX, is_paused },
	{ OVR_COMPARISON_TX, is_after_pause },
	{ OVR_COMPARISON_RX, has_backlog_of_others },
	{ OVR_COMPARISON_SLOW, has_backlog },
	{ OVR_COMPARISON_RX, is_overrun_after },
};

static enum ovr_comparison_cause
cause_of(const struct judged *judged)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].holds(judged))
			return rules[i].cause;
	return OVR_COMPARISON_VALID;
}

/* Frames that the rings of the receiver should lose while frames arrive for came_ns. */
static double
model_of(const struct judged *judged, double came_ns)
{
	const struct ovr_result *result = judged->result;
	double slots = judged->arrivals.slots, lost = 0;

	for (uint32_t q = 0; q < result->n_queues; q++) {
		const struct ovr_result_queue *queue = &result->queue[q];
		uint64_t came = ovr_arrivals_at(queue);

		if (queue->is_tx || queue->worker != judged->stall->worker)
			continue;
		lost += result->plan.receiver.stall.unread
			? fmax(0, (double)came - slots)
			: ovr_model_lost_per_stall(ovr_arrivals_pps(result, came), came_ns, slots);
	}
	return lost;
}

bool
ovr_disturbed_stall(const struct ovr_result *result, uint64_t index, struct ovr_comparison_stall *ret_stall)
{
	const struct ovr_stall *stall = &result->rx_stall[index];
	struct ovr_pauses pauses = ovr_pauses_in(
		result, stall->start_ns, stall->start_ns + ran_ns(result, stall));
	struct judged judged = {
		.result = result,
		.stall = stall,
		.index = index,
		.arrivals = ovr_arrivals_of(result, stall->worker),
		.pauses = pauses,
		.came_ns = ovr_disturbed_came_ns(result, stall),
	};
	uint64_t missed = 0;
	bool is_counted = result->plan.receiver.stall.unread &&
		ovr_disturbed_missed(result, stall->worker, &missed);

	if (stall->start_ns >= result->duration_ns)
		return false;
	*ret_stall = (struct ovr_comparison_stall){
		.cause = is_counted ? OVR_COMPARISON_VALID : cause_of(&judged),
		.ran_ns = ran_ns(result, stall),
		.came_ns = fmax(0, judged.came_ns - pauses.max_ns),
		.lost = is_counted ? missed : stall->frames,
		.model = model_of(&judged, fmax(0, judged.came_ns - (pauses.min_ns + pauses.max_ns) / 2)),
		.model_injected = model_of(
			&judged, fmax(0, came_as_injected_ns(result, stall) - pauses.max_ns)),
		.bound_frames = ovr_arrivals_grain(result, &judged.arrivals) +
			judged.arrivals.pps * (pauses.max_ns - pauses.min_ns) / 2 / NS_PER_S,
	};
	return true;
}
