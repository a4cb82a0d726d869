/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What links, their drivers and the CPUs' backlogs lost. One frame that a full backlog turns away
 * moves three counters: the sender's tx_dropped and the receiver's rx_dropped of a veth pair, and
 * dropped of softnet. One that is too large for the other end moves the first two, a full ring of
 * the other end the first alone.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/claim_priv.h"
#include "nic/interval.h"
#include "nic/sources.h"

/* A link under way. */
struct end {
	int side;           /* -1: not on the path */
	int peer;           /* index of the other end; -1 */
	int64_t tx, rx;     /* changes of tx_dropped and rx_dropped; -1: unknown */
	uint64_t rx_inside; /* of it: what the driver's own counters have */
	bool is_by_backlog; /* what both ends count, a CPU's backlog turned away */
};

static uint64_t
left_of(const struct ovr_kernel_work *work, int64_t change)
{
	return change < 0 ? 0 : work->left[change];
}

static const struct ovr_kernel_counter *
counter_at(const struct ovr_kernel_work *work, int64_t change)
{
	return &work->path->changes->change[change].counter;
}

/* The remark of the table's row. */
static const char *
remark_of(enum ovr_kernel_layer layer, const char *name)
{
	size_t n;
	const struct ovr_kernel_rule *rule = ovr_kernel_rules(&n);

	for (size_t i = 0; i < n; i++)
		if (rule[i].layer == layer && strcmp(rule[i].name, name) == 0)
			return rule[i].remark;
	return "";
}

static void
explain(struct ovr_kernel_claim *claim, const char *link, const char *remark)
{
	snprintf(claim->why, sizeof(claim->why), "%s: %s", link, remark);
}

static void
list_dropped(struct ovr_kernel_work *work, struct ovr_kernel_claim *claim, int64_t change)
{
	const struct ovr_kernel_change *moved;

	if (change < 0)
		return;
	moved = &work->path->changes->change[change];
	if (moved->added != 0)
		ovr_kernel_claim_alias(claim, moved->counter.object, moved->counter.name, moved->added);
}

/*
 * What all CPUs' backlogs dropped. Every namespace tells the same figures, one a little after the
 * other.
 */
static uint64_t
backlog_dropped(const struct ovr_kernel_path *path)
{
	uint64_t dropped = 0;

	for (uint32_t side = 0; side < path->n_sides; side++) {
		uint64_t here = ovr_kernel_added(path, path->side[side].netns, OVR_KERNEL_SOFTNET, "dropped");

		dropped = here > dropped ? here : dropped;
	}
	return dropped;
}

static void
find_ends(struct ovr_kernel_work *work, struct end *end)
{
	const struct ovr_kernel_path *path = work->path;

	for (uint32_t i = 0; i < path->n_links; i++) {
		const struct ovr_kernel_link *link = &path->link[i];

		end[i] = (struct end){
			.side = ovr_kernel_side_of(path, link->netns),
			.peer = ovr_kernel_peer_of(path, (int)i),
			.tx = ovr_kernel_change_at(
				path, link->netns, OVR_KERNEL_LINK, link->name, "tx_dropped"),
			.rx = ovr_kernel_change_at(
				path, link->netns, OVR_KERNEL_LINK, link->name, "rx_dropped"),
		};
	}
}

/* What the links of a namespace, or with -1 all, say that backlogs can have dropped. */
static uint64_t
seen_by_links(const struct ovr_kernel_work *work, const struct end *end, int side)
{
	uint64_t frames = 0;

	for (uint32_t i = 0; i < work->path->n_links; i++) {
		uint64_t rx = left_of(work, end[i].rx);

		if (side < 0 || end[i].side == side)
			frames += end[i].peer < 0 ? rx : smaller(rx, left_of(work, end[end[i].peer].tx));
	}
	return frames;
}

/*
 * The figure of the backlogs is of the whole host. It is ours if our links saw all of it; beside
 * others', if drop reasons saw as many frames of the trial there as the links of the namespace.
 */
static void
find_backlogs(const struct ovr_kernel_work *work, struct end *end)
{
	const struct ovr_kernel_path *path = work->path;
	uint64_t backlog = backlog_dropped(path);
	bool is_all_ours = seen_by_links(work, end, -1) == backlog;

	for (uint32_t i = 0; i < path->n_links && backlog != 0; i++) {
		const struct ovr_kernel_side *side = end[i].side < 0 ? NULL : &path->side[end[i].side];

		end[i].is_by_backlog = is_all_ours ||
			(side != NULL && side->is_backlog_known && side->backlog_ours <= backlog &&
				side->backlog_ours == seen_by_links(work, end, end[i].side));
	}
}

