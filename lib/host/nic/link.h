/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Attributes of one interface, read by rtnetlink. Internal to nic and kernel.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "base/err.h"
#include "nic/nic.h"

/** An XDP program in one of the modes. */
struct ovr_nic_link_xdp {
	uint8_t attached; /**< XDP_ATTACHED_…; several modes may have one each */
	uint32_t prog_id; /**< with a single program; else 0 */
	uint32_t drv_prog_id, skb_prog_id, hw_prog_id;
};

/** A link as RTM_NEWLINK tells it. Plain data; what was not told is 0. */
struct ovr_nic_link {
	char name[OVR_NIC_NAME_BYTES];
	uint32_t ifindex, flags;
	uint8_t mac[6];
	uint32_t mtu, mtu_min, mtu_max;
	uint32_t carrier_changes;
	uint32_t n_rxq, n_txq; /**< made with the device; fewer may be in use */
	uint32_t master;       /**< ifindex of the bridge, bond or team that it is a port of */
	uint32_t lower; /**< ifindex of what it stands on, in this namespace; the other end for a veth */
	char kind[16];  /**< "veth", "vlan"; "" for hardware */
	char qdisc[16]; /**< kind of the root queueing discipline: "noqueue", "mq", "fq_codel" */
	uint32_t tx_queue_len; /**< `ip link`'s qlen */
	struct ovr_nic_link_xdp xdp;
};

/** @return 0; -EBADMSG: no whole RTM_NEWLINK */
int ovr_nic_link_parse(const struct nlmsghdr *message, struct ovr_nic_link *ret_link);

/** Read one. @return 0; -ENODEV: the sentence lists those there are; -errno */
int ovr_nic_link_read(const char *name, struct ovr_nic_link *ret_link, struct ovr_err *err);

/**
 * The XDP program nearest to the line.
 * @param[out] ret_mode "hw", "drv", "skb"; "" without a program; static
 * @return its id; 0: there is none
 */
uint32_t ovr_nic_link_xdp_program(const struct ovr_nic_link_xdp *xdp, const char **ret_mode);

/** "eth9: there is no such interface; accepted: lo, veth0". @return -ENODEV */
int ovr_nic_no_such_link(const char *name, struct ovr_err *err);
