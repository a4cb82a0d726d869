/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A listener, and the channels of the callers that came to it.
 *
 * All callers share one socket, and each is known by the id that libzmq gave its connection.
 * Whether a connection still stands is asked by a piece of no bytes, after some connection has
 * ended: a socket that must deliver (ZMQ_ROUTER_MANDATORY) says that it cannot.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link/guard.h"
#include "link/kind.h"
#include "link/link.h"

/* Longest id of a connection. */
#define ID_BYTES 255
/* Pieces that are read in one go: what a flood of refused ones brings has no end. */
#define PIECES_AT_ONCE 256
/* How long a hello may be on its way. */
#define HELLO_NS 2000000000u
/* How long is read what a caller sent before its connection was lost. */
#define READ_NS 500000000u
/* How often, and in which steps, is asked after the end of some connection. */
#define PROBES        5
#define PROBE_STEP_NS 100000000u
#define SENTENCES_MAX 20
#define SENTENCE_NS   1000000000u

struct peer_channel {
	struct ovr_channel channel;
	struct ovr_listener *listener; /* NULL: it was closed before the channel */
	uint8_t id[ID_BYTES];
	size_t id_size;
	bool is_accepted;
	uint64_t born_ns; /* its first piece came */
	/* since when its connection is lost; 0: it is not. It is gone once all that came is read */
	uint64_t lost_ns;
};

struct ovr_listener {
	void *socket;
	struct ovr_guard guard;
	struct ovr_monitor monitor;
	struct ovr_listener_conf conf;
	char name[320];
	struct peer_channel *peer[OVR_LINK_PEERS_MAX]; /* NULL: none */
	unsigned int n_probes;                         /* that are still to be made */
	uint64_t probe_ns;                             /* when the next one is due */
	uint64_t said_ns;                              /* when the present second of sentences began */
	unsigned int n_said;
	uint64_t n_unsaid;
};

#define EVENTS \
	(ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)

/* Tell of a refusal, unless there are too many of them. */
static void
tell(struct ovr_listener *listener, const char *sentence)
{
	uint64_t now_ns = ovr_kind_now_ns();

	if (listener->conf.refused == NULL)
		return;
	if (now_ns - listener->said_ns > SENTENCE_NS) {
		char more[64];

		snprintf(more, sizeof(more), "refused %" PRIu64 " more", listener->n_unsaid);
		if (listener->n_unsaid > 0)
			listener->conf.refused(listener->conf.context, more);
		listener->said_ns = now_ns;
		listener->n_said = 0;
		listener->n_unsaid = 0;
	}
	if (listener->n_said++ < SENTENCES_MAX)
		listener->conf.refused(listener->conf.context, sentence);
	else
		listener->n_unsaid++;
}

static void
tell_guard(void *context, const char *sentence)
{
	tell(context, sentence);
}

static struct peer_channel *
peer_of(const struct ovr_listener *listener, const void *id, size_t size)
{
	for (size_t i = 0; i < OVR_LINK_PEERS_MAX; i++) {
		struct peer_channel *peer = listener->peer[i];

		if (peer != NULL && peer->id_size == size && memcmp(peer->id, id, size) == 0)
			return peer;
	}
	return NULL;
}

static void
note_lost(struct peer_channel *peer)
{
	if (peer->lost_ns == 0)
		peer->lost_ns = ovr_kind_now_ns();
}

