/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What every kind of channel has, and what each does in its own way. Private to this module.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>

#include "link/channel.h"
#include "link/inbox.h"

/** Most places that a channel or a listener waits at. */
#define OVR_KIND_ITEMS 3
/** Longest wait before a look at what wakes nobody: a stopped process, a peer to probe. */
#define OVR_KIND_SLICE_MS 200
/** Bytes of a message that go to libzmq in one piece, with the byte in front of them. */
#define OVR_KIND_PIECE_BYTES (64u << 10)
/** The byte in front of a piece: others follow, or it is the last one. */
#define OVR_KIND_MORE '+'
#define OVR_KIND_LAST '.'

/** What a kind of channel does in its own way. */
struct ovr_kind {
	/** Read what is there into the inbox, and see whether the peer is gone. Never waits. */
	void (*pump)(struct ovr_channel *channel);
	/**
	 * Hand on the rest of a text, or a part of it. Never waits.
	 * @return bytes that were taken; 0: none now, or the peer is gone
	 */
	size_t (*push)(struct ovr_channel *channel, const char *text, size_t size);
	/** The character that ends a text; '\0': the kind knows by itself where it ends */
	char end;
	/**
	 * @param is_sending whether room to send is waited for, too
	 * @return how many of @p item were filled in
	 */
	size_t (*items)(const struct ovr_channel *channel, bool is_sending,
		zmq_pollitem_t item[static OVR_KIND_ITEMS]);
	/** Free what the kind has. */
	void (*close)(struct ovr_channel *channel);
};

/** The part that all kinds begin with. */
struct ovr_channel {
	const struct ovr_kind *kind;
	char name[512];
	uint64_t nonce, discarded;
	struct ovr_inbox inbox;
	char gone[256]; /**< "": it is there */
};

/** Fill in the common part. @param text_max longest text that is received; bytes */
void ovr_kind_init(
	struct ovr_channel *channel, const struct ovr_kind *kind, const char *name, size_t text_max);

/** The peer is gone, unless it was already. */
void ovr_kind_lose(struct ovr_channel *channel, const char *why, ...) __attribute__((format(printf, 2, 3)));

/** Say why a text could not be added to the inbox, by its negative errno. */
void ovr_kind_lose_by(struct ovr_channel *channel, int status);

/**
 * Add a piece that came by libzmq to a channel's inbox. @p size may be 0: nothing comes of it. A
 * piece that is none makes the peer gone.
 */
void ovr_kind_take_piece(struct ovr_channel *channel, const char *piece, size_t size);

/** @return ns of CLOCK_MONOTONIC */
uint64_t ovr_kind_now_ns(void);

/** Where a listener waits, and what it reads there. link/listener.c */
size_t ovr_listener_items(const struct ovr_listener *listener, zmq_pollitem_t item[static OVR_KIND_ITEMS]);
void ovr_listener_pump(struct ovr_listener *listener);
bool ovr_listener_has_peer(const struct ovr_listener *listener);

/** Events of a socket, as they are read from its monitor. link/monitor.c */
struct ovr_monitor {
	void *socket;
};

/** Watch a socket. @param events ZMQ_EVENT_… or-ed. @return 0; negative errno */
int ovr_monitor_open(struct ovr_monitor *monitor, void *context, void *socket, int events);

/** @return whether there was an event; does not wait */
bool ovr_monitor_next(struct ovr_monitor *monitor, unsigned int *ret_event, uint32_t *ret_value);

/** Stop watching, before the socket is closed. */
void ovr_monitor_close(struct ovr_monitor *monitor, void *socket);

/** An address that was looked up. link/address.c */
struct ovr_address {
	char endpoint[320]; /**< "tcp://10.0.0.2:5205" */
	bool is_loopback, is_ipv6;
};

/**
 * @param what for sentences
 * @param text HOST[:PORT]; with @p is_passive also "" and :PORT, on the loopback interface
 * @return 0; -EINVAL: no such form; -ENOENT: no host of this name
 */
int ovr_address_find(const char *what, const char *text, bool is_passive, struct ovr_address *ret_address,
	struct ovr_err *err);

/** The parts of a link. link/link.c */
void *ovr_link_context(const struct ovr_link *link);
/** @return NULL: it has none */
const struct ovr_keys *ovr_link_keys(const struct ovr_link *link);

/**
 * Count a connection to an agent, and see that this process may open its files.
 * @param what for sentences
 * @return 0; -EMFILE: it may not
 */
int ovr_link_count(struct ovr_link *link, const char *what, struct ovr_err *err);
/** It is closed. */
void ovr_link_uncount(struct ovr_link *link);

/** Set what all sockets have in common: heartbeats, queues, sizes. @return 0; negative errno */
int ovr_link_set_up(void *socket, const struct ovr_address *address, bool is_caller);
