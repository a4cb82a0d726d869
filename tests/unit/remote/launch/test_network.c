/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/network.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static struct ovr_err err;

static struct ovr_network
parsed(const char *text)
{
	struct ovr_network network;

	cr_assert_eq(ovr_network_parse("--listen", text, &network, &err), 0, "%s", err.text);
	return network;
}

static bool
has(const char *network_text, const char *address)
{
	struct ovr_network network = parsed(network_text);
	struct sockaddr_in six_less = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, address, &six_less.sin_addr) == 1)
		return ovr_network_has(&network, (const struct sockaddr *)&six_less);
	cr_assert_eq(inet_pton(AF_INET6, address, &six.sin6_addr), 1);
	return ovr_network_has(&network, (const struct sockaddr *)&six);
}

Test(network, a_port_may_follow)
{
	cr_assert_eq(parsed("10.0.0.0/24").port, 0);
	cr_assert_eq(parsed("10.0.0.0/24").bits, 24);
	cr_assert_eq(parsed("10.0.0.0/24:5205").port, 5205);
	cr_assert_eq(parsed("fd00::/64:5205").port, 5205);
	cr_assert_eq(parsed("fd00::/64").family, AF_INET6);
}

Test(network, an_address_is_in_it_by_its_first_bits)
{
	cr_assert(has("10.0.0.0/24", "10.0.0.255"));
	cr_assert_not(has("10.0.0.0/24", "10.0.1.0"));
	cr_assert(has("10.0.0.0/23", "10.0.1.0"));
	cr_assert_not(has("10.0.0.0/23", "10.0.2.0"));
	cr_assert(has("10.0.0.7/32", "10.0.0.7"));
	cr_assert_not(has("10.0.0.7/32", "10.0.0.6"));
	cr_assert(has("0.0.0.0/0", "192.0.2.1"));
	cr_assert_not(has("0.0.0.0/0", "fd00::1"));
	cr_assert(has("fd00::/64", "fd00::1"));
	cr_assert_not(has("fd00::/64", "fd00:0:0:1::1"));
}

Test(network, what_is_none_is_refused)
{
	static const char *const bad[] = { "", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0/24",
		"10.0.0.0/24:", "10.0.0.0/24:65536", "10.0.0.0/24:1x", "10.0.0.0/-1", "fd00::/129",
		"[fd00::]/64", "node/24" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ovr_network network = { .bits = 7 };

		cr_assert_eq(ovr_network_parse("--listen", bad[i], &network, &err), -EINVAL, "%s", bad[i]);
		cr_assert_eq(strncmp(err.text, "--listen: found \"", 17), 0, "%s", err.text);
		cr_assert_eq(network.bits, 7);
	}
}

Test(network, this_host_has_its_loopback_address_in_it)
{
	struct ovr_network loopback = parsed("127.0.0.0/8"), other = parsed("203.0.113.0/24");
	char address[OVR_CARD_ADDRESS_BYTES] = "";

	cr_assert_eq(ovr_network_own_address("--listen", &loopback, address, &err), 0, "%s", err.text);
	cr_assert_str_eq(address, "127.0.0.1");
	cr_assert_eq(ovr_network_own_address("--listen", &other, address, &err), -EADDRNOTAVAIL);
	cr_assert_str_eq(err.text,
		"--listen: found no address of this host in 203.0.113.0/24, accepted: a network that each "
		"host of the job has an address in");
}
