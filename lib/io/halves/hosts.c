/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/hosts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "halves/clock.h"
#include "halves/gather.h"
#include "halves/join.h"
#include "halves/receivers.h"

/* Every sender has a receiver, and every receiver a sender. */
static int
check(const struct ovr_half_host *host, uint32_t n_hosts, struct ovr_err *err)
{
	uint32_t n_senders = 0, n_receivers = 0, n_met = 0;
	bool *is_met = calloc(n_hosts == 0 ? 1 : n_hosts, sizeof(*is_met));

	if (is_met == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the hosts of a trial");
	for (uint32_t i = 0; i < n_hosts; i++) {
		uint32_t to = host[i].receiver;

		n_senders += host[i].is_sender;
		n_receivers += host[i].is_receiver;
		if (!host[i].is_sender || to >= n_hosts || !host[to].is_receiver)
			continue;
		is_met[to] = true;
		n_met++;
	}
	for (uint32_t i = 0; i < n_hosts && n_met != 0; i++)
		if (host[i].is_receiver && !is_met[i])
			n_met = 0;
	free(is_met);
	if (n_senders == 0 || n_met != n_senders)
		return ovr_err_set(err, -EINVAL,
			"found %u senders and %u receivers, accepted: one sender or more, and a receiver of "
			"each",
			n_senders, n_receivers);
	return 0;
}

/* What is no half of this trial, or of no such end, is none. */
static void
refuse_others(struct ovr_half_host *host, const struct ovr_plan *plan)
{
	const struct ovr_half_document *half = host->half;

	if (half == NULL)
		return;
	if (half->trial_id != plan->trial.id)
		snprintf(
			host->why, sizeof(host->why), "its half is of another trial, 0x%08x", half->trial_id);
	else if (host->is_sender != half->has_sender || host->is_receiver != half->has_receiver)
		snprintf(host->why, sizeof(host->why), "its half is of other ends than it has");
	else
		return;
	host->half = NULL;
}

/* What is known of a host without its books. */
static void
introduce(const struct ovr_half_host *host, struct ovr_result_host *row)
{
	const struct ovr_half_document *half = host->half;
	const struct ovr_half *end;

	*row = (struct ovr_result_host){
		.is_sender = host->is_sender,
		.is_receiver = host->is_receiver,
		.receiver = host->receiver,
		.half = half == NULL ? OVR_RESULT_HALF_NONE : half->state,
		.clock_known = host->clock_known,
		.clock_offset_ns = host->clock_offset_ns,
		.clock_bound_ns = host->clock_bound_ns,
		.share = NAN,
	};
	memcpy(row->name, host->name, sizeof(row->name));
	memcpy(row->port, host->port, sizeof(row->port));
	if (row->half != OVR_RESULT_HALF_WHOLE)
		memcpy(row->why, host->why, sizeof(row->why));
	if (half == NULL)
		return;
	end = host->is_sender ? &half->halves.sender.end : &half->halves.receiver.end;
	row->until_ns = half->until_ns;
	row->ring = end->ring;
	row->device = end->port;
	memcpy(row->port, end->port.label, sizeof(row->port));
	memcpy(row->overrun_version, half->environment.overrun_version, sizeof(row->overrun_version));
	memcpy(row->dpdk_version, half->environment.dpdk_version, sizeof(row->dpdk_version));
	memcpy(row->kernel, half->environment.kernel, sizeof(row->kernel));
	if (!host->is_sender)
		return;
	row->stream_first = half->stream_first;
	row->n_streams = half->halves.sender.n_streams;
	row->sent = half->halves.sender.sent;
	row->sent_known = half->state == OVR_RESULT_HALF_WHOLE;
}

/* What the streams of a sender came to, and what its own host's counters have of its losses. */
static void
tell_sender(const struct ovr_result *result, struct ovr_result_host *row)
{
	uint32_t end = row->stream_first + row->n_streams;

	row->loss_known = true;
	for (uint32_t s = row->stream_first; s < end && s < result->n_streams; s++)
		row->unique += result->stream[s].account.unique;
	row->lost = row->sent - row->unique;
	for (uint32_t i = 0; i < result->ledger.n_accounts; i++) {
		const struct ovr_ledger_account *account = &result->ledger.account[i];

		if (ovr_ledger_account_side(account) != OVR_LEDGER_SENDER ||
			ovr_ledger_account_is_refused(account) || strcmp(account->port, row->port) != 0)
			continue;
		row->lost_before_min += account->frames_min;
		row->lost_before_max += account->frames_max;
	}
	if (result->ledger.figures.unique != 0)
		row->share = (double)row->unique / (double)result->ledger.figures.unique;
}

/* Jain's index: 1 where all senders got the same, 1/n where one got everything. */
static double
fairness_of(const struct ovr_result *result)
{
	double sum = 0, squares = 0;
	uint32_t n = 0;

	for (uint32_t i = 0; i < result->n_hosts; i++) {
		double x = (double)result->host[i].unique;

		if (!result->host[i].is_sender)
			continue;
		sum += x;
		squares += x * x;
		n++;
	}
	return n < 2 || squares <= 0 ? NAN : sum * sum / (n * squares);
}

static int
tell_hosts(struct ovr_half_host *host, uint32_t n_hosts, struct ovr_result *result, struct ovr_err *err)
{
	result->host = calloc(n_hosts, sizeof(*result->host));
	if (result->host == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u hosts", n_hosts);
	result->n_hosts = n_hosts;
	for (uint32_t i = 0; i < n_hosts; i++) {
		const struct ovr_half_document *half = host[i].half;

		introduce(&host[i], &result->host[i]);
		if (half == NULL)
			continue;
		if (half->has_sender)
			result->gateway = half->gateway;
		result->captured_frames += half->captured_frames;
		result->capture_left_out += half->capture_left_out;
	}
	return 0;
}

/* The halves of each receiver with its senders. */
static int
gather(struct ovr_half_host *host, uint32_t n_hosts, struct ovr_halves *group, struct ovr_result *result,
	struct ovr_err *err)
{
	uint32_t n = 0;
	int status = 0;

	result->clock.is_shared = true;
	for (uint32_t i = 0; i < n_hosts && status == 0; i++) {
		if (!host[i].is_receiver)
			continue;
		status = ovr_half_gather(host, n_hosts, i, &group[n], err);
		if (status == 0)
			ovr_half_clock_join(host, n_hosts, i, &group[n].receiver, result);
		n++;
	}
	return status;
}

/* One trial of all groups. */
static int
join(struct ovr_halves *group, uint32_t n_groups, struct ovr_result *result, struct ovr_err *err)
{
	struct ovr_halves halves;
	int status = n_groups == 1 ? 0 : ovr_half_receivers_book(group, n_groups, result, err);

	if (status != 0)
		return status;
	status = ovr_half_gather_all(group, n_groups, &halves, err);
	if (status == 0) {
		ovr_half_clock_judge(&halves.receiver, result);
		status = ovr_halves_join(&halves, result, err);
	}
	ovr_halves_done(&halves);
	return status;
}

int
ovr_half_hosts_join(
	struct ovr_half_host *host, uint32_t n_hosts, struct ovr_result *result, struct ovr_err *err)
{
	struct ovr_halves *group;
	uint32_t n_groups = 0;
	int status = check(host, n_hosts, err);

	if (status != 0)
		return status;
	for (uint32_t i = 0; i < n_hosts; i++) {
		refuse_others(&host[i], &result->plan);
		ovr_half_clock_correct(&host[i]);
		ovr_half_gather_name(&host[i], (uint16_t)(i + 1));
		n_groups += host[i].is_receiver;
	}
	status = tell_hosts(host, n_hosts, result, err);
	if (status != 0)
		return status;
	group = calloc(n_groups, sizeof(*group));
	if (group == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the halves of %u hosts", n_hosts);
	status = gather(host, n_hosts, group, result, err);
	if (status == 0)
		status = join(group, n_groups, result, err);
	for (uint32_t i = 0; i < n_groups; i++)
		ovr_halves_done(&group[i]);
	free(group);
	result->fairness = NAN;
	if (status != 0 || !ovr_ledger_knows_loss(&result->ledger))
		return status;
	for (uint32_t i = 0; i < n_hosts; i++)
		if (host[i].is_sender)
			tell_sender(result, &result->host[i]);
	result->fairness = fairness_of(result);
	return 0;
}
