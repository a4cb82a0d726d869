/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/explain.h"

#include <math.h>

#include "result/arrivals.h"

#define NS_PER_S 1e9

/* The fullest ring of a receiver, followed from stall to stall. */
struct follow {
	const struct ovr_result *result;
	struct ovr_arrivals arrivals;
	double service_pps; /* of this ring's share; INFINITY: not asked for */
	double grain;       /* frames of this ring that may come or be taken at once */
	double backlog;     /* frames in it at end_ns */
	uint64_t end_ns;    /* of the last stall; 0 before the first */
};

static struct follow
follow_of(const struct ovr_result *result, uint16_t worker)
{
	struct follow follow = { .result = result, .arrivals = ovr_arrivals_of(result, worker) };
	double service_pps = ovr_arrivals_service_pps(result);

	follow.service_pps = isinf(service_pps) || follow.arrivals.pps <= 0
		? INFINITY
		: service_pps * follow.arrivals.worst_pps / follow.arrivals.pps;
	if (follow.arrivals.n_queues != 0)
		follow.grain = ovr_arrivals_grain(result, &follow.arrivals) / follow.arrivals.n_queues;
	return follow;
}

/* Frames that came to the ring. */
static double
came(const struct follow *follow, uint64_t from_ns, uint64_t to_ns)
{
	return follow->arrivals.worst_pps * ovr_arrivals_on_ns(follow->result, from_ns, to_ns) / NS_PER_S;
}

/* Frames in the ring when a stall begins, at most. */
static double
backlog_at(const struct follow *follow, const struct ovr_stall *stall)
{
	uint64_t empty_ns = stall->start_ns > stall->backlog_ns ? stall->start_ns - stall->backlog_ns : 0;
	double backlog = 0;

	if (isinf(follow->service_pps))
		return fmin(follow->arrivals.slots, came(follow, empty_ns, stall->start_ns));
	if (empty_ns <= follow->end_ns) {
		empty_ns = follow->end_ns;
		backlog = follow->backlog;
	}
	backlog += came(follow, empty_ns, stall->start_ns) -
		follow->service_pps * (double)(stall->start_ns - empty_ns) / NS_PER_S;
	return fmin(fmax(0, backlog), follow->arrivals.slots);
}

/* Frames of all rings that a stall can have cost; on to the next. */
static double
cost_of(struct follow *follow, const struct ovr_stall *stall)
{
	double slots = follow->arrivals.slots;
	uint64_t end_ns = stall->start_ns + stall->length_ns;
	double backlog = backlog_at(follow, stall);
	double free = backlog < slots ? fmax(0, slots - backlog - follow->grain) : 0;
	double comes = came(follow, stall->start_ns, end_ns);

	follow->backlog = fmin(slots, backlog + comes);
	follow->end_ns = end_ns;
	return fmax(0, comes - free) * follow->arrivals.n_queues;
}

static void
tell_stall(struct ovr_stall_match *match, const struct ovr_stall *stall)
{
	if (stall->explained == 0)
		return;
	if (match->stalls++ == 0 || stall->length_ns < match->shortest_ns)
		match->shortest_ns = stall->length_ns;
	if (stall->length_ns > match->longest_ns)
		match->longest_ns = stall->length_ns;
	match->matched_frames += stall->explained;
}

static void
explain_worker(struct ovr_result *result, struct ovr_result_worker *worker)
{
	struct ovr_stall_match match = { .periods = worker->match.periods };
	struct follow follow = follow_of(result, worker->worker);

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		struct ovr_stall *stall = &result->rx_stall[i];

		if (stall->worker != worker->worker)
			continue;
		stall->explained = (uint64_t)fmin((double)stall->frames, cost_of(&follow, stall));
		tell_stall(&match, stall);
	}
	for (uint64_t i = 0; i < result->n_periods; i++)
		match.matched_periods += result->period[i].worker == worker->worker &&
			result->period_stall[i] != UINT32_MAX &&
			result->rx_stall[result->period_stall[i]].explained != 0;
	worker->match = match;
}

void
ovr_result_explain(struct ovr_result *result)
{
	for (uint32_t w = 0; w < result->n_workers; w++)
		if (!result->worker[w].is_tx)
			explain_worker(result, &result->worker[w]);
}
