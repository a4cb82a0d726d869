/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel_lab.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netns.h"

void
kernel_lab_begin(void)
{
	netns_enter();
	if (mount("ovr-run", "/run", "tmpfs", 0, NULL) != 0)
		cr_skip_test("may not mount a /run of its own: %s", strerror(errno));
	netns_run("ip netns add s && ip netns add r");
	/* it would send frames of its own */
	for (const char *netns = "sr"; *netns != '\0'; netns++)
		netns_run("ip netns exec %c sh -c 'f=/proc/sys/net/ipv6/conf/default/disable_ipv6; "
			  "! [ -e $f ] || echo 1 >$f'",
			*netns);
	netns_run("ip link add va netns s type veth peer name vb netns r");
	netns_run("ip -n s addr add 10.9.0.1/24 dev va && ip -n s link set va up");
	netns_run("ip -n r addr add 10.9.0.2/24 dev vb && ip -n r link set vb up");
	/* so that no answer is waited for */
	netns_run("ip -n s neigh replace 10.9.0.2 dev va nud permanent lladdr "
		  "$(ip netns exec r cat /sys/class/net/vb/address)");
}

void
kernel_lab_run(const char *netns, const char *format, ...)
{
	char command[448];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	netns_run("ip netns exec %s %s", netns, command);
}

/* A socket that is made in a namespace. */
struct wanted {
	uint16_t port;
	int rcvbuf_bytes;
	int fd;
};

static struct sockaddr_in
address_of(uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, "10.9.0.2", &address.sin_addr);
	return address;
}

static int
open_socket(void *context, struct ovr_err *err)
{
	struct wanted *wanted = context;
	struct sockaddr_in address = address_of(wanted->port);

	wanted->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (wanted->fd < 0)
		return ovr_err_set(err, -errno, "socket: %s", strerror(errno));
	if (wanted->rcvbuf_bytes != 0 &&
		setsockopt(wanted->fd, SOL_SOCKET, SO_RCVBUF, &wanted->rcvbuf_bytes,
			sizeof(wanted->rcvbuf_bytes)) != 0)
		return ovr_err_set(err, -errno, "SO_RCVBUF: %s", strerror(errno));
	if (wanted->port != 0 && bind(wanted->fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return ovr_err_set(err, -errno, "bind: %s", strerror(errno));
	return 0;
}

static int
open_in(const char *name, uint16_t port, int rcvbuf_bytes)
{
	struct wanted wanted = { .port = port, .rcvbuf_bytes = rcvbuf_bytes };
	struct ovr_kernel_netns *netns;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_kernel_netns_open(name, &netns, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_kernel_netns_run(netns, open_socket, &wanted, &err), 0, "%s", err.text);
	ovr_kernel_netns_close(netns);
	return wanted.fd;
}

int
kernel_lab_receiver(uint16_t port, int rcvbuf_bytes)
{
	return open_in("r", port, rcvbuf_bytes);
}

void
kernel_lab_send(uint16_t port, unsigned int n_datagrams, unsigned int n_bytes)
{
	struct sockaddr_in to = address_of(port);
	int fd = open_in("s", 0, 0);
	char datagram[1472] = "";

	cr_assert_leq(n_bytes, sizeof(datagram));
	for (unsigned int i = 0; i < n_datagrams; i++)
		cr_assert_eq(sendto(fd, datagram, n_bytes, 0, (struct sockaddr *)&to, sizeof(to)),
			(ssize_t)n_bytes, "%s", strerror(errno));
	close(fd);
}

uint64_t
kernel_lab_drain(int fd)
{
	char datagram[1472];
	uint64_t n = 0;

	while (recv(fd, datagram, sizeof(datagram), MSG_DONTWAIT) >= 0)
		n++;
	return n;
}
