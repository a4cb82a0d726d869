/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The account of what a counter of the kernel counted. The books say it, not what the
 * counter means by itself.
 */
#include <string.h>

#include "result/result.h"

/* The account that is booked by this counter. NULL: there is none */
static const struct ovr_ledger_account *
account_of(const struct ovr_ledger *ledger, const struct ovr_result_counter *counter)
{
	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		const struct ovr_ledger_account *account = &ledger->account[i];

		if (account->queue == counter->port_queue &&
			strcmp(account->counter, counter->counter) == 0 &&
			strcmp(account->source, counter->source) == 0 &&
			strcmp(account->port, counter->port) == 0)
			return account;
	}
	return NULL;
}

/* A counter that is in the books; what it added for another reason makes it no other's. */
static bool
is_booked(const struct ovr_result_counter *counter, const struct ovr_ledger_account *account)
{
	return account != NULL && (account->frames_max != 0 || counter->meaning.kind == OVR_NIC_KIND_LOSS);
}

/* What the counters of each place added, as they stand: with tries, and with frames of others. */
static void
add_up(const struct ovr_result *result, uint64_t *added)
{
	const struct ovr_ledger *ledger = &result->ledger;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (strcmp(ledger->account[i].source, "ledger") != 0)
			added[ledger->account[i].place] += ledger->account[i].counted;
	for (uint32_t i = 0; i < result->n_counters; i++) {
		const struct ovr_ledger_account *account = account_of(ledger, &result->counter[i]);

		if (account != NULL)
			added[account->place] += result->counter[i].added - account->counted;
	}
}

/*
 * The place whose counters an alias repeats: its own, unless those of another one added the same
 * number. Of an alias of another interface's counter the place is a guess: where that one has
 * nothing, it is the one that added most of what the alias did.
 */
static enum ovr_ledger_place
place_of_alias(const struct ovr_result_counter *alias, const uint64_t *added)
{
	enum ovr_ledger_place own = alias->meaning.place, found = OVR_PLACE_COUNT;

	if (added[own] == alias->added)
		return own;
	for (int place = 0; place < OVR_PLACE_COUNT; place++) {
		if (ovr_ledger_place_is_refused((enum ovr_ledger_place)place))
			continue;
		if (added[place] == alias->added)
			return (enum ovr_ledger_place)place;
		if (alias->meaning.original == OVR_NIC_ORIGINAL_UNSEEN && added[place] != 0 &&
			added[place] < alias->added &&
			(found == OVR_PLACE_COUNT || added[place] > added[found]))
			found = (enum ovr_ledger_place)place;
	}
	return added[own] != 0 ? own : found;
}

void
ovr_result_find_accounts(struct ovr_result *result)
{
	uint64_t added[OVR_PLACE_COUNT] = { 0 };

	add_up(result, added);
	for (uint32_t i = 0; i < result->n_counters; i++) {
		struct ovr_result_counter *counter = &result->counter[i];
		const struct ovr_ledger_account *account = account_of(&result->ledger, counter);

		counter->place = OVR_PLACE_COUNT;
		if (is_booked(counter, account)) {
			counter->place = account->place;
			counter->frames_min = account->frames_min;
			counter->frames_max = account->frames_max;
		} else if (counter->meaning.kind == OVR_NIC_KIND_ALIAS) {
			counter->place = place_of_alias(counter, added);
		}
	}
}
