/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp/places.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/rules.h"
#include "kernel/snapshot.h"

#define SIDES_MAX (OVR_PLAN_VIA_MAX + 2)
/* Counters that still move by then are those of others. */
#define SETTLE_MS 1000
/* Of segments whose size is not known: that of the smallest that a path may ask for (RFC 879). */
#define MSS_MIN_BYTES 536
/* Both ends send segments: data and acknowledgements. */
#define BOTH_ENDS (OVR_KERNEL_SENDER | OVR_KERNEL_RECEIVER)

struct ovr_tcp_places {
	const struct ovr_plan_ports *ports;
	struct ovr_kernel_side side[SIDES_MAX];
	const struct ovr_kernel_netns *netns[SIDES_MAX];
	struct ovr_kernel_netns *hop[OVR_PLAN_VIA_MAX]; /* opened here */
	uint32_t n_sides, n_hops;
	uint32_t sender, receiver; /* their sides; the same over loopback */
	struct ovr_kernel_snapshot before, after;
	bool is_steady;
	struct ovr_err failure; /* why there is no reading after; "" */
};

/* @return the index of the namespace's side, an old one where it is there already */
static uint32_t
add_side(struct ovr_tcp_places *places, const struct ovr_kernel_netns *netns, unsigned int roles)
{
	uint32_t i = 0;

	while (i < places->n_sides && ovr_kernel_netns_id(places->netns[i]) != ovr_kernel_netns_id(netns))
		i++;
	if (i == places->n_sides) {
		places->netns[i] = netns;
		places->side[i] = (struct ovr_kernel_side){ .netns = ovr_kernel_netns_name(netns) };
		places->n_sides++;
	}
	places->side[i].roles |= roles;
	return i;
}

static int
add_sides(struct ovr_tcp_places *places, const struct ovr_tcp_ends *ends, struct ovr_err *err)
{
	const struct ovr_plan_via *via = &places->ports->via;

	places->sender = add_side(places, ends->tx_netns, BOTH_ENDS);
	for (uint32_t i = 0; i < via->n; i++) {
		int status = ovr_kernel_netns_open(via->netns[i], &places->hop[i], err);

		if (status != 0)
			return status;
		places->n_hops++;
		add_side(places, places->hop[i], OVR_KERNEL_HOP);
	}
	places->receiver = add_side(places, ends->rx_netns, BOTH_ENDS);
	return 0;
}

int
ovr_tcp_places_begin(const struct ovr_plan_ports *ports, const struct ovr_tcp_ends *ends,
	struct ovr_tcp_places **ret_places, struct ovr_err *err)
{
	struct ovr_tcp_places *places = calloc(1, sizeof(*places));
	int status;

	*ret_places = NULL;
	if (places == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the kernel's counters");
	places->ports = ports;
	status = add_sides(places, ends, err);
	for (uint32_t i = 0; i < places->n_sides && status == 0; i++)
		status = ovr_kernel_snapshot_read(places->netns[i], &places->before, err);
	if (status != 0) {
		ovr_tcp_places_close(places);
		return status;
	}
	*ret_places = places;
	return 0;
}

void
ovr_tcp_places_end(struct ovr_tcp_places *places)
{
	places->failure.text[0] = '\0';
	ovr_kernel_snapshot_settle(places->netns, places->n_sides, SETTLE_MS, &places->after,
		&places->is_steady, &places->failure);
}

void
ovr_tcp_places_close(struct ovr_tcp_places *places)
{
	if (places == NULL)
		return;
	for (uint32_t i = 0; i < places->n_hops; i++)
		ovr_kernel_netns_close(places->hop[i]);
	ovr_kernel_snapshot_done(&places->before);
	ovr_kernel_snapshot_done(&places->after);
	free(places);
}

static uint32_t
larger(uint32_t one, uint32_t other)
{
	return one > other ? one : other;
}

/*
 * The segments that one packet of the path may hold: as many as the links of the ends let TCP put
 * into one (GSO), or as some link merges (GRO).
 */
static uint32_t
segments_per_packet(const struct ovr_tcp_places *places, uint32_t mss_bytes)
{
	uint32_t mss = mss_bytes == 0 ? MSS_MIN_BYTES : mss_bytes, most = 1;
	/* within one namespace nothing else is passed */
	bool is_by_loopback = places->sender == places->receiver;

	for (uint32_t i = 0; i < places->after.n_links; i++) {
		const struct ovr_kernel_link *link = &places->after.link[i];
		bool is_hop = strcmp(link->netns, places->side[places->sender].netns) != 0 &&
			strcmp(link->netns, places->side[places->receiver].netns) != 0;
		uint32_t by_gso = link->gso_max_bytes / mss;

		if (link->is_loopback != is_by_loopback)
			continue;
		if (link->gso_max_segs != 0 && link->gso_max_segs < by_gso)
			by_gso = link->gso_max_segs;
		if (!is_hop)
			most = larger(most, by_gso);
		if (!link->is_loopback)
			most = larger(most, link->gro_max_bytes / mss);
	}
	return most;
}

static bool
is_one_of(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof((names)[0]))

/* Counted after the socket's own count of arrivals (tcp_v4_rcv(), tcp_rcv_established()). */
static const char *const behind_the_count[] = { "TcpExt:TCPRcvQDrop", "TcpExt:TCPOFODrop",
	"TcpExt:BeyondWindow", "TcpExt:TCPZeroWindowDrop", "TcpExt:TCPBacklogDrop" };
/* A listener's: of SYNs and last acknowledgements, which come one in a packet. */
static const char *const of_listeners[] = { "TcpExt:ListenOverflows", "TcpExt:ListenDrops" };

static enum ovr_segments_layer
layer_of(const struct ovr_kernel_claim *claim)
{
	if (strcmp(claim->counter, "Tcp:InCsumErrors") == 0)
		return OVR_SEGMENTS_EITHER;
	return IS_ONE_OF(claim->counter, behind_the_count) ? OVR_SEGMENTS_STACK : OVR_SEGMENTS_WAY;
}

/* What meets datagrams alone. */
static bool
is_of_udp(const struct ovr_kernel_claim *claim)
{
	return claim->place == OVR_PLACE_RX_UDP || claim->place == OVR_PLACE_RX_SOCKET;
}

/* connect() calls that found no route are in the counter, and sent no segment. */
static uint64_t
without_unsent(const struct ovr_kernel_claim *claim, const struct ovr_result_tcp *result)
{
	uint64_t n_unsent = 0;

	if (strstr(claim->counter, "OutNoRoutes") == NULL)
		return claim->frames_max;
	for (uint32_t i = 0; i < result->n_connections; i++)
		n_unsent += result->connection[i].state == OVR_SEGMENTS_UNSENT;
	return claim->frames_max > n_unsent ? claim->frames_max - n_unsent : 0;
}

static void
book_claim(const struct ovr_tcp_places *places, const struct ovr_kernel_claim *claim,
	struct ovr_result_tcp *result)
{
	struct ovr_segments_account account = { .layer = layer_of(claim) };
	uint64_t packets = without_unsent(claim, result);
	uint32_t each = IS_ONE_OF(claim->counter, of_listeners) ? 1 : result->segments_per_packet_max;
	const char *end = claim->side == places->receiver ? "receiver" : "sender";

