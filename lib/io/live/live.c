/* SPDX-License-Identifier: BSD-3-Clause */
#include "live/live.h"

#include <stdio.h>
#include <string.h>

const char *
ovr_live_side_name(enum ovr_live_side side)
{
	static const char *const name[] = {
		[OVR_LIVE_TX] = "tx",
		[OVR_LIVE_RX] = "rx",
		[OVR_LIVE_WIRE] = "wire",
	};

	return name[side];
}

struct ovr_live_account *
ovr_live_account_of(struct ovr_live_counts *counts, const struct ovr_live_account *account)
{
	struct ovr_live_account *found;

	for (uint32_t i = 0; i < counts->n_accounts; i++) {
		found = &counts->account[i];
		if (found->place == account->place && found->queue == account->queue &&
			strcmp(found->port, account->port) == 0 &&
			strcmp(found->counter, account->counter) == 0 &&
			strcmp(found->source, account->source) == 0)
			return found;
	}
	if (counts->n_accounts == OVR_LIVE_ACCOUNTS_MAX)
		return NULL;
	found = &counts->account[counts->n_accounts++];
	*found = *account;
	found->frames = 0;
	return found;
}

struct ovr_live_core *
ovr_live_core_of(struct ovr_live_counts *counts, enum ovr_live_side side, uint16_t cpu)
{
	for (uint32_t i = 0; i < counts->n_cores; i++)
		if (counts->core[i].side == side && counts->core[i].cpu == cpu)
			return &counts->core[i];
	if (counts->n_cores == OVR_LIVE_CORES_MAX)
		return NULL;
	counts->core[counts->n_cores] = (struct ovr_live_core){ .side = side, .cpu = cpu };
	return &counts->core[counts->n_cores++];
}

void
ovr_live_begin(
	struct ovr_live *live, const char *command, uint32_t n_planned, uint64_t at_most_ns, uint64_t now_ns)
{
	memset(live, 0, sizeof(*live));
	snprintf(live->command, sizeof(live->command), "%s", command);
	live->n_planned = n_planned;
	live->at_most_ns = at_most_ns;
	live->begun_ns = now_ns;
}

void
ovr_live_begin_trial(struct ovr_live *live, uint32_t number, const char *label, uint64_t now_ns)
{
	memset(&live->last, 0, sizeof(live->last));
	memset(live->ring, 0, sizeof(live->ring));
	live->is_running = true;
	live->number = number;
	snprintf(live->label, sizeof(live->label), "%s", label);
	live->trial_begun_ns = now_ns;
	live->at_ns = live->total_ns = 0;
}

/* What a counter has more than before. One that stands lower was reset, and counts from 0 since. */
static uint64_t
added(uint64_t now, uint64_t before)
{
	return now >= before ? now - before : now;
}

/* The queues, and what the interval has of them all. */
static void
add_queues(struct ovr_live *live, const struct ovr_live_counts *now, struct ovr_live_interval *interval)
{
	struct ovr_live_counts *sum = &live->sum;

	for (uint32_t q = 0; q < now->n_txq; q++) {
		const struct ovr_live_tx_queue *is = &now->tx[q], *was = &live->last.tx[q];
		struct ovr_live_tx_queue *all = &sum->tx[q];
		uint64_t sent = added(is->sent, was->sent), refused = added(is->refused, was->refused);
		uint64_t bytes = added(is->sent_bytes, was->sent_bytes);
		/* a stream that another worker goes on with may have lost less */
		uint64_t lost = is->lost > was->lost ? is->lost - was->lost : 0;

		all->attempted += added(is->attempted, was->attempted);
		all->refused += refused;
		all->sent += sent;
		all->sent_bytes += bytes;
		all->shortfall += added(is->shortfall, was->shortfall);
		all->lost += lost;
		interval->attempted += added(is->attempted, was->attempted);
		interval->refused += refused;
		interval->sent += sent;
		interval->sent_bytes += bytes;
		interval->lost += lost;
	}
	for (uint32_t q = 0; q < now->n_rxq; q++) {
		const struct ovr_live_rx_queue *is = &now->rx[q], *was = &live->last.rx[q];
		struct ovr_live_rx_queue *all = &sum->rx[q];
		uint64_t received = added(is->received, was->received);
		uint64_t bytes = added(is->received_bytes, was->received_bytes);
		uint64_t missed = added(is->missed, was->missed);

		all->received += received;
		all->received_bytes += bytes;
		all->missed += missed;
		all->missed_known |= is->missed_known;
		all->polls += added(is->polls, was->polls);
		all->empty_polls += added(is->empty_polls, was->empty_polls);
		interval->received += received;
		interval->received_bytes += bytes;
		interval->missed += missed;
		if (missed > interval->missed_max_of_queue)
			interval->missed_max_of_queue = missed;
	}
	if (now->n_txq > sum->n_txq)
		sum->n_txq = now->n_txq;
	if (now->n_rxq > sum->n_rxq)
		sum->n_rxq = now->n_rxq;
}