static bool
send_piece(const struct peer_channel *peer, zmq_msg_t *piece)
{
	void *socket = peer->listener->socket;

	return zmq_send(socket, peer->id, peer->id_size, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
		zmq_msg_send(piece, socket, ZMQ_DONTWAIT) >= 0;
}

static size_t
push(struct ovr_channel *channel, const char *text, size_t size)
{
	struct peer_channel *peer = (struct peer_channel *)channel;
	size_t n = size < OVR_KIND_PIECE_BYTES - 1 ? size : OVR_KIND_PIECE_BYTES - 1;
	zmq_msg_t piece;

	if (peer->listener == NULL) {
		ovr_kind_lose(channel, "its listener is closed");
		return 0;
	}
	if (zmq_msg_init_size(&piece, n + 1) != 0)
		return 0;
	*(char *)zmq_msg_data(&piece) = n == size ? OVR_KIND_LAST : OVR_KIND_MORE;
	memcpy((char *)zmq_msg_data(&piece) + 1, text, n);
	if (send_piece(peer, &piece))
		return n;
	if (zmq_errno() == EHOSTUNREACH)
		note_lost(peer);
	zmq_msg_close(&piece);
	return 0;
}

static void
probe(struct peer_channel *peer)
{
	zmq_msg_t nothing;

	zmq_msg_init(&nothing);
	if (!send_piece(peer, &nothing) && zmq_errno() == EHOSTUNREACH)
		note_lost(peer);
	zmq_msg_close(&nothing);
}

static void
probe_all(struct ovr_listener *listener)
{
	uint64_t now_ns = ovr_kind_now_ns();

	if (listener->n_probes == 0 || now_ns < listener->probe_ns)
		return;
	listener->n_probes--;
	listener->probe_ns = now_ns + PROBE_STEP_NS;
	for (size_t i = 0; i < OVR_LINK_PEERS_MAX; i++)
		if (listener->peer[i] != NULL && listener->peer[i]->lost_ns == 0)
			probe(listener->peer[i]);
}

static const char *
why_refused(unsigned int event, uint32_t value)
{
	if (event != ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)
		return "refused a connection: it ended before a key was accepted";
	if (value == ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC)
		return "refused a connection: it was made for another key than that of this host";
	if (value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH)
		return "refused a connection: one side uses keys and the other does not";
	return "refused a connection: what came was no part of one";
}

static void
read_events(struct ovr_listener *listener)
{
	unsigned int event;
	uint32_t value;

	while (ovr_monitor_next(&listener->monitor, &event, &value)) {
		if (event == ZMQ_EVENT_DISCONNECTED)
			listener->n_probes = PROBES;
		else
			tell(listener, why_refused(event, value));
	}
}

static void peer_pump(struct ovr_channel *channel);
static size_t peer_items(
	const struct ovr_channel *channel, bool is_sending, zmq_pollitem_t item[static OVR_KIND_ITEMS]);
static void close_peer(struct ovr_channel *channel);

static const struct ovr_kind peer_kind = {
	.pump = peer_pump, .push = push, .items = peer_items, .close = close_peer
};

static void
name_peer(const struct ovr_listener *listener, zmq_msg_t *piece, char *name, size_t size)
{
	const char *address = zmq_msg_gets(piece, "Peer-Address");
	const char *user = zmq_msg_gets(piece, "User-Id");
	const struct ovr_authorized_key *entry = NULL;
	struct ovr_key key;

	if (user != NULL && listener->conf.authorized != NULL && ovr_key_parse("", user, &key, NULL) == 0)
		entry = ovr_authorized_of(listener->conf.authorized, &key);
	snprintf(name, size, "caller %s%s%s%s", address != NULL ? address : "", entry != NULL ? " (" : "",
		entry == NULL                       ? ""
			: entry->comment[0] != '\0' ? entry->comment
						    : user,
		entry != NULL ? ")" : "");
}

/* @return NULL: there are too many, or there is no memory */
static struct peer_channel *
add_peer(struct ovr_listener *listener, const void *id, size_t id_size, zmq_msg_t *piece)
{
	char name[512], sentence[640];
	struct peer_channel *peer;
	size_t i = 0;

	while (i < OVR_LINK_PEERS_MAX && listener->peer[i] != NULL)
		i++;
	name_peer(listener, piece, name, sizeof(name));
	peer = i < OVR_LINK_PEERS_MAX ? calloc(1, sizeof(*peer)) : NULL;
	if (peer == NULL) {
		snprintf(sentence, sizeof(sentence), "%s: refused, there are %u callers already", name,
			OVR_LINK_PEERS_MAX);
		tell(listener, sentence);
		return NULL;
	}
	ovr_kind_init(&peer->channel, &peer_kind, name, OVR_MESSAGE_TO_AGENT_BYTES);
	peer->listener = listener;
	memcpy(peer->id, id, id_size);
	peer->id_size = id_size;
	peer->born_ns = ovr_kind_now_ns();
	listener->peer[i] = peer;
	return peer;
}

static void
take_piece(struct ovr_listener *listener, const void *id, size_t id_size, zmq_msg_t *piece, bool is_only)
{
	struct peer_channel *peer = peer_of(listener, id, id_size);

	if (zmq_msg_size(piece) == 0)
		return;
	if (peer == NULL)
		peer = add_peer(listener, id, id_size, piece);
	if (peer == NULL)
		return;
	if (!is_only)
		ovr_kind_lose(&peer->channel, "it sent something that is no part of a message");
	else
		ovr_kind_take_piece(&peer->channel, zmq_msg_data(piece), zmq_msg_size(piece));
}

/* One message of libzmq: the id, and a piece. @return whether there was one */
static bool
read_piece(struct ovr_listener *listener)
{
	uint8_t id[ID_BYTES];
	zmq_msg_t piece;
	int size = zmq_recv(listener->socket, id, sizeof(id), ZMQ_DONTWAIT);
	bool is_first = true, has_more = true;

	if (size < 0)
		return false;
	zmq_msg_init(&piece);
	while (has_more && zmq_msg_recv(&piece, listener->socket, ZMQ_DONTWAIT) >= 0) {
		has_more = zmq_msg_more(&piece) != 0;
		if (is_first)
			take_piece(listener, id, (size_t)size < ID_BYTES ? (size_t)size : ID_BYTES, &piece,
				!has_more);
		is_first = false;
	}
	zmq_msg_close(&piece);
	return true;
}

static void
drop_peer(struct ovr_listener *listener, struct peer_channel *peer)
{
	for (size_t i = 0; i < OVR_LINK_PEERS_MAX; i++)
		if (listener->peer[i] == peer)
			listener->peer[i] = NULL;
}

/*
 * A peer that nobody has accepted, and that is gone, leaves room for others. What others send
 * without end does not keep one that is lost.
 */
static void
settle_peers(struct ovr_listener *listener, bool is_all_read)
{
	uint64_t now_ns = ovr_kind_now_ns();

	for (size_t i = 0; i < OVR_LINK_PEERS_MAX; i++) {
		struct peer_channel *peer = listener->peer[i];

		if (peer == NULL)
			continue;
		if (peer->lost_ns != 0 && (is_all_read || now_ns - peer->lost_ns > READ_NS))
			ovr_kind_lose(&peer->channel, "the connection is lost");
		if (!peer->is_accepted && peer->channel.inbox.n == 0 && now_ns - peer->born_ns > HELLO_NS)
			ovr_kind_lose(&peer->channel, "it said no hello");
		if (peer->channel.gone[0] != '\0' && !peer->is_accepted) {
			tell(listener,
				"refused a caller that left before its first message was whole, or said "
				"none");
			ovr_channel_close(&peer->channel);
		}
	}
}

/* @return whether all that came was read */
static bool
read_pieces(struct ovr_listener *listener)
{
	for (int i = 0; i < PIECES_AT_ONCE; i++)
		if (!read_piece(listener))
			return true;
	return false;
}

void
ovr_listener_pump(struct ovr_listener *listener)
{
	ovr_guard_answer(&listener->guard);
	/* as in connect.c: the ends of connections first, then what was sent before them */
	read_events(listener);
	probe_all(listener);
	settle_peers(listener, read_pieces(listener));
}

bool
ovr_listener_has_peer(const struct ovr_listener *listener)
{
	for (size_t i = 0; i < OVR_LINK_PEERS_MAX; i++)
		if (listener->peer[i] != NULL && !listener->peer[i]->is_accepted &&
			listener->peer[i]->channel.inbox.n > 0)
			return true;
	return false;
}

size_t
ovr_listener_items(const struct ovr_listener *listener, zmq_pollitem_t item[static OVR_KIND_ITEMS])
{
	size_t n = 0;

	item[n++] = (zmq_pollitem_t){ .socket = listener->socket, .events = ZMQ_POLLIN };
	item[n++] = (zmq_pollitem_t){ .socket = listener->monitor.socket, .events = ZMQ_POLLIN };
	if (listener->guard.socket != NULL)
		item[n++] = (zmq_pollitem_t){ .socket = listener->guard.socket, .events = ZMQ_POLLIN };
	return n;
}

static void
peer_pump(struct ovr_channel *channel)
{
	struct peer_channel *peer = (struct peer_channel *)channel;

	if (peer->listener != NULL)
		ovr_listener_pump(peer->listener);
}

/* Whether there is room for one peer cannot be waited for; a slice later it is tried again. */
static size_t
peer_items(const struct ovr_channel *channel, bool is_sending, zmq_pollitem_t item[static OVR_KIND_ITEMS])
{
	const struct peer_channel *peer = (const struct peer_channel *)channel;

	(void)is_sending;
	return peer->listener == NULL || channel->gone[0] != '\0' ? 0
								  : ovr_listener_items(peer->listener, item);
}

static void
close_peer(struct ovr_channel *channel)
{
	struct peer_channel *peer = (struct peer_channel *)channel;

	if (peer->listener != NULL)
		drop_peer(peer->listener, peer);
}

/* Whether the first message that waits is a hello of a session: 0 is the nonce of none. */
static bool
says_hello(const struct peer_channel *peer)
{
	const struct ovr_inbox_text *first = &peer->channel.inbox.waiting[peer->channel.inbox.first];
	struct ovr_message message;
	bool is_hello;

	/* what is no hello may be long */
	if (first->size > ovr_message_bytes_max(OVR_MESSAGE_HELLO))
		return false;
	if (ovr_message_read(first->text, first->size, &message, NULL) != 0)
		return false;
	is_hello = message.type == OVR_MESSAGE_HELLO && message.nonce != 0;
	ovr_message_done(&message);
	return is_hello;
}

static struct ovr_channel *
accept_one(struct ovr_listener *listener)
{
	for (size_t i = 0; i < OVR_LINK_PEERS_MAX; i++) {
		struct peer_channel *peer = listener->peer[i];
		char sentence[640];

		if (peer == NULL || peer->is_accepted || peer->channel.inbox.n == 0)
			continue;
		if (says_hello(peer)) {
			peer->is_accepted = true;
			return &peer->channel;
		}
		snprintf(sentence, sizeof(sentence), "%s: discarded a message of no session",
			peer->channel.name);
		tell(listener, sentence);
		ovr_channel_close(&peer->channel);
	}
	return NULL;
}

int
ovr_listener_accept(
	struct ovr_listener *listener, int timeout_ms, struct ovr_channel **ret_channel, struct ovr_err *err)
{
	uint64_t deadline_ns = ovr_kind_now_ns() + (uint64_t)(timeout_ms > 0 ? timeout_ms : 0) * 1000000u;
	uint64_t now_ns;

	do {
		int ms, status;

		now_ns = ovr_kind_now_ns();
		ms = now_ns < deadline_ns ? (int)((deadline_ns - now_ns) / 1000000u) : 0;
		status = ovr_channel_wait(NULL, 0, listener, ms);
		if (status == -EINTR || status == -ENOMEM)
			return ovr_err_set(err, status, "%s: %s", listener->name, strerror(-status));
		if (status == 0) {
			struct ovr_channel *channel = accept_one(listener);

			if (channel != NULL) {
				*ret_channel = channel;
				return 0;
			}
		}
	} while (now_ns < deadline_ns);
	return -EAGAIN;
}

static int
set_keys(void *socket, const struct ovr_keys *keys)
{
	int is_server = 1;

	if (zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &is_server, sizeof(is_server)) != 0 ||
		zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, keys->public_key.byte, OVR_KEY_BYTES) != 0 ||
		zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, keys->secret_key.byte, OVR_KEY_BYTES) != 0)
		return -zmq_errno();
	return 0;
}