/* A driver's counter as its module has it: all of it was added since it stood at nothing. */
static int
add_to_reading(struct ovr_nic_counters *before, struct ovr_nic_counters *after,
	const struct ovr_kernel_change *change)
{
	const struct ovr_kernel_counter *counter = &change->counter;
	enum ovr_nic_source source = counter->layer == OVR_KERNEL_LINK ? OVR_NIC_LINK : OVR_NIC_DRIVER;
	const char *at = strstr(counter->object, " queue ");
	int32_t queue = at != NULL ? (int32_t)strtol(at + 7, NULL, 10) : ovr_nic_queue_of(counter->name);
	int status = ovr_nic_counters_add(before, source, queue, 0, "%s", counter->name);

	return status != 0 ? status
			   : ovr_nic_counters_add(after, source, queue, change->added, "%s", counter->name);
}

static bool
tells_xdp_drop(const char *name)
{
	return strstr(name, "xdp_drop") != NULL || strstr(name, "xdp_aborted") != NULL;
}

static bool
is_dropped(const struct ovr_nic_counter *counter)
{
	return counter->source == OVR_NIC_LINK &&
		(strcmp(counter->name, "rx_dropped") == 0 || strcmp(counter->name, "tx_dropped") == 0);
}

/* Claim one that moved, as its meaning says. */
static void
claim_moved(struct ovr_kernel_work *work, int link, struct end *end, const struct ovr_nic_moved *moved,
	bool rx_dropped_is_total)
{
	const struct ovr_kernel_link *of = &work->path->link[link];
	const struct ovr_nic_counter *from = &moved->counter;
	struct ovr_kernel_counter counter = { .layer = OVR_KERNEL_DRIVER, .unit = OVR_KERNEL_FRAME };
	bool is_xdp = tells_xdp_drop(from->name);
	enum ovr_ledger_place place = is_xdp ? OVR_PLACE_RX_XDP : moved->meaning.place;
	bool is_booked = ovr_nic_is_booked(&moved->meaning);
	struct ovr_kernel_claim *claim;
	unsigned int role;
	bool is_sending;

	/* an alias of rx_dropped that says more of the place than that one */
	if (is_xdp && moved->by_itself.kind == OVR_NIC_KIND_ALIAS &&
		strstr(moved->by_itself.remark, "rx_dropped") != NULL)
		is_booked = true;
	if (!is_booked || moved->change.was_reset || moved->change.added == 0 || is_dropped(from))
		return;
	is_sending = ovr_ledger_place_side(place) == OVR_LEDGER_SENDER;
	role = ovr_kernel_role_of(work->path, end->side,
		is_sending ? OVR_KERNEL_SENDER | OVR_KERNEL_HOP : OVR_KERNEL_HOP | OVR_KERNEL_RECEIVER);
	if (role == 0 ||
		(is_sending ? ovr_kernel_leads_back(work->path, link)
			    : ovr_kernel_leads_on(work->path, link)))
		return;
	if (from->source == OVR_NIC_LINK)
		counter.layer = OVR_KERNEL_LINK;
	snprintf(counter.netns, sizeof(counter.netns), "%s", of->netns);
	snprintf(counter.object, sizeof(counter.object), "%s", of->name);
	snprintf(counter.name, sizeof(counter.name), "%s", from->name);
	claim = ovr_kernel_claim_add(work, end->side, role, place, &counter, moved->change.added);
	if (claim == NULL)
		return;
	if (from->source == OVR_NIC_DRIVER)
		snprintf(claim->source, sizeof(claim->source), "%s", of->driver);
	explain(claim, of->name, is_xdp ? remark_of(OVR_KERNEL_DRIVER, "xdp_drops") : moved->meaning.remark);
	/* of some drivers rx_dropped has the ring's too, of some the program's */
	if (rx_dropped_is_total ? place == OVR_PLACE_RX_RING
				: is_xdp && moved->by_itself.kind == OVR_NIC_KIND_ALIAS) {
		end->rx_inside += moved->change.added;
		list_dropped(work, claim, end->rx);
	}
}