static void
add_classes(
	struct ovr_live_classes *sum, const struct ovr_live_classes *now, const struct ovr_live_classes *was)
{
	sum->unique += added(now->unique, was->unique);
	sum->duplicate += added(now->duplicate, was->duplicate);
	sum->reordered += added(now->reordered, was->reordered);
	sum->late += added(now->late, was->late);
	sum->corrupt += added(now->corrupt, was->corrupt);
	sum->stale += added(now->stale, was->stale);
	sum->foreign += added(now->foreign, was->foreign);
}

static void
add_accounts(struct ovr_live *live, const struct ovr_live_counts *now)
{
	for (uint32_t i = 0; i < now->n_accounts; i++) {
		const struct ovr_live_account *account = &now->account[i];
		struct ovr_live_account *was = ovr_live_account_of(&live->last, account);
		struct ovr_live_account *sum = ovr_live_account_of(&live->sum, account);

		if (sum != NULL)
			sum->frames += added(account->frames, was != NULL ? was->frames : 0);
	}
}

static void
add_cores(struct ovr_live *live, const struct ovr_live_counts *now, struct ovr_live_interval *interval)
{
	for (uint32_t i = 0; i < now->n_cores; i++) {
		const struct ovr_live_core *core = &now->core[i];
		struct ovr_live_core *was = ovr_live_core_of(&live->last, core->side, core->cpu);
		struct ovr_live_core *sum = ovr_live_core_of(&live->sum, core->side, core->cpu);
		uint64_t stalls = added(core->stalls, was != NULL ? was->stalls : 0);
		uint64_t ns = added(core->stalled_ns, was != NULL ? was->stalled_ns : 0);

		interval->stalls += stalls;
		interval->stalled_ns += ns;
		if (sum == NULL)
			continue;
		sum->stalls += stalls;
		sum->stalled_ns += ns;
	}
}

static void
add_cells(uint64_t *sum, const uint64_t *now, const uint64_t *was, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		sum[i] += added(now[i], was[i]);
}

/* The list has the latest ones, the last of all at its end. */
static void
keep_stalls(struct ovr_live *live, const struct ovr_live_reading *reading)
{
	for (uint32_t i = 0; i < reading->n_stalls; i++) {
		if (live->n_stalls == OVR_LIVE_STALLS_MAX) {
			memmove(live->stall, live->stall + 1, sizeof(live->stall) - sizeof(live->stall[0]));
			live->n_stalls--;
		}
		live->stall[live->n_stalls] = reading->stall[i];
		live->stall[live->n_stalls++].trial = live->number;
	}
}

static void
keep_interval(struct ovr_live *live, const struct ovr_live_interval *interval)
{
	if (live->n_history == OVR_LIVE_HISTORY_MAX) {
		memmove(live->history, live->history + 1, sizeof(live->history) - sizeof(live->history[0]));
		live->n_history--;
	}
	live->history[live->n_history++] = *interval;
}

