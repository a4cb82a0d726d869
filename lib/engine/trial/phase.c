/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/phase.h"

#include <stdlib.h>
#include <time.h>

#include <rte_ethdev.h>

#include "port/xstats.h"
#include "trial/checkpoint.h"
#include "trial/far.h"
#include "trial/kernel.h"
#include "trial/neighbours.h"

/* in nanoseconds */
#define MS               1000000u
#define S                1000000000u
#define START_IN_NS      (3 * MS) /* workers are on their cores by then */
#define TICK_NS          (5 * MS) /* while something is waited for */
#define STUCK_NS         (5ull * S)
#define DRAIN_MAX_NS     (30ull * S)
#define STOPPED_DRAIN_NS (20 * MS)
#define FAR_LOOK_NS      (100 * MS) /* between two looks at the far ends */

static void
nap(uint64_t ns)
{
	struct timespec ts = { (time_t)(ns / S), (long)(ns % S) };

	/* a signal ends the nap early, and the caller looks at its flag */
	clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
}

/* What the phase keeps while it runs. */
struct running {
	struct ovr_workers *workers;
	struct ovr_monitor monitor;
	struct ovr_checkpoint *checkpoint; /* NULL: nobody wants any */
	struct ovr_far far;
	struct ovr_phase phase;
};

static bool
is_stopped(const struct running *running)
{
	const atomic_bool *stop = running->monitor.hooks.stop;

	return stop != NULL && atomic_load(stop);
}

/* What the transmitters got rid of, and how often they found the ring full. */
struct progress {
	uint64_t sent, full;
};

static struct progress
progress_of(const struct ovr_workers *workers)
{
	struct progress progress = { 0, 0 };

	for (uint16_t q = 0; q < workers->n_tx_queues; q++) {
		progress.sent += ovr_stat_read(&workers->tx_queue[q]->sent);
		progress.full += ovr_stat_read(&workers->tx_queue[q]->refused);
		progress.full += ovr_stat_read(&workers->tx_queue[q]->full_waits);
	}
	return progress;
}

/*
 * Until time zero, where that is ahead: the thread sleeps through it, or it would take a core from
 * a worker that is about to begin.
 */
static uint64_t
ns_to_epoch(const struct ovr_workers *workers)
{
	uint64_t now = ovr_clock_cycles();

	return now < workers->run.epoch_cycles
		? ovr_clock_ns(&workers->run.clock, workers->run.epoch_cycles - now)
		: 0;
}

/* Whether all that the trial sends is sent, here or elsewhere. */
static bool
has_sent(struct running *running)
{
	struct ovr_workers *workers = running->workers;

	if (workers->n_tx_queues != 0)
		return ovr_workers_has_sent(workers, &running->phase.sent_until_ns);
	running->phase.sent_until_ns = ovr_monitor_now_ns(workers);
	return ovr_far_has_sent(&running->far, running->phase.sent_until_ns, running->phase.was_stopped);
}

/*
 * Sleep from interval to interval until all is sent. Every waking takes a core from a worker for
 * some microseconds where there are only two, so the thread wakes as seldom as it can: at
 * intervals, at the expected end, and from then on at every tick.
 */
static void
monitor_sending(struct running *running)
{
	struct ovr_workers *workers = running->workers;
	uint64_t interval_ns = workers->plan->trial.interval_ns;
	uint64_t next_ns = interval_ns, last_sent_ns = 0;
	struct progress last = { 0, 0 };
	uint64_t end_ns = running->monitor.total_ns != 0 ? running->monitor.total_ns : interval_ns;

	while (!has_sent(running)) {
		uint64_t now = ovr_monitor_now_ns(workers);
		uint64_t wake_ns = now < end_ns ? RTE_MIN(next_ns, end_ns) : now + TICK_NS;
		struct progress progress;

		if (is_stopped(running)) {
			running->phase.was_stopped = true;
			atomic_store(&workers->run.stop_sending, true);
			wake_ns = now + TICK_NS;
		}
		if (ovr_far_is_lost(&running->far)) {
			atomic_store(&workers->run.stop_sending, true);
			wake_ns = now + TICK_NS;
		} else if (running->far.ends != NULL) {
			wake_ns = RTE_MIN(wake_ns, now + FAR_LOOK_NS);
		}
		if (now >= workers->send_max_ns) {
			running->phase.has_outlasted = true;
			atomic_store(&workers->run.stop_sending, true);
		} else {
			wake_ns = RTE_MIN(wake_ns, workers->send_max_ns);
		}
		nap(ns_to_epoch(workers) + (wake_ns > now ? wake_ns - now : 0));
		ovr_neighbours_look(workers->neighbours);
		ovr_far_tell_so_far(&running->far, &running->monitor);
		now = ovr_monitor_now_ns(workers);
		if (now >= next_ns) {
			ovr_monitor_look(&running->monitor);
			ovr_checkpoint_look(running->checkpoint, &running->monitor);
			now = ovr_monitor_now_ns(workers);
			next_ns += ((now - next_ns) / interval_ns + 1) * interval_ns;
		}
		/*
		 * a slow schedule may be silent for long; a full ring that nothing leaves will stay
		 * so
		 */
		progress = progress_of(workers);
		if (progress.sent != last.sent) {
			last = progress;
			last_sent_ns = now;
		} else if (now > end_ns && progress.full != last.full && now - last_sent_ns > STUCK_NS) {
			running->phase.has_stuck = true;
			atomic_store(&workers->run.stop_sending, true);
		}
	}
}

