/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/disturbed.h"

#include <math.h>
#include <stddef.h>

#include "result/inflow.h"
#include "result/pauses.h"

#define NS_PER_S 1e9
/*
 * An overload is as large as it is, give or take half of what makes two losses differ
 * (method/shape.h).
 */
#define MATERIAL 0.1

const char *
ovr_disturbed_cause_name(enum ovr_disturbed_cause cause)
{
	static const char *const name[OVR_DISTURBED_CAUSES] = {
		[OVR_DISTURBED_NOT] = "compared",
		[OVR_DISTURBED_RX] = "rx",
		[OVR_DISTURBED_TX] = "tx",
		[OVR_DISTURBED_LOG] = "log",
		[OVR_DISTURBED_PATH] = "path",
		[OVR_DISTURBED_SLOW] = "slow",
	};

	return name[cause];
}

const char *
ovr_disturbed_exclusion_name(enum ovr_disturbed_exclusion exclusion)
{
	static const char *const name[OVR_DISTURBED_EXCLUSIONS] = {
		[OVR_DISTURBED_EXCLUDED_NOT] = "no",
		[OVR_DISTURBED_EXCLUDED_HOST] = "host",
		[OVR_DISTURBED_EXCLUDED_ABSENT] = "absent",
		[OVR_DISTURBED_EXCLUDED_OVERLAPPED] = "overlapped",
	};

	return name[exclusion];
}

struct ovr_model_load
ovr_disturbed_load(const struct ovr_result *result, uint32_t queue)
{
	struct ovr_inflow inflow = ovr_inflow_of(result, result->queue[queue].worker);
	double pps = ovr_inflow_pps(result, ovr_inflow_came_to(&result->queue[queue]));

	return (struct ovr_model_load){
		.arrival_pps = pps,
		/* a receiver comes to each of its rings for as much as came to it */
		.service_pps = pps > 0 ? ovr_inflow_service_pps(result) * pps / inflow.pps : INFINITY,
		.period_ns = INFINITY,
	};
}

/*
 * What a receiver takes from one ring at least, in frames/s. A turn in which it takes a batch of
 * every ring is shorter than what is called a stall.
 */
static double
emptying_pps(const struct ovr_result *result, const struct ovr_inflow *inflow)
{
	double stall_min_ns = (double)result->plan.stall_min_ns;

	return fmax(
		2 * inflow->worst_pps, stall_min_ns > 0 ? result->plan.burst * NS_PER_S / stall_min_ns : 0);
}

/*
 * For how long at most a stall is still felt in the fullest ring, of a receiver that is not slow.
 */
