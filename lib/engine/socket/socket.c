/* SPDX-License-Identifier: BSD-3-Clause */
#include "socket/socket.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

socklen_t
ovr_socket_address(const struct ovr_socket_conf *conf, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ret_address;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret_address;

	memset(ret_address, 0, sizeof(*ret_address));
	if (conf->ip_version == 4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(conf->port);
		memcpy(&in->sin_addr, conf->ip, sizeof(in->sin_addr));
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(conf->port);
	memcpy(&in6->sin6_addr, conf->ip, sizeof(in6->sin6_addr));
	return sizeof(*in6);
}

static uint32_t
get_buffer(int fd, bool receives)
{
	socklen_t size = sizeof(int);
	int bytes = 0;

	getsockopt(fd, SOL_SOCKET, receives ? SO_RCVBUF : SO_SNDBUF, &bytes, &size);
	return (uint32_t)bytes;
}

uint32_t
ovr_socket_set_buffer(
	int fd, bool receives, uint32_t wanted_bytes, const char *label, char *note, size_t note_bytes)
{
	int wanted = (int)wanted_bytes;
	uint32_t given;

	if (wanted != 0 &&
		setsockopt(fd, SOL_SOCKET, receives ? SO_RCVBUFFORCE : SO_SNDBUFFORCE, &wanted,
			sizeof(wanted)) != 0)
		setsockopt(fd, SOL_SOCKET, receives ? SO_RCVBUF : SO_SNDBUF, &wanted, sizeof(wanted));
	given = get_buffer(fd, receives);
	if (given / 2 < wanted_bytes)
		snprintf(note, note_bytes,
			"%s: a buffer of %d bytes was asked, and the kernel gave %u (half of what it "
			"accounts): more takes CAP_NET_ADMIN or a larger net.core.%s",
			label, wanted, given / 2, receives ? "rmem_max" : "wmem_max");
	return given;
}
