/* SPDX-License-Identifier: BSD-3-Clause */
/* Who owns what moved: the rows of the table, one namespace after the other. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"

#include "kernel/claim_priv.h"

int
ovr_kernel_side_of(const struct ovr_kernel_path *path, const char *netns)
{
	for (uint32_t i = 0; i < path->n_sides; i++)
		if (strcmp(path->side[i].netns, netns) == 0)
			return (int)i;
	return -1;
}

unsigned int
ovr_kernel_role_of(const struct ovr_kernel_path *path, int side, unsigned int roles)
{
	unsigned int common = side < 0 ? 0 : path->side[side].roles & roles;

	return common & ~(common - 1);
}

static bool
is_of(const struct ovr_kernel_counter *counter, const char *netns, enum ovr_kernel_layer layer,
	const char *name)
{
	return counter->is_known && counter->layer == layer && strcmp(counter->name, name) == 0 &&
		strcmp(counter->netns, netns) == 0;
}

int64_t
ovr_kernel_change_at(const struct ovr_kernel_path *path, const char *netns, enum ovr_kernel_layer layer,
	const char *object, const char *name)
{
	for (uint32_t i = 0; i < path->changes->n; i++) {
		const struct ovr_kernel_counter *counter = &path->changes->change[i].counter;

		if (is_of(counter, netns, layer, name) && strcmp(counter->object, object) == 0)
			return i;
	}
	return -1;
}

uint64_t
ovr_kernel_added(
	const struct ovr_kernel_path *path, const char *netns, enum ovr_kernel_layer layer, const char *name)
{
	uint64_t added = 0;

	for (uint32_t i = 0; i < path->changes->n; i++)
		if (is_of(&path->changes->change[i].counter, netns, layer, name))
			added += path->changes->change[i].added;
	return added;
}

bool
ovr_kernel_is_port_link(const struct ovr_kernel_path *path, int side, const char *link)
{
	const char *of_port = path->side[side].port_link;

	return of_port != NULL && strcmp(of_port, link) == 0;
}

int
ovr_kernel_link_of(const struct ovr_kernel_path *path, const struct ovr_kernel_counter *counter)
{
	size_t length = strcspn(counter->object, " ");

	if (counter->layer != OVR_KERNEL_LINK && counter->layer != OVR_KERNEL_DRIVER &&
		counter->layer != OVR_KERNEL_QDISC && counter->layer != OVR_KERNEL_CLASS)
		return -1;
	for (uint32_t i = 0; i < path->n_links; i++) {
		const struct ovr_kernel_link *link = &path->link[i];

		if (strncmp(link->name, counter->object, length) == 0 && link->name[length] == '\0' &&
			strcmp(link->netns, counter->netns) == 0)
			return (int)i;
	}
	return -1;
}

int
ovr_kernel_peer_of(const struct ovr_kernel_path *path, int link)
{
	const struct ovr_kernel_link *one = &path->link[link];

	for (uint32_t i = 0; i < path->n_links && one->peer_netns_id != 0; i++)
		if (path->link[i].ifindex == one->peer_ifindex &&
			path->link[i].netns_id == one->peer_netns_id)
			return (int)i;
	return -1;
}

/*
 * How the namespace at the other end stands to a link's own: negative before it on the path, 0
 * unknown.
 */
static int
compare_peer(const struct ovr_kernel_path *path, int link)
{
	int peer = ovr_kernel_peer_of(path, link);
	int side = ovr_kernel_side_of(path, path->link[link].netns), other;
	unsigned int both = OVR_KERNEL_SENDER | OVR_KERNEL_RECEIVER;

	if (peer < 0 || side < 0)
		return 0;
	other = ovr_kernel_side_of(path, path->link[peer].netns);
	/* a namespace that sends and receives is at either end */
	if (other < 0 || (path->side[other].roles & both) == both || (path->side[side].roles & both) == both)
		return 0;
	return other - side;
}

bool
ovr_kernel_leads_back(const struct ovr_kernel_path *path, int link)
{
	return compare_peer(path, link) < 0;
}

bool
ovr_kernel_leads_on(const struct ovr_kernel_path *path, int link)
{
	return compare_peer(path, link) > 0;
}

