/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pci/pci.h"

#define CLASS_NETWORK 0x02
#define TEXT_BYTES    400
#define MB_BYTES      (UINT64_C(1024) * 1024)

/* Everything that a sentence is made of. */
struct asked {
	const struct ovr_pci_facts *facts;
	const struct ovr_pci_host *host;
	const struct ovr_pci_wish *wish;
	struct ovr_err *err;
};

/* Append to a text; what does not fit is cut. */
static void append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void
append(char *text, size_t size, const char *format, ...)
{
	size_t n = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + n, size - n, format, args);
	va_end(args);
}

/* The devices that could have been meant. */
static void
print_nics(char *text, size_t size, const struct ovr_pci_host *host)
{
	uint32_t named = host->n_nics < OVR_PCI_NICS_MAX ? host->n_nics : OVR_PCI_NICS_MAX;

	text[0] = '\0';
	if (host->n_nics == 0) {
		append(text, size, "this machine has no network controller on PCI");
		return;
	}
	append(text, size, "accepted: a network controller:");
	for (uint32_t i = 0; i < named; i++)
		append(text, size, "%s %s", i == 0 ? "" : ",", host->nic[i].text);
	if (named < host->n_nics)
		append(text, size, " and %u more", host->n_nics - named);
}

static int
check_device(const struct asked *asked)
{
	const struct ovr_pci_facts *facts = asked->facts;
	char nics[TEXT_BYTES];

	print_nics(nics, sizeof(nics), asked->host);
	if (!facts->is_there)
		return ovr_err_set(
			asked->err, -ENODEV, "%s: there is no such PCI device; %s", asked->wish->label, nics);
	if (facts->class_code >> 16 != CLASS_NETWORK)
		return ovr_err_set(asked->err, -ENOTSUP,
			"%s: the device is no network controller (class 0x%06x, needed: 0x02....); %s",
			asked->wish->label, facts->class_code, nics);
	return 0;
}

/* The driver to bind to: VFIO where an IOMMU is on, or where it may do without. */
static bool
can_vfio(const struct ovr_pci_host *host)
{
	return host->has_iommu || host->allows_noiommu;
}

/*
 * "vfio-pci; as root: …": what is needed, and the commands that bring it about. They work without
 * any tool.
 */
static const char *
print_binding(char *text, size_t size, const struct asked *asked)
{
	const char *bdf = asked->facts->bdf.text;
	bool is_vfio = can_vfio(asked->host);
	const char *driver = is_vfio ? "vfio-pci" : "uio_pci_generic";
	bool is_loaded = is_vfio ? asked->host->has_vfio_pci : asked->host->has_uio_generic;

	snprintf(text, size, "%s%s; as root: ", driver,
		is_vfio ? ""
			: " (no IOMMU is on; with intel_iommu=on or amd_iommu=on for the kernel: vfio-pci)");
	if (!is_loaded)
		append(text, size, "modprobe %s; ", driver);
	if (asked->facts->bound != OVR_PCI_UNBOUND)
		append(text, size, "echo %s > /sys/bus/pci/devices/%s/driver/unbind; ", bdf, bdf);
	append(text, size,
		"echo %s > /sys/bus/pci/devices/%s/driver_override; echo %s > /sys/bus/pci/drivers_probe",
		driver, bdf, bdf);
	return text;
}

/* The interface in use most: way out, then address, then link; NULL: the device has none here. */
static const struct ovr_pci_interface *
busiest(const struct ovr_pci_facts *facts)
{
	const struct ovr_pci_interface *best = NULL;
	int most = -1;

	for (uint32_t i = 0; i < facts->n_interfaces; i++) {
		const struct ovr_pci_interface *interface = &facts->interface[i];
		int weight = 4 * interface->has_way_out + 2 * interface->has_address + interface->is_up;

		if (weight > most) {
			most = weight;
			best = interface;
		}
	}
	return best;
}

static int
refuse_way_out(const struct asked *asked, const struct ovr_pci_interface *interface)
{
	bool is_below = interface->carries[0] != '\0';

	return ovr_err_set(asked->err, -EBUSY,
		"%s: the kernel's driver %s has the device, and the default route goes through its interface "
		"%s%s%s: without it this machine would be cut off; accepted: another device, or --force",
		asked->wish->label, asked->facts->driver, interface->name, is_below ? " below " : "",
		interface->carries);
}

