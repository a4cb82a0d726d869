/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <net/if.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "kernel/readers.h"
#include "kernel_reading.h"

static _Alignas(8) char buffer[1024];

TestSuite(link, .init = reading_begin, .fini = reading_end);

static struct nlmsghdr *
begin_link(const char *name, int ifindex, unsigned int flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *info;

	message->nlmsg_type = RTM_NEWLINK;
	info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	info->ifi_index = ifindex;
	info->ifi_flags = flags;
	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	return message;
}

static void
put_kind(struct nlmsghdr *message, const char *kind)
{
	struct nlattr *nested = mnl_attr_nest_start(message, IFLA_LINKINFO);

	mnl_attr_put_strz(message, IFLA_INFO_KIND, kind);
	mnl_attr_nest_end(message, nested);
}

Test(link, the_other_end_of_a_pair_is_in_a_namespace_with_a_number)
{
	struct nlmsghdr *message = begin_link("va", 2, IFF_UP);

	mnl_attr_put_u32(message, IFLA_LINK, 5);
	mnl_attr_put_u32(message, IFLA_LINK_NETNSID, 3);
	put_kind(message, "veth");
	cr_assert_eq(ovr_kernel_link_parse(message, &reading), 0);
	cr_assert_eq(snapshot.n_links, 1);
	cr_assert_str_eq(snapshot.link[0].netns, "r");
	cr_assert_str_eq(snapshot.link[0].name, "va");
	cr_assert_str_eq(snapshot.link[0].driver, "veth");
	cr_assert_eq(snapshot.link[0].ifindex, 2);
	cr_assert_eq(snapshot.link[0].peer_ifindex, 5);
	cr_assert_eq(snapshot.link[0].peer_nsid, 3);
	cr_assert_eq(snapshot.link[0].peer_netns_id, 0, "nobody knows yet");
	cr_assert_eq(snapshot.link[0].netns_id, 4026532311);
	cr_assert_not(snapshot.link[0].is_loopback);
}

Test(link, the_other_end_may_be_in_the_same_namespace)
{
	struct nlmsghdr *message = begin_link("va", 2, IFF_UP);

	mnl_attr_put_u32(message, IFLA_LINK, 3);
	put_kind(message, "veth");
	cr_assert_eq(ovr_kernel_link_parse(message, &reading), 0);
	cr_assert_eq(snapshot.link[0].peer_ifindex, 3);
	cr_assert_eq(snapshot.link[0].peer_nsid, -1);
	cr_assert_eq(snapshot.link[0].peer_netns_id, 4026532311);
}

Test(link, what_a_vlan_stands_on_is_no_other_end)
{
	struct nlmsghdr *message = begin_link("va.7", 4, IFF_UP);

	mnl_attr_put_u32(message, IFLA_LINK, 2);
	put_kind(message, "vlan");
	cr_assert_eq(ovr_kernel_link_parse(message, &reading), 0);
	cr_assert_eq(snapshot.link[0].peer_ifindex, 0);
	cr_assert_eq(snapshot.link[0].peer_nsid, -1);
	cr_assert_eq(snapshot.link[0].peer_netns_id, 0);
}

Test(link, loopback_and_a_program_are_told)
{
	struct nlmsghdr *message = begin_link("lo", 1, IFF_UP | IFF_LOOPBACK);
	struct nlattr *nested = mnl_attr_nest_start(message, IFLA_XDP);

	mnl_attr_put_u8(message, IFLA_XDP_ATTACHED, XDP_ATTACHED_SKB);
	mnl_attr_put_u32(message, IFLA_XDP_PROG_ID, 77);
	mnl_attr_nest_end(message, nested);
	cr_assert_eq(ovr_kernel_link_parse(message, &reading), 0);
	cr_assert(snapshot.link[0].is_loopback);
	cr_assert_eq(snapshot.link[0].xdp_prog_id, 77);
	cr_assert_str_eq(snapshot.link[0].xdp_mode, "skb");
}

