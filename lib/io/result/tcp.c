/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/tcp.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"

void
ovr_result_tcp_note(struct ovr_result_tcp *result, const char *format, ...)
{
	va_list args;

	if (result->n_notes < OVR_RESULT_TCP_NOTES_MAX)
		result->n_notes++;
	va_start(args, format);
	vsnprintf(result->note[result->n_notes - 1], OVR_RESULT_TCP_NOTE_BYTES, format, args);
	va_end(args);
}

int
ovr_result_tcp_add(struct ovr_result_tcp *result, const struct ovr_segments_account *account)
{
	struct ovr_segments_account *added = OVR_LIST_ADD(
		result->account, result->n_accounts, result->accounts_capacity);

	if (added == NULL)
		return -ENOMEM;
	*added = *account;
	return 0;
}

void
ovr_result_tcp_close(struct ovr_result_tcp *result)
{
	const struct ovr_segments_facts facts = {
		.connection = result->connection,
		.n_connections = result->n_connections,
		.half_open = result->half_open,
		.syncookies_sent = result->syncookies_sent,
		.account = result->account,
		.n_accounts = result->n_accounts,
		.has_others = result->has_others,
		.max_loss_ppb = result->plan.trial.max_loss_ppb,
	};

	ovr_segments_close(&facts, &result->books);
}

void
ovr_result_tcp_done(struct ovr_result_tcp *result)
{
	free(result->connection);
	free(result->account);
	memset(result, 0, sizeof(*result));
}
