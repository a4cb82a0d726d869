/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/digest.h"

#include <stdio.h>

static void
print_row(const char *key, const struct ovr_plan *plan, char *text, size_t size)
{
	const struct ovr_plan_row *row = ovr_plan_row_of(key);
	char value[OVR_PLAN_VALUE_BYTES];

	snprintf(text, size, "%s", row->print(row, plan, value, sizeof(value)));
}

static void
take_asked(const struct ovr_plan *plan, struct ovr_result_digest *digest)
{
	print_row("size", plan, digest->size, sizeof(digest->size));
	print_row("rate", plan, digest->rate, sizeof(digest->rate));
	print_row("stall", plan, digest->stall, sizeof(digest->stall));
	print_row("service", plan, digest->service, sizeof(digest->service));
	digest->rxd = plan->rxd;
	digest->txd = plan->txd;
	digest->rxq = plan->rxq;
	digest->txq = plan->txq;
	digest->burst = plan->burst;
	digest->seed = plan->seed;
}

static void
take_ledger(const struct ovr_ledger *ledger, struct ovr_result_digest *digest)
{
	const struct ovr_ledger_figures *figures = &ledger->figures;

	digest->verdict = ledger->verdict;
	if (ledger->n_reasons != 0)
		snprintf(digest->reason, sizeof(digest->reason), "%s", ledger->reason[0]);
	digest->scheduled = figures->scheduled;
	digest->attempted = figures->attempted;
	digest->refused = figures->refused;
	digest->sent = figures->sent;
	digest->received = figures->received;
	digest->unique = figures->unique;
	digest->duplicate = figures->duplicate;
	digest->reordered = figures->reordered;
	digest->late = figures->late;
	digest->corrupt = figures->corrupt;
	digest->lost = ledger->lost;
	digest->explained = ledger->explained;
	digest->unexplained = ledger->unexplained;
	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		digest->frames_at[ledger->account[i].place] += ledger->account[i].frames;
}

static struct ovr_result_digest_stalls
stalls_of(const struct ovr_result *result, bool is_tx, const struct ovr_stall *stall, uint64_t n_stalls)
{
	struct ovr_result_digest_stalls digest = { .n = 0 };

	for (uint32_t w = 0; w < result->n_workers; w++) {
		const struct ovr_result_worker *worker = &result->worker[w];

		if (worker->is_tx != is_tx)
			continue;
		digest.n += worker->n_stalls;
		digest.total_ns += worker->stalled_ns;
		if (worker->longest_ns > digest.longest_ns)
			digest.longest_ns = worker->longest_ns;
	}
	for (uint64_t i = 0; i < n_stalls; i++) {
		if (stall[i].cause == OVR_STALL_ON_PURPOSE) {
			digest.n_asked++;
			digest.asked_ns += stall[i].length_ns;
		} else if (stall[i].length_ns > digest.longest_unasked_ns) {
			digest.longest_unasked_ns = stall[i].length_ns;
		}
	}
	return digest;
}

struct ovr_result_digest
ovr_result_digest_of(const struct ovr_result *result)
{
	struct ovr_result_digest digest = {
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
	};

	take_asked(&result->plan, &digest);
	take_ledger(&result->ledger, &digest);
	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];

		if (stall->cause == OVR_STALL_ON_PURPOSE)
			digest.lost_in_asked_stalls += stall->frames;
		else
			digest.lost_in_other_stalls += stall->frames;
	}
	return digest;
}
