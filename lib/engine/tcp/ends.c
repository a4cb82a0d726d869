/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp/ends.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "socket/socket.h"

/* Of listen(2) by default; the kernel caps it at net.core.somaxconn. */
#define BACKLOG 4096

/* What a thread in a namespace is given. */
struct order {
	const struct ovr_port_name *port;
	struct ovr_tcp_ends *ends;
};

static int
make_socket(const struct ovr_port_name *port, struct ovr_err *err)
{
	bool is_v6 = port->conf.tcp.ip_version == 6;
	int fd = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd < 0)
		return ovr_err_set(err, -errno, "%s: no socket: %s", port->label, strerror(errno));
	if (is_v6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	return fd;
}

static int
make_listener(void *context, struct ovr_err *err)
{
	const struct order *order = context;
	const struct ovr_socket_conf *conf = &order->port->conf.tcp;
	struct ovr_tcp_ends *ends = order->ends;
	struct sockaddr_storage address;
	socklen_t size = ovr_socket_address(conf, &address);
	int fd = make_socket(order->port, err), on = 1;

	if (fd < 0)
		return fd;
	ends->listener = fd;
	ends->receive_buffer_bytes = ovr_socket_set_buffer(
		fd, true, conf->buffer_bytes, order->port->label, ends->note[1], sizeof(ends->note[1]));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, size) == 0 &&
		listen(fd, conf->has_backlog ? (int)conf->backlog : BACKLOG) == 0)
		return 0;
	return ovr_err_set(err, -errno,
		"%s: the kernel refuses to listen there: %s; accepted: an address of this host or "
		"namespace, and a port that nobody has",
		order->port->label, strerror(errno));
}

static int
set_congestion(const struct ovr_port_name *port, int fd, struct ovr_err *err)
{
	const char *name = port->conf.tcp.congestion;

	if (name[0] == '\0' ||
		setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, (socklen_t)strlen(name)) == 0)
		return 0;
	return ovr_err_set(err, -errno,
		"%s: congestion: found %s, and the kernel refuses it: %s; accepted: one of "
		"net.ipv4.tcp_allowed_congestion_control, or with CAP_NET_ADMIN of "
		"net.ipv4.tcp_available_congestion_control",
		port->label, name, strerror(errno));
}

static int
make_client(const struct order *order, struct ovr_err *err)
{
	const struct ovr_socket_conf *conf = &order->port->conf.tcp;
	struct ovr_tcp_ends *ends = order->ends;
	int fd = make_socket(order->port, err), on = 1;
	socklen_t size = sizeof(ends->congestion) - 1;

	if (fd < 0)
		return fd;
	ends->client[ends->n++] = fd;
	/* a record leaves when it is written */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	ends->send_buffer_bytes = ovr_socket_set_buffer(
		fd, false, conf->buffer_bytes, order->port->label, ends->note[0], sizeof(ends->note[0]));
	if (set_congestion(order->port, fd, err) != 0)
		return -EINVAL;
	getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, ends->congestion, &size);
	return 0;
}

static int
make_clients(void *context, struct ovr_err *err)
{
	const struct order *order = context;
	uint32_t n = order->port->conf.tcp.n_connections;
	int status = 0;

	for (uint32_t i = 0; i < (n == 0 ? 1 : n) && status == 0; i++)
		status = make_client(order, err);
	return status;
}

int
ovr_tcp_ends_open(const struct ovr_plan_ports *ports, struct ovr_tcp_ends *ret_ends, struct ovr_err *err)
{
	struct ovr_tcp_ends *ends = ret_ends;
	struct order receiver = { &ports->rx, ends }, sender = { &ports->tx, ends };
	int status;

	*ends = (struct ovr_tcp_ends){ .listener = -1 };
	ends->client = calloc(OVR_SOCKET_CONNECTIONS_MAX, sizeof(*ends->client));
	if (ends->client == NULL)
		return ovr_err_set(err, -ENOMEM, "%s: no memory", ports->tx.label);
	status = ovr_kernel_netns_open(ports->tx.conf.tcp.netns, &ends->tx_netns, err);
	if (status == 0)
		status = ovr_kernel_netns_open(ports->rx.conf.tcp.netns, &ends->rx_netns, err);
	if (status == 0)
		status = ovr_kernel_netns_run(ends->rx_netns, make_listener, &receiver, err);
	if (status == 0)
		status = ovr_kernel_netns_run(ends->tx_netns, make_clients, &sender, err);
	if (status != 0)
		ovr_tcp_ends_close(ends);
	return status;
}

void
ovr_tcp_ends_close(struct ovr_tcp_ends *ends)
{
	for (uint32_t i = 0; i < ends->n; i++)
		if (ends->client[i] >= 0)
			close(ends->client[i]);
	if (ends->listener >= 0)
		close(ends->listener);
	ovr_kernel_netns_close(ends->tx_netns);
	ovr_kernel_netns_close(ends->rx_netns);
	free(ends->client);
	*ends = (struct ovr_tcp_ends){ .listener = -1 };
}
