/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of a port. */
#include "fitness/facts.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "fitness/lists.h"
#include "fitness/stat.h"
#include "pci/read.h"

#define CLASS_NETWORK 0x02
#define NODE_FOLDER   "sys/devices/system/node"

/* Interrupts of a device while they are read. */
struct reading {
	const char *root;
	struct ovr_fitness_irqs *irqs;
	bool cpus_differ, affinities_differ;
};

/* Keep the first list, and see whether all others are the same. */
static void
meet(char *kept, const struct fit_list *list, bool is_first, bool *differ)
{
	if (is_first)
		memcpy(kept, list->text, sizeof(list->text));
	else if (strcmp(kept, list->text) != 0)
		*differ = true;
}

static bool
read_irq(const char *number, void *context)
{
	struct reading *reading = context;
	struct ovr_fitness_irqs *irqs = reading->irqs;
	struct fit_list list;
	bool is_first = irqs->n == 0;

	/* kernels without effective affinities deliver to any of those allowed */
	if (!fit_list_read(reading->root, &list, "proc/irq/%s/effective_affinity_list", number))
		fit_list_read(reading->root, &list, "proc/irq/%s/smp_affinity_list", number);
	meet(irqs->cpus, &list, is_first, &reading->cpus_differ);
	fit_list_read(reading->root, &list, "proc/irq/%s/smp_affinity_list", number);
	meet(irqs->affinity, &list, is_first, &reading->affinities_differ);
	irqs->n++;
	return true;
}

static void
read_irqs(const char *root, const char *bdf, struct ovr_fitness_irqs *irqs)
{
	struct reading reading = { .root = root, .irqs = irqs };
	char folder[PATH_MAX];
	cpu_set_t cpus;

	*irqs = (struct ovr_fitness_irqs){ .n = OVR_FITNESS_UNKNOWN };
	if (bdf[0] == '\0' || !pci_exists(root, "sys/bus/pci/devices/%s/msi_irqs", bdf))
		return;
	irqs->n = 0;
	snprintf(folder, sizeof(folder), "sys/bus/pci/devices/%s/msi_irqs", bdf);
	pci_each_name(root, folder, read_irq, &reading);
	if (reading.affinities_differ)
		irqs->affinity[0] = '\0';
	if (reading.cpus_differ || !fit_list_parse(irqs->cpus, &cpus) || CPU_COUNT(&cpus) != 1)
		irqs->cpus[0] = '\0';
}

static bool
count_node(const char *name, void *context)
{
	int64_t *n_nodes = context;

	*n_nodes += strncmp(name, "node", 4) == 0 && name[4] >= '0' && name[4] <= '9';
	return true;
}

static void
read_node(const char *root, int32_t node, struct ovr_fitness_facts *facts)
{
	struct fit_list near;
	cpu_set_t ours;

	facts->n_nodes = 0;
	facts->n_cpus_on_node = OVR_FITNESS_UNKNOWN;
	pci_each_name(root, NODE_FOLDER, count_node, &facts->n_nodes);
	if (facts->n_nodes == 0)
		facts->n_nodes = OVR_FITNESS_UNKNOWN;
	if (node < 0 || !fit_list_read(root, &near, NODE_FOLDER "/node%d/cpulist", node))
		return;
	memcpy(facts->node_cpus, near.text, sizeof(facts->node_cpus));
	if (facts->cpus.n < 0 || !fit_list_parse(facts->cpus.list, &ours))
		return;
	CPU_AND(&ours, &ours, &near.set);
	facts->n_cpus_on_node = CPU_COUNT(&ours);
}

void
ovr_fitness_port_read(const char *root, struct ovr_fitness_facts *facts)
{
	const char *name = facts->nic.name;

	facts->rp_filter_all = facts->rp_filter = OVR_FITNESS_UNKNOWN;
	if (facts->has_nic) {
		facts->rss = ovr_nic_rss_read(name);
		facts->has_queueings = ovr_nic_queueings_read(facts->nic.ifindex, &facts->queueings, NULL) ==
			0;
		facts->rp_filter_all = pci_read_number(
			OVR_FITNESS_UNKNOWN, root, "proc/sys/net/ipv4/conf/all/rp_filter");
		facts->rp_filter = pci_read_number(
			OVR_FITNESS_UNKNOWN, root, "proc/sys/net/ipv4/conf/%s/rp_filter", name);
	}
	read_irqs(root, facts->has_pci ? facts->pci.bdf.text : facts->nic.bus, &facts->irqs);
	read_node(root, facts->has_pci ? facts->pci.numa_node : facts->nic.numa_node, facts);
}

int
ovr_fitness_interface_read(
	const char *root, const char *name, struct ovr_fitness_facts *facts, struct ovr_err *err)
{
	int status = ovr_nic_facts_read(name, &facts->nic, err);

	if (status != 0)
		return status;
	facts->has_port = facts->has_nic = true;
	snprintf(facts->port, sizeof(facts->port), "%s", facts->nic.name);
	ovr_fitness_port_read(root, facts);
	return 0;
}

int
ovr_fitness_pci_read(const char *root, const char *label, const struct ovr_pci_bdf *bdf,
	struct ovr_fitness_facts *facts, struct ovr_err *err)
{
	int status = 0;

	ovr_pci_facts_read(root, bdf, &facts->pci);
	if (!facts->pci.is_there)
		return ovr_err_set(err, -ENODEV,
			"%s: there is no such PCI device; accepted: a network controller, as lspci lists "
			"them",
			label);
	if (facts->pci.class_code >> 16 != CLASS_NETWORK)
		return ovr_err_set(err, -ENOTSUP,
			"%s: the device is no network controller (class 0x%06x, needed: 0x02....)", label,
			facts->pci.class_code);
	if (facts->pci.n_interfaces > 0)
		status = ovr_nic_facts_read(facts->pci.interface[0].name, &facts->nic, err);
	if (status != 0)
		return status;
	facts->has_port = facts->has_pci = true;
	facts->has_nic = facts->pci.n_interfaces > 0;
	snprintf(facts->port, sizeof(facts->port), "%s", label);
	ovr_fitness_port_read(root, facts);
	return 0;
}
