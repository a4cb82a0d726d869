/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A channel: messages to and from one other process, in order, and the knowledge whether it is
 * still there.
 *
 * There are three kinds, which differ only in how they are made: to an agent over the network
 * (ovr_channel_connect()), to a caller that came to a listener (ovr_listener_accept()), and to a
 * process of this host over a socket pair (ovr_channel_of_fd()).
 *
 * A peer that is gone stays gone. Nothing is connected anew: a session never outlives its
 * connection. That a peer was killed or stopped, or that its cable is cut, is known after
 * OVR_CHANNEL_GONE_MS at most, whether it was to speak or not, as long as this side waits, receives
 * or sends.
 *
 * All channels of a link belong to one thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "message/message.h"

struct ovr_channel;
struct ovr_link;
struct ovr_listener;

/** After this time at most a silent peer is known to be gone. */
#define OVR_CHANNEL_GONE_MS 3000
/** Most bytes of messages that wait to be received, and to be sent, besides one message. */
#define OVR_CHANNEL_QUEUED_BYTES (4u << 20)

/** Draw the nonce of a session: random, never 0. */
uint64_t ovr_channel_draw_nonce(void);

/**
 * A channel to a process: lines of JSON.
 * @param fd one end of a stream socket pair; the channel closes it. On failure it stays open
 * @param pid the process at the other end, of this host, whose stop (SIGSTOP) makes it gone; 0: it
 *        is on another host, behind ssh. Then a thread sends signs of life, and a peer that has
 *        sent one is gone where no more come
 * @param name for sentences: "the end process"
 * @param[out] ret_channel the caller closes it
 * @return 0; -EBADF: no stream socket; -EAGAIN: no thread; -ENOMEM
 */
int ovr_channel_of_fd(
	int fd, pid_t pid, const char *name, struct ovr_channel **ret_channel, struct ovr_err *err);

/** Close, and give up what waits. NULL is allowed. */
void ovr_channel_close(struct ovr_channel *channel);

/** @return "rack1 (10.0.0.2:5205)"; lives as long as the channel */
const char *ovr_channel_name(const struct ovr_channel *channel);

/**
 * Bind the channel to a session: what is sent gets its nonce, what comes with another one is
 * discarded and counted. A channel that is not bound takes the nonce of the first message that it
 * receives; a caller binds before its hello.
 * @param nonce not 0
 */
void ovr_channel_bind(struct ovr_channel *channel, uint64_t nonce);

/** @return the nonce; 0: not bound yet */
uint64_t ovr_channel_nonce(const struct ovr_channel *channel);

/** @return how many messages were discarded for their nonce */
uint64_t ovr_channel_discarded(const struct ovr_channel *channel);

/**
 * Send. Blocks while more than OVR_CHANNEL_QUEUED_BYTES wait for the peer, OVR_CHANNEL_GONE_MS at
 * most: a peer that takes nothing for so long is gone. Whether the peer received it is not known.
 * @param message its nonce is ignored; stays the caller's
 * @return 0; -EPIPE: the peer is gone; -EINVAL, -EMSGSIZE: no such message can be sent; -ENOMEM
 */
int ovr_channel_send(struct ovr_channel *channel, const struct ovr_message *message, struct ovr_err *err);

/**
 * Receive one message.
 * @param timeout_ms 0: only what is there
 * @param[out] ret_message untouched on failure; else the caller ends it by ovr_message_done()
 * @return 0; -EAGAIN: none came, without a sentence; -EPIPE: the peer is gone, and all that it said
 *         was received; -EBADMSG: something came that is no message, and the channel goes on;
 *         -EINTR: a signal; -ENOMEM
 */
int ovr_channel_receive(
	struct ovr_channel *channel, int timeout_ms, struct ovr_message *ret_message, struct ovr_err *err);

/**
 * Does not wait. What the peer said before it was gone can still be received.
 * @return NULL: the peer is there, as far as is known; else why it is gone, a clause: "it has
 *         closed the connection"; lives as long as the channel
 */
const char *ovr_channel_gone(struct ovr_channel *channel);

/**
 * Wait until there may be something to receive from one of the channels, one of them is gone, or
 * the listener has a new peer. A channel that is gone ends each wait at once.
 * @param channel @p n of them; NULLs are skipped
 * @param listener NULL: none
 * @return 0; -EAGAIN: nothing in this time; -EINTR: a signal
 */
int ovr_channel_wait(
	struct ovr_channel *const *channel, size_t n, struct ovr_listener *listener, int timeout_ms);
