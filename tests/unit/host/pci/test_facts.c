/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>

#include <criterion/criterion.h>

#include "pci/pci.h"
#include "support/tree.h"

#define BDF    "0000:3b:00.0"
#define DEVICE "sys/bus/pci/devices/" BDF

TestSuite(facts, .init = tree_make, .fini = tree_remove);

static struct ovr_pci_facts
facts_of(const char *text)
{
	struct ovr_pci_facts facts;
	struct ovr_pci_bdf bdf;

	cr_assert_eq(ovr_pci_bdf_parse("tx", text, &bdf, NULL), 0);
	ovr_pci_facts_read(tree_root(), &bdf, &facts);
	return facts;
}

/* An 82599 on node 1, with a driver or without. */
static void
put_nic(const char *driver)
{
	tree_put(DEVICE "/class", "0x020000\n");
	tree_put(DEVICE "/vendor", "0x8086\n");
	tree_put(DEVICE "/device", "0x10fb\n");
	tree_put(DEVICE "/numa_node", "1\n");
	if (driver != NULL) {
		char target[64];

		snprintf(target, sizeof(target), "../../../../bus/pci/drivers/%s", driver);
		tree_link(DEVICE "/driver", target);
	}
}

static void
put_group(const char *name, const char *type)
{
	tree_link(DEVICE "/iommu_group", "../../../../kernel/iommu_groups/12");
	tree_folder("sys/kernel/iommu_groups/12/devices/" BDF);
	if (name != NULL)
		tree_put("sys/kernel/iommu_groups/12/name", name);
	if (type != NULL)
		tree_put("sys/kernel/iommu_groups/12/type", type);
}

Test(facts, a_device_that_is_not_there_has_none)
{
	struct ovr_pci_facts facts = facts_of(BDF);

	cr_assert_not(facts.is_there);
	cr_assert_str_eq(facts.bdf.text, BDF);
}

Test(facts, an_unbound_device_is_described)
{
	struct ovr_pci_facts facts;

	put_nic(NULL);
	facts = facts_of("3b:00.0");
	cr_assert(facts.is_there);
	cr_assert_eq(facts.class_code, 0x020000);
	cr_assert_eq(facts.vendor, 0x8086);
	cr_assert_eq(facts.device, 0x10fb);
	cr_assert_eq(facts.numa_node, 1);
	cr_assert_eq(facts.iommu_group, -1);
	cr_assert_eq(facts.bound, OVR_PCI_UNBOUND);
	cr_assert_str_eq(facts.driver, "");
	cr_assert_str_eq(facts.node, "");
	cr_assert_eq(facts.n_interfaces, 0);
}

static enum ovr_pci_bound
bound_by(const char *driver)
{
	enum ovr_pci_bound bound;

	put_nic(driver);
	bound = facts_of(BDF).bound;
	tree_remove();
	tree_make();
	return bound;
}

Test(facts, drivers_are_told_apart_by_what_dpdk_can_do_with_them)
{
	cr_expect_eq(bound_by("ixgbe"), OVR_PCI_KERNEL);
	cr_expect_eq(bound_by("virtio-pci"), OVR_PCI_KERNEL);
	cr_expect_eq(bound_by("pci-stub"), OVR_PCI_KERNEL);
	cr_expect_eq(bound_by("vfio-pci"), OVR_PCI_VFIO);
	cr_expect_eq(bound_by("uio_pci_generic"), OVR_PCI_UIO);
	cr_expect_eq(bound_by("igb_uio"), OVR_PCI_UIO);
	cr_expect_eq(bound_by("mlx4_core"), OVR_PCI_BIFURCATED);
	cr_expect_eq(bound_by("mlx5_core"), OVR_PCI_BIFURCATED);
	cr_expect_eq(bound_by("mana"), OVR_PCI_BIFURCATED);
}

