/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/phase.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_ethdev.h>

/* in nanoseconds */
#define MS               1000000u
#define S                1000000000u
#define START_IN_NS      (3 * MS) /* workers are on their cores by then */
#define TICK_NS          (5 * MS) /* while something is waited for */
#define STUCK_NS         (5ull * S)
#define DRAIN_MAX_NS     (30ull * S)
#define STOPPED_DRAIN_NS (20 * MS)

/* Counters as they stood at the end of the last interval. */
struct reading {
	uint64_t at_ns;
	struct ovr_result_sample total;
};

static void
nap(uint64_t ns)
{
	struct timespec ts = { (time_t)(ns / S), (long)(ns % S) };

	/* a signal ends the nap early, and the caller looks at its flag */
	clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
}

static uint64_t
now_ns(const struct ovr_crew *crew)
{
	uint64_t now = ovr_clock_cycles();

	return now < crew->run.epoch_cycles ? 0 : ovr_run_ns(&crew->run, now);
}

static void
read_all(const struct ovr_crew *crew, struct reading *ret)
{
	struct ovr_port_counters port;

	memset(ret, 0, sizeof(*ret));
	ovr_port_counters_read(crew->pair, &port);
	ret->at_ns = now_ns(crew);
	ret->total.n_rxq = crew->n_rx_lanes;
	for (uint16_t q = 0; q < crew->n_tx_lanes; q++) {
		const struct ovr_tx_lane *lane = crew->tx_lane[q];

		ret->total.offered += ovr_stat_read(&lane->offered);
		ret->total.refused += ovr_stat_read(&lane->refused);
		ret->total.sent += ovr_stat_read(&lane->sent);
		ret->total.sent_bytes += ovr_stat_read(&lane->sent_bytes);
		ret->total.shortfall += ovr_stat_read(&lane->shortfall);
	}
	for (uint16_t q = 0; q < crew->n_rx_lanes; q++) {
		const struct ovr_rx_lane *lane = crew->rx_lane[q];

		ret->total.rxq_received[q] = ovr_stat_read(&lane->frames);
		ret->total.received += ret->total.rxq_received[q];
		ret->total.received_bytes += ovr_stat_read(&lane->bytes);
		ret->total.rxq_missed[q] = port.rx_missed[q];
	}
	for (uint16_t w = 0; w < crew->n_rx; w++)
		ret->total.unique += ovr_stat_read(&crew->rx[w]->counters.unique);
	for (uint32_t i = 0; i < port.n_accounts; i++)
		if (port.account[i].place == OVR_PLACE_RX_RING)
			ret->total.missed += port.account[i].frames;
}

static struct ovr_result_sample
between(const struct reading *before, const struct reading *after)
{
	struct ovr_result_sample s = after->total;

	s.start_ns = before->at_ns;
	s.end_ns = after->at_ns;
	s.offered -= before->total.offered;
	s.refused -= before->total.refused;
	s.sent -= before->total.sent;
	s.shortfall -= before->total.shortfall;
	s.received -= before->total.received;
	s.unique -= before->total.unique;
	s.missed -= before->total.missed;
	s.sent_bytes -= before->total.sent_bytes;
	s.received_bytes -= before->total.received_bytes;
	for (uint32_t q = 0; q < s.n_rxq; q++) {
		s.rxq_received[q] -= before->total.rxq_received[q];
		s.rxq_missed[q] -= before->total.rxq_missed[q];
	}
	return s;
}

/* What the control thread keeps while it watches. */
struct watch {
	struct ovr_crew *crew;
	struct ovr_trial_hooks hooks; /* zeroed: nobody wants to know */
	bool is_measured;
	uint64_t total_ns;
	struct reading last;
	uint32_t capacity;
	struct ovr_port_link tx_link, rx_link;
	struct ovr_phase phase;
};

static void
sample(struct watch *watch)
{
	struct reading now;
	struct ovr_result_sample s;

	if (!watch->is_measured)
		return;
	read_all(watch->crew, &now);
	s = between(&watch->last, &now);
	watch->last = now;
	if (watch->phase.n_samples == watch->capacity) {
		uint32_t capacity = watch->capacity == 0 ? 64 : 2 * watch->capacity;
		struct ovr_result_sample *grown = realloc(watch->phase.sample, capacity * sizeof(*grown));

		if (grown != NULL) {
			watch->phase.sample = grown;
			watch->capacity = capacity;
		}
	}
	if (watch->phase.n_samples < watch->capacity)
		watch->phase.sample[watch->phase.n_samples++] = s;
	if (watch->hooks.sample != NULL)
		watch->hooks.sample(watch->hooks.context, &s, now.at_ns, watch->total_ns);
}

