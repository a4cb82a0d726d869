/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/losses.h"

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

/* A period's time: between the frames on either side of it, as they were sent. */
static struct ovr_loss_event
event_of(const struct ovr_seq_period *period, uint64_t until_ns)
{
	struct ovr_loss_event event = {
		.start_ns = period->before_tx_ns,
		.end_ns = period->after_tx_ns,
		.periods = 1,
		.frames = period->n_frames,
	};

	/* nothing came after it */
	if (event.end_ns == UINT64_MAX)
		event.end_ns = until_ns;
	/* what came before it is forgotten, unless it is the head */
	if ((event.start_ns == 0 && period->first_seq != 0) || event.start_ns > event.end_ns)
		event.start_ns = event.end_ns;
	return event;
}

/* Nothing is lost after the last frame that was sent, whenever it becomes known. */
static void
end_by(struct ovr_loss_event *event, uint64_t until_ns)
{
	if (event->end_ns > until_ns)
		event->end_ns = until_ns;
	if (event->start_ns > event->end_ns)
		event->start_ns = event->end_ns;
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
	end_by(&event, now_ns);
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
			struct ovr_loss_event event = event_of(&log->period[i], now_ns);

			ovr_loss_events_add(&losses->seen, &event);
			losses->of_queue[log->period[i].stream % workers->n_tx_queues] += event.frames;
		}
		losses->before[w].n_kept = n_kept;
		look_at_unlisted(losses, log, w, now_ns);
	}
	losses->looked_at_ns = now_ns;
}

void
ovr_losses_collect(struct ovr_losses *losses, const struct ovr_workers *workers, uint64_t sent_until_ns,
	struct ovr_result *result)
{
	struct ovr_loss_events *events = &losses->seen;

	/* what a stream has lost at its end became known when it was finished */
	for (uint16_t w = 0; w < workers->n_rx; w++)
		look_at_unlisted(losses, &workers->log[w], w, sent_until_ns);
	ovr_loss_events_begin(events, result->plan.trial.event_gap_ns);
	for (uint64_t i = 0; i < result->n_periods; i++) {
		struct ovr_loss_event event = event_of(&result->period[i], sent_until_ns);

		end_by(&event, sent_until_ns);
		ovr_loss_events_add(events, &event);
	}
	for (uint32_t i = 0; i < losses->unlisted.n; i++) {
		struct ovr_loss_event event = losses->unlisted.event[i];

		end_by(&event, sent_until_ns);
		ovr_loss_events_add(events, &event);
	}
	result->loss_events = *events;
	*events = (struct ovr_loss_events){ 0 };
}