Test(facts, an_interface_that_is_down_is_not_in_use)
{
	struct ovr_pci_facts facts;

	put_nic("ixgbe");
	tree_folder(DEVICE "/net/eth1");
	tree_put("sys/class/net/eth1/flags", "0x1002\n");
	facts = facts_of(BDF);
	cr_assert_eq(facts.n_interfaces, 1);
	cr_assert_str_eq(facts.interface[0].name, "eth1");
	cr_assert_not(facts.interface[0].is_up);
	cr_assert_not(facts.interface[0].has_address);
	cr_assert_not(facts.interface[0].has_way_out);
}

Test(facts, routes_tell_of_addresses_and_of_the_way_out)
{
	struct ovr_pci_facts facts;

	put_nic("ixgbe");
	tree_folder(DEVICE "/net/eth1");
	tree_folder(DEVICE "/net/eth2");
	tree_put("sys/class/net/eth1/flags", "0x1003\n");
	tree_put("sys/class/net/eth2/flags", "0x1003\n");
	tree_put("proc/net/route",
		"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
		"eth1\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
		"eth1\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
		"eth2\t000300C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n");
	facts = facts_of(BDF);
	cr_assert_eq(facts.n_interfaces, 2);
	cr_assert(facts.interface[0].is_up);
	cr_assert(facts.interface[0].has_address);
	cr_assert(facts.interface[0].has_way_out);
	cr_assert(facts.interface[1].has_address);
	cr_assert_not(facts.interface[1].has_way_out);
}

Test(facts, an_ipv6_address_of_the_link_alone_is_none)
{
	struct ovr_pci_facts facts;

	put_nic("ixgbe");
	tree_folder(DEVICE "/net/eth1");
	tree_put("proc/net/if_inet6", "fe8000000000000000fc00fffe000001 04 40 20 80     eth1\n");
	tree_put("proc/net/ipv6_route",
		"fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
		"00000000000000000000000000000000 00000100 00000002 00000000 00000001     eth1\n");
	facts = facts_of(BDF);
	cr_assert_not(facts.interface[0].has_address);
	cr_assert_not(facts.interface[0].has_way_out);
}

