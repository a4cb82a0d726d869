/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/accounts.h"

#include <stdio.h>
#include <string.h>

#include <rte_common.h>

struct ovr_ledger_account *
ovr_port_counters_add(struct ovr_port_counters *counters, enum ovr_ledger_place place,
	const struct ovr_port *port, int32_t queue, uint64_t frames, const char *counter, const char *source)
{
	struct ovr_ledger_account *account;

	if (counters->n_accounts == OVR_PORT_ACCOUNTS_MAX)
		return NULL;
	account = &counters->account[counters->n_accounts++];
	memset(account, 0, sizeof(*account));
	account->place = place;
	account->queue = queue;
	account->frames = frames;
	snprintf(account->port, sizeof(account->port), "%s", port->label);
	snprintf(account->counter, sizeof(account->counter), "%s", counter);
	snprintf(account->source, sizeof(account->source), "%s", source);
	return account;
}

void
ovr_port_counters_subtract(const struct ovr_port_counters *after, const struct ovr_port_counters *before,
	struct ovr_port_counters *ret_difference)
{
	struct ovr_port_counters difference = *after;

	difference.tx_frames -= before->tx_frames;
	difference.rx_frames -= before->rx_frames;
	difference.paused_ns -= before->paused_ns;
	for (uint32_t i = 0; i < difference.n_accounts && i < before->n_accounts; i++) {
		struct ovr_ledger_account *account = &difference.account[i];

		if (account->frames >= before->account[i].frames)
			account->frames -= before->account[i].frames;
		else
			snprintf(difference.set_back, sizeof(difference.set_back), "%s of %s",
				account->counter, account->port);
	}
	for (unsigned int q = 0; q < OVR_PLAN_QUEUES_MAX; q++)
		difference.rx_missed[q] -= RTE_MIN(before->rx_missed[q], difference.rx_missed[q]);
	*ret_difference = difference;
}
