/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "nic/nic.h"
#include "support/netns.h"

static struct ovr_nic_facts
facts_of(const char *name)
{
	struct ovr_nic_facts facts;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_nic_facts_read(name, &facts, &err), 0, "%s", err.text);
	return facts;
}

Test(facts, of_a_veth)
{
	struct ovr_nic_facts facts;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip link set nic-a address 02:00:00:00:00:0a mtu 1400");
	facts = facts_of("nic-a");
	cr_assert_str_eq(facts.name, "nic-a");
	cr_assert_eq(facts.ifindex, if_nametoindex("nic-a"));
	cr_assert_arr_eq(facts.mac, "\x02\0\0\0\0\x0a", 6);
	cr_assert_eq(facts.mtu, 1400);
	cr_assert(facts.is_up);
	cr_assert(facts.has_carrier);
	cr_assert_not(facts.is_promiscuous);
	cr_assert_not(facts.is_loopback);
	cr_assert_eq(facts.speed_mbps, 10000);
	cr_assert_str_eq(facts.duplex, "full");
	cr_assert_str_eq(facts.driver, "veth");
	cr_assert_str_eq(facts.bus, "");
	cr_assert_eq(facts.numa_node, -1);
	cr_assert_not(facts.rings.known);
	cr_assert_not(facts.pcie.known);
	cr_assert_str_eq(facts.qdisc, "noqueue");
	cr_assert_eq(facts.tx_queue_len, 1000);
	cr_assert_eq(facts.xdp_prog_id, 0);
	cr_assert_str_eq(facts.xdp_mode, "");
	cr_assert_not(facts.carries_default_route);
}

Test(facts, queues_are_those_in_use)
{
	struct ovr_nic_facts facts;

	netns_enter();
	netns_run("ip link add nic-a numrxqueues 4 numtxqueues 3 type veth peer name nic-b");
	facts = facts_of("nic-a");
	cr_assert_eq(facts.n_rxq, 4);
	cr_assert_eq(facts.n_txq, 3);
}

Test(facts, an_interface_that_is_down_is_down_and_its_other_end_has_no_carrier)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip link set nic-b down");
	cr_assert_not(facts_of("nic-b").is_up);
	cr_assert(facts_of("nic-a").is_up);
	cr_assert_not(facts_of("nic-a").has_carrier);
}

Test(facts, carriers_that_come_and_go_are_counted)
{
	uint32_t before;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	before = facts_of("nic-a").carrier_changes;
	netns_run("ip link set nic-b down");
	netns_run("ip link set nic-b up");
	cr_assert_eq(facts_of("nic-a").carrier_changes, before + 2);
}

Test(facts, the_link_alone_is_told_with_its_speed_and_changes)
{
	struct ovr_nic_carrier before, after;
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	cr_assert_eq(ovr_nic_carrier_read("nic-a", &before, &err), 0, "%s", err.text);
	cr_assert(before.has_carrier);
	cr_assert_eq(before.speed_mbps, 10000);
	netns_run("ip link set nic-b down");
	cr_assert_eq(ovr_nic_carrier_read("nic-a", &after, &err), 0, "%s", err.text);
	cr_assert_not(after.has_carrier);
	cr_assert_eq(after.changes, before.changes + 1);
	cr_assert_eq(ovr_nic_carrier_read("nic-c", &after, &err), -ENODEV);
}

Test(facts, a_default_route_is_told)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip addr add 192.0.2.1/24 dev nic-a");
	cr_assert_not(facts_of("nic-a").carries_default_route);
	netns_run("ip route add default via 192.0.2.2");
	cr_assert(facts_of("nic-a").carries_default_route);
	cr_assert_not(facts_of("nic-b").carries_default_route);
}

Test(facts, a_login_is_told)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip addr add 192.0.2.1/24 dev nic-a");
	setenv("SSH_CONNECTION", "192.0.2.77 50000 192.0.2.1 22", 1);
	cr_assert(facts_of("nic-a").carries_login);
	cr_assert_not(facts_of("nic-b").carries_login);
}

Test(facts, a_caller_on_another_host_is_told)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip addr add 192.0.2.1/24 dev nic-a");
	cr_assert_not(facts_of("nic-a").carries_caller);
	setenv("OVERRUN_CALLER", "192.0.2.77 0 192.0.2.1 0", 1);
	cr_assert(facts_of("nic-a").carries_caller);
	cr_assert_not(facts_of("nic-a").carries_login);
	cr_assert_not(facts_of("nic-b").carries_caller);
	/* one of several */
	setenv("OVERRUN_CALLER", "203.0.113.1 0 203.0.113.2 0,192.0.2.77 0 192.0.2.1 0", 1);
	cr_assert(facts_of("nic-a").carries_caller);
	cr_assert_not(facts_of("nic-b").carries_caller);
}

Test(facts, the_loopback_is_one_and_the_kernel_names_no_driver)
{
	struct ovr_nic_facts facts;

	netns_enter();
	facts = facts_of("lo");
	cr_assert(facts.is_loopback);
	cr_assert_eq(facts.ifindex, 1);
	cr_assert_eq(facts.speed_mbps, 0);
	cr_assert_str_eq(facts.duplex, "");
	cr_assert_not(facts.rings.known);
}

Test(facts, an_interface_that_is_not_there_has_none)
{
	struct ovr_nic_facts facts = { .ifindex = 99 };
	struct ovr_err err;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	cr_assert_eq(ovr_nic_facts_read("eth9", &facts, &err), -ENODEV);
	cr_assert_eq(facts.ifindex, 99);
	cr_assert_not_null(strstr(err.text, "eth9: there is no such interface; accepted: lo, "));
}