Test(facts, ipv6_may_carry_the_way_out)
{
	struct ovr_pci_facts facts;

	put_nic("ixgbe");
	tree_folder(DEVICE "/net/eth1");
	tree_put("proc/net/if_inet6", "fd000000000000000000000000000002 04 40 00 82     eth1\n");
	tree_put("proc/net/ipv6_route",
		"00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		"fd000000000000000000000000000001 00000400 00000003 00000000 00000003     eth1\n");
	facts = facts_of(BDF);
	cr_assert(facts.interface[0].has_address);
	cr_assert(facts.interface[0].has_way_out);
}

Test(facts, a_bridge_above_the_interface_counts)
{
	struct ovr_pci_facts facts;

	put_nic("ixgbe");
	tree_folder(DEVICE "/net/eth1");
	tree_link("sys/class/net/eth1/upper_br0", "../br0");
	tree_put("proc/net/route", "br0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
	facts = facts_of(BDF);
	cr_assert_str_eq(facts.interface[0].carries, "br0");
	cr_assert(facts.interface[0].has_way_out);
}

Test(facts, a_virtio_interface_stands_one_floor_down)
{
	struct ovr_pci_facts facts;

	put_nic("virtio-pci");
	tree_folder(DEVICE "/virtio2/net/eth0");
	facts = facts_of(BDF);
	cr_assert_eq(facts.n_interfaces, 1);
	cr_assert_str_eq(facts.interface[0].name, "eth0");
}

Test(facts, a_bifurcated_device_may_offer_verbs)
{
	put_nic("mlx5_core");
	cr_assert_not(facts_of(BDF).has_verbs);
	tree_folder(DEVICE "/infiniband/mlx5_0");
	cr_assert(facts_of(BDF).has_verbs);
}

Test(facts, vfio_opens_the_file_of_the_group)
{
	struct ovr_pci_facts facts;

	put_nic("vfio-pci");
	put_group(NULL, "DMA-FQ\n");
	facts = facts_of(BDF);
	cr_assert_eq(facts.iommu_group, 12);
	cr_assert_not(facts.is_noiommu);
	cr_assert(facts.is_translated);
	cr_assert_str_eq(facts.node, "/dev/vfio/12");
	cr_assert_eq(facts.node_errno, ENOENT);
	tree_put("dev/vfio/12", "");
	cr_assert_eq(facts_of(BDF).node_errno, 0);
}

Test(facts, vfio_without_an_iommu_opens_another_file)
{
	struct ovr_pci_facts facts;

	put_nic("vfio-pci");
	put_group("vfio-noiommu\n", NULL);
	facts = facts_of(BDF);
	cr_assert(facts.is_noiommu);
	cr_assert_not(facts.is_translated);
	cr_assert_str_eq(facts.node, "/dev/vfio/noiommu-12");
}

Test(facts, a_neighbour_in_the_group_with_a_driver_is_in_the_way)
{
	struct ovr_pci_facts facts;

	put_nic("vfio-pci");
	put_group(NULL, "DMA\n");
	tree_folder("sys/kernel/iommu_groups/12/devices/0000:3a:00.0");
	tree_link("sys/bus/pci/devices/0000:3a:00.0/driver", "../../../../bus/pci/drivers/pcieport");
	tree_folder("sys/kernel/iommu_groups/12/devices/0000:3b:00.1");
	tree_folder("sys/bus/pci/devices/0000:3b:00.1");
	tree_folder("sys/kernel/iommu_groups/12/devices/0000:3b:00.2");
	tree_link("sys/bus/pci/devices/0000:3b:00.2/driver", "../../../../bus/pci/drivers/vfio-pci");
	cr_assert_str_eq(facts_of(BDF).neighbour.text, "");
	tree_folder("sys/kernel/iommu_groups/12/devices/0000:3b:00.3");
	tree_link("sys/bus/pci/devices/0000:3b:00.3/driver", "../../../../bus/pci/drivers/ixgbe");
	facts = facts_of(BDF);
	cr_assert_str_eq(facts.neighbour.text, "0000:3b:00.3");
	cr_assert_str_eq(facts.neighbour_driver, "ixgbe");
}

Test(facts, uio_opens_a_numbered_file)
{
	struct ovr_pci_facts facts;

	put_nic("uio_pci_generic");
	cr_assert_str_eq(facts_of(BDF).node, "");
	tree_folder(DEVICE "/uio/uio3");
	facts = facts_of(BDF);
	cr_assert_str_eq(facts.node, "/dev/uio3");
	cr_assert_eq(facts.node_errno, ENOENT);
	tree_put("dev/uio3", "");
	cr_assert_eq(facts_of(BDF).node_errno, 0);
}

Test(facts, the_link_is_read_in_megatransfers_and_lanes)
{
	struct ovr_pci_facts facts;

	put_nic(NULL);
	tree_put(DEVICE "/current_link_speed", "2.5 GT/s PCIe\n");
	tree_put(DEVICE "/max_link_speed", "8.0 GT/s PCIe\n");
	tree_put(DEVICE "/current_link_width", "4\n");
	tree_put(DEVICE "/max_link_width", "8\n");
	facts = facts_of(BDF);
	cr_assert_eq(facts.link.mtps, 2500);
	cr_assert_eq(facts.link.mtps_max, 8000);
	cr_assert_eq(facts.link.lanes, 4);
	cr_assert_eq(facts.link.lanes_max, 8);
}

Test(facts, a_link_that_the_device_does_not_describe_is_unknown)
{
	struct ovr_pci_facts facts;

	put_nic(NULL);
	tree_put(DEVICE "/current_link_speed", "Unknown\n");
	tree_put(DEVICE "/current_link_width", "0\n");
	tree_put(DEVICE "/max_link_width", "255\n");
	facts = facts_of(BDF);
	cr_assert_eq(facts.link.mtps, 0);
	cr_assert_eq(facts.link.lanes, 0);
	cr_assert_eq(facts.link.lanes_max, 0);
}