struct ovr_kernel_claim *
ovr_kernel_claim_add(struct ovr_kernel_work *work, int side, unsigned int role, enum ovr_ledger_place place,
	const struct ovr_kernel_counter *counter, uint64_t frames)
{
	struct ovr_kernel_claims *claims = work->claims;
	struct ovr_kernel_claim *claim = OVR_LIST_ADD(claims->claim, claims->n, claims->capacity);

	if (claim == NULL) {
		work->status = -ENOMEM;
		return NULL;
	}
	*claim = (struct ovr_kernel_claim){
		.side = (uint32_t)side,
		.role = (enum ovr_kernel_role)role,
		.place = place,
		.layer = counter->layer,
		.frames = frames,
		.frames_min = frames,
		.frames_max = frames,
		.unit = counter->unit,
	};
	memcpy(claim->netns, counter->netns, sizeof(claim->netns));
	memcpy(claim->object, counter->object, sizeof(claim->object));
	memcpy(claim->counter, counter->name, sizeof(claim->counter));
	snprintf(claim->source, sizeof(claim->source), "%s", ovr_kernel_layer_name(counter->layer));
	return claim;
}

void
ovr_kernel_claim_alias(struct ovr_kernel_claim *claim, const char *what, const char *name, uint64_t added)
{
	size_t length = strlen(claim->aliases);

	snprintf(claim->aliases + length, sizeof(claim->aliases) - length, "%s%s%s%s %" PRIu64,
		length == 0 ? "" : ", ", what, what[0] == '\0' ? "" : " ", name, added);
}

void
ovr_kernel_claim_note(struct ovr_kernel_work *work, const char *format, ...)
{
	struct ovr_kernel_claims *claims = work->claims;
	char(*note)[OVR_KERNEL_NOTE_BYTES] = OVR_LIST_ADD(
		claims->note, claims->n_notes, claims->notes_capacity);
	va_list args;

	if (note == NULL) {
		work->status = -ENOMEM;
		return;
	}
	va_start(args, format);
	vsnprintf(*note, sizeof(*note), format, args);
	va_end(args);
}

/* One of the words "layer/name" of a row. @return what follows it; NULL: there is none */
static const char *
next_alias(const char *text, enum ovr_kernel_layer *ret_layer, char *name, size_t size)
{
	size_t length, prefix;

	if (text == NULL || *text == '\0')
		return NULL;
	length = strcspn(text, " ");
	prefix = strcspn(text, "/");
	for (int layer = 0; layer < OVR_KERNEL_LAYERS; layer++) {
		const char *of_layer = ovr_kernel_layer_name((enum ovr_kernel_layer)layer);

		if (strlen(of_layer) == prefix && strncmp(of_layer, text, prefix) == 0)
			*ret_layer = (enum ovr_kernel_layer)layer;
	}
	snprintf(name, size, "%.*s", (int)(length - prefix - 1), text + prefix + 1);
	return text + length + strspn(text + length, " ");
}

/*
 * Of all traffic, sockets are listed by name where their buffers were full, as many as find room.
 * Elsewhere what sockets dropped does not say whose loss it was. @return whether there is no more
 * to be said of this one
 */
static bool
is_socket_done(const struct ovr_kernel_path *path, struct ovr_kernel_claim *claim,
	const struct ovr_kernel_change *change)
{
	/* the longest name, a number, and the sum of those that find no room */
	size_t room = OVR_KERNEL_OBJECT_BYTES + 64;

	if (!path->is_all_traffic || change->counter.layer != OVR_KERNEL_SOCKET)
		return false;
	if (claim->place != OVR_PLACE_RX_SOCKET || change->added == 0)
		return true;
	if (strlen(claim->aliases) + room > sizeof(claim->aliases))
		return false;
	ovr_kernel_claim_alias(claim, change->counter.object, change->counter.name, change->added);
	return true;
}

/* Take what was claimed off the counters that count it again, and list them. */
static void
take_aliases(
	struct ovr_kernel_work *work, struct ovr_kernel_claim *claim, const char *aliases, bool is_taken_off)
{
	const struct ovr_kernel_path *path = work->path;
	enum ovr_kernel_layer layer = OVR_KERNEL_LAYERS;
	char name[OVR_KERNEL_NAME_BYTES];

	while ((aliases = next_alias(aliases, &layer, name, sizeof(name))) != NULL) {
		uint64_t rest = claim->frames, added = 0;

		for (uint32_t i = 0; i < path->changes->n; i++) {
			const struct ovr_kernel_change *change = &path->changes->change[i];
			uint64_t taken;

			if (!is_of(&change->counter, claim->netns, layer, name) ||
				(layer == OVR_KERNEL_QDISC && change->counter.is_root))
				continue;
			if (is_socket_done(path, claim, change))
				continue;
			added += change->added;
			if (!is_taken_off)
				continue;
			taken = work->left[i] < rest ? work->left[i] : rest;
			work->left[i] -= taken;
			rest -= taken;
		}
		if (added != 0)
			ovr_kernel_claim_alias(claim,
				layer == OVR_KERNEL_MIB ? "" : ovr_kernel_layer_name(layer), name, added);
	}
}

