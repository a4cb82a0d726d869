/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file PCI devices as ports: EAL arguments before EAL starts, and their ethdevs afterwards.
 * Control thread only.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "env/env.h"
#include "pci/pci.h"
#include "plan/plan.h"
#include "undo/undo.h"

/** The NUMA nodes of a plan's PCI ports; -1: no such port, or unknown. */
struct ovr_port_pci_nodes {
	int16_t tx, rx;
};

/** @return the NUMA node of a PCI port; -1: unknown, or another kind of port */
int ovr_port_pci_node(const char *root, const struct ovr_port_name *name);

/**
 * Refuse PCI devices that DPDK cannot use (ovr_pci_check()), and pass the others to EAL. Before
 * EAL starts.
 * @param root "" for this machine; another directory for tests
 * @param memory_mb of all pools and rings together, in megabytes
 * @param[in,out] env `extra` is looked at; `pci` and `n_pci` are set
 * @return 0; what ovr_pci_check() refuses
 */
int ovr_port_pci_prepare(const char *root, const struct ovr_plan_ports *ports, uint32_t memory_mb,
	struct ovr_env_conf *env, struct ovr_port_pci_nodes *ret_nodes, struct ovr_err *err);

/**
 * The ethdev that a driver made of the device. One that was closed before is probed anew.
 * @param[out] ret_facts what the system says of it
 * @return 0; -ENODEV: no driver of this DPDK took it; with the last line that EAL logged
 */
int ovr_port_pci_find(const struct ovr_port_name *name, uint16_t *ret_id, struct ovr_pci_facts *ret_facts,
	struct ovr_err *err);

/**
 * Note what the driver of DPDK will change on the kernel's interface of a device that both have
 * (mlx5, mlx4, mana), before it does: the MTU, which configuring sets to 1500 or @p mtu,
 * promiscuity and flow control. Such an interface outlives the process. A device without one
 * (VFIO, UIO) loses its settings when it is closed or its process ends.
 * @param mtu of the largest frame
 * @return 0; -EBUSY: another process uses it; -errno
 */
int ovr_port_pci_note(
	struct ovr_undo *undo, const struct ovr_pci_facts *facts, uint32_t mtu, struct ovr_err *err);

/**
 * Close the ethdev of a PCI device, which is stopped, and take the device from EAL: it can be found
 * again later.
 */
void ovr_port_pci_close(uint16_t id);
