/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Callers of agents over the network, for tests/system/serve_network.sh.
 *
 *     serve_peers SCENARIO KEYS AGENT_KEY ADDRESS...
 *
 * KEYS is a folder and AGENT_KEY a public key, both - without keys. Exit code 0: the scenario went
 * as it must; 1: not so, with a line on stderr.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "end/answer.h"
#include "link/link.h"

/* What hangs ends then: how fast a host is decides nothing. */
#define WAIT_MS 60000

static struct ovr_link *link_of_all;
static const struct ovr_key *agent_key;
static struct ovr_err err;

static void
need(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "serve_peers: %s: %s\n", what, err.text);
	exit(1);
}

static struct ovr_channel *
connect_to(const char *address)
{
	struct ovr_channel *channel = NULL;

	need(ovr_channel_connect(link_of_all, "agent", address, agent_key, &channel, &err) == 0, address);
	ovr_channel_bind(channel, ovr_channel_draw_nonce());
	return channel;
}

static void
say(struct ovr_channel *channel, enum ovr_message_type type)
{
	struct ovr_message message = { .type = type };

	if (type == OVR_MESSAGE_HELLO)
		ovr_end_hello_fill(&message);
	need(ovr_channel_send(channel, &message, &err) == 0, ovr_message_name(type));
}

/* The next message but for heartbeats. */
static struct ovr_message
hear(struct ovr_channel *channel)
{
	struct ovr_message message;

	do
		need(ovr_channel_receive(channel, WAIT_MS, &message, &err) == 0, "nothing came");
	while (message.type == OVR_MESSAGE_HEARTBEAT);
	return message;
}

static void
expect(struct ovr_channel *channel, enum ovr_message_type type)
{
	struct ovr_message message = hear(channel);

	if (message.type == OVR_MESSAGE_ERROR)
		ovr_err_set(&err, 0, "%s", message.error.text);
	need(message.type == type, ovr_message_name(message.type));
	ovr_message_done(&message);
}

/* Every agent answers, and is idle afterwards. */
static void
hello(char **address, int n)
{
	struct ovr_channel **channel = calloc((size_t)n, sizeof(struct ovr_channel *));

	need(channel != NULL, "no memory");
	for (int i = 0; i < n; i++) {
		channel[i] = connect_to(address[i]);
		say(channel[i], OVR_MESSAGE_HELLO);
	}
	for (int i = 0; i < n; i++)
		expect(channel[i], OVR_MESSAGE_HELLO);
	for (int i = 0; i < n; i++)
		say(channel[i], OVR_MESSAGE_CLOSE);
	for (int i = 0; i < n; i++) {
		expect(channel[i], OVR_MESSAGE_CLOSED);
		ovr_channel_close(channel[i]);
	}
	printf("%d\n", n);
	free(channel);
}

/* A second caller is told so, and the first one is not disturbed; then a third one is served. */
static void
busy(char **address)
{
	struct ovr_channel *first = connect_to(address[0]), *second;
	struct ovr_message message;

	say(first, OVR_MESSAGE_HELLO);
	expect(first, OVR_MESSAGE_HELLO);
	second = connect_to(address[0]);
	say(second, OVR_MESSAGE_HELLO);
	message = hear(second);
	need(message.type == OVR_MESSAGE_ERROR && message.error.is_final &&
			strstr(message.error.text, "busy") != NULL,
		"the second caller is served");
	ovr_channel_close(second);
	say(first, OVR_MESSAGE_CLOSE);
	expect(first, OVR_MESSAGE_CLOSED);
	ovr_channel_close(first);
	hello(address, 1);
}

/* Whether the agent serves a caller, or says that it is busy with another one. */
static bool
is_served(const char *address)
{
	struct ovr_channel *channel = connect_to(address);
	struct ovr_message message;
	bool is_answer;

	say(channel, OVR_MESSAGE_HELLO);
	message = hear(channel);
	is_answer = message.type == OVR_MESSAGE_HELLO;
	need(is_answer || (message.type == OVR_MESSAGE_ERROR && strstr(message.error.text, "busy") != NULL),
		"the answer is neither yes nor busy");
	ovr_message_done(&message);
	if (is_answer) {
		say(channel, OVR_MESSAGE_CLOSE);
		expect(channel, OVR_MESSAGE_CLOSED);
	}
	ovr_channel_close(channel);
	return is_answer;
}

/* A caller that leaves without a word is noticed: the next one is served. */
static void
leaves(char **address)
{
	struct ovr_channel *channel = connect_to(address[0]);

	say(channel, OVR_MESSAGE_HELLO);
	expect(channel, OVR_MESSAGE_HELLO);
	ovr_channel_close(channel);
	for (int i = 0; !is_served(address[0]); i++) {
		need(i < WAIT_MS / 200, "the agent stays busy");
		nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
	}
}

/* An agent that no launcher has started refuses to be held, and serves on. */
static void
holder(char **address)
{
	struct ovr_channel *channel = connect_to(address[0]);
	struct ovr_message message;

	ovr_end_hello_fill(&message);
	message.hello.is_holder = true;
	need(ovr_channel_send(channel, &message, &err) == 0, "hello of a holder");
	message = hear(channel);
	need(message.type == OVR_MESSAGE_ERROR && message.error.is_final, "the agent is held");
	ovr_message_done(&message);
	ovr_channel_close(channel);
	hello(address, 1);
}

/* The agent does not answer a caller that it does not know. */
static void
unknown(char **address)
{
	struct ovr_channel *channel = connect_to(address[0]);
	struct ovr_message message;
	int status;

	ovr_end_hello_fill(&message);
	status = ovr_channel_send(channel, &message, &err);
	if (status == 0)
		status = ovr_channel_receive(channel, WAIT_MS, &message, &err);
	need(status == -EPIPE, "the caller is served");
	ovr_channel_close(channel);
}

int
main(int argc, char **argv)
{
	struct ovr_link_conf conf = { .keys = NULL };
	struct ovr_keys keys;
	struct ovr_key key;

	need(argc >= 5, "SCENARIO KEYS AGENT_KEY ADDRESS...");
	if (strcmp(argv[2], "-") != 0) {
		need(ovr_keys_load(argv[2], &keys, &err) == 0, "keys");
		need(ovr_key_parse("key", argv[3], &key, &err) == 0, "key");
		conf.keys = &keys;
		agent_key = &key;
	}
	need(ovr_link_open(&conf, &link_of_all, &err) == 0, "link");
	if (strcmp(argv[1], "hello") == 0)
		hello(argv + 4, argc - 4);
	else if (strcmp(argv[1], "busy") == 0)
		busy(argv + 4);
	else if (strcmp(argv[1], "leaves") == 0)
		leaves(argv + 4);
	else if (strcmp(argv[1], "holder") == 0)
		holder(argv + 4);
	else if (strcmp(argv[1], "unknown") == 0)
		unknown(argv + 4);
	else
		need(false, argv[1]);
	ovr_link_close(link_of_all);
	return 0;
}
