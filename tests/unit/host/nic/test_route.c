/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/route.h"

#include <criterion/criterion.h>
#include <libmnl/libmnl.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "support/netns.h"

static struct ovr_nic_stack stack;

static void
add(uint32_t ifindex, const char *kind, uint32_t lower, uint32_t master)
{
	struct ovr_nic_link link = { .ifindex = ifindex, .lower = lower, .master = master };

	strcpy(link.kind, kind);
	cr_assert_eq(ovr_nic_stack_add(&stack, &link), 0);
}

static void
done(void)
{
	ovr_nic_stack_done(&stack);
}

TestSuite(route, .fini = done);

/* 2 is a port of bridge 5, on which VLAN 6 stands; 3 is alone. */
static void
make_stack(void)
{
	add(1, "", 0, 0);
	add(2, "", 0, 5);
	add(3, "", 0, 0);
	add(6, "vlan", 5, 0);
	add(5, "bridge", 0, 0);
}

Test(route, what_stands_on_an_interface_passes_it)
{
	make_stack();
	ovr_nic_stack_mark(&stack, 2);
	cr_assert(ovr_nic_stack_has(&stack, 2));
	cr_assert(ovr_nic_stack_has(&stack, 5));
	cr_assert(ovr_nic_stack_has(&stack, 6));
	cr_assert_not(ovr_nic_stack_has(&stack, 1));
	cr_assert_not(ovr_nic_stack_has(&stack, 3));
	cr_assert_not(ovr_nic_stack_has(&stack, 99));
}

Test(route, marking_again_forgets_the_mark_before)
{
	make_stack();
	ovr_nic_stack_mark(&stack, 2);
	ovr_nic_stack_mark(&stack, 3);
	cr_assert(ovr_nic_stack_has(&stack, 3));
	cr_assert_not(ovr_nic_stack_has(&stack, 2));
	cr_assert_not(ovr_nic_stack_has(&stack, 6));
}

Test(route, the_other_end_of_a_veth_does_not_stand_on_it)
{
	add(2, "veth", 3, 0);
	add(3, "veth", 2, 0);
	ovr_nic_stack_mark(&stack, 2);
	cr_assert_not(ovr_nic_stack_has(&stack, 3));
}

Test(route, many_links_are_kept)
{
	for (uint32_t i = 1; i <= 1000; i++)
		add(i, "vlan", i - 1, 0);
	ovr_nic_stack_mark(&stack, 500);
	cr_assert(ovr_nic_stack_has(&stack, 1000));
	cr_assert_not(ovr_nic_stack_has(&stack, 499));
}

/* A default route of this family and type, without a way yet. */
static struct nlmsghdr *
route_begin(void *buffer, uint8_t family, uint8_t dst_len, uint8_t type)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct rtmsg *route;

	message->nlmsg_type = RTM_NEWROUTE;
	route = mnl_nlmsg_put_extra_header(message, sizeof(*route));
	route->rtm_family = family;
	route->rtm_dst_len = dst_len;
	route->rtm_type = type;
	return message;
}

static bool
is_default(uint8_t family, uint8_t dst_len, uint8_t type, uint32_t oif)
{
	_Alignas(8) char buffer[256];
	struct nlmsghdr *message = route_begin(buffer, family, dst_len, type);

	mnl_attr_put_u32(message, RTA_OIF, oif);
	return ovr_nic_route_is_default(message, &stack);
}

Test(route, a_default_route_leaves_through_the_interface_or_what_stands_on_it)
{
	make_stack();
	ovr_nic_stack_mark(&stack, 2);
	cr_assert(is_default(AF_INET, 0, RTN_UNICAST, 2));
	cr_assert(is_default(AF_INET6, 0, RTN_UNICAST, 6));
	cr_assert_not(is_default(AF_INET, 0, RTN_UNICAST, 3));
}

Test(route, only_a_way_to_everywhere_is_a_default_route)
{
	make_stack();
	ovr_nic_stack_mark(&stack, 2);
	cr_assert_not(is_default(AF_INET, 24, RTN_UNICAST, 2));
	cr_assert_not(is_default(AF_INET6, 0, RTN_UNREACHABLE, 2));
	cr_assert_not(is_default(AF_BRIDGE, 0, RTN_UNICAST, 2));
}

Test(route, one_of_several_ways_is_enough)
{
	_Alignas(8) char buffer[256];
	struct nlmsghdr *message = route_begin(buffer, AF_INET, 0, RTN_UNICAST);
	struct rtnexthop hops[2] = { { .rtnh_len = sizeof(hops[0]), .rtnh_ifindex = 3 },
		{ .rtnh_len = sizeof(hops[0]), .rtnh_ifindex = 2 } };

	make_stack();
	mnl_attr_put(message, RTA_MULTIPATH, sizeof(hops), hops);
	ovr_nic_stack_mark(&stack, 2);
	cr_assert(ovr_nic_route_is_default(message, &stack));
	ovr_nic_stack_mark(&stack, 1);
	cr_assert_not(ovr_nic_route_is_default(message, &stack));
}