/* Frames of this trial, whole or not: what others send on the port may never end. */
static uint64_t
received_so_far(const struct ovr_workers *workers)
{
	uint64_t n = 0;

	for (uint16_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_rx_counters *counters = &workers->rx[w]->counters;

		n += ovr_stat_read(&counters->unique) + ovr_stat_read(&counters->duplicate) +
			ovr_stat_read(&counters->late) + ovr_stat_read(&counters->corrupt);
	}
	return n;
}

static uint64_t
frames_inside(const struct ovr_workers *workers)
{
	return workers->pair->wire == NULL ? 0 : ovr_wire_frames_inside(workers->pair->wire);
}

/*
 * A receive queue is known to be empty when a poll of it found nothing; on a port that others keep
 * busy, when it has been polled often enough to turn its ring over. A receiver that stalls or
 * serves slowly is waited for.
 */
struct turned_over {
	uint64_t polls, empty_polls;
};

static void
read_polls(const struct ovr_workers *workers, struct turned_over *queue)
{
	for (uint16_t q = 0; q < workers->n_rx_queues; q++) {
		queue[q].polls = ovr_stat_read(&workers->rx_queue[q]->polls);
		queue[q].empty_polls = ovr_stat_read(&workers->rx_queue[q]->empty_polls);
	}
}

static bool
are_turned_over(const struct ovr_workers *workers, const struct turned_over *since)
{
	struct turned_over now[OVR_PLAN_QUEUES_MAX];

	read_polls(workers, now);
	for (uint16_t q = 0; q < workers->n_rx_queues; q++)
		if (now[q].empty_polls == since[q].empty_polls &&
			now[q].polls - since[q].polls <=
				workers->plan->ports.rxd / workers->plan->ports.burst + 1)
			return false;
	return true;
}

/*
 * Nothing is left on the way to the receive rings. Of ports that are no wire nobody knows, and what
 * they hold has been flushed.
 */
static bool
has_come(const struct ovr_wire *wire, uint64_t *turns_when_empty)
{
	if (wire == NULL)
		return true;
	if (ovr_wire_frames_under_way(wire) != 0)
		*turns_when_empty = UINT64_MAX;
	else if (*turns_when_empty == UINT64_MAX)
		*turns_when_empty = ovr_wire_turns(wire);
	else
		return ovr_wire_turns(wire) - *turns_when_empty >= 2;
	return false;
}

/*
 * Everything is sent: what stands on the way is let through, and a receiver that left its rings
 * unread reads them.
 */
static void
let_arrive(const struct ovr_workers *workers, struct ovr_run *run)
{
	uint64_t turns_when_empty = UINT64_MAX;

	for (uint64_t waited_ns = 0; waited_ns < S; waited_ns += TICK_NS) {
		ovr_port_pair_flush(workers->pair);
		if (has_come(workers->pair->wire, &turns_when_empty))
			break;
		nap(TICK_NS);
	}
	/*
	 * counters may need far longer to settle than frames to arrive, and others' frames meet a
	 * full ring meanwhile
	 */
	if (workers->plan->receiver.stall.unread)
		nap(RTE_MIN(workers->plan->trial.settle_ns, workers->plan->trial.drain_ns));
	atomic_store(&run->all_sent, true);
}

