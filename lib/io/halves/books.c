/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/books.h"

/*
 * Late and damaged arrivals beyond what their stream misses: whatever their numbers were, so many
 * are copies of frames that arrived otherwise. Not known where workers' accounts of a stream
 * could not be merged.
 */
static uint64_t
copies_beyond_loss(const struct ovr_half_receiver *receiver)
{
	uint64_t copies = 0;

	if (receiver->uncountable_streams != 0 || !ovr_half_is_complete(&receiver->end))
		return 0;
	for (uint32_t s = 0; s < receiver->n_streams; s++) {
		const struct ovr_result_stream *stream = &receiver->stream[s];
		uint64_t given_up = stream->account.late + stream->corrupt;
		uint64_t lost = stream->sent > stream->account.unique ? stream->sent - stream->account.unique
								      : 0;

		if (given_up > lost)
			copies += given_up - lost;
	}
	return copies;
}

static void
add_sent(const struct ovr_half_sender *sender, struct ovr_ledger_figures *figures)
{
	figures->sender_unknown = sender->end.is_unknown;
	if (sender->end.is_unknown)
		return;
	figures->scheduled = sender->attempted + sender->shortfall;
	figures->attempted = sender->attempted;
	figures->refused = sender->refused;
	figures->sent = sender->sent;
	figures->tx_port_known = sender->end.port_known;
	figures->tx_port_sent = sender->end.port_frames;
}

/*
 * Three counts of the same frames, made apart: polled from queues, classified one by one by the
 * workers, and, in the streams' accounts, concluded by the trackers. The ledger holds them against
 * each other.
 */
static void
add_received(const struct ovr_half_receiver *receiver, struct ovr_ledger_figures *figures)
{
	figures->receiver_unknown = !ovr_half_is_complete(&receiver->end);
	if (figures->receiver_unknown)
		return;
	figures->received = receiver->ours + receiver->corrupt + receiver->stale + receiver->foreign;
	figures->unique = receiver->total.unique;
	figures->duplicate = receiver->total.duplicate;
	figures->reordered = receiver->total.reorder.frames;
	figures->late = receiver->total.late;
	figures->corrupt = receiver->corrupt;
	figures->stale = receiver->stale;
	figures->foreign = receiver->foreign;
	figures->merged = receiver->merged;
	for (uint32_t i = 0; i < receiver->n_astray; i++)
		figures->astray += receiver->astray[i].frames;
	figures->rx_port_known = receiver->end.port_known;
	figures->rx_port_received = receiver->end.port_frames;
	figures->queues_known = true;
	for (uint32_t q = 0; q < receiver->end.n_queues; q++)
		figures->queues_received += receiver->end.queue[q].frames;
}

struct ovr_ledger_figures
ovr_half_figures(const struct ovr_halves *halves)
{
	struct ovr_ledger_figures figures = {
		.copies_known = halves->common.has_wire,
		.copies = halves->common.impairments[OVR_IMPAIRMENT_DUP],
		.copies_beyond_loss = halves->sender.end.is_unknown ? 0
								    : copies_beyond_loss(&halves->receiver),
	};

	add_sent(&halves->sender, &figures);
	add_received(&halves->receiver, &figures);
	return figures;
}

struct ovr_ledger_limits
ovr_half_limits(const struct ovr_plan *plan)
{
	return (struct ovr_ledger_limits){
		.tolerance_ppb = plan->trial.tolerance_ppb,
		.max_loss_ppb = plan->trial.max_loss_ppb,
		.path_dut = plan->ports.path == OVR_PATH_DUT,
	};
}

static void
book_list(const struct ovr_half_accounts *accounts, struct ovr_ledger *ledger)
{
	for (uint32_t i = 0; i < accounts->n; i++)
		ovr_ledger_add_copy(ledger, &accounts->account[i]);
}

static void
book_sender(const struct ovr_half_sender *sender, struct ovr_ledger *ledger)
{
	for (uint32_t q = 0; q < sender->end.n_queues && !sender->refused_is_booked; q++) {
		const struct ovr_result_queue *queue = &sender->end.queue[q];

		ovr_ledger_add(ledger, sender->is_socket ? OVR_PLACE_TX_APP : OVR_PLACE_TX_RING,
			sender->end.port.label, queue->queue, queue->refused,
			sender->is_socket ? OVR_HALF_SOCKET_REFUSED : OVR_HALF_PORT_REFUSED, "worker");
	}
	book_list(&sender->end.accounts, ledger);
}

static void
book_receiver(const struct ovr_half_receiver *receiver, struct ovr_ledger *ledger)
{
	book_list(&receiver->end.accounts, ledger);
	if (receiver->classes_are_booked)
		return;
	ovr_ledger_add(ledger, OVR_PLACE_RX_CORRUPT, receiver->end.port.label, -1, receiver->corrupt,
		OVR_HALF_IS_CORRUPT, "worker");
	ovr_ledger_add(ledger, OVR_PLACE_RX_LATE, receiver->end.port.label, -1, receiver->total.late,
		OVR_HALF_IS_LATE, "worker");
}

void
ovr_half_book(const struct ovr_halves *halves, struct ovr_ledger *ledger)
{
	if (!halves->sender.end.is_unknown)
		book_sender(&halves->sender, ledger);
	if (!halves->receiver.end.is_unknown)
		book_receiver(&halves->receiver, ledger);
	book_list(&halves->common.accounts, ledger);
}

/*
 * Between the two ends of a veth others' frames are what passed beyond those of the trial. Only
 * the sender's accounts can hold a frame of the trial that did not pass.
 */
void
ovr_half_bound_others(const struct ovr_half_common *common, struct ovr_ledger *ledger)
{
	struct ovr_ledger_figures *f = &ledger->figures;
	uint64_t passed = f->sent;

	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		const struct ovr_ledger_account *account = &ledger->account[i];

		if (ovr_ledger_account_side(account) == OVR_LEDGER_SENDER &&
			!ovr_ledger_account_is_refused(account))
			passed -= passed < account->frames_max ? passed : account->frames_max;
	}
	f->others_known = common->cable_known && common->cable_frames >= passed;
	f->others_max = common->cable_frames - passed;
}
