/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/reading.h"

#include <stdio.h>
#include <string.h>

static void
read_queues(const struct ovr_workers *workers, const struct ovr_port_counters *since,
	const struct ovr_losses *losses, struct ovr_live_reading *reading)
{
	struct ovr_live_counts *counts = &reading->counts;

	counts->n_txq = workers->n_tx_queues;
	counts->n_rxq = workers->n_rx_queues;
	for (uint16_t q = 0; q < workers->n_tx_queues; q++) {
		const struct ovr_tx_queue *queue = workers->tx_queue[q];

		counts->tx[q] = (struct ovr_live_tx_queue){
			.attempted = ovr_stat_read(&queue->attempted),
			.refused = ovr_stat_read(&queue->refused),
			.sent = ovr_stat_read(&queue->sent),
			.sent_bytes = ovr_stat_read(&queue->sent_bytes),
			.shortfall = ovr_stat_read(&queue->shortfall),
			.lost = losses->of_queue[q],
		};
	}
	for (uint16_t q = 0; q < workers->n_rx_queues; q++) {
		const struct ovr_rx_queue *queue = workers->rx_queue[q];

		counts->rx[q] = (struct ovr_live_rx_queue){
			.received = ovr_stat_read(&queue->frames),
			.received_bytes = ovr_stat_read(&queue->bytes),
			.missed = since->rx_missed[q],
			.missed_known = since->rx_missed_known,
			.polls = ovr_stat_read(&queue->polls),
			.empty_polls = ovr_stat_read(&queue->empty_polls),
		};
		reading->ring[q].size = ovr_port_ring_used(workers->pair, q, &reading->ring[q].used);
	}
}

static void
read_classes(const struct ovr_workers *workers, struct ovr_live_classes *classes)
{
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_rx_counters *counters = &workers->rx[w]->counters;

		classes->unique += ovr_stat_read(&counters->unique);
		classes->duplicate += ovr_stat_read(&counters->duplicate);
		classes->reordered += ovr_stat_read(&counters->reordered);
		classes->late += ovr_stat_read(&counters->late);
		classes->corrupt += ovr_stat_read(&counters->corrupt);
		classes->stale += ovr_stat_read(&counters->stale);
		classes->foreign += ovr_stat_read(&counters->foreign);
	}
}

static void
add_account(struct ovr_live_counts *counts, const struct ovr_ledger_account *account, uint64_t frames)
{
	struct ovr_live_account key = { .place = account->place, .queue = account->queue };
	struct ovr_live_account *added;

	memcpy(key.port, account->port, sizeof(key.port));
	memcpy(key.counter, account->counter, sizeof(key.counter));
	memcpy(key.source, account->source, sizeof(key.source));
	added = ovr_live_account_of(counts, &key);
	if (added != NULL)
		added->frames += frames;
}

/* Counters of ports, and what the workers found themselves, by the names that the books have. */
static void
read_accounts(const struct ovr_workers *workers, const struct ovr_port_counters *since,
	struct ovr_live_counts *counts)
{
	bool is_socket = workers->pair->tx.n_devices == 0;
	struct ovr_ledger_account own = { .place = is_socket ? OVR_PLACE_TX_APP : OVR_PLACE_TX_RING,
		.source = "worker" };

	snprintf(own.port, sizeof(own.port), "%s", workers->pair->tx.label);
	snprintf(own.counter, sizeof(own.counter), "%s", is_socket ? "EAGAIN, ENOBUFS" : "tx_burst refused");
	for (uint16_t q = 0; q < workers->n_tx_queues; q++) {
		own.queue = q;
		add_account(counts, &own, counts->tx[q].refused);
	}
	for (uint32_t i = 0; i < since->n; i++)
		if (since->counter[i].is_account && !since->counter[i].is_unknown)
			add_account(counts, &since->counter[i].account, since->counter[i].is.value);
	if (workers->n_rx_queues == 0)
		return;
	snprintf(own.port, sizeof(own.port), "%s", workers->pair->rx.label);
	own.queue = -1;
	own.place = OVR_PLACE_RX_CORRUPT;
	snprintf(own.counter, sizeof(own.counter), "checksum or length wrong");
	add_account(counts, &own, counts->classes.corrupt);
	own.place = OVR_PLACE_RX_LATE;
	snprintf(own.counter, sizeof(own.counter), "beyond window or tmax");
	add_account(counts, &own, counts->classes.late);
}

