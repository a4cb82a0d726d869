/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stddef.h>

#include "disturbed/disturbed.h"
#include "disturbed/parts.h"
#include "result/pauses.h"

#define NS_PER_S 1e9
/* A stall is not compared where senders paused for a larger share of it. */
#define PAUSED_MAX 0.1

/*
 * What a receiver takes from one ring at least, in frames/s. A turn in which it takes a batch of
 * every ring is shorter than what is called a stall.
 */
static double
emptying_pps(const struct ovr_result *result, const struct ovr_arrivals *arrivals)
{
	double stall_min_ns = (double)result->plan.stall_min_ns;

	return fmax(
		2 * arrivals->worst_pps, stall_min_ns > 0 ? result->plan.burst * NS_PER_S / stall_min_ns : 0);
}

/*
 * For how long at most a stall is still felt in the fullest ring, of a receiver that is not slow.
 */
double
ovr_disturbed_drain_max_ns(
	const struct ovr_result *result, const struct ovr_arrivals *arrivals, uint64_t length_ns)
{
	double service = ovr_arrivals_service_pps(result);
	double backlog = fmin((double)length_ns * arrivals->worst_pps / NS_PER_S, arrivals->slots);
	double gain = emptying_pps(result, arrivals) - arrivals->worst_pps;

	if (arrivals->worst_pps <= 0)
		return 0;
	if (!isinf(service))
		gain = (service - arrivals->pps) * arrivals->worst_pps / arrivals->pps;
	return backlog * NS_PER_S / gain;
}

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

/* Of that, for how long frames came: in the gaps between bursts none do. */
double
ovr_disturbed_came_ns(const struct ovr_result *result, const struct ovr_stall *stall)
{
	return ovr_arrivals_on_ns(result, stall->start_ns, stall->start_ns + ran_ns(result, stall));
}

/* For how long frames came while it lasted no longer than it was injected for. */
static double
came_as_injected_ns(const struct ovr_result *result, const struct ovr_stall *stall)
{
	struct ovr_stall asked = *stall;

	if (result->plan.stall.length_ns != 0 && asked.length_ns > result->plan.stall.length_ns)
		asked.length_ns = result->plan.stall.length_ns;
	return ovr_disturbed_came_ns(result, &asked);
}

/*
 * For how long a stall of a core that sends is still felt at the rings: until what waits in the
 * transmit ring for it has left. At the line's own rate that never drains, and each frame waits for
 * as long as the whole ring takes.
 */
static double
tx_wake_ns(const struct ovr_result *result, double length_ns)
{
	double line = ovr_arrivals_line_pps(result);
	double ring_ns = ovr_arrivals_tx_ring(result) * NS_PER_S / line;
	double load = result->planned_pps * ovr_arrivals_peak(result) / line;

	return load < 1 ? fmin(length_ns * load / (1 - load), ring_ns) : ring_ns;
}

/*
 * The same after the last of the stalls of one sender, [from, to) in its log: what still waits for
 * the one before adds to it.
 */
static double
tx_wake_of_all_ns(const struct ovr_result *result, uint64_t from, uint64_t to)
{
	double ring_ns = tx_wake_ns(result, INFINITY), wake_ns = 0;
	uint64_t first = to - 1;

	while (first > from &&
		(double)(result->tx_stall[first].start_ns - end_ns(&result->tx_stall[first - 1])) < ring_ns)
		first--;
	for (uint64_t i = first; i < to; i++) {
		const struct ovr_stall *stall = &result->tx_stall[i];

		if (i > first)
			wake_ns -= (double)(stall->start_ns - end_ns(&result->tx_stall[i - 1]));
		wake_ns = fmin(fmax(0, wake_ns) + tx_wake_ns(result, (double)stall->length_ns), ring_ns);
	}
	return wake_ns;
}

/*
 * Whether more had arrived than at once, be it to every queue, since the rings were last found
 * empty.
 */
