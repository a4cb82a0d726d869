/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "pci/pci.h"

#define LABEL "pci:0000:3b:00.0"
#define BIND(driver)                                                                                \
	"echo " driver " > /sys/bus/pci/devices/0000:3b:00.0/driver_override; echo 0000:3b:00.0 > " \
	"/sys/bus/pci/drivers_probe"
#define UNBIND "echo 0000:3b:00.0 > /sys/bus/pci/devices/0000:3b:00.0/driver/unbind; "

/*
 * A network controller that DPDK can take at once, on a host that lets it: what a test changes is
 * what is wrong.
 */
static struct ovr_pci_facts
good_facts(void)
{
	struct ovr_pci_facts facts = {
		.bdf = { "0000:3b:00.0" },
		.is_there = true,
		.class_code = 0x020000,
		.vendor = 0x8086,
		.device = 0x10fb,
		.bound = OVR_PCI_VFIO,
		.driver = "vfio-pci",
		.numa_node = 0,
		.iommu_group = 12,
		.is_translated = true,
		.node = "/dev/vfio/12",
	};
	return facts;
}

static struct ovr_pci_host
good_host(void)
{
	struct ovr_pci_host host = {
		.has_iommu = true,
		.has_vfio_pci = true,
		.has_vfio_type1 = true,
		.memlock_bytes = UINT64_MAX,
		.node = -1,
		.n_page_sizes = 1,
		.pages = { { .page_kb = 2048, .total = 512, .free = 512 } },
		.n_nics = 2,
		.nic = { { "0000:00:03.0" }, { "0000:3b:00.0" } },
	};
	return host;
}

static struct ovr_pci_facts
held_by(const char *driver, enum ovr_pci_bound bound)
{
	struct ovr_pci_facts facts = good_facts();

	strcpy(facts.driver, driver);
	facts.bound = bound;
	strcpy(facts.node, bound == OVR_PCI_UIO ? "/dev/uio0" : "");
	return facts;
}

static struct ovr_pci_facts
with_interface(const char *driver, enum ovr_pci_bound bound, struct ovr_pci_interface interface)
{
	struct ovr_pci_facts facts = held_by(driver, bound);

	facts.n_interfaces = 1;
	facts.interface[0] = interface;
	return facts;
}

static int
check(const struct ovr_pci_facts *facts, const struct ovr_pci_host *host, uint64_t memory_mb,
	struct ovr_err *err)
{
	struct ovr_pci_wish wish = { .label = LABEL, .memory_mb = memory_mb };

	return ovr_pci_check(facts, host, &wish, err);
}

static void
is_refused(
	const struct ovr_pci_facts *facts, const struct ovr_pci_host *host, int status, const char *sentence)
{
	struct ovr_err err = { "" };

	cr_assert_eq(check(facts, host, 100, &err), status, "%s", err.text);
	cr_assert_str_eq(err.text, sentence);
}

Test(check, a_device_with_vfio_is_taken)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();
	struct ovr_err err = { "" };

	cr_assert_eq(check(&facts, &host, 1024, &err), 0, "%s", err.text);
}

Test(check, a_device_that_is_not_there)
{
	struct ovr_pci_facts facts = { .bdf = { "0000:3b:00.0" } };
	struct ovr_pci_host host = good_host();

	host.n_nics = 1;
	is_refused(&facts, &host, -ENODEV,
		"pci:0000:3b:00.0: there is no such PCI device; accepted: a network controller: "
		"0000:00:03.0");
	host.n_nics = 0;
	is_refused(&facts, &host, -ENODEV,
		"pci:0000:3b:00.0: there is no such PCI device; this machine has no network controller on "
		"PCI");
}

Test(check, many_controllers_are_not_all_named)
{
	struct ovr_pci_facts facts = { .bdf = { "0000:3b:00.0" } };
	struct ovr_pci_host host = good_host();

	host.n_nics = 6;
	strcpy(host.nic[2].text, "0000:3b:00.1");
	strcpy(host.nic[3].text, "0000:3c:00.0");
	is_refused(&facts, &host, -ENODEV,
		"pci:0000:3b:00.0: there is no such PCI device; accepted: a network controller: "
		"0000:00:03.0, "
		"0000:3b:00.0, 0000:3b:00.1, 0000:3c:00.0 and 2 more");
}

Test(check, a_device_that_is_no_network_controller)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();

	facts.class_code = 0x060100;
	is_refused(&facts, &host, -ENOTSUP,
		"pci:0000:3b:00.0: the device is no network controller (class 0x060100, needed: 0x02....); "
		"accepted: a network controller: 0000:00:03.0, 0000:3b:00.0");
}

