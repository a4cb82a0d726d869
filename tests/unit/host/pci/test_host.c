/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "pci/pci.h"
#include "support/tree.h"

#define PAGES "sys/kernel/mm/hugepages/"

TestSuite(host, .init = tree_make, .fini = tree_remove);

static struct ovr_pci_host
host_of(int node)
{
	struct ovr_pci_host host;

	ovr_pci_host_read(tree_root(), node, &host);
	return host;
}

Test(host, an_empty_one_has_nothing)
{
	struct ovr_pci_host host = host_of(-1);

	cr_assert_eq(host.uid, geteuid());
	cr_assert_not(host.has_iommu);
	cr_assert_not(host.allows_noiommu);
	cr_assert_not(host.has_vfio_pci);
	cr_assert_not(host.has_vfio_type1);
	cr_assert_not(host.has_uio_generic);
	cr_assert_eq(host.vfio_errno, ENOENT);
	cr_assert_eq(host.n_page_sizes, 0);
	cr_assert_eq(ovr_pci_free_mb(&host), 0);
	cr_assert_eq(host.n_nics, 0);
}

Test(host, modules_are_seen_by_their_folders)
{
	struct ovr_pci_host host;

	tree_folder("sys/bus/pci/drivers/vfio-pci");
	tree_folder("sys/bus/pci/drivers/uio_pci_generic");
	tree_folder("sys/module/vfio_iommu_type1");
	tree_put("dev/vfio/vfio", "");
	host = host_of(-1);
	cr_assert(host.has_vfio_pci);
	cr_assert(host.has_uio_generic);
	cr_assert(host.has_vfio_type1);
	cr_assert_eq(host.vfio_errno, 0);
}

Test(host, groups_tell_of_an_iommu)
{
	tree_folder("sys/kernel/iommu_groups/0/devices");
	cr_assert(host_of(-1).has_iommu);
}

Test(host, a_group_that_vfio_made_up_does_not_tell_of_an_iommu)
{
	tree_put("sys/kernel/iommu_groups/0/name", "vfio-noiommu\n");
	tree_put("sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y\n");
	cr_assert_not(host_of(-1).has_iommu);
	cr_assert(host_of(-1).allows_noiommu);
	tree_put("sys/kernel/iommu_groups/1/type", "DMA\n");
	cr_assert(host_of(-1).has_iommu);
}

Test(host, pages_of_every_size_are_counted_the_smallest_first)
{
	struct ovr_pci_host host;

	tree_put(PAGES "hugepages-1048576kB/nr_hugepages", "2\n");
	tree_put(PAGES "hugepages-1048576kB/free_hugepages", "1\n");
	tree_put(PAGES "hugepages-2048kB/nr_hugepages", "512\n");
	tree_put(PAGES "hugepages-2048kB/free_hugepages", "100\n");
	host = host_of(-1);
	cr_assert_eq(host.n_page_sizes, 2);
	cr_assert_eq(host.pages[0].page_kb, 2048);
	cr_assert_eq(host.pages[0].total, 512);
	cr_assert_eq(host.pages[0].free, 100);
	cr_assert_eq(host.pages[1].page_kb, 1048576);
	cr_assert_eq(ovr_pci_free_mb(&host), 1224);
}

Test(host, pages_that_are_promised_are_not_free)
{
	struct ovr_pci_host host;

	tree_put(PAGES "hugepages-2048kB/nr_hugepages", "512\n");
	tree_put(PAGES "hugepages-2048kB/free_hugepages", "100\n");
	tree_put(PAGES "hugepages-2048kB/resv_hugepages", "60\n");
	host = host_of(-1);
	cr_assert_eq(host.pages[0].free, 40);
	tree_put(PAGES "hugepages-2048kB/resv_hugepages", "101\n");
	host = host_of(-1);
	cr_assert_eq(host.pages[0].free, 0);
}

Test(host, a_node_has_pages_of_its_own)
{
	struct ovr_pci_host host;

	tree_put(PAGES "hugepages-2048kB/nr_hugepages", "512\n");
	tree_put(PAGES "hugepages-2048kB/free_hugepages", "512\n");
	tree_put("sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages", "128\n");
	tree_put("sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages", "16\n");
	host = host_of(1);
	cr_assert_eq(host.node, 1);
	cr_assert_eq(ovr_pci_free_mb(&host), 32);
	/* a node that the system does not describe: all pages */
	host = host_of(3);
	cr_assert_eq(host.node, -1);
	cr_assert_eq(ovr_pci_free_mb(&host), 1024);
}

Test(host, network_controllers_are_found_by_their_class)
{
	struct ovr_pci_host host;

	tree_put("sys/bus/pci/devices/0000:00:00.0/class", "0x060000\n");
	tree_put("sys/bus/pci/devices/0000:00:03.0/class", "0x020000\n");
	tree_put("sys/bus/pci/devices/0000:00:02.0/class", "0x028000\n");
	host = host_of(-1);
	cr_assert_eq(host.n_nics, 2);
	cr_assert_str_eq(host.nic[0].text, "0000:00:02.0");
	cr_assert_str_eq(host.nic[1].text, "0000:00:03.0");
}

Test(host, of_many_controllers_four_are_named_and_all_counted)
{
	struct ovr_pci_host host;

	tree_put("sys/bus/pci/devices/0000:00:01.0/class", "0x020000\n");
	tree_put("sys/bus/pci/devices/0000:00:02.0/class", "0x020000\n");
	tree_put("sys/bus/pci/devices/0000:00:03.0/class", "0x020000\n");
	tree_put("sys/bus/pci/devices/0000:00:04.0/class", "0x020000\n");
	tree_put("sys/bus/pci/devices/0000:00:05.0/class", "0x020000\n");
	tree_put("sys/bus/pci/devices/0000:00:06.0/class", "0x020000\n");
	host = host_of(-1);
	cr_assert_eq(host.n_nics, 6);
	cr_assert_str_eq(host.nic[3].text, "0000:00:04.0");
}

/* The machine that the test runs on, whatever it is. */
Test(host, this_machine_can_be_looked_at)
{
	struct ovr_pci_host host;

	ovr_pci_host_read("", -1, &host);
	cr_assert_eq(host.uid, geteuid());
	cr_assert_leq(host.n_page_sizes, OVR_PCI_PAGE_SIZES_MAX);
}
