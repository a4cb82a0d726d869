/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Facts of a PCI device and of its host, and the check of what keeps the tester from using it.
 *
 * ovr_pci_facts_read() and ovr_pci_host_read() read sysfs, procfs and /dev and change nothing. What
 * they found is plain data; ovr_pci_check() makes one sentence of it, with the command that fixes
 * it. Nothing here needs DPDK or a privilege. Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pci/bdf.h"

#define OVR_PCI_NAME_BYTES     32
#define OVR_PCI_INTERFACES_MAX 4
#define OVR_PCI_NICS_MAX       4
#define OVR_PCI_PAGE_SIZES_MAX 4

/** Driver class that the device is bound to. */
enum ovr_pci_bound {
	OVR_PCI_UNBOUND,    /**< nobody */
	OVR_PCI_KERNEL,     /**< a driver that DPDK cannot go through; as a rule it makes an interface */
	OVR_PCI_BIFURCATED, /**< one that DPDK works beside: mlx4_core, mlx5_core, mana */
	OVR_PCI_VFIO,       /**< vfio-pci */
	OVR_PCI_UIO,        /**< uio_pci_generic or igb_uio */
};

/** An interface that the kernel makes of the device, in this network namespace. */
struct ovr_pci_interface {
	char name[OVR_PCI_NAME_BYTES];
	bool is_up;
	bool has_address;                 /**< other than an IPv6 link-local one */
	bool has_way_out;                 /**< a default route goes through it */
	char carries[OVR_PCI_NAME_BYTES]; /**< the bridge, bond or VLAN on top of it; "": none */
};

/** PCI Express link of the device; 0: unknown. */
struct ovr_pci_link {
	uint32_t mtps, mtps_max; /**< megatransfers per second and lane: 8000 is 8.0 GT/s */
	uint32_t lanes, lanes_max;
};

/** One device. Zeroed where nothing was found. */
struct ovr_pci_facts {
	struct ovr_pci_bdf bdf;
	bool is_there;
	uint32_t class_code; /**< 0x020000: Ethernet controller */
	uint16_t vendor, device;
	enum ovr_pci_bound bound;
	char driver[OVR_PCI_NAME_BYTES]; /**< "ixgbe"; "": none */
	uint32_t n_interfaces;
	struct ovr_pci_interface interface[OVR_PCI_INTERFACES_MAX];
	bool has_verbs;      /**< the kernel offers it to user space (bifurcated drivers) */
	int32_t numa_node;   /**< -1: none, or the system does not say */
	int32_t iommu_group; /**< -1: none */
	bool is_noiommu;     /**< the group is of VFIO's no-IOMMU mode */
	bool is_translated;  /**< the IOMMU passes accesses to mapped memory only */
	/**
	 * first device of the group that keeps VFIO from it: neither with vfio-pci nor without a
	 * driver; "": none
	 */
	struct ovr_pci_bdf neighbour;
	char neighbour_driver[OVR_PCI_NAME_BYTES];
	char node[64];      /**< what user space opens: "/dev/vfio/12", "/dev/uio0"; "": nothing */
	int32_t node_errno; /**< why it cannot be read and written; 0: it can */
	struct ovr_pci_link link;
};

/** Pages of one size. */
struct ovr_pci_pages {
	uint32_t page_kb;
	uint64_t total, free;
};

/** Support of the host for PCI devices in user space. */
struct ovr_pci_host {
	uint32_t uid;                                       /**< 0: root */
	bool has_iommu;                                     /**< there are IOMMU groups */
	bool allows_noiommu;                                /**< VFIO's no-IOMMU mode is enabled */
	bool has_vfio_pci, has_vfio_type1, has_uio_generic; /**< loaded modules, or built in */
	int32_t vfio_errno;     /**< why /dev/vfio/vfio cannot be read and written; 0: it can */
	uint64_t memlock_bytes; /**< that this process may pin; UINT64_MAX: no limit */
	int32_t node;           /**< whose pages these are; -1: all */
	uint32_t n_page_sizes;
	struct ovr_pci_pages pages[OVR_PCI_PAGE_SIZES_MAX]; /**< the smallest first */
	uint32_t n_nics; /**< network controllers there are; at most OVR_PCI_NICS_MAX are named */
	struct ovr_pci_bdf nic[OVR_PCI_NICS_MAX];
};

/**
 * Look at a device.
 * @param root "" for this machine; a folder with sys, proc and dev in it for tests
 */
void ovr_pci_facts_read(const char *root, const struct ovr_pci_bdf *bdf, struct ovr_pci_facts *ret_facts);

/** Look at the host. @param node the NUMA node whose hugepages are counted; -1: all */
void ovr_pci_host_read(const char *root, int32_t node, struct ovr_pci_host *ret_host);

/** @return megabytes (MiB) of hugepages that are free */
uint64_t ovr_pci_free_mb(const struct ovr_pci_host *host);

/** Intended use of the device. */
struct ovr_pci_wish {
	const char *label;  /**< stands for the device in the sentence: "pci:0000:3b:00.0" */
	uint64_t memory_mb; /**< of hugepages that are needed; 0: none, memory comes from elsewhere */
	bool force;         /**< even if the default route goes through it */
};

/**
 * Checks that DPDK can take the device. Pure. The first obstacle makes the sentence, with the
 * command that fixes it.
 * @return 0; -ENODEV: no such device; -ENOTSUP: no network controller; -EBUSY: a kernel driver, or
 * a neighbour in its IOMMU
 *         group, is in the way; -ENXIO: bound to nothing, or a module is missing; -EACCES: no
 *         access; -ENOMEM: too few hugepages
 */
int ovr_pci_check(const struct ovr_pci_facts *facts, const struct ovr_pci_host *host,
	const struct ovr_pci_wish *wish, struct ovr_err *err);

/**
 * A device on a slower or narrower PCI Express link than it could have: one sentence.
 * @return @p buf, empty where there is nothing to say
 */
const char *ovr_pci_link_note(char *buf, size_t size, const struct ovr_pci_facts *facts, const char *label);
