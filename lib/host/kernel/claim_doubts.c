/* SPDX-License-Identifier: BSD-3-Clause */
/* What others can have moved: claims that become ranges. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kernel/claim_priv.h"

static const char *
people_call(const char *netns)
{
	return netns[0] == '\0' ? "this namespace" : netns;
}

/*
 * Whether a namespace delivered datagrams that were not for our sockets, or fewer than they read.
 */
static bool
has_others(struct ovr_kernel_work *work, const struct ovr_kernel_side *side)
{
	uint64_t delivered = ovr_kernel_added(work->path, side->netns, OVR_KERNEL_MIB, "Udp:InDatagrams") +
		ovr_kernel_added(work->path, side->netns, OVR_KERNEL_MIB, "Udp6InDatagrams");

	if (!side->is_traffic_known || delivered == side->datagrams_ours)
		return false;
	ovr_kernel_claim_note(work,
		"%s: UDP delivered %" PRIu64 " datagrams and our sockets read %" PRIu64
		": others' traffic may be in its counters",
		people_call(side->netns), delivered, side->datagrams_ours);
	return true;
}

/* What our UDP sockets of the namespace dropped. @return whether it is known of all of them */
static bool
dropped_by_us(const struct ovr_kernel_path *path, const char *netns, uint64_t *ret_drops)
{
	bool is_known = false;

	*ret_drops = 0;
	for (uint32_t i = 0; i < path->changes->n; i++) {
		const struct ovr_kernel_change *change = &path->changes->change[i];

		if (change->counter.layer != OVR_KERNEL_SOCKET || !change->counter.is_ours ||
			strncmp(change->counter.object, "udp", 3) != 0 ||
			strcmp(change->counter.netns, netns) != 0)
			continue;
		if (!change->counter.is_known || change->was_reset)
			return false;
		*ret_drops += change->added;
		is_known = true;
	}
	return is_known;
}

/*
 * Our sockets' drops bound what of the namespace's full receive buffers is ours: they hold wrong
 * checksums and refusals of filters too, but no other socket's.
 */
static void
bound_by_sockets(struct ovr_kernel_work *work, struct ovr_kernel_claim *claim)
{
	const struct ovr_kernel_path *path = work->path;
	uint64_t errors = ovr_kernel_added(path, claim->netns, OVR_KERNEL_MIB, "Udp:InErrors") +
		ovr_kernel_added(path, claim->netns, OVR_KERNEL_MIB, "Udp6InErrors");
	uint64_t other_errors = less(errors, claim->frames), ours;

	if (!dropped_by_us(path, claim->netns, &ours))
		return;
	if (ours < claim->frames)
		ovr_kernel_claim_note(work,
			"%s: receive buffers were full for %" PRIu64
			" datagrams, and our sockets dropped %" PRIu64,
			people_call(claim->netns), claim->frames, ours);
	ovr_kernel_claim_alias(claim, "our sockets'", "drops", ours);
	claim->frames_max = smaller(claim->frames, ours);
	claim->frames_min = smaller(claim->frames_max, less(ours, other_errors));
	claim->frames = claim->frames_max;
}

/*
 * Whether datagrams went in fragments on some part of the path: what counts packets counts
 * fragments there.
 */
static bool
is_fragmented(const struct ovr_kernel_path *path)
{
	static const char *const name[] = { "Ip:FragCreates", "Ip:ReasmReqds", "Ip6FragCreates",
		"Ip6ReasmReqds" };

	for (uint32_t side = 0; side < path->n_sides; side++)
		for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
			if (ovr_kernel_added(path, path->side[side].netns, OVR_KERNEL_MIB, name[i]) != 0)
				return true;
	return false;
}

/*
 * A datagram that misses a fragment counts once, a fragment for which there was no memory by
 * itself. The missing fragments may be those that an earlier place claimed.
 */
static void
bound_reassembly(struct ovr_kernel_work *work, struct ovr_kernel_claim *claim, uint64_t claimed_before)
{
	const char *name = strcmp(claim->counter, "Ip:ReasmFails") == 0 ? "Ip:ReasmTimeout"
									: "Ip6ReasmTimeout";
	uint64_t timeouts = ovr_kernel_added(work->path, claim->netns, OVR_KERNEL_MIB, name);

	claim->unit = OVR_KERNEL_DATAGRAM;
	claim->frames_min = less(smaller(claim->frames, timeouts), claimed_before);
	if (timeouts == claim->frames)
		snprintf(claim->why, sizeof(claim->why), "datagrams of which a fragment was missing");
}

