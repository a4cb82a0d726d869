/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* @return whether it is a whole number up to @p most */
static bool
read_number(const char *text, size_t length, unsigned long most, unsigned long *ret_number)
{
	char digits[8];

	if (length == 0 || length >= sizeof(digits) || strspn(text, "0123456789") < length)
		return false;
	memcpy(digits, text, length);
	digits[length] = '\0';
	*ret_number = strtoul(digits, NULL, 10);
	return *ret_number <= most;
}

static bool
read_ip(const char *text, size_t length, struct ovr_network *network)
{
	char ip[INET6_ADDRSTRLEN];

	if (length >= sizeof(ip))
		return false;
	memcpy(ip, text, length);
	ip[length] = '\0';
	network->family = strchr(ip, ':') != NULL ? AF_INET6 : AF_INET;
	return inet_pton(network->family, ip, network->ip) == 1;
}

int
ovr_network_parse(const char *what, const char *text, struct ovr_network *ret_network, struct ovr_err *err)
{
	struct ovr_network network = { .port = 0 };
	const char *slash = strchr(text, '/');
	const char *bits = slash != NULL ? slash + 1 : "";
	size_t n_bits = strcspn(bits, ":");
	unsigned long n = 0, port = 0;

	if (slash == NULL || !read_ip(text, (size_t)(slash - text), &network) ||
		!read_number(bits, n_bits, network.family == AF_INET ? 32 : 128, &n) ||
		(bits[n_bits] == ':' &&
			!read_number(bits + n_bits + 1, strlen(bits + n_bits + 1), UINT16_MAX, &port)))
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: a network, with a port or without, as in "
			"10.0.0.0/24, "
			"10.0.0.0/24:5205 or fd00::/64",
			what, text);
	network.bits = (unsigned int)n;
	network.port = (uint16_t)port;
	*ret_network = network;
	return 0;
}

static const uint8_t *
bytes_of(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return (const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr;
	return (const uint8_t *)&((const struct sockaddr_in6 *)address)->sin6_addr;
}

bool
ovr_network_has(const struct ovr_network *network, const struct sockaddr *address)
{
	unsigned int whole = network->bits / 8, rest = network->bits % 8;
	const uint8_t *ip;

	if (address->sa_family != network->family)
		return false;
	ip = bytes_of(address);
	if (memcmp(ip, network->ip, whole) != 0)
		return false;
	return rest == 0 || (ip[whole] ^ network->ip[whole]) >> (8 - rest) == 0;
}

int
ovr_network_own_address(const char *what, const struct ovr_network *network,
	char ret_address[static OVR_CARD_ADDRESS_BYTES], struct ovr_err *err)
{
	char ip[INET6_ADDRSTRLEN] = "";
	struct ifaddrs *all;

	if (getifaddrs(&all) != 0)
		return ovr_err_set(
			err, -errno, "%s: this host's addresses are not known: %s", what, strerror(errno));
	for (const struct ifaddrs *one = all; one != NULL && ip[0] == '\0'; one = one->ifa_next)
		if (one->ifa_addr != NULL && (one->ifa_flags & IFF_UP) != 0 &&
			ovr_network_has(network, one->ifa_addr))
			inet_ntop(network->family, bytes_of(one->ifa_addr), ip, sizeof(ip));
	freeifaddrs(all);
	if (ip[0] == '\0') {
		inet_ntop(network->family, network->ip, ip, sizeof(ip));
		return ovr_err_set(err, -EADDRNOTAVAIL,
			"%s: found no address of this host in %s/%u, accepted: a network that each host of "
			"the "
			"job has an address in",
			what, ip, network->bits);
	}
	snprintf(ret_address, OVR_CARD_ADDRESS_BYTES, network->family == AF_INET6 ? "[%s]" : "%s", ip);
	return 0;
}