/* The guard stands before there is anything to come to. */
static int
listen_at(struct ovr_listener *listener, struct ovr_link *link, const struct ovr_address *address)
{
	void *context = ovr_link_context(link);
	int must_deliver = 1, status = 0;

	if (ovr_link_keys(link) != NULL)
		status = ovr_guard_open(
			&listener->guard, context, listener->conf.authorized, tell_guard, listener);
	if (status == 0) {
		listener->socket = zmq_socket(context, ZMQ_ROUTER);
		status = listener->socket == NULL ? -zmq_errno()
						  : ovr_link_set_up(listener->socket, address, false);
	}
	if (status == 0 && ovr_link_keys(link) != NULL)
		status = set_keys(listener->socket, ovr_link_keys(link));
	if (status == 0)
		status = ovr_monitor_open(&listener->monitor, context, listener->socket, EVENTS);
	if (status == 0 &&
		(zmq_setsockopt(
			 listener->socket, ZMQ_ROUTER_MANDATORY, &must_deliver, sizeof(must_deliver)) != 0 ||
			zmq_bind(listener->socket, address->endpoint) != 0))
		status = -zmq_errno();
	return status;
}

int
ovr_listener_open(struct ovr_link *link, const struct ovr_listener_conf *conf,
	struct ovr_listener **ret_listener, struct ovr_err *err)
{
	struct ovr_listener *listener;
	struct ovr_address address;
	char endpoint[320] = "";
	size_t size = sizeof(endpoint);
	int status = ovr_address_find("listen", conf->address, true, &address, err);