/* One lost datagram may be several fragments, and a lost fragment is at most one lost datagram. */
static void
doubt_fragments(struct ovr_kernel_work *work)
{
	struct ovr_kernel_claims *claims = work->claims;
	uint64_t claimed = 0;
	bool is_doubted = false;

	if (!is_fragmented(work->path))
		return;
	for (uint32_t i = 0; i < claims->n; i++) {
		struct ovr_kernel_claim *claim = &claims->claim[i];

		if (strstr(claim->counter, "ReasmFails") != NULL) {
			bound_reassembly(work, claim, claimed);
		} else if (claim->unit == OVR_KERNEL_SKB || claim->unit == OVR_KERNEL_FRAME) {
			claim->frames_min = 0;
			is_doubted = true;
		}
		if (ovr_kernel_unit_is_frames(claim->unit))
			claimed += claim->frames;
	}
	if (is_doubted)
		ovr_kernel_claim_note(work,
			"datagrams were in fragments on the way: counters of packets count each fragment");
}

/* What a link's counter added; 0 where it is unknown. */
static uint64_t
link_added(const struct ovr_kernel_path *path, const struct ovr_kernel_claim *claim, const char *name)
{
	char link[OVR_KERNEL_OBJECT_BYTES];
	int64_t at;

	snprintf(link, sizeof(link), "%.*s", (int)strcspn(claim->object, " "), claim->object);
	at = ovr_kernel_change_at(path, claim->netns, OVR_KERNEL_LINK, link, name);
	return at < 0 ? 0 : path->changes->change[at].added;
}

/* What that counter of all links of a namespace added, but for its loopback. */
static uint64_t
links_added(const struct ovr_kernel_path *path, const char *netns, const char *name)
{
	uint64_t added = 0;

	for (uint32_t i = 0; i < path->n_links; i++) {
		const struct ovr_kernel_link *link = &path->link[i];
		int64_t at = ovr_kernel_change_at(path, netns, OVR_KERNEL_LINK, link->name, name);

		if (strcmp(link->netns, netns) == 0 && !link->is_loopback && at >= 0)
			added += path->changes->change[at].added;
	}
	return added;
}

static bool
is_of_a_veth(const struct ovr_kernel_path *path, const struct ovr_kernel_claim *claim)
{
	for (uint32_t i = 0; i < path->n_links; i++)
		if (strcmp(path->link[i].netns, claim->netns) == 0 &&
			strcmp(path->link[i].name, claim->object) == 0)
			return strcmp(path->link[i].driver, "veth") == 0;
	return false;
}

/* A rule of nftables below IP: for a device, or in a bridge. */
static bool
is_below_ip(const struct ovr_kernel_claim *claim)
{
	return claim->layer == OVR_KERNEL_NFTABLES &&
		(strncmp(claim->object, "netdev ", 7) == 0 || strncmp(claim->object, "bridge ", 7) == 0);
}

/* The frames that came as far as the claim's place below IP, dropped ones included. */
static uint64_t
passed_below_ip(const struct ovr_kernel_path *path, const struct ovr_kernel_claim *claim)
{
	bool is_sending = ovr_ledger_place_side(claim->place) == OVR_LEDGER_SENDER;

	if (is_below_ip(claim))
		return is_sending ? claim->frames + links_added(path, claim->netns, "tx_packets")
				  : links_added(path, claim->netns, "rx_packets");
	if (claim->layer == OVR_KERNEL_QDISC || claim->layer == OVR_KERNEL_CLASS)
		return claim->frames + link_added(path, claim, "tx_packets") +
			link_added(path, claim, "tx_dropped");
	/* veth counts what the backlog behind it took */
	if (claim->layer == OVR_KERNEL_SOFTNET)
		return (is_of_a_veth(path, claim) ? claim->frames : 0) +
			link_added(path, claim, "rx_packets");
	if (is_sending)
		return link_added(path, claim, "tx_packets") + link_added(path, claim, "tx_dropped");
	return link_added(path, claim, "rx_packets");
}

