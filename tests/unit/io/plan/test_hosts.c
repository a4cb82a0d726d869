/* SPDX-License-Identifier: BSD-3-Clause */
/* Plans with ports on other machines. */
#include "plan/plan.h"

#include <errno.h>

#include <criterion/criterion.h>

#include "frozen.h"

Test(hosts, two_machines_may_have_interfaces_and_cpus_of_one_name)
{
	FROZEN("tx", "host:a/netdev:eth1", "rx", "host:b/netdev:eth1,mode=af_packet");
	FROZEN("tx", "netdev:eth1", "rx", "host:b/netdev:eth1,mode=af_packet", "cores", "tx=0,rx=0");
	FROZEN("tx", "host:a/pci:01:00.0", "rx", "host:b/pci:01:00.0,x=1");
	REFUSED(-EINVAL,
		"tx host:a/netdev:eth1 and rx host:a/netdev:eth1,mode=af_packet: found one interface with "
		"different keys, accepted: the same keys for both",
		"tx", "host:a/netdev:eth1", "rx", "host:a/netdev:eth1,mode=af_packet");
}

Test(hosts, rings_are_checked_as_those_of_this_machine)
{
	REFUSED(-EINVAL,
		"rxd: found 1000, accepted for host:b/netdev:eth1: a power of two, since AF_XDP has no other "
		"rings",
		"tx", "netdev:eth1", "rx", "host:b/netdev:eth1", "rxd", "1000");
}

Test(hosts, a_wire_has_both_its_ends_on_one_machine)
{
	struct ovr_plan plan = FROZEN("rx", "host:b/wire:,drop=1%");

	cr_assert_str_eq(plan.ports.tx.text, "host:b/wire:0");
	cr_assert_str_eq(plan.ports.rx.text, "host:b/wire:1,drop=1%");
	cr_assert_str_eq(FROZEN("tx", "host:b/wire:0").ports.rx.text, "host:b/wire:1");
	REFUSED(-EINVAL,
		"tx host:a/wire:0 and rx host:b/wire:1: found a wire between machines, accepted: both its "
		"ends on one, as in --rx host:NAME/wire:1",
		"tx", "host:a/wire:0", "rx", "host:b/wire:1");
	REFUSED(-EINVAL,
		"tx wire:0 and rx host:b/wire:1: found a wire between machines, accepted: both its ends on "
		"one, as in --rx host:NAME/wire:1",
		"tx", "wire:0", "rx", "host:b/wire:1");
}

Test(hosts, the_sender_to_a_socket_of_another_machine_is_one_of_this)
{
	struct ovr_plan plan = FROZEN("rx", "host:b/udp:10.0.0.2:9,netns=r");

	cr_assert_str_eq(plan.ports.tx.text, "udp:10.0.0.2:9");
	cr_assert_str_eq(FROZEN("rx", "host:b/udp:127.0.0.1:9,netns=r").ports.tx.text, "udp:127.0.0.1:9");
}

Test(hosts, connections_are_of_one_machine)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_set(&plan, "rx", "host:b/tcp:10.0.0.2:9", &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"rx: found \"host:b/tcp:10.0.0.2:9\", accepted of another machine: wire, netdev, pci, udp or "
		"vdev, since a tcp port has both its ends on one machine");
}

Test(hosts, files_and_namespaces_are_of_one_machine)
{
	REFUSED(-EINVAL,
		"capture: found \"x.pcapng\" with a port on another machine, accepted: none, since the "
		"frames "
		"stay where they arrive",
		"rx", "host:b/netdev:eth1", "tx", "netdev:eth1", "capture", "x.pcapng");
	REFUSED(-EINVAL,
		"checkpoint: found 10.0 s with a port on another machine, accepted: 60.0 s, its default, "
		"since "
		"each agent keeps what its half last told",
		"rx", "host:b/netdev:eth1", "tx", "netdev:eth1", "checkpoint", "10s");
	REFUSED(-EINVAL,
		"via: found netns=r with a port on another machine, accepted: none, since the counters of "
		"namespaces are read on one machine alone",
		"rx", "host:b/netdev:eth1", "tx", "netdev:eth1", "via", "netns=r");
}

