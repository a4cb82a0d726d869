/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/add.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result/samples.h"

/* Append a list to another one, and empty it. */
static int
append(void *into, uint64_t n_into, void *from, uint64_t n_from, size_t entry_bytes)
{
	void **list = into, **more = from;
	char *grown;

	if (n_from == 0)
		return 0;
	grown = realloc(*list, (n_into + n_from) * entry_bytes);
	if (grown == NULL)
		return -ENOMEM;
	memcpy(grown + n_into * entry_bytes, *more, n_from * entry_bytes);
	*list = grown;
	free(*more);
	*more = NULL;
	return 0;
}

#define APPEND(into, n_into, from, n_from) append(&(into), n_into, &(from), n_from, sizeof(*(into)))

static int
add_accounts(struct ovr_half_accounts *into, struct ovr_half_accounts *from)
{
	int status = APPEND(into->account, into->n, from->account, from->n);

	if (status == 0) {
		into->n += from->n;
		into->capacity = into->n;
		from->n = from->capacity = 0;
	}
	return status;
}

/* What a clause of a host says, with its name before it. Only the first one is kept. */
static void
take_clause(char *into, size_t size, const char *from, const char *host)
{
	if (into[0] != '\0' || from[0] == '\0')
		return;
	if (host == NULL)
		snprintf(into, size, "%.*s", (int)size - 1, from);
	else
		snprintf(into, size, "%.63s: %.*s", host, (int)size - 66, from);
}

void
ovr_half_shift_workers(struct ovr_half *end, uint16_t first_worker)
{
	for (uint32_t q = 0; q < end->n_queues; q++)
		end->queue[q].worker = (uint16_t)(end->queue[q].worker + first_worker);
	for (uint32_t w = 0; w < end->n_workers; w++)
		end->worker[w].worker = (uint16_t)(end->worker[w].worker + first_worker);
	for (uint64_t i = 0; i < end->n_stalls; i++)
		end->stall[i].worker = (uint16_t)(end->stall[i].worker + first_worker);
}

static int
add_end(struct ovr_half *into, struct ovr_half *from, const char *host)
{
	if (add_accounts(&into->accounts, &from->accounts) != 0 ||
		APPEND(into->counter, into->n_counters, from->counter, from->n_counters) != 0 ||
		APPEND(into->queue, into->n_queues, from->queue, from->n_queues) != 0 ||
		APPEND(into->worker, into->n_workers, from->worker, from->n_workers) != 0 ||
		APPEND(into->stall, into->n_stalls, from->stall, from->n_stalls) != 0)
		return -ENOMEM;
	into->n_counters += from->n_counters;
	into->n_queues += from->n_queues;
	into->n_workers += from->n_workers;
	into->n_stalls += from->n_stalls;
	from->n_counters = from->n_queues = from->n_workers = 0;
	from->n_stalls = 0;
	into->port_known &= from->port_known;
	into->port_frames += from->port_frames;
	into->ring_is_given |= from->ring_is_given;
	if (into->ring != from->ring)
		into->ring = 0;
	take_clause(into->ended_early, sizeof(into->ended_early), from->ended_early, host);
	if (from->is_unknown && !into->is_unknown) {
		into->is_unknown = true;
		memcpy(into->why, from->why, sizeof(into->why));
	}
	return 0;
}

/* Streams that nobody has sent nothing. */
static int
add_streams(struct ovr_half_sender *into, const struct ovr_half_sender *from, uint32_t stream_first)
{
	uint32_t n = stream_first + from->n_streams;

	if (n > into->n_streams) {
		uint64_t *grown = realloc(into->sent_of, n * sizeof(*grown));

		if (grown == NULL)
			return -ENOMEM;
		memset(grown + into->n_streams, 0, (n - into->n_streams) * sizeof(*grown));
		into->sent_of = grown;
		into->n_streams = n;
	}
	for (uint32_t i = 0; i < from->n_streams; i++)
		into->sent_of[stream_first + i] += from->sent_of[i];
	return 0;
}

static int
add_sizes(struct ovr_half_sender *into, const struct ovr_half_sender *from)
{
	for (uint32_t i = 0; i < from->n_sizes; i++) {
		uint32_t at = 0;

		while (at < into->n_sizes && into->size[at].size != from->size[i].size)
			at++;
		/* what arrived is counted for so many */
		if (at == OVR_MIX_SIZES_MAX)
			continue;
		if (at == into->n_sizes) {
			struct ovr_result_size *grown = realloc(into->size, (at + 1) * sizeof(*grown));

			if (grown == NULL)
				return -ENOMEM;
			into->size = grown;
			into->size[into->n_sizes++] = (struct ovr_result_size){ .size = from->size[i].size };
		}
		into->size[at].sent += from->size[i].sent;
	}
	return 0;
}

