/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/link.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "link/kind.h"

/*
 * A peer is asked for a sign of life twice a second, and gone where none came for 2 s. What is then
 * seen at the next look at its channel is known within OVR_CHANNEL_GONE_MS.
 */
#define HEARTBEAT_MS         500
#define HEARTBEAT_TIMEOUT_MS 2000
#define HANDSHAKE_MS         2000
/*
 * Bytes that libzmq keeps until they are read: more than comes between two reads, or than the
 * longest message has. Where a connection is lost whose queue is full, libzmq 4.3.4 ends the
 * program (stream_engine_base.cpp, "!_io_error").
 */
#define LISTENER_QUEUED_BYTES (8u << 20)
#define CALLER_QUEUED_BYTES   (OVR_MESSAGE_TO_CALLER_BYTES + (16u << 20))
/* What is sent last may still be on its way when a program ends. */
#define LINGER_MS 1000
/*
 * No connection is made anew in the life of a channel. libzmq's own -1 would also drop what came
 * and was not received yet.
 */
#define RECONNECT_MS (24 * 3600 * 1000)
/* The encryption's and libzmq's own bytes around a piece. */
#define AROUND_BYTES 128
/* Sockets of a caller of 1,000 agents, with those that tell of events. */
#define SOCKETS_MAX 8192
/* Files of a connection: TCP, and what wakes its socket, its monitor and the monitor's reader. */
#define FILES_EACH 4u
/* Files of everything else. */
#define FILES_OTHER 128u

struct ovr_link {
	void *context;
	struct ovr_keys keys;
	bool has_keys;
	unsigned int n_connections;
};

int
ovr_link_open(const struct ovr_link_conf *conf, struct ovr_link **ret_link, struct ovr_err *err)
{
	struct ovr_link *link;

	if (conf->keys != NULL && zmq_has("curve") == 0)
		return ovr_err_set(err, -ENOTSUP, "link: libzmq was built without CURVE");
	link = calloc(1, sizeof(*link));
	if (link != NULL)
		link->context = zmq_ctx_new();
	if (link == NULL || link->context == NULL) {
		ovr_link_close(link);
		return ovr_err_set(err, -ENOMEM, "link: no memory");
	}
	zmq_ctx_set(link->context, ZMQ_MAX_SOCKETS, SOCKETS_MAX);
	if (conf->has_cpu && zmq_ctx_set(link->context, ZMQ_THREAD_AFFINITY_CPU_ADD, (int)conf->cpu) != 0) {
		ovr_link_close(link);
		return ovr_err_set(err, -EINVAL, "link: its thread cannot be put on CPU %u", conf->cpu);
	}
	if (conf->keys != NULL) {
		link->keys = *conf->keys;
		link->has_keys = true;
	}
	*ret_link = link;
	return 0;
}

void
ovr_link_close(struct ovr_link *link)
{
	if (link == NULL)
		return;
	while (link->context != NULL && zmq_ctx_term(link->context) != 0 && zmq_errno() == EINTR)
		;
	ovr_keys_forget(&link->keys);
	free(link);
}

void *
ovr_link_context(const struct ovr_link *link)
{
	return link->context;
}

const struct ovr_keys *
ovr_link_keys(const struct ovr_link *link)
{
	return link->has_keys ? &link->keys : NULL;
}

/* libzmq says of a connection for which there is no file that nothing listens there. */
int
ovr_link_count(struct ovr_link *link, const char *what, struct ovr_err *err)
{
	rlim_t needed = FILES_OTHER + (link->n_connections + 1) * FILES_EACH;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < needed) {
		if (files.rlim_max < needed)
			return ovr_err_set(err, -EMFILE,
				"%s: found a limit of %llu open files, accepted: %llu, %u for each host "
				"(ulimit -n)",
				what, (unsigned long long)files.rlim_max, (unsigned long long)needed,
				FILES_EACH);
		files.rlim_cur = files.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &files) != 0)
			return ovr_err_set(err, -errno, "%s: the limit of open files cannot be raised", what);
	}
	link->n_connections++;
	return 0;
}

void
ovr_link_uncount(struct ovr_link *link)
{
	link->n_connections--;
}

int
ovr_link_set_up(void *socket, const struct ovr_address *address, bool is_caller)
{
	const struct {
		int option, value;
	} options[] = {
		{ ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS },
		{ ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS },
		{ ZMQ_HEARTBEAT_TTL, HEARTBEAT_TIMEOUT_MS },
		{ ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS },
		{ ZMQ_CONNECT_TIMEOUT, HANDSHAKE_MS },
		{ ZMQ_RECONNECT_IVL, RECONNECT_MS },
		{ ZMQ_LINGER, LINGER_MS },
		{ ZMQ_SNDHWM, OVR_CHANNEL_QUEUED_BYTES / OVR_KIND_PIECE_BYTES },
		{ ZMQ_RCVHWM,
			(is_caller ? CALLER_QUEUED_BYTES : LISTENER_QUEUED_BYTES) / OVR_KIND_PIECE_BYTES },
	};
	int64_t most = OVR_KIND_PIECE_BYTES + AROUND_BYTES;
	int is_ipv6 = address->is_ipv6;

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (zmq_setsockopt(socket, options[i].option, &options[i].value, sizeof(int)) != 0)
			return -zmq_errno();
	if (zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof(most)) != 0 ||
		zmq_setsockopt(socket, ZMQ_IPV6, &is_ipv6, sizeof(is_ipv6)) != 0)
		return -zmq_errno();
	return 0;
}
