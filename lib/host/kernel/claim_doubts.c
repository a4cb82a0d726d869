/* SPDX-License-Identifier: BSD-3-Clause */
/* What others can have moved: claims that become ranges. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kernel/claim_priv.h"

static uint64_t
less(uint64_t one, uint64_t other)
{
	return one > other ? one - other : 0;
}

static uint64_t
smaller(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

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

/* The frames that a link took that way, dropped ones included; 0: the claim is of no link. */
static uint64_t
passed_link(const struct ovr_kernel_path *path, const struct ovr_kernel_claim *claim)
{
	if (claim->layer == OVR_KERNEL_QDISC || claim->layer == OVR_KERNEL_CLASS)
		return claim->frames + link_added(path, claim, "tx_packets") +
			link_added(path, claim, "tx_dropped");
	if (claim->layer != OVR_KERNEL_LINK && claim->layer != OVR_KERNEL_DRIVER)
		return 0;
	if (claim->place < OVR_PLACE_PATH)
		return link_added(path, claim, "tx_packets") + link_added(path, claim, "tx_dropped");
	return link_added(path, claim, "rx_packets");
}

/*
 * A link's counters are of any frame. Those that it took beyond the trial's that can have come so
 * far are others', and any of them may be among the dropped ones.
 */
static void
doubt_links(struct ovr_kernel_work *work)
{
	struct ovr_kernel_claims *claims = work->claims;
	uint64_t ours = work->path->frames_sent;

	for (uint32_t i = 0; i < claims->n && work->path->frames_sent != 0; i++) {
		struct ovr_kernel_claim *claim = &claims->claim[i];

		if (!ovr_kernel_unit_is_frames(claim->unit))
			continue;
		claim->frames_min = smaller(
			claim->frames_min, less(claim->frames, less(passed_link(work->path, claim), ours)));
		ours = less(ours, claim->frames);
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
	doubt_links(work);
	doubt_fragments(work);
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
