/* SPDX-License-Identifier: BSD-3-Clause */
/* Before EAL starts, on made-up machines. What a NIC does afterwards is tried in tests/vm. */
#include "port/pci.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "eal.h"
#include "netns.h"
#include "rig.h"
#include "tree.h"

#define A "0000:3b:00.0"
#define B "0000:3b:00.1"

TestSuite(pci, .init = tree_make, .fini = tree_remove);

/* A NIC that uio_pci_generic has, on a node. */
static void
put_nic(const char *bdf, const char *node, const char *uio)
{
	char path[128];

	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/class", bdf);
	tree_put(path, "0x020000\n");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/numa_node", bdf);
	tree_put(path, node);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/driver", bdf);
	tree_link(path, "../../../../bus/pci/drivers/uio_pci_generic");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/uio/%s", bdf, uio);
	tree_folder(path);
	snprintf(path, sizeof(path), "dev/%s", uio);
	tree_put(path, "");
}

static void
put_pages(const char *folder, const char *free_pages)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/hugepages-2048kB/nr_hugepages", folder);
	tree_put(path, "512\n");
	snprintf(path, sizeof(path), "%s/hugepages-2048kB/free_hugepages", folder);
	tree_put(path, free_pages);
}

static void
need_root(void)
{
	if (geteuid() != 0)
		cr_skip_test("uio is for root");
}

Test(pci, both_devices_are_named_to_eal_with_their_keys)
{
	struct ovr_plan plan = RIG_PLAN("tx", "pci:3b:00.0", "rx", "pci:3b:00.1,rx_db=1,x=2");
	struct ovr_env_conf env = { 0 };
	struct ovr_port_pci_nodes nodes;
	struct ovr_err err = { "" };

	need_root();
	put_nic(A, "0\n", "uio0");
	put_nic(B, "1\n", "uio1");
	put_pages("sys/kernel/mm/hugepages", "512\n");
	cr_assert_eq(
		ovr_port_pci_prepare(tree_root(), &plan.ports, 100, &env, &nodes, &err), 0, "%s", err.text);
	cr_assert_eq(env.n_pci, 2);
	cr_assert_str_eq(env.pci[0], "0000:3b:00.0");
	cr_assert_str_eq(env.pci[1], "0000:3b:00.1,rx_db=1,x=2");
	cr_assert_eq(nodes.tx, 0);
	cr_assert_eq(nodes.rx, 1);
}

Test(pci, one_device_for_both_directions_is_named_once)
{
	struct ovr_plan plan = RIG_PLAN("tx", "pci:" A, "rx", "pci:3b:00.0");
	struct ovr_env_conf env = { 0 };
	struct ovr_port_pci_nodes nodes;
	struct ovr_err err = { "" };

	need_root();
	put_nic(A, "-1\n", "uio0");
	put_pages("sys/kernel/mm/hugepages", "512\n");
	cr_assert_eq(
		ovr_port_pci_prepare(tree_root(), &plan.ports, 100, &env, &nodes, &err), 0, "%s", err.text);
	cr_assert_eq(env.n_pci, 1);
	cr_assert_eq(nodes.rx, -1);
}

Test(pci, a_plan_without_such_ports_needs_nothing)
{
	struct ovr_plan plan = RIG_PLAN("time", "1s");
	struct ovr_env_conf env = { .n_pci = 2 };
	struct ovr_port_pci_nodes nodes = { 4, 4 };

	cr_assert_eq(ovr_port_pci_prepare(tree_root(), &plan.ports, 100, &env, &nodes, NULL), 0);
	cr_assert_eq(env.n_pci, 0);
	cr_assert_eq(nodes.tx, -1);
	cr_assert_eq(nodes.rx, -1);
}

Test(pci, what_is_in_the_way_is_said_of_its_port)
{
	struct ovr_plan plan = RIG_PLAN("tx", "pci:" A, "rx", "pci:" B);
	struct ovr_env_conf env = { 0 };
	struct ovr_port_pci_nodes nodes = { 4, 4 };
	struct ovr_err err = { "" };

	need_root();
	put_nic(A, "0\n", "uio0");
	put_pages("sys/kernel/mm/hugepages", "512\n");
	cr_assert_eq(ovr_port_pci_prepare(tree_root(), &plan.ports, 100, &env, &nodes, &err), -ENODEV);
	cr_assert_str_eq(err.text,
		"pci:0000:3b:00.1: there is no such PCI device; accepted: a network controller: "
		"0000:3b:00.0");
	cr_assert_eq(nodes.tx, 4, "touched on failure");
}