	if (status != 0)
		return status;
	if (ovr_link_keys(link) == NULL && !address.is_loopback)
		return ovr_err_set(err, -EACCES,
			"listen: found %s and no keys, accepted: keys, or a loopback address",
			address.endpoint + strlen("tcp://"));
	listener = calloc(1, sizeof(*listener));
	if (listener == NULL)
		return ovr_err_set(err, -ENOMEM, "listen: no memory");
	listener->conf = *conf;
	status = listen_at(listener, link, &address);
	if (status != 0) {
		ovr_listener_close(listener);
		return ovr_err_set(err, status, "listen: %s cannot be listened at: %s",
			address.endpoint + strlen("tcp://"), zmq_strerror(-status));
	}
	zmq_getsockopt(listener->socket, ZMQ_LAST_ENDPOINT, endpoint, &size);
	snprintf(listener->name, sizeof(listener->name), "%s", endpoint + strlen("tcp://"));
	*ret_listener = listener;
	return 0;
}

void
ovr_listener_close(struct ovr_listener *listener)
{
	if (listener == NULL)
		return;
	for (size_t i = 0; i < OVR_LINK_PEERS_MAX; i++) {
		struct peer_channel *peer = listener->peer[i];

		if (peer == NULL)
			continue;
		peer->listener = NULL;
		ovr_kind_lose(&peer->channel, "its listener is closed");
		if (!peer->is_accepted)
			ovr_channel_close(&peer->channel);
	}
	ovr_monitor_close(&listener->monitor, listener->socket);
	if (listener->socket != NULL)
		zmq_close(listener->socket);
	ovr_guard_close(&listener->guard);
	free(listener);
}

const char *
ovr_listener_name(const struct ovr_listener *listener)
{
	return listener->name;
}