/*
 * Until no frame of ours has arrived for drain_ns, every queue was found empty, and nothing stands
 * in the wire.
 */
static void
drain(struct running *running)
{
	struct ovr_workers *workers = running->workers;
	struct turned_over since[OVR_PLAN_QUEUES_MAX];
	uint64_t drain_ns = workers->plan->trial.drain_ns;
	uint64_t received = received_so_far(workers);
	uint64_t start_ns, quiet_since_ns;

	/* rings that nobody reads yet do not drain while they settle */
	let_arrive(workers, &workers->run);
	start_ns = quiet_since_ns = ovr_monitor_now_ns(workers);
	read_polls(workers, since);
	for (;;) {
		uint64_t now, n;

		nap(drain_ns < MS ? MS : RTE_MIN(drain_ns, (uint64_t)TICK_NS));
		ovr_neighbours_look(workers->neighbours);
		now = ovr_monitor_now_ns(workers);
		n = received_so_far(workers);
		if (is_stopped(running)) {
			/*
			 * the books are closed on what was sent, but nobody wants to wait for long
			 */
			running->phase.was_stopped = true;
			drain_ns = RTE_MIN(drain_ns, (uint64_t)STOPPED_DRAIN_NS);
		}
		if (ovr_far_is_lost(&running->far))
			return;
		ovr_far_tell_so_far(&running->far, &running->monitor);
		if (now - start_ns > DRAIN_MAX_NS + drain_ns) {
			running->phase.drain_was_cut = true;
			return;
		}
		if (n != received || frames_inside(workers) != 0) {
			received = n;
			quiet_since_ns = now;
			read_polls(workers, since);
			continue;
		}
		if (now - quiet_since_ns >= drain_ns && are_turned_over(workers, since))
			return;
	}
}

/*
 * The run's time zero, a moment ahead. Set once all that takes its time before it is done (a kernel
 * interface with many queues has thousands of counters): the workers would find time zero after
 * them, and take the set-up for a stall of the host.
 */
static int
set_epoch(struct running *running, uint64_t far_epoch_ns, struct ovr_err *err)
{
	struct ovr_workers *workers = running->workers;
	int status = 0;

	if (running->far.ends != NULL)
		status = ovr_far_approach(&running->far, far_epoch_ns, &workers->run.epoch_cycles, err);
	else
		workers->run.epoch_cycles = ovr_clock_cycles() +
			ovr_clock_cycles_of_ns(&workers->run.clock, START_IN_NS);
	if (status != 0)
		return status;
	if (workers->pair->wire != NULL)
		ovr_wire_set_epoch(workers->pair->wire, workers->run.epoch_cycles);
	ovr_monitor_epoch_is_set(&running->monitor);
	return 0;
}

/* The far ends are ready as well. What a sender's warm-up left in the rings is no part of it. */
static int
wait_for_start(
	struct running *running, const struct ovr_result *base, uint64_t *ret_epoch_ns, struct ovr_err *err)
{
	int status;

	if (running->far.ends == NULL)
		return 0;
	status = ovr_far_wait_for_start(&running->far, base, ret_epoch_ns, err);
	if (status == 0)
		ovr_port_pair_drain(running->workers->pair);
	return status;
}

/* Counters settle. The far ends are heard of meanwhile. */
static void
settle(struct running *running)
{
	struct ovr_workers *workers = running->workers;
	uint64_t left_ns = RTE_MAX(workers->plan->trial.settle_ns, ovr_port_pair_settle_ns(workers->pair));

	while (running->far.ends != NULL && left_ns > FAR_LOOK_NS) {
		nap(FAR_LOOK_NS);
		left_ns -= FAR_LOOK_NS;
		if (ovr_far_is_lost(&running->far))
			return;
	}
	nap(left_ns);
}

/* Everything is sent and has arrived. Where the far ends are gone, nothing more is waited for. */
static int
finish(struct running *running, struct ovr_err *err)
{
	struct ovr_workers *workers = running->workers;
	int status;

	/* no frame is sent after its stream's end was told */
	if (running->far.ends != NULL)
		ovr_port_pair_flush(workers->pair);
	status = ovr_far_tell_sent(&running->far, err);
	if (running->far.ended_early[0] == '\0')
		drain(running);
	if (running->far.ended_early[0] == '\0')
		settle(running);
	ovr_workers_join(workers);
	running->phase.sent_of = running->far.sent_of;
	memcpy(running->phase.ended_early, running->far.ended_early, sizeof(running->phase.ended_early));
	return status;
}

