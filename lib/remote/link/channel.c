/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/channel.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "link/kind.h"

#define NS_PER_MS 1000000u
/* That there is room for one of several callers wakes nobody. */
#define ROOM_SLICE_MS 10

uint64_t
ovr_channel_draw_nonce(void)
{
	uint64_t nonce = 0;

	/* short reads do not happen with 8 bytes; zero is left out */
	while (nonce == 0)
		if (getrandom(&nonce, sizeof(nonce), 0) < 0)
			nonce = 0;
	return nonce;
}

uint64_t
ovr_kind_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void
ovr_kind_init(struct ovr_channel *channel, const struct ovr_kind *kind, const char *name, size_t text_max)
{
	channel->kind = kind;
	channel->inbox.text_max = text_max;
	snprintf(channel->name, sizeof(channel->name), "%s", name);
}

void
ovr_kind_lose(struct ovr_channel *channel, const char *why, ...)
{
	va_list args;

	if (channel->gone[0] != '\0')
		return;
	va_start(args, why);
	vsnprintf(channel->gone, sizeof(channel->gone), why, args);
	va_end(args);
}

void
ovr_kind_lose_by(struct ovr_channel *channel, int status)
{
	if (status == -EMSGSIZE)
		ovr_kind_lose(channel, "it sent a message of more than %zu bytes", channel->inbox.text_max);
	else if (status == -ENOBUFS)
		ovr_kind_lose(channel, "it sent more than was received");
	else if (status != 0)
		ovr_kind_lose(channel, "there was no memory for what it sent");
}

void
ovr_kind_take_piece(struct ovr_channel *channel, const char *piece, size_t size)
{
	int status;

	if (size == 0 || channel->gone[0] != '\0')
		return;
	if (piece[0] != OVR_KIND_MORE && piece[0] != OVR_KIND_LAST) {
		ovr_kind_lose(channel, "it sent something that is no part of a message");
		return;
	}
	status = ovr_inbox_add(&channel->inbox, piece + 1, size - 1);
	if (status == 0 && piece[0] == OVR_KIND_LAST)
		status = ovr_inbox_end(&channel->inbox);
	ovr_kind_lose_by(channel, status);
}

void
ovr_channel_close(struct ovr_channel *channel)
{
	if (channel == NULL)
		return;
	channel->kind->close(channel);
	ovr_inbox_done(&channel->inbox);
	free(channel);
}

const char *
ovr_channel_name(const struct ovr_channel *channel)
{
	return channel->name;
}

void
ovr_channel_bind(struct ovr_channel *channel, uint64_t nonce)
{
	channel->nonce = nonce;
}

uint64_t
ovr_channel_nonce(const struct ovr_channel *channel)
{
	return channel->nonce;
}

uint64_t
ovr_channel_discarded(const struct ovr_channel *channel)
{
	return channel->discarded;
}

const char *
ovr_channel_gone(struct ovr_channel *channel)
{
	channel->kind->pump(channel);
	return channel->gone[0] == '\0' ? NULL : channel->gone;
}

static int
refuse_gone(const struct ovr_channel *channel, struct ovr_err *err)
{
	return ovr_err_set(err, -EPIPE, "%s is gone: %s", channel->name, channel->gone);
}

/* Wait for room, and meanwhile read what comes: the peer may be waiting for room, too. */
static void
wait_for_room(struct ovr_channel *channel)
{
	zmq_pollitem_t item[OVR_KIND_ITEMS];
	size_t n = channel->kind->items(channel, true, item);

	/* a signal does not end a message in the middle */
	(void)zmq_poll(item, (int)n, ROOM_SLICE_MS);
	channel->kind->pump(channel);
}

static int
push_all(struct ovr_channel *channel, const char *text, size_t size, struct ovr_err *err)
{
	uint64_t progress_ns = ovr_kind_now_ns();

	while (size > 0 && channel->gone[0] == '\0') {
		size_t n = channel->kind->push(channel, text, size);

		text += n;
		size -= n;
		if (n > 0) {
			progress_ns = ovr_kind_now_ns();
			continue;
		}
		if (channel->gone[0] != '\0')
			break;
		if (ovr_kind_now_ns() - progress_ns > (uint64_t)OVR_CHANNEL_GONE_MS * NS_PER_MS)
			ovr_kind_lose(channel, "it took no message within %u s", OVR_CHANNEL_GONE_MS / 1000);
		else
			wait_for_room(channel);
	}
	return size == 0 ? 0 : refuse_gone(channel, err);
}

