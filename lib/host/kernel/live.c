/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "kernel/claim_priv.h"

static int
add_netns(struct ovr_kernel_live *live, const char *name, struct ovr_err *err)
{
	struct ovr_kernel_netns *netns = NULL, **entry;
	int status = ovr_kernel_netns_open(name, &netns, err);

	if (status != 0)
		return status;
	for (uint32_t i = 0; i < live->n_netns; i++)
		if (ovr_kernel_netns_id(live->netns[i]) == ovr_kernel_netns_id(netns))
			status = ovr_err_set(err, -EEXIST,
				"network namespace '%s': it is '%s'; accepted: each namespace once", name,
				ovr_kernel_netns_name(live->netns[i]));
	entry = status != 0 ? NULL : OVR_LIST_ADD(live->netns, live->n_netns, live->netns_capacity);
	if (entry != NULL) {
		*entry = netns;
		return 0;
	}
	ovr_kernel_netns_close(netns);
	return status != 0 ? status : ovr_err_set(err, -ENOMEM, "no memory for namespace '%s'", name);
}

/* Keep a sentence, unless it is known. */
static int
add_note(struct ovr_kernel_live *live, const char *text, struct ovr_err *err)
{
	char(*note)[OVR_KERNEL_NOTE_BYTES];

	for (uint32_t i = 0; i < live->n_notes; i++)
		if (strcmp(live->note[i], text) == 0)
			return 0;
	if (live->n_notes == OVR_KERNEL_LIVE_NOTES_MAX) {
		live->n_notes_beyond++;
		return 0;
	}
	note = OVR_LIST_ADD(live->note, live->n_notes, live->notes_capacity);
	if (note == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u notes", live->n_notes + 1);
	memcpy(*note, text, strlen(text) + 1);
	return 0;
}

static int
add_notes(struct ovr_kernel_live *live, const char (*note)[OVR_KERNEL_NOTE_BYTES], uint32_t n,
	struct ovr_err *err)
{
	int status = 0;

	for (uint32_t i = 0; i < n && status == 0; i++)
		status = add_note(live, note[i], err);
	return status;
}

static bool
is_same_link(const struct ovr_kernel_link *one, const struct ovr_kernel_link *other)
{
	return strcmp(one->name, other->name) == 0 && strcmp(one->netns, other->netns) == 0;
}

static bool
is_among(const struct ovr_kernel_link *link, const struct ovr_kernel_link *list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (is_same_link(link, &list[i]))
			return true;
	return false;
}

static bool
is_of_link(const struct ovr_kernel_counter *counter, const struct ovr_kernel_link *link)
{
	size_t length = strlen(link->name);

	return (counter->layer == OVR_KERNEL_LINK || counter->layer == OVR_KERNEL_DRIVER ||
		       counter->layer == OVR_KERNEL_QDISC) &&
		strncmp(counter->object, link->name, length) == 0 &&
		(counter->object[length] == '\0' || counter->object[length] == ' ') &&
		strcmp(counter->netns, link->netns) == 0;
}

/* Whether the sum has a counter of the link. */
static bool
has_counter_of(const struct ovr_kernel_changes *total, const struct ovr_kernel_link *link)
{
	for (uint32_t i = 0; i < total->n; i++)
		if (is_of_link(&total->change[i].counter, link))
			return true;
	return false;
}

/*
 * The links of the total: those of the latest reading first, and after them those that are gone and
 * own a loss.
 */
static int
renew_links(struct ovr_kernel_live *live, struct ovr_err *err)
{
	const struct ovr_kernel_snapshot *now = &live->now;
	uint32_t n_before = live->n_links, capacity = 0;
	struct ovr_kernel_link *before = live->link;

	live->link = NULL;
	live->n_links = 0;
	for (uint32_t i = 0; i < now->n_links + n_before; i++) {
		const struct ovr_kernel_link *link = i < now->n_links ? &now->link[i]
								      : &before[i - now->n_links];
		struct ovr_kernel_link *entry;

		if (i >= now->n_links &&
			(is_among(link, now->link, now->n_links) || !has_counter_of(&live->total, link)))
			continue;
		entry = OVR_LIST_ADD(live->link, live->n_links, capacity);
		if (entry == NULL) {
			free(before);
			return ovr_err_set(err, -ENOMEM, "no memory for %u links", live->n_links + 1);
		}
		*entry = *link;
	}
	live->links_capacity = capacity;
	free(before);
	return 0;
}

/* Whether it moved, began or went, and can own a loss. */
static bool
may_have_lost(const struct ovr_kernel_change *change)
{
	return (change->added != 0 || change->was_reset || !change->counter.is_known) &&
		ovr_kernel_tells_loss(&change->counter);
}

/* Mark the links that may have lost something, and their other ends. */
static void
mark_links(const struct ovr_kernel_path *all, bool *is_marked)
{
	for (uint32_t i = 0; i < all->changes->n; i++) {
		const struct ovr_kernel_change *change = &all->changes->change[i];

		for (uint32_t at = 0; may_have_lost(change) && at < all->n_links; at++) {
			int peer;

			if (is_marked[at] || !is_of_link(&change->counter, &all->link[at]))
				continue;
			is_marked[at] = true;
			peer = ovr_kernel_peer_of(all, (int)at);
			if (peer >= 0)
				is_marked[peer] = true;
		}
	}
}

/* Whether a claim can depend on it: it moved, or it is of one of these links. */
static bool
matters(const struct ovr_kernel_change *change, const struct ovr_kernel_link *link, uint32_t n_links)
{
	if (change->added != 0 || change->was_reset || !change->counter.is_known)
		return true;
	for (uint32_t i = 0; i < n_links; i++)
		if (is_of_link(&change->counter, &link[i]))
			return true;
	return false;
}

/*
 * Claim what of all changes and links can matter: a host may have thousands of counters, and few
 * move.
 */
static int
claim_some(const struct ovr_kernel_path *all, struct ovr_kernel_claims *claims, struct ovr_err *err)
{
	struct ovr_kernel_link *link = calloc(all->n_links + 1, sizeof(*link));
	bool *is_marked = calloc(all->n_links + 1, sizeof(*is_marked));
	struct ovr_kernel_change *change = calloc(all->changes->n + 1, sizeof(*change));
	struct ovr_kernel_changes changes = { .change = change };
	struct ovr_kernel_path path = *all;
	int status;

	path.link = link;
	path.n_links = 0;
	path.changes = &changes;
	if (link == NULL || is_marked == NULL || change == NULL) {
		status = ovr_err_set(
			err, -ENOMEM, "no memory for the claims of %u counters", all->changes->n);
	} else {
		mark_links(all, is_marked);
		for (uint32_t i = 0; i < all->n_links; i++)
			if (is_marked[i])
				link[path.n_links++] = all->link[i];
		for (uint32_t i = 0; i < all->changes->n; i++)
			if (matters(&all->changes->change[i], link, path.n_links))
				change[changes.n++] = all->changes->change[i];
		status = ovr_kernel_claim(&path, claims, err);
	}
	free(change);
	free(is_marked);
	free(link);
	return status;
}

static int
claim(const struct ovr_kernel_live *live, const struct ovr_kernel_changes *changes,
	const struct ovr_kernel_link *link, uint32_t n_links, struct ovr_kernel_claims *claims,
	struct ovr_err *err)
{
	struct ovr_kernel_side *side = calloc(live->n_netns, sizeof(*side));
	struct ovr_kernel_path path = {
		.side = side,
		.n_sides = live->n_netns,
		.changes = changes,
		.link = link,
		.n_links = n_links,
		.is_all_traffic = true,
	};
	int status;

	if (side == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u namespaces", live->n_netns);
	for (uint32_t i = 0; i < live->n_netns; i++)
		side[i] = (struct ovr_kernel_side){
			.netns = ovr_kernel_netns_name(live->netns[i]),
			.roles = OVR_KERNEL_SENDER | OVR_KERNEL_HOP | OVR_KERNEL_RECEIVER,
		};
	status = claim_some(&path, claims, err);
	free(side);
	return status;
}

/* In most intervals nothing can have been lost. */
static bool
has_loss(const struct ovr_kernel_changes *changes)
{
	for (uint32_t i = 0; i < changes->n; i++)
		if (may_have_lost(&changes->change[i]))
			return true;
	return false;
}

/* One reading of all of them, without waiting. */
static int
read_now(struct ovr_kernel_live *live, struct ovr_kernel_snapshot *snapshot, struct ovr_err *err)
{
	bool is_stable;

	return ovr_kernel_snapshot_settle((const struct ovr_kernel_netns *const *)live->netns, live->n_netns,
		0, snapshot, &is_stable, err);
}

int
ovr_kernel_live_open(
	const char *const *name, uint32_t n_names, struct ovr_kernel_live *live, struct ovr_err *err)
{
	int status = 0;

	*live = (struct ovr_kernel_live){ 0 };
	for (uint32_t i = 0; i < n_names && status == 0; i++)
		status = add_netns(live, name[i], err);
	if (status == 0)
		status = read_now(live, &live->before, err);
	if (status == 0)
		status = add_notes(live, (const char(*)[OVR_KERNEL_NOTE_BYTES])live->before.note,
			live->before.n_notes, err);
	if (status != 0)
		ovr_kernel_live_close(live);
	return status;
}

int
ovr_kernel_live_take(struct ovr_kernel_live *live, struct ovr_err *err)
{
	struct ovr_kernel_snapshot swapped;
	int status = read_now(live, &live->now, err);

	if (status == 0)
		status = ovr_kernel_changes(&live->before, &live->now, &live->changes, err);
	if (status == 0)
		status = ovr_kernel_changes_add(&live->total, &live->changes, err);
	if (status == 0)
		status = renew_links(live, err);
	if (status != 0)
		return status;
	live->claims.n = live->claims.n_notes = 0;
	if (has_loss(&live->changes))
		status = claim(live, &live->changes, live->now.link, live->now.n_links, &live->claims, err);
	live->first_note = live->n_notes;
	if (status == 0)
		status = add_notes(
			live, (const char(*)[OVR_KERNEL_NOTE_BYTES])live->now.note, live->now.n_notes, err);
	if (status == 0)
		status = add_notes(live, (const char(*)[OVR_KERNEL_NOTE_BYTES])live->claims.note,
			live->claims.n_notes, err);
	live->interval_ns = live->now.at_ns - live->before.at_ns;
	live->total_ns += live->interval_ns;
	swapped = live->before;
	live->before = live->now;
	live->now = swapped;
	return status;
}

int
ovr_kernel_live_total(
	const struct ovr_kernel_live *live, struct ovr_kernel_claims *claims, struct ovr_err *err)
{
	return claim(live, &live->total, live->link, live->n_links, claims, err);
}

void
ovr_kernel_live_close(struct ovr_kernel_live *live)
{
	for (uint32_t i = 0; i < live->n_netns; i++)
		ovr_kernel_netns_close(live->netns[i]);
	free(live->netns);
	ovr_kernel_snapshot_done(&live->before);
	ovr_kernel_snapshot_done(&live->now);
	ovr_kernel_changes_done(&live->changes);
	ovr_kernel_changes_done(&live->total);
	ovr_kernel_claims_done(&live->claims);
	free(live->link);
	free(live->note);
	*live = (struct ovr_kernel_live){ 0 };
}