	if (is_of_udp(claim) || packets == 0)
		return;
	if (places->sender == places->receiver)
		end = "both ends";
	ovr_kernel_claim_account(claim, end, &account.account);
	ovr_segments_of_packets(
		&account.account, claim->frames_min < packets ? claim->frames_min : packets, packets, each);
	account.account.counted = packets;
	if (ovr_result_tcp_add(result, &account) != 0)
		ovr_result_tcp_note(result, "no memory for an account: %s %s", claim->source, claim->counter);
}

/* What a counter of TCP added in a side's namespace; 0 where it is unknown. */
static uint64_t
added_by(const struct ovr_kernel_changes *changes, const struct ovr_kernel_side *side, const char *name)
{
	for (uint32_t i = 0; i < changes->n; i++) {
		const struct ovr_kernel_counter *counter = &changes->change[i].counter;

		if (counter->layer == OVR_KERNEL_MIB && counter->is_known &&
			strcmp(counter->name, name) == 0 && strcmp(counter->netns, side->netns) == 0)
			return changes->change[i].added;
	}
	return 0;
}

/* Packets of ours that an end's TCP took, at most: those that sockets counted, and SYNs. */
struct taken {
	uint64_t by_receiver, by_sender;
};

static struct taken
taken_of_ours(const struct ovr_result_tcp *result)
{
	struct taken taken = { .by_receiver = result->half_open.n + result->syncookies_sent };

	for (uint32_t i = 0; i < result->n_connections; i++) {
		const struct ovr_segments_connection *connection = &result->connection[i];

		/* a listener counts no repeated SYN, and none that it refuses */
		taken.by_receiver += connection->receiver.segs_in + connection->syn_retrans +
			(connection->state == OVR_SEGMENTS_REFUSED);
		taken.by_sender += connection->sender.segs_in;
	}
	return taken;
}

/*
 * A namespace whose TCP took more packets than that has others' among them. With GSO and GRO it
 * takes fewer, so that others are not always seen.
 */
static void
find_others(const struct ovr_tcp_places *places, const struct ovr_kernel_changes *changes,
	struct ovr_result_tcp *result)
{
	struct taken ours = taken_of_ours(result);
	bool is_one = places->sender == places->receiver;