static void
check_link(struct watch *watch, const struct ovr_port *port, const struct ovr_port_link *first)
{
	struct ovr_port_link now = ovr_port_link_read(watch->crew->pair, port);

	if (watch->phase.link_changed ||
		(now.up == first->up && now.speed_mbps == first->speed_mbps && now.changes == first->changes))
		return;
	watch->phase.link_changed = true;
	if (now.up == first->up && now.speed_mbps == first->speed_mbps) {
		snprintf(watch->phase.link_change, sizeof(watch->phase.link_change),
			"the link of %s went and came back", port->label);
		return;
	}
	snprintf(watch->phase.link_change, sizeof(watch->phase.link_change),
		"the link of %s changed from %s %u Mb/s to %s %u Mb/s", port->label,
		first->up ? "up" : "down", first->speed_mbps, now.up ? "up" : "down", now.speed_mbps);
}

static void
check_links(struct watch *watch)
{
	check_link(watch, &watch->crew->pair->tx, &watch->tx_link);
	check_link(watch, &watch->crew->pair->rx, &watch->rx_link);
}

static bool
is_stopped(const struct watch *watch)
{
	return watch->hooks.stop != NULL && atomic_load(watch->hooks.stop);
}

/* What the transmitters got rid of, and how often they found the ring full. */
struct progress {
	uint64_t sent, full;
};

static struct progress
progress_of(const struct ovr_crew *crew)
{
	struct progress progress = { 0, 0 };

	for (uint16_t q = 0; q < crew->n_tx_lanes; q++) {
		progress.sent += ovr_stat_read(&crew->tx_lane[q]->sent);
		progress.full += ovr_stat_read(&crew->tx_lane[q]->refused);
		progress.full += ovr_stat_read(&crew->tx_lane[q]->full_waits);
	}
	return progress;
}

/*
 * Sleep from interval to interval until all is sent. Every waking takes a core from a worker for some microseconds where there
 * are only two, so the thread wakes as seldom as it can: at intervals, at the expected end, and from then on at every tick.
 */
static void
watch_sending(struct watch *watch)
{
	struct ovr_crew *crew = watch->crew;
	uint64_t interval_ns = crew->plan->interval_ns;
	uint64_t next_ns = interval_ns, last_sent_ns = 0;
	struct progress last = { 0, 0 };
	uint64_t end_ns = watch->total_ns != 0 ? watch->total_ns : interval_ns;

	while (!ovr_crew_has_sent(crew, &watch->phase.sent_until_ns)) {
		uint64_t now = now_ns(crew);
		uint64_t wake_ns = now < end_ns ? RTE_MIN(next_ns, end_ns) : now + TICK_NS;
		struct progress progress;

		if (is_stopped(watch)) {
			watch->phase.was_stopped = true;
			atomic_store(&crew->run.stop_sending, true);
			wake_ns = now + TICK_NS;
		}
		nap(wake_ns > now ? wake_ns - now : 0);
		now = now_ns(crew);
		if (now >= next_ns) {
			sample(watch);
			check_links(watch);
			next_ns += ((now - next_ns) / interval_ns + 1) * interval_ns;
		}
		/* a slow schedule may be silent for long; a full ring that nothing leaves will stay so */
		progress = progress_of(crew);
		if (progress.sent != last.sent) {
			last = progress;
			last_sent_ns = now;
		} else if (now > end_ns && progress.full != last.full && now - last_sent_ns > STUCK_NS) {
			watch->phase.has_stuck = true;
			atomic_store(&crew->run.stop_sending, true);
		}
	}
}

/* Frames of this trial, whole or not: what others send on the port may never end. */
static uint64_t
received_so_far(const struct ovr_crew *crew)
{
	uint64_t n = 0;

	for (uint16_t w = 0; w < crew->n_rx; w++) {
		const struct ovr_rx_counters *counters = &crew->rx[w]->counters;

		n += ovr_stat_read(&counters->unique) + ovr_stat_read(&counters->duplicate) +
			ovr_stat_read(&counters->late) + ovr_stat_read(&counters->corrupt);
	}
	return n;
}

static uint64_t
frames_inside(const struct ovr_crew *crew)
{
	return crew->pair->wire == NULL ? 0 : ovr_wire_frames_inside(crew->pair->wire);
}

/*
 * A receive queue is known to be empty when a poll of it found nothing; on a port that others keep busy, when it has been polled
 * often enough to turn its ring over. A receiver that stalls or serves slowly is waited for.
 */
struct turned_over {
	uint64_t polls, empty_polls;
};

