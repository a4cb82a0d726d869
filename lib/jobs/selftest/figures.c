/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftest/figures.h"

#include <math.h>
#include <stdlib.h>

/* A receiver's memory is cold when a trial begins: that is no matter of the rate. */
#define COLD_NS 1000000

/* Buffer time of each queue's ring at its arrival rate. */
static uint64_t
ring_buffer_time_ns(const struct ovr_result *result)
{
	double slots = result->rxd_set != 0 ? result->rxd_set : result->plan.ports.rxd;

	return result->planned_pps <= 0
		? 0
		: (uint64_t)(slots * result->plan.ports.rxq * 1e9 / result->planned_pps);
}

static uint64_t
lost_in_stalls(const struct ovr_result *result)
{
	uint64_t drain_ns = ring_buffer_time_ns(result);
	uint64_t frames = 0;

	for (uint64_t i = 0; i < result->n_periods; i++) {
		const struct ovr_seq_period *period = &result->period[i];
		bool is_timed = ovr_stall_is_timed(period);
		uint64_t before = ovr_stall_before_loss(
			result->rx_stall, result->n_rx_stalls, period, &result->transit);

		if (result->period_stall[i] != UINT32_MAX || (is_timed && period->before_tx_ns < COLD_NS) ||
			(before != result->n_rx_stalls &&
				ovr_stall_is_draining(&result->rx_stall[before], period, &result->transit,
					(double)drain_ns)))
			frames += period->n_frames;
	}
	return frames;
}

static uint64_t
monitored_ns(const struct ovr_result_worker *worker)
{
	return worker->gap_ns == NULL ? 0 : worker->gap_ns->sum;
}

static double
stalled_share(const struct ovr_result_worker *worker)
{
	uint64_t monitored = monitored_ns(worker);

	return monitored == 0 ? 0 : (double)worker->stalled_ns / (double)monitored;
}

struct ovr_method_sustain_figures
ovr_selftest_figures_of(const struct ovr_result *result)
{
	const struct ovr_ledger *ledger = &result->ledger;
	struct ovr_method_sustain_figures figures = {
		.scheduled = ledger->figures.scheduled,
		.shortfall = result->shortfall,
		.shortfall_in_stalls = result->shortfall_in_stalls,
		.refused = ledger->figures.refused,
		.sent = ledger->figures.sent,
		.lost = ledger->lost > 0 ? (uint64_t)ledger->lost : 0,
		.lost_in_stalls = lost_in_stalls(result),
	};
	double stalled = 0;

	for (uint32_t w = 0; w < result->n_workers; w++)
		stalled = fmax(stalled, stalled_share(&result->worker[w]));
	figures.stalled_ppm = (uint32_t)(stalled * 1e6);
	return figures;
}

static void
thin_periods(struct ovr_result *result)
{
	if (result->n_periods <= OVR_SELFTEST_PERIODS)
		return;
	result->n_periods_dropped += result->n_periods - OVR_SELFTEST_PERIODS;
	result->n_periods = OVR_SELFTEST_PERIODS;
}

/* Give back what lies after the first n. A list that cannot be moved stays as long as it is. */
static void
shorten(struct ovr_stall **list, uint64_t *n_listed, uint64_t n)
{
	struct ovr_stall *shorter;

	if (*n_listed <= n)
		return;
	*n_listed = n;
	shorter = realloc(*list, n * sizeof(**list));
	if (shorter != NULL)
		*list = shorter;
}

static uint64_t
stalls_of(const struct ovr_stall *stall, uint64_t n_stalls, uint16_t cpu)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < n_stalls; i++)
		n += stall[i].cpu == cpu;
	return n;
}

void
ovr_selftest_trim(struct ovr_result *result)
{
	uint64_t n_rx = OVR_SELFTEST_STALLS;

	thin_periods(result);
	for (uint64_t i = 0; i < result->n_periods; i++)
		if (result->period_stall[i] != UINT32_MAX && result->period_stall[i] >= n_rx)
			n_rx = result->period_stall[i] + UINT64_C(1);
	shorten(&result->rx_stall, &result->n_rx_stalls, n_rx);
	shorten(&result->tx_stall, &result->n_tx_stalls, OVR_SELFTEST_STALLS);
	for (uint32_t w = 0; w < result->n_workers; w++) {
		struct ovr_result_worker *worker = &result->worker[w];

		worker->n_stalls_kept = worker->is_tx
			? stalls_of(result->tx_stall, result->n_tx_stalls, worker->cpu)
			: stalls_of(result->rx_stall, result->n_rx_stalls, worker->cpu);
	}
}