/* What the driver and the link's counters of errors say, by the rows of nic. */
static void
claim_driver(struct ovr_kernel_work *work, int link, struct end *end)
{
	const struct ovr_kernel_path *path = work->path;
	struct ovr_nic_counters before = { .n = 0 }, after = { .n = 0 };
	struct ovr_nic_interval interval = { .n = 0 };
	const struct ovr_nic_counter rx_dropped = {
		.name = "rx_dropped", .source = OVR_NIC_LINK, .queue = -1
	};
	bool is_total;
	int status = 0;

	memcpy(before.driver, path->link[link].driver, sizeof(before.driver));
	memcpy(after.driver, path->link[link].driver, sizeof(after.driver));
	for (uint32_t i = 0; i < path->changes->n && status == 0; i++) {
		const struct ovr_kernel_change *change = &path->changes->change[i];

		if ((change->counter.layer == OVR_KERNEL_LINK ||
			    change->counter.layer == OVR_KERNEL_DRIVER) &&
			change->counter.is_known && !change->was_reset &&
			ovr_kernel_link_of(path, &change->counter) == link)
			status = add_to_reading(&before, &after, change);
	}
	if (status == 0)
		status = ovr_nic_interval_between(&before, &after, &interval, NULL);
	is_total = ovr_nic_meaning_of(&after, &rx_dropped).kind == OVR_NIC_KIND_ALIAS;
	for (uint32_t i = 0; i < interval.n && status == 0; i++)
		claim_moved(work, link, end, &interval.moved[i], is_total);
	if (status != 0)
		work->status = status;
	ovr_nic_interval_done(&interval);
	ovr_nic_counters_done(&after);
	ovr_nic_counters_done(&before);
}

/* Frames that a backlog behind this end turned away: both ends and softnet counted them. */
static void
claim_backlog(struct ovr_kernel_work *work, int link, struct end *end, uint64_t frames)
{
	const struct ovr_kernel_link *of = &work->path->link[link];
	struct ovr_kernel_counter counter = {
		.layer = OVR_KERNEL_SOFTNET, .name = "dropped", .unit = OVR_KERNEL_SKB
	};
	unsigned int role = ovr_kernel_role_of(
		work->path, end[link].side, OVR_KERNEL_HOP | OVR_KERNEL_RECEIVER);
	struct ovr_kernel_claim *claim;

	snprintf(counter.netns, sizeof(counter.netns), "%s", of->netns);
	snprintf(counter.object, sizeof(counter.object), "%s", of->name);
	claim = ovr_kernel_claim_add(work, end[link].side, role, OVR_PLACE_RX_SOFTNET, &counter, frames);
	if (claim == NULL)
		return;
	explain(claim, of->name, remark_of(OVR_KERNEL_SOFTNET, "dropped"));
	if (end[link].peer >= 0)
		list_dropped(work, claim, end[end[link].peer].tx);
	list_dropped(work, claim, end[link].rx);
}

static bool
may_claim_rx(const struct ovr_kernel_work *work, int link, const struct end *end)
{
	return ovr_kernel_role_of(work->path, end->side, OVR_KERNEL_HOP | OVR_KERNEL_RECEIVER) != 0 &&
		!ovr_kernel_is_port_link(work->path, end->side, work->path->link[link].name) &&
		!ovr_kernel_leads_on(work->path, link);
}

/* The part of rx_dropped that softnet has too. */
static void
take_backlog(struct ovr_kernel_work *work, int link, struct end *end)
{
	struct end *other = end[link].peer < 0 ? NULL : &end[end[link].peer];
	uint64_t frames = left_of(work, end[link].rx);

	if (other != NULL)
		frames = smaller(frames, left_of(work, other->tx));
	if (frames == 0 || !may_claim_rx(work, link, &end[link]))
		return;
	/* a port of the tester books what left it and was not taken */
	if (other != NULL && other->side >= 0 &&
		ovr_kernel_is_port_link(work->path, other->side, work->path->link[end[link].peer].name))
		return;
	claim_backlog(work, link, end, frames);
	work->left[end[link].rx] -= frames;
	if (other != NULL)
		work->left[other->tx] -= frames;
}

