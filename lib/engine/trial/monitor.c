/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/monitor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t
ovr_monitor_now_ns(struct ovr_workers *workers)
{
	uint64_t now = ovr_clock_steady_at(&workers->time, ovr_clock_cycles());

	return now < workers->run.epoch_cycles ? 0 : ovr_run_ns(&workers->run, now);
}

static void
read_all(struct ovr_monitor *monitor, struct ovr_monitor_reading *ret)
{
	struct ovr_workers *workers = monitor->workers;

	memset(ret, 0, sizeof(*ret));
	ovr_port_counters_read(workers->pair, &monitor->now);
	ovr_port_counters_subtract(&monitor->now, &monitor->before, &monitor->since);
	ret->at_ns = ovr_monitor_now_ns(workers);
	ret->total.n_rxq = workers->n_rx_queues;
	for (uint16_t q = 0; q < workers->n_tx_queues; q++) {
		const struct ovr_tx_queue *queue = workers->tx_queue[q];

		ret->total.attempted += ovr_stat_read(&queue->attempted);
		ret->total.refused += ovr_stat_read(&queue->refused);
		ret->total.sent += ovr_stat_read(&queue->sent);
		ret->total.sent_bytes += ovr_stat_read(&queue->sent_bytes);
		ret->total.shortfall += ovr_stat_read(&queue->shortfall);
	}
	for (uint16_t q = 0; q < workers->n_rx_queues; q++) {
		const struct ovr_rx_queue *queue = workers->rx_queue[q];

		ret->total.rxq_received[q] = ovr_stat_read(&queue->frames);
		ret->total.received += ret->total.rxq_received[q];
		ret->total.received_bytes += ovr_stat_read(&queue->bytes);
		ret->total.rxq_missed[q] = monitor->since.rx_missed[q];
	}
	for (uint16_t w = 0; w < workers->n_rx; w++)
		ret->total.unique += ovr_stat_read(&workers->rx[w]->counters.unique);
	ret->total.missed = monitor->since.rx_ring_frames;
}

static void
give_reading(struct ovr_monitor *monitor, uint64_t at_ns, bool link_lost)
{
	ovr_reading_take(
		monitor->workers, &monitor->since, &monitor->losses, &monitor->seen, monitor->reading);
	monitor->reading->at_ns = at_ns;
	monitor->reading->total_ns = monitor->total_ns;
	monitor->reading->link_lost = link_lost;
	monitor->hooks.live(monitor->hooks.context, monitor->reading);
}

static void
sample(struct ovr_monitor *monitor, bool link_lost)
{
	struct ovr_monitor_reading now;
	struct ovr_result_sample s;

	read_all(monitor, &now);
	s = ovr_samples_between(&monitor->last.total, &now.total);
	s.start_ns = monitor->last.at_ns;
	s.end_ns = now.at_ns;
	s.link_lost = link_lost;
	monitor->last = now;
	ovr_samples_add(&monitor->samples, &s);
	ovr_losses_look(&monitor->losses, monitor->workers, now.at_ns);
	if (monitor->reading != NULL)
		give_reading(monitor, now.at_ns, link_lost);
	if (monitor->hooks.sample != NULL)
		monitor->hooks.sample(monitor->hooks.context, &s, now.at_ns, monitor->total_ns);
}

static const struct ovr_port *
port_of(const struct ovr_monitor *monitor, unsigned int p)
{
	return p == 0 ? &monitor->workers->pair->tx : &monitor->workers->pair->rx;
}

static struct ovr_port_link
link_of(const struct ovr_monitor *monitor, unsigned int p)
{
	return ovr_port_link_read(monitor->workers->pair, port_of(monitor, p));
}

/* The first change is why the trial is void. */
static void
note_change(struct ovr_monitor *monitor, const char *label, const struct ovr_port_link *first,
	const struct ovr_port_link *now, double seconds)
{
	if (monitor->link_changed ||
		(now->up == first->up && now->speed_mbps == first->speed_mbps &&
			now->changes == first->changes))
		return;
	monitor->link_changed = true;
	if (now->up == first->up && now->speed_mbps == first->speed_mbps)
		snprintf(monitor->link_change, sizeof(monitor->link_change),
			"the link of %s went and came back by %.1f s", label, seconds);
	else
		snprintf(monitor->link_change, sizeof(monitor->link_change),
			"the link of %s changed from %s %u Mb/s to %s %u Mb/s by %.1f s", label,
			first->up ? "up" : "down", first->speed_mbps, now->up ? "up" : "down",
			now->speed_mbps, seconds);
}

