/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/wait.h"
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

Test(set, promiscuity_is_set_and_cleared)
{
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	cr_assert_not(facts_of("nic-a").is_promiscuous);
	cr_assert_eq(ovr_nic_promisc_set("nic-a", true, &err), 0, "%s", err.text);
	cr_assert(facts_of("nic-a").is_promiscuous);
	cr_assert(facts_of("nic-a").is_up);
	cr_assert_not(facts_of("nic-b").is_promiscuous);
	cr_assert_eq(ovr_nic_promisc_set("nic-a", false, &err), 0, "%s", err.text);
	cr_assert_not(facts_of("nic-a").is_promiscuous);
}

Test(set, an_mtu_is_set)
{
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	cr_assert_eq(ovr_nic_mtu_set("nic-a", 3000, &err), 0, "%s", err.text);
	cr_assert_eq(facts_of("nic-a").mtu, 3000);
	cr_assert_eq(facts_of("nic-b").mtu, 1500);
}

Test(set, an_mtu_that_the_driver_does_not_take_is_told_with_those_it_takes)
{
	struct ovr_err err;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	cr_assert_eq(ovr_nic_mtu_set("nic-a", 67, &err), -EINVAL);
	cr_assert_str_eq(err.text, "nic-a: the driver refuses an MTU of 67; accepted: 68 to 65535");
	cr_assert_eq(facts_of("nic-a").mtu, 1500);
}

Test(set, what_is_not_there_cannot_be_set)
{
	struct ovr_err err;

	cr_assert_eq(ovr_nic_promisc_set("ovr-nowhere", true, &err), -ENODEV);
	cr_assert_eq(ovr_nic_mtu_set("ovr-nowhere", 1500, &err), -ENODEV);
	cr_assert_eq(ovr_nic_link_wait("ovr-nowhere", 0, &err), -ENODEV);
	cr_assert_eq(strncmp(err.text, "ovr-nowhere: there is no such interface; accepted: ", 51), 0);
}

Test(set, a_link_that_is_there_needs_no_wait)
{
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	cr_assert_eq(ovr_nic_link_wait("nic-a", 1000, &err), 0, "%s", err.text);
}

Test(set, no_carrier_comes_to_an_interface_that_is_down)
{
	struct ovr_err err;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip link set nic-a down");
	cr_assert_eq(ovr_nic_link_wait("nic-a", 1000, &err), -ENETDOWN);
	cr_assert_str_eq(
		err.text, "nic-a: it is down, so no carrier will come; accepted: ip link set nic-a up");
}

Test(set, no_carrier_comes_without_the_other_end)
{
	struct ovr_err err;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip link set nic-b down");
	cr_assert_eq(ovr_nic_link_wait("nic-a", 30, &err), -ETIMEDOUT);
	cr_assert_not_null(strstr(err.text, "nic-a: no carrier came within 30 ms"));
}

Test(set, the_wait_for_a_carrier_ends_when_the_program_is_asked_to_stop)
{
	static atomic_bool stop = true;
	struct ovr_err err;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip link set nic-b down");
	ovr_wait_stop_by(&stop);
	cr_assert_eq(ovr_nic_link_wait("nic-a", 3600000, &err), -EINTR);
	cr_assert_str_eq(err.text, "nic-a: the wait for its carrier was interrupted");
}

Test(set, a_carrier_that_comes_late_ends_the_wait)
{
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip link set nic-b down");
	netns_run("(sleep 0.2; ip link set nic-b up) &");
	cr_assert_eq(ovr_nic_link_wait("nic-a", 60000, &err), 0, "%s", err.text);
}
