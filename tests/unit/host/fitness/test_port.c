/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "fitness/facts.h"
#include "support/tree.h"

#define DEVICE "sys/bus/pci/devices/0000:3b:00.0/"
#define NODE   "sys/devices/system/node/"

TestSuite(port, .init = tree_make, .fini = tree_remove);

/* eth1 on node 1, of a process with CPUs 0 to 3. */
static struct ovr_fitness_facts
read_eth1(void)
{
	struct ovr_fitness_facts facts = { .has_port = true,
		.has_nic = true,
		.cpus = { .n = 4, .list = "0-3" },
		.nic = { .name = "eth1", .bus = "0000:3b:00.0", .numa_node = 1 } };

	ovr_fitness_port_read(tree_root(), &facts);
	return facts;
}

Test(port, of_an_empty_host_nothing_is_known)
{
	struct ovr_fitness_facts facts = read_eth1();

	cr_assert_eq(facts.rp_filter, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.rp_filter_all, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.n_nodes, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.n_cpus_on_node, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.irqs.n, OVR_FITNESS_UNKNOWN);
}

Test(port, rp_filter_is_of_the_interface_and_of_all)
{
	struct ovr_fitness_facts facts;

	tree_put("proc/sys/net/ipv4/conf/all/rp_filter", "0\n");
	tree_put("proc/sys/net/ipv4/conf/eth1/rp_filter", "1\n");
	facts = read_eth1();
	cr_assert_eq(facts.rp_filter_all, 0);
	cr_assert_eq(facts.rp_filter, 1);
}

Test(port, cpus_on_its_node_are_counted_among_ours)
{
	struct ovr_fitness_facts facts;

	tree_put(NODE "node0/cpulist", "0-2,8-15\n");
	tree_put(NODE "node1/cpulist", "3-7\n");
	facts = read_eth1();
	cr_assert_eq(facts.n_nodes, 2);
	cr_assert_eq(facts.n_cpus_on_node, 1);
	cr_assert_str_eq(facts.node_cpus, "3-7");
}

static void
put_irqs(const char *first, const char *second)
{
	tree_put(DEVICE "msi_irqs/24", "msix\n");
	tree_put(DEVICE "msi_irqs/25", "msix\n");
	tree_put("proc/irq/24/effective_affinity_list", first);
	tree_put("proc/irq/25/effective_affinity_list", second);
	tree_put("proc/irq/24/smp_affinity_list", "0-3\n");
	tree_put("proc/irq/25/smp_affinity_list", "0-3\n");
}

Test(port, interrupts_that_one_cpu_takes_are_seen)
{
	struct ovr_fitness_facts facts;

	put_irqs("2\n", "2\n");
	facts = read_eth1();
	cr_assert_eq(facts.irqs.n, 2);
	cr_assert_str_eq(facts.irqs.cpus, "2");
	cr_assert_str_eq(facts.irqs.affinity, "0-3");
}

Test(port, interrupts_of_several_cpus_have_none_of_their_own)
{
	put_irqs("2\n", "3\n");
	cr_assert_str_eq(read_eth1().irqs.cpus, "");
	put_irqs("2-3\n", "2-3\n");
	cr_assert_str_eq(read_eth1().irqs.cpus, "");
}

static int
read_pci(struct ovr_fitness_facts *facts, struct ovr_err *err)
{
	static const struct ovr_pci_bdf bdf = { "0000:3b:00.0" };

	return ovr_fitness_pci_read(tree_root(), "pci:0000:3b:00.0", &bdf, facts, err);
}

Test(port, a_device_that_is_not_there_is_refused)
{
	struct ovr_fitness_facts facts = { 0 };
	struct ovr_err err;

	cr_assert_eq(read_pci(&facts, &err), -ENODEV);
	cr_assert_str_eq(err.text,
		"pci:0000:3b:00.0: there is no such PCI device; accepted: a network controller, as lspci "
		"lists them");
}

Test(port, a_device_that_is_no_network_controller_is_refused)
{
	struct ovr_fitness_facts facts = { 0 };
	struct ovr_err err;

	tree_put(DEVICE "class", "0x010802\n");
	cr_assert_eq(read_pci(&facts, &err), -ENOTSUP);
	cr_assert_not(facts.has_port);
}

Test(port, a_device_without_an_interface_has_its_pci_facts_alone)
{
	struct ovr_fitness_facts facts = { 0 };
	struct ovr_err err;

	tree_put(DEVICE "class", "0x020000\n");
	tree_put(DEVICE "numa_node", "1\n");
	tree_put(DEVICE "current_link_speed", "8.0 GT/s PCIe\n");
	tree_put(DEVICE "current_link_width", "4\n");
	cr_assert_eq(read_pci(&facts, &err), 0, "%s", err.text);
	cr_assert(facts.has_port && facts.has_pci);
	cr_assert_not(facts.has_nic);
	cr_assert_str_eq(facts.port, "pci:0000:3b:00.0");
	cr_assert_eq(facts.pci.link.mtps, 8000);
}

Test(port, an_interface_that_is_not_there_is_refused)
{
	struct ovr_fitness_facts facts = { 0 };
	struct ovr_err err;

	cr_assert_eq(ovr_fitness_interface_read(tree_root(), "none0", &facts, &err), -ENODEV);
	cr_assert_not(facts.has_port);
	cr_assert_not_null(strstr(err.text, "none0: there is no such interface; accepted: lo"));
}

Test(port, the_loopback_interface_is_a_port)
{
	struct ovr_fitness_facts facts = { 0 };
	struct ovr_err err;

	cr_assert_eq(ovr_fitness_interface_read(tree_root(), "lo", &facts, &err), 0, "%s", err.text);
	cr_assert(facts.has_port && facts.has_nic);
	cr_assert_str_eq(facts.port, "lo");
	cr_assert(facts.nic.is_loopback);
}
