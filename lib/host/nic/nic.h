/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Facts of a network interface as the kernel reports them, and the settings that can be changed.
 *
 * Reads rtnetlink, the ethtool ioctl and sysfs of the calling thread's network namespace. (A mount
 * of sysfs shows the namespace that it was made in: where that is another one, what only sysfs
 * tells is unknown.) No DPDK. Any thread; nothing is kept between calls. Reading needs no
 * privilege, changing needs CAP_NET_ADMIN.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nic/offloads.h"

/** An interface's name with its end (IFNAMSIZ). */
#define OVR_NIC_NAME_BYTES 16

/** Ring sizes in descriptors, as `ethtool -g` has them. */
struct ovr_nic_rings {
	bool known; /**< the driver tells (veth, tun and others do not) */
	uint32_t rx, rx_mini, rx_jumbo, tx;
	uint32_t rx_max, rx_mini_max, rx_jumbo_max, tx_max;
};

/** Channels (queues), as `ethtool -l` has them. */
struct ovr_nic_channels {
	bool known;
	uint32_t rx, tx, other, combined;
	uint32_t rx_max, tx_max, other_max, combined_max;
};

/** Flow control, as `ethtool -a` has it. */
struct ovr_nic_pause {
	bool known, autoneg, rx, tx;
};

/** A PCIe link: what it could do and what it got. */
struct ovr_nic_pcie {
	bool known;
	uint32_t speed_mts, speed_max_mts; /**< transfers per second and lane, in millions: 8000 for gen 3 */
	uint32_t width, width_max;         /**< lanes */
};

/** What is known of an interface. Plain data. */
struct ovr_nic_facts {
	char name[OVR_NIC_NAME_BYTES];
	uint32_t ifindex;
	uint8_t mac[6];
	uint32_t mtu;
	bool is_up;          /**< IFF_UP: it is set up (`ip link set … up`) */
	bool has_carrier;    /**< IFF_LOWER_UP */
	bool is_promiscuous; /**< IFF_PROMISC, as its flags have it */
	bool is_loopback;
	uint32_t speed_mbps; /**< 0: unknown */
	char duplex[8];      /**< "full", "half", "" */
	uint32_t carrier_changes;
	uint32_t n_rxq, n_txq; /**< queues that the kernel uses of it */
	char driver[32];       /**< "veth", "ixgbe"; "" where the kernel does not say */
	char driver_version[32], firmware[32];
	char bus[32]; /**< "0000:3b:00.0", for virtio that of the device below; "" for what is no PCI device */
	int32_t numa_node; /**< -1: none or unknown */
	struct ovr_nic_rings rings;
	struct ovr_nic_channels channels;
	struct ovr_nic_pause pause;
	struct ovr_nic_pcie pcie;
	struct ovr_nic_offloads offloads; /**< those that merge received frames */
	char qdisc[16];        /**< kind of the root queueing discipline: "noqueue", "mq"; "": unknown */
	uint32_t tx_queue_len; /**< `ip link`'s qlen, in packets */
	uint32_t xdp_prog_id;  /**< 0: no XDP program is attached */
	char xdp_mode[8];      /**< "drv", "skb", "hw", "" */
	/**
	 * an IPv4 or IPv6 default route leaves through it, or through what stands on it: its bridge
	 * or bond, a VLAN on it, …
	 */
	bool carries_default_route;
	/**
	 * The address of the controlling session is on it or on what stands on it, or its peer is
	 * routed through there. From SSH_CONNECTION, where sudo took it away that of an ancestor.
	 */
	bool carries_login;
	/** the same of other hosts that this process works with (OVERRUN_CALLER) */
	bool carries_caller;
};

/**
 * Read everything. What a driver does not tell is left as unknown, and is no error.
 * @return 0; -ENODEV: there is no such interface (the sentence lists those there are); -errno
 */
int ovr_nic_facts_read(const char *name, struct ovr_nic_facts *ret_facts, struct ovr_err *err);

/** The state of a link. */
struct ovr_nic_carrier {
	bool has_carrier;
	uint32_t speed_mbps; /**< 0: unknown */
	uint32_t changes;    /**< how often the carrier came or went since the interface was made */
};

/** Read the link alone: cheap enough to be asked while a trial runs. @return 0; -ENODEV; -errno */
int ovr_nic_carrier_read(const char *name, struct ovr_nic_carrier *ret_carrier, struct ovr_err *err);

/** Read the rings alone. @return 0, also when they are not known; -ENODEV; -errno */
int ovr_nic_rings_read(const char *name, struct ovr_nic_rings *ret_rings, struct ovr_err *err);

/**
 * Ask for ring sizes, all four as they stand in @p rings. A driver may round them, take its link
 * down and up, and reset its counters.
 * @return 0: the driver accepted; read the sizes back; -EOPNOTSUPP: no ring control; -ERANGE: above
 * the maximum (the sentence has it); -EPERM; -ENODEV; -errno of the driver
 */
int ovr_nic_rings_set(const char *name, const struct ovr_nic_rings *rings, struct ovr_err *err);

/**
 * Wait until the interface has a carrier.
 * @return 0; -ETIMEDOUT; -EINTR: the program was asked to stop; -ENODEV; -ENETDOWN: it is set down
 */
int ovr_nic_link_wait(const char *name, uint32_t timeout_ms, struct ovr_err *err);

/** Set or clear IFF_PROMISC. @return 0; -EPERM; -ENODEV */
int ovr_nic_promisc_set(const char *name, bool on, struct ovr_err *err);

/** Set the MTU. @return 0; -EINVAL: the driver refuses it; -EPERM; -ENODEV */
int ovr_nic_mtu_set(const char *name, uint32_t mtu, struct ovr_err *err);

/**
 * Detach whatever XDP program is attached, in whatever mode, also one that a bpf_link holds.
 * @return 0, also when there was none; -EPERM; -ENODEV; -errno
 */
int ovr_nic_xdp_detach(const char *name, struct ovr_err *err);

/**
 * The name of the attached XDP program ("xsk_def_prog", "xdp_dispatcher", …), which the kernel cuts
 * to 15 characters.
 * @return 0; -ENOENT: none is attached; -EPERM; -ENODEV; -errno
 */
int ovr_nic_xdp_program(const char *name, char *ret_name, uint32_t size, struct ovr_err *err);
