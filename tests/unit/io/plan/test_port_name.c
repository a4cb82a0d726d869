/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/port_name.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_port_name
parsed(const char *text)
{
	struct ovr_port_name name;

	cr_assert_eq(ovr_port_name_parse("--tx", text, &name, NULL), 0, "%s", text);
	return name;
}

static struct ovr_err
refused(const char *text)
{
	struct ovr_port_name name = { .text = "before" };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_port_name_parse("--tx", text, &name, &err), -EINVAL, "%s", text);
	cr_assert_str_eq(name.text, "before");
	return err;
}

Test(port_name, a_wire_has_an_end_and_keys)
{
	struct ovr_port_name name = parsed("wire:1,drop=0.1%,speed=10G");

	cr_assert_eq(name.kind, OVR_PORT_WIRE);
	cr_assert_str_eq(name.text, "wire:1,drop=0.1%,speed=10G");
	cr_assert_str_eq(name.label, "wire:1");
	cr_assert_str_eq(name.details, "1");
	cr_assert_str_eq(name.keys, "drop=0.1%,speed=10G");
}

Test(port_name, a_wire_alone_leaves_its_end_open)
{
	struct ovr_port_name name = parsed("wire:");

	cr_assert_str_eq(name.text, "wire:");
	cr_assert_str_eq(name.details, "");
	cr_assert_str_eq(parsed("wire:,drop=1%").keys, "drop=1%");
}

Test(port_name, a_comma_with_nothing_after_it_is_dropped)
{
	cr_assert_str_eq(parsed("wire:0,").text, "wire:0");
	cr_assert_str_eq(parsed("vdev:net_null0,").text, "vdev:net_null0");
}

Test(port_name, a_virtual_device_is_kept_verbatim)
{
	struct ovr_port_name name = parsed("vdev:net_pcap0,rx_pcap=/tmp/a b.pcap,tx_pcap=x:y");

	cr_assert_eq(name.kind, OVR_PORT_VDEV);
	cr_assert_str_eq(name.details, "net_pcap0");
	cr_assert_str_eq(name.label, "vdev:net_pcap0");
	cr_assert_str_eq(name.keys, "rx_pcap=/tmp/a b.pcap,tx_pcap=x:y");
}

Test(port_name, an_interface_is_named_with_its_keys)
{
	struct ovr_port_name name = parsed("netdev:eth0,mode=af_packet");

	cr_assert_eq(name.kind, OVR_PORT_NETDEV);
	cr_assert_str_eq(name.details, "eth0");
	cr_assert_str_eq(name.label, "netdev:eth0");
	cr_assert_str_eq(name.keys, "mode=af_packet");
	cr_assert_str_eq(parsed("netdev:abcdefghijklmno").label, "netdev:abcdefghijklmno");
}