static void
explain(struct ovr_kernel_claim *claim, const char *remark)
{
	size_t length = strlen(claim->object);
	const char *between = ": ";

	if (length == 0)
		between = "";
	/* a qdisc's name ends in one: "va tbf 10:" */
	else if (claim->object[length - 1] == ':')
		between = " ";
	snprintf(claim->why, sizeof(claim->why), "%s%s%s", claim->object, between, remark);
}

/* A rule of nftables for the other version of IP, or for ARP, has not met our frames. */
static bool
is_of_another_protocol(const struct ovr_kernel_path *path, const struct ovr_kernel_counter *counter)
{
	if (counter->layer != OVR_KERNEL_NFTABLES)
		return false;
	return strncmp(counter->object, "arp ", 4) == 0 ||
		(path->ip_version == 6 && strncmp(counter->object, "ip ", 3) == 0) ||
		(path->ip_version == 4 && strncmp(counter->object, "ip6 ", 4) == 0);
}

/* Whether the row is of this counter, in the namespace's place on the path. */
static bool
applies(const struct ovr_kernel_path *path, const struct ovr_kernel_rule *rule,
	const struct ovr_kernel_counter *counter, int side)
{
	int link;

	if (!is_of(counter, path->side[side].netns, rule->layer, rule->name) ||
		(rule->directions != 0 && (rule->directions & (1u << counter->direction)) == 0))
		return false;
	if ((counter->layer == OVR_KERNEL_QDISC && !counter->is_root) ||
		is_of_another_protocol(path, counter))
		return false;
	link = ovr_kernel_link_of(path, counter);
	if (link < 0)
		return true;
	if (ovr_kernel_is_port_link(path, side, path->link[link].name))
		return false;
	return ovr_ledger_place_side(rule->place) == OVR_LEDGER_SENDER ? !ovr_kernel_leads_back(path, link)
								       : !ovr_kernel_leads_on(path, link);
}

/* Claim what is left of a counter, or with @p is_sum of all that the row is of together. */
static void
claim_row(struct ovr_kernel_work *work, const struct ovr_kernel_rule *rule, int side, unsigned int role)
{
	const struct ovr_kernel_path *path = work->path;
	bool is_sum = rule->layer == OVR_KERNEL_CONNTRACK;
	struct ovr_kernel_claim *claim = NULL;

	for (uint32_t i = 0; i < path->changes->n; i++) {
		const struct ovr_kernel_counter *counter = &path->changes->change[i].counter;

		if (work->left[i] == 0 || !applies(path, rule, counter, side))
			continue;
		if (claim == NULL || !is_sum) {
			claim = ovr_kernel_claim_add(work, side, role, rule->place, counter, 0);
			if (claim == NULL)
				return;
			if (is_sum)
				claim->object[0] = '\0';
			claim->unit = rule->unit;
			claim->is_of_host = path->is_all_traffic && counter->is_global;
			explain(claim, rule->remark);
		}
		claim->frames += work->left[i];
		claim->frames_min = claim->frames_max = claim->frames;
		work->left[i] = 0;
		if (!is_sum)
			take_aliases(work, claim, rule->aliases, true);
		if (!is_sum)
			take_aliases(work, claim, rule->never_add_to, false);
	}
	if (is_sum && claim != NULL)
		take_aliases(work, claim, rule->aliases, true);
}

/* Rows that are not claimed link by link. */
static bool
is_plain(const struct ovr_kernel_rule *rule)
{
	if (rule->layer == OVR_KERNEL_LINK)
		return strcmp(rule->name, "rx_otherhost_dropped") == 0;
	return rule->layer != OVR_KERNEL_DRIVER && rule->layer != OVR_KERNEL_SOFTNET;
}

static void
claim_rows(struct ovr_kernel_work *work, int side)
{
	const struct ovr_kernel_path *path = work->path;
	size_t n;
	const struct ovr_kernel_rule *rule = ovr_kernel_rules(&n);

	for (const struct ovr_kernel_rule *end = rule + n; rule < end; rule++) {
		unsigned int role = ovr_kernel_role_of(path, side, rule->roles);

		if (role == 0 || !is_plain(rule) ||
			(rule->ip_version != 0 && path->ip_version != 0 &&
				rule->ip_version != path->ip_version))
			continue;
		claim_row(work, rule, side, role);
	}
}

