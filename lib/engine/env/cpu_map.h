/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Assignment of workers to CPUs.
 *
 * A receiver never shares its core with a transmitter or the wire: it must be able to stall without
 * stopping them. The control thread sleeps, and shares. Given lists are taken as they are; what is
 * left open is chosen from the CPUs that this process may use, on one NUMA node where that is
 * possible: that of the side's port, else that of the first CPU that was named, else the one with
 * the most CPUs.
 */
#pragma once

#include <stdint.h>

#include "base/cpuset.h"
#include "base/err.h"
#include "plan/plan.h"

#define OVR_CPU_MAP_MAX 1024

/** The CPUs there are. Plain data, so that a test can make up a machine. */
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
 * Look at this machine (sched_getaffinity, libnuma), which knows nothing of ports.
 * @return 0; -errno
 */
int ovr_cpu_map_host_read(struct ovr_cpu_map_host *ret_host, struct ovr_err *err);

/** @return the NUMA node of @p cpu; -1: unknown */
int ovr_cpu_map_node_of(const struct ovr_cpu_map_host *host, uint16_t cpu);

/**
 * Place the workers of a plan.
 * @return 0; -EINVAL: a CPU was named that this process may not use; -ENODEV: fewer than two CPUs,
 *         or too few for what was asked
 */
int ovr_cpu_map_choose(const struct ovr_plan *plan, const struct ovr_cpu_map_host *host,
	struct ovr_cpu_map *ret_map, struct ovr_err *err);
