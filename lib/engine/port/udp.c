/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sock_diag.h>

#include "kernel/netns.h"
#include "socket/socket.h"

/* Bytes that a drained datagram is read into: one that is longer is cut. */
#define DRAIN_BYTES 64
/* A socket that others keep busy is never empty. */
#define DRAIN_MAX 10000000u

/* What the thread in the namespace is given. */
struct order {
	struct ovr_udp *udp;
	uint16_t n_sockets;
	bool receives;
};

/* What a receiver's socket has besides. @return 0; negative errno of the one that was refused */
static int
set_receiver(const struct ovr_socket_conf *conf, int fd, uint16_t n_sockets)
{
	int busy_poll_us = (int)conf->busy_poll_us;
	int on = 1;

	if (n_sockets > 1 && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0)
		return -errno;
	if (busy_poll_us != 0 &&
		setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL, &busy_poll_us, sizeof(busy_poll_us)) != 0)
		return -errno;
	return 0;
}

/* An IPv6 socket takes IPv6 alone: so that udp:[::]:9 and udp:0.0.0.0:9 are two ports. */
static int
make_socket(struct ovr_udp *udp, const struct order *order, struct ovr_err *err)
{
	int fd = socket(udp->conf.ip_version == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage address;
	socklen_t size = ovr_socket_address(&udp->conf, &address);
	int on = 1, status = 0;

	if (fd < 0)
		return ovr_err_set(err, -errno, "%s: no socket: %s", udp->label, strerror(errno));
	udp->fd[udp->n_sockets++] = fd;
	udp->buffer_bytes = ovr_socket_set_buffer(
		fd, order->receives, udp->conf.buffer_bytes, udp->label, udp->note, sizeof(udp->note));
	if (udp->conf.ip_version == 6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (order->receives)
		status = set_receiver(&udp->conf, fd, order->n_sockets);
	if (status != 0)
		return ovr_err_set(err, status,
			"%s: the kernel refuses busy-poll or reuseport: %s; accepted: it without these keys, "
			"or with CAP_NET_ADMIN",
			udp->label, strerror(-status));
	status = order->receives ? bind(fd, (struct sockaddr *)&address, size)
				 : connect(fd, (struct sockaddr *)&address, size);
	if (status == 0)
		return 0;
	status = -errno;
	return ovr_err_set(err, status, "%s: the kernel refuses to %s: %s; accepted: %s", udp->label,
		order->receives ? "bind a socket there" : "send there", strerror(-status),
		!order->receives ? "an address that this host or namespace has a route to"
			: status == -EACCES
			? "a port from net.ipv4.ip_unprivileged_port_start on (1024), or CAP_NET_BIND_SERVICE"
			: "an address of this host or namespace, and a port that nobody has");
}

static int
make_sockets(void *context, struct ovr_err *err)
{
	const struct order *order = context;
	int status = 0;

	while (status == 0 && order->udp->n_sockets < order->n_sockets)
		status = make_socket(order->udp, order, err);
	return status;
}

int
ovr_udp_open(const char *label, const struct ovr_socket_conf *conf, uint16_t n_sockets, bool receives,
	struct ovr_udp **ret_udp, struct ovr_err *err)
{
	struct ovr_udp *udp = calloc(1, sizeof(*udp));
	struct order order = { .udp = udp, .n_sockets = n_sockets, .receives = receives };
	struct ovr_kernel_netns *netns = NULL;
	int status;

	if (udp == NULL)
		return ovr_err_set(err, -ENOMEM, "%s: no memory", label);
	udp->conf = *conf;
	snprintf(udp->label, sizeof(udp->label), "%s", label);
	status = ovr_kernel_netns_open(conf->netns, &netns, err);
	if (status == 0)
		status = ovr_kernel_netns_run(netns, make_sockets, &order, err);
	ovr_kernel_netns_close(netns);
	if (status != 0) {
		ovr_udp_close(udp);
		return status;
	}
	*ret_udp = udp;
	return 0;
}

void
ovr_udp_close(struct ovr_udp *udp)
{
	if (udp == NULL)
		return;
	for (uint16_t i = 0; i < udp->n_sockets; i++)
		close(udp->fd[i]);
	free(udp);
}

void
ovr_udp_drain(const struct ovr_udp *udp)
{
	char bytes[DRAIN_BYTES];

	for (uint16_t i = 0; i < udp->n_sockets; i++)
		for (uint32_t n = 0; n < DRAIN_MAX; n++)
			if (recv(udp->fd[i], bytes, sizeof(bytes), MSG_DONTWAIT) < 0 && errno != EINTR)
				break;
}

uint32_t
ovr_udp_drops(const struct ovr_udp *udp, uint16_t index)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(memory);

	if (getsockopt(udp->fd[index], SOL_SOCKET, SO_MEMINFO, memory, &size) != 0)
		return 0;
	return memory[SK_MEMINFO_DROPS];
}
