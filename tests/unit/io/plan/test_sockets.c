/* SPDX-License-Identifier: BSD-3-Clause */
/* Plans with udp ports. */
#include "plan/plan.h"

#include <errno.h>

#include <criterion/criterion.h>

#include "frozen.h"

Test(sockets, one_udp_port_alone_is_both_ends_of_its_address)
{
	struct ovr_plan plan = FROZEN("rx", "udp:127.0.0.1:9000,rcvbuf=4096");

	cr_assert_str_eq(plan.ports.tx.text, "udp:127.0.0.1:9000");
	plan = FROZEN("tx", "udp:127.0.0.1:9000,sndbuf=4096");
	cr_assert_str_eq(plan.ports.rx.text, "udp:127.0.0.1:9000");
}

Test(sockets, the_other_end_of_a_loopback_address_is_in_its_namespace)
{
	cr_assert_str_eq(FROZEN("rx", "udp:127.0.0.1:9000,netns=r,rcvbuf=4096").ports.tx.text,
		"udp:127.0.0.1:9000,netns=r");
	cr_assert_str_eq(FROZEN("tx", "udp:[::1]:9000,netns=r").ports.rx.text, "udp:[::1]:9000,netns=r");
	cr_assert_str_eq(FROZEN("rx", "udp:198.19.0.1:9000,netns=r").ports.tx.text, "udp:198.19.0.1:9000");
}

Test(sockets, a_loopback_address_is_not_reached_from_another_namespace)
{
	REFUSED(-EINVAL,
		"tx udp:127.0.0.1:9000 and rx udp:127.0.0.1:9000: found two network namespaces, accepted: "
		"the same netns=NAME of both, since a loopback address is reached from its own namespace "
		"alone",
		"tx", "udp:127.0.0.1:9000", "rx", "udp:127.0.0.1:9000,netns=r");
	FROZEN("tx", "udp:127.0.0.1:9000,netns=r", "rx", "udp:127.0.0.1:9000,netns=r");
	FROZEN("tx", "udp:198.19.0.1:9000", "rx", "udp:198.19.0.1:9000,netns=r");
}

Test(sockets, a_port_that_somebody_named_is_not_replaced)
{
	REFUSED(-EINVAL,
		"tx wire:0 and rx udp:127.0.0.1:9000: found a wire on one side only, accepted: a wire on "
		"both sides, since its two ends belong together; a side that is not named is a wire: --tx "
		"and "
		"--rx name both",
		"tx", "wire:0", "rx", "udp:127.0.0.1:9000");
	REFUSED(-EINVAL,
		"tx udp:127.0.0.1:9000 and rx wire:1: found a wire on one side only, accepted: a wire on "
		"both sides, since its two ends belong together; a side that is not named is a wire: --tx "
		"and "
		"--rx name both",
		"tx", "udp:127.0.0.1:9000", "rx", "wire:1");
}

Test(sockets, any_address_is_none_to_send_to)
{
	REFUSED(-EINVAL,
		"tx: found \"udp:0.0.0.0:9\", accepted: the address of a host, since that is where the port "
		"sends to",
		"rx", "udp:0.0.0.0:9");
}

Test(sockets, the_address_decides_the_version_of_ip_and_the_smallest_frame)
{
	struct ovr_plan plan = FROZEN("rx", "udp:[::1]:9000");

	cr_assert_eq(plan.frames.ip_version, 6);
	cr_assert_str_eq(plan.frames.size.text, "84");
	cr_assert_str_eq(FROZEN("rx", "udp:[::1]:9000", "size", "128").frames.size.text, "128");
	cr_assert_str_eq(FROZEN("rx", "udp:127.0.0.1:9000").frames.size.text, "64");
}

Test(sockets, a_version_of_ip_or_a_size_that_somebody_gave_is_not_replaced)
{
	REFUSED(-EINVAL, "ip: found 4 with udp:[::1]:9000, accepted: 6, as its address is", "rx",
		"udp:[::1]:9000", "ip", "4");
	REFUSED(-ERANGE,
		"size: found 64, needed: 84 for the headers (IPv6, VLAN tags: 0) and the tag, accepted: 84 "
		"to 9216",
		"rx", "udp:[::1]:9000", "size", "64");
}

/* A socket has no line: 100% of it is the default, unless somebody asked for it. */
Test(sockets, a_sender_without_a_line_has_a_rate_of_its_own)
{
	struct ovr_plan plan = FROZEN("rx", "udp:127.0.0.1:9000");

	cr_assert_eq(plan.load.rate.unit, OVR_RATE_PPS);
	cr_assert_eq(plan.load.rate.value, 10000000); /* in thousandths */
	plan = FROZEN("rx", "udp:127.0.0.1:9000", "rate", "5kpps");
	cr_assert_eq(plan.load.rate.value, 5000000);
	plan = FROZEN("rx", "udp:127.0.0.1:9000", "rate", "100%");
	cr_assert_eq(plan.load.rate.unit, OVR_RATE_LINE);
	plan = FROZEN("rx", "udp:127.0.0.1:9000", "line", "10G");
	cr_assert_eq(plan.load.rate.unit, OVR_RATE_LINE);
}

Test(sockets, every_socket_is_a_queue)
{
	cr_assert_eq(FROZEN("rx", "udp:127.0.0.1:9000,reuseport=4").ports.rxq, 4);
	cr_assert_eq(FROZEN("rx", "udp:127.0.0.1:9000", "rxq", "3").ports.rxq, 3);
	REFUSED(-EINVAL,
		"rxq: found 2 with udp:127.0.0.1:9000 and reuseport=4, accepted: 4, since each socket is a "
		"queue",
		"rx", "udp:127.0.0.1:9000,reuseport=4", "rxq", "2");
	REFUSED(-EINVAL,
		"rxq: found 1 with udp:127.0.0.1:9000 and reuseport=4, accepted: 4, since each socket is a "
		"queue",
		"rx", "udp:127.0.0.1:9000,reuseport=4", "rxq", "1");
}