static int
check_kernel(const struct asked *asked)
{
	const struct ovr_pci_interface *interface = busiest(asked->facts);
	const char *driver = asked->facts->driver;
	char binding[TEXT_BYTES];

	print_binding(binding, sizeof(binding), asked);
	if (interface == NULL)
		return ovr_err_set(asked->err, -EBUSY,
			"%s: the kernel's driver %s has the device, needed: %s", asked->wish->label, driver,
			binding);
	if (interface->has_way_out && !asked->wish->force)
		return refuse_way_out(asked, interface);
	if (interface->is_up || interface->has_address)
		return ovr_err_set(asked->err, -EBUSY,
			"%s: the kernel's driver %s has the device, and its interface %s is in use (%s%s%s); "
			"if "
			"it can be spared, as root: ip link set %s down; needed then: %s",
			asked->wish->label, driver, interface->name, interface->is_up ? "up" : "down",
			interface->has_address ? ", with an address" : "",
			interface->carries[0] != '\0' ? ", part of another one" : "", interface->name,
			binding);
	return ovr_err_set(asked->err, -EBUSY,
		"%s: the kernel's driver %s has the device (interface %s), needed: %s", asked->wish->label,
		driver, interface->name, binding);
}

/* DPDK works beside these drivers, through verbs. */
static int
check_bifurcated(const struct asked *asked)
{
	const struct ovr_pci_facts *facts = asked->facts;
	const struct ovr_pci_interface *interface = busiest(facts);
	char module[OVR_PCI_NAME_BYTES];

	if (interface != NULL && interface->has_way_out && !asked->wish->force)
		return refuse_way_out(asked, interface);
	if (facts->has_verbs)
		return 0;
	/* mlx5_core offers verbs through mlx5_ib */
	snprintf(module, sizeof(module), "%.*s_ib", (int)strcspn(facts->driver, "_"), facts->driver);
	return ovr_err_set(asked->err, -ENXIO,
		"%s: the kernel's driver %s has the device and shares it, but does not offer it to user "
		"space; "
		"as root: modprobe %s; modprobe ib_uverbs",
		asked->wish->label, facts->driver, module);
}

/* EACCES reads better with who was refused and how that is fixed. */
static int
refuse_node(const struct asked *asked, const char *node, int error)
{
	if (error == ENOENT)
		return ovr_err_set(asked->err, -ENXIO,
			"%s: %s has the device, but there is no %s; in a container it has to be handed in "
			"(--device %s)",
			asked->wish->label, asked->facts->driver, node, node);
	return ovr_err_set(asked->err, -EACCES,
		"%s: %s cannot be read and written by user %u (%s); as root: chown %u %s", asked->wish->label,
		node, asked->host->uid, strerror(error), asked->host->uid, node);
}

static int
check_vfio(const struct asked *asked)
{
	const struct ovr_pci_facts *facts = asked->facts;
	const struct ovr_pci_host *host = asked->host;
	uint64_t memlock_mb = host->memlock_bytes / MB_BYTES;

	if (facts->iommu_group < 0)
		return ovr_err_set(asked->err, -ENXIO,
			"%s: vfio-pci has the device, which is in no IOMMU group: no IOMMU is on; accepted: "
			"intel_iommu=on or amd_iommu=on on the kernel's command line, or uio_pci_generic",
			asked->wish->label);
	if (facts->neighbour.text[0] != '\0')
		return ovr_err_set(asked->err, -EBUSY,
			"%s: %s of the same IOMMU group (%d) belongs to %s, needed: every device of the "
			"group "
			"with vfio-pci or without a driver; as root: echo %s > "
			"/sys/bus/pci/devices/%s/driver/unbind",
			asked->wish->label, facts->neighbour.text, facts->iommu_group,
			facts->neighbour_driver, facts->neighbour.text, facts->neighbour.text);
	if (!facts->is_noiommu && !host->has_vfio_type1)
		return ovr_err_set(asked->err, -ENXIO,
			"%s: VFIO cannot talk to the IOMMU without its module; as root: modprobe "
			"vfio_iommu_type1",
			asked->wish->label);
	if (host->vfio_errno != 0)
		return refuse_node(asked, "/dev/vfio/vfio", host->vfio_errno);
	if (facts->node_errno != 0)
		return refuse_node(asked, facts->node, facts->node_errno);
	if (facts->is_noiommu && host->uid != 0)
		return ovr_err_set(asked->err, -EACCES,
			"%s: VFIO does without an IOMMU here, which only root may use, found user %u",
			asked->wish->label, host->uid);
	if (host->uid != 0 && memlock_mb < asked->wish->memory_mb)
		return ovr_err_set(asked->err, -EACCES,
			"%s: user %u may pin %" PRIu64 " MB of memory for the device, needed: %" PRIu64
			" MB; in the shell, if the hard limit allows: ulimit -l unlimited",
			asked->wish->label, host->uid, memlock_mb, asked->wish->memory_mb);
	return 0;
}