double
ovr_selftest_overrun_of(const struct ovr_result *result)
{
	const struct ovr_ledger *ledger = &result->ledger;
	uint64_t frames = ledger->figures.refused;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (ledger->account[i].place == OVR_PLACE_RX_RING)
			frames += ledger->account[i].frames;
	return ledger->figures.attempted == 0 ? 0 : (double)frames / (double)ledger->figures.attempted;
}

static struct ovr_result_core *
core_of(struct ovr_result_selftest *selftest, const struct ovr_result_worker *worker)
{
	struct ovr_result_core *core;

	for (uint32_t i = 0; i < selftest->n_cores; i++) {
		core = &selftest->core[i];
		if (core->is_tx == worker->is_tx && core->is_wire == worker->is_wire &&
			core->cpu == worker->cpu)
			return core;
	}
	if (selftest->n_cores == OVR_RESULT_CORES_MAX)
		return NULL;
	core = &selftest->core[selftest->n_cores++];
	*core = (struct ovr_result_core){
		.is_tx = worker->is_tx,
		.is_wire = worker->is_wire,
		.worker = worker->worker,
		.cpu = worker->cpu,
	};
	return core;
}

/* What the queues of a worker carried. */
static double
pps_of(const struct ovr_result *result, const struct ovr_result_worker *worker)
{
	uint64_t frames = 0;

	for (uint32_t q = 0; q < result->n_queues; q++)
		if (result->queue[q].is_tx == worker->is_tx && result->queue[q].worker == worker->worker)
			frames += result->queue[q].frames;
	return result->duration_ns == 0 ? 0 : (double)frames * 1e9 / (double)result->duration_ns;
}

void
ovr_selftest_add_cores(
	struct ovr_result_selftest *selftest, const struct ovr_result *result, bool with_tx, bool with_rx)
{
	for (uint32_t w = 0; w < result->n_workers; w++) {
		const struct ovr_result_worker *worker = &result->worker[w];
		struct ovr_result_core *core = core_of(selftest, worker);

		if (core == NULL)
			continue;
		core->monitored_ns += monitored_ns(worker);
		core->n_stalls += worker->n_stalls;
		core->stalled_ns += worker->stalled_ns;
		if (worker->longest_ns > core->longest_ns)
			core->longest_ns = worker->longest_ns;
		if (!worker->is_wire && (worker->is_tx ? with_tx : with_rx)) {
			core->pps = pps_of(result, worker);
			core->pps_stalled = stalled_share(worker);
		}
	}
	if (fabs(result->clock_ppm) > fabs(selftest->clock_ppm))
		selftest->clock_ppm = result->clock_ppm;
}

double
ovr_selftest_pps_outside_stalls(const struct ovr_result_selftest *selftest, bool is_tx)
{
	double pps = 0;

	for (uint32_t i = 0; i < selftest->n_cores; i++) {
		const struct ovr_result_core *core = &selftest->core[i];

		if (core->is_tx == is_tx && !core->is_wire && core->pps_stalled < 1)
			pps += core->pps / (1 - core->pps_stalled);
	}
	return pps;
}

void
ovr_selftest_close_cores(struct ovr_result_selftest *selftest)
{
	uint32_t n_side[2] = { 0, 0 };

	for (uint32_t i = 0; i < selftest->n_cores; i++)
		if (!selftest->core[i].is_wire)
			n_side[selftest->core[i].is_tx]++;
	for (uint32_t i = 0; i < selftest->n_cores; i++) {
		struct ovr_result_core *core = &selftest->core[i];
		/* the wire's core has all frames in its hands */
		uint32_t n = core->is_wire ? 1 : n_side[core->is_tx];

		core->longest_frames = (uint64_t)ceil(
			(double)core->longest_ns * selftest->search.answer_pps / (1e9 * n));
	}
}
