/* SPDX-License-Identifier: BSD-3-Clause */
/* A channel to an agent. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "link/kind.h"
#include "link/link.h"

struct agent_channel {
	struct ovr_channel channel;
	struct ovr_link *link;
	void *socket;
	struct ovr_monitor monitor;
	bool was_connected;    /* by TCP, */
	uint64_t connected_ns; /* then, as CLOCK_MONOTONIC */
	const char *lost;      /* why the connection has ended; NULL: it has not */
};

/* libzmq waits longer for the handshake (link.c). */
#define SILENT_NS UINT64_C(1500000000)

#define EVENTS                                                                                         \
	(ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_DISCONNECTED | \
		ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |           \
		ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* One with another key ends the connection at once. @return the other case: it said nothing */
static bool
was_silent(const struct agent_channel *agent)
{
	return now_ns() - agent->connected_ns >= SILENT_NS;
}

static const char *
why_protocol(uint32_t value)
{
	if (value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH)
		return "one side uses keys and the other does not";
	if (value == ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC)
		return "it has another key than the given one";
	return "what listens there is no agent";
}

/* @return why the connection ended by this event; NULL: it did not */
static const char *
why_ended(const struct agent_channel *agent, unsigned int event, uint32_t value)
{
	switch (event) {
	case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
		return "it does not accept our key";
	case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
		return why_protocol(value);
	case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
		if (was_silent(agent))
			return "it took the connection and has not answered: it is stopped or too busy, or "
			       "is no agent";
		return "it ended the connection before a key was accepted: it has another key than the given "
		       "one, "
		       "or is no agent";
	case ZMQ_EVENT_CLOSED:
	case ZMQ_EVENT_CONNECT_RETRIED:
		return agent->was_connected ? NULL : "nothing listens there, or it does not answer";
	case ZMQ_EVENT_DISCONNECTED:
		return "the connection is lost";
	default:
		return NULL;
	}
}

static void
on_event(struct agent_channel *agent, unsigned int event, uint32_t value)
{
	if (event == ZMQ_EVENT_CONNECTED) {
		agent->was_connected = true;
		agent->connected_ns = now_ns();
	}
	/* the first one says most */
	if (agent->lost == NULL)
		agent->lost = why_ended(agent, event, value);
}

/* @return whether there was one */
static bool
take_piece(struct agent_channel *agent)
{
	zmq_msg_t piece;
	bool is_first = true, has = false;

	zmq_msg_init(&piece);
	while (zmq_msg_recv(&piece, agent->socket, ZMQ_DONTWAIT) >= 0) {
		bool has_more = zmq_msg_more(&piece) != 0;

		has = true;
		if (!is_first || has_more)
			ovr_kind_lose(&agent->channel, "it sent something that is no part of a message");
		else
			ovr_kind_take_piece(&agent->channel, zmq_msg_data(&piece), zmq_msg_size(&piece));
		is_first = false;
		if (!has_more)
			break;
	}
	zmq_msg_close(&piece);
	return has;
}

/*
 * Events come first: what the agent sent before the end of its connection is there when the end is,
 * and is received before the channel says that the agent is gone.
 */
static void
pump(struct ovr_channel *channel)
{
	struct agent_channel *agent = (struct agent_channel *)channel;
	unsigned int event;
	uint32_t value;

	if (channel->gone[0] != '\0')
		return;
	while (ovr_monitor_next(&agent->monitor, &event, &value))
		on_event(agent, event, value);
	while (channel->gone[0] == '\0' && !ovr_inbox_is_full(&channel->inbox))
		if (!take_piece(agent)) {
			if (agent->lost != NULL)
				ovr_kind_lose(channel, "%s", agent->lost);
			break;
		}
}

static size_t
push(struct ovr_channel *channel, const char *text, size_t size)
{
	struct agent_channel *agent = (struct agent_channel *)channel;
	size_t n = size < OVR_KIND_PIECE_BYTES - 1 ? size : OVR_KIND_PIECE_BYTES - 1;
	zmq_msg_t piece;

	if (zmq_msg_init_size(&piece, n + 1) != 0)
		return 0;
	*(char *)zmq_msg_data(&piece) = n == size ? OVR_KIND_LAST : OVR_KIND_MORE;
	memcpy((char *)zmq_msg_data(&piece) + 1, text, n);
	if (zmq_msg_send(&piece, agent->socket, ZMQ_DONTWAIT) >= 0)
		return n;
	zmq_msg_close(&piece);
	return 0;
}

static size_t
items(const struct ovr_channel *channel, bool is_sending, zmq_pollitem_t item[static OVR_KIND_ITEMS])
{
	const struct agent_channel *agent = (const struct agent_channel *)channel;

	if (channel->gone[0] != '\0')
		return 0;
	item[0] = (zmq_pollitem_t){ .socket = agent->socket, .events = is_sending ? ZMQ_POLLOUT : 0 };
	/* what is not read now would end each wait at once */
	if (!ovr_inbox_is_full(&channel->inbox))
		item[0].events |= ZMQ_POLLIN;
	item[1] = (zmq_pollitem_t){ .socket = agent->monitor.socket, .events = ZMQ_POLLIN };
	return 2;
}

static void
close_agent(struct ovr_channel *channel)
{
	struct agent_channel *agent = (struct agent_channel *)channel;
	int at_once = 0;

	/* nobody takes what is left */
	if (agent->socket != NULL && channel->gone[0] != '\0')
		zmq_setsockopt(agent->socket, ZMQ_LINGER, &at_once, sizeof(at_once));
	ovr_monitor_close(&agent->monitor, agent->socket);
	if (agent->socket != NULL)
		zmq_close(agent->socket);
	ovr_link_uncount(agent->link);
}

static int
set_keys(void *socket, const struct ovr_keys *keys, const struct ovr_key *agent_key)
{
	if (zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, agent_key->byte, OVR_KEY_BYTES) != 0 ||
		zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, keys->public_key.byte, OVR_KEY_BYTES) != 0 ||
		zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, keys->secret_key.byte, OVR_KEY_BYTES) != 0)
		return -zmq_errno();
	return 0;
}

