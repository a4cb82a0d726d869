/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/baseline.h"

#include <stdio.h>

/* A pause ends with a turn of the loop: what is longer by more than this share was made so. */
#define PROLONGED 0.05

bool
ovr_advise_is_host(const struct ovr_result *result, const struct ovr_stall *stall)
{
	const struct ovr_plan *plan = &result->plan;

	if (stall->cause != OVR_STALL_INJECTED)
		return true;
	return (double)stall->length_ns >
		(double)plan->receiver.stall.length_ns * (1 + PROLONGED) + (double)plan->trial.stall_min_ns;
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
tell(struct ovr_result_advice_baseline *baseline, const struct ovr_result_advice_stall *listed)
{
	uint32_t at = baseline->n_listed;

	if (at == OVR_RESULT_ADVICE_LISTED) {
		if (listed->stall.length_ns <= baseline->longest[at - 1].stall.length_ns)
			return;
		at--;
	} else {
		baseline->n_listed++;
	}
	for (; at > 0 && baseline->longest[at - 1].stall.length_ns < listed->stall.length_ns; at--)
		baseline->longest[at] = baseline->longest[at - 1];
	baseline->longest[at] = *listed;
}

static void
add_host(struct ovr_result_advice_baseline *baseline, uint64_t *host_ns,
	const struct ovr_result_advice_stall *host)
{
	host_ns[baseline->n_host++] = host->stall.length_ns;
	baseline->n_host_of[class_of(host->stall.length_ns)]++;
	tell(baseline, host);
}

static bool
is_log_full(const struct ovr_result_worker *worker)
{
	return !worker->is_tx && worker->n_stalls != worker->n_stalls_kept;
}

/*
 * A full log ends with its last stall; the longest of all is known beyond that, though not when it
 * was, and why.
 */
static void
look_past_log(const struct ovr_result *result, const struct ovr_result_worker *worker,
	struct ovr_result_advice_baseline *baseline, uint64_t *host_ns)
{
	struct ovr_result_advice_stall longest = {
		.stall = { .length_ns = worker->longest_ns, .worker = worker->worker, .cpu = worker->cpu },
	};
	struct ovr_stall as_injected = longest.stall;
	uint64_t longest_kept_ns = 0, end_ns = 0;

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];

		if (stall->worker != worker->worker)
			continue;
		end_ns = stall->start_ns + stall->length_ns;
		if (stall->length_ns > longest_kept_ns)
			longest_kept_ns = stall->length_ns;
	}
	baseline->log_full = true;
	if (end_ns < baseline->monitored_ns)
		baseline->monitored_ns = end_ns;
	/* it may have been an injected one */
	if (result->plan.receiver.stall.length_ns != 0)
		as_injected.cause = OVR_STALL_INJECTED;
	if (worker->longest_ns > longest_kept_ns && ovr_advise_is_host(result, &as_injected))
		add_host(baseline, host_ns, &longest);
}

/* What Linux counted on the core of the longest stall. */
static void
tell_core(const struct ovr_result *result, struct ovr_result_advice_baseline *baseline)
{
	for (uint32_t w = 0; w < result->n_workers; w++) {
		const struct ovr_result_worker *worker = &result->worker[w];

		if (worker->is_tx || baseline->n_listed == 0 ||
			worker->worker != baseline->longest[0].stall.worker)
			continue;
		baseline->involuntary_switches = worker->involuntary_switches;
		baseline->run_queue_ns = worker->run_queue_ns;
		baseline->steal_ns = worker->steal_ns;
		baseline->interrupts = worker->interrupts;
		snprintf(baseline->busiest_interrupt, sizeof(baseline->busiest_interrupt), "%s",
			worker->busiest_interrupt);
	}
}

void
ovr_advise_baseline_of(
	const struct ovr_result *result, uint64_t *host_ns, struct ovr_result_advice_baseline *ret_baseline)
{
	const struct ovr_ledger_figures *figures = &result->ledger.figures;
	struct ovr_result_advice_baseline baseline = {
		.duration_ns = result->duration_ns,
		.monitored_ns = result->duration_ns,
		.sent = figures->sent,
		.lost = result->ledger.lost > 0 ? (uint64_t)result->ledger.lost : 0,
		.scheduled = figures->scheduled,
		.shortfall_outside_stalls = result->shortfall - result->shortfall_in_stalls,
	};

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];
		struct ovr_result_advice_stall host = {
			.stall = *stall,
			.is_logged = true,
			.is_prolonged = stall->cause == OVR_STALL_INJECTED,
		};

		if (stall->start_ns >= result->duration_ns)
			continue;
		baseline.n_injected += stall->cause == OVR_STALL_INJECTED;
		if (ovr_advise_is_host(result, stall))
			add_host(&baseline, host_ns, &host);
	}
	for (uint32_t w = 0; w < result->n_workers; w++)
		if (is_log_full(&result->worker[w]))
			look_past_log(result, &result->worker[w], &baseline, host_ns);
	tell_core(result, &baseline);
	*ret_baseline = baseline;
}

void
ovr_advise_bound_ring(const struct ovr_result *baseline, struct ovr_method_question *question)
{
	if (baseline->rxd_set != 0 && baseline->rxd_set < question->ring_max)
		question->ring_max = baseline->rxd_set;
}