/* 100 MB for two ports: all of it where both are on one node, half of it on each of two. */
Test(pci, hugepages_are_wanted_on_the_node_of_each_port)
{
	struct ovr_plan plan = RIG_PLAN("tx", "pci:" A, "rx", "pci:" B);
	struct ovr_env_conf env = { 0 };
	struct ovr_port_pci_nodes nodes;
	struct ovr_err err = { "" };

	need_root();
	put_nic(A, "0\n", "uio0");
	put_nic(B, "1\n", "uio1");
	put_pages("sys/devices/system/node/node0/hugepages", "30\n");
	put_pages("sys/devices/system/node/node1/hugepages", "20\n");
	cr_assert_eq(ovr_port_pci_prepare(tree_root(), &plan.ports, 100, &env, &nodes, &err), -ENOMEM);
	cr_assert_str_eq(err.text,
		"pci:0000:3b:00.1: needed: 50 MB of hugepages on NUMA node 1, found 40 MB free; as root: "
		"echo 517 > "
		"/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages");
	tree_put("sys/bus/pci/devices/" B "/numa_node", "0\n");
	cr_assert_eq(ovr_port_pci_prepare(tree_root(), &plan.ports, 100, &env, &nodes, &err), -ENOMEM);
	cr_assert_str_eq(err.text,
		"pci:0000:3b:00.0: needed: 100 MB of hugepages on NUMA node 0, found 60 MB free; as root: "
		"echo 532 > "
		"/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages");
}

Test(pci, memory_that_the_user_names_needs_no_hugepages)
{
	struct ovr_plan plan = RIG_PLAN("tx", "pci:" A, "rx", "pci:" A);
	char *const extra[] = { (char *)"--no-huge", NULL };
	struct ovr_env_conf env = { .extra = extra };
	struct ovr_port_pci_nodes nodes;
	struct ovr_err err = { "" };

	need_root();
	put_nic(A, "0\n", "uio0");
	cr_assert_eq(
		ovr_port_pci_prepare(tree_root(), &plan.ports, 100, &env, &nodes, &err), 0, "%s", err.text);
}

Test(pci, a_device_that_no_driver_took_is_not_found)
{
	struct ovr_port_name name;
	struct ovr_pci_facts facts;
	struct ovr_err err = { "" };
	uint16_t id = 4711;

	eal_start();
	cr_assert_eq(ovr_port_name_parse("tx", "pci:ff:1f.7", &name, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_port_pci_find(&name, &id, &facts, &err), -ENODEV);
	cr_assert_eq(strncmp(err.text,
			     "pci:0000:ff:1f.7: no driver of this DPDK takes the device (vendor 0000, device "
			     "0000)",
			     82),
		0, "%s", err.text);
	cr_assert_eq(id, 4711);
	eal_stop();
}

/*
 * What a device that the kernel has too would do to its interface: mlx5's configuring sets the MTU,
 * promiscuity is the interface's.
 */
static void
take_as_a_driver_would(struct ovr_pci_facts *facts, struct ovr_undo *undo)
{
	struct ovr_err err = { "" };

	*facts = (struct ovr_pci_facts){ .bound = OVR_PCI_BIFURCATED, .n_interfaces = 1 };
	strcpy(facts->interface[0].name, "one");
	cr_assert_eq(ovr_port_pci_note(undo, facts, 1500, &err), 0, "%s", err.text);
	netns_run("ip link set one promisc on mtu 1500");
}

Test(pci, the_kernels_interface_of_a_shared_device_is_put_back)
{
	struct ovr_undo *undo = NULL, *other = NULL;
	struct ovr_nic_facts now;
	struct ovr_pci_facts facts;

	need_root();
	netns_enter();
	netns_make_pair("one", "other");
	netns_run("ip link set one mtu 9000");
	cr_assert_eq(ovr_undo_open(NULL, &undo, NULL), 0);
	take_as_a_driver_would(&facts, undo);
	cr_expect_eq(ovr_undo_all(undo, NULL), 0);
	cr_assert_eq(ovr_nic_facts_read("one", &now, NULL), 0);
	cr_expect_eq(now.mtu, 9000);
	cr_expect_not(now.is_promiscuous);
	ovr_undo_close(undo);

	/* what somebody else set meanwhile stays */
	cr_assert_eq(ovr_undo_open(NULL, &other, NULL), 0);
	take_as_a_driver_would(&facts, other);
	netns_run("ip link set one mtu 3000");
	cr_expect_eq(ovr_undo_all(other, NULL), 0);
	cr_assert_eq(ovr_nic_facts_read("one", &now, NULL), 0);
	cr_expect_eq(now.mtu, 3000);
	ovr_undo_close(other);
}

Test(pci, a_device_of_our_own_is_not_in_the_journal)
{
	struct ovr_pci_facts facts = { .bound = OVR_PCI_VFIO, .n_interfaces = 1 };

	cr_expect_eq(ovr_port_pci_note(NULL, &facts, 1500, NULL), 0);
}