Test(check, an_unbound_device_goes_to_vfio_where_there_is_an_iommu)
{
	struct ovr_pci_facts facts = held_by("", OVR_PCI_UNBOUND);
	struct ovr_pci_host host = good_host();

	is_refused(&facts, &host, -ENXIO,
		"pci:0000:3b:00.0: no driver has the device, needed: vfio-pci; as root: " BIND("vfio-pci"));
}

Test(check, a_module_that_is_not_loaded_is_loaded_first)
{
	struct ovr_pci_facts facts = held_by("", OVR_PCI_UNBOUND);
	struct ovr_pci_host host = good_host();

	host.has_vfio_pci = false;
	is_refused(&facts, &host, -ENXIO,
		"pci:0000:3b:00.0: no driver has the device, needed: vfio-pci; as root: modprobe "
		"vfio-pci; " BIND("vfio-pci"));
}

Test(check, without_an_iommu_it_goes_to_uio)
{
	struct ovr_pci_facts facts = held_by("", OVR_PCI_UNBOUND);
	struct ovr_pci_host host = good_host();

	host.has_iommu = false;
	is_refused(&facts, &host, -ENXIO,
		"pci:0000:3b:00.0: no driver has the device, needed: uio_pci_generic (no IOMMU is on; with "
		"intel_iommu=on or amd_iommu=on for the kernel: vfio-pci); as root: modprobe "
		"uio_pci_generic; " BIND("uio_pci_generic"));
}

Test(check, without_an_iommu_vfio_may_be_allowed_to_do_without)
{
	struct ovr_pci_facts facts = held_by("", OVR_PCI_UNBOUND);
	struct ovr_pci_host host = good_host();

	host.has_iommu = false;
	host.allows_noiommu = true;
	is_refused(&facts, &host, -ENXIO,
		"pci:0000:3b:00.0: no driver has the device, needed: vfio-pci; as root: " BIND("vfio-pci"));
}

Test(check, a_kernel_driver_whose_interface_is_idle)
{
	struct ovr_pci_facts facts = with_interface(
		"ixgbe", OVR_PCI_KERNEL, (struct ovr_pci_interface){ .name = "eth1" });
	struct ovr_pci_host host = good_host();

	is_refused(&facts, &host, -EBUSY,
		"pci:0000:3b:00.0: the kernel's driver ixgbe has the device (interface eth1), needed: "
		"vfio-pci; as "
		"root: " UNBIND BIND("vfio-pci"));
}

Test(check, a_kernel_driver_without_an_interface_here)
{
	struct ovr_pci_facts facts = held_by("pci-stub", OVR_PCI_KERNEL);
	struct ovr_pci_host host = good_host();

	is_refused(&facts, &host, -EBUSY,
		"pci:0000:3b:00.0: the kernel's driver pci-stub has the device, needed: vfio-pci; as "
		"root: " UNBIND BIND("vfio-pci"));
}

Test(check, a_kernel_driver_whose_interface_is_in_use)
{
	struct ovr_pci_facts facts = with_interface("ixgbe", OVR_PCI_KERNEL,
		(struct ovr_pci_interface){ .name = "eth1", .is_up = true, .has_address = true });
	struct ovr_pci_host host = good_host();

	is_refused(&facts, &host, -EBUSY,
		"pci:0000:3b:00.0: the kernel's driver ixgbe has the device, and its interface eth1 is in "
		"use (up, "
		"with an address); if it can be spared, as root: ip link set eth1 down; needed then: "
		"vfio-pci; as "
		"root: " UNBIND BIND("vfio-pci"));
}

Test(check, the_longest_of_these_sentences_is_not_cut)
{
	struct ovr_pci_facts facts = with_interface("uio_pci_long_name", OVR_PCI_KERNEL,
		(struct ovr_pci_interface){
			.name = "enp59s0f0np0abc", .is_up = true, .has_address = true, .carries = "br0" });
	struct ovr_pci_host host = good_host();
	struct ovr_err err = { "" };

	host.has_vfio_pci = false;
	cr_assert_eq(check(&facts, &host, 0, &err), -EBUSY);
	cr_assert_str_eq(err.text + strlen(err.text) - strlen("> /sys/bus/pci/drivers_probe"),
		"> /sys/bus/pci/drivers_probe");
}

Test(check, the_way_out_of_this_machine_is_not_taken)
{
	struct ovr_pci_interface interface = { .name = "eth1", .is_up = true, .has_way_out = true };
	struct ovr_pci_facts facts = with_interface("ixgbe", OVR_PCI_KERNEL, interface);
	struct ovr_pci_host host = good_host();

	is_refused(&facts, &host, -EBUSY,
		"pci:0000:3b:00.0: the kernel's driver ixgbe has the device, and the default route goes "
		"through its "
		"interface eth1: without it this machine would be cut off; accepted: another device, or "
		"--force");
	strcpy(interface.carries, "br0");
	facts = with_interface("mlx5_core", OVR_PCI_BIFURCATED, interface);
	is_refused(&facts, &host, -EBUSY,
		"pci:0000:3b:00.0: the kernel's driver mlx5_core has the device, and the default route goes "
		"through "
		"its interface eth1 below br0: without it this machine would be cut off; accepted: another "
		"device, or --force");
}

