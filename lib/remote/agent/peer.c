/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/peer.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESS_BYTES 80

/* The address alone. */
static void
cut(char *ret_host, size_t size, const char *address)
{
	const char *colon = strchr(address, ':');
	size_t n = strlen(address);

	if (address[0] == '[') {
		address++;
		n = strchr(address, ']') != NULL ? strcspn(address, "]") : 0;
	} else if (colon != NULL && strchr(colon + 1, ':') == NULL) {
		n = (size_t)(colon - address);
	}
	snprintf(ret_host, size, "%.*s", (int)n, address);
}

/* This host's address on the way to the peer. @return whether there is a way */
static int
find_here(const struct addrinfo *peer, char *ret_here, size_t size)
{
	struct sockaddr_storage here;
	socklen_t n = sizeof(here);
	int fd = socket(peer->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int found;

	if (fd < 0)
		return 0;
	found = connect(fd, peer->ai_addr, peer->ai_addrlen) == 0 &&
		getsockname(fd, (struct sockaddr *)&here, &n) == 0 &&
		getnameinfo(
			(struct sockaddr *)&here, n, ret_here, (socklen_t)size, NULL, 0, NI_NUMERICHOST) == 0;
	close(fd);
	return found;
}

const char *
ovr_agent_peer_print(char *text, size_t size, const char *address)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_DGRAM };
	char peer[ADDRESS_BYTES], here[ADDRESS_BYTES];
	struct addrinfo *found;
	int has_way;

	cut(peer, sizeof(peer), address);
	/* any port: nothing is sent to it */
	if (getaddrinfo(peer, "9", &hints, &found) != 0)
		return NULL;
	has_way = find_here(found, here, sizeof(here));
	freeaddrinfo(found);
	if (!has_way)
		return NULL;
	snprintf(text, size, "%s 0 %s 0", peer, here);
	return text;
}
