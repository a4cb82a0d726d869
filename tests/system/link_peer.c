/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One end of a link, for link.sh. Each line that it prints has the time in ms (CLOCK_REALTIME) in
 * front.
 *
 *     link_peer listen ADDRESS KEYS AUTHORIZED   answers clock questions of any number of callers
 *     link_peer connect ADDRESS KEYS AGENT_KEY   asks five times a second, until the agent is gone
 *     link_peer replay ADDRESS KEYS AGENT_KEY    the same, with a hello of another session in front
 *     link_peer flood ADDRESS KEYS AGENT_KEY     sends the largest messages without end
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "frame/frame.h"
#include "link/link.h"

#define CALLERS_MAX 8

__attribute__((format(printf, 1, 2))) static void
say(const char *format, ...)
{
	struct timespec now;
	va_list args;

	clock_gettime(CLOCK_REALTIME, &now);
	printf("%lld ", (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

static void
on_refused(void *context, const char *sentence)
{
	(void)context;
	say("told: %s", sentence);
}

/* Answer what one caller says. @return false: it is gone */
static bool
answer(struct ovr_channel *caller, uint64_t *discarded)
{
	struct ovr_message message;
	struct ovr_err err;
	int status;

	while ((status = ovr_channel_receive(caller, 0, &message, &err)) == 0) {
		if (message.type == OVR_MESSAGE_CLOCK) {
			message.clock.t2 = message.clock.t3 = 1;
			(void)ovr_channel_send(caller, &message, &err);
		} else if (message.type != OVR_MESSAGE_SENT) {
			say("received %s from %s", ovr_message_name(message.type), ovr_channel_name(caller));
		}
		ovr_message_done(&message);
	}
	if (ovr_channel_discarded(caller) != *discarded) {
		*discarded = ovr_channel_discarded(caller);
		say("discarded %llu", (unsigned long long)*discarded);
	}
	if (status == -EBADMSG)
		say("refused: %s", err.text);
	if (status == -EPIPE)
		say("gone: %s", err.text);
	return status != -EPIPE;
}

static int
listen_at(struct ovr_link *link, const char *address, const char *authorized_path, struct ovr_err *err)
{
	struct ovr_authorized authorized;
	struct ovr_listener_conf conf = {
		.address = address, .authorized = &authorized, .refused = on_refused
	};
	struct ovr_channel *caller[CALLERS_MAX] = { NULL };
	uint64_t discarded[CALLERS_MAX] = { 0 };
	struct ovr_listener *listener;
	int status = ovr_authorized_load(authorized_path, &authorized, err);

	if (status == 0)
		status = ovr_listener_open(link, &conf, &listener, err);
	if (status != 0)
		return status;
	say("listening at %s", ovr_listener_name(listener));
	for (;;) {
		struct ovr_channel *fresh;

		(void)ovr_channel_wait(caller, CALLERS_MAX, listener, 1000);
		if (ovr_listener_accept(listener, 0, &fresh, err) == 0) {
			size_t i = 0;

			while (i < CALLERS_MAX && caller[i] != NULL)
				i++;
			if (i == CALLERS_MAX) {
				ovr_channel_close(fresh);
			} else {
				caller[i] = fresh;
				discarded[i] = 0;
			}
		}
		for (size_t i = 0; i < CALLERS_MAX; i++)
			if (caller[i] != NULL && !answer(caller[i], &discarded[i])) {
				ovr_channel_close(caller[i]);
				caller[i] = NULL;
			}
	}
}

static int
ask(struct ovr_channel *agent, uint64_t seq, bool *was_answered, struct ovr_err *err)
{
	struct ovr_message message = { .type = OVR_MESSAGE_CLOCK };
	int status;

	message.clock.seq = seq;
	status = ovr_channel_send(agent, &message, err);
	if (status == 0)
		status = ovr_channel_receive(agent, 200, &message, err);
	if (status == 0 && !*was_answered)
		say("answered");
	*was_answered |= status == 0;
	return status == -EAGAIN ? 0 : status;
}

/* As many counts as there may be, again and again. */
static int
flood(struct ovr_channel *agent, struct ovr_err *err)
{
	static uint64_t counts[OVR_FRAME_STREAMS_MAX];
	struct ovr_message message = { .type = OVR_MESSAGE_SENT };
	int status = 0;

	message.sent.of = (struct ovr_message_counts){ counts, OVR_FRAME_STREAMS_MAX };
	say("answered");
	while (status == 0)
		status = ovr_channel_send(agent, &message, err);
	return status;
}

static int
connect_to(struct ovr_link *link, const char *address, const char *key_text, const char *kind,
	struct ovr_err *err)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HELLO };
	uint64_t nonce = ovr_channel_draw_nonce();
	bool was_answered = false;
	struct ovr_channel *agent;
	struct ovr_key key;
	int status = ovr_key_parse("agent", key_text, &key, err);

	if (status == 0)
		status = ovr_channel_connect(link, "agent", address, &key, &agent, err);
	if (status != 0)
		return status;
	ovr_channel_bind(agent, nonce);
	message.hello.protocol = OVR_MESSAGE_PROTOCOL;
	message.hello.frame_version = 1;
	snprintf(message.hello.overrun, sizeof(message.hello.overrun), "test");
	status = ovr_channel_send(agent, &message, err);
	if (status == 0 && strcmp(kind, "replay") == 0) {
		ovr_channel_bind(agent, nonce + 1);
		status = ovr_channel_send(agent, &message, err);
		ovr_channel_bind(agent, nonce);
	}
	if (status == 0 && strcmp(kind, "flood") == 0)
		status = flood(agent, err);
	for (uint64_t seq = 0; status == 0; seq++) {
		struct timespec pause = { .tv_nsec = 200000000 };

		status = ask(agent, seq, &was_answered, err);
		nanosleep(&pause, NULL);
	}
	say("gone: %s", err->text);
	ovr_channel_close(agent);
	return status == -EPIPE ? 0 : status;
}

int
main(int argc, char **argv)
{
	struct ovr_link_conf conf = { 0 };
	struct ovr_link *link;
	struct ovr_keys keys;
	struct ovr_err err;
	int status;

	if (argc != 5)
		return 3;
	status = ovr_keys_load(argv[3], &keys, &err);
	conf.keys = &keys;
	if (status == 0)
		status = ovr_link_open(&conf, &link, &err);
	if (status == 0 && strcmp(argv[1], "listen") == 0)
		status = listen_at(link, argv[2], argv[4], &err);
	else if (status == 0)
		status = connect_to(link, argv[2], argv[4], argv[1], &err);
	if (status != 0) {
		say("failed: %s", err.text);
		return 3;
	}
	ovr_link_close(link);
	return 0;
}