Test(check, with_force_it_is)
{
	struct ovr_pci_interface interface = { .name = "eth1", .is_up = true, .has_way_out = true };
	struct ovr_pci_facts facts = with_interface("mlx5_core", OVR_PCI_BIFURCATED, interface);
	struct ovr_pci_wish wish = { .label = LABEL, .memory_mb = 100, .force = true };
	struct ovr_pci_host host = good_host();
	struct ovr_err err = { "" };

	facts.has_verbs = true;
	cr_assert_eq(ovr_pci_check(&facts, &host, &wish, &err), 0, "%s", err.text);
	/* but not before the kernel has let go of it */
	facts = with_interface("ixgbe", OVR_PCI_KERNEL, interface);
	cr_assert_eq(ovr_pci_check(&facts, &host, &wish, &err), -EBUSY);
	cr_assert_str_eq(err.text,
		"pci:0000:3b:00.0: the kernel's driver ixgbe has the device, and its interface eth1 is in "
		"use (up); if it "
		"can be spared, as root: ip link set eth1 down; needed then: vfio-pci; as root: " UNBIND BIND(
			"vfio-pci"));
}

Test(check, a_bifurcated_driver_stays)
{
	struct ovr_pci_facts facts = with_interface("mlx5_core", OVR_PCI_BIFURCATED,
		(struct ovr_pci_interface){ .name = "eth1", .is_up = true, .has_address = true });
	struct ovr_pci_host host = good_host();
	struct ovr_err err = { "" };

	facts.has_verbs = true;
	cr_assert_eq(check(&facts, &host, 100, &err), 0, "%s", err.text);
	facts.has_verbs = false;
	is_refused(&facts, &host, -ENXIO,
		"pci:0000:3b:00.0: the kernel's driver mlx5_core has the device and shares it, but does not "
		"offer it "
		"to user space; as root: modprobe mlx5_ib; modprobe ib_uverbs");
}

Test(check, vfio_without_any_iommu)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();

	facts.iommu_group = -1;
	is_refused(&facts, &host, -ENXIO,
		"pci:0000:3b:00.0: vfio-pci has the device, which is in no IOMMU group: no IOMMU is on; "
		"accepted: "
		"intel_iommu=on or amd_iommu=on on the kernel's command line, or uio_pci_generic");
}

Test(check, a_neighbour_in_the_group_that_has_another_driver)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();

	strcpy(facts.neighbour.text, "0000:3b:00.1");
	strcpy(facts.neighbour_driver, "ixgbe");
	is_refused(&facts, &host, -EBUSY,
		"pci:0000:3b:00.0: 0000:3b:00.1 of the same IOMMU group (12) belongs to ixgbe, needed: every "
		"device "
		"of the group with vfio-pci or without a driver; as root: echo 0000:3b:00.1 > "
		"/sys/bus/pci/devices/0000:3b:00.1/driver/unbind");
}

Test(check, vfio_without_its_module_for_the_iommu)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();

	host.has_vfio_type1 = false;
	is_refused(&facts, &host, -ENXIO,
		"pci:0000:3b:00.0: VFIO cannot talk to the IOMMU without its module; as root: modprobe "
		"vfio_iommu_type1");
	/* a group that does without an IOMMU does without its module */
	facts.is_noiommu = true;
	cr_assert_eq(check(&facts, &host, 100, NULL), 0);
}

Test(check, no_access_to_the_group)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();

	host.uid = 1000;
	facts.node_errno = EACCES;
	is_refused(&facts, &host, -EACCES,
		"pci:0000:3b:00.0: /dev/vfio/12 cannot be read and written by user 1000 (Permission denied); "
		"as "
		"root: chown 1000 /dev/vfio/12");
}

Test(check, no_file_of_the_group)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();

	facts.node_errno = ENOENT;
	is_refused(&facts, &host, -ENXIO,
		"pci:0000:3b:00.0: vfio-pci has the device, but there is no /dev/vfio/12; in a container it "
		"has to be "
		"handed in (--device /dev/vfio/12)");
	facts.node_errno = 0;
	host.vfio_errno = ENOENT;
	is_refused(&facts, &host, -ENXIO,
		"pci:0000:3b:00.0: vfio-pci has the device, but there is no /dev/vfio/vfio; in a container "
		"it has to "
		"be handed in (--device /dev/vfio/vfio)");
}

