/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/loss_events.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int
ovr_loss_events_init(struct ovr_loss_events *events, uint64_t gap_ns, uint32_t limit, struct ovr_err *err)
{
	/* calloc leaves pages alone that no event reaches */
	*events = (struct ovr_loss_events){
		.event = calloc(limit, sizeof(*events->event)),
		.limit = limit,
		.gap_ns = gap_ns,
	};
	if (events->event == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a list of %u loss events", limit);
	return 0;
}

void
ovr_loss_events_done(struct ovr_loss_events *events)
{
	free(events->event);
	*events = (struct ovr_loss_events){ 0 };
}

void
ovr_loss_events_begin(struct ovr_loss_events *events, uint64_t gap_ns)
{
	events->n = 0;
	events->periods = events->frames = 0;
	events->gap_ns = gap_ns;
}

/* Whether they are one event. @before does not begin after @after. */
static bool
are_one(const struct ovr_loss_events *events, const struct ovr_loss_event *before,
	const struct ovr_loss_event *after)
{
	return after->start_ns <= before->end_ns || after->start_ns - before->end_ns <= events->gap_ns;
}

static void
join(struct ovr_loss_event *event, const struct ovr_loss_event *other)
{
	if (other->start_ns < event->start_ns)
		event->start_ns = other->start_ns;
	if (other->end_ns > event->end_ns)
		event->end_ns = other->end_ns;
	event->periods += other->periods;
	event->frames += other->frames;
}

/* Make room: a wider gap, until there is one event less at least. */
static void
widen(struct ovr_loss_events *events)
{
	uint32_t n = events->n;

	while (n == events->n && n > 1) {
		events->gap_ns *= 2;
		n = 1;
		for (uint32_t i = 1; i < events->n; i++) {
			if (are_one(events, &events->event[n - 1], &events->event[i]))
				join(&events->event[n - 1], &events->event[i]);
			else
				events->event[n++] = events->event[i];
		}
	}
	events->n = n;
}

/* The first event that does not end too early to be one with @loss; events.n if all do. */
static uint32_t
first_near(const struct ovr_loss_events *events, const struct ovr_loss_event *loss)
{
	uint32_t low = 0, high = events->n;

	/* most losses come in their order */
	if (high != 0 && loss->start_ns > events->event[high - 1].end_ns)
		low = high - 1;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint64_t end_ns = events->event[middle].end_ns;

		if (end_ns < loss->start_ns && loss->start_ns - end_ns > events->gap_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
ovr_loss_events_add(struct ovr_loss_events *events, const struct ovr_loss_event *loss)
{
	uint32_t at = first_near(events, loss), end = at;
	struct ovr_loss_event joined = *loss;

	if (events->limit == 0)
		return;
	while (end < events->n && are_one(events, &joined, &events->event[end]))
		join(&joined, &events->event[end++]);
	if (end == at && events->n == events->limit) {
		widen(events);
		/* a list of one: there is one event, however far apart */
		if (events->n == events->limit) {
			join(&events->event[0], loss);
			events->periods += loss->periods;
			events->frames += loss->frames;
		} else {
			ovr_loss_events_add(events, loss);
		}
		return;
	}
	memmove(&events->event[at + 1], &events->event[end], (events->n - end) * sizeof(*events->event));
	events->event[at] = joined;
	events->n = events->n - (end - at) + 1;
	events->periods += loss->periods;
	events->frames += loss->frames;
}

uint32_t
ovr_loss_events_worst(
	const struct ovr_loss_events *events, uint32_t room, const struct ovr_loss_event **ret_worst)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < events->n; i++) {
		const struct ovr_loss_event *event = &events->event[i];
		uint32_t at = n < room ? n : room;

		while (at > 0 && ret_worst[at - 1]->frames < event->frames)
			at--;
		if (at == room)
			continue;
		if (n < room)
			n++;
		memmove(&ret_worst[at + 1], &ret_worst[at], (n - at - 1) * sizeof(*ret_worst));
		ret_worst[at] = event;
	}
	return n;
}
