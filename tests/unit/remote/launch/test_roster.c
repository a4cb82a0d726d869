/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/roster.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static struct ovr_err err;
static struct ovr_hosts hosts;

static void
done(void)
{
	ovr_hosts_done(&hosts);
}

TestSuite(roster, .fini = done);

static void
make(const struct ovr_card *card, uint32_t n)
{
	cr_assert_eq(ovr_roster_make(card, n, 0, &hosts, &err), 0, "%s", err.text);
}

Test(roster, each_host_has_a_number_and_a_name)
{
	const struct ovr_card card[] = {
		{ .host = "node0", .address = "10.0.0.1", .port = 1001 },
		{ .host = "node1.example", .address = "[fd00::2]", .port = 1002, .agent_key.byte = { 7 } },
	};

	make(card, 2);
	cr_assert_eq(hosts.n, 4);
	cr_assert_str_eq(hosts.host[0].name, "0");
	cr_assert_str_eq(hosts.host[0].address, "10.0.0.1:1001");
	cr_assert_str_eq(hosts.host[1].name, "1");
	cr_assert_str_eq(hosts.host[1].address, "[fd00::2]:1002");
	cr_assert(hosts.host[1].has_key);
	cr_assert_eq(hosts.host[1].key.byte[0], 7);
	cr_assert_str_eq(hosts.host[2].name, "node0");
	cr_assert_str_eq(ovr_hosts_of(&hosts, "node1.example")->address, "[fd00::2]:1002");
	cr_assert_eq(ovr_hosts_of(&hosts, "node1.example")->key.byte[0], 7);
}

Test(roster, of_several_on_one_host_the_first_has_its_name)
{
	const struct ovr_card card[] = {
		{ .host = "node0", .address = "10.0.0.1", .port = 1001 },
		{ .host = "node0", .address = "10.0.0.1", .port = 1002 },
	};

	make(card, 2);
	cr_assert_eq(hosts.n, 3);
	cr_assert_str_eq(ovr_hosts_of(&hosts, "node0")->address, "10.0.0.1:1001");
	cr_assert_str_eq(ovr_hosts_of(&hosts, "1")->address, "10.0.0.1:1002");
}

Test(roster, a_name_that_is_a_number_or_none_is_left_out)
{
	const struct ovr_card card[] = {
		{ .host = "1", .address = "10.0.0.1", .port = 1001 },
		{ .host = "10.0.0.9", .address = "10.0.0.2", .port = 1002 },
		{ .host = "a:b", .address = "10.0.0.3", .port = 1003 },
		{ .host = "-x", .address = "10.0.0.4", .port = 1004 },
	};

	make(card, 4);
	cr_assert_eq(hosts.n, 4);
	cr_assert_str_eq(ovr_hosts_of(&hosts, "1")->address, "10.0.0.2:1002");
}

Test(roster, an_agent_of_this_host_is_reached_on_loopback)
{
	const struct ovr_card card[] = { { .host = "node0", .port = 1001 },
		{ .host = "node0", .port = 1002 } };

	make(card, 2);
	cr_assert_str_eq(hosts.host[1].address, "127.0.0.1:1002");
}

Test(roster, a_name_that_leads_nowhere_is_refused)
{
	const struct ovr_card lost[] = { { .host = "node0", .port = 1 },
		{ .host = "no-such.invalid", .port = 1 } };
	const struct ovr_card loop[] = { { .host = "node0", .port = 1 }, { .host = "localhost", .port = 1 } };

	cr_assert_eq(ovr_roster_make(lost, 2, 0, &hosts, &err), -ENOENT);
	cr_assert_eq(strncmp(err.text, "host no-such.invalid: its name has no address here (", 52), 0, "%s",
		err.text);
	cr_assert_eq(ovr_roster_make(loop, 2, 0, &hosts, &err), -ENOENT);
	cr_assert_str_eq(err.text,
		"host localhost: its name has the address 127.0.0.1 here, which is no way to it, accepted: "
		"another one, or --listen NETWORK/BITS");
	cr_assert_eq(hosts.n, 0);
}
