/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/collect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "halves/join.h"
#include "trial/kernel.h"
#include "trial/receiver.h"
#include "trial/sender.h"

static int
no_memory(const char *what, struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "no memory for %s", what);
}

/*
 * The counters of both ports are read in one go, the sender's first. A port that sends and receives
 * is the sender's.
 */
static struct ovr_half *
end_of(const char *port, struct ovr_halves *halves)
{
	return strcmp(port, halves->sender.end.port.label) == 0 ? &halves->sender.end : &halves->receiver.end;
}

static int
take_accounts(const struct ovr_port_counters *counters, struct ovr_halves *halves, struct ovr_err *err)
{
	struct ovr_ledger ledger = { .n_accounts = 0 };
	int status = 0;

	ovr_port_counters_book(counters, &ledger);
	/* void for want of memory alone */
	if (ledger.verdict == OVR_VERDICT_VOID)
		status = -ENOMEM;
	for (uint32_t i = 0; i < ledger.n_accounts && status == 0; i++)
		status = ovr_half_add_account(
			&end_of(ledger.account[i].port, halves)->accounts, &ledger.account[i]);
	ovr_ledger_done(&ledger);
	return status == 0 ? 0 : no_memory("the accounts of the ports", err);
}

/* What the ports say, of running workers too. */
static int
take_ports(const struct ovr_port_pair *pair, const struct ovr_port_counters *counters,
	struct ovr_halves *halves, struct ovr_err *err)
{
	struct ovr_half_common *common = &halves->common;

	ovr_port_pair_identify(pair, &halves->sender.end.port, &halves->receiver.end.port);
	halves->sender.end.port_known = counters->tx_known;
	halves->sender.end.port_frames = counters->tx_frames;
	halves->receiver.end.port_known = counters->rx_known;
	halves->receiver.end.port_frames = counters->rx_frames;
	common->has_wire = pair->wire != NULL;
	common->line_paused_ns = counters->paused_ns;
	common->cable_known = counters->cable_known;
	common->cable_frames = counters->cable_frames;
	common->n_unknown = counters->n_unknown;
	common->is_incomplete = counters->is_incomplete;
	memcpy(common->unknown, counters->unknown, sizeof(common->unknown));
	memcpy(common->reset, counters->reset, sizeof(common->reset));
	return take_accounts(counters, halves, err);
}

/* The kernel's counters that moved, by port. */
static int
take_evidence(const struct ovr_port_counters *counters, struct ovr_halves *halves, struct ovr_err *err)
{
	struct ovr_result_counter *counter;
	uint32_t n = ovr_port_counters_evidence(counters, &counter);
	int status = 0;

	for (uint32_t i = 0; i < n && status == 0; i++) {
		struct ovr_half *end = end_of(counter[i].port, halves);

		if (end->counter == NULL)
			end->counter = malloc(n * sizeof(*end->counter));
		if (end->counter == NULL)
			status = no_memory("the counters of the ports", err);
		else
			end->counter[end->n_counters++] = counter[i];
	}
	free(counter);
	return status;
}

static int
take_impairments(const struct ovr_wire *wire, struct ovr_half_common *common, struct ovr_err *err)
{
	const struct ovr_impair *impair = wire == NULL ? NULL : ovr_wire_impair(wire);
	const struct ovr_impairment *impairment;

	if (impair == NULL)
		return 0;
	for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++)
		common->impairments[kind] = ovr_impair_count(impair, (enum ovr_impairment_kind)kind);
	common->n_impairments = ovr_impair_list(impair, &impairment);
	common->impairment = malloc((common->n_impairments + 1) * sizeof(*common->impairment));
	if (common->impairment == NULL)
		return no_memory("the list of what the wire did", err);
	memcpy(common->impairment, impairment, common->n_impairments * sizeof(*impairment));
	return 0;
}

/* What the control thread saw of both ends. The time series is the half's from here on. */
static void
take_monitor(struct ovr_phase *phase, struct ovr_halves *halves)
{
	struct ovr_samples *samples = &phase->monitor.samples;
	struct ovr_half_common *common = &halves->common;

	halves->sender.epoch_realtime_ns = phase->monitor.epoch_realtime_ns;
	common->was_stopped = phase->was_stopped;
	common->frames_inside = phase->frames_inside;
	memcpy(common->port_change, phase->port_change, sizeof(common->port_change));
	memcpy(common->link_change, phase->monitor.link_change, sizeof(common->link_change));
	common->outages = phase->monitor.outages;
	common->sample = samples->row;
	common->n_samples = samples->n_rows;
	common->samples_max = samples->limit;
	common->intervals_per_row = samples->intervals_per_row;
	samples->row = NULL;
}

/* Datagrams that our sockets may have sent twice. */
static uint64_t
sent_again(const struct ovr_workers *workers)
{
	uint64_t n = 0;

	for (uint16_t q = 0; q < workers->n_tx_queues; q++)
		if (workers->tx_queue[q]->datagrams != NULL)
			n += ovr_datagrams_sent_again(workers->tx_queue[q]->datagrams);
	return n;
}