/* What both versions of IP added, or the one whose packets the claim's counter counts. */
static uint64_t
ip_added(const struct ovr_kernel_path *path, const struct ovr_kernel_claim *claim, const char *name_4,
	const char *name_6)
{
	bool is_of_mib = claim->layer == OVR_KERNEL_MIB;
	bool is_of_6 = is_of_mib
		? strncmp(claim->counter, "Ip6", 3) == 0 || strncmp(claim->counter, "Udp6", 4) == 0
		: strncmp(claim->object, "ip6 ", 4) == 0;
	bool is_of_4 = is_of_mib ? !is_of_6 : strncmp(claim->object, "ip ", 3) == 0;
	uint64_t added = 0;

	if (!is_of_6)
		added += ovr_kernel_added(path, claim->netns, OVR_KERNEL_MIB, name_4);
	if (!is_of_4)
		added += ovr_kernel_added(path, claim->netns, OVR_KERNEL_MIB, name_6);
	return added;
}

/* Packets that the namespace itself made, and that the claim's counter can have counted. */
static uint64_t
made_there(const struct ovr_kernel_path *path, const struct ovr_kernel_claim *claim)
{
	bool is_too_large = strstr(claim->counter, "FragFails") != NULL;
	uint64_t made = ip_added(path, claim, "Ip:OutRequests", "Ip6OutRequests");

	if (is_too_large)
		/* messages of ICMP are short */
		return less(made, ip_added(path, claim, "Icmp:OutMsgs", "Icmp6OutMsgs"));
	return ovr_ledger_place_side(claim->place) == OVR_LEDGER_SENDER ? made : 0;
}

/*
 * Packets of others that IP took and that may be among the claimed ones. What a hop delivered to
 * itself was not dropped on the way, and is none of the trial's; of a receiver this is known of
 * ICMP.
 * @param ours the trial's that can have come as far as IP
 */
static uint64_t
others_in_ip(const struct ovr_kernel_path *path, const struct ovr_kernel_claim *claim, uint64_t ours)
{
	uint64_t received = ip_added(path, claim, "Ip:InReceives", "Ip6InReceives"), made, kept;

	if (claim->role == OVR_KERNEL_SENDER)
		return less(ip_added(path, claim, "Ip:OutRequests", "Ip6OutRequests"), ours);
	made = made_there(path, claim);
	/* a bridge shows frames to rules of IP that its own IP does not receive */
	if (received + made < claim->frames)
		return less(links_added(path, claim->netns, "rx_packets"), ours);
	kept = claim->role == OVR_KERNEL_HOP ? ip_added(path, claim, "Ip:InDelivers", "Ip6InDelivers")
					     : ip_added(path, claim, "Icmp:InMsgs", "Icmp6InMsgs");
	return less(less(received, kept), ours) + made;
}

static bool
is_of_ip(const struct ovr_kernel_claim *claim)
{
	return claim->layer == OVR_KERNEL_MIB || claim->layer == OVR_KERNEL_CONNTRACK ||
		(claim->layer == OVR_KERNEL_NFTABLES && !is_below_ip(claim));
}

/* Drop reasons saw as many frames of the trial turned away there as the backlog's counters have. */
static bool
is_witnessed(const struct ovr_kernel_work *work, const struct ovr_kernel_claim *claim)
{
	const struct ovr_kernel_side *side = &work->path->side[claim->side];
	const struct ovr_kernel_claims *claims = work->claims;
	uint64_t claimed = 0;

	for (uint32_t i = 0; i < claims->n; i++)
		if (claims->claim[i].layer == OVR_KERNEL_SOFTNET && claims->claim[i].side == claim->side)
			claimed += claims->claim[i].frames;
	return claim->layer == OVR_KERNEL_SOFTNET && side->is_backlog_known && side->backlog_ours == claimed;
}

static void
note_others(struct ovr_kernel_work *work, const char *netns, uint64_t others)
{
	if (others != 0)
		ovr_kernel_claim_note(work,
			"%s: up to %" PRIu64
			" packets of others came through, and may be among those that it dropped",
			people_call(netns), others);
}

/* Of the trial's frames that are left, those whose way leads past the claim's place. */
static uint64_t
passing(const struct ovr_kernel_path *path, const struct ovr_kernel_claim *claim, uint64_t ours)
{
	const struct ovr_kernel_side *side = &path->side[claim->side];
	uint64_t most = ovr_ledger_place_side(claim->place) == OVR_LEDGER_SENDER ? side->frames_out
										 : side->frames_in;

	return most == 0 ? ours : smaller(ours, most);
}

/*
 * Counters of links and of IP are of any frame. Those that came to a place beyond the trial's that
 * can have come so far are others', and any of them may be among the dropped ones.
 */