static bool
has_backlog(
	const struct ovr_result *result, const struct ovr_arrivals *arrivals, const struct ovr_stall *stall)
{
	uint32_t n_bursts = arrivals->n_queues > result->plan.txq ? arrivals->n_queues : result->plan.txq;

	return arrivals->pps * (double)stall->backlog_ns / NS_PER_S >
		fmax(ovr_arrivals_tx_burst(result, arrivals->pps), (double)n_bursts * result->plan.burst);
}

/*
 * Whether that is the backlog of other stalls; else the receiver is slow. In the stalls since the
 * ring was last found empty it had this long to drain what came in them.
 */
static bool
is_after_another(const struct ovr_result *result, const struct ovr_arrivals *arrivals, uint64_t index)
{
	const struct ovr_stall *stall = &result->rx_stall[index];
	uint64_t free_ns = 0, until_ns = stall->start_ns;
	double wakes_ns = 0;

	for (uint64_t i = index; i-- > 0 && result->rx_stall[i].worker == stall->worker;) {
		const struct ovr_stall *before = &result->rx_stall[i];

		if (before->drained_ns != UINT64_MAX)
			break;
		free_ns += until_ns - end_ns(before);
		wakes_ns += ovr_disturbed_drain_max_ns(result, arrivals, before->length_ns);
		if ((double)free_ns < wakes_ns)
			return true;
		until_ns = before->start_ns;
	}
	return false;
}

/*
 * Whether frames were lost in another stall before the ring had drained after this one; or one
 * followed so closely that what was lost in both looks like one loss? A stall begins with a batch
 * that is taken: a turn that is so long because it empties a ring brings less than that.
 */
static bool
is_overrun_after(const struct ovr_result *result, const struct ovr_arrivals *arrivals, uint64_t index)
{
	for (uint64_t i = index + 1; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *before = &result->rx_stall[i - 1], *stall = &result->rx_stall[i];

		if (stall->worker != before->worker || before->drained_ns != UINT64_MAX)
			return false;
		if (stall->frames != 0 ||
			(before->frames != 0 &&
				stall->start_ns - end_ns(before) < result->plan.stall_min_ns &&
				(double)stall->length_ns * arrivals->worst_pps / NS_PER_S >
					result->plan.burst))
			return true;
	}
	return false;
}

/*
 * Whether senders paused for so much of a stall that it shows nothing. Where the pauses make the
 * difference between losing frames and losing none, where they take a tenth of it, or where they
 * leave it open by more than a burst and a batch what came.
 */
static bool
is_paused(const struct ovr_result *result, const struct ovr_arrivals *arrivals, const struct ovr_stall *stall,
	const struct ovr_pauses *pauses)
{
	double came = arrivals->worst_pps * ovr_disturbed_came_ns(result, stall) / NS_PER_S;
	double most = came - arrivals->worst_pps * pauses->min_ns / NS_PER_S;
	double missing = arrivals->worst_pps * pauses->max_ns / NS_PER_S;
	double open = arrivals->pps * (pauses->max_ns - pauses->min_ns) / NS_PER_S;

	return (fmax(came, most) > arrivals->slots && came - missing <= arrivals->slots) ||
		missing > PAUSED_MAX * came || open > 2 * ovr_arrivals_grain(result, arrivals);
}

/*
 * Whether a core that sends or runs the wire stalled so shortly before that it still has an effect.
 * Only where a full line would make the ring overflow: less than nothing cannot be lost.
 */
