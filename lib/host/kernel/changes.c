/* SPDX-License-Identifier: BSD-3-Clause */
/* What happened between two readings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "kernel/rules.h"
#include "kernel/snapshot.h"

#define RANGE_32 (UINT64_C(1) << 32)

/* Of the same name. */
static bool
is_alike(const struct ovr_kernel_counter *one, const struct ovr_kernel_counter *other)
{
	return one->layer == other->layer && strcmp(one->name, other->name) == 0 &&
		strcmp(one->object, other->object) == 0 && strcmp(one->netns, other->netns) == 0;
}

/* One counter: an interface that was made anew counts from 0, and has another number. */
static bool
is_same(const struct ovr_kernel_counter *one, const struct ovr_kernel_counter *other)
{
	return one->ifindex == other->ifindex && is_alike(one, other);
}

/* How many of the counters before this one are like it: a driver may use a name twice. */
static uint32_t
count_before(const struct ovr_kernel_snapshot *snapshot, uint32_t index)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < index; i++)
		n += is_same(&snapshot->counter[i], &snapshot->counter[index]);
	return n;
}

/*
 * Find the counter at @p index of one reading in another. Two readings differ in nothing but
 * values, as a rule: it stands after the one that was found last.
 */
static const struct ovr_kernel_counter *
find_same(const struct ovr_kernel_snapshot *snapshot, uint32_t index, const struct ovr_kernel_snapshot *other,
	uint32_t *next)
{
	const struct ovr_kernel_counter *counter = &snapshot->counter[index];
	uint32_t before;

	if (*next < other->n && is_same(&other->counter[*next], counter))
		return &other->counter[(*next)++];
	before = count_before(snapshot, index);
	for (uint32_t i = 0; i < other->n; i++)
		if (is_same(&other->counter[i], counter) && before-- == 0) {
			*next = i + 1;
			return &other->counter[i];
		}
	return NULL;
}

static int
append(struct ovr_kernel_changes *changes, const struct ovr_kernel_counter *counter, struct ovr_err *err)
{
	struct ovr_kernel_change *change = OVR_LIST_ADD(changes->change, changes->n, changes->capacity);

	if (change == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the changes of %u counters", changes->n + 1);
	change->counter = *counter;
	return 0;
}

/* It stood at @p before; a counter of 32 bits may have wrapped once. */
static void
subtract(struct ovr_kernel_change *change, uint64_t before)
{
	uint64_t now = change->counter.value, less;

	if (now >= before) {
		change->added = now - before;
		return;
	}
	less = before - now;
	if (change->counter.width_bits == 32 && less > RANGE_32 / 2 && less < RANGE_32) {
		change->added = RANGE_32 - less;
		return;
	}
	change->was_reset = true;
	change->added = now;
}

int
ovr_kernel_changes(const struct ovr_kernel_snapshot *before, const struct ovr_kernel_snapshot *after,
	struct ovr_kernel_changes *changes, struct ovr_err *err)
{
	uint32_t next = 0;
	int status = 0;

	changes->n = 0;
	for (uint32_t i = 0; i < after->n && status == 0; i++) {
		const struct ovr_kernel_counter *was = find_same(after, i, before, &next);
		struct ovr_kernel_change *change;

		status = append(changes, &after->counter[i], err);
		if (status != 0)
			break;
		change = &changes->change[changes->n - 1];
		/* nothing is nothing, whenever it began to count */
		change->counter.is_known = (was != NULL && was->is_known) || after->counter[i].value == 0;
		if (change->counter.is_known)
			subtract(change, was == NULL ? 0 : was->value);
	}
	next = 0;
	for (uint32_t i = 0; i < before->n && status == 0; i++) {
		if (find_same(before, i, after, &next) != NULL)
			continue;
		status = append(changes, &before->counter[i], err);
		if (status == 0)
			changes->change[changes->n - 1].counter.is_known = false;
	}
	return status;
}

/*
 * Where the counter stands in a sum, which is by names; its length where it is not there. It
 * stands after the one that was found last, as a rule.
 */
static uint32_t
find_in(const struct ovr_kernel_changes *total, const struct ovr_kernel_counter *counter, uint32_t next)
{
	if (next < total->n && is_alike(&total->change[next].counter, counter))
		return next;
	for (uint32_t i = 0; i < total->n; i++)
		if (is_alike(&total->change[i].counter, counter))
			return i;
	return total->n;
}

/* Take a counter that is gone out of the sum, unless it lost something of its own. */
static void
forget(struct ovr_kernel_changes *total, uint32_t at)
{
	const struct ovr_kernel_change *change = &total->change[at];

	if (change->added != 0 && change->counter.layer != OVR_KERNEL_SOCKET &&
		ovr_kernel_tells_loss(&change->counter))
		return;
	total->n--;
	memmove(&total->change[at], &total->change[at + 1], (total->n - at) * sizeof(*change));
}

int
ovr_kernel_changes_add(
	struct ovr_kernel_changes *total, const struct ovr_kernel_changes *more, struct ovr_err *err)
{
	bool is_first = total->n == 0; /* then none of them is in it */
	uint32_t next = 0;

	for (uint32_t i = 0; i < more->n; i++) {
		const struct ovr_kernel_change *change = &more->change[i];
		uint32_t at = is_first ? total->n : find_in(total, &change->counter, next);
		int status;

		if (!change->counter.is_known) {
			if (at < total->n)
				forget(total, at);
			continue;
		}
		if (at == total->n) {
			status = append(total, &change->counter, err);
			if (status != 0)
				return status;
		}
		total->change[at].counter = change->counter;
		if (!change->was_reset)
			total->change[at].added += change->added;
		next = at + 1;
	}
	return 0;
}

void
ovr_kernel_changes_done(struct ovr_kernel_changes *changes)
{
	free(changes->change);
	*changes = (struct ovr_kernel_changes){ 0 };
}
