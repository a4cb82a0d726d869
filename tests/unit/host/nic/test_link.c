/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/link.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "support/netns.h"

/* RTM_NEWLINK of an interface 7, "enp59s0", flags 0x11043, without attributes. */
static struct nlmsghdr *
message_begin(void *buffer)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *info;

	message->nlmsg_type = RTM_NEWLINK;
	info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	info->ifi_index = 7;
	info->ifi_flags = 0x11043;
	return message;
}

Test(link, all_that_is_told_is_read)
{
	_Alignas(8) char buffer[1024];
	struct nlmsghdr *message = message_begin(buffer);
	struct nlattr *nested;
	struct ovr_nic_link link;

	mnl_attr_put_strz(message, IFLA_IFNAME, "enp59s0");
	mnl_attr_put(message, IFLA_ADDRESS, 6, "\x3c\xfd\xfe\x01\x02\x03");
	mnl_attr_put_u32(message, IFLA_MTU, 9000);
	mnl_attr_put_u32(message, IFLA_MIN_MTU, 68);
	mnl_attr_put_u32(message, IFLA_MAX_MTU, 9702);
	mnl_attr_put_u32(message, IFLA_CARRIER_CHANGES, 12);
	mnl_attr_put_u32(message, IFLA_NUM_RX_QUEUES, 64);
	mnl_attr_put_u32(message, IFLA_NUM_TX_QUEUES, 128);
	mnl_attr_put_u32(message, IFLA_MASTER, 9);
	mnl_attr_put_u32(message, IFLA_LINK, 3);
	mnl_attr_put_strz(message, IFLA_QDISC, "pfifo_fast");
	mnl_attr_put_u32(message, IFLA_TXQLEN, 1000);
	nested = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "vlan");
	mnl_attr_nest_end(message, nested);
	nested = mnl_attr_nest_start(message, IFLA_XDP);
	mnl_attr_put_u8(message, IFLA_XDP_ATTACHED, XDP_ATTACHED_DRV);
	mnl_attr_put_u32(message, IFLA_XDP_PROG_ID, 42);
	mnl_attr_put_u32(message, IFLA_XDP_DRV_PROG_ID, 42);
	mnl_attr_nest_end(message, nested);
	cr_assert_eq(ovr_nic_link_parse(message, &link), 0);
	cr_assert_eq(link.ifindex, 7);
	cr_assert_eq(link.flags, 0x11043);
	cr_assert_str_eq(link.name, "enp59s0");
	cr_assert_arr_eq(link.mac, "\x3c\xfd\xfe\x01\x02\x03", 6);
	cr_assert_eq(link.mtu, 9000);
	cr_assert_eq(link.mtu_min, 68);
	cr_assert_eq(link.mtu_max, 9702);
	cr_assert_eq(link.carrier_changes, 12);
	cr_assert_eq(link.n_rxq, 64);
	cr_assert_eq(link.n_txq, 128);
	cr_assert_eq(link.master, 9);
	cr_assert_eq(link.lower, 3);
	cr_assert_str_eq(link.kind, "vlan");
	cr_assert_str_eq(link.qdisc, "pfifo_fast");
	cr_assert_eq(link.tx_queue_len, 1000);
	cr_assert_eq(link.xdp.attached, XDP_ATTACHED_DRV);
	cr_assert_eq(link.xdp.prog_id, 42);
	cr_assert_eq(link.xdp.drv_prog_id, 42);
}

Test(link, what_is_not_told_is_zero)
{
	_Alignas(8) char buffer[256];
	struct ovr_nic_link link;

	memset(&link, 0xff, sizeof(link));
	cr_assert_eq(ovr_nic_link_parse(message_begin(buffer), &link), 0);
	cr_assert_str_eq(link.name, "");
	cr_assert_eq(link.mtu, 0);
	cr_assert_eq(link.xdp.attached, XDP_ATTACHED_NONE);
}

