/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/interval.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "nic/alias.h"

void
ovr_nic_interval_done(struct ovr_nic_interval *interval)
{
	free(interval->moved);
	*interval = (struct ovr_nic_interval){ 0 };
}

/* In the order of a report: what is booked comes first. */
static unsigned int
rank_of(const struct ovr_nic_moved *moved)
{
	switch (moved->meaning.kind) {
	case OVR_NIC_KIND_LOSS:
		return 0;
	case OVR_NIC_KIND_ALIAS:
		return 1;
	default:
		return 2;
	}
}

/* Put it after those that come before it or are alike. */
static int
insert(struct ovr_nic_interval *interval, const struct ovr_nic_moved *moved, struct ovr_err *err)
{
	struct ovr_nic_moved *at = OVR_LIST_ADD(interval->moved, interval->n, interval->capacity);

	if (at == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u counters that moved", interval->n + 1);
	for (; at > interval->moved && rank_of(at - 1) > rank_of(moved); at--)
		*at = at[-1];
	*at = *moved;
	return 0;
}

/* Which aliases are booked, in this interval as a whole; the order follows. */
static int
resolve(struct ovr_nic_interval *interval, struct ovr_err *err)
{
	uint32_t n = interval->n;
	int status = ovr_nic_alias_resolve(interval->moved, n);

	if (status != 0)
		return ovr_err_set(err, status, "no memory for %u counters that moved", n);
	for (interval->n = 0; interval->n < n && status == 0;) {
		struct ovr_nic_moved moved = interval->moved[interval->n];

		status = insert(interval, &moved, err);
	}
	return status;
}

/*
 * A loss, the same again, or what may be one. What is known to be no loss is not listed, whatever
 * its name.
 */
static bool
is_worth_telling(const struct ovr_nic_moved *moved)
{
	if (moved->change.added == 0 && !moved->change.was_reset)
		return false;
	return moved->meaning.kind == OVR_NIC_KIND_LOSS || moved->meaning.kind == OVR_NIC_KIND_ALIAS ||
		moved->meaning.is_suspect;
}

static bool
is_same(const struct ovr_nic_counter *one, const struct ovr_nic_counter *other)
{
	return one->source == other->source && one->queue == other->queue &&
		strcmp(one->name, other->name) == 0;
}

/* The position of the counter at @p index among those of its name. */
static uint32_t
nth_of(const struct ovr_nic_counters *counters, uint32_t index)
{
	uint32_t nth = 0;

	for (uint32_t i = 0; i < index; i++)
		nth += is_same(&counters->counter[i], &counters->counter[index]);
	return nth;
}

static struct ovr_nic_change
link_change(const struct ovr_nic_counters *before, const struct ovr_nic_counters *after, const char *name)
{
	const struct ovr_nic_counter *was = ovr_nic_counters_find(before, OVR_NIC_LINK, name);
	const struct ovr_nic_counter *is = ovr_nic_counters_find(after, OVR_NIC_LINK, name);

	if (was == NULL || is == NULL)
		return (struct ovr_nic_change){ 0 };
	return ovr_nic_counter_change(was, is);
}

int
ovr_nic_interval_between(const struct ovr_nic_counters *before, const struct ovr_nic_counters *after,
	struct ovr_nic_interval *interval, struct ovr_err *err)
{
	int status = 0;

	interval->n = interval->n_reset = 0;
	interval->ns = after->at_ns - before->at_ns;
	interval->carrier_changes = after->carrier_changes - before->carrier_changes;
	interval->rx_packets = link_change(before, after, "rx_packets");
	interval->tx_packets = link_change(before, after, "tx_packets");
	interval->rx_bytes = link_change(before, after, "rx_bytes");
	interval->tx_bytes = link_change(before, after, "tx_bytes");
	for (uint32_t i = 0; i < after->n && status == 0; i++) {
		const struct ovr_nic_counter *was = ovr_nic_counters_same(after, i, before);
		struct ovr_nic_moved moved = { .counter = after->counter[i] };

		if (was == NULL)
			continue;
		moved.change = ovr_nic_counter_change(was, &moved.counter);
		moved.by_itself = moved.meaning = ovr_nic_meaning_of(after, &after->counter[i]);
		interval->n_reset += moved.change.was_reset;
		if (!is_worth_telling(&moved))
			continue;
		moved.nth = nth_of(after, i);
		status = insert(interval, &moved, err);
	}
	return status == 0 ? resolve(interval, err) : status;
}

static void
add_change(struct ovr_nic_change *total, const struct ovr_nic_change *next)
{
	total->added += next->added;
	total->was_reset = total->was_reset || next->was_reset;
}

static struct ovr_nic_moved *
find(struct ovr_nic_interval *interval, const struct ovr_nic_moved *like)
{
	for (uint32_t i = 0; i < interval->n; i++)
		if (interval->moved[i].nth == like->nth &&
			is_same(&interval->moved[i].counter, &like->counter))
			return &interval->moved[i];
	return NULL;
}

int
ovr_nic_interval_add(struct ovr_nic_interval *total, const struct ovr_nic_interval *next, struct ovr_err *err)
{
	int status = 0;

	total->ns += next->ns;
	total->carrier_changes += next->carrier_changes;
	total->n_reset += next->n_reset;
	add_change(&total->rx_packets, &next->rx_packets);
	add_change(&total->tx_packets, &next->tx_packets);
	add_change(&total->rx_bytes, &next->rx_bytes);
	add_change(&total->tx_bytes, &next->tx_bytes);
	for (uint32_t i = 0; i < next->n && status == 0; i++) {
		const struct ovr_nic_moved *moved = &next->moved[i];
		struct ovr_nic_moved *known = find(total, moved);

		if (known == NULL) {
			status = insert(total, moved, err);
			continue;
		}
		known->counter = moved->counter;
		add_change(&known->change, &moved->change);
	}
	return status == 0 ? resolve(total, err) : status;
}

double
ovr_nic_interval_load_percent(
	const struct ovr_nic_interval *interval, const struct ovr_nic_facts *facts, uint32_t frame_bytes)
{
	double rx = (double)interval->rx_bytes.added +
		(double)frame_bytes * (double)interval->rx_packets.added;
	double tx = (double)interval->tx_bytes.added +
		(double)frame_bytes * (double)interval->tx_packets.added;
	double faster = rx > tx ? rx : tx;
	bool was_reset = interval->rx_bytes.was_reset || interval->tx_bytes.was_reset ||
		interval->rx_packets.was_reset || interval->tx_packets.was_reset;
	bool is_half = strcmp(facts->duplex, "half") == 0;

	if (facts->speed_mbps == 0 || interval->ns == 0 || was_reset)
		return -1;
	/* bits per ns against Mb/s */
	return 100 * 8e3 * (is_half ? rx + tx : faster) / (double)interval->ns / (double)facts->speed_mbps;
}