static void
read_polls(const struct ovr_crew *crew, struct turned_over *lane)
{
	for (uint16_t q = 0; q < crew->n_rx_lanes; q++) {
		lane[q].polls = ovr_stat_read(&crew->rx_lane[q]->polls);
		lane[q].empty_polls = ovr_stat_read(&crew->rx_lane[q]->empty_polls);
	}
}

static bool
are_turned_over(const struct ovr_crew *crew, const struct turned_over *since)
{
	struct turned_over now[OVR_PLAN_QUEUES_MAX];

	read_polls(crew, now);
	for (uint16_t q = 0; q < crew->n_rx_lanes; q++)
		if (now[q].empty_polls == since[q].empty_polls &&
			now[q].polls - since[q].polls <= crew->plan->rxd / crew->plan->burst + 1)
			return false;
	return true;
}

/* Everything is sent: what stands on the way is let through, and a receiver that left its rings unread reads them. */
static void
let_arrive(const struct ovr_crew *crew, struct ovr_run *run)
{
	for (uint64_t waited_ns = 0; waited_ns < S; waited_ns += TICK_NS) {
		ovr_port_pair_flush(crew->pair);
		if (frames_inside(crew) == 0)
			break;
		nap(TICK_NS);
	}
	if (crew->plan->stall.unread)
		nap(crew->plan->settle_ns);
	atomic_store(&run->all_sent, true);
}

/* Until no frame of ours has arrived for drain_ns, every queue was found empty, and nothing stands in the wire. */
static void
drain(struct watch *watch)
{
	struct ovr_crew *crew = watch->crew;
	struct turned_over since[OVR_PLAN_QUEUES_MAX];
	uint64_t drain_ns = crew->plan->drain_ns;
	uint64_t start_ns = now_ns(crew), quiet_since_ns = start_ns;
	uint64_t received = received_so_far(crew);

	let_arrive(crew, &crew->run);
	read_polls(crew, since);
	for (;;) {
		uint64_t now, n;

		nap(drain_ns < MS ? MS : RTE_MIN(drain_ns, (uint64_t)TICK_NS));
		now = now_ns(crew);
		n = received_so_far(crew);
		if (is_stopped(watch)) {
			/* the books are closed on what was sent, but nobody wants to wait for long */
			watch->phase.was_stopped = true;
			drain_ns = RTE_MIN(drain_ns, (uint64_t)STOPPED_DRAIN_NS);
		}
		if (now - start_ns > DRAIN_MAX_NS + drain_ns) {
			watch->phase.drain_was_cut = true;
			return;
		}
		if (n != received || frames_inside(crew) != 0) {
			received = n;
			quiet_since_ns = now;
			read_polls(crew, since);
			continue;
		}
		if (now - quiet_since_ns >= drain_ns && are_turned_over(crew, since))
			return;
	}
}

int
ovr_phase_run(struct ovr_crew *crew, uint64_t total_ns, const struct ovr_trial_hooks *hooks, bool is_measured,
	struct ovr_phase *ret_phase, struct ovr_err *err)
{
	struct watch watch = { .crew = crew, .is_measured = is_measured, .total_ns = total_ns };
	struct ovr_port_counters before, after;
	struct ovr_clock_moment start, end;
	int status;

	if (hooks != NULL)
		watch.hooks = *hooks;
	watch.tx_link = ovr_port_link_read(crew->pair, &crew->pair->tx);
	watch.rx_link = ovr_port_link_read(crew->pair, &crew->pair->rx);
	start = ovr_clock_moment_read();
	crew->run.epoch_cycles = ovr_clock_cycles() + ovr_clock_cycles_of_ns(&crew->run.clock, START_IN_NS);
	if (crew->pair->wire != NULL)
		ovr_wire_begin(crew->pair->wire, crew->run.epoch_cycles);
	ovr_port_pair_mark(crew->pair);
	ovr_port_counters_read(crew->pair, &before);
	read_all(crew, &watch.last);
	status = ovr_crew_launch(crew, err);
	if (status != 0)
		return status;
	watch_sending(&watch);
	drain(&watch);
	nap(crew->plan->settle_ns);
	ovr_crew_join(crew);
	check_links(&watch);
	sample(&watch);
	ovr_port_counters_read(crew->pair, &after);
	ovr_port_counters_subtract(&after, &before, &watch.phase.counters);
	if (is_measured)
		watch.phase.n_moved = ovr_port_pair_moved(crew->pair, &watch.phase.moved);
	end = ovr_clock_moment_read();
	watch.phase.clock_ppm = ovr_clock_drift_ppm(&crew->run.clock, &start, &end);
	watch.phase.frames_inside = frames_inside(crew);
	*ret_phase = watch.phase;
	return 0;
}
