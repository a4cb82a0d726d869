/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/losses.h"

#include "halves/losses.h"

int
ovr_losses_init(struct ovr_losses *losses, uint64_t event_gap_ns, struct ovr_err *err)
{
	int status;

	*losses = (struct ovr_losses){ 0 };
	status = ovr_loss_events_init(&losses->seen, event_gap_ns, OVR_LOSSES_EVENTS, err);
	if (status == 0)
		status = ovr_loss_events_init(&losses->unlisted, event_gap_ns, OVR_LOSSES_EVENTS, err);
	if (status != 0)
		ovr_losses_done(losses);
	return status;
}

void
ovr_losses_done(struct ovr_losses *losses)
{
	ovr_loss_events_done(&losses->seen);
	ovr_loss_events_done(&losses->unlisted);
}

static void
look_at_unlisted(struct ovr_losses *losses, const struct ovr_seq_log *log, uint16_t w, uint64_t now_ns)
{
	uint64_t n_dropped = atomic_load_explicit(&log->n_dropped, memory_order_relaxed);
	uint64_t frames = atomic_load_explicit(&log->dropped_frames, memory_order_relaxed);
	struct ovr_loss_event event = {
		.start_ns = losses->looked_at_ns,
		.end_ns = now_ns,
		.periods = n_dropped - losses->before[w].n_dropped,
		.frames = frames - losses->before[w].dropped_frames,
	};

	if (event.periods == 0)
		return;
	ovr_half_losses_end_by(&event, now_ns);
	losses->before[w].n_dropped = n_dropped;
	losses->before[w].dropped_frames = frames;
	ovr_loss_events_add(&losses->unlisted, &event);
	ovr_loss_events_add(&losses->seen, &event);
}

void
ovr_losses_look(struct ovr_losses *losses, const struct ovr_workers *workers, uint64_t now_ns)
{
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_seq_log *log = &workers->log[w];
		uint64_t n_kept = atomic_load_explicit(&log->n_kept, memory_order_acquire);

		for (uint64_t i = losses->before[w].n_kept; i < n_kept; i++) {
			struct ovr_loss_event event = ovr_half_losses_of(&log->period[i], now_ns);

			ovr_loss_events_add(&losses->seen, &event);
			if (workers->n_tx_queues != 0)
				losses->of_queue[log->period[i].stream % workers->n_tx_queues] +=
					event.frames;
		}
		losses->before[w].n_kept = n_kept;
		look_at_unlisted(losses, log, w, now_ns);
	}
	losses->looked_at_ns = now_ns;
}

void
ovr_losses_give(struct ovr_losses *losses, const struct ovr_workers *workers, uint64_t sent_until_ns,
	struct ovr_half_receiver *receiver)
{
	/* what a stream has lost at its end became known when it was finished */
	for (uint16_t w = 0; w < workers->n_rx; w++)
		look_at_unlisted(losses, &workers->log[w], w, sent_until_ns);
	receiver->events = losses->seen;
	receiver->unlisted = losses->unlisted;
	losses->seen = losses->unlisted = (struct ovr_loss_events){ 0 };
}
