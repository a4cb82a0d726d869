/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Loss events: losses closer together in time than a gap count as one event.
 *
 * Spans of loss may come in any order; those that overlap, or lie no further apart than the gap,
 * become one event. The list is bounded: where it would overflow, the gap is doubled until enough
 * events have merged. The number of events is thus exact for the gap in gap_ns.
 *
 * Pure. One owner. Nothing is allocated after ovr_loss_events_init().
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/** One event. */
struct ovr_loss_event {
	uint64_t start_ns,
		end_ns; /**< what arrived last before its first loss, and first after its last; since the epoch */
	uint64_t periods; /**< loss periods in it */
	uint64_t frames;  /**< lost in it */
};

/** The events, in order of time. Zeroed ones are none, and have no room. */
struct ovr_loss_events {
	struct ovr_loss_event *event;
	uint32_t n;
	uint32_t limit;
	uint64_t gap_ns;          /**< as in force */
	uint64_t periods, frames; /**< in all of them */
};

/** @param gap_ns at least 1 @param limit most events, at least 1 @return 0; -ENOMEM */
int ovr_loss_events_init(
	struct ovr_loss_events *events, uint64_t gap_ns, uint32_t limit, struct ovr_err *err);

/** Free the list. Zeroed ones are allowed. */
void ovr_loss_events_done(struct ovr_loss_events *events);

/** Forget all events; the gap becomes @p gap_ns. */
void ovr_loss_events_begin(struct ovr_loss_events *events, uint64_t gap_ns);

/**
 * Add losses within a span of time, as a new event or to events near it.
 * @param loss start_ns ≤ end_ns
 */
void ovr_loss_events_add(struct ovr_loss_events *events, const struct ovr_loss_event *loss);

/**
 * The events with most frames.
 * @param[out] ret_worst room for @p room, filled with the worst first; of two alike the earlier one
 * first
 * @return how many: events.n or @p room
 */
uint32_t ovr_loss_events_worst(
	const struct ovr_loss_events *events, uint32_t room, const struct ovr_loss_event **ret_worst);
