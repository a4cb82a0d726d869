/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/guard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#define FRAME_BYTES 256

/* The frames of a question. */
enum frame { VERSION, REQUEST, DOMAIN, ADDRESS, IDENTITY, MECHANISM, KEY, FRAMES };

struct question {
	char frame[FRAMES][FRAME_BYTES];
	int size[FRAMES];
};

int
ovr_guard_open(struct ovr_guard *guard, void *context, const struct ovr_authorized *authorized,
	void (*refused)(void *refused_context, const char *sentence), void *refused_context)
{
	int at_once = 0;

	guard->authorized = authorized;
	guard->refused = refused;
	guard->refused_context = refused_context;
	guard->socket = zmq_socket(context, ZMQ_REP);
	if (guard->socket == NULL ||
		zmq_setsockopt(guard->socket, ZMQ_LINGER, &at_once, sizeof(at_once)) != 0 ||
		zmq_bind(guard->socket, "inproc://zeromq.zap.01") != 0)
		return -zmq_errno();
	return 0;
}

/* @return whether there was one; frames that are missing have size 0 */
static bool
hear(const struct ovr_guard *guard, struct question *ret_question)
{
	struct question question = { .size = { 0 } };
	int size = zmq_recv(guard->socket, question.frame[0], FRAME_BYTES - 1, ZMQ_DONTWAIT);

	if (size < 0)
		return false;
	for (size_t i = 0;; i++) {
		char beyond[FRAME_BYTES];
		int more = 0;
		size_t more_size = sizeof(more);

		if (i < FRAMES)
			question.size[i] = size < FRAME_BYTES ? size : FRAME_BYTES - 1;
		if (zmq_getsockopt(guard->socket, ZMQ_RCVMORE, &more, &more_size) != 0 || more == 0)
			break;
		size = zmq_recv(guard->socket, i + 1 < FRAMES ? question.frame[i + 1] : beyond,
			FRAME_BYTES - 1, ZMQ_DONTWAIT);
		if (size < 0)
			break;
	}
	*ret_question = question;
	return true;
}

static void
answer(const struct ovr_guard *guard, const struct question *question, bool is_welcome, const char *key)
{
	const char *const rest[] = { is_welcome ? "200" : "400", is_welcome ? "OK" : "no", key, "" };
	const size_t n = sizeof(rest) / sizeof(rest[0]);

	(void)zmq_send(guard->socket, "1.0", 3, ZMQ_SNDMORE);
	(void)zmq_send(guard->socket, question->frame[REQUEST], (size_t)question->size[REQUEST], ZMQ_SNDMORE);
	for (size_t i = 0; i < n; i++)
		(void)zmq_send(guard->socket, rest[i], strlen(rest[i]), i + 1 < n ? ZMQ_SNDMORE : 0);
}

static bool
is_known(const struct ovr_guard *guard, const struct question *question, char text[static OVR_KEY_TEXT_BYTES])
{
	struct ovr_key key;

	text[0] = '\0';
	if (strcmp(question->frame[MECHANISM], "CURVE") != 0 || question->size[KEY] != OVR_KEY_BYTES)
		return false;
	memcpy(key.byte, question->frame[KEY], OVR_KEY_BYTES);
	ovr_key_print(text, &key);
	return guard->authorized != NULL && ovr_authorized_of(guard->authorized, &key) != NULL;
}

void
ovr_guard_answer(struct ovr_guard *guard)
{
	struct question question;

	while (guard->socket != NULL && hear(guard, &question)) {
		char text[OVR_KEY_TEXT_BYTES], sentence[FRAME_BYTES + 128];
		bool is_welcome = is_known(guard, &question, text);

		answer(guard, &question, is_welcome, text);
		snprintf(sentence, sizeof(sentence), "caller %s: refused, its key %s is not authorized",
			question.frame[ADDRESS], text);
		if (!is_welcome)
			guard->refused(guard->refused_context, sentence);
	}
}

void
ovr_guard_close(struct ovr_guard *guard)
{
	if (guard->socket != NULL)
		zmq_close(guard->socket);
	guard->socket = NULL;
}
