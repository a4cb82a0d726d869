/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Facts of this host and of a port that decide whether frames are lost, as plain data.
 *
 * Reading changes nothing and needs no privilege. What this host does not tell, or not to this
 * user, is unknown and never 0. Settings are those of the calling thread's network namespace; what
 * only the initial one shows is unknown in others. Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nic/nic.h"
#include "nic/queueing.h"
#include "nic/rss.h"
#include "pci/pci.h"

/** A number that this host does not tell. All others are from 0 on. */
#define OVR_FITNESS_UNKNOWN INT64_C(-1)

/** Room for a list of CPUs, "0-3,8", with its end; a longer one is unknown. */
#define OVR_FITNESS_LIST_BYTES 256

/** CPUs that this process may use. */
struct ovr_fitness_cpus {
	char list[OVR_FITNESS_LIST_BYTES]; /**< "0-3"; "": unknown */
	int64_t n;
	int64_t n_isolated;                  /**< of these, those that the scheduler leaves alone */
	char online[OVR_FITNESS_LIST_BYTES]; /**< all that are online */
	int64_t n_online;
	int64_t n_governed;                    /**< of these, those whose frequency a governor chooses */
	int64_t n_slow;                        /**< of these, those whose governor is not "performance" */
	char governor[32];                     /**< of the first of them */
	bool governors_differ;                 /**< two CPUs of the host have different governors */
	int64_t n_cores;                       /**< physical cores that they are threads of */
	char siblings[OVR_FITNESS_LIST_BYTES]; /**< threads of one core, at least two of them ours; "" */
};

/** Time that a hypervisor took from all CPUs while it was measured. */
struct ovr_fitness_steal {
	int64_t stolen_ticks, all_ticks; /**< of clock ticks (USER_HZ), of all CPUs together */
	uint64_t measured_ms;
};

/** CPU time that the control groups of this process may have: the smallest of their quotas. */
struct ovr_fitness_quota {
	bool is_known;        /**< the groups could be read */
	bool is_v1;           /**< of cgroup v1: cpu.cfs_quota_us, not cpu.max */
	char group[512];      /**< its folder, "/sys/fs/cgroup/docker/ab12"; "": there is no quota */
	int64_t quota_us;     /**< in each period; 0: there is no quota */
	int64_t period_us;    /**< 0: there is no quota */
	int64_t n_periods;    /**< in which the group wanted to run, since it was made */
	int64_t n_throttled;  /**< of these, those in which the kernel stopped it */
	int64_t throttled_us; /**< that its CPUs stood still in all */
};

/** Interrupts of the port. */
struct ovr_fitness_irqs {
	int64_t n;                         /**< of the device; OVR_FITNESS_UNKNOWN: it has none, or unknown */
	char cpus[OVR_FITNESS_LIST_BYTES]; /**< the CPU that takes all of them; "": several, or unknown */
	char affinity
		[OVR_FITNESS_LIST_BYTES]; /**< that all of them are allowed; "": they differ, or unknown */
};

/** Everything. Plain data. */
struct ovr_fitness_facts {
	struct ovr_fitness_cpus cpus;
	struct ovr_fitness_quota quota;
	struct ovr_fitness_steal steal;
	struct ovr_pci_host pci_host;

	int64_t max_backlog, budget;               /**< net.core.netdev_max_backlog, netdev_budget */
	int64_t rmem_max, rmem_default;            /**< net.core, in bytes */
	bool has_conntrack;                        /**< the kernel tracks connections here */
	int64_t conntrack, conntrack_max;          /**< entries */
	int64_t softnet_dropped, softnet_squeezed; /**< of all CPUs since the host was started */

	bool has_port;
	char port[64]; /**< "eth1", "pci:0000:3b:00.0" */
	bool has_nic;  /**< the port is a kernel interface, or a device that has one */
	struct ovr_nic_facts nic;
	bool has_queueings; /**< its queueing disciplines are known */
	struct ovr_nic_queueings queueings;
	struct ovr_nic_rss rss;
	bool has_pci; /**< the port is a PCI device */
	struct ovr_pci_facts pci;
	int64_t rp_filter_all,
		rp_filter;      /**< net.ipv4.conf.all and of the interface: 0 off, 1 strict, 2 loose */
	int64_t n_nodes;        /**< NUMA nodes of this host */
	int64_t n_cpus_on_node; /**< of this process's CPUs, those on the port's node */
	char node_cpus[OVR_FITNESS_LIST_BYTES];
	struct ovr_fitness_irqs irqs;
};

/**
 * Read what concerns the host.
 * @param root "" for this machine; a folder with sys and proc in it for tests
 * @param steal_ms how long to measure steal; 0: do not
 * @param[out] ret_facts without a port
 * @return 0; -EINTR: the program was asked to stop meanwhile
 */
int ovr_fitness_host_read(
	const char *root, uint32_t steal_ms, struct ovr_fitness_facts *ret_facts, struct ovr_err *err);

/**
 * Add an interface.
 * @param facts of the host
 * @return 0; -ENODEV: there is no such interface (the sentence lists those there are); -errno
 */
int ovr_fitness_interface_read(
	const char *root, const char *name, struct ovr_fitness_facts *facts, struct ovr_err *err);

/**
 * Add a PCI device, and its interface if the kernel has made one.
 * @param label "pci:0000:3b:00.0"
 * @return 0; -ENODEV: there is no such device; -ENOTSUP: it is no network controller; -errno
 */
int ovr_fitness_pci_read(const char *root, const char *label, const struct ovr_pci_bdf *bdf,
	struct ovr_fitness_facts *facts, struct ovr_err *err);

/**
 * Add what sysfs and procfs say of the port whose nic or pci is set: NUMA, interrupts, rp_filter.
 */
void ovr_fitness_port_read(const char *root, struct ovr_fitness_facts *facts);
