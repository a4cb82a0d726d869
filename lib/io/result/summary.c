/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/summary.h"

#include <stdio.h>

static void
print_row(const char *key, const struct ovr_plan *plan, char *text, size_t size)
{
	const struct ovr_plan_row *row = ovr_plan_row_of(key);
	char value[OVR_PLAN_VALUE_BYTES];

	snprintf(text, size, "%s", row->print(row, plan, value, sizeof(value)));
}

static void
take_injected(const struct ovr_plan *plan, struct ovr_result_summary *summary)
{
	print_row("size", plan, summary->size, sizeof(summary->size));
	print_row("rate", plan, summary->rate, sizeof(summary->rate));
	print_row("stall", plan, summary->stall, sizeof(summary->stall));
	print_row("service", plan, summary->service, sizeof(summary->service));
	summary->rxd = plan->ports.rxd;
	summary->txd = plan->ports.txd;
	summary->rxq = plan->ports.rxq;
	summary->txq = plan->ports.txq;
	summary->burst = plan->ports.burst;
	summary->seed = plan->trial.seed;
}

static void
take_ledger(const struct ovr_ledger *ledger, struct ovr_result_summary *summary)
{
	const struct ovr_ledger_figures *figures = &ledger->figures;

	summary->verdict = ledger->verdict;
	if (ledger->n_reasons != 0)
		snprintf(summary->reason, sizeof(summary->reason), "%s", ledger->reason[0]);
	summary->scheduled = figures->scheduled;
	summary->attempted = figures->attempted;
	summary->refused = figures->refused;
	summary->sent = figures->sent;
	summary->received = figures->received;
	summary->unique = figures->unique;
	summary->duplicate = figures->duplicate;
	summary->reordered = figures->reordered;
	summary->late = figures->late;
	summary->corrupt = figures->corrupt;
	summary->lost = ledger->lost;
	summary->explained = ledger->explained;
	summary->unexplained = ledger->unexplained;
	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		const struct ovr_ledger_account *account = &ledger->account[i];

		summary->frames_at[account->is_of_hop ? OVR_PLACE_PATH : account->place] += account->frames;
	}
}

static struct ovr_result_summary_stalls
stalls_of(const struct ovr_result *result, bool is_tx, const struct ovr_stall *stall, uint64_t n_stalls)
{
	struct ovr_result_summary_stalls summary = { .n = 0 };

	for (uint32_t w = 0; w < result->n_workers; w++) {
		const struct ovr_result_worker *worker = &result->worker[w];

		if (worker->is_tx != is_tx)
			continue;
		summary.n += worker->n_stalls;
		summary.total_ns += worker->stalled_ns;
		if (worker->longest_ns > summary.longest_ns)
			summary.longest_ns = worker->longest_ns;
	}
	for (uint64_t i = 0; i < n_stalls; i++) {
		if (stall[i].cause == OVR_STALL_INJECTED) {
			summary.n_injected++;
			summary.injected_ns += stall[i].length_ns;
		} else if (stall[i].length_ns > summary.longest_host_ns) {
			summary.longest_host_ns = stall[i].length_ns;
		}
	}
	return summary;
}

static struct ovr_result_summary_latency
latency_of(const struct ovr_hist *hist)
{
	if (hist == NULL || hist->count == 0)
		return (struct ovr_result_summary_latency){ .count = 0 };
	return (struct ovr_result_summary_latency){
		.count = hist->count,
		.min_ns = hist->min,
		.p50_ns = ovr_hist_percentile(hist, 50),
		.p99_ns = ovr_hist_percentile(hist, 99),
		.max_ns = hist->max,
	};
}

struct ovr_result_summary
ovr_result_summary_of(const struct ovr_result *result)
{
	struct ovr_result_summary summary = {
		.attempt = 1,
		.trial_id = result->trial_id,
		.rxd_set = result->rxd_set,
		.duration_ns = result->duration_ns,
		.planned_pps = result->planned_pps,
		.tx_pps = result->tx_pps,
		.rx_pps = result->rx_pps,
		.shortfall = result->shortfall,
		.shortfall_in_stalls = result->shortfall_in_stalls,
		.line_paused_ns = result->line_paused_ns,
		.rx = stalls_of(result, false, result->rx_stall, result->n_rx_stalls),
		.tx = stalls_of(result, true, result->tx_stall, result->n_tx_stalls),
		.latency = latency_of(result->latency_ns),
	};

	take_injected(&result->plan, &summary);
	take_ledger(&result->ledger, &summary);
	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];

		if (stall->cause == OVR_STALL_INJECTED)
			summary.lost_in_injected_stalls += stall->frames;
		else
			summary.lost_in_host_stalls += stall->frames;
	}
	return summary;
}
