/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/watch.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

uint64_t
ovr_watch_now_ns(struct ovr_crew *crew)
{
	uint64_t now = ovr_clock_steady_at(&crew->time, ovr_clock_cycles());

	return now < crew->run.epoch_cycles ? 0 : ovr_run_ns(&crew->run, now);
}

static void
read_all(struct ovr_watch *watch, struct ovr_watch_reading *ret)
{
	struct ovr_crew *crew = watch->crew;

	memset(ret, 0, sizeof(*ret));
	ovr_port_counters_read(crew->pair, &watch->now);
	ovr_port_counters_subtract(&watch->now, &watch->before, &watch->since);
	ret->at_ns = ovr_watch_now_ns(crew);
	ret->total.n_rxq = crew->n_rx_queues;
	for (uint16_t q = 0; q < crew->n_tx_queues; q++) {
		const struct ovr_tx_queue *queue = crew->tx_queue[q];

		ret->total.attempted += ovr_stat_read(&queue->attempted);
		ret->total.refused += ovr_stat_read(&queue->refused);
		ret->total.sent += ovr_stat_read(&queue->sent);
		ret->total.sent_bytes += ovr_stat_read(&queue->sent_bytes);
		ret->total.shortfall += ovr_stat_read(&queue->shortfall);
	}
	for (uint16_t q = 0; q < crew->n_rx_queues; q++) {
		const struct ovr_rx_queue *queue = crew->rx_queue[q];

		ret->total.rxq_received[q] = ovr_stat_read(&queue->frames);
		ret->total.received += ret->total.rxq_received[q];
		ret->total.received_bytes += ovr_stat_read(&queue->bytes);
		ret->total.rxq_missed[q] = watch->since.rx_missed[q];
	}
	for (uint16_t w = 0; w < crew->n_rx; w++)
		ret->total.unique += ovr_stat_read(&crew->rx[w]->counters.unique);
	ret->total.missed = watch->since.rx_ring_frames;
}

static void
sample(struct ovr_watch *watch, bool link_lost)
{
	struct ovr_watch_reading now;
	struct ovr_result_sample s;

	read_all(watch, &now);
	s = ovr_samples_between(&watch->last.total, &now.total);
	s.start_ns = watch->last.at_ns;
	s.end_ns = now.at_ns;
	s.link_lost = link_lost;
	watch->last = now;
	ovr_samples_add(&watch->samples, &s);
	ovr_losses_look(&watch->losses, watch->crew, now.at_ns);
	if (watch->hooks.sample != NULL)
		watch->hooks.sample(watch->hooks.context, &s, now.at_ns, watch->total_ns);
}

static const struct ovr_port *
port_of(const struct ovr_watch *watch, unsigned int p)
{
	return p == 0 ? &watch->crew->pair->tx : &watch->crew->pair->rx;
}

static struct ovr_port_link
link_of(const struct ovr_watch *watch, unsigned int p)
{
	return ovr_port_link_read(watch->crew->pair, port_of(watch, p));
}

/* The first change is why the trial is void. */
static void
note_change(struct ovr_watch *watch, const char *label, const struct ovr_port_link *first,
	const struct ovr_port_link *now, double seconds)
{
	if (watch->link_changed ||
		(now->up == first->up && now->speed_mbps == first->speed_mbps &&
			now->changes == first->changes))
		return;
	watch->link_changed = true;
	if (now->up == first->up && now->speed_mbps == first->speed_mbps)
		snprintf(watch->link_change, sizeof(watch->link_change),
			"the link of %s went and came back by %.1f s", label, seconds);
	else
		snprintf(watch->link_change, sizeof(watch->link_change),
			"the link of %s changed from %s %u Mb/s to %s %u Mb/s by %.1f s", label,
			first->up ? "up" : "down", first->speed_mbps, now->up ? "up" : "down",
			now->speed_mbps, seconds);
}

/* @return whether a link is down, or was since the last look */
static bool
look_at_links(struct ovr_watch *watch)
{
	uint64_t now_ns = ovr_watch_now_ns(watch->crew);
	bool was_lost = false;

	for (unsigned int p = 0; p < (watch->crew->pair->is_one ? 1 : 2); p++) {
		struct ovr_port_link now = link_of(watch, p);
		struct ovr_outages_look found = { .is_up = now.up, .changes = now.changes };
		const char *label = port_of(watch, p)->label;

		note_change(watch, label, &watch->first[p], &now, (double)now_ns / 1e9);
		was_lost |= ovr_outages_look(&watch->outages, p, label, &found, now_ns);
	}
	return was_lost;
}

int
ovr_watch_init(struct ovr_watch *watch, struct ovr_crew *crew, uint64_t total_ns,
	const struct ovr_trial_hooks *hooks, bool is_measured, struct ovr_err *err)
{
	int status;

	*watch = (struct ovr_watch){ .crew = crew, .total_ns = total_ns, .is_measured = is_measured };
	if (hooks != NULL)
		watch->hooks = *hooks;
	if (!is_measured)
		return 0;
	status = ovr_samples_init(&watch->samples, crew->plan->series_rows, err);
	if (status == 0)
		status = ovr_losses_init(&watch->losses, crew->plan, err);
	if (status != 0)
		ovr_watch_done(watch);
	return status;
}

void
ovr_watch_done(struct ovr_watch *watch)
{
	ovr_samples_done(&watch->samples);
	ovr_losses_done(&watch->losses);
	ovr_port_counters_done(&watch->before);
	ovr_port_counters_done(&watch->now);
	ovr_port_counters_done(&watch->since);
}

/* The run's epoch as wall-clock time. */
static uint64_t
epoch_realtime_ns(const struct ovr_run *run)
{
	uint64_t now = ovr_clock_cycles();
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec +
		ovr_clock_ns(&run->clock, run->epoch_cycles) - ovr_clock_ns(&run->clock, now);
}

void
ovr_watch_begin(struct ovr_watch *watch)
{
	for (unsigned int p = 0; p < 2; p++) {
		struct ovr_outages_look found;

		watch->first[p] = link_of(watch, p);
		found = (struct ovr_outages_look){ watch->first[p].up, watch->first[p].changes };
		ovr_outages_begin(&watch->outages, p, &found, 0);
	}
	ovr_port_counters_read(watch->crew->pair, &watch->before);
	read_all(watch, &watch->last);
	watch->last.at_ns = 0;
}

void
ovr_watch_epoch_is_set(struct ovr_watch *watch)
{
	watch->epoch_realtime_ns = epoch_realtime_ns(&watch->crew->run);
}

void
ovr_watch_look(struct ovr_watch *watch)
{
	bool link_lost = look_at_links(watch);

	if (watch->is_measured)
		sample(watch, link_lost);
}
