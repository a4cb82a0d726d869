/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/figures.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "pace/pace.h"
#include "result/disturbed.h"

#define NS_PER_S 1e9
/* A pause ends with a turn of the loop: what is longer by more than this share was made so. */
#define PROLONGED 0.05
/* A receiver that lost no larger share of the frames than the share of the time that the host took, and this, was not overrun. */
#define OVERRUN_MIN 0.01
/* A sender that was stalled for no more of a stall than this has filled the ring all the same. */
#define PAUSED_MAX 0.05
/* Frames lost in no stall that show nothing, for each stall on purpose. */
#define GRAIN_FRAMES 1

bool
ovr_advise_is_own(const struct ovr_result *result, const struct ovr_stall *stall)
{
	const struct ovr_plan *plan = &result->plan;

	if (stall->cause != OVR_STALL_ON_PURPOSE)
		return true;
	return (double)stall->length_ns >
		(double)plan->stall.length_ns * (1 + PROLONGED) + (double)plan->stall_min_ns;
}

static unsigned int
class_of(uint64_t ns)
{
	unsigned int class = 0;

	for (uint64_t limit = 10000; class + 1 < OVR_RESULT_ADVICE_CLASSES && ns >= limit; limit *= 10)
		class ++;
	return class;
}

/* Into the list of the longest, where it is one of them. */
static void
tell(struct ovr_result_advice_soak *soak, const struct ovr_result_advice_stall *told)
{
	uint32_t at = soak->n_told;

	if (at == OVR_RESULT_ADVICE_TOLD) {
		if (told->stall.length_ns <= soak->longest[at - 1].stall.length_ns)
			return;
		at--;
	} else {
		soak->n_told++;
	}
	for (; at > 0 && soak->longest[at - 1].stall.length_ns < told->stall.length_ns; at--)
		soak->longest[at] = soak->longest[at - 1];
	soak->longest[at] = *told;
}

static void
add_own(struct ovr_result_advice_soak *soak, uint64_t *own_ns, const struct ovr_result_advice_stall *own)
{
	own_ns[soak->n_own++] = own->stall.length_ns;
	soak->n_own_of[class_of(own->stall.length_ns)]++;
	tell(soak, own);
}

static bool
is_log_full(const struct ovr_result_worker *worker)
{
	return !worker->is_tx && worker->n_stalls != worker->n_stalls_kept;
}

/* A full log ends with its last stall; the longest of all is known beyond that, though not when it was, and why. */
static void
look_behind_log(const struct ovr_result *result, const struct ovr_result_worker *worker,
	struct ovr_result_advice_soak *soak, uint64_t *own_ns)
{
	struct ovr_result_advice_stall longest = {
		.stall = { .length_ns = worker->longest_ns, .worker = worker->worker, .cpu = worker->cpu },
	};
	struct ovr_stall as_asked = longest.stall;
	uint64_t longest_kept_ns = 0, end_ns = 0;

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];

		if (stall->worker != worker->worker)
			continue;
		end_ns = stall->start_ns + stall->length_ns;
		if (stall->length_ns > longest_kept_ns)
			longest_kept_ns = stall->length_ns;
	}
	soak->log_full = true;
	if (end_ns < soak->watched_ns)
		soak->watched_ns = end_ns;
	/* it may have been one on purpose */
	if (result->plan.stall.length_ns != 0)
		as_asked.cause = OVR_STALL_ON_PURPOSE;
	if (worker->longest_ns > longest_kept_ns && ovr_advise_is_own(result, &as_asked))
		add_own(soak, own_ns, &longest);
}

/* What Linux counted on the core of the longest stall. */
static void
tell_core(const struct ovr_result *result, struct ovr_result_advice_soak *soak)
{
	for (uint32_t w = 0; w < result->n_workers; w++) {
		const struct ovr_result_worker *worker = &result->worker[w];

		if (worker->is_tx || soak->n_told == 0 || worker->worker != soak->longest[0].stall.worker)
			continue;
		soak->involuntary_switches = worker->involuntary_switches;
		soak->run_queue_ns = worker->run_queue_ns;
		soak->steal_ns = worker->steal_ns;
		soak->interrupts = worker->interrupts;
		snprintf(soak->busiest_interrupt, sizeof(soak->busiest_interrupt), "%s",
			worker->busiest_interrupt);
	}
}

void
ovr_advise_soak_of(const struct ovr_result *result, uint64_t *own_ns, struct ovr_result_advice_soak *ret_soak)
{
	const struct ovr_ledger_figures *figures = &result->ledger.figures;
	struct ovr_result_advice_soak soak = {
		.duration_ns = result->duration_ns,
		.watched_ns = result->duration_ns,
		.sent = figures->sent,
		.lost = result->ledger.lost > 0 ? (uint64_t)result->ledger.lost : 0,
		.scheduled = figures->scheduled,
		.shortfall_outside_stalls = result->shortfall - result->shortfall_in_stalls,
	};

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];
		struct ovr_result_advice_stall own = {
			.stall = *stall,
			.is_logged = true,
			.is_prolonged = stall->cause == OVR_STALL_ON_PURPOSE,
		};

		if (stall->start_ns >= result->duration_ns)
			continue;
		soak.n_asked += stall->cause == OVR_STALL_ON_PURPOSE;
		if (ovr_advise_is_own(result, stall))
			add_own(&soak, own_ns, &own);
	}
	for (uint32_t w = 0; w < result->n_workers; w++)
		if (is_log_full(&result->worker[w]))
			look_behind_log(result, &result->worker[w], &soak, own_ns);
	tell_core(result, &soak);
	*ret_soak = soak;
}