Test(port_name, what_no_interface_can_be_called_is_refused)
{
	static const char *const bad[] = { "netdev:", "netdev:..", "netdev:a/b", "netdev:a b",
		"netdev:abcdefghijklmnop", "netdev:,mode=af_xdp" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not_null(strstr(refused(bad[i]).text,
			"accepted: netdev:INTERFACE, a name of 1 to 15 characters as in netdev:eth0"));
	cr_assert_str_eq(refused("netdev:eth0,mode=dpdk").text,
		"--tx: mode: found \"dpdk\", accepted: af_xdp or af_packet");
}

Test(port_name, an_address_becomes_canonical)
{
	struct ovr_port_name name = parsed("pci:3B:00.0,rxq_cqe_comp_en=0,x=1");

	cr_assert_eq(name.kind, OVR_PORT_PCI);
	cr_assert_str_eq(name.text, "pci:0000:3b:00.0,rxq_cqe_comp_en=0,x=1");
	cr_assert_str_eq(name.label, "pci:0000:3b:00.0");
	cr_assert_str_eq(name.details, "0000:3b:00.0");
	cr_assert_str_eq(name.keys, "rxq_cqe_comp_en=0,x=1");
	cr_assert_str_eq(parsed("pci:0000:3b:00.0,").text, "pci:0000:3b:00.0");
}

Test(port_name, what_is_no_address_is_refused)
{
	static const char *const bad[] = { "pci:", "pci:eth0", "pci:3b:00", "pci:3b:00.8", "pci:,a=b",
		"pci:0000:3b:00.0x" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not_null(strstr(refused(bad[i]).text,
			"accepted: a PCI address, BUS:DEVICE.FUNCTION in hexadecimal digits, with or without "
			"its "
			"domain: 0000:3b:00.0 or 3b:00.0"));
}

Test(port_name, an_address_that_makes_its_name_too_long_is_refused)
{
	char text[512];

	memset(text, 'x', sizeof(text));
	memcpy(text, "pci:3b:00.0,", 12);
	text[506] = '\0';
	cr_assert_eq(strlen(parsed(text).text), 511);
	text[506] = 'x';
	text[507] = '\0';
	cr_assert_str_eq(refused(text).text, "--tx: found a name of 512 bytes, accepted: at most 511");
}

Test(port_name, what_is_no_name_is_refused)
{
	static const char *const bad[] = { "", ":", "wire", "vdev", "netdev", "eth0", "Wire:0", "wires:0",
		"wire:2", "wire:00", "wire: 0", "vdev:", "vdev:,a=b", ":wire", "vdev:net_null0\n",
		"vdev:\xff", "pc:1" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(strncmp(refused(bad[i]).text, "--tx: found \"", 13), 0, "%s", bad[i]);
	cr_assert_not_null(
		strstr(refused("eth0").text, "where KIND is wire, netdev, pci, udp, tcp or vdev, as in"));
	cr_assert_not_null(strstr(refused("wire:2").text, "accepted: wire:0 or wire:1"));
}

Test(port_name, a_name_of_511_bytes_fits_and_a_longer_one_is_refused)
{
	char text[513];

	memset(text, 'x', sizeof(text));
	memcpy(text, "vdev:", 5);
	text[511] = '\0';
	cr_assert_eq(strlen(parsed(text).text), 511);
	cr_assert_eq(strlen(parsed(text).details), 506);
	cr_assert_eq(strlen(parsed(text).label), 47);
	text[511] = 'x';
	text[512] = '\0';
	cr_assert_str_eq(refused(text).text, "--tx: found a name of 512 bytes, accepted: at most 511");
}

Test(port_name, a_name_says_what_its_keys_say)
{
	struct ovr_port_name udp = parsed("udp:198.19.0.1:9,batch=32");

	cr_expect_eq(parsed("wire:1,speed=10G,drop=0.1%").conf.wire.speed_bps, UINT64_C(10000000000));
	cr_expect_eq(parsed("wire:1,speed=10G,drop=0.1%").conf.wire.drop_ppb, 1000000);
	cr_expect_eq(parsed("wire:").conf.wire.speed_bps, 0);
	cr_expect_eq(parsed("netdev:eth0,mode=af_packet").conf.netdev.mode, OVR_NETDEV_AF_PACKET);
	cr_expect_eq(parsed("netdev:eth0,queue=3").conf.netdev.first_queue, 3);
	cr_expect_eq(udp.conf.udp.port, 9);
	cr_expect_eq(udp.conf.udp.batch, 32);
}

Test(port_name, a_name_tells_whether_af_xdp_reaches_it)
{
	struct ovr_port_name name = parsed("netdev:eth0");

	cr_expect(ovr_port_name_is_xdp(&name));
	name = parsed("netdev:eth0,mode=af_packet");
	cr_expect_not(ovr_port_name_is_xdp(&name));
	name = parsed("wire:0");
	cr_expect_not(ovr_port_name_is_xdp(&name));
}

Test(port_name, keys_that_a_wire_does_not_know_are_refused)
{
	cr_expect_str_eq(refused("wire:1,drop").text, "--tx: drop: found no value, accepted: drop=VALUE");
	cr_expect_eq(strncmp(refused("wire:1,speed=11G").text, "--tx: speed: found \"11G\", ", 26), 0);
}

Test(port_name, a_port_of_another_machine_has_the_form_of_its_own)
{
	struct ovr_port_name name = parsed("host:rack-b/netdev:eth1,mode=af_packet");

	cr_assert_eq(name.kind, OVR_PORT_NETDEV);
	cr_assert_eq(name.conf.netdev.mode, OVR_NETDEV_AF_PACKET);
	cr_assert_str_eq(name.host, "rack-b");
	cr_assert_str_eq(name.text, "host:rack-b/netdev:eth1,mode=af_packet");
	cr_assert_str_eq(name.label, "host:rack-b/netdev:eth1");
	cr_assert_str_eq(ovr_port_name_at_home(&name).text, "netdev:eth1,mode=af_packet");
	cr_assert_str_eq(ovr_port_name_at_home(&name).label, "netdev:eth1");
	cr_assert_str_eq(ovr_port_name_at_home(&name).host, "");
	cr_assert_str_eq(parsed("wire:0").host, "");
	cr_assert_str_eq(parsed("host:ssh://root@b/udp:10.0.0.1:9").host, "ssh://root@b");
	cr_assert_str_eq(parsed("host:[::1]/vdev:net_pcap0,rx_pcap=/tmp/x").keys, "rx_pcap=/tmp/x");
	cr_assert_str_eq(parsed("host:[::1]/vdev:net_pcap0,rx_pcap=/tmp/x").host, "[::1]:5205");
}

Test(port_name, a_machine_without_a_port_is_refused)
{
	cr_assert_str_eq(refused("host:rack-b").text,
		"--tx: found \"host:rack-b\", accepted: host:NAME/PORT, as in host:rack-b/netdev:eth1");
	refused("host:/netdev:eth1");
	refused("host:ssh://b");
	refused("host:b/");
	refused("host:b/eth1");
	refused("host:b/host:c/netdev:eth1");
}

static int
parse_in_half(const char *text, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	return ovr_port_name_parse_in_half("rx", text, ret_name, err);
}

Test(port_name, the_end_elsewhere_of_a_half_may_say_what_it_is_there)
{
	struct ovr_port_name name;

	cr_assert_eq(parse_in_half("elsewhere:", &name, NULL), 0);
	cr_assert_eq(name.kind, OVR_PORT_ELSEWHERE);
	cr_assert_eq(name.kind_there, OVR_PORT_ELSEWHERE);
	cr_assert_str_eq(name.text, "elsewhere:");
	cr_assert_eq(parse_in_half("elsewhere:udp:198.19.0.1:9,netns=b", &name, NULL), 0);
	cr_assert_eq(name.kind, OVR_PORT_ELSEWHERE);
	cr_assert_eq(name.kind_there, OVR_PORT_UDP);
	cr_assert_str_eq(name.text, "elsewhere:udp:198.19.0.1:9,netns=b");
	cr_assert_str_eq(name.label, "elsewhere:udp:198.19.0.1:9");
	cr_assert_eq(name.conf.udp.port, 9);
	cr_assert_eq(parse_in_half("netdev:eth0", &name, NULL), 0);
	cr_assert_eq(name.kind, OVR_PORT_NETDEV);
	cr_assert_eq(name.kind_there, OVR_PORT_NETDEV);
}

Test(port_name, elsewhere_is_no_port_of_this_host)
{
	struct ovr_port_name name;
	char text[OVR_PORT_NAME_BYTES + 16];
	struct ovr_err err;

	refused("elsewhere:");
	refused("elsewhere:netdev:eth0");
	cr_assert_eq(parse_in_half("elsewhere:wire:1", &name, &err), -EINVAL);
	cr_assert_not_null(strstr(err.text, "whose ends are on one host"));
	cr_assert_eq(parse_in_half("elsewhere:elsewhere:", &name, &err), -EINVAL);
	cr_assert_eq(parse_in_half("elsewhere:host:b/netdev:a", &name, &err), -EINVAL);
	cr_assert_eq(parse_in_half("host:b/netdev:a", &name, &err), -EINVAL);
	/* the name of the port fits, and elsewhere: before it does not */
	snprintf(text, sizeof(text), "elsewhere:vdev:%0*d", OVR_PORT_NAME_BYTES - 10, 0);
	cr_assert_eq(parse_in_half(text, &name, &err), -EINVAL);
	cr_assert_not_null(strstr(err.text, "accepted: at most 511"), "%s", err.text);
}