static int
connect_to(struct agent_channel *agent, struct ovr_link *link, const struct ovr_address *address,
	const struct ovr_key *agent_key)
{
	void *context = ovr_link_context(link);
	int status;

	agent->socket = zmq_socket(context, ZMQ_DEALER);
	if (agent->socket == NULL)
		return -zmq_errno();
	status = ovr_link_set_up(agent->socket, address, true);
	if (status == 0 && agent_key != NULL)
		status = set_keys(agent->socket, ovr_link_keys(link), agent_key);
	if (status == 0)
		status = ovr_monitor_open(&agent->monitor, context, agent->socket, EVENTS);
	if (status == 0 && zmq_connect(agent->socket, address->endpoint) != 0)
		status = -zmq_errno();
	return status;
}

int
ovr_channel_connect(struct ovr_link *link, const char *name, const char *address,
	const struct ovr_key *agent_key, struct ovr_channel **ret_channel, struct ovr_err *err)
{
	static const struct ovr_kind kind = {
		.pump = pump, .push = push, .items = items, .close = close_agent
	};
	struct agent_channel *agent;
	struct ovr_address found;
	char what[64], full_name[512];
	int status;

	snprintf(what, sizeof(what), "host %.50s", name);
	status = ovr_address_find(what, address, false, &found, err);
	if (status != 0)
		return status;
	if (!found.is_loopback && (agent_key == NULL || ovr_link_keys(link) == NULL))
		return ovr_err_set(err, -EACCES,
			"%s: found %s and no key of %s, accepted: keys, or a loopback address", what,
			found.endpoint + strlen("tcp://"), agent_key == NULL ? "it" : "this host");
	if (agent_key != NULL && ovr_link_keys(link) == NULL)
		return ovr_err_set(err, -EACCES,
			"%s: it has a key and this host has none, accepted: both or none", what);
	status = ovr_link_count(link, what, err);
	if (status != 0)
		return status;
	agent = calloc(1, sizeof(*agent));
	if (agent == NULL) {
		ovr_link_uncount(link);
		return ovr_err_set(err, -ENOMEM, "%s: no memory for a channel", what);
	}
	agent->link = link;
	snprintf(full_name, sizeof(full_name), "%s (%s)", name, found.endpoint + strlen("tcp://"));
	ovr_kind_init(&agent->channel, &kind, full_name, OVR_MESSAGE_TO_CALLER_BYTES);
	status = connect_to(agent, link, &found, agent_key);
	if (status != 0) {
		ovr_channel_close(&agent->channel);
		return ovr_err_set(
			err, status, "%s: it cannot be connected to: %s", what, zmq_strerror(-status));
	}
	*ret_channel = &agent->channel;
	return 0;
}