Test(route, ways_that_are_cut_short_are_not_followed)
{
	_Alignas(8) char buffer[256];
	struct nlmsghdr *message = route_begin(buffer, AF_INET, 0, RTN_UNICAST);
	struct rtnexthop hop = { .rtnh_len = 100, .rtnh_ifindex = 2 };

	make_stack();
	mnl_attr_put(message, RTA_MULTIPATH, sizeof(hop), &hop);
	ovr_nic_stack_mark(&stack, 2);
	cr_assert_not(ovr_nic_route_is_default(message, &stack));
}

static bool
carries_default(uint32_t ifindex)
{
	bool carries = false;

	cr_assert_eq(ovr_nic_stack_read(&stack, ifindex), 0);
	cr_assert_eq(ovr_nic_route_default_read(&stack, &carries), 0);
	return carries;
}

Test(route, the_kernels_routes_are_found)
{
	netns_enter();
	netns_run("ip link add nic-a index 71 type veth peer name nic-b index 72");
	netns_run("ip link set nic-a up");
	netns_run("ip link set nic-b up");
	cr_assert_not(carries_default(71));
	netns_run("ip addr add 192.0.2.1/24 dev nic-a");
	cr_assert_not(carries_default(71));
	netns_run("ip route add default via 192.0.2.2 dev nic-a");
	cr_assert(carries_default(71));
	cr_assert_not(carries_default(72));
}

Test(route, a_default_route_through_a_bridge_is_carried_by_its_ports)
{
	netns_enter();
	netns_run("ip link add nic-a index 71 type veth peer name nic-b index 72");
	netns_run("ip link add nic-br type bridge 2>/dev/null || exit 0");
	netns_run("ip link set nic-a up");
	netns_run("ip link set nic-b up");
	if (system("ip link set nic-a master nic-br 2>/dev/null") != 0)
		cr_skip_test("no bridge in this kernel");
	netns_run("ip link set nic-br up");
	netns_run("ip addr add 192.0.2.1/24 dev nic-br");
	netns_run("ip route add default via 192.0.2.2 dev nic-br");
	cr_assert(carries_default(71));
	cr_assert_not(carries_default(72));
}

static bool
carries_login(const char *connection, uint32_t ifindex)
{
	struct ovr_nic_login login;
	bool carries = false;

	cr_assert_eq(ovr_nic_login_parse(connection, &login), 0);
	cr_assert_eq(ovr_nic_stack_read(&stack, ifindex), 0);
	cr_assert_eq(ovr_nic_login_read(&login, &stack, &carries), 0);
	return carries;
}

Test(route, a_login_is_carried_where_its_address_is_and_where_its_peer_is_routed)
{
	netns_enter();
	netns_run("ip link add nic-a index 71 type veth peer name nic-b index 72");
	netns_run("ip link set nic-a up");
	netns_run("ip link set nic-b up");
	netns_run("ip addr add 192.0.2.1/24 dev nic-a");
	netns_run("ip addr add 198.51.100.1/24 dev nic-b");
	cr_assert(carries_login("192.0.2.77 5555 192.0.2.1 22", 71));
	cr_assert_not(carries_login("192.0.2.77 5555 192.0.2.1 22", 72));
	/* the answers leave through the other one */
	cr_assert(carries_login("192.0.2.77 5555 198.51.100.1 22", 71));
	cr_assert(carries_login("192.0.2.77 5555 198.51.100.1 22", 72));
	cr_assert_not(carries_login("203.0.113.1 5555 203.0.113.2 22", 71));
}

Test(route, a_link_local_login_is_carried_by_its_interface)
{
	netns_enter();
	netns_run("ip link add nic-a index 71 type veth peer name nic-b index 72");
	cr_assert(carries_login("fe80::1%nic-a 5555 fe80::2%nic-a 22", 71));
	cr_assert_not(carries_login("fe80::1%nic-a 5555 fe80::2%nic-a 22", 72));
}

Test(route, without_a_login_nothing_carries_it)
{
	struct ovr_nic_login nobody = { 0 };
	bool carries = true;

	add(1, "", 0, 0);
	ovr_nic_stack_mark(&stack, 1);
	cr_assert_eq(ovr_nic_login_read(&nobody, &stack, &carries), 0);
	cr_assert_not(carries);
}
