/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pci/pci.h"
#include "pci/read.h"

#define DEVICES "sys/bus/pci/devices"
#define IFF_UP  0x1

/* Drivers by name: what DPDK recognises. */
static enum ovr_pci_bound
bound_of(const char *driver)
{
	static const struct {
		const char *driver;
		enum ovr_pci_bound bound;
	} known[] = {
		{ "", OVR_PCI_UNBOUND },
		{ "vfio-pci", OVR_PCI_VFIO },
		{ "uio_pci_generic", OVR_PCI_UIO },
		{ "igb_uio", OVR_PCI_UIO },
		{ "mlx4_core", OVR_PCI_BIFURCATED },
		{ "mlx5_core", OVR_PCI_BIFURCATED },
		{ "mana", OVR_PCI_BIFURCATED },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].driver, driver) == 0)
			return known[i].bound;
	return OVR_PCI_KERNEL;
}

/* Frames to anywhere leave by this interface. IPv4: "eth0 00000000 gateway flags … mask …". */
static void
read_routes4(const char *root, const char *name, struct ovr_pci_interface *interface)
{
	char path[PATH_MAX], line[256];
	FILE *file;

	if (!pci_path(path, sizeof(path), root, "proc/net/route"))
		return;
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		char found[OVR_PCI_NAME_BYTES];
		unsigned int target, mask;

		if (sscanf(line, "%31s %x %*x %*x %*d %*d %*d %x", found, &target, &mask) != 3 ||
			strcmp(found, name) != 0)
			continue;
		/* an address brings a route to its own network */
		interface->has_address = true;
		if (target == 0 && mask == 0)
			interface->has_way_out = true;
	}
	if (file != NULL)
		fclose(file);
}

/* IPv6: "target length source length gateway metric use users flags name". */
static void
read_routes6(const char *root, const char *name, struct ovr_pci_interface *interface)
{
	char path[PATH_MAX], line[256];
	FILE *file;

	if (!pci_path(path, sizeof(path), root, "proc/net/ipv6_route"))
		return;
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		char found[OVR_PCI_NAME_BYTES], target[33];
		unsigned int length;

		if (sscanf(line, "%32s %x %*s %*s %*s %*s %*s %*s %*s %31s", target, &length, found) != 3 ||
			strcmp(found, name) != 0)
			continue;
		if (length == 0 && strspn(target, "0") == 32)
			interface->has_way_out = true;
	}
	if (file != NULL)
		fclose(file);
}

/*
 * "address index length scope flags name"; scope 20 is the link alone, which every interface that
 * is up has.
 */
static void
read_addresses6(const char *root, const char *name, struct ovr_pci_interface *interface)
{
	char path[PATH_MAX], line[256];
	FILE *file;

	if (!pci_path(path, sizeof(path), root, "proc/net/if_inet6"))
		return;
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		char found[OVR_PCI_NAME_BYTES];
		unsigned int scope;

		if (sscanf(line, "%*s %*x %*x %x %*x %31s", &scope, found) == 2 && strcmp(found, name) == 0 &&
			scope != 0x20)
			interface->has_address = true;
	}
	if (file != NULL)
		fclose(file);
}

static void
read_networks(const char *root, const char *name, struct ovr_pci_interface *interface)
{
	read_routes4(root, name, interface);
	read_routes6(root, name, interface);
	read_addresses6(root, name, interface);
}

/* What reading interfaces needs to know. */
struct reading {
	const char *root;
	struct ovr_pci_facts *facts;
	struct ovr_pci_interface *interface;
};

/* A bridge, a bond or a VLAN has the addresses that matter: "upper_br0". */
static bool
read_upper(const char *entry, void *context)
{
	static const char prefix[] = "upper_";
	struct reading *reading = context;
	struct ovr_pci_interface *interface = reading->interface;

	if (strncmp(entry, prefix, strlen(prefix)) != 0)
		return true;
	if (interface->carries[0] == '\0')
		snprintf(interface->carries, sizeof(interface->carries), "%.*s",
			(int)sizeof(interface->carries) - 1, entry + strlen(prefix));
	read_networks(reading->root, entry + strlen(prefix), interface);
	return true;
}

static bool
read_interface(const char *name, void *context)
{
	struct reading *reading = context;
	struct ovr_pci_facts *facts = reading->facts;
	struct ovr_pci_interface *interface;
	char folder[PATH_MAX];

	if (facts->n_interfaces == OVR_PCI_INTERFACES_MAX)
		return false;
	interface = &facts->interface[facts->n_interfaces++];
	snprintf(interface->name, sizeof(interface->name), "%.*s", (int)sizeof(interface->name) - 1, name);
	interface->is_up = (pci_read_number(0, reading->root, "sys/class/net/%s/flags", name) & IFF_UP) != 0;
	read_networks(reading->root, name, interface);
	reading->interface = interface;
	snprintf(folder, sizeof(folder), "sys/class/net/%s", name);
	pci_each_name(reading->root, folder, read_upper, reading);
	return true;
}

/* A virtio device has its interface one floor down: BDF/virtio2/net/eth0. */
static bool
read_virtio(const char *entry, void *context)
{
	struct reading *reading = context;
	char folder[PATH_MAX];

	if (strncmp(entry, "virtio", strlen("virtio")) != 0)
		return true;
	snprintf(folder, sizeof(folder), DEVICES "/%s/%s/net", reading->facts->bdf.text, entry);
	pci_each_name(reading->root, folder, read_interface, reading);
	return true;
}

static void
read_interfaces(const char *root, struct ovr_pci_facts *facts)
{
	struct reading reading = { .root = root, .facts = facts };
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), DEVICES "/%s/net", facts->bdf.text);
	pci_each_name(root, folder, read_interface, &reading);
	snprintf(folder, sizeof(folder), DEVICES "/%s", facts->bdf.text);
	pci_each_name(root, folder, read_virtio, &reading);
}