/* What left this end, and the other one did not take. */
static void
claim_tx(struct ovr_kernel_work *work, int link, const struct end *end)
{
	const struct ovr_kernel_link *of = &work->path->link[link];
	unsigned int role = end[link].side < 0
		? 0
		: ovr_kernel_role_of(work->path, end[link].side, OVR_KERNEL_SENDER | OVR_KERNEL_HOP);
	uint64_t frames = left_of(work, end[link].tx);
	struct ovr_kernel_claim *claim;

	if (frames == 0 || role == 0 || ovr_kernel_leads_back(work->path, link) ||
		ovr_kernel_is_port_link(work->path, end[link].side, of->name))
		return;
	claim = ovr_kernel_claim_add(
		work, end[link].side, role, OVR_PLACE_TX_KERNEL, counter_at(work, end[link].tx), frames);
	if (claim == NULL)
		return;
	explain(claim, of->name, remark_of(OVR_KERNEL_LINK, "tx_dropped"));
	if (end[link].peer >= 0)
		list_dropped(work, claim, end[end[link].peer].rx);
}

/*
 * What came here and nothing else counted. Where the other end counted as many, they are the same
 * frames; where it counted more or less, nobody knows how many of these are.
 */
static void
claim_rx(struct ovr_kernel_work *work, int link, const struct end *end)
{
	const struct end *here = &end[link];
	const struct ovr_kernel_link *of = &work->path->link[link];
	uint64_t rx = left_of(work, here->rx), tx = here->peer < 0 ? 0 : left_of(work, end[here->peer].tx);
	uint64_t min = less(less(rx, tx), here->rx_inside), max = less(rx, here->rx_inside);
	struct ovr_kernel_claim *claim;

	if (tx == max)
		max = min = 0;
	if (max == 0 || !may_claim_rx(work, link, here))
		return;
	claim = ovr_kernel_claim_add(work, here->side,
		ovr_kernel_role_of(work->path, here->side, OVR_KERNEL_HOP | OVR_KERNEL_RECEIVER),
		OVR_PLACE_RX_KERNEL, counter_at(work, here->rx), max);
	if (claim == NULL)
		return;
	claim->frames_min = smaller(min, max);
	explain(claim, of->name, remark_of(OVR_KERNEL_LINK, "rx_dropped"));
	if (tx != 0)
		list_dropped(work, claim, end[here->peer].tx);
}

/*
 * Of all traffic: what backlogs turned away and no link of these namespaces has certainly. It is of
 * another namespace, or among what a link's rx_dropped has of several causes.
 */
static void
claim_backlog_of_host(struct ovr_kernel_work *work)
{
	const struct ovr_kernel_path *path = work->path;
	struct ovr_kernel_counter counter = {
		.layer = OVR_KERNEL_SOFTNET, .name = "dropped", .unit = OVR_KERNEL_SKB
	};
	uint64_t claimed = 0, rest;
	struct ovr_kernel_claim *claim;

	for (uint32_t i = 0; i < work->claims->n; i++)
		if (work->claims->claim[i].layer == OVR_KERNEL_SOFTNET)
			claimed += work->claims->claim[i].frames;
	rest = less(backlog_dropped(path), claimed);
	if (rest == 0)
		return;
	snprintf(counter.netns, sizeof(counter.netns), "%s", path->side[0].netns);
	claim = ovr_kernel_claim_add(work, 0, OVR_KERNEL_HOP, OVR_PLACE_RX_SOFTNET, &counter, rest);
	if (claim == NULL)
		return;
	claim->is_of_host = true;
	snprintf(claim->why, sizeof(claim->why), "%s", remark_of(OVR_KERNEL_SOFTNET, "dropped"));
}

void
ovr_kernel_claim_links(struct ovr_kernel_work *work)
{
	uint32_t n = work->path->n_links;
	struct end *end = calloc(n + 1, sizeof(*end));

	if (end == NULL) {
		work->status = -ENOMEM;
		return;
	}
	find_ends(work, end);
	find_backlogs(work, end);
	for (uint32_t i = 0; i < n; i++)
		if (end[i].is_by_backlog)
			take_backlog(work, (int)i, end);
	for (uint32_t i = 0; i < n; i++) {
		if (end[i].side < 0 ||
			ovr_kernel_is_port_link(work->path, end[i].side, work->path->link[i].name))
			continue;
		claim_driver(work, (int)i, &end[i]);
	}
	for (uint32_t i = 0; i < n; i++) {
		claim_tx(work, (int)i, end);
		if (end[i].side >= 0)
			claim_rx(work, (int)i, end);
	}
	if (work->path->is_all_traffic)
		claim_backlog_of_host(work);
	free(end);
}