/* @return whether a link is down, or was since the last look */
static bool
look_at_links(struct ovr_monitor *monitor)
{
	uint64_t now_ns = ovr_monitor_now_ns(monitor->workers);
	bool was_lost = false;

	for (unsigned int p = 0; p < (monitor->workers->pair->is_one ? 1 : 2); p++) {
		struct ovr_port_link now = link_of(monitor, p);
		struct ovr_outages_look found = { .is_up = now.up, .changes = now.changes };
		const char *label = port_of(monitor, p)->label;

		note_change(monitor, label, &monitor->first[p], &now, (double)now_ns / 1e9);
		was_lost |= ovr_outages_look(&monitor->outages, p, label, &found, now_ns);
	}
	return was_lost;
}

int
ovr_monitor_init(struct ovr_monitor *monitor, struct ovr_workers *workers, uint64_t total_ns,
	const struct ovr_trial_hooks *hooks, bool is_measured, struct ovr_err *err)
{
	int status;

	*monitor =
		(struct ovr_monitor){ .workers = workers, .total_ns = total_ns, .is_measured = is_measured };
	if (hooks != NULL)
		monitor->hooks = *hooks;
	if (!is_measured)
		return 0;
	status = ovr_samples_init(&monitor->samples, workers->plan->trial.series_rows, err);
	if (status == 0 && monitor->hooks.live != NULL) {
		monitor->reading = calloc(1, sizeof(*monitor->reading));
		if (monitor->reading == NULL)
			status = ovr_err_set(err, -ENOMEM, "no memory for live readings");
	}
	if (status == 0)
		status = ovr_losses_init(&monitor->losses, workers->plan->trial.event_gap_ns, err);
	if (status != 0)
		ovr_monitor_done(monitor);
	return status;
}

void
ovr_monitor_done(struct ovr_monitor *monitor)
{
	ovr_samples_done(&monitor->samples);
	ovr_losses_done(&monitor->losses);
	free(monitor->reading);
	monitor->reading = NULL;
	ovr_port_counters_done(&monitor->before);
	ovr_port_counters_done(&monitor->now);
	ovr_port_counters_done(&monitor->since);
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
ovr_monitor_begin(struct ovr_monitor *monitor)
{
	for (unsigned int p = 0; p < 2; p++) {
		struct ovr_outages_look found;

		monitor->first[p] = link_of(monitor, p);
		found = (struct ovr_outages_look){ monitor->first[p].up, monitor->first[p].changes };
		ovr_outages_begin(&monitor->outages, p, &found, 0);
	}
	ovr_port_counters_read(monitor->workers->pair, &monitor->before);
	read_all(monitor, &monitor->last);
	monitor->last.at_ns = 0;
	if (monitor->reading != NULL) {
		memset(monitor->reading, 0, sizeof(*monitor->reading));
		monitor->reading->total_ns = monitor->total_ns;
		monitor->reading->counts.n_txq = monitor->workers->n_tx_queues;
		monitor->reading->counts.n_rxq = monitor->workers->n_rx_queues;
		for (uint16_t q = 0; q < monitor->workers->n_rx_queues; q++)
			monitor->reading->counts.rx[q].missed_known = monitor->before.rx_missed_known;
		monitor->hooks.live(monitor->hooks.context, monitor->reading);
	}
}

void
ovr_monitor_epoch_is_set(struct ovr_monitor *monitor)
{
	monitor->epoch_realtime_ns = epoch_realtime_ns(&monitor->workers->run);
}

void
ovr_monitor_look(struct ovr_monitor *monitor)
{
	bool link_lost = look_at_links(monitor);

	if (monitor->is_measured)
		sample(monitor, link_lost);
}
