/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/control.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/link.h"

/* HOST[:PORT], [HOST]:PORT, or an IPv6 address alone. */
static bool
split(const char *address, char *host, size_t host_size, char *port, size_t port_size)
{
	const char *colon = strrchr(address, ':'), *end = address + strlen(address);
	bool is_bracketed = address[0] == '[';
	bool has_port = colon != NULL && (is_bracketed ? colon[-1] == ']' : strchr(address, ':') == colon);
	size_t n;

	if (has_port)
		end = colon;
	if (is_bracketed) {
		address++;
		end = strchr(address, ']');
	}
	if (end == NULL || end < address || (size_t)(end - address) >= host_size)
		return false;
	n = (size_t)(end - address);
	memcpy(host, address, n);
	host[n] = '\0';
	if (has_port)
		snprintf(port, port_size, "%s", colon + 1);
	else
		snprintf(port, port_size, "%u", (unsigned int)OVR_LINK_PORT);
	return true;
}

static bool
is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24) ==
			127;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

/* Which of this host's addresses leads there: asked of the kernel, without a packet. */
static void
ask_kernel(const struct addrinfo *peer, char text[static OVR_CONTROL_BYTES])
{
	int fd = socket(peer->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage own;
	socklen_t size = sizeof(own);
	char there[INET6_ADDRSTRLEN + 1], here[INET6_ADDRSTRLEN + 1], there_port[8], here_port[8];

	if (fd < 0)
		return;
	if (connect(fd, peer->ai_addr, peer->ai_addrlen) == 0 &&
		getsockname(fd, (struct sockaddr *)&own, &size) == 0 &&
		!is_loopback((const struct sockaddr *)&own) &&
		getnameinfo(peer->ai_addr, peer->ai_addrlen, there, sizeof(there), there_port,
			sizeof(there_port), NI_NUMERICHOST | NI_NUMERICSERV) == 0 &&
		getnameinfo((const struct sockaddr *)&own, size, here, sizeof(here), here_port,
			sizeof(here_port), NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		snprintf(text, OVR_CONTROL_BYTES, "%s %s %s %s", there, there_port, here, here_port);
	close(fd);
}

bool
ovr_control_host(const char *address, char *ret_host, size_t size)
{
	char port[NI_MAXSERV];

	return split(address, ret_host, size, port, sizeof(port)) && ret_host[0] != '\0';
}

void
ovr_control_path(const char *address, char ret_text[static OVR_CONTROL_BYTES])
{
	const struct addrinfo wanted = { .ai_socktype = SOCK_DGRAM };
	char host[NI_MAXHOST], port[NI_MAXSERV];
	struct addrinfo *found = NULL;

	ret_text[0] = '\0';
	if (!split(address, host, sizeof(host), port, sizeof(port)) ||
		getaddrinfo(host, port, &wanted, &found) != 0)
		return;
	ask_kernel(found, ret_text);
	freeaddrinfo(found);
}