Test(link, what_it_stands_on_in_another_namespace_is_not_told)
{
	_Alignas(8) char buffer[256];
	struct nlmsghdr *message = message_begin(buffer);
	struct ovr_nic_link link;

	mnl_attr_put_u32(message, IFLA_LINK, 3);
	mnl_attr_put_u32(message, IFLA_LINK_NETNSID, 0);
	cr_assert_eq(ovr_nic_link_parse(message, &link), 0);
	cr_assert_eq(link.lower, 0);
}

Test(link, a_number_that_is_too_short_is_not_read)
{
	_Alignas(8) char buffer[256];
	struct nlmsghdr *message = message_begin(buffer);
	struct ovr_nic_link link;

	mnl_attr_put_u16(message, IFLA_MTU, 1500);
	cr_assert_eq(ovr_nic_link_parse(message, &link), 0);
	cr_assert_eq(link.mtu, 0);
}

Test(link, another_message_is_refused)
{
	_Alignas(8) char buffer[256];
	struct nlmsghdr *message = message_begin(buffer);
	struct ovr_nic_link link;

	message->nlmsg_type = RTM_NEWADDR;
	cr_assert_eq(ovr_nic_link_parse(message, &link), -EBADMSG);
	message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_type = RTM_NEWLINK;
	cr_assert_eq(ovr_nic_link_parse(message, &link), -EBADMSG);
}

static void
assert_program(struct ovr_nic_link_xdp xdp, uint32_t prog_id, const char *mode)
{
	const char *found;

	cr_assert_eq(ovr_nic_link_xdp_program(&xdp, &found), prog_id);
	cr_assert_str_eq(found, mode);
}

Test(link, an_xdp_program_has_an_id_and_a_mode)
{
	assert_program((struct ovr_nic_link_xdp){ 0 }, 0, "");
	assert_program(
		(struct ovr_nic_link_xdp){ .attached = XDP_ATTACHED_DRV, .prog_id = 5, .drv_prog_id = 5 }, 5,
		"drv");
	assert_program((struct ovr_nic_link_xdp){ .attached = XDP_ATTACHED_SKB, .prog_id = 6 }, 6, "skb");
	assert_program((struct ovr_nic_link_xdp){ .attached = XDP_ATTACHED_HW, .prog_id = 7 }, 7, "hw");
}

Test(link, of_several_xdp_programs_the_one_nearest_to_the_line_is_told)
{
	assert_program(
		(struct ovr_nic_link_xdp){
			.attached = XDP_ATTACHED_MULTI, .drv_prog_id = 8, .skb_prog_id = 9 },
		8, "drv");
}

Test(link, an_interface_that_is_not_there_gets_a_sentence_with_those_that_are)
{
	struct ovr_nic_link link;
	struct ovr_err err;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	cr_assert_eq(ovr_nic_link_read("eth9", &link, &err), -ENODEV);
	cr_assert_eq(
		strncmp(err.text, "eth9: there is no such interface; accepted: lo, ", 48), 0, "%s", err.text);
	cr_assert_not_null(strstr(err.text, "nic-a"));
	cr_assert_not_null(strstr(err.text, "nic-b"));
}

Test(link, names_that_no_interface_can_have_are_not_there)
{
	struct ovr_nic_link link;
	struct ovr_err err;

	cr_assert_eq(ovr_nic_link_read("", &link, &err), -ENODEV);
	cr_assert_eq(ovr_nic_link_read("a-name-of-sixteen", &link, &err), -ENODEV);
	cr_assert_not_null(strstr(err.text, "a-name-of-sixteen: there is no such interface; accepted: "));
}

Test(link, more_interfaces_than_a_sentence_holds_are_counted)
{
	struct ovr_err err;

	netns_enter();
	for (int i = 100; i < 140; i++)
		netns_run("ip link add a-long-name-%d type veth peer name b-long-name-%d", i, i);
	cr_assert_eq(ovr_nic_no_such_link("eth9", &err), -ENODEV);
	cr_assert_not_null(strstr(err.text, " more"), "%s", err.text);
}