void
ovr_advise_bound_ring(const struct ovr_result *soak, struct ovr_method_question *question)
{
	if (soak->rxd_set != 0 && soak->rxd_set < question->ring_max)
		question->ring_max = soak->rxd_set;
}

/* Frames that were lost in receive rings, by sequence: all that no other place accounts for. */
static double
ring_lost(const struct ovr_result *result)
{
	double lost = (double)result->ledger.lost;

	for (uint32_t i = 0; i < result->ledger.n_accounts; i++) {
		const struct ovr_ledger_account *account = &result->ledger.account[i];

		if (account->place != OVR_PLACE_TX_RING && account->place != OVR_PLACE_RX_RING &&
			account->place != OVR_PLACE_RX_NOMBUF)
			lost -= (double)account->frames;
	}
	return fmax(0, lost);
}

/*
 * What a ring turned away. Where the port does not count it per queue, it is what the streams of that queue lost, and of the other
 * streams' losses the share that the queue has of all frames.
 */
static double
missed_by(const struct ovr_result *result, const struct ovr_result_queue *queue)
{
	double own = 0, others = 0, taken = 0;

	if (queue->missed_known)
		return (double)queue->missed;
	for (uint32_t s = 0; s < result->n_streams; s++) {
		const struct ovr_result_stream *stream = &result->stream[s];

		if (stream->queue == queue->queue)
			own += (double)stream->account.loss.frames;
		else if (stream->queue < 0)
			others += (double)stream->account.loss.frames;
	}
	for (uint32_t q = 0; q < result->n_queues; q++)
		taken += result->queue[q].is_tx ? 0 : (double)result->queue[q].frames;
	if (taken > 0)
		own += others * (double)queue->frames / taken;
	return result->ledger.lost > 0 ? own * ring_lost(result) / (double)result->ledger.lost : 0;
}

/* What came to a ring: taken from it, or turned away. */
static double
came_to(const struct ovr_result *result, const struct ovr_result_queue *queue)
{
	return (double)queue->frames + missed_by(result, queue);
}

/* Frames/s of the whole load while frames come, over what they are on average. */
static double
in_bursts(const struct ovr_result *result)
{
	struct ovr_pace_conf smooth = { .rate = result->plan.rate,
		.line_bps = result->line_bps,
		.shape = OVR_PACE_SMOOTH,
		.n_workers = 1 };

	if (result->plan.shape.shape != OVR_PACE_BURST || result->planned_fps <= 0)
		return 1;
	return fmax(1, ovr_pace_mean_fps(&smooth, &result->plan.size) / result->planned_fps);
}

/* Frames/s that one frame of the trial stands for, outside the sender's stalls. */
static double
fps_per_frame(const struct ovr_result *result)
{
	uint64_t slots = result->ledger.figures.scheduled;

	slots -= slots > result->shortfall_in_stalls ? result->shortfall_in_stalls : 0;
	return slots == 0 ? 0 : result->planned_fps / (double)slots;
}

int
ovr_advise_arrivals_of(const struct ovr_result *result, struct ovr_method_question *question)
{
	double one = fps_per_frame(result) * in_bursts(result);
	double fullest = 0, total = 0;
	uint32_t n_queues = 0;

	for (uint32_t q = 0; q < result->n_queues; q++) {
		if (result->queue[q].is_tx)
			continue;
		n_queues++;
		total += came_to(result, &result->queue[q]);
		fullest = fmax(fullest, came_to(result, &result->queue[q]));
	}
	if (fullest * one <= 0)
		return -ENODATA;
	question->arrival_fps = fullest * one;
	question->total_fps = total * one;
	question->n_queues = n_queues;
	return 0;
}

/* One receiver in the flood. */
struct receiver {
	double taken, missed; /**< frames */
	double polled_ns;     /**< time in which it was not stalled by the host */
	double left;          /**< in its rings at the end of sending, at most */
};

static struct receiver
receiver_of(const struct ovr_result *flood, uint16_t worker)
{
	struct receiver receiver = { .polled_ns = (double)flood->duration_ns };
	double ring = flood->rxd_set != 0 ? flood->rxd_set : flood->plan.rxd;

	for (uint32_t q = 0; q < flood->n_queues; q++) {
		const struct ovr_result_queue *queue = &flood->queue[q];

		if (queue->is_tx || queue->worker != worker)
			continue;
		receiver.taken += (double)queue->frames;
		receiver.missed += missed_by(flood, queue);
		receiver.left += ring;
	}
	for (uint64_t i = 0; i < flood->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &flood->rx_stall[i];

		if (stall->worker != worker || stall->start_ns >= flood->duration_ns)
			continue;
		receiver.polled_ns -= fmin(
			(double)stall->length_ns, (double)(flood->duration_ns - stall->start_ns));
	}
	return receiver;
}