Test(sockets, the_neighbour_that_has_the_address_is_asked_for)
{
	struct ovr_plan plan = FROZEN("tx", "netdev:eth1", "rx", "udp:198.19.0.1:9,netns=r");

	cr_assert_eq(plan.frames.gateway.ip_version, 4);
	cr_assert_arr_eq(plan.frames.gateway.ip, ((uint8_t[]){ 198, 19, 0, 1 }), 4);
	/* a router, or a MAC address, is named */
	plan = FROZEN("tx", "netdev:eth1", "rx", "udp:198.19.0.1:9", "gateway", "198.18.255.254");
	cr_assert_arr_eq(plan.frames.gateway.ip, ((uint8_t[]){ 198, 18, 255, 254 }), 4);
	plan = FROZEN("tx", "netdev:eth1", "rx", "udp:198.19.0.1:9", "dst-mac", "02:00:00:00:00:09");
	cr_assert_eq(plan.frames.gateway.ip_version, 0);
	plan = FROZEN("tx", "netdev:eth1", "rx", "udp:198.19.0.1:9", "gateway", "none");
	cr_assert_eq(plan.frames.gateway.ip_version, 0);
	REFUSED(-EINVAL,
		"rx: found udp:0.0.0.0:9 with tx netdev:eth1, accepted: the address that frames go to, or "
		"--gateway ADDRESS, or --dst-mac MAC",
		"tx", "netdev:eth1", "rx", "udp:0.0.0.0:9");
}

Test(sockets, frames_go_to_the_receivers_address_and_port)
{
	struct ovr_plan plan = FROZEN("tx", "netdev:eth1", "rx", "udp:10.1.2.3:9000,netns=r");
	struct ovr_frame_flow_conf conf = ovr_plan_flow_conf(&plan.ports, &plan.frames);

	cr_assert_eq(conf.dst_port, 9000);
	cr_assert_arr_eq(conf.dst_ip, ((uint8_t[]){ 10, 1, 2, 3 }), 4);
	plan = FROZEN("tx", "udp:10.1.2.3:9000", "rx", "netdev:eth1");
	cr_assert_eq(ovr_plan_flow_conf(&plan.ports, &plan.frames).dst_port, 9000);
	plan = FROZEN("tx", "wire:0");
	cr_assert_eq(ovr_plan_flow_conf(&plan.ports, &plan.frames).dst_port, 0);
}

Test(sockets, a_call_into_the_kernel_is_no_stall)
{
	cr_assert_eq(FROZEN("rx", "udp:127.0.0.1:9000").trial.stall_min_ns, 250000);
}

Test(sockets, what_a_socket_has_not_is_refused)
{
	REFUSED(-EINVAL,
		"vlan: found it with udp:127.0.0.1:9000, accepted: none, since the host's own stack makes "
		"the headers",
		"tx", "udp:127.0.0.1:9000", "vlan", "7");
	REFUSED(-EINVAL,
		"gateway: found it with udp:127.0.0.1:9000, accepted: none, since the host's own stack makes "
		"the headers",
		"tx", "udp:127.0.0.1:9000", "gateway", "127.0.0.1");
	REFUSED(-EINVAL,
		"txd: found it with udp:127.0.0.1:9000, accepted: none, since a socket has a buffer and no "
		"ring, as the key sndbuf=BYTES says",
		"tx", "udp:127.0.0.1:9000", "txd", "512");
	REFUSED(-EINVAL,
		"rxd: found it with udp:127.0.0.1:9000, accepted: none, since a socket has a buffer and no "
		"ring, as the key rcvbuf=BYTES says",
		"rx", "udp:127.0.0.1:9000", "rxd", "512");
	REFUSED(-EINVAL,
		"capture: found it with udp:127.0.0.1:9000, accepted: none, since a socket delivers payloads "
		"and no frames",
		"rx", "udp:127.0.0.1:9000", "capture", "lost.pcapng");
	REFUSED(-EINVAL,
		"tx udp:127.0.0.1:9 and rx udp:[::1]:9: found two versions of IP, accepted: one for both",
		"tx", "udp:127.0.0.1:9", "rx", "udp:[::1]:9");
}

Test(sockets, commands_about_rings_take_none)
{
	struct ovr_plan plan = plan_with((const char *const[]){ "rx", "udp:127.0.0.1:9000", NULL });
	struct ovr_err err = { "" };

	plan.command = OVR_PLAN_RING_VERIFY;
	cr_assert_eq(ovr_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"tx udp:127.0.0.1:9000 and rx udp:127.0.0.1:9000: found a socket for a command about rings, "
		"accepted: ports that have rings: wire, netdev, pci or vdev");
}

Test(sockets, namespaces_on_the_way_are_listed_one_after_the_other)
{
	struct ovr_plan plan = plan_with(
		(const char *const[]){ "via", "netns=a,netns=b", "via", "netns=c", NULL });
	const struct ovr_plan_row *row = ovr_plan_row_of("via");
	char text[OVR_PLAN_VALUE_BYTES];
	struct ovr_err err = { "" };

	cr_assert_str_eq(row->print(row, &plan, text, sizeof(text)), "netns=a,netns=b,netns=c");
	cr_assert_eq(ovr_plan_set(&plan, "via", "a", &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"via: found \"a\", accepted: none, or netns=NAME, a namespace as ip netns lists it");
	cr_assert_eq(ovr_plan_set(&plan, "via", "none", &err), 0);
	cr_assert_str_eq(row->print(row, &plan, text, sizeof(text)), "none");
}
