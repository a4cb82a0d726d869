/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/receivers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "halves/books.h"

/* The host that sends a stream; n_hosts: none that told it. */
static uint32_t
sender_of(const struct ovr_result *result, uint16_t stream)
{
	for (uint32_t i = 0; i < result->n_hosts; i++) {
		const struct ovr_result_host *host = &result->host[i];

		if (host->is_sender && stream >= host->stream_first &&
			stream < host->stream_first + host->n_streams)
			return i;
	}
	return result->n_hosts;
}

static void
add_astray(struct ovr_result *result, uint32_t sender, uint32_t receiver, uint64_t frames)
{
	struct ovr_result_astray *astray = result->astray;

	while (astray < result->astray + result->n_astray &&
		(astray->sender != sender || astray->receiver != receiver))
		astray++;
	if (astray == result->astray + result->n_astray) {
		*astray = (struct ovr_result_astray){ .sender = sender, .receiver = receiver };
		result->n_astray++;
	}
	astray->frames += frames;
}

/* Frames of each sender at each receiver that is not theirs. */
static int
find_astray(const struct ovr_halves *group, uint32_t n_groups, struct ovr_result *result, struct ovr_err *err)
{
	size_t room = (size_t)result->n_hosts * n_groups;

	result->astray = calloc(room, sizeof(*result->astray));
	if (result->astray == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %zu pairs of hosts", room);
	for (uint32_t g = 0; g < n_groups; g++) {
		const struct ovr_half_receiver *receiver = &group[g].receiver;

		for (uint32_t i = 0; i < receiver->n_astray; i++) {
			uint32_t sender = sender_of(result, receiver->astray[i].stream);

			if (sender < result->n_hosts)
				add_astray(
					result, sender, result->receiver[g].host, receiver->astray[i].frames);
		}
	}
	return 0;
}

/* As many frames of the sender's may be missing at its own receiver, or none. */
static int
book_astray(const struct ovr_result *result, const struct ovr_result_astray *astray, struct ovr_halves *group)
{
	const struct ovr_result_host *from = &result->host[astray->sender];
	struct ovr_ledger_account account = { .place = OVR_PLACE_PATH, .queue = -1 };

	snprintf(account.port, sizeof(account.port), "%s", result->host[astray->receiver].port);
	snprintf(account.counter, sizeof(account.counter), "frames of another receiver");
	snprintf(account.source, sizeof(account.source), "worker");
	snprintf(account.why, sizeof(account.why),
		"frames of host %.63s arrived here, which is not their receiver", from->name);
	ovr_ledger_account_set(&account, 0, astray->frames);
	return ovr_half_add_account(&group->common.accounts, &account);
}

/* The group of a sender's receiver. */
static uint32_t
group_of(const struct ovr_result *result, uint32_t sender)
{
	uint32_t g = 0;

	while (result->receiver[g].host != result->host[sender].receiver)
		g++;
	return g;
}

/* What voids the trial besides what its own books say. */
static void
tell_faults(const struct ovr_ledger *ledger, const char *name, struct ovr_result *result)
{
	for (uint32_t i = 0; i < ledger->n_reasons && ovr_ledger_knows_loss(ledger); i++)
		if (ledger->check_of[i] == OVR_LEDGER_CHECK_BOOKS ||
			ledger->check_of[i] == OVR_LEDGER_CHECK_RATE)
			ovr_ledger_void(&result->ledger, "the books of receiver %.63s: %.150s", name,
				ledger->reason[i]);
}

static void
close_books(const struct ovr_halves *group, struct ovr_ledger *ledger, const struct ovr_plan *plan)
{
	struct ovr_ledger_limits limits = ovr_half_limits(plan);

	ledger->figures = ovr_half_figures(group);
	ovr_half_book(group, ledger);
	ovr_half_bound_others(&group->common, ledger);
	ovr_ledger_close(ledger, &limits);
}

int
ovr_half_receivers_book(
	struct ovr_halves *group, uint32_t n_groups, struct ovr_result *result, struct ovr_err *err)
{
	int status;

	result->receiver = calloc(n_groups, sizeof(*result->receiver));
	if (result->receiver == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the books of %u receivers", n_groups);
	for (uint32_t i = 0; i < result->n_hosts; i++)
		if (result->host[i].is_receiver)
			result->receiver[result->n_receivers++].host = i;
	status = find_astray(group, n_groups, result, err);
	for (uint32_t i = 0; i < result->n_astray && status == 0; i++)
		if (book_astray(result, &result->astray[i],
			    &group[group_of(result, result->astray[i].sender)]) != 0)
			status = ovr_err_set(err, -ENOMEM, "no memory for an account");
	for (uint32_t g = 0; g < n_groups && status == 0; g++) {
		struct ovr_result_receiver *receiver = &result->receiver[g];

		close_books(&group[g], &receiver->ledger, &result->plan);
		tell_faults(&receiver->ledger, result->host[receiver->host].name, result);
	}
	return status;
}
