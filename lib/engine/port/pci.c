/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/pci.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_ethdev.h>

static int
check(const char *root, const struct ovr_port_name *name, uint32_t memory_mb, bool force, struct ovr_err *err)
{
	struct ovr_pci_wish wish = { .label = name->label, .memory_mb = memory_mb, .force = force };
	struct ovr_pci_facts facts;
	struct ovr_pci_host host;
	struct ovr_pci_bdf bdf;
	int status = ovr_pci_bdf_parse(name->label, name->details, &bdf, err);

	if (status != 0)
		return status;
	ovr_pci_facts_read(root, &bdf, &facts);
	ovr_pci_host_read(root, facts.numa_node, &host);
	return ovr_pci_check(&facts, &host, &wish, err);
}

int
ovr_port_pci_node(const char *root, const struct ovr_port_name *name)
{
	struct ovr_pci_facts facts;
	struct ovr_pci_bdf bdf;

	if (name->kind != OVR_PORT_PCI || ovr_pci_bdf_parse(name->label, name->details, &bdf, NULL) != 0)
		return -1;
	ovr_pci_facts_read(root, &bdf, &facts);
	return facts.numa_node;
}

/* The device with its driver's keys, as EAL takes it. */
static void
print_device(const struct ovr_port_name *name, char *text, size_t size)
{
	snprintf(text, size, "%.*s%s%.*s", OVR_PCI_BDF_BYTES, name->details, name->keys[0] != '\0' ? "," : "",
		OVR_PORT_NAME_BYTES, name->keys);
}

static void
name_to_eal(const struct ovr_port_name *name, struct ovr_env_conf *env)
{
	if (name->kind == OVR_PORT_PCI)
		print_device(name, env->pci[env->n_pci++], sizeof(env->pci[0]));
}

int
ovr_port_pci_prepare(const char *root, const struct ovr_plan_ports *ports, uint32_t memory_mb,
	struct ovr_env_conf *env, struct ovr_port_pci_nodes *ret_nodes, struct ovr_err *err)
{
	struct ovr_port_pci_nodes nodes = {
		.tx = (int16_t)ovr_port_pci_node(root, &ports->tx),
		.rx = (int16_t)ovr_port_pci_node(root, &ports->rx),
	};
	int status = 0;

	env->n_pci = 0;
	name_to_eal(&ports->tx, env);
	if (strcmp(ports->tx.text, ports->rx.text) != 0)
		name_to_eal(&ports->rx, env);
	/* each port's pool is on its own node */
	if (nodes.tx >= 0 && nodes.rx >= 0 && nodes.tx != nodes.rx)
		memory_mb = (memory_mb + 1) / 2;
	if (!ovr_env_wants_hugepages(env))
		memory_mb = 0;
	if (ports->tx.kind == OVR_PORT_PCI)
		status = check(root, &ports->tx, memory_mb, ports->force, err);
	if (status == 0 && ports->rx.kind == OVR_PORT_PCI)
		status = check(root, &ports->rx, memory_mb, ports->force, err);
	if (status == 0)
		*ret_nodes = nodes;
	return status;
}

/* A card whose function has several ports gives the first; the driver's own keys choose another. */
static bool
find_port(const struct ovr_pci_bdf *bdf, uint16_t *ret_id)
{
	struct rte_dev_iterator iterator;
	uint16_t id;

	RTE_ETH_FOREACH_MATCHING_DEV(id, bdf->text, &iterator)
	{
		rte_eth_iterator_cleanup(&iterator);
		*ret_id = id;
		return true;
	}
	return false;
}

int
ovr_port_pci_find(const struct ovr_port_name *name, uint16_t *ret_id, struct ovr_pci_facts *ret_facts,
	struct ovr_err *err)
{
	char device[OVR_ENV_PCI_BYTES], words[256];
	struct ovr_pci_bdf bdf;
	int status = ovr_pci_bdf_parse(name->label, name->details, &bdf, err);

	if (status != 0)
		return status;
	ovr_pci_facts_read("", &bdf, ret_facts);
	if (find_port(&bdf, ret_id))
		return 0;
	/*
	 * what was said when EAL started, or there is nothing to say, since an earlier trial of
	 * this process closed it
	 */
	snprintf(words, sizeof(words), "%s", ovr_env_last_words_on(bdf.text));
	print_device(name, device, sizeof(device));
	if (rte_dev_probe(device) == 0 && find_port(&bdf, ret_id))
		return 0;
	return ovr_err_set(err, -ENODEV,
		"%s: no driver of this DPDK takes the device (vendor %04x, device %04x)%s%s", name->label,
		ret_facts->vendor, ret_facts->device, words[0] != '\0' ? "; its last words: " : "", words);
}

static int
note_interface(struct ovr_undo *undo, const char *name, uint32_t mtu, struct ovr_err *err)
{
	struct ovr_nic_facts facts, after;
	int status = ovr_nic_facts_read(name, &facts, err);

	if (status == 0)
		status = ovr_undo_note(undo, OVR_UNDO_PROMISC, &facts, err);
	if (status == 0)
		status = ovr_undo_note(undo, OVR_UNDO_PAUSE, &facts, err);
	if (status == 0)
		status = ovr_undo_note(undo, OVR_UNDO_MTU, &facts, err);
	if (status != 0)
		return status;
	after = facts;
	after.mtu = RTE_MAX(mtu, (uint32_t)RTE_ETHER_MTU);
	return ovr_undo_took(undo, OVR_UNDO_MTU, &after, err);
}

int
ovr_port_pci_note(struct ovr_undo *undo, const struct ovr_pci_facts *facts, uint32_t mtu, struct ovr_err *err)
{
	int status = 0;

	for (uint32_t i = 0; i < facts->n_interfaces && status == 0 && facts->bound == OVR_PCI_BIFURCATED;
		i++)
		status = note_interface(undo, facts->interface[i].name, mtu, err);
	return status;
}

void
ovr_port_pci_close(uint16_t id)
{
	struct rte_eth_dev_info info;
	bool is_known = rte_eth_dev_info_get(id, &info) == 0;

	rte_eth_dev_close(id);
	/* a device whose port is closed stays probed, and would never have a port again */
	if (is_known && info.device != NULL)
		rte_dev_remove(info.device);
}