static bool
is_overlapped_by_tx_ring(const struct ovr_result *result, double slots, const struct ovr_stall *stall)
{
	if ((double)stall->length_ns * ovr_arrivals_line_pps(result) / NS_PER_S <= slots)
		return false;
	/* what still waits when sending ends comes after the end */
	if (!isinf(ovr_arrivals_line_pps(result)) && end_ns(stall) > result->duration_ns)
		return true;
	for (uint64_t at = 0, end; at < result->n_tx_stalls; at = end) {
		uint64_t next = ovr_pauses_first_after(result, at, stall->start_ns, &end);

		if (next > at &&
			(double)(stall->start_ns - end_ns(&result->tx_stall[next - 1])) <
				tx_wake_of_all_ns(result, at, next))
			return true;
	}
	return false;
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

static bool
is_log_full(const struct ovr_result *result)
{
	if (result->n_periods_dropped != 0 || result->moved_streams != 0)
		return true;
	for (uint32_t w = 0; w < result->n_workers; w++)
		if (result->worker[w].n_stalls != result->worker[w].n_stalls_kept)
			return true;
	return false;
}

/* Frames that were lost in other places than receive rings. */
static bool
is_lossy_elsewhere(const struct ovr_result *result)
{
	for (uint32_t i = 0; i < result->ledger.n_accounts; i++) {
		const struct ovr_ledger_account *account = &result->ledger.account[i];

		if (!ovr_ledger_account_is_refused(account) &&
			(account->place != OVR_PLACE_RX_RING || account->is_of_hop) && account->frames != 0)
			return true;
	}
	return result->ledger.unexplained != 0;
}

static enum ovr_comparison_cause
cause_of(const struct ovr_result *result, const struct ovr_arrivals *arrivals, uint64_t index,
	const struct ovr_pauses *pauses)
{
	uint64_t missed;

	if (result->plan.stall.unread &&
		ovr_disturbed_missed(result, result->rx_stall[index].worker, &missed))
		return OVR_COMPARISON_VALID;
	if (is_lossy_elsewhere(result))
		return OVR_COMPARISON_PATH;
	if (is_log_full(result))
		return OVR_COMPARISON_LOG;
	if (ovr_arrivals_is_slow(result, arrivals))
		return OVR_COMPARISON_SLOW;
	if (is_paused(result, arrivals, &result->rx_stall[index], pauses) ||
		is_overlapped_by_tx_ring(result, arrivals->slots, &result->rx_stall[index]))
		return OVR_COMPARISON_TX;
	if (has_backlog(result, arrivals, &result->rx_stall[index]))
		return is_after_another(result, arrivals, index) ? OVR_COMPARISON_RX : OVR_COMPARISON_SLOW;
	return is_overrun_after(result, arrivals, index) ? OVR_COMPARISON_RX : OVR_COMPARISON_VALID;
}

/* What every queue of the receiver should lose while frames came for came_ns. */
static double
model_of(const struct ovr_result *result, uint16_t worker, double slots, double came_ns)
{
	double lost = 0;

	for (uint32_t q = 0; q < result->n_queues; q++) {
		const struct ovr_result_queue *queue = &result->queue[q];
		uint64_t came = ovr_arrivals_at(queue);

		if (queue->is_tx || queue->worker != worker)
			continue;
		lost += result->plan.stall.unread
			? fmax(0, (double)came - slots)
			: ovr_model_lost_per_stall(ovr_arrivals_pps(result, came), came_ns, slots);
	}
	return lost;
}

bool
ovr_disturbed_stall(const struct ovr_result *result, uint64_t index, struct ovr_comparison_stall *ret_stall)
{
	const struct ovr_stall *stall = &result->rx_stall[index];
	struct ovr_arrivals arrivals = ovr_arrivals_of(result, stall->worker);
	struct ovr_pauses pauses = ovr_pauses_in(
		result, stall->start_ns, stall->start_ns + ran_ns(result, stall));
	double came = ovr_disturbed_came_ns(result, stall);
	uint64_t missed;

	if (stall->start_ns >= result->duration_ns)
		return false;
	*ret_stall = (struct ovr_comparison_stall){
		.cause = cause_of(result, &arrivals, index, &pauses),
		.ran_ns = ran_ns(result, stall),
		.came_ns = fmax(0, came - pauses.max_ns),
		.lost = stall->frames,
		.bound_frames = ovr_arrivals_grain(result, &arrivals) +
			arrivals.pps * (pauses.max_ns - pauses.min_ns) / 2 / NS_PER_S,
	};
	if (result->plan.stall.unread && ovr_disturbed_missed(result, stall->worker, &missed))
		ret_stall->lost = missed;
	ret_stall->model = model_of(
		result, stall->worker, arrivals.slots, fmax(0, came - (pauses.min_ns + pauses.max_ns) / 2));
	ret_stall->model_injected = model_of(result, stall->worker, arrivals.slots,
		fmax(0, came_as_injected_ns(result, stall) - pauses.max_ns));
	return true;
}