/*
 * VFIO takes a group when every other device in it is its own, or nobody's, or a port of the bus.
 */
static bool
read_neighbour(const char *name, void *context)
{
	static const char *const harmless[] = { "vfio-pci", "pci-stub", "pcieport" };
	struct reading *reading = context;
	struct ovr_pci_facts *facts = reading->facts;
	char driver[OVR_PCI_NAME_BYTES];

	if (strcmp(name, facts->bdf.text) == 0 ||
		!pci_read_link(driver, sizeof(driver), reading->root, DEVICES "/%s/driver", name))
		return true;
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (strcmp(driver, harmless[i]) == 0)
			return true;
	/* what is no PCI address cannot be unbound by one: its name is all there is to say */
	snprintf(facts->neighbour.text, sizeof(facts->neighbour.text), "%.*s",
		(int)sizeof(facts->neighbour.text) - 1, name);
	memcpy(facts->neighbour_driver, driver, sizeof(driver));
	return false;
}

static void
read_group(const char *root, struct ovr_pci_facts *facts)
{
	struct reading reading = { .root = root, .facts = facts };
	const char *bdf = facts->bdf.text;
	char number[16], text[32], folder[PATH_MAX];

	facts->iommu_group = -1;
	if (!pci_read_link(number, sizeof(number), root, DEVICES "/%s/iommu_group", bdf))
		return;
	facts->iommu_group = (int32_t)strtol(number, NULL, 10);
	pci_read_line(text, sizeof(text), root, DEVICES "/%s/iommu_group/name", bdf);
	facts->is_noiommu = strcmp(text, "vfio-noiommu") == 0;
	pci_read_line(text, sizeof(text), root, DEVICES "/%s/iommu_group/type", bdf);
	facts->is_translated = strncmp(text, "DMA", 3) == 0;
	snprintf(folder, sizeof(folder), DEVICES "/%s/iommu_group/devices", bdf);
	pci_each_name(root, folder, read_neighbour, &reading);
}

static bool
read_uio(const char *name, void *context)
{
	struct ovr_pci_facts *facts = context;

	snprintf(facts->node, sizeof(facts->node), "/dev/%.40s", name);
	return false;
}

/* What user space opens, and whether it may. */
static void
read_node(const char *root, struct ovr_pci_facts *facts)
{
	char path[PATH_MAX];

	if (facts->bound == OVR_PCI_VFIO && facts->iommu_group >= 0) {
		snprintf(facts->node, sizeof(facts->node), "/dev/vfio/%s%d",
			facts->is_noiommu ? "noiommu-" : "", facts->iommu_group);
	} else if (facts->bound == OVR_PCI_UIO) {
		snprintf(path, sizeof(path), DEVICES "/%s/uio", facts->bdf.text);
		pci_each_name(root, path, read_uio, facts);
	}
	if (facts->node[0] == '\0')
		return;
	if (!pci_path(path, sizeof(path), root, "%s", facts->node + 1))
		facts->node_errno = ENAMETOOLONG;
	else if (access(path, R_OK | W_OK) != 0)
		facts->node_errno = errno;
}

/* "8.0 GT/s PCIe" */
static uint32_t
read_speed(const char *root, const char *bdf, const char *which)
{
	char text[32];
	double gtps;

	if (!pci_read_line(text, sizeof(text), root, DEVICES "/%s/%s_link_speed", bdf, which))
		return 0;
	gtps = strtod(text, NULL);
	return gtps > 0 && gtps < 1000 ? (uint32_t)(gtps * 1000 + 0.5) : 0;
}

static void
read_link(const char *root, struct ovr_pci_facts *facts)
{
	const char *bdf = facts->bdf.text;
	int64_t lanes = pci_read_number(0, root, DEVICES "/%s/current_link_width", bdf);
	int64_t lanes_max = pci_read_number(0, root, DEVICES "/%s/max_link_width", bdf);

	/* 255: the device does not say */
	facts->link = (struct ovr_pci_link){
		.mtps = read_speed(root, bdf, "current"),
		.mtps_max = read_speed(root, bdf, "max"),
		.lanes = lanes > 0 && lanes <= 32 ? (uint32_t)lanes : 0,
		.lanes_max = lanes_max > 0 && lanes_max <= 32 ? (uint32_t)lanes_max : 0,
	};
}

void
ovr_pci_facts_read(const char *root, const struct ovr_pci_bdf *bdf, struct ovr_pci_facts *ret_facts)
{
	struct ovr_pci_facts *facts = ret_facts;

	memset(facts, 0, sizeof(*facts));
	facts->bdf = *bdf;
	facts->numa_node = facts->iommu_group = -1;
	facts->is_there = pci_exists(root, DEVICES "/%s", bdf->text);
	if (!facts->is_there)
		return;
	facts->class_code = (uint32_t)pci_read_number(0, root, DEVICES "/%s/class", bdf->text);
	facts->vendor = (uint16_t)pci_read_number(0, root, DEVICES "/%s/vendor", bdf->text);
	facts->device = (uint16_t)pci_read_number(0, root, DEVICES "/%s/device", bdf->text);
	facts->numa_node = (int32_t)pci_read_number(-1, root, DEVICES "/%s/numa_node", bdf->text);
	pci_read_link(facts->driver, sizeof(facts->driver), root, DEVICES "/%s/driver", bdf->text);
	facts->bound = bound_of(facts->driver);
	facts->has_verbs = pci_exists(root, DEVICES "/%s/infiniband", bdf->text);
	read_interfaces(root, facts);
	read_group(root, facts);
	read_node(root, facts);
	read_link(root, facts);
}