static struct nlmsghdr *
begin_stats(uint32_t ifindex)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct rtnl_link_stats64 stats = {
		.rx_packets = 17362, .rx_bytes = 1000, .rx_dropped = 100, .tx_dropped = 344
	};
	struct if_stats_msg *header;

	message->nlmsg_type = RTM_NEWSTATS;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ifindex = ifindex;
	mnl_attr_put(message, IFLA_STATS_LINK_64, sizeof(stats), &stats);
	return message;
}

Test(link, its_counters_have_the_kernels_names)
{
	ovr_kernel_link_parse(begin_link("va", 2, IFF_UP), &reading);
	cr_assert_eq(ovr_kernel_link_stats_parse(begin_stats(2), &reading), 0);
	assert_counter(OVR_KERNEL_LINK, "va", "rx_packets", 17362);
	assert_counter(OVR_KERNEL_LINK, "va", "rx_dropped", 100);
	assert_counter(OVR_KERNEL_LINK, "va", "tx_dropped", 344);
	cr_assert_eq(ovr_kernel_snapshot_find(&snapshot, "r", OVR_KERNEL_LINK, "va", "rx_bytes")->unit,
		OVR_KERNEL_OTHER);
}

Test(link, counters_of_a_link_that_came_later_are_left_out)
{
	cr_assert_eq(ovr_kernel_link_stats_parse(begin_stats(2), &reading), 0);
	cr_assert_eq(snapshot.n, 0);
}

/* 3.2 ended with tx_compressed. */
Test(link, an_old_kernel_tells_fewer_counters_in_the_list_of_links)
{
	struct rtnl_link_stats64 stats = { .rx_packets = 5, .rx_dropped = 100, .tx_compressed = 6 };
	struct nlmsghdr *message = begin_link("va", 2, IFF_UP);

	mnl_attr_put(message, IFLA_STATS64, 23 * sizeof(uint64_t), &stats);
	cr_assert_eq(ovr_kernel_link_parse(message, &reading), 0);
	cr_assert_eq(snapshot.n, 0);
	cr_assert_eq(ovr_kernel_link_with_stats_parse(message, &reading), 0);
	cr_assert_eq(snapshot.n, 23);
	assert_counter(OVR_KERNEL_LINK, "va", "rx_packets", 5);
	assert_counter(OVR_KERNEL_LINK, "va", "rx_dropped", 100);
	assert_counter(OVR_KERNEL_LINK, "va", "tx_compressed", 6);
	cr_assert_eq(ovr_kernel_snapshot_find(&snapshot, "r", OVR_KERNEL_LINK, "va", "rx_nohandler"), NULL);
}

Test(link, other_messages_are_refused)
{
	struct nlmsghdr *message = begin_link("va", 2, 0);

	message->nlmsg_type = RTM_NEWSTATS;
	cr_assert_eq(ovr_kernel_link_parse(message, &reading), -EBADMSG);
	message->nlmsg_len = sizeof(*message);
	cr_assert_eq(ovr_kernel_link_stats_parse(message, &reading), -EBADMSG);
}

Test(link, the_limits_of_large_packets_are_told)
{
	struct nlmsghdr *message = begin_link("va", 2, IFF_UP);

	mnl_attr_put_u32(message, IFLA_GSO_MAX_SEGS, 1);
	mnl_attr_put_u32(message, IFLA_GSO_MAX_SIZE, 65536);
	mnl_attr_put_u32(message, IFLA_GRO_MAX_SIZE, 131072);
	cr_assert_eq(ovr_kernel_link_parse(message, &reading), 0);
	cr_assert_eq(snapshot.link[0].gso_max_segs, 1);
	cr_assert_eq(snapshot.link[0].gso_max_bytes, 65536);
	cr_assert_eq(snapshot.link[0].gro_max_bytes, 131072);
}

Test(link, a_kernel_that_does_not_tell_the_limit_of_gro_has_the_old_one)
{
	struct nlmsghdr *message = begin_link("va", 2, IFF_UP);

	cr_assert_eq(ovr_kernel_link_parse(message, &reading), 0);
	cr_assert_eq(snapshot.link[0].gro_max_bytes, 65536);
	cr_assert_eq(snapshot.link[0].gso_max_segs, 0);
}
