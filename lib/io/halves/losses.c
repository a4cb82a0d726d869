/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/losses.h"

struct ovr_loss_event
ovr_half_losses_of(const struct ovr_seq_period *period, uint64_t until_ns)
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

void
ovr_half_losses_end_by(struct ovr_loss_event *event, uint64_t until_ns)
{
	if (event->end_ns > until_ns)
		event->end_ns = until_ns;
	if (event->start_ns > event->end_ns)
		event->start_ns = event->end_ns;
}

void
ovr_half_losses_join(struct ovr_half_receiver *receiver, uint64_t sent_until_ns, struct ovr_result *result)
{
	struct ovr_loss_events *events = &receiver->events;

	ovr_loss_events_begin(events, result->plan.trial.event_gap_ns);
	for (uint64_t i = 0; i < result->n_periods; i++) {
		struct ovr_loss_event event = ovr_half_losses_of(&result->period[i], sent_until_ns);

		ovr_half_losses_end_by(&event, sent_until_ns);
		ovr_loss_events_add(events, &event);
	}
	for (uint32_t i = 0; i < receiver->unlisted.n; i++) {
		struct ovr_loss_event event = receiver->unlisted.event[i];

		ovr_half_losses_end_by(&event, sent_until_ns);
		ovr_loss_events_add(events, &event);
	}
	result->loss_events = *events;
	*events = (struct ovr_loss_events){ 0 };
}
