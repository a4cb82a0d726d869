/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/halves.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/list.h"

int
ovr_half_add_account(struct ovr_half_accounts *accounts, const struct ovr_ledger_account *account)
{
	struct ovr_ledger_account *added = OVR_LIST_ADD(accounts->account, accounts->n, accounts->capacity);

	if (added == NULL)
		return -ENOMEM;
	*added = *account;
	return 0;
}

void
ovr_half_note(struct ovr_half_common *common, const char *format, ...)
{
	char(*note)[OVR_RESULT_NOTE_BYTES] = OVR_LIST_ADD(
		common->note, common->n_notes, common->notes_capacity);
	va_list args;

	if (note == NULL)
		return;
	va_start(args, format);
	vsnprintf(*note, sizeof(*note), format, args);
	va_end(args);
}

static void
end_done(struct ovr_half *end)
{
	for (uint32_t w = 0; w < end->n_workers; w++)
		free(end->worker[w].gap_ns);
	free(end->accounts.account);
	free(end->counter);
	free(end->queue);
	free(end->worker);
	free(end->stall);
}

void
ovr_halves_done(struct ovr_halves *halves)
{
	struct ovr_half_sender *sender = &halves->sender;
	struct ovr_half_receiver *receiver = &halves->receiver;
	struct ovr_half_common *common = &halves->common;

	end_done(&sender->end);
	free(sender->sent_of);
	free(sender->size);
	end_done(&receiver->end);
	free(receiver->astray);
	free(receiver->stream);
	free(receiver->period);
	ovr_loss_events_done(&receiver->events);
	ovr_loss_events_done(&receiver->unlisted);
	free(receiver->latency_ns);
	free(receiver->interarrival_ns);
	free(receiver->xstat);
	free(common->sample);
	free(common->impairment);
	free(common->accounts.account);
	free(common->note);
	*halves = (struct ovr_halves){ .common = { .has_wire = false } };
}