static uint64_t
received(const struct ovr_half_receiver *receiver)
{
	uint64_t frames = 0;

	for (uint32_t q = 0; q < receiver->end.n_queues; q++)
		frames += receiver->end.queue[q].frames;
	return frames;
}

/* An end that is not here. */
static void
leave_out(struct ovr_half *end)
{
	end->is_unknown = true;
	snprintf(end->why, sizeof(end->why), "it is elsewhere");
}

static void
leave_out_elsewhere(const struct ovr_workers *workers, struct ovr_halves *halves)
{
	if (workers->n_tx_queues == 0)
		leave_out(&halves->sender.end);
	if (workers->n_rx_queues == 0)
		leave_out(&halves->receiver.end);
}

/* What the workers of each end that is here have counted. */
static int
take_ends(struct ovr_workers *workers, struct ovr_phase *phase, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *cores, struct ovr_halves *halves, struct ovr_err *err)
{
	struct ovr_half_sender *sender = &halves->sender;
	struct ovr_half_receiver *receiver = &halves->receiver;
	int status = 0;

	leave_out_elsewhere(workers, halves);
	memcpy(sender->end.ended_early, phase->ended_early, sizeof(sender->end.ended_early));
	memcpy(receiver->end.ended_early, phase->ended_early, sizeof(receiver->end.ended_early));
	if (!sender->end.is_unknown)
		status = ovr_sender_take(workers, phase, host, cores, sender, err);
	if (status == 0 && !receiver->end.is_unknown)
		status = ovr_receiver_take(workers, phase,
			sender->end.is_unknown ? phase->sent_of : sender->sent_of, host, cores, receiver,
			err);
	return status;
}

/* Frames that the trial has sent, as far as this process knows; 0: not at all. */
static uint64_t
sent_in_all(const struct ovr_workers *workers, const struct ovr_phase *phase, const struct ovr_halves *halves)
{
	uint64_t sent = halves->sender.sent;

	for (uint32_t s = 0; phase->sent_of != NULL && s < workers->n_own; s++)
		sent += phase->sent_of[s];
	return sent;
}

int
ovr_collect(struct ovr_workers *workers, struct ovr_phase *phase, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *cores, struct ovr_halves *halves, struct ovr_err *err)
{
	int status;

	take_monitor(phase, halves);
	if ((status = take_ends(workers, phase, host, cores, halves, err)) != 0 ||
		(status = take_ports(workers->pair, &phase->counters, halves, err)) != 0 ||
		(status = take_evidence(&phase->counters, halves, err)) != 0 ||
		(status = take_impairments(workers->pair->wire, &halves->common, err)) != 0)
		return status;
	return ovr_trial_kernel_book(workers->kernel, received(&halves->receiver),
		sent_in_all(workers, phase, halves), sent_again(workers), &halves->common, err);
}

/*
 * Arrivals are read before transmissions, so that no frame counts as received and not as sent.
 * Series and loss events are lent.
 */
int
ovr_collect_halves_so_far(
	const struct ovr_workers *workers, const struct ovr_phase *so_far, struct ovr_halves *halves)
{
	struct ovr_half_receiver *receiver = &halves->receiver;
	int status = 0;

	leave_out_elsewhere(workers, halves);
	if (!receiver->end.is_unknown)
		status = ovr_receiver_so_far(workers, &so_far->counters, receiver, NULL);
	if (status == 0 && !halves->sender.end.is_unknown)
		status = ovr_sender_so_far(workers, so_far->sent_until_ns, &halves->sender, NULL);
	if (status == 0)
		status = take_ports(workers->pair, &so_far->counters, halves, NULL);
	receiver->events = so_far->monitor.losses.seen;
	receiver->total.loss.frames = receiver->events.frames;
	receiver->total.loss.periods = receiver->events.periods;
	halves->sender.epoch_realtime_ns = so_far->monitor.epoch_realtime_ns;
	halves->common.outages = so_far->monitor.outages;
	halves->common.sample = so_far->monitor.samples.row;
	halves->common.n_samples = so_far->monitor.samples.n_rows;
	return status;
}

void
ovr_collect_so_far_done(struct ovr_halves *halves)
{
	halves->common.sample = NULL;
	halves->receiver.events = (struct ovr_loss_events){ 0 };
	ovr_halves_done(halves);
}

int
ovr_collect_so_far(
	const struct ovr_workers *workers, const struct ovr_phase *so_far, struct ovr_result *result)
{
	struct ovr_halves *halves = calloc(1, sizeof(*halves));
	int status;

	if (halves == NULL)
		return -ENOMEM;
	status = ovr_collect_halves_so_far(workers, so_far, halves);
	if (status == 0)
		status = ovr_halves_join_so_far(halves, result, NULL);
	ovr_collect_so_far_done(halves);
	free(halves);
	return status;
}
