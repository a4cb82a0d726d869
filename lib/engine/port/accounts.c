/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list of a port's counters: what is added to it, the difference of two, and the views that a
 * trial takes of one.
 */
#include "port/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"

/* @return room for one more; NULL: no memory */
static struct ovr_port_counter *
append(struct ovr_port_counters *counters)
{
	struct ovr_port_counter *counter = OVR_LIST_ADD(counters->counter, counters->n, counters->capacity);

	if (counter == NULL)
		counters->is_incomplete = true;
	return counter;
}

/* What it says of receive rings. */
static void
tally(struct ovr_port_counters *counters, const struct ovr_port_counter *counter)
{
	const struct ovr_ledger_account *account = &counter->account;

	if (!counter->is_account || account->place != OVR_PLACE_RX_RING)
		return;
	counters->rx_ring_frames += account->frames;
	if (account->queue >= 0)
		counters->rx_missed[account->queue] += account->frames;
}

void
ovr_port_counter_book(
	struct ovr_port_counters *counters, struct ovr_port_counter *counter, enum ovr_ledger_place place)
{
	counter->is_account = true;
	counter->account.place = place;
	ovr_ledger_account_set(&counter->account, counter->is.value, counter->is.value);
	tally(counters, counter);
}

struct ovr_port_counter *
ovr_port_counters_add(struct ovr_port_counters *counters, const struct ovr_port *port, int32_t port_queue,
	const struct ovr_nic_counter *is, const struct ovr_nic_meaning *meaning, const char *source)
{
	struct ovr_port_counter *counter = append(counters);
	struct ovr_ledger_account *account;

	if (counter == NULL)
		return NULL;
	*counter = (struct ovr_port_counter){ .is = *is, .meaning = *meaning };
	account = &counter->account;
	account->queue = port_queue;
	snprintf(account->port, sizeof(account->port), "%s", port->label);
	snprintf(account->counter, sizeof(account->counter), "%s", is->name);
	snprintf(account->source, sizeof(account->source), "%s", source);
	return counter;
}

void
ovr_port_counters_add_account(struct ovr_port_counters *counters, enum ovr_ledger_place place,
	const struct ovr_port *port, int32_t port_queue, uint64_t frames, const char *name,
	const char *source)
{
	const struct ovr_nic_meaning meaning = {
		.kind = OVR_NIC_KIND_LOSS, .trust = OVR_NIC_TRUST_EXACT, .place = place, .remark = ""
	};
	struct ovr_nic_counter is = { .source = OVR_NIC_DRIVER, .queue = port_queue, .value = frames };
	struct ovr_port_counter *counter;

	snprintf(is.name, sizeof(is.name), "%s", name);
	counter = ovr_port_counters_add(counters, port, port_queue, &is, &meaning, source);
	if (counter != NULL)
		ovr_port_counter_book(counters, counter, place);
}

void
ovr_port_counters_done(struct ovr_port_counters *counters)
{
	free(counters->counter);
	*counters = (struct ovr_port_counters){ 0 };
}

static bool
is_same(const struct ovr_port_counter *one, const struct ovr_port_counter *other)
{
	return one->is.queue == other->is.queue && one->is.source == other->is.source &&
		strcmp(one->is.name, other->is.name) == 0 &&
		strcmp(one->account.source, other->account.source) == 0 &&
		strcmp(one->account.port, other->account.port) == 0;
}

/*
 * Find the counter at @p index of one reading in another. Two readings differ in nothing but
 * values, as a rule: it stands after the one that was found last.
 */
static const struct ovr_port_counter *
find_same(const struct ovr_port_counters *counters, uint32_t index, const struct ovr_port_counters *others,
	uint32_t *next)
{
	const struct ovr_port_counter *counter = &counters->counter[index];
	uint32_t before = 0;

	if (*next < others->n && is_same(&others->counter[*next], counter))
		return &others->counter[(*next)++];
	for (uint32_t i = 0; i < index && others->n != 0; i++)
		before += is_same(&counters->counter[i], counter);
	for (uint32_t i = 0; i < others->n; i++)
		if (is_same(&others->counter[i], counter) && before-- == 0) {
			*next = i + 1;
			return &others->counter[i];
		}
	return NULL;
}

/* An account that one reading has and the other has not. */
static void
note_unknown(struct ovr_port_counters *difference, const struct ovr_port_counter *counter)
{
	if (!counter->is_account)
		return;
	if (difference->n_unknown++ == 0)
		snprintf(difference->unknown, sizeof(difference->unknown), "%s of %s", counter->is.name,
			counter->account.port);
}

