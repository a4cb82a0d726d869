/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Connections between hosts: ZeroMQ over TCP, encrypted, with both sides known by their keys
 * (CURVE). Without keys only the loopback interface is used.
 *
 *     agent                              caller
 *     ovr_link_open()                    ovr_link_open()
 *     ovr_listener_open()                ovr_channel_connect()
 *     ovr_listener_accept() → channel
 *
 * libzmq is used as it is. czmq would add a context that the whole process shares, signal handlers,
 * and a thread that reads the keys of all callers from a folder of certificates.
 *
 * One link per process. It has one thread of its own, which blocks all signals. Everything else is
 * called by one thread.
 */
#pragma once

#include "keys/authorized.h"
#include "keys/keys.h"
#include "link/channel.h"

/** TCP port of an agent where none is named. */
#define OVR_LINK_PORT 5205u
/** Most callers that a listener has channels of; what others say is discarded. */
#define OVR_LINK_PEERS_MAX 16u

/** How a link is made. Zeroed memory: no keys, any CPU. */
struct ovr_link_conf {
	const struct ovr_keys *keys; /**< this host's; copied. NULL: loopback alone */
	bool has_cpu;                /**< the I/O thread stays on one CPU */
	unsigned int cpu;
};

/** How a listener is made. */
struct ovr_listener_conf {
	/** ADDRESS:PORT, ADDRESS or :PORT; "": loopback. Port 0: any free one */
	const char *address;
	/** who may come; lent, and read at each connection. NULL only where the link has no keys */
	const struct ovr_authorized *authorized;
	/** told of each refusal, 20 a second at most; NULL: nobody. Must not call the listener */
	void (*refused)(void *context, const char *sentence);
	void *context;
};

/** @return 0; -ENOTSUP: libzmq was built without CURVE; -ENOMEM, -EMFILE */
int ovr_link_open(const struct ovr_link_conf *conf, struct ovr_link **ret_link, struct ovr_err *err);

/** Close, after its channels and its listener. NULL is allowed. */
void ovr_link_close(struct ovr_link *link);

/**
 * Listen for callers.
 * @return 0; -EACCES: no keys, and not on loopback; -EINVAL: no address; -EADDRINUSE;
 *         -EADDRNOTAVAIL; -ENOMEM
 */
int ovr_listener_open(struct ovr_link *link, const struct ovr_listener_conf *conf,
	struct ovr_listener **ret_listener, struct ovr_err *err);

/** Stop listening, after the channels that it accepted are closed. NULL is allowed. */
void ovr_listener_close(struct ovr_listener *listener);

/** @return "10.0.0.2:5205", with the true port; lives as long as the listener */
const char *ovr_listener_name(const struct ovr_listener *listener);

/**
 * A caller that said hello for the first time. Its hello is the first message to receive.
 * @param[out] ret_channel the caller of this function closes it
 * @return 0; -EAGAIN: there is none, without a sentence; -EINTR: a signal; -ENOMEM
 */
int ovr_listener_accept(
	struct ovr_listener *listener, int timeout_ms, struct ovr_channel **ret_channel, struct ovr_err *err);

/**
 * Connect to an agent. Returns before the connection stands: whether it does is said by the first
 * receive, or by ovr_channel_gone().
 * @param name of the host, for sentences
 * @param address HOST[:PORT], where HOST is a name, an IPv4 address, or an IPv6 one, in brackets
 *        where a port follows
 * @param agent_key the agent's; NULL: without encryption, on loopback alone
 * @param[out] ret_channel the caller closes it
 * @return 0; -EACCES: no keys, and not on loopback; -EINVAL: no address; -ENOENT: no host of this
 *         name; -EMFILE: this process may open too few files; -ENOMEM
 */
int ovr_channel_connect(struct ovr_link *link, const char *name, const char *address,
	const struct ovr_key *agent_key, struct ovr_channel **ret_channel, struct ovr_err *err);