/* The share of the time that the host took from a receiver, of those on purpose what it added; while all logs were kept. */
static double
own_share(const struct ovr_result *soak, uint16_t worker, uint64_t watched_ns)
{
	double own_ns = 0;

	for (uint64_t i = 0; i < soak->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &soak->rx_stall[i];
		uint64_t asked_ns = stall->cause == OVR_STALL_ON_PURPOSE ? soak->plan.stall.length_ns : 0;

		if (stall->worker != worker || stall->start_ns >= watched_ns ||
			!ovr_advise_is_own(soak, stall))
			continue;
		own_ns += fmax(0,
			fmin((double)stall->length_ns, (double)(watched_ns - stall->start_ns)) -
				(double)asked_ns);
	}
	return watched_ns != 0 ? own_ns / (double)watched_ns : 0;
}

static double
arrivals_at(const struct ovr_result *soak, uint16_t worker)
{
	double frames = 0;

	for (uint32_t q = 0; q < soak->n_queues; q++)
		if (!soak->queue[q].is_tx && soak->queue[q].worker == worker)
			frames += came_to(soak, &soak->queue[q]);
	return frames * fps_per_frame(soak);
}

static uint32_t
n_receivers(const struct ovr_result *result)
{
	uint32_t n = 0;

	for (uint32_t w = 0; w < result->n_workers; w++)
		n += !result->worker[w].is_tx;
	return n;
}

struct ovr_result_advice_service
ovr_advise_service_of(
	const struct ovr_result *flood, const struct ovr_result *soak, struct ovr_method_question *question)
{
	struct ovr_result_advice_service service = { .is_least = true };
	double fullest = 0;

	for (uint32_t w = 0; w < flood->n_workers; w++) {
		struct receiver receiver = receiver_of(flood, flood->worker[w].worker);
		double came = receiver.taken + receiver.missed;
		double stalled = 1 - receiver.polled_ns / (double)flood->duration_ns;
		bool is_overrun = receiver.missed > (stalled + OVERRUN_MIN) * came;
		double fps, busy, share;

		if (flood->worker[w].is_tx || receiver.polled_ns <= 0)
			continue;
		/* what stood in its rings at the end was taken later */
		if (is_overrun)
			receiver.taken = fmax(0, receiver.taken - receiver.left);
		fps = receiver.taken * NS_PER_S / receiver.polled_ns;
		/* a receiver that is slow on purpose makes up for what the host took from it */
		if (flood->plan.service.value != 0)
			fps = fmin(fps, (double)flood->plan.service.value / 1000 / n_receivers(flood));
		service.fps += fps;
		if (!is_overrun || fps <= 0)
			continue;
		service.is_least = false;
		busy = arrivals_at(soak, flood->worker[w].worker) / fps;
		share = own_share(soak, flood->worker[w].worker, question->watched_ns);
		if (busy / (1 - share) <= fullest)
			continue;
		fullest = busy / (1 - share);
		service.busiest = busy;
		question->own_share = share;
	}
	question->service_fps = service.busiest > 0 ? question->arrival_fps / service.busiest : INFINITY;
	return service;
}

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
 * Whether a disturbed stall shows all the same that nothing, or something, is lost. Another stall of the receiver can only add
 * losses, one of the sender only take them away.
 */
static bool
is_conclusive(const struct ovr_result *result, const struct ovr_stall *stall,
	const struct ovr_disturbed_stall *judged)
{
	bool is_own = ovr_advise_is_own(result, stall);

	if (judged->cause == OVR_DISTURBED_NOT && !is_own)
		return true;
	if (judged->cause > OVR_DISTURBED_TX)
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

/* The last stall of that core that began by then, by its place in the list, which stands by worker and time; n_rx_stalls: none. */
static uint64_t
stall_before(const struct ovr_result *result, uint16_t worker, uint64_t ns)
{
	uint64_t low = 0, high = result->n_rx_stalls;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		const struct ovr_stall *stall = &result->rx_stall[middle];

		if (stall->worker < worker || (stall->worker == worker && stall->start_ns <= ns))
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && result->rx_stall[low - 1].worker == worker ? low - 1 : result->n_rx_stalls;
}

/* Were these frames lost in no stall, and not while the ring drained behind one that is set aside? */
static bool
is_outside(const struct ovr_result *result, uint64_t index, double wake_ns)
{
	const struct ovr_seq_period *period = &result->period[index];
	struct ovr_disturbed_stall judged;
	const struct ovr_stall *stall;
	uint64_t before;

	/* where the trackers have forgotten when it began, it could be laid to any stall */
	if (result->period_stall[index] != UINT32_MAX ||
		(period->before_tx_ns == 0 && period->first_seq != 0))
		return false;
	before = stall_before(result, period->worker, period->before_tx_ns);
	if (before == result->n_rx_stalls)
		return true;
	stall = &result->rx_stall[before];
	return (double)(period->before_tx_ns - stall->start_ns) > (double)stall->length_ns + wake_ns ||
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