static int
check_uio(const struct asked *asked)
{
	const struct ovr_pci_facts *facts = asked->facts;
	char binding[TEXT_BYTES];

	if (facts->node[0] == '\0')
		return ovr_err_set(asked->err, -ENXIO,
			"%s: %s has the device, but made no /dev/uio of it; the kernel's log says why "
			"(dmesg)",
			asked->wish->label, facts->driver);
	if (asked->host->uid != 0)
		return ovr_err_set(asked->err, -EACCES,
			"%s: %s has the device, and only root can use it, found user %u; accepted: root, or "
			"with an IOMMU vfio-pci",
			asked->wish->label, facts->driver, asked->host->uid);
	if (facts->node_errno != 0)
		return refuse_node(asked, facts->node, facts->node_errno);
	/* the device would be stopped at its first access to memory */
	if (facts->is_translated)
		return ovr_err_set(asked->err, -EBUSY,
			"%s: %s has the device, but an IOMMU is on, which that driver does not tell of our "
			"memory, needed: %s",
			asked->wish->label, facts->driver, print_binding(binding, sizeof(binding), asked));
	return 0;
}

static int
check_memory(const struct asked *asked)
{
	const struct ovr_pci_host *host = asked->host;
	uint64_t free_mb = ovr_pci_free_mb(host);
	const struct ovr_pci_pages *pages = &host->pages[0];
	char of_node[32] = "", folder[80] = "/sys/kernel/mm/hugepages";
	uint64_t missing, page_kb;

	if (asked->wish->memory_mb <= free_mb)
		return 0;
	if (host->n_page_sizes == 0)
		return ovr_err_set(asked->err, -ENOMEM,
			"%s: needed: %" PRIu64 " MB of hugepages, found a kernel without hugepages",
			asked->wish->label, asked->wish->memory_mb);
	if (host->node >= 0) {
		snprintf(of_node, sizeof(of_node), " on NUMA node %d", host->node);
		snprintf(folder, sizeof(folder), "/sys/devices/system/node/node%d/hugepages", host->node);
	}
	page_kb = pages->page_kb;
	missing = ((asked->wish->memory_mb - free_mb) * 1024 + page_kb - 1) / page_kb;
	return ovr_err_set(asked->err, -ENOMEM,
		"%s: needed: %" PRIu64 " MB of hugepages%s, found %" PRIu64 " MB free; as root: echo %" PRIu64
		" > %s/hugepages-%" PRIu64 "kB/nr_hugepages",
		asked->wish->label, asked->wish->memory_mb, of_node, free_mb, pages->total + missing, folder,
		page_kb);
}

int
ovr_pci_check(const struct ovr_pci_facts *facts, const struct ovr_pci_host *host,
	const struct ovr_pci_wish *wish, struct ovr_err *err)
{
	struct asked asked = { .facts = facts, .host = host, .wish = wish, .err = err };
	char binding[TEXT_BYTES];
	int status = check_device(&asked);

	if (status != 0)
		return status;
	switch (facts->bound) {
	case OVR_PCI_UNBOUND:
		return ovr_err_set(err, -ENXIO, "%s: no driver has the device, needed: %s", wish->label,
			print_binding(binding, sizeof(binding), &asked));
	case OVR_PCI_KERNEL:
		return check_kernel(&asked);
	case OVR_PCI_BIFURCATED:
		status = check_bifurcated(&asked);
		break;
	case OVR_PCI_VFIO:
		status = check_vfio(&asked);
		break;
	case OVR_PCI_UIO:
		status = check_uio(&asked);
		break;
	}
	return status != 0 ? status : check_memory(&asked);
}

/* "8.0 GT/s x4" */
static void
print_link(char *text, size_t size, uint32_t mtps, uint32_t lanes)
{
	snprintf(text, size, "%u.%u GT/s x%u", mtps / 1000, mtps % 1000 / 100, lanes);
}

const char *
ovr_pci_link_note(char *buf, size_t size, const struct ovr_pci_facts *facts, const char *label)
{
	const struct ovr_pci_link *link = &facts->link;
	char got[32], could[32];

	buf[0] = '\0';
	if (link->mtps == 0 || link->mtps_max == 0 || link->lanes == 0 || link->lanes_max == 0 ||
		(link->mtps >= link->mtps_max && link->lanes >= link->lanes_max))
		return buf;
	print_link(got, sizeof(got), link->mtps, link->lanes);
	print_link(could, sizeof(could), link->mtps_max, link->lanes_max);
	snprintf(buf, size, "%s: its PCI Express link is %s, the device could do %s", label, got, could);
	return buf;
}