static void
add_figures(struct ovr_half_sender *into, const struct ovr_half_sender *from, bool is_first)
{
	if (is_first) {
		into->end.port = from->end.port;
		into->end.ring = from->end.ring;
		into->end.port_known = true;
		into->is_socket = from->is_socket;
		into->epoch_realtime_ns = from->epoch_realtime_ns;
		into->line_bps = from->line_bps;
		into->clock_ppm = from->clock_ppm;
	} else {
		into->line_bps = into->line_bps == 0 || from->line_bps == 0 ? 0
									    : into->line_bps + from->line_bps;
		/* the schedules are held against the clocks of all */
		into->clock_ppm += (from->clock_ppm - into->clock_ppm) / 2;
	}
	into->sent_until_ns = from->sent_until_ns > into->sent_until_ns ? from->sent_until_ns
									: into->sent_until_ns;
	into->planned_pps += from->planned_pps;
	into->attempted += from->attempted;
	into->refused += from->refused;
	into->sent += from->sent;
	into->sent_bytes += from->sent_bytes;
	into->shortfall += from->shortfall;
	into->shortfall_in_stalls += from->shortfall_in_stalls;
	into->shortfall_pool += from->shortfall_pool;
	into->full_waits += from->full_waits;
	into->has_outlasted |= from->has_outlasted;
	into->has_stuck |= from->has_stuck;
}

int
ovr_half_add_sender(struct ovr_half_sender *into, struct ovr_half_sender *from, uint32_t stream_first,
	bool is_first, const char *host)
{
	add_figures(into, from, is_first);
	ovr_half_shift_workers(&from->end, (uint16_t)into->end.n_workers);
	if (add_streams(into, from, stream_first) != 0 || add_sizes(into, from) != 0)
		return -ENOMEM;
	return add_end(&into->end, &from->end, host);
}

/* Those of workers stand before those of none. */
static int
add_periods(struct ovr_half_receiver *into, struct ovr_half_receiver *from)
{
	uint64_t n_into = into->n_periods - into->n_shared, n_from = from->n_periods - from->n_shared;
	struct ovr_seq_period *all = malloc((into->n_periods + from->n_periods + 1) * sizeof(*all));

	if (all == NULL)
		return -ENOMEM;
	for (uint64_t i = 0; i < n_from; i++)
		from->period[i].worker = (uint16_t)(from->period[i].worker + into->end.n_workers);
	if (into->period != NULL) {
		memcpy(all, into->period, n_into * sizeof(*all));
		memcpy(all + n_into + n_from, into->period + n_into, into->n_shared * sizeof(*all));
	}
	if (from->period != NULL) {
		memcpy(all + n_into, from->period, n_from * sizeof(*all));
		memcpy(all + n_into + n_from + into->n_shared, from->period + n_from,
			from->n_shared * sizeof(*all));
	}
	free(into->period);
	into->period = all;
	into->n_periods += from->n_periods;
	into->n_shared += from->n_shared;
	into->n_periods_dropped += from->n_periods_dropped;
	if (from->periods_max > into->periods_max)
		into->periods_max = from->periods_max;
	return 0;
}

static void
add_events(struct ovr_loss_events *into, struct ovr_loss_events *from)
{
	if (into->limit == 0) {
		*into = *from;
		*from = (struct ovr_loss_events){ 0 };
	}
	for (uint32_t i = 0; i < from->n; i++)
		ovr_loss_events_add(into, &from->event[i]);
}

/* Of all receivers, or of none. */
static void
add_hist(struct ovr_hist **into, struct ovr_hist **from, bool is_first)
{
	if (is_first) {
		*into = *from;
		*from = NULL;
	} else if (*into != NULL && *from != NULL) {
		ovr_hist_merge(*into, *from);
	} else {
		free(*into);
		*into = NULL;
	}
}

/* The shortest way to any of them, and the longest usual one; not known of one: of none. */
static void
add_transit(struct ovr_stall_transit *into, const struct ovr_stall_transit *from, bool is_first)
{
	if (is_first)
		*into = *from;
	else if (into->least_ns == 0 || from->least_ns == 0)
		*into = (struct ovr_stall_transit){ 0 };
	else if (from->least_ns < into->least_ns)
		into->least_ns = from->least_ns;
	if (into->least_ns != 0 && from->usual_ns > into->usual_ns)
		into->usual_ns = from->usual_ns;
}

static void
add_arrivals(struct ovr_half_receiver *into, const struct ovr_half_receiver *from)
{
	into->ours += from->ours;
	into->corrupt += from->corrupt;
	into->stale += from->stale;
	into->foreign += from->foreign;
	into->merged += from->merged;
	into->before_their_time += from->before_their_time;
	into->uncountable_streams += from->uncountable_streams;
	into->n_elsewhere += from->n_elsewhere;
	into->drain_was_cut |= from->drain_was_cut;
	ovr_seq_account_add(&into->total, &from->total);
	for (int i = 0; i < OVR_MIX_SIZES_MAX; i++)
		into->unique_of_size[i] += from->unique_of_size[i];
}

