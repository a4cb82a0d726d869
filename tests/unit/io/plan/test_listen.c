/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include <criterion/criterion.h>

static void
read_as(const char *text, const char *printed)
{
	char buf[OVR_LISTEN_TEXT_BYTES];
	struct ovr_listen listen;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_listen_parse_or_none("metrics", text, &listen, &err), 0, "%s: %s", text, err.text);
	cr_assert_str_eq(ovr_listen_print(buf, sizeof(buf), &listen), printed);
}

static void
refused(const char *text)
{
	struct ovr_listen listen = { .port = 7 };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_listen_parse_or_none("metrics", text, &listen, &err), -EINVAL, "%s", text);
	cr_assert_eq(listen.port, 7);
	cr_assert_eq(strncmp(err.text, "metrics: found \"", 16), 0, "%s", err.text);
}

Test(listen, a_port_alone_is_on_loopback)
{
	read_as("9464", "127.0.0.1:9464");
	read_as("0", "127.0.0.1:0");
}

Test(listen, an_address_is_ipv4_or_ipv6_in_brackets)
{
	read_as("192.0.2.1:9464", "192.0.2.1:9464");
	read_as("0.0.0.0:65535", "0.0.0.0:65535");
	read_as("[::1]:9464", "[::1]:9464");
	read_as("[2001:db8::7]:1", "[2001:db8::7]:1");
	read_as("none", "none");
}

Test(listen, it_is_an_address_to_bind)
{
	struct sockaddr_storage address;
	const struct sockaddr_in6 *in6 = (const void *)&address;
	const struct sockaddr_in *in = (const void *)&address;
	struct ovr_listen listen;

	cr_assert_eq(ovr_listen_parse("serve", "192.0.2.7:9464", &listen, NULL), 0);
	cr_assert_eq(ovr_listen_address(&listen, &address), sizeof(*in));
	cr_assert_eq(address.ss_family, AF_INET);
	cr_assert_eq(ntohl(in->sin_addr.s_addr), 0xc0000207);
	cr_assert_eq(ntohs(in->sin_port), 9464);
	cr_assert_eq(ovr_listen_parse("serve", "[::1]:9465", &listen, NULL), 0);
	cr_assert_eq(ovr_listen_address(&listen, &address), sizeof(*in6));
	cr_assert_eq(address.ss_family, AF_INET6);
	cr_assert(IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr));
	cr_assert_eq(ntohs(in6->sin6_port), 9465);
}

Test(listen, anything_else_is_refused)
{
	static const char *const bad[] = { "", ":", ":9464", "9464:", "65536", "-1", "+1", " 1", "1 ", "0x10",
		"localhost:9464", "::1:9464", "[::1]", "[::1]9464", "[127.0.0.1]:1", "127.0.0.1",
		"127.1:9464", "99999999999999999999", "127.0.0.1:9464/metrics", "[::1:9464", "[]:1" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(bad[i]);
}

/* An agent listens somewhere: its sentence does not offer "none". */
Test(listen, none_is_named_only_where_it_is_accepted)
{
	struct ovr_listen listen;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_listen_parse("serve", "none", &listen, &err), -EINVAL);
	cr_assert_null(strstr(err.text, "accepted: none"), "%s", err.text);
	cr_assert_eq(ovr_listen_parse_beside("serve", "none", "-, ", &listen, &err), -EINVAL);
	cr_assert_not_null(strstr(err.text, "accepted: -, a port"), "%s", err.text);
	cr_assert_eq(ovr_listen_parse_or_none("metrics", "nobody", &listen, &err), -EINVAL);
	cr_assert_not_null(strstr(err.text, "accepted: none, a port"), "%s", err.text);
}
