/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/reflect.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wait.h"
#include "path/reflect.h"
#include "probe/payload.h"
#include "probe/probe.h"

#define BYTES_MAX 65535
/* For a host that stands still for a while, as far as net.core.rmem_max allows it. */
#define RCVBUF_BYTES (4 << 20)
#define POLL_MS      50
#define IDLE_NS      (60 * UINT64_C(1000000000))
/* A full buffer is read in a tenth of this; what others send meanwhile has no end. */
#define LAST_NS UINT64_C(1000000000)

/* A flow: who sends, and a run's key. */
struct flow {
	struct sockaddr_storage from;
	uint32_t key;
	uint64_t latest_ns; /* 0: the place is free */
	struct ovr_path_count count;
};

struct ovr_reflector {
	struct ovr_reflector_conf conf;
	int fd;
	struct ovr_path_arrivals arrivals;
	struct flow flow[OVR_REFLECTOR_FLOWS_MAX];
	uint8_t bytes[BYTES_MAX];
};

int
ovr_reflector_open(const struct ovr_reflector_conf *conf, struct ovr_reflector **ret_reflector,
	uint16_t *ret_port, struct ovr_err *err)
{
	struct ovr_reflector *reflector = calloc(1, sizeof(*reflector));
	const struct sockaddr_storage *address = &conf->address;
	struct sockaddr_storage own;
	socklen_t size = sizeof(own);
	int bytes = RCVBUF_BYTES;
	int code;

	if (reflector == NULL)
		return ovr_err_set(err, -ENOMEM, "%s: no memory", conf->what);
	reflector->conf = *conf;
	reflector->fd = socket(address->ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
	if (reflector->fd < 0 ||
		bind(reflector->fd, (const struct sockaddr *)address,
			address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
						       : sizeof(struct sockaddr_in)) != 0 ||
		getsockname(reflector->fd, (struct sockaddr *)&own, &size) != 0) {
		code = errno;
		ovr_reflector_close(reflector);
		return ovr_err_set(err, -code,
			"%s: %s; accepted: an address of the reflector's host and a free port", conf->what,
			strerror(code));
	}
	(void)setsockopt(reflector->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	*ret_port = ntohs(own.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&own)->sin6_port
						    : ((struct sockaddr_in *)&own)->sin_port);
	*ret_reflector = reflector;
	return 0;
}

void
ovr_reflector_close(struct ovr_reflector *reflector)
{
	if (reflector == NULL)
		return;
	if (reflector->fd >= 0)
		close(reflector->fd);
	ovr_path_arrivals_done(&reflector->arrivals);
	free(reflector);
}

const struct ovr_path_arrivals *
ovr_reflector_arrivals(const struct ovr_reflector *reflector)
{
	return &reflector->arrivals;
}

static bool
is_same(const struct flow *flow, const struct sockaddr_storage *from, uint32_t key)
{
	if (flow->latest_ns == 0 || flow->key != key || flow->from.ss_family != from->ss_family)
		return false;
	if (from->ss_family == AF_INET6) {
		const struct sockaddr_in6 *a = (const void *)&flow->from, *b = (const void *)from;

		return a->sin6_port == b->sin6_port &&
			memcmp(&a->sin6_addr, &b->sin6_addr, sizeof(a->sin6_addr)) == 0;
	}
	return ((const struct sockaddr_in *)&flow->from)->sin_port ==
		((const struct sockaddr_in *)from)->sin_port &&
		((const struct sockaddr_in *)&flow->from)->sin_addr.s_addr ==
		((const struct sockaddr_in *)from)->sin_addr.s_addr;
}

/* The flow of a probe, or a free place for it; NULL: all are taken. */
static struct flow *
flow_of(struct ovr_reflector *reflector, const struct sockaddr_storage *from, uint32_t key,
	struct ovr_reflected *reflected)
{
	uint64_t now_ns = ovr_probe_now_ns();
	struct flow *spare = NULL;

	for (uint32_t i = 0; i < OVR_REFLECTOR_FLOWS_MAX; i++) {
		struct flow *flow = &reflector->flow[i];

		if (is_same(flow, from, key)) {
			flow->latest_ns = now_ns;
			return flow;
		}
		if (spare == NULL && (flow->latest_ns == 0 || now_ns - flow->latest_ns > IDLE_NS))
			spare = flow;
	}
	if (spare == NULL)
		return NULL;
	*spare = (struct flow){ .from = *from, .key = key, .latest_ns = now_ns };
	reflected->n_flows++;
	return spare;
}

/* A probe of a round. @return whether it came before */
static bool
count_probe(
	struct ovr_reflector *reflector, struct flow *flow, uint32_t number, struct ovr_reflected *reflected)
{
	bool is_late = flow->count.n > 0 && number < flow->count.newest;
	bool is_new = ovr_path_count_add(&flow->count, number);
	int rc;

	if (reflector->conf.key != 0) {
		rc = ovr_path_arrivals_add(&reflector->arrivals, number);
		reflected->is_list_short |= rc < 0;
		is_new = rc < 0 ? is_new : rc == 1;
	}
	reflected->duplicates += !is_new;
	reflected->reordered += is_new && is_late;
	return !is_new;
}

static bool
is_probe(const struct ovr_reflector *reflector, const struct ovr_probe_payload *payload)
{
	return payload->magic == htonl(OVR_PROBE_MAGIC) && payload->inverse == ~payload->number &&
		(payload->stamp == 0 || payload->stamp == htonl(OVR_PROBE_SEARCH)) &&
		(reflector->conf.key == 0 || payload->key == htonl(reflector->conf.key));
}

static void
answer(struct ovr_reflector *reflector, const struct sockaddr_storage *from, socklen_t from_size,
	size_t length, struct ovr_reflected *reflected)
{
	struct ovr_probe_payload payload;
	struct flow *flow;
	bool is_copy = false;

	if (length < sizeof(payload)) {
		reflected->foreign++;
		return;
	}
	memcpy(&payload, reflector->bytes, sizeof(payload));
	if (!is_probe(reflector, &payload)) {
		reflected->foreign++;
		return;
	}
	flow = flow_of(reflector, from, payload.key, reflected);
	if (flow == NULL) {
		reflected->full++;
		return;
	}
	if (payload.stamp == 0)
		is_copy = count_probe(reflector, flow, ntohl(payload.number), reflected);
	payload.stamp = htonl(is_copy ? OVR_PROBE_STAMP_COPY : OVR_PROBE_STAMP);
	payload.count = htonl((uint32_t)flow->count.n);
	memcpy(reflector->bytes, &payload, sizeof(payload));
	if (sendto(reflector->fd, reflector->bytes, length, MSG_DONTWAIT, (const struct sockaddr *)from,
		    from_size) < 0)
		reflected->unanswered++;
	else
		reflected->answered++;
}

/* Answer the next datagram. @return whether there was one */
static bool
answer_next(struct ovr_reflector *reflector, struct ovr_reflected *reflected)
{
	struct sockaddr_storage from;
	socklen_t size = sizeof(from);
	ssize_t length = recvfrom(reflector->fd, reflector->bytes, sizeof(reflector->bytes), MSG_DONTWAIT,
		(struct sockaddr *)&from, &size);

	if (length >= 0)
		answer(reflector, &from, size, (size_t)length, reflected);
	return length >= 0;
}

static bool
is_stopped(const struct ovr_reflector *reflector)
{
	return ovr_wait_is_stopped() || (reflector->conf.stop != NULL && atomic_load(reflector->conf.stop));
}

void
ovr_reflector_run(struct ovr_reflector *reflector, uint64_t count, struct ovr_reflected *ret_reflected)
{
	struct pollfd wait = { .fd = reflector->fd, .events = POLLIN };
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(memory);
	uint64_t until_ns;

	*ret_reflected = (struct ovr_reflected){ 0 };
	while (!is_stopped(reflector) && (count == 0 || ret_reflected->answered < count))
		if (poll(&wait, 1, POLL_MS) > 0)
			answer_next(reflector, ret_reflected);
	until_ns = ovr_probe_now_ns() + LAST_NS;
	while (count == 0 && answer_next(reflector, ret_reflected) && !ovr_wait_is_stopped() &&
		ovr_probe_now_ns() < until_ns)
		;
	ret_reflected->is_dropped_known = getsockopt(reflector->fd, SOL_SOCKET, SO_MEMINFO, memory, &size) ==
			0 &&
		size > SK_MEMINFO_DROPS * sizeof(memory[0]);
	ret_reflected->dropped = memory[SK_MEMINFO_DROPS];
}