/* What a counter did since it was read before; NULL: it was not there. */
static void
subtract(struct ovr_port_counter *counter, const struct ovr_port_counter *was,
	struct ovr_port_counters *difference)
{
	struct ovr_nic_change change;

	if (was == NULL) {
		/* nothing is nothing, whenever it began to count */
		counter->is_unknown = counter->is.value != 0;
		if (counter->is_unknown) {
			note_unknown(difference, counter);
			counter->is_account = false;
		}
		return;
	}
	change = ovr_nic_counter_change(&was->is, &counter->is);
	counter->is.value = change.added;
	ovr_ledger_account_set(&counter->account, change.added, change.added);
	counter->was_reset = change.was_reset;
	if (counter->was_reset && counter->is_account)
		snprintf(difference->reset, sizeof(difference->reset), "%s of %s", counter->is.name,
			counter->account.port);
}

void
ovr_port_counters_subtract(const struct ovr_port_counters *after, const struct ovr_port_counters *before,
	struct ovr_port_counters *difference)
{
	struct ovr_port_counters list = *difference;
	uint32_t next = 0;

	*difference = (struct ovr_port_counters){
		.counter = list.counter,
		.capacity = list.capacity,
		.tx_known = after->tx_known && before->tx_known,
		.rx_known = after->rx_known && before->rx_known,
		.tx_frames = after->tx_frames - before->tx_frames,
		.rx_frames = after->rx_frames - before->rx_frames,
		.cable_known = after->cable_known && before->cable_known,
		.cable_frames = after->cable_frames - before->cable_frames,
		.paused_ns = after->paused_ns - before->paused_ns,
		.rx_missed_known = after->rx_missed_known,
		.is_incomplete = after->is_incomplete || before->is_incomplete,
	};
	for (uint32_t i = 0; i < after->n; i++) {
		struct ovr_port_counter *counter = append(difference);

		if (counter == NULL)
			break;
		*counter = after->counter[i];
		subtract(counter, find_same(after, i, before, &next), difference);
		tally(difference, counter);
	}
	next = 0;
	for (uint32_t i = 0; i < before->n; i++)
		if (find_same(before, i, after, &next) == NULL)
			note_unknown(difference, &before->counter[i]);
}

void
ovr_port_counters_book(const struct ovr_port_counters *difference, struct ovr_ledger *ledger)
{
	for (uint32_t i = 0; i < difference->n; i++) {
		const struct ovr_port_counter *counter = &difference->counter[i];
		const struct ovr_ledger_account *account = &counter->account;
		bool is_of_no_queue = counter->is.queue >= 0 && account->queue < 0;

		if (counter->is_account && !(is_of_no_queue && account->frames == 0))
			ovr_ledger_add_copy(ledger, account);
	}
}

/* In the order of a report; negative: it is not told. */
static int
rank_of(const struct ovr_port_counter *counter)
{
	if (!counter->is_evidence || counter->is_unknown || (counter->is.value == 0 && !counter->was_reset))
		return -1;
	switch (counter->meaning.kind) {
	case OVR_NIC_KIND_LOSS:
		return 0;
	case OVR_NIC_KIND_ALIAS:
		return 1;
	default:
		return 2;
	}
}

static void
tell(const struct ovr_port_counter *counter, struct ovr_result_counter *told)
{
	*told = (struct ovr_result_counter){
		.queue = counter->is.queue,
		.port_queue = counter->account.queue,
		.added = counter->is.value,
		.was_reset = counter->was_reset,
		.meaning = counter->meaning,
	};
	memcpy(told->port, counter->account.port, sizeof(told->port));
	memcpy(told->counter, counter->is.name, sizeof(told->counter));
	memcpy(told->source, counter->account.source, sizeof(told->source));
}

uint32_t
ovr_port_counters_evidence(
	const struct ovr_port_counters *difference, struct ovr_result_counter **ret_counter)
{
	const struct ovr_port_counter *counter = difference->counter;
	struct ovr_result_counter *list;
	uint32_t n = 0;

	*ret_counter = NULL;
	for (uint32_t i = 0; i < difference->n; i++)
		n += rank_of(&counter[i]) >= 0;
	list = n == 0 ? NULL : malloc(n * sizeof(*list));
	if (list == NULL)
		return 0;
	n = 0;
	for (uint32_t first = 0, end; first < difference->n; first = end) {
		for (end = first + 1; end < difference->n; end++)
			if (strcmp(counter[end].account.port, counter[first].account.port) != 0)
				break;
		for (int rank = 0; rank <= 2; rank++)
			for (uint32_t i = first; i < end; i++)
				if (rank_of(&counter[i]) == rank)
					tell(&counter[i], &list[n++]);
	}
	*ret_counter = list;
	return n;
}