int
ovr_channel_send(struct ovr_channel *channel, const struct ovr_message *message, struct ovr_err *err)
{
	struct ovr_message own = *message;
	char *text;
	size_t size;
	int status;

	if (channel->gone[0] != '\0')
		return refuse_gone(channel, err);
	own.nonce = channel->nonce;
	status = ovr_message_write(&own, &text, &size, err);
	if (status != 0)
		return status;
	/* what ends a text takes the place of the text's own end */
	text[size] = channel->kind->end;
	status = push_all(channel, text, size + (channel->kind->end != '\0'), err);
	free(text);
	return status;
}

/* The oldest text of the inbox. @return 0; -EAGAIN: it is of another session; see receive */
static int
read_one(struct ovr_channel *channel, char *text, size_t size, struct ovr_message *ret_message,
	struct ovr_err *err)
{
	struct ovr_message message;
	int status = ovr_message_read(text, size, &message, err);

	free(text);
	if (status != 0) {
		ovr_err_prefix(err, "%s", channel->name);
		return status == -ENOMEM ? status : -EBADMSG;
	}
	if (channel->nonce == 0)
		channel->nonce = message.nonce;
	/* 0 is the nonce of no session */
	if (message.nonce != channel->nonce || message.nonce == 0) {
		channel->discarded++;
		ovr_message_done(&message);
		return -EAGAIN;
	}
	*ret_message = message;
	return 0;
}

/* @return ms until then, OVR_KIND_SLICE_MS at most; 0: it is past */
static int
ms_until(uint64_t deadline_ns)
{
	uint64_t now_ns = ovr_kind_now_ns();
	uint64_t ms;

	if (now_ns >= deadline_ns)
		return 0;
	ms = (deadline_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;
	return ms < OVR_KIND_SLICE_MS ? (int)ms : OVR_KIND_SLICE_MS;
}

static uint64_t
deadline_of(int timeout_ms)
{
	return ovr_kind_now_ns() + (timeout_ms > 0 ? (uint64_t)timeout_ms * NS_PER_MS : 0);
}

int
ovr_channel_receive(
	struct ovr_channel *channel, int timeout_ms, struct ovr_message *ret_message, struct ovr_err *err)
{
	uint64_t deadline_ns = deadline_of(timeout_ms);

	for (;;) {
		zmq_pollitem_t item[OVR_KIND_ITEMS];
		size_t n, size;
		char *text;
		int ms;

		channel->kind->pump(channel);
		while (ovr_inbox_take(&channel->inbox, &text, &size)) {
			int status = read_one(channel, text, size, ret_message, err);

			if (status != -EAGAIN)
				return status;
		}
		if (channel->gone[0] != '\0')
			return refuse_gone(channel, err);
		ms = ms_until(deadline_ns);
		if (ms == 0)
			return -EAGAIN;
		n = channel->kind->items(channel, false, item);
		if (zmq_poll(item, (int)n, ms) < 0 && errno == EINTR)
			return ovr_err_set(err, -EINTR, "%s: interrupted", channel->name);
	}
}

/* Look once, without waiting. */
static bool
has_news(struct ovr_channel *const *channel, size_t n, struct ovr_listener *listener)
{
	bool has = false;

	for (size_t i = 0; i < n; i++) {
		if (channel[i] == NULL)
			continue;
		channel[i]->kind->pump(channel[i]);
		has |= channel[i]->inbox.n > 0 || channel[i]->gone[0] != '\0';
	}
	if (listener != NULL) {
		ovr_listener_pump(listener);
		has |= ovr_listener_has_peer(listener);
	}
	return has;
}

static size_t
all_items(struct ovr_channel *const *channel, size_t n, const struct ovr_listener *listener,
	zmq_pollitem_t *item)
{
	size_t n_items = 0;

	for (size_t i = 0; i < n; i++)
		if (channel[i] != NULL)
			n_items += channel[i]->kind->items(channel[i], false, item + n_items);
	if (listener != NULL)
		n_items += ovr_listener_items(listener, item + n_items);
	return n_items;
}

int
ovr_channel_wait(struct ovr_channel *const *channel, size_t n, struct ovr_listener *listener, int timeout_ms)
{
	uint64_t deadline_ns = deadline_of(timeout_ms);
	zmq_pollitem_t *item = calloc((n + 1) * OVR_KIND_ITEMS, sizeof(*item));
	int status = item == NULL ? -ENOMEM : 0;

	while (status == 0 && !has_news(channel, n, listener)) {
		int ms = ms_until(deadline_ns);

		if (ms == 0)
			status = -EAGAIN;
		else if (zmq_poll(item, (int)all_items(channel, n, listener, item), ms) < 0 && errno == EINTR)
			status = -EINTR;
	}
	free(item);
	return status;
}