Test(hosts, senders_have_streams_of_their_own)
{
	REFUSED(-ERANGE,
		"streams: found 40000 of each of 2 senders, accepted: 32768 of each, or 65536 in all", "tx",
		"host:a/netdev:e,host:b/netdev:e", "rx", "host:c/netdev:e", "streams", "40000");
	FROZEN("tx", "host:a/netdev:e,host:b/netdev:e", "rx", "host:c/netdev:e", "streams", "32768");
}

Test(hosts, every_sender_is_checked_and_stands_once)
{
	REFUSED(-EINVAL, "tx: found host:a/netdev:e,queue=1 twice, accepted: every port once", "tx",
		"host:a/netdev:e,host:a/netdev:e,queue=1", "rx", "host:c/netdev:e");
	REFUSED(-EINVAL,
		"tx: found host:c/netdev:e, the port that receives, among several senders, accepted: another "
		"port",
		"tx", "host:a/netdev:e,host:c/netdev:e", "rx", "host:c/netdev:e");
	REFUSED(-EINVAL,
		"txd: found 1000, accepted for host:b/netdev:e: a power of two, since AF_XDP has no other "
		"rings",
		"tx", "host:a/netdev:e,mode=af_packet,host:b/netdev:e", "rx", "host:c/netdev:e", "txd",
		"1000");
}

Test(hosts, several_receivers_are_as_many_as_senders)
{
	FROZEN("tx", "host:a/netdev:e,host:b/netdev:e", "rx", "host:c/netdev:e,host:d/netdev:e");
	FROZEN("tx", "host:a/udp:10.0.0.1:1,host:b/udp:10.0.0.1:1", "rx",
		"host:c/udp:10.0.0.1:1,host:c/udp:10.0.0.1:1");
	REFUSED(-EINVAL,
		"rx: found 2 ports for 3 of tx, accepted: one for all senders, or one for each of them, in "
		"their order",
		"tx", "host:a/netdev:e,host:b/netdev:e,host:c/netdev:e", "rx",
		"host:d/netdev:e,host:f/netdev:e");
	REFUSED(-EINVAL,
		"rx: found 2 ports for 1 of tx, accepted: one for all senders, or one for each of them, in "
		"their order",
		"tx", "host:a/netdev:e", "rx", "host:d/netdev:e,host:f/netdev:e");
}

Test(hosts, a_receiver_of_several_senders_stands_side_by_side)
{
	REFUSED(-EINVAL,
		"rx: found host:d/netdev:e twice, accepted: a receiver of several senders once for each, "
		"side by side",
		"tx", "host:a/netdev:e,host:b/netdev:e,host:c/netdev:e", "rx",
		"host:d/netdev:e,host:f/netdev:e,host:d/netdev:e");
	REFUSED(-EINVAL,
		"tx: found host:b/netdev:e, a port that receives, among several senders, accepted: another "
		"port",
		"tx", "host:a/netdev:e,host:b/netdev:e", "rx", "host:b/netdev:e,host:c/netdev:e");
}

Test(hosts, several_receivers_are_of_one_kind)
{
	REFUSED(-EINVAL,
		"rx: found host:d/udp:10.0.0.1:9 beside host:c/netdev:e, accepted: receivers of one kind",
		"tx", "host:a/netdev:e,host:b/netdev:e", "rx", "host:c/netdev:e,host:d/udp:10.0.0.1:9");
	REFUSED(-EINVAL,
		"rx: found host:d/udp:[fd00::1]:9 beside host:c/udp:10.0.0.1:9, accepted: addresses of one "
		"version of IP",
		"tx", "host:a/netdev:e,host:b/netdev:e", "rx",
		"host:c/udp:10.0.0.1:9,host:d/udp:[fd00::1]:9");
	REFUSED(-EINVAL,
		"rx host:a/wire:1: found a wire beside other ports, accepted: one sender and one receiver, "
		"since a wire is of one process",
		"tx", "host:a/wire:0,host:b/wire:0", "rx", "host:a/wire:1,host:b/wire:1");
}