/* Whether some row could have claimed it. */
static bool
has_row(const struct ovr_kernel_path *path, const struct ovr_kernel_counter *counter)
{
	int side = ovr_kernel_side_of(path, counter->netns);
	size_t n;
	const struct ovr_kernel_rule *rule = ovr_kernel_rules(&n);

	for (size_t i = 0; i < n; i++)
		if (rule[i].layer == counter->layer && strcmp(rule[i].name, counter->name) == 0 &&
			ovr_kernel_role_of(path, side, rule[i].roles) != 0)
			return true;
	return false;
}

/* What is there to be claimed, and what cannot be. */
static void
begin(struct ovr_kernel_work *work)
{
	const struct ovr_kernel_path *path = work->path;

	for (uint32_t i = 0; i < path->changes->n; i++) {
		const struct ovr_kernel_change *change = &path->changes->change[i];
		const struct ovr_kernel_counter *counter = &change->counter;
		const char *netns = counter->netns[0] == '\0' ? "this namespace" : counter->netns;

		if (counter->is_known && !change->was_reset) {
			work->left[i] = change->added;
			continue;
		}
		if (!has_row(path, counter))
			continue;
		ovr_kernel_claim_note(work,
			counter->is_known
				? "%s: %s%s%s was reset meanwhile: what it lost is unknown"
				: "%s: %s%s%s was not there before or is gone: what it lost is unknown",
			netns, counter->object, counter->object[0] == '\0' ? "" : " ", counter->name);
	}
}

/* A frame passes a hop's receiving side first. */
static unsigned int
order_of(const struct ovr_kernel_claim *claim)
{
	bool is_last = claim->role == OVR_KERNEL_HOP &&
		ovr_ledger_place_side(claim->place) == OVR_LEDGER_SENDER;

	return claim->side * 2 * OVR_PLACE_COUNT + claim->place + (is_last ? OVR_PLACE_COUNT : 0);
}

static void
sort(struct ovr_kernel_claims *claims)
{
	for (uint32_t i = 1; i < claims->n; i++) {
		struct ovr_kernel_claim claim = claims->claim[i];
		uint32_t at = i;

		for (; at > 0 && order_of(&claims->claim[at - 1]) > order_of(&claim); at--)
			claims->claim[at] = claims->claim[at - 1];
		claims->claim[at] = claim;
	}
}

int
ovr_kernel_claim(const struct ovr_kernel_path *path, struct ovr_kernel_claims *claims, struct ovr_err *err)
{
	struct ovr_kernel_work work = { .path = path, .claims = claims };

	claims->n = claims->n_notes = 0;
	work.left = calloc(path->changes->n + 1, sizeof(*work.left));
	if (work.left == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the claims of %u counters", path->changes->n);
	begin(&work);
	ovr_kernel_claim_links(&work);
	for (uint32_t side = 0; side < path->n_sides; side++)
		claim_rows(&work, (int)side);
	sort(claims);
	if (!path->is_all_traffic)
		ovr_kernel_claim_doubts(&work);
	free(work.left);
	return work.status == 0 ? 0 : ovr_err_set(err, work.status, "no memory for %u claims", claims->n);
}

void
ovr_kernel_claim_account(
	const struct ovr_kernel_claim *claim, const char *port, struct ovr_ledger_account *ret_account)
{
	*ret_account = (struct ovr_ledger_account){
		.place = claim->place,
		.is_of_hop = claim->role == OVR_KERNEL_HOP,
		.queue = -1,
	};
	ovr_ledger_account_set(ret_account, claim->frames_min, claim->frames_max);
	if (ret_account->is_of_hop)
		snprintf(ret_account->port, sizeof(ret_account->port), "hop:%.43s", claim->netns);
	else
		snprintf(ret_account->port, sizeof(ret_account->port), "%s", port);
	snprintf(ret_account->counter, sizeof(ret_account->counter), "%.47s", claim->counter);
	snprintf(ret_account->source, sizeof(ret_account->source), "%s", claim->source);
	snprintf(ret_account->why, sizeof(ret_account->why), "%s", claim->why);
	snprintf(ret_account->aliases, sizeof(ret_account->aliases), "%s", claim->aliases);
}

void
ovr_kernel_claims_done(struct ovr_kernel_claims *claims)
{
	free(claims->claim);
	free(claims->note);
	*claims = (struct ovr_kernel_claims){ 0 };
}