/* Everything is set: send, let arrive, and count what the ports say of it. */
static int
run(struct running *running, const struct ovr_result *base, struct ovr_err *err)
{
	struct ovr_workers *workers = running->workers;
	struct ovr_port_counters after = { 0 };
	struct ovr_clock_moment start, end;
	uint64_t n_answers; /* that the transmit port counted with the frames of the streams */
	uint64_t far_epoch_ns = 0;
	int status;

	ovr_trial_kernel_watch(workers->kernel, workers->trial_id);
	status = wait_for_start(running, base, &far_epoch_ns, err);
	if (status == 0)
		status = ovr_trial_kernel_begin(workers->kernel, err);
	if (status != 0)
		return status;
	start = ovr_clock_moment_read();
	if (workers->pair->wire != NULL)
		ovr_wire_begin(workers->pair->wire);
	ovr_monitor_begin(&running->monitor);
	if (workers->neighbours != NULL)
		ovr_neighbours_attach(workers->neighbours, workers);
	status = set_epoch(running, far_epoch_ns, err);
	if (status == 0)
		status = ovr_workers_launch(workers, err);
	if (status != 0) {
		ovr_neighbours_detach(workers->neighbours);
		return status;
	}
	monitor_sending(running);
	status = finish(running, err);
	n_answers = ovr_neighbours_detach(workers->neighbours);
	ovr_monitor_look(&running->monitor);
	ovr_trial_kernel_end(workers->kernel, running->phase.ended_early[0] != '\0');
	ovr_port_counters_read(workers->pair, &after);
	ovr_port_counters_subtract(&after, &running->monitor.before, &running->phase.counters);
	ovr_port_counters_done(&after);
	running->phase.counters.tx_frames -= n_answers;
	ovr_port_counters_own(workers->pair, &running->phase.counters);
	end = ovr_clock_moment_read();
	running->phase.clock_ppm = ovr_clock_drift_ppm(&workers->run.clock, &start, &end);
	running->phase.frames_inside = frames_inside(workers);
	ovr_port_pair_is_intact(
		workers->pair, running->phase.port_change, sizeof(running->phase.port_change));
	return status;
}

/* What the receive port's driver counts besides: first as it stands, in the end what was added. */
static void
read_xstats(const struct ovr_workers *workers, struct ovr_phase *phase, bool is_end)
{
	struct ovr_result_counter *now = calloc(OVR_PORT_XSTATS_MAX, sizeof(*now));
	uint32_t n = now == NULL ? 0 : ovr_port_xstats_read(&workers->pair->rx, now);

	for (uint32_t i = 0; is_end && i < n && i < phase->n_xstats; i++) {
		now[i].was_reset = now[i].added < phase->xstat[i].added;
		if (!now[i].was_reset)
			now[i].added -= phase->xstat[i].added;
	}
	free(phase->xstat);
	phase->xstat = now;
	phase->n_xstats = n;
}

int
ovr_phase_run(struct ovr_workers *workers, uint64_t total_ns, const struct ovr_trial_hooks *hooks,
	const struct ovr_result *base, struct ovr_phase *ret_phase, struct ovr_err *err)
{
	struct running running = { .workers = workers };
	bool wants_xstats = base != NULL && hooks != NULL && hooks->wants_xstats;
	int status = ovr_monitor_init(&running.monitor, workers, total_ns, hooks, base != NULL, err);

	if (status == 0 && base != NULL)
		status = ovr_checkpoint_create(workers, base, hooks, &running.checkpoint, err);
	if (status == 0 && base != NULL)
		status = ovr_far_init(&running.far, workers, hooks, err);
	if (status == 0 && wants_xstats)
		read_xstats(workers, &running.phase, false);
	if (status == 0)
		status = run(&running, base, err);
	ovr_far_done(&running.far);
	ovr_checkpoint_destroy(running.checkpoint);
	running.phase.monitor = running.monitor;
	if (status != 0) {
		ovr_phase_done(&running.phase);
		return status;
	}
	if (wants_xstats)
		read_xstats(workers, &running.phase, true);
	*ret_phase = running.phase;
	return 0;
}

void
ovr_phase_done(struct ovr_phase *phase)
{
	ovr_monitor_done(&phase->monitor);
	ovr_port_counters_done(&phase->counters);
	free(phase->xstat);
	phase->xstat = NULL;
}