static void
list_stalls(enum ovr_live_side side, const struct ovr_stall_monitor *monitor, uint64_t *seen,
	struct ovr_live_reading *reading)
{
	uint64_t n = atomic_load_explicit(&monitor->live.n_listed, memory_order_acquire);

	if (n - *seen > OVR_LIVE_STALLS_MAX)
		*seen = n - OVR_LIVE_STALLS_MAX;
	for (; *seen < n; ++*seen) {
		if (reading->n_stalls == OVR_LIVE_STALLS_MAX) {
			memmove(reading->stall, reading->stall + 1,
				sizeof(reading->stall) - sizeof(reading->stall[0]));
			reading->n_stalls--;
		}
		reading->stall[reading->n_stalls++] = (struct ovr_live_stall){
			.side = side,
			/* what the worker still writes to an entry is left out */
			.stall = { .start_ns = monitor->stall[*seen].start_ns,
				.length_ns = monitor->stall[*seen].length_ns,
				.worker = monitor->worker,
				.cpu = monitor->cpu,
				.cause = monitor->stall[*seen].cause },
		};
	}
}

static void
read_core(enum ovr_live_side side, const struct ovr_stall_monitor *monitor, uint64_t *seen,
	struct ovr_live_reading *reading)
{
	struct ovr_live_counts *counts = &reading->counts;
	struct ovr_live_core *core = ovr_live_core_of(counts, side, monitor->cpu);

	for (unsigned int cause = 0; cause < OVR_STALL_CAUSES; cause++) {
		uint64_t ns = ovr_stat_read(&monitor->live.ns[cause]);

		core->stalled_ns += ns;
		if (side != OVR_LIVE_WIRE)
			counts->stall_ns[side][cause] += ns;
		for (unsigned int cell = 0; cell < OVR_STALL_CELLS; cell++) {
			uint64_t n = ovr_stat_read(&monitor->live.cell[cause][cell]);

			core->stalls += n;
			if (side != OVR_LIVE_WIRE)
				counts->stall_cell[side][cause][cell] += n;
		}
	}
	list_stalls(side, monitor, seen, reading);
}

/* The cell that has the values of a bucket: buckets do not reach over a power of two. */
static unsigned int
cell_of(unsigned int bucket)
{
	uint64_t low = ovr_hist_bucket_low(bucket);

	return low == 0 ? 0 : 64 - (unsigned int)__builtin_clzll(low);
}

static void
read_latencies(const struct ovr_workers *workers, struct ovr_live_counts *counts)
{
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_hist *hist = &workers->rx[w]->latency_ns;

		counts->latency_ns += ovr_hist_sum_now(hist);
		for (unsigned int i = 0; i < OVR_HIST_BUCKETS; i++)
			counts->latency_cell[cell_of(i)] += ovr_hist_bucket_now(hist, i);
	}
}

void
ovr_reading_take(const struct ovr_workers *workers, const struct ovr_port_counters *since,
	const struct ovr_losses *losses, struct ovr_reading_seen *seen, struct ovr_live_reading *reading)
{
	memset(reading, 0, sizeof(*reading));
	read_queues(workers, since, losses, reading);
	read_classes(workers, &reading->counts.classes);
	read_accounts(workers, since, &reading->counts);
	for (uint16_t w = 0; w < workers->n_tx; w++)
		read_core(OVR_LIVE_TX, &workers->tx[w]->monitor, &seen->n_stalls[w], reading);
	for (uint16_t w = 0; w < workers->n_rx; w++)
		read_core(OVR_LIVE_RX, &workers->rx[w]->monitor, &seen->n_stalls[OVR_PLAN_WORKERS_MAX + w],
			reading);
	if (workers->cpu_map->wire_cpu >= 0)
		read_core(OVR_LIVE_WIRE, &workers->wire.monitor, &seen->n_stalls[2 * OVR_PLAN_WORKERS_MAX],
			reading);
	read_latencies(workers, &reading->counts);
}
