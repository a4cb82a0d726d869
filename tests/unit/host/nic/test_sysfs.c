/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/sysfs.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEVICE "devices/pci0000:3a/0000:3b:00.0"

/* A folder that looks like /sys. */
static char root[64];

static void
make_root(void)
{
	snprintf(root, sizeof(root), "/tmp/ovr-sysfs-XXXXXX");
	cr_assert_not_null(mkdtemp(root));
}

static void
remove_root(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	cr_assert_eq(system(command), 0);
}

static void
folder(const char *path)
{
	char command[256];

	snprintf(command, sizeof(command), "mkdir -p '%s/%s'", root, path);
	cr_assert_eq(system(command), 0);
}

static void
file(const char *path, const char *text)
{
	char name[256];
	FILE *out;

	snprintf(name, sizeof(name), "%s/%s", root, path);
	out = fopen(name, "we");
	cr_assert_not_null(out, "%s", name);
	fprintf(out, "%s\n", text);
	fclose(out);
}

static void
link_to(const char *target, const char *path)
{
	char name[256];

	snprintf(name, sizeof(name), "%s/%s", root, path);
	cr_assert_eq(symlink(target, name), 0);
}

/*
 * eth1: two receive queues, four transmit queues, a PCIe device with a slower link than it could
 * have.
 */
static void
make_eth1(void)
{
	make_root();
	folder(DEVICE "/net/eth1/queues/rx-0");
	folder(DEVICE "/net/eth1/queues/rx-1");
	for (int i = 0; i < 4; i++) {
		char path[64];

		snprintf(path, sizeof(path), DEVICE "/net/eth1/queues/tx-%d", i);
		folder(path);
	}
	folder("class/net");
	link_to("../../" DEVICE "/net/eth1", "class/net/eth1");
	link_to("../../../0000:3b:00.0", DEVICE "/net/eth1/device");
	file(DEVICE "/net/eth1/ifindex", "7");
	file(DEVICE "/net/eth1/address", "3c:fd:fe:01:02:03");
	file(DEVICE "/numa_node", "1");
	file(DEVICE "/current_link_speed", "8.0 GT/s PCIe");
	file(DEVICE "/max_link_speed", "16.0 GT/s PCIe");
	file(DEVICE "/current_link_width", "4");
	file(DEVICE "/max_link_width", "16");
}

static struct ovr_nic_sysfs
read_eth1(void)
{
	struct ovr_nic_link link = { .name = "eth1", .ifindex = 7, .mac = { 0x3c, 0xfd, 0xfe, 1, 2, 3 } };
	struct ovr_nic_sysfs sysfs;

	ovr_nic_sysfs_read(root, &link, &sysfs);
	return sysfs;
}

TestSuite(sysfs, .fini = remove_root);

Test(sysfs, queues_node_bus_and_pcie_link_are_read)
{
	struct ovr_nic_sysfs sysfs;

	make_eth1();
	sysfs = read_eth1();
	cr_assert_eq(sysfs.n_rxq, 2);
	cr_assert_eq(sysfs.n_txq, 4);
	cr_assert_eq(sysfs.numa_node, 1);
	cr_assert_str_eq(sysfs.bus, "0000:3b:00.0");
	cr_assert(sysfs.pcie.known);
	cr_assert_eq(sysfs.pcie.speed_mts, 8000);
	cr_assert_eq(sysfs.pcie.speed_max_mts, 16000);
	cr_assert_eq(sysfs.pcie.width, 4);
	cr_assert_eq(sysfs.pcie.width_max, 16);
}

Test(sysfs, an_interface_of_the_same_name_in_another_namespace_is_not_read)
{
	struct ovr_nic_sysfs sysfs;

	make_eth1();
	file(DEVICE "/net/eth1/address", "3c:fd:fe:01:02:04");
	sysfs = read_eth1();
	cr_assert_eq(sysfs.n_rxq, 0);
	cr_assert_str_eq(sysfs.bus, "");
	cr_assert_eq(sysfs.numa_node, -1);
	file(DEVICE "/net/eth1/address", "3c:fd:fe:01:02:03");
	file(DEVICE "/net/eth1/ifindex", "8");
	cr_assert_eq(read_eth1().n_rxq, 0);
}

Test(sysfs, a_link_that_the_kernel_cannot_read_is_unknown)
{
	make_eth1();
	file(DEVICE "/current_link_speed", "Unknown");
	cr_assert_not(read_eth1().pcie.known);
	file(DEVICE "/current_link_speed", "8.0 GT/s PCIe");
	file(DEVICE "/current_link_width", "255");
	cr_assert_not(read_eth1().pcie.known);
}

Test(sysfs, a_virtio_device_stands_on_a_pci_device)
{
	struct ovr_nic_sysfs sysfs;

	make_eth1();
	folder(DEVICE "/virtio3");
	file(DEVICE "/virtio3/numa_node", "-1");
	unlink("class/net/eth1/device");
	{
		char name[256];

		snprintf(name, sizeof(name), "%s/%s", root, DEVICE "/net/eth1/device");
		cr_assert_eq(unlink(name), 0);
	}
	link_to("../../virtio3", DEVICE "/net/eth1/device");
	sysfs = read_eth1();
	cr_assert_str_eq(sysfs.bus, "0000:3b:00.0");
	cr_assert_eq(sysfs.numa_node, 1);
}

Test(sysfs, a_device_that_is_no_pci_device_has_no_bus)
{
	struct ovr_nic_sysfs sysfs;
	char name[256];

	make_eth1();
	folder("devices/platform/nic.0");
	snprintf(name, sizeof(name), "%s/%s", root, DEVICE "/net/eth1/device");
	cr_assert_eq(unlink(name), 0);
	link_to("../../../../platform/nic.0", DEVICE "/net/eth1/device");
	sysfs = read_eth1();
	cr_assert_str_eq(sysfs.bus, "");
	cr_assert_not(sysfs.pcie.known);
	cr_assert_eq(sysfs.numa_node, -1);
	cr_assert_eq(sysfs.n_rxq, 2);
}

Test(sysfs, speeds_are_in_millions_of_transfers, .fini = NULL)
{
	make_root();
	cr_assert_eq(ovr_nic_sysfs_parse_mts("2.5 GT/s PCIe"), 2500);
	cr_assert_eq(ovr_nic_sysfs_parse_mts("5.0 GT/s PCIe"), 5000);
	cr_assert_eq(ovr_nic_sysfs_parse_mts("8 GT/s"), 8000);
	cr_assert_eq(ovr_nic_sysfs_parse_mts("64.0 GT/s PCIe"), 64000);
	cr_assert_eq(ovr_nic_sysfs_parse_mts("Unknown speed"), 0);
	cr_assert_eq(ovr_nic_sysfs_parse_mts("8."), 0);
	cr_assert_eq(ovr_nic_sysfs_parse_mts(""), 0);
}

Test(sysfs, a_bdf_has_domain_bus_device_and_function)
{
	make_root();
	cr_assert(ovr_nic_sysfs_is_bdf("0000:3b:00.0"));
	cr_assert(ovr_nic_sysfs_is_bdf("10000:e1:1f.7"));
	cr_assert_not(ovr_nic_sysfs_is_bdf("virtio0"));
	cr_assert_not(ovr_nic_sysfs_is_bdf("3b:00.0"));
	cr_assert_not(ovr_nic_sysfs_is_bdf("0000:3b:00.0x"));
	cr_assert_not(ovr_nic_sysfs_is_bdf("pci0000:3a"));
}
