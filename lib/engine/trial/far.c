/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/far.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/wait.h"
#include "trial/collect.h"
#include "trial/sender.h"

#define MS UINT64_C(1000000)
/*
 * Workers are on their cores by then, also on a busy machine, where this thread may wake a tenth of
 * a second late. The counter's rate is known to 1 ppm: 200 ns of this.
 */
#define START_IN_NS (200 * MS)
/* Senders elsewhere are stopped by the same user, who reaches them by messages. */
#define STOPPED_NS (1000 * MS)
#define SO_FAR_NS  (1000 * MS) /* at most, from one half so far to the next */

static uint64_t
monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

int
ovr_far_init(struct ovr_far *far, struct ovr_workers *workers, const struct ovr_trial_hooks *hooks,
	struct ovr_err *err)
{
	*far = (struct ovr_far){ .workers = workers };
	if (hooks == NULL || hooks->far == NULL)
		return 0;
	far->ends = hooks->far;
	if (far->ends->so_far == NULL)
		return 0;
	far->so_far = calloc(1, sizeof(*far->so_far));
	far->halves = calloc(1, sizeof(*far->halves));
	if (far->so_far != NULL && far->halves != NULL)
		return 0;
	ovr_far_done(far);
	return ovr_err_set(err, -ENOMEM, "no memory for the half so far");
}

void
ovr_far_done(struct ovr_far *far)
{
	ovr_port_counters_done(&far->now);
	if (far->so_far != NULL)
		ovr_port_counters_done(&far->so_far->counters);
	free(far->so_far);
	free(far->halves);
	far->so_far = NULL;
	far->halves = NULL;
}

/* An end of this process. */
static struct ovr_trial_port
describe(const struct ovr_port *port, bool is_tx, uint16_t n_queues, const struct ovr_result_port *what)
{
	struct ovr_trial_port ready = {
		.port = *what,
		.ring = is_tx ? port->txd : port->rxd,
		.ring_is_given = is_tx ? port->txd_is_given : port->rxd_is_given,
		.n_queues = n_queues,
		.line_bps = port->line_bps,
		.numa_node = port->numa_node,
	};

	ready.has_mac = ovr_port_mac(port, ready.mac);
	return ready;
}

int
ovr_far_wait_for_start(
	struct ovr_far *far, const struct ovr_result *base, uint64_t *ret_epoch_ns, struct ovr_err *err)
{
	const struct ovr_workers *workers = far->workers;
	const struct ovr_port_pair *pair = workers->pair;
	struct ovr_trial_ready ready = { .sends = workers->n_tx_queues != 0,
		.receives = workers->n_rx_queues != 0,
		.cpu_map = workers->cpu_map,
		.environment = &base->environment };
	struct ovr_result_port tx, rx;

	ovr_port_pair_identify(pair, &tx, &rx);
	if (ready.sends)
		ready.tx = describe(&pair->tx, true, workers->n_tx_queues, &tx);
	if (ready.receives)
		ready.rx = describe(&pair->rx, false, workers->n_rx_queues, &rx);
	return far->ends->armed(far->ends->context, &ready, ret_epoch_ns, err);
}

int
ovr_far_approach(const struct ovr_far *far, uint64_t epoch_ns, uint64_t *ret_cycles, struct ovr_err *err)
{
	uint64_t now = monotonic_ns(), cycles;

	while (now + START_IN_NS < epoch_ns && ovr_wait_ns(epoch_ns - START_IN_NS - now) == 0)
		now = monotonic_ns();
	/* both clocks at one moment, as near as two reads are */
	cycles = ovr_clock_cycles();
	now = monotonic_ns();
	if (now >= epoch_ns)
		return ovr_err_set(err, -ETIME,
			"the trial was to start %.1f ms ago: what was left to be read before it took too "
			"long; accepted: a start that is farther ahead",
			(double)(now - epoch_ns) / 1e6);
	*ret_cycles = cycles + ovr_clock_cycles_of_ns(&far->workers->run.clock, epoch_ns - now);
	return 0;
}

static void
end_early(struct ovr_far *far, const char *why)
{
	if (far->ended_early[0] == '\0')
		snprintf(far->ended_early, sizeof(far->ended_early), "%s", why);
}

bool
ovr_far_is_lost(struct ovr_far *far)
{
	const char *why = far->ends == NULL ? NULL : far->ends->lost(far->ends->context);

	if (why != NULL)
		end_early(far, why);
	return why != NULL;
}

bool
ovr_far_has_sent(struct ovr_far *far, uint64_t now_ns, bool was_stopped)
{
	uint32_t n_streams = 0;
	char why[OVR_RESULT_NOTE_BYTES];

	far->sent_of = far->ends->sent_of(far->ends->context, &n_streams);
	if (far->sent_of != NULL && n_streams != far->workers->n_own) {
		snprintf(why, sizeof(why), "senders told what %u streams sent, and the plan has %u",
			n_streams, far->workers->n_own);
		end_early(far, why);
		far->sent_of = NULL;
	}
	if (far->sent_of != NULL || far->ended_early[0] != '\0')
		return true;
	if (was_stopped && far->stopped_ns == 0)
		far->stopped_ns = now_ns;
	if (was_stopped && now_ns - far->stopped_ns >= STOPPED_NS)
		end_early(far, "it was stopped by a signal, and no sender told what it had sent");
	return far->ended_early[0] != '\0';
}

int
ovr_far_tell_sent(const struct ovr_far *far, struct ovr_err *err)
{
	const struct ovr_workers *workers = far->workers;
	uint64_t *sent_of;

	if (far->ends == NULL || far->ends->sent == NULL || workers->n_rx_queues != 0)
		return 0;
	sent_of = calloc(workers->n_streams, sizeof(*sent_of));
	if (sent_of == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the streams' figures");
	ovr_sender_sent_of(workers, sent_of);
	far->ends->sent(far->ends->context, sent_of, workers->n_streams);
	free(sent_of);
	return 0;
}

/* What grows with the trial is lent, and too long to be told each second: sums stand for it. */
static void
leave_out_lists(struct ovr_halves *halves)
{
	struct ovr_loss_events *events = &halves->receiver.events;

	halves->common.sample = NULL;
	halves->common.n_samples = 0;
	events->n = 0;
	events->periods = events->frames = 0;
}

void
ovr_far_tell_so_far(struct ovr_far *far, const struct ovr_monitor *monitor)
{
	struct ovr_workers *workers = far->workers;
	uint64_t period_ns, now_ns;

	if (far->so_far == NULL)
		return;
	period_ns = workers->plan->trial.interval_ns;
	now_ns = ovr_monitor_now_ns(workers);
	if (now_ns < far->next_ns)
		return;
	far->next_ns = now_ns + (period_ns < SO_FAR_NS ? period_ns : SO_FAR_NS);
	ovr_port_counters_read(workers->pair, &far->now);
	ovr_port_counters_subtract(&far->now, &monitor->before, &far->so_far->counters);
	ovr_port_counters_own(workers->pair, &far->so_far->counters);
	far->so_far->sent_until_ns = now_ns;
	far->so_far->monitor = *monitor;
	if (ovr_collect_halves_so_far(workers, far->so_far, far->halves) == 0) {
		leave_out_lists(far->halves);
		far->ends->so_far(far->ends->context, far->halves);
	}
	ovr_collect_so_far_done(far->halves);
}
