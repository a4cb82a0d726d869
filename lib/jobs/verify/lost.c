/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/lost.h"

/* What an account at this place has to say of frames that the ring did not lose. */
static bool
is_believed(const struct ovr_ledger *ledger, const struct ovr_ledger_account *account, bool ring_counted)
{
	if (account->is_of_hop)
		return ledger->unexplained >= 0;
	switch (account->place) {
	case OVR_PLACE_RX_CORRUPT:
	case OVR_PLACE_RX_LATE:
		return true;
	case OVR_PLACE_TX_IP:
	case OVR_PLACE_TX_NETFILTER:
	case OVR_PLACE_TX_QDISC:
	case OVR_PLACE_TX_ERRORS:
	case OVR_PLACE_TX_KERNEL:
	case OVR_PLACE_PATH:
		return ledger->unexplained >= 0;
	case OVR_PLACE_RX_ERRORS:
	case OVR_PLACE_RX_NOMBUF:
	case OVR_PLACE_RX_KERNEL:
	case OVR_PLACE_RX_XDP:
	case OVR_PLACE_RX_SOFTNET:
	case OVR_PLACE_RX_INGRESS:
	case OVR_PLACE_RX_NETFILTER:
	case OVR_PLACE_RX_IP:
	case OVR_PLACE_RX_UDP:
	case OVR_PLACE_RX_TCP:
	case OVR_PLACE_RX_SOCKET:
	case OVR_PLACE_RX_UNREAD:
		return ledger->unexplained == 0 && ring_counted;
	case OVR_PLACE_TX_APP:
	case OVR_PLACE_TX_RING:
	case OVR_PLACE_RX_RING:
	case OVR_PLACE_COUNT:
		break;
	}
	return false;
}

/* The receive queue that an account speaks of; -1: of none. */
static int32_t
queue_of(const struct ovr_ledger_account *account)
{
	return ovr_ledger_account_side(account) == OVR_LEDGER_RECEIVER ? account->queue : -1;
}

static uint64_t
less(uint64_t frames, uint64_t others)
{
	return frames > others ? frames - others : 0;
}

/* Frames lost elsewhere on their way to that queue; -1: of those for which nobody says which. */
static uint64_t
lost_elsewhere(const struct ovr_ledger *ledger, int32_t queue)
{
	uint64_t frames = 0;
	bool ring_counted = false;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		ring_counted |= ledger->account[i].place == OVR_PLACE_RX_RING &&
			!ledger->account[i].is_of_hop && ledger->account[i].frames != 0;
	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		const struct ovr_ledger_account *account = &ledger->account[i];

		if (queue_of(account) == queue && is_believed(ledger, account, ring_counted))
			frames += account->frames;
	}
	/* a copy of a frame that arrived is not missing, wherever it was lost */
	if (queue < 0 && ledger->figures.copies_inferred)
		frames = less(frames, ledger->figures.copies - ledger->figures.duplicate);
	return frames;
}

bool
ovr_verify_lost(const struct ovr_result *result, int32_t queue, uint64_t *ret_lost)
{
	const struct ovr_ledger *ledger = &result->ledger;
	uint64_t elsewhere = lost_elsewhere(ledger, -1), lost = 0, of_no_queue = 0;

	if (queue < 0 || result->plan.ports.rxq == 1) {
		for (int32_t q = 0; q < result->plan.ports.rxq; q++)
			elsewhere += lost_elsewhere(ledger, q);
		*ret_lost = less(ledger->lost > 0 ? (uint64_t)ledger->lost : 0, elsewhere);
		return true;
	}
	for (uint32_t s = 0; s < result->n_streams; s++) {
		const struct ovr_result_stream *stream = &result->stream[s];

		if (stream->queue == queue)
			lost += stream->account.loss.frames;
		else if (stream->queue < 0)
			of_no_queue += stream->account.loss.frames;
	}
	*ret_lost = less(lost, lost_elsewhere(ledger, queue));
	return elsewhere == 0 && of_no_queue == 0;
}
