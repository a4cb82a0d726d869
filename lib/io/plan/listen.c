/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

static bool
is_number(const char *text)
{
	return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* An address that ends before @p end: of IPv6 in brackets. */
static bool
parse_ip(const char *text, const char *end, struct ovr_listen *listen)
{
	char ip[INET6_ADDRSTRLEN + 2];
	size_t n = (size_t)(end - text);

	if (n == 0 || n >= sizeof(ip))
		return false;
	memcpy(ip, text, n);
	ip[n] = '\0';
	if (ip[0] == '[' && ip[n - 1] == ']') {
		ip[n - 1] = '\0';
		listen->ip_version = 6;
		return inet_pton(AF_INET6, ip + 1, listen->ip) == 1;
	}
	listen->ip_version = 4;
	return inet_pton(AF_INET, ip, listen->ip) == 1;
}

int
ovr_listen_parse_beside(const char *what, const char *text, const char *others, struct ovr_listen *ret_listen,
	struct ovr_err *err)
{
	struct ovr_listen listen = { .ip_version = 4, .ip = { 127, 0, 0, 1 } };
	const char *colon = strrchr(text, ':');
	const char *port = colon != NULL ? colon + 1 : text;
	uint64_t number = 0;

	if ((colon != NULL && !parse_ip(text, colon, &listen)) || !is_number(port) ||
		ovr_units_parse_u64(what, port, 0, UINT16_MAX, &number, NULL) != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: %sa port from 0 to 65535 as in 9464, or with an "
			"address of this host as in 192.0.2.1:9464 or [::1]:9464",
			what, text, others);
	listen.port = (uint16_t)number;
	*ret_listen = listen;
	return 0;
}

int
ovr_listen_parse(const char *what, const char *text, struct ovr_listen *ret_listen, struct ovr_err *err)
{
	return ovr_listen_parse_beside(what, text, "", ret_listen, err);
}

int
ovr_listen_parse_or_none(
	const char *what, const char *text, struct ovr_listen *ret_listen, struct ovr_err *err)
{
	if (strcmp(text, "none") != 0)
		return ovr_listen_parse_beside(what, text, "none, ", ret_listen, err);
	*ret_listen = (struct ovr_listen){ .ip_version = 0 };
	return 0;
}

const char *
ovr_listen_print(char *buf, size_t size, const struct ovr_listen *listen)
{
	char ip[INET6_ADDRSTRLEN] = "";

	inet_ntop(listen->ip_version == 6 ? AF_INET6 : AF_INET, listen->ip, ip, sizeof(ip));
	if (listen->ip_version == 0)
		snprintf(buf, size, "none");
	else
		snprintf(buf, size, listen->ip_version == 6 ? "[%s]:%u" : "%s:%u", ip, listen->port);
	return buf;
}

socklen_t
ovr_listen_address(const struct ovr_listen *listen, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)ret_address;
	struct sockaddr_in *in = (struct sockaddr_in *)(void *)ret_address;

	memset(ret_address, 0, sizeof(*ret_address));
	if (listen->ip_version == 6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(listen->port);
		memcpy(&in6->sin6_addr, listen->ip, sizeof(in6->sin6_addr));
		return sizeof(*in6);
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(listen->port);
	memcpy(&in->sin_addr, listen->ip, sizeof(in->sin_addr));
	return sizeof(*in);
}
