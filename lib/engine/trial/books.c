/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/books.h"

#include <rte_common.h>

/*
 * Late and damaged arrivals beyond what their stream misses: whatever their numbers were, so many
 * are copies of frames that arrived otherwise. Not known where workers' accounts of a stream
 * could not be merged.
 */
static uint64_t
copies_beyond_loss(const struct ovr_result *result)
{
	uint64_t copies = 0;

	if (result->uncountable_streams != 0)
		return 0;
	for (uint32_t s = 0; s < result->n_streams; s++) {
		const struct ovr_result_stream *stream = &result->stream[s];
		uint64_t given_up = stream->account.late + stream->corrupt;
		uint64_t lost = stream->sent > stream->account.unique ? stream->sent - stream->account.unique
								      : 0;

		if (given_up > lost)
			copies += given_up - lost;
	}
	return copies;
}

struct ovr_ledger_figures
ovr_books_figures(
	const struct ovr_workers *workers, const struct ovr_phase *phase, const struct ovr_result *result)
{
	struct ovr_ledger_figures figures = {
		.unique = result->total.unique,
		.duplicate = result->total.duplicate,
		.reordered = result->total.reorder.frames,
		.late = result->total.late,
		.tx_port_known = phase->counters.tx_known,
		.tx_port_sent = phase->counters.tx_frames,
		.rx_port_known = phase->counters.rx_known,
		.rx_port_received = phase->counters.rx_frames,
		.copies_known = workers->pair->wire != NULL,
		.copies = result->impairments[OVR_IMPAIRMENT_DUP],
		.copies_beyond_loss = copies_beyond_loss(result),
		.queues_known = true,
	};

	for (uint16_t q = 0; q < workers->n_rx_queues; q++)
		figures.queues_received += ovr_stat_read(&workers->rx_queue[q]->frames);
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_rx_counters *counters = &workers->rx[w]->counters;

		figures.received += ovr_stat_read(&counters->unique) + ovr_stat_read(&counters->duplicate) +
			ovr_stat_read(&counters->late);
		figures.corrupt += ovr_stat_read(&counters->corrupt);
		figures.stale += ovr_stat_read(&counters->stale);
		figures.foreign += ovr_stat_read(&counters->foreign);
		figures.merged += ovr_stat_read(&counters->merged);
	}
	/*
	 * after the receivers: while all run, no frame may be seen to arrive that was not seen
	 * to be sent
	 */
	for (uint16_t q = 0; q < workers->n_tx_queues; q++) {
		const struct ovr_tx_queue *queue = workers->tx_queue[q];

		figures.attempted += ovr_stat_read(&queue->attempted);
		figures.refused += ovr_stat_read(&queue->refused);
		figures.sent += ovr_stat_read(&queue->sent);
		figures.scheduled += ovr_stat_read(&queue->shortfall);
	}
	figures.scheduled += figures.attempted;
	/*
	 * Three counts of the same frames, made apart: polled from queues, classified one by one
	 * by the workers, and, in the streams' accounts, concluded by the trackers. The ledger
	 * holds them against each other.
	 */
	figures.received += figures.corrupt + figures.stale + figures.foreign;
	return figures;
}

/* Every place where frames may have gone, with the counter that says how many. */
void
ovr_books_add_accounts(
	const struct ovr_workers *workers, const struct ovr_phase *phase, struct ovr_ledger *ledger)
{
	const char *tx = workers->pair->tx.label, *rx = workers->pair->rx.label;

	bool is_socket = workers->pair->tx_udp != NULL;

	for (uint16_t q = 0; q < workers->n_tx_queues; q++)
		ovr_ledger_add(ledger, is_socket ? OVR_PLACE_TX_APP : OVR_PLACE_TX_RING, tx, q,
			ovr_stat_read(&workers->tx_queue[q]->refused),
			is_socket ? "EAGAIN, ENOBUFS" : "tx_burst refused", "worker");
	ovr_port_counters_book(&phase->counters, ledger);
	ovr_ledger_add(ledger, OVR_PLACE_RX_CORRUPT, rx, -1, ledger->figures.corrupt,
		"checksum or length wrong", "worker");
	ovr_ledger_add(
		ledger, OVR_PLACE_RX_LATE, rx, -1, ledger->figures.late, "beyond window or tmax", "worker");
}

/*
 * Between the two ends of a veth others' frames are what passed beyond those of the trial. Only
 * the sender's accounts can hold a frame of the trial that did not pass.
 */
void
ovr_books_bound_others(const struct ovr_port_counters *counters, struct ovr_ledger *ledger)
{
	struct ovr_ledger_figures *f = &ledger->figures;
	uint64_t passed = f->sent;

	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		const struct ovr_ledger_account *account = &ledger->account[i];

		if (ovr_ledger_account_side(account) == OVR_LEDGER_SENDER &&
			!ovr_ledger_account_is_refused(account))
			passed -= RTE_MIN(passed, account->frames_max);
	}
	f->others_known = counters->cable_known && counters->cable_frames >= passed;
	f->others_max = counters->cable_frames - passed;
}
