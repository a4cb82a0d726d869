/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/watchers.h"

#include <errno.h>
#include <stdarg.h>

#include "agent/interface.h"
#include "agent/log.h"
#include "end/answer.h"

static void say(const struct ovr_agent_watchers *watchers, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
say(const struct ovr_agent_watchers *watchers, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	ovr_agent_log(watchers->log, watchers->context, "", format, arguments);
	va_end(arguments);
}

static void
refuse(const struct ovr_agent_watchers *watchers, struct ovr_channel *channel, const char *sentence)
{
	say(watchers, "refused: %s, which watches: %s", ovr_channel_name(channel), sentence);
	ovr_end_error_send(channel, sentence, true, NULL);
	ovr_channel_close(channel);
}

void
ovr_agent_watchers_add(
	struct ovr_agent_watchers *watchers, struct ovr_channel *channel, const struct ovr_message *hello)
{
	struct ovr_message answer;
	struct ovr_err err = { "" };
	int status = ovr_end_hello_check(hello, &err);

	if (status == 0 && watchers->n == OVR_AGENT_WATCHERS_MAX)
		status = ovr_err_set(&err, -EBUSY, "found %d callers that watch, accepted: no more of them",
			OVR_AGENT_WATCHERS_MAX);
	if (status == 0) {
		ovr_end_hello_fill(&answer);
		status = ovr_channel_send(channel, &answer, &err);
	}
	if (status != 0) {
		refuse(watchers, channel, err.text);
		return;
	}
	say(watchers, "%s watches", ovr_channel_name(channel));
	watchers->channel[watchers->n++] = channel;
}

/* @return 0; 1: it has closed its watch; negative errno and why it is over */
static int
answer(const struct ovr_agent_watchers *watchers, struct ovr_channel *channel,
	const struct ovr_message *message, struct ovr_err *err)
{
	const struct ovr_message closed = { .type = OVR_MESSAGE_CLOSED };

	switch (message->type) {
	case OVR_MESSAGE_INTERFACE:
		return ovr_agent_interface_answer(watchers->limits, channel, message, err);
	case OVR_MESSAGE_CLOSE:
		ovr_channel_send(channel, &closed, NULL);
		return 1;
	default:
		return ovr_err_set(err, -EPROTO,
			"caller: found \"%s\" of one that watches, accepted: interface and close",
			ovr_message_name(message->type));
	}
}

/* @return whether it goes on to watch; else its channel is closed */
static bool
hear(const struct ovr_agent_watchers *watchers, struct ovr_channel *channel)
{
	struct ovr_message message;
	struct ovr_err err = { "" };
	int status = ovr_channel_receive(channel, 0, &message, &err);

	if (status == -EAGAIN || status == -EINTR)
		return true;
	if (status == 0) {
		status = answer(watchers, channel, &message, &err);
		ovr_message_done(&message);
	}
	if (status == 0)
		return true;
	if (status == 1 || status == -EPIPE) {
		say(watchers, "%s no longer watches", ovr_channel_name(channel));
		ovr_channel_close(channel);
	} else {
		refuse(watchers, channel, err.text);
	}
	return false;
}

void
ovr_agent_watchers_hear(struct ovr_agent_watchers *watchers)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < watchers->n; i++)
		if (hear(watchers, watchers->channel[i]))
			watchers->channel[n++] = watchers->channel[i];
	watchers->n = n;
}

void
ovr_agent_watchers_end(struct ovr_agent_watchers *watchers, const char *why)
{
	for (uint32_t i = 0; i < watchers->n; i++)
		refuse(watchers, watchers->channel[i], why);
	watchers->n = 0;
}