Test(check, without_an_iommu_only_root_may)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();

	facts.is_noiommu = true;
	host.uid = 1000;
	is_refused(&facts, &host, -EACCES,
		"pci:0000:3b:00.0: VFIO does without an IOMMU here, which only root may use, found user "
		"1000");
}

Test(check, a_user_that_may_pin_too_little)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();

	host.uid = 1000;
	host.memlock_bytes = 8388608;
	is_refused(&facts, &host, -EACCES,
		"pci:0000:3b:00.0: user 1000 may pin 8 MB of memory for the device, needed: 100 MB; in the "
		"shell, if "
		"the hard limit allows: ulimit -l unlimited");
	host.uid = 0;
	cr_assert_eq(check(&facts, &host, 100, NULL), 0);
}

Test(check, uio_is_for_root)
{
	struct ovr_pci_facts facts = held_by("uio_pci_generic", OVR_PCI_UIO);
	struct ovr_pci_host host = good_host();

	facts.is_translated = false;
	cr_assert_eq(check(&facts, &host, 100, NULL), 0);
	host.uid = 1000;
	is_refused(&facts, &host, -EACCES,
		"pci:0000:3b:00.0: uio_pci_generic has the device, and only root can use it, found user "
		"1000; "
		"accepted: root, or with an IOMMU vfio-pci");
}

Test(check, uio_without_its_file)
{
	struct ovr_pci_facts facts = held_by("uio_pci_generic", OVR_PCI_UIO);
	struct ovr_pci_host host = good_host();

	facts.node[0] = '\0';
	is_refused(&facts, &host, -ENXIO,
		"pci:0000:3b:00.0: uio_pci_generic has the device, but made no /dev/uio of it; the kernel's "
		"log says "
		"why (dmesg)");
}

Test(check, uio_below_an_iommu_that_translates)
{
	struct ovr_pci_facts facts = held_by("uio_pci_generic", OVR_PCI_UIO);
	struct ovr_pci_host host = good_host();

	is_refused(&facts, &host, -EBUSY,
		"pci:0000:3b:00.0: uio_pci_generic has the device, but an IOMMU is on, which that driver "
		"does not "
		"tell of our memory, needed: vfio-pci; as root: " UNBIND BIND("vfio-pci"));
}

Test(check, too_few_hugepages)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();

	host.pages[0].total = 16;
	host.pages[0].free = 10;
	is_refused(&facts, &host, -ENOMEM,
		"pci:0000:3b:00.0: needed: 100 MB of hugepages, found 20 MB free; as root: echo 56 > "
		"/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");
	host.node = 1;
	is_refused(&facts, &host, -ENOMEM,
		"pci:0000:3b:00.0: needed: 100 MB of hugepages on NUMA node 1, found 20 MB free; as root: "
		"echo 56 > "
		"/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages");
	host.n_page_sizes = 0;
	is_refused(&facts, &host, -ENOMEM,
		"pci:0000:3b:00.0: needed: 100 MB of hugepages, found a kernel without hugepages");
}

Test(check, memory_from_elsewhere_needs_no_hugepages)
{
	struct ovr_pci_facts facts = good_facts();
	struct ovr_pci_host host = good_host();

	host.n_page_sizes = 0;
	cr_assert_eq(check(&facts, &host, 0, NULL), 0);
}

Test(link_note, a_link_below_its_best_is_said)
{
	struct ovr_pci_facts facts = good_facts();
	char note[128];

	facts.link = (struct ovr_pci_link){ .mtps = 8000, .mtps_max = 8000, .lanes = 4, .lanes_max = 8 };
	cr_assert_str_eq(ovr_pci_link_note(note, sizeof(note), &facts, LABEL),
		"pci:0000:3b:00.0: its PCI Express link is 8.0 GT/s x4, the device could do 8.0 GT/s x8");
	facts.link = (struct ovr_pci_link){ .mtps = 2500, .mtps_max = 16000, .lanes = 16, .lanes_max = 16 };
	cr_assert_str_eq(ovr_pci_link_note(note, sizeof(note), &facts, LABEL),
		"pci:0000:3b:00.0: its PCI Express link is 2.5 GT/s x16, the device could do 16.0 GT/s x16");
}

Test(link_note, a_full_or_unknown_link_is_not)
{
	struct ovr_pci_facts facts = good_facts();
	char note[128] = "before";

	cr_assert_str_eq(ovr_pci_link_note(note, sizeof(note), &facts, LABEL), "");
	facts.link = (struct ovr_pci_link){ .mtps = 8000, .mtps_max = 8000, .lanes = 8, .lanes_max = 8 };
	cr_assert_str_eq(ovr_pci_link_note(note, sizeof(note), &facts, LABEL), "");
}
