/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Assignment of workers to CPUs.
 *
 * A receiver never shares its core with a transmitter or the wire: it must be able to stall
 * without stopping them. The control thread sleeps most of the time and may share a core. CPU
 * lists of the user are taken as they are. The other CPUs are chosen from those that this process
 * may use, on one NUMA node where possible: the node of the side's port, else of the first CPU
 * that was named, else the node with the most CPUs.
 */
#pragma once

#include <stdint.h>

#include "base/cpuset.h"
#include "base/err.h"
#include "plan/plan.h"

#define OVR_CPU_MAP_MAX 1024

/** CPUs of a host. Plain data; a test can fill in any machine. */
struct ovr_cpu_map_host {
	uint16_t n_cpus;               /**< that this process may use */
	uint16_t cpu[OVR_CPU_MAP_MAX]; /**< their numbers, ascending */
	int16_t node[OVR_CPU_MAP_MAX]; /**< the NUMA node of each; -1: unknown */
	uint16_t n_nodes;
	int16_t tx_node, rx_node; /**< the NUMA node of each side's port; -1: none or unknown */
};

/** Which CPU each worker has. */
struct ovr_cpu_map {
	uint16_t n_tx, n_rx;
	uint16_t tx_cpu[OVR_PLAN_WORKERS_MAX];
	uint16_t rx_cpu[OVR_PLAN_WORKERS_MAX];
	int32_t wire_cpu; /**< -1: the first transmit worker does it */
};

/**
 * Read the CPUs of this machine (sched_getaffinity, libnuma). The nodes of the ports stay -1.
 * @return 0; -errno
 */
int ovr_cpu_map_host_read(struct ovr_cpu_map_host *ret_host, struct ovr_err *err);

/** @return the NUMA node of @p cpu; -1: unknown */
int ovr_cpu_map_node_of(const struct ovr_cpu_map_host *host, uint16_t cpu);

/**
 * Place the workers of a plan. An end elsewhere has none; those of the end here stand where they
 * would beside both, so that two halves on one machine do not meet.
 * @return 0; -EINVAL: the plan names a CPU that this process may not use; -ENODEV: fewer than two
 * CPUs, or too few for what was asked
 */
int ovr_cpu_map_choose(const struct ovr_plan_ports *ports, const struct ovr_plan_cores *cores,
	const struct ovr_cpu_map_host *host, struct ovr_cpu_map *ret_map, struct ovr_err *err);