	for (int end = 0; end < (is_one ? 1 : 2); end++) {
		const struct ovr_kernel_side *side =
			&places->side[end == 0 ? places->receiver : places->sender];
		uint64_t most = (end == 0 ? ours.by_receiver : 0) +
			(end == 1 || is_one ? ours.by_sender : 0) +
			added_by(changes, side, "TcpExt:ListenDrops") + added_by(changes, side, "Tcp:InErrs");
		uint64_t taken = added_by(changes, side, "Tcp:InSegs");

		if (taken <= most)
			continue;
		result->has_others = true;
		ovr_result_tcp_note(result,
			"%s: TCP took %" PRIu64 " packets, and at most %" PRIu64
			" were ours: others' segments may be in its counters",
			side->netns[0] == '\0' ? "this namespace" : side->netns, taken, most);
	}
}

/* Packets on the path, to tell others'. */
struct packets {
	uint64_t forward, backward;
};

/* Fewest packets that these segments were: only those with data go together in one. */
static uint64_t
packets_at_least(uint64_t segments, uint64_t with_data, uint32_t per_packet)
{
	return segments - with_data + (with_data + per_packet - 1) / per_packet;
}

/* All that both ends sent. */
static struct packets
sent_by_both(const struct ovr_result_tcp *result)
{
	uint32_t per_packet = result->segments_per_packet_max;
	struct packets sent = { .backward = result->half_open.syn_acks };

	for (uint32_t i = 0; i < result->n_connections; i++) {
		const struct ovr_segments_connection *connection = &result->connection[i];
		const struct ovr_segments_end *sender = &connection->sender,
					      *receiver = &connection->receiver;

		sent.forward += packets_at_least(sender->segs_out, sender->data_segs_out, per_packet);
		if (connection->is_accepted)
			sent.backward += packets_at_least(
						 receiver->segs_out, receiver->data_segs_out, per_packet) +
				1 + receiver->total_retrans;
		/* the reset */
		sent.backward += connection->state == OVR_SEGMENTS_REFUSED;
	}
	return sent;
}

/* At an end one direction goes out and the other comes in; over loopback both do both. */
static void
tell_directions(struct ovr_tcp_places *places, const struct packets *sent)
{
	if (places->sender == places->receiver)
		return;
	places->side[places->sender].frames_out = sent->forward;
	places->side[places->sender].frames_in = sent->backward;
	places->side[places->receiver].frames_out = sent->backward;
	places->side[places->receiver].frames_in = sent->forward;
}

/*
 * What others sent from the sender's namespace to somewhere, at most. Neighbours are asked for all
 * the time, and not through rules and queues that drop what is forwarded.
 */
static uint64_t
sent_by_others(const struct ovr_tcp_places *places, const struct ovr_kernel_changes *changes,
	const struct packets *sent)
{
	const struct ovr_kernel_side *side = &places->side[places->sender];
	uint64_t out = added_by(changes, side, "Ip:OutRequests") + added_by(changes, side, "Ip6OutRequests");
	uint64_t ours = sent->forward + added_by(changes, side, "Icmp6OutMsgs");

	return places->sender != places->receiver && out > ours ? out - ours : 0;
}

static void
claim(struct ovr_tcp_places *places, struct ovr_result_tcp *result)
{
	struct packets sent = sent_by_both(result);
	struct ovr_kernel_changes changes = { 0 };
	struct ovr_kernel_claims claims = { 0 };
	struct ovr_kernel_path path = {
		.side = places->side,
		.n_sides = places->n_sides,
		.changes = &changes,
		.link = places->after.link,
		.n_links = places->after.n_links,
		.ip_version = places->ports->tx.conf.tcp.ip_version,
		.frames_sent = sent.forward + sent.backward,
		.is_moving = !places->is_steady,
	};
	struct ovr_err err = { "" };
	int status;

	tell_directions(places, &sent);
	status = ovr_kernel_changes(&places->before, &places->after, &changes, &err);

	path.others_sent = sent_by_others(places, &changes, &sent);
	if (status == 0)
		status = ovr_kernel_claim(&path, &claims, &err);
	if (status != 0)
		ovr_result_tcp_note(result, "what the kernel dropped is not known: %s", err.text);
	result->syncookies_sent = added_by(
		&changes, &places->side[places->receiver], "TcpExt:SyncookiesSent");
	find_others(places, &changes, result);
	for (uint32_t i = 0; i < claims.n; i++)
		book_claim(places, &claims.claim[i], result);
	for (uint32_t i = 0; i < claims.n_notes; i++)
		ovr_result_tcp_note(result, "%s", claims.note[i]);
	ovr_kernel_claims_done(&claims);
	ovr_kernel_changes_done(&changes);
}

void
ovr_tcp_places_book(struct ovr_tcp_places *places, uint32_t mss_bytes, struct ovr_result_tcp *result)
{
	if (places->failure.text[0] != '\0') {
		ovr_result_tcp_note(result, "what the kernel dropped is not known: %s", places->failure.text);
		return;
	}
	result->segments_per_packet_max = segments_per_packet(places, mss_bytes);
	claim(places, result);
	for (uint32_t i = 0; i < places->after.n_notes; i++)
		ovr_result_tcp_note(result, "%s", places->after.note[i]);
	/* sides are read one after the other, and others' packets came between */
	if (!places->is_steady) {
		result->has_others = true;
		ovr_result_tcp_note(result,
			"the kernel's counters of loss still moved %u ms after the last segment: others' "
			"traffic "
			"passes there too",
			SETTLE_MS);
	}
	for (uint32_t i = 0; i < result->n_accounts && result->has_others; i++)
		result->account[i].account.frames_min = 0;
}