static double
wake_ns(const struct ovr_result *result, const struct ovr_inflow *inflow, uint64_t length_ns)
{
	double service = ovr_inflow_service_pps(result);
	double backlog = fmin((double)length_ns * inflow->worst_pps / NS_PER_S, inflow->slots);
	double gain = emptying_pps(result, inflow) - inflow->worst_pps;

	if (inflow->worst_pps <= 0)
		return 0;
	if (!isinf(service))
		gain = (service - inflow->pps) * inflow->worst_pps / inflow->pps;
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
static double
came_ns(const struct ovr_result *result, const struct ovr_stall *stall)
{
	return ovr_inflow_on_ns(result, stall->start_ns, stall->start_ns + ran_ns(result, stall));
}

/* For how long frames came while it lasted no longer than it was injected for. */
static double
came_as_injected_ns(const struct ovr_result *result, const struct ovr_stall *stall)
{
	struct ovr_stall asked = *stall;

	if (result->plan.stall.length_ns != 0 && asked.length_ns > result->plan.stall.length_ns)
		asked.length_ns = result->plan.stall.length_ns;
	return came_ns(result, &asked);
}

/*
 * For how long a stall of a core that sends is still felt at the rings: until what waits in the
 * transmit ring for it has left. At the line's own rate that never drains, and each frame waits for
 * as long as the whole ring takes.
 */
static double
tx_wake_ns(const struct ovr_result *result, double length_ns)
{
	double line = ovr_inflow_line_pps(result);
	double ring_ns = ovr_inflow_tx_ring(result) * NS_PER_S / line;
	double load = result->planned_pps * ovr_inflow_peak(result) / line;

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
has_backlog(const struct ovr_result *result, const struct ovr_inflow *inflow, const struct ovr_stall *stall)
{
	uint32_t n_bursts = inflow->n_queues > result->plan.txq ? inflow->n_queues : result->plan.txq;

	return inflow->pps * (double)stall->backlog_ns / NS_PER_S >
		fmax(ovr_inflow_tx_burst(result, inflow->pps), (double)n_bursts * result->plan.burst);
}

/*
 * Whether that is the backlog of other stalls; else the receiver is slow. In the stalls since the
 * ring was last found empty it had this long to drain what came in them.
 */
static bool
is_after_another(const struct ovr_result *result, const struct ovr_inflow *inflow, uint64_t index)
{
	const struct ovr_stall *stall = &result->rx_stall[index];
	uint64_t free_ns = 0, until_ns = stall->start_ns;
	double wakes_ns = 0;

	for (uint64_t i = index; i-- > 0 && result->rx_stall[i].worker == stall->worker;) {
		const struct ovr_stall *before = &result->rx_stall[i];

		if (before->drained_ns != UINT64_MAX)
			break;
		free_ns += until_ns - end_ns(before);
		wakes_ns += wake_ns(result, inflow, before->length_ns);
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
is_overrun_after(const struct ovr_result *result, const struct ovr_inflow *inflow, uint64_t index)
{
	for (uint64_t i = index + 1; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *before = &result->rx_stall[i - 1], *stall = &result->rx_stall[i];

		if (stall->worker != before->worker || before->drained_ns != UINT64_MAX)
			return false;
		if (stall->frames != 0 ||
			(before->frames != 0 &&
				stall->start_ns - end_ns(before) < result->plan.stall_min_ns &&
				(double)stall->length_ns * inflow->worst_pps / NS_PER_S > result->plan.burst))
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
is_paused(const struct ovr_result *result, const struct ovr_inflow *inflow, const struct ovr_stall *stall,
	const struct ovr_pauses *pauses)
{
	double came = inflow->worst_pps * came_ns(result, stall) / NS_PER_S;
	double most = came - inflow->worst_pps * pauses->min_ns / NS_PER_S;
	double missing = inflow->worst_pps * pauses->max_ns / NS_PER_S;
	double open = inflow->pps * (pauses->max_ns - pauses->min_ns) / NS_PER_S;

	return (fmax(came, most) > inflow->slots && came - missing <= inflow->slots) ||
		missing > OVR_DISTURBED_PAUSED_MAX * came || open > 2 * ovr_inflow_grain(result, inflow);
}

/*
 * Whether a core that sends or runs the wire stalled so shortly before that it still has an effect.
 * Only where a full line would make the ring overflow: less than nothing cannot be lost.
 */
static bool
is_overlapped_by_tx_ring(const struct ovr_result *result, double slots, const struct ovr_stall *stall)
{
	if ((double)stall->length_ns * ovr_inflow_line_pps(result) / NS_PER_S <= slots)
		return false;
	/* what still waits when sending ends comes after the end */
	if (!isinf(ovr_inflow_line_pps(result)) && end_ns(stall) > result->duration_ns)
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

		if (account->place != OVR_PLACE_TX_RING && account->place != OVR_PLACE_RX_RING &&
			account->frames != 0)
			return true;
	}
	return result->ledger.unexplained != 0;
}

#define ALL (-1)

/* What the rings of a receiver, or of ALL, turned away, and whether all of them say so. */
static uint64_t
missed_by(const struct ovr_result *result, int32_t worker, bool *ret_known)
{
	uint64_t missed = 0;

	*ret_known = true;
	for (uint32_t q = 0; q < result->n_queues; q++) {
		if (result->queue[q].is_tx || (worker != ALL && result->queue[q].worker != worker))
			continue;
		missed += result->queue[q].missed;
		*ret_known &= result->queue[q].missed_known;
	}
	return missed;
}

static enum ovr_disturbed_cause
cause_of(const struct ovr_result *result, const struct ovr_inflow *inflow, uint64_t index,
	const struct ovr_pauses *pauses)
{
	bool missed_known;

	missed_by(result, result->rx_stall[index].worker, &missed_known);
	if (result->plan.stall.unread && missed_known)
		return OVR_DISTURBED_NOT;
	if (is_lossy_elsewhere(result))
		return OVR_DISTURBED_PATH;
	if (is_log_full(result))
		return OVR_DISTURBED_LOG;
	if (ovr_inflow_is_slow(result, inflow))
		return OVR_DISTURBED_SLOW;
	if (is_paused(result, inflow, &result->rx_stall[index], pauses) ||
		is_overlapped_by_tx_ring(result, inflow->slots, &result->rx_stall[index]))
		return OVR_DISTURBED_TX;
	if (has_backlog(result, inflow, &result->rx_stall[index]))
		return is_after_another(result, inflow, index) ? OVR_DISTURBED_RX : OVR_DISTURBED_SLOW;
	return is_overrun_after(result, inflow, index) ? OVR_DISTURBED_RX : OVR_DISTURBED_NOT;
}

/* What every queue of the receiver should lose while frames came for came_ns. */
static double
model_of(const struct ovr_result *result, uint16_t worker, double slots, double came_ns)
{
	double lost = 0;

	for (uint32_t q = 0; q < result->n_queues; q++) {
		const struct ovr_result_queue *queue = &result->queue[q];
		uint64_t came = ovr_inflow_came_to(queue);

		if (queue->is_tx || queue->worker != worker)
			continue;
		lost += result->plan.stall.unread
			? fmax(0, (double)came - slots)
			: ovr_model_lost_per_stall(ovr_inflow_pps(result, came), came_ns, slots);
	}
	return lost;
}

bool
ovr_disturbed_stall(const struct ovr_result *result, uint64_t index, struct ovr_disturbed_stall *ret_stall)
{
	const struct ovr_stall *stall = &result->rx_stall[index];
	struct ovr_inflow inflow = ovr_inflow_of(result, stall->worker);
	struct ovr_pauses pauses = ovr_pauses_in(
		result, stall->start_ns, stall->start_ns + ran_ns(result, stall));
	double came = came_ns(result, stall);
	uint64_t missed;
	bool missed_known;

	if (stall->start_ns >= result->duration_ns)
		return false;
	*ret_stall = (struct ovr_disturbed_stall){
		.cause = cause_of(result, &inflow, index, &pauses),
		.ran_ns = ran_ns(result, stall),
		.came_ns = fmax(0, came - pauses.max_ns),
		.lost = stall->frames,
		.bound_frames = ovr_inflow_grain(result, &inflow) +
			inflow.pps * (pauses.max_ns - pauses.min_ns) / 2 / NS_PER_S,
	};
	missed = missed_by(result, stall->worker, &missed_known);
	if (result->plan.stall.unread && missed_known)
		ret_stall->lost = missed;
	ret_stall->model = model_of(
		result, stall->worker, inflow.slots, fmax(0, came - (pauses.min_ns + pauses.max_ns) / 2));
	ret_stall->model_injected = model_of(result, stall->worker, inflow.slots,
		fmax(0, came_as_injected_ns(result, stall) - pauses.max_ns));
	return true;
}

/*
 * What a host stall has cost. A ring that is always full loses frames in each stall, and without it
 * too: what came meanwhile is the most that can be laid to it.
 */
static uint64_t
lost_in(const struct ovr_result *result, const struct ovr_stall *stall)
{
	struct ovr_inflow inflow = ovr_inflow_of(result, stall->worker);

	if (!ovr_inflow_is_slow(result, &inflow))
		return stall->frames;
	return (uint64_t)(inflow.pps * came_ns(result, stall) / NS_PER_S);
}

/*
 * Frames that were lost in no stall, but so soon after a host stall that the ring was still full.
 */
static uint64_t
lost_in_wakes(const struct ovr_result *result)
{
	uint64_t frames = 0;

	for (uint64_t i = 0; i < result->n_periods; i++) {
		const struct ovr_seq_period *period = &result->period[i];
		const struct ovr_stall *stall;
		struct ovr_inflow inflow;
		uint64_t before, from_ns = period->before_tx_ns + result->transit.least_ns;

		if (result->period_stall[i] != UINT32_MAX || !ovr_stall_is_timed(period))
			continue;
		before = ovr_stall_before(result->rx_stall, result->n_rx_stalls, period->worker, from_ns);
		if (before == result->n_rx_stalls)
			continue;
		stall = &result->rx_stall[before];
		inflow = ovr_inflow_of(result, period->worker);
		if (stall->cause != OVR_STALL_INJECTED && !ovr_inflow_is_slow(result, &inflow) &&
			ovr_stall_is_felt(stall, from_ns, wake_ns(result, &inflow, stall->length_ns)))
			frames += period->n_frames;
	}
	return frames;
}

static void
add_injected(struct ovr_disturbed *disturbed, const struct ovr_disturbed_stall *stall)
{
	double apart = (double)stall->lost - stall->model;

	disturbed->n_injected++;
	disturbed->n_of[stall->cause]++;
	disturbed->lost_injected += stall->lost;
	disturbed->bound_frames = fmax(disturbed->bound_frames, stall->bound_frames);
	if (stall->cause != OVR_DISTURBED_NOT)
		return;
	disturbed->ran_ns += stall->ran_ns;
	disturbed->lost += stall->lost;
	disturbed->model += stall->model;
	disturbed->n_within += fabs(apart) <= stall->bound_frames;
	if (fabs(apart) > fabs(disturbed->worst_frames))
		disturbed->worst_frames = apart;
}

/*
 * Frames that may be lost in host stalls before they matter: none, unless the trial is an overload.
 */
static double
immaterial(const struct ovr_result *result)
{
	bool missed_known;
	uint64_t missed = missed_by(result, ALL, &missed_known);
	double lost = missed_known ? (double)missed : fmax(0, (double)result->ledger.lost);

	for (uint32_t w = 0; w < result->n_workers; w++) {
		struct ovr_inflow inflow = ovr_inflow_of(result, result->worker[w].worker);

		if (!result->worker[w].is_tx && ovr_inflow_is_slow(result, &inflow))
			return MATERIAL * lost;
	}
	return 0;
}

static enum ovr_disturbed_exclusion
exclusion_of(const struct ovr_result *result, const struct ovr_disturbed *disturbed)
{
	uint64_t n_disturbed = disturbed->n_of[OVR_DISTURBED_RX] + disturbed->n_of[OVR_DISTURBED_TX] +
		disturbed->n_of[OVR_DISTURBED_LOG];

	if (result->plan.stall.unread)
		return OVR_DISTURBED_EXCLUDED_NOT;
	if ((double)disturbed->lost_host > immaterial(result))
		return OVR_DISTURBED_EXCLUDED_HOST;
	if (result->plan.stall.length_ns == 0)
		return OVR_DISTURBED_EXCLUDED_NOT;
	if (disturbed->n_injected == 0)
		return OVR_DISTURBED_EXCLUDED_ABSENT;
	/* a slow receiver is no accident, but where the others were disturbed it may well be one */
	return n_disturbed != 0 && n_disturbed + disturbed->n_of[OVR_DISTURBED_SLOW] == disturbed->n_injected
		? OVR_DISTURBED_EXCLUDED_OVERLAPPED
		: OVR_DISTURBED_EXCLUDED_NOT;
}

struct ovr_disturbed
ovr_disturbed_of(const struct ovr_result *result)
{
	struct ovr_disturbed disturbed = { .slots = ovr_inflow_slots(result) };
	bool missed_known;
	uint64_t missed = missed_by(result, ALL, &missed_known);

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		struct ovr_disturbed_stall stall;

		if (result->rx_stall[i].cause != OVR_STALL_INJECTED) {
			disturbed.n_host++;
			disturbed.lost_host += lost_in(result, &result->rx_stall[i]);
		} else if (ovr_disturbed_stall(result, i, &stall)) {
			add_injected(&disturbed, &stall);
		}
	}
	disturbed.lost_host += lost_in_wakes(result);
	/* what the rings did not turn away was lost before them */
	if (missed_known && disturbed.lost_host > missed)
		disturbed.lost_host = missed;
	for (uint32_t w = 0; w < result->n_workers; w++)
		if (!result->worker[w].is_tx)
			disturbed.arrival_pps += ovr_inflow_of(result, result->worker[w].worker).pps;
	disturbed.exclusion = exclusion_of(result, &disturbed);
	return disturbed;
}