static void
doubt_passed(struct ovr_kernel_work *work)
{
	const struct ovr_kernel_path *path = work->path;
	struct ovr_kernel_claims *claims = work->claims;
	uint64_t ours = path->frames_sent, ours_in_ip = ours, most = 0;
	bool is_in_ip = false;

	for (uint32_t i = 0; i < claims->n && path->frames_sent != 0; i++) {
		struct ovr_kernel_claim *claim = &claims->claim[i];
		uint64_t others = 0;

		if (i > 0 && claim->side != claims->claim[i - 1].side) {
			note_others(work, claims->claim[i - 1].netns, most);
			most = 0;
			is_in_ip = false;
		}
		if (!ovr_kernel_unit_is_frames(claim->unit) || claim->layer == OVR_KERNEL_NEIGHBOUR)
			continue;
		/* IP counts what comes in and goes out before any of its own losses */
		if (is_of_ip(claim) && !is_in_ip) {
			ours_in_ip = ours;
			is_in_ip = true;
		}
		if (is_of_ip(claim))
			others = others_in_ip(path, claim, passing(path, claim, ours_in_ip));
		else if (!is_witnessed(work, claim))
			others = less(passed_below_ip(path, claim), passing(path, claim, ours));
		if (others < path->others_sent && !is_witnessed(work, claim))
			others = path->others_sent;
		if (claim->frames_min > less(claim->frames, others)) {
			claim->frames_min = path->is_moving ? 0 : less(claim->frames, others);
			most = others > most ? others : most;
		}
		ours = less(ours, claim->frames);
	}
	if (claims->n != 0)
		note_others(work, claims->claim[claims->n - 1].netns, most);
}

/* A datagram that was sent again is not lost, whatever has counted it the first time. */
static void
doubt_sent_again(struct ovr_kernel_work *work)
{
	for (uint32_t i = 0; i < work->claims->n; i++) {
		struct ovr_kernel_claim *claim = &work->claims->claim[i];

		if (claim->role == OVR_KERNEL_SENDER &&
			(claim->place == OVR_PLACE_TX_IP || claim->place == OVR_PLACE_TX_NETFILTER))
			claim->frames_min = less(claim->frames_min, work->path->sent_again);
	}
}

static bool
is_of_netfilter(const struct ovr_kernel_claim *claim, uint32_t side)
{
	return claim->side == side && !is_below_ip(claim) &&
		(claim->layer == OVR_KERNEL_NFTABLES || claim->layer == OVR_KERNEL_CONNTRACK);
}

/*
 * Where drop reasons saw fewer of the trial's frames than rules and conntrack have counted, any of
 * the rest may be others'.
 */
static void
bound_by_reasons(struct ovr_kernel_work *work, uint32_t side)
{
	const struct ovr_kernel_side *seen = &work->path->side[side];
	struct ovr_kernel_claims *claims = work->claims;
	uint64_t counted = 0;

	for (uint32_t i = 0; i < claims->n; i++)
		if (is_of_netfilter(&claims->claim[i], side))
			counted += claims->claim[i].frames;
	for (uint32_t i = 0; i < claims->n && seen->is_netfilter_known; i++) {
		struct ovr_kernel_claim *claim = &claims->claim[i];

		if (is_of_netfilter(claim, side))
			claim->frames_min = smaller(
				claim->frames_min, less(claim->frames, less(counted, seen->netfilter_ours)));
	}
}

void
ovr_kernel_claim_doubts(struct ovr_kernel_work *work)
{
	struct ovr_kernel_claims *claims = work->claims;

	for (uint32_t i = 0; i < claims->n; i++) {
		struct ovr_kernel_claim *claim = &claims->claim[i];

		if (claim->layer == OVR_KERNEL_NEIGHBOUR)
			claim->frames_min = 0;
	}
	doubt_passed(work);
	doubt_fragments(work);
	doubt_sent_again(work);
	for (uint32_t side = 0; side < work->path->n_sides; side++)
		bound_by_reasons(work, side);
	for (uint32_t side = 0; side < work->path->n_sides; side++) {
		if (!has_others(work, &work->path->side[side]))
			continue;
		for (uint32_t i = 0; i < claims->n; i++)
			if (claims->claim[i].side == side)
				claims->claim[i].frames_min = 0;
	}
	/* whatever others did, a socket counts its own */
	for (uint32_t i = 0; i < claims->n; i++)
		if (claims->claim[i].place == OVR_PLACE_RX_SOCKET)
			bound_by_sockets(work, &claims->claim[i]);
}