int
ovr_half_add_receiver(
	struct ovr_half_receiver *into, struct ovr_half_receiver *from, bool is_first, const char *host)
{
	if (is_first) {
		into->end.port = from->end.port;
		into->end.ring = from->end.ring;
		into->end.port_known = true;
	}
	add_arrivals(into, from);
	add_transit(&into->transit, &from->transit, is_first);
	add_hist(&into->latency_ns, &from->latency_ns, is_first);
	add_hist(&into->interarrival_ns, &from->interarrival_ns, is_first);
	add_events(&into->events, &from->events);
	add_events(&into->unlisted, &from->unlisted);
	if (add_periods(into, from) != 0 ||
		APPEND(into->stream, into->n_streams, from->stream, from->n_streams) != 0 ||
		APPEND(into->astray, into->n_astray, from->astray, from->n_astray) != 0 ||
		APPEND(into->xstat, into->n_xstats, from->xstat, from->n_xstats) != 0)
		return -ENOMEM;
	into->n_streams += from->n_streams;
	into->n_astray += from->n_astray;
	into->n_xstats += from->n_xstats;
	from->n_streams = from->n_astray = from->n_xstats = 0;
	ovr_half_shift_workers(&from->end, (uint16_t)into->end.n_workers);
	return add_end(&into->end, &from->end, host);
}

/* Rows of so many intervals each, of neighbours in a series with fewer. */
static void
coarsen(struct ovr_half_common *common, uint64_t intervals_per_row)
{
	while (common->intervals_per_row != 0 && common->intervals_per_row < intervals_per_row) {
		uint32_t n = 0;

		for (uint32_t i = 0; i < common->n_samples; i += 2) {
			struct ovr_result_sample *row = &common->sample[n++];

			*row = common->sample[i];
			if (i + 1 < common->n_samples)
				ovr_samples_merge(row, &common->sample[i + 1]);
		}
		common->n_samples = n;
		common->intervals_per_row *= 2;
	}
}

/* Rows of the same intervals, seen by two hosts. */
static int
add_series(struct ovr_half_common *into, struct ovr_half_common *from)
{
	uint32_t n_shared;

	if (into->sample == NULL) {
		into->sample = from->sample;
		into->n_samples = from->n_samples;
		into->samples_max = from->samples_max;
		into->intervals_per_row = from->intervals_per_row;
		from->sample = NULL;
		from->n_samples = 0;
		return 0;
	}
	coarsen(into, from->intervals_per_row);
	coarsen(from, into->intervals_per_row);
	n_shared = into->n_samples < from->n_samples ? into->n_samples : from->n_samples;
	for (uint32_t i = 0; i < n_shared; i++) {
		const struct ovr_result_sample row = into->sample[i];

		ovr_samples_merge(&into->sample[i], &from->sample[i]);
		into->sample[i].start_ns = row.start_ns;
		into->sample[i].end_ns = row.end_ns;
	}
	if (from->n_samples > n_shared) {
		struct ovr_result_sample *grown = realloc(into->sample, from->n_samples * sizeof(*grown));

		if (grown == NULL)
			return -ENOMEM;
		memcpy(grown + n_shared, from->sample + n_shared,
			(from->n_samples - n_shared) * sizeof(*grown));
		into->sample = grown;
		into->n_samples = from->n_samples;
	}
	return 0;
}

static void
add_outages(struct ovr_outages *into, const struct ovr_outages *from)
{
	into->n += from->n;
	for (uint32_t i = 0; i < from->n_kept && into->n_kept < OVR_OUTAGES_MAX; i++)
		into->outage[into->n_kept++] = from->outage[i];
}

int
ovr_half_add_common(struct ovr_half_common *into, struct ovr_half_common *from, const char *host)
{
	int status = add_accounts(&into->accounts, &from->accounts);

	if (status == 0)
		status = add_series(into, from);
	add_outages(&into->outages, &from->outages);
	into->was_stopped |= from->was_stopped;
	into->n_unknown += from->n_unknown;
	into->is_incomplete |= from->is_incomplete;
	take_clause(into->link_change, sizeof(into->link_change), from->link_change, host);
	take_clause(into->port_change, sizeof(into->port_change), from->port_change, host);
	take_clause(into->unknown, sizeof(into->unknown), from->unknown, host);
	take_clause(into->reset, sizeof(into->reset), from->reset, host);
	for (uint32_t i = 0; i < from->n_notes; i++)
		if (host == NULL)
			ovr_half_note(into, "%s", from->note[i]);
		else
			ovr_half_note(into, "%.63s: %.190s", host, from->note[i]);
	return status;
}