void
ovr_live_add(
	struct ovr_live *live, const struct ovr_live_reading *reading, uint64_t now_ns, uint64_t realtime_ns)
{
	const struct ovr_live_counts *now = &reading->counts;
	struct ovr_live_interval interval = { .ns = added(reading->at_ns, live->at_ns) };

	live->sum.is_told |= now->is_told;
	add_queues(live, now, &interval);
	add_classes(&live->sum.classes, &now->classes, &live->last.classes);
	add_accounts(live, now);
	add_cores(live, now, &interval);
	add_cells(&live->sum.stall_cell[0][0][0], &now->stall_cell[0][0][0], &live->last.stall_cell[0][0][0],
		OVR_LIVE_WIRE * OVR_STALL_CAUSES * OVR_LIVE_CELLS);
	add_cells(&live->sum.stall_ns[0][0], &now->stall_ns[0][0], &live->last.stall_ns[0][0],
		OVR_LIVE_WIRE * OVR_STALL_CAUSES);
	add_cells(live->sum.latency_cell, now->latency_cell, live->last.latency_cell, OVR_LIVE_CELLS);
	/* the sum wraps after days, what was added since does not */
	live->latency_s += (double)(now->latency_ns - live->last.latency_ns) / 1e9;
	keep_stalls(live, reading);
	keep_interval(live, &interval);
	memcpy(live->ring, reading->ring, sizeof(live->ring));
	live->n_links_lost += reading->link_lost;
	live->last = *now;
	live->at_ns = reading->at_ns;
	live->total_ns = reading->total_ns;
	live->n_readings++;
	live->sampled_ns = now_ns;
	live->sampled_realtime_ns = realtime_ns;
}

/* The losses of each queue's streams, or of all where queues are not told apart, to the frame. */
static void
settle_losses(struct ovr_live *live, const struct ovr_result *result)
{
	uint64_t lost[OVR_PLAN_QUEUES_MAX] = { 0 };
	uint32_t n_txq = live->last.is_told ? 1 : result->plan.ports.txq;

	for (uint32_t s = 0; s < result->n_streams; s++)
		lost[result->stream[s].stream % n_txq] += result->stream[s].account.loss.frames;
	for (uint32_t q = 0; q < n_txq; q++) {
		if (lost[q] > live->last.tx[q].lost)
			live->sum.tx[q].lost += lost[q] - live->last.tx[q].lost;
		live->last.tx[q].lost = lost[q];
	}
}

static void
take_books(struct ovr_live *live, const struct ovr_ledger *ledger)
{
	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		const struct ovr_ledger_account *account = &ledger->account[i];

		live->book[account->is_of_hop ? OVR_PLACE_PATH : account->place] += account->frames;
	}
	if (ledger->unexplained > 0)
		live->unexplained += (uint64_t)ledger->unexplained;
}

void
ovr_live_end_trial(struct ovr_live *live, const struct ovr_result *result)
{
	const struct ovr_ledger *ledger = &result->ledger;
	struct ovr_live_trial *trial;

	if (live->n_trials == OVR_LIVE_TRIALS_MAX) {
		memmove(live->trial, live->trial + 1, sizeof(live->trial) - sizeof(live->trial[0]));
		live->n_trials--;
	}
	trial = &live->trial[live->n_trials++];
	*trial = (struct ovr_live_trial){
		.number = live->number,
		.verdict = ledger->verdict,
		.tx_pps = result->tx_pps,
		.sent = ledger->figures.sent,
		.lost = ledger->lost,
	};
	snprintf(trial->label, sizeof(trial->label), "%.*s", (int)sizeof(trial->label) - 1, live->label);
	live->verdicts[ledger->verdict]++;
	settle_losses(live, result);
	if (ledger->verdict != OVR_VERDICT_VOID)
		take_books(live, ledger);
	live->is_running = false;
	memset(live->ring, 0, sizeof(live->ring));
}

void
ovr_live_drop_trial(struct ovr_live *live)
{
	live->is_running = false;
	memset(live->ring, 0, sizeof(live->ring));
}
