/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pci/pci.h"
#include "pci/read.h"

#define CLASS_NETWORK 0x02

/* What the walks through folders need to know. */
struct reading {
	const char *root;
	const char *folder; /* of hugepages */
	struct ovr_pci_host *host;
};

static bool
read_nic(const char *name, void *context)
{
	struct reading *reading = context;
	struct ovr_pci_host *host = reading->host;
	int64_t class_code = pci_read_number(0, reading->root, "sys/bus/pci/devices/%s/class", name);

	if (class_code >> 16 != CLASS_NETWORK)
		return true;
	if (host->n_nics < OVR_PCI_NICS_MAX)
		snprintf(host->nic[host->n_nics].text, sizeof(host->nic[0].text), "%.*s",
			(int)sizeof(host->nic[0].text) - 1, name);
	host->n_nics++;
	return true;
}

/* A group that VFIO made to do without an IOMMU is a sign of none. */
static bool
find_group(const char *name, void *context)
{
	struct reading *reading = context;
	char text[32];

	pci_read_line(text, sizeof(text), reading->root, "sys/kernel/iommu_groups/%s/name", name);
	reading->host->has_iommu = strcmp(text, "vfio-noiommu") != 0;
	return !reading->host->has_iommu;
}

/* "hugepages-2048kB", kept with the smallest first. */
static bool
read_pages(const char *name, void *context)
{
	static const char prefix[] = "hugepages-";
	struct reading *reading = context;
	struct ovr_pci_host *host = reading->host;
	struct ovr_pci_pages pages;
	int64_t total, free, reserved;
	uint32_t at = host->n_page_sizes;

	if (strncmp(name, prefix, strlen(prefix)) != 0 || at == OVR_PCI_PAGE_SIZES_MAX)
		return true;
	total = pci_read_number(0, reading->root, "%s/%s/nr_hugepages", reading->folder, name);
	free = pci_read_number(0, reading->root, "%s/%s/free_hugepages", reading->folder, name);
	/*
	 * free, but promised to a mapping that has not touched them yet; nodes do not count these
	 */
	reserved = pci_read_number(0, reading->root, "%s/%s/resv_hugepages", reading->folder, name);
	pages = (struct ovr_pci_pages){
		.page_kb = (uint32_t)strtoul(name + strlen(prefix), NULL, 10),
		.total = (uint64_t)total,
		.free = (uint64_t)(free > reserved ? free - reserved : 0),
	};
	for (; at > 0 && host->pages[at - 1].page_kb > pages.page_kb; at--)
		host->pages[at] = host->pages[at - 1];
	host->pages[at] = pages;
	host->n_page_sizes++;
	return true;
}

void
ovr_pci_host_read(const char *root, int32_t node, struct ovr_pci_host *ret_host)
{
	struct ovr_pci_host *host = ret_host;
	char folder[PATH_MAX] = "sys/kernel/mm/hugepages", path[PATH_MAX], line[16];
	struct reading reading = { .root = root, .folder = folder, .host = host };
	struct rlimit limit;

	memset(host, 0, sizeof(*host));
	host->uid = geteuid();
	pci_each_name(root, "sys/kernel/iommu_groups", find_group, &reading);
	pci_read_line(line, sizeof(line), root, "sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
	host->allows_noiommu = line[0] == 'Y' || line[0] == '1';
	host->has_vfio_pci = pci_exists(root, "sys/bus/pci/drivers/vfio-pci");
	host->has_vfio_type1 = pci_exists(root, "sys/module/vfio_iommu_type1");
	host->has_uio_generic = pci_exists(root, "sys/bus/pci/drivers/uio_pci_generic");
	if (!pci_path(path, sizeof(path), root, "dev/vfio/vfio"))
		host->vfio_errno = ENAMETOOLONG;
	else if (access(path, R_OK | W_OK) != 0)
		host->vfio_errno = errno;
	host->memlock_bytes = UINT64_MAX;
	if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
		host->memlock_bytes = limit.rlim_cur;
	host->node = -1;
	if (node >= 0 && pci_exists(root, "sys/devices/system/node/node%d/hugepages", node)) {
		snprintf(folder, sizeof(folder), "sys/devices/system/node/node%d/hugepages", node);
		host->node = node;
	}
	pci_each_name(root, folder, read_pages, &reading);
	pci_each_name(root, "sys/bus/pci/devices", read_nic, &reading);
}

uint64_t
ovr_pci_free_mb(const struct ovr_pci_host *host)
{
	uint64_t kb = 0;

	for (uint32_t i = 0; i < host->n_page_sizes; i++)
		kb += host->pages[i].free * host->pages[i].page_kb;
	return kb / 1024;
}
