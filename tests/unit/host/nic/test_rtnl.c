/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/rtnl.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "support/netns.h"

static int
count(const struct nlmsghdr *message, void *data)
{
	unsigned int *n = data;

	cr_assert_eq(message->nlmsg_type, RTM_NEWLINK);
	(*n)++;
	return MNL_CB_OK;
}

Test(rtnl, a_list_has_a_message_for_every_one)
{
	struct ovr_rtnl rtnl;
	unsigned int n = 0;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	ovr_rtnl_begin(&rtnl, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	cr_assert_eq(ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, count, &n), 0);
	cr_assert_geq(n, 3, "lo and the pair, and %u links in all", n);
}

Test(rtnl, one_thing_is_one_message_and_its_acknowledgement)
{
	struct ovr_rtnl rtnl;
	struct ifinfomsg *info;
	unsigned int n = 0;

	info = ovr_rtnl_begin(&rtnl, RTM_GETLINK, 0, sizeof(*info));
	info->ifi_index = 1;
	cr_assert_eq(ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, count, &n), 0);
	cr_assert_eq(n, 1);
}

Test(rtnl, an_error_is_the_kernels_number_and_its_words)
{
	struct ovr_rtnl rtnl;
	struct ifinfomsg *info;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	info = ovr_rtnl_begin(&rtnl, RTM_SETLINK, 0, sizeof(*info));
	mnl_attr_put_strz(rtnl.header, IFLA_IFNAME, "nic-a");
	mnl_attr_put_u32(rtnl.header, IFLA_MTU, 1);
	cr_assert_eq(ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, NULL, NULL), -EINVAL);
	cr_assert_not_null(strstr(rtnl.why, "mtu"), "the kernel says \"%s\"", rtnl.why);
}

Test(rtnl, an_interface_that_is_not_there_is_no_device)
{
	struct ovr_rtnl rtnl;
	struct ifinfomsg *info;

	info = ovr_rtnl_begin(&rtnl, RTM_GETLINK, 0, sizeof(*info));
	info->ifi_index = 0x7ffffff0;
	cr_assert_eq(ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, count, NULL), -ENODEV);
}
