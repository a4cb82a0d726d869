/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link/kind.h"
#include "link/link.h"

struct parts {
	char host[256], port[6];
};

static int
refuse(const char *what, const char *text, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL,
		"%s: found \"%.80s\", accepted: HOST[:PORT], an IPv6 address in brackets where a port "
		"follows",
		what, text);
}

/* Where the host ends and a port may begin; an address with several colons has none. */
static int
split(const char *what, const char *text, struct parts *parts, struct ovr_err *err)
{
	const char *host = text, *host_end, *port = "";
	const char *colon = strchr(text, ':');
	char *end;
	size_t length;

	if (text[0] == '[') {
		host = text + 1;
		host_end = strchr(host, ']');
		if (host_end == NULL || (host_end[1] != '\0' && host_end[1] != ':'))
			return refuse(what, text, err);
		port = host_end[1] == ':' ? host_end + 2 : "";
		colon = host_end[1] == ':' ? host_end + 1 : NULL;
	} else if (colon != NULL && strchr(colon + 1, ':') == NULL) {
		host_end = colon;
		port = colon + 1;
	} else {
		host_end = text + strlen(text);
		colon = NULL;
	}
	length = (size_t)(host_end - host);
	if (length >= sizeof(parts->host) || strlen(port) >= sizeof(parts->port) ||
		(colon != NULL && port[strspn(port, "0123456789")] != '\0') ||
		(colon != NULL && port[0] == '\0'))
		return refuse(what, text, err);
	if (colon != NULL && strtoul(port, &end, 10) > UINT16_MAX)
		return ovr_err_set(err, -EINVAL, "%s: found port %s, accepted: 0 to 65535", what, port);
	memcpy(parts->host, host, length);
	parts->host[length] = '\0';
	snprintf(parts->port, sizeof(parts->port), "%s", port);
	if (colon == NULL)
		snprintf(parts->port, sizeof(parts->port), "%u", OVR_LINK_PORT);
	return 0;
}

static bool
is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

static int
print(const struct addrinfo *found, const char *port, struct ovr_address *ret_address)
{
	bool is_ipv6 = found->ai_family == AF_INET6;
	char host[256];

	if (getnameinfo(found->ai_addr, found->ai_addrlen, host, sizeof(host), NULL, 0, NI_NUMERICHOST) != 0)
		return -EINVAL;
	snprintf(ret_address->endpoint, sizeof(ret_address->endpoint), "tcp://%s%s%s:%s", is_ipv6 ? "[" : "",
		host, is_ipv6 ? "]" : "", port);
	ret_address->is_ipv6 = is_ipv6;
	ret_address->is_loopback = is_loopback(found->ai_addr);
	return 0;
}

int
ovr_address_find(const char *what, const char *text, bool is_passive, struct ovr_address *ret_address,
	struct ovr_err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = is_passive ? AI_PASSIVE : 0 };
	struct addrinfo *found;
	struct parts parts;
	int status = split(what, text, &parts, err);

	if (status != 0)
		return status;
	if (parts.host[0] == '\0' && !is_passive)
		return refuse(what, text, err);
	status = getaddrinfo(parts.host[0] == '\0' ? "127.0.0.1" : parts.host, parts.port, &hints, &found);
	if (status != 0)
		return ovr_err_set(err, -ENOENT, "%s: no address of host \"%.80s\" is known: %s", what,
			parts.host, gai_strerror(status));
	status = print(found, parts.port, ret_address);
	freeaddrinfo(found);
	return status == 0 ? 0 : refuse(what, text, err);
}
