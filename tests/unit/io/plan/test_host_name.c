/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/host_name.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_host_name
parsed(const char *text)
{
	struct ovr_host_name host;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_host_name_parse("--rx", text, &host, &err), 0, "%s", err.text);
	return host;
}

Test(host_name, a_word_is_a_name_of_the_file_of_hosts)
{
	cr_assert_eq(parsed("rack-b").kind, OVR_HOST_NAMED);
	cr_assert_str_eq(parsed("rack-b.example_1").text, "rack-b.example_1");
	cr_assert_eq(parsed("10g").kind, OVR_HOST_NAMED);
	cr_assert_eq(parsed("0").kind, OVR_HOST_NAMED);
}

Test(host_name, an_address_has_the_agents_port_where_it_names_none)
{
	struct ovr_host_name host = parsed("192.0.2.7");

	cr_assert_eq(host.kind, OVR_HOST_ADDRESS);
	cr_assert_eq(host.address.port, OVR_HOST_PORT_DEFAULT);
	cr_assert_str_eq(host.text, "192.0.2.7:5205");
	cr_assert_str_eq(parsed("192.0.2.7:5206").text, "192.0.2.7:5206");
	cr_assert_str_eq(parsed("[::1]").text, "[::1]:5205");
	cr_assert_str_eq(parsed("[2001:db8::7]:1").text, "[2001:db8::7]:1");
	cr_assert_str_eq(parsed(parsed("[::1]").text).text, "[::1]:5205");
}

Test(host_name, ssh_has_a_login)
{
	cr_assert_eq(parsed("ssh://b").kind, OVR_HOST_SSH);
	cr_assert_str_eq(parsed("ssh://root@rack-b").login, "root@rack-b");
	cr_assert_str_eq(parsed("ssh://root@rack-b").text, "ssh://root@rack-b");
}

Test(host_name, what_is_none_is_refused)
{
	static const char *const bad[] = { "", "-b", "a b", "a/b", "1.2.3", "1.2.3.4.5", "300.1.1.1",
		"192.0.2.7:0", "192.0.2.7:70000", "b:5205", "::1", "[::1", "[::1]5205", "ssh://",
		"ssh://-oX=y", "ssh://a@-b", "ssh://a@b@c", "ssh://a b", "a\xc3\xa4" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ovr_host_name host = { .text = "before" };
		struct ovr_err err = { "" };

		cr_assert_eq(ovr_host_name_parse("--rx", bad[i], &host, &err), -EINVAL, "%s", bad[i]);
		cr_assert_eq(strncmp(err.text, "--rx: found the host \"", 22), 0, "%s", err.text);
		cr_assert_str_eq(host.text, "before");
	}
}

Test(host_name, it_ends_at_the_slash_before_what_follows)
{
	cr_assert_str_eq(ovr_host_name_end("rack-b/10.0.0.2"), "/10.0.0.2");
	cr_assert_str_eq(ovr_host_name_end("ssh://root@rack-b/netdev:eth1"), "/netdev:eth1");
	cr_assert_str_eq(ovr_host_name_end("[2001:db8::7]:5206/"), "/");
	cr_assert_null(ovr_host_name_end("ssh://root@rack-b"));
	cr_assert_null(ovr_host_name_end("rack-b"));
}
