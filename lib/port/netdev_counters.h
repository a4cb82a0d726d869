/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Which of the kernel's counters is the account of a lost frame?
 *
 * Several move for one frame; one is booked. A frame that an AF_XDP socket had no room for is counted by the socket, and by
 * some drivers once more: then the driver's counter is booked, per queue, and the socket's tell why. Everything else goes
 * by what lib/nic knows of the driver. Control thread only.
 */
#pragma once

#include "port/netdev.h"
#include "result/result.h"

/** Accounts of the interface that sends. */
void ovr_netdev_count_tx(
	struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_port_counters *counters);

/** Accounts of the interface that receives. */
void ovr_netdev_count_rx(
	struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_port_counters *counters);

/**
 * Add to a difference the accounts of counters that are aliases as a rule, and whose originals stood still since ovr_netdev_mark()
 * (nic/alias.h).
 * @param sends those of frames on their way out; else of those on their way in
 */
void ovr_netdev_count_aliases(struct ovr_netdev *netdev, const struct ovr_port *port, bool sends,
	struct ovr_port_counters *difference);

/** Most counters that ovr_netdev_moved() tells of. */
#define OVR_NETDEV_MOVED_MAX 64

/** Remember all counters of the interface as they are now. */
void ovr_netdev_mark(struct ovr_netdev *netdev);

/**
 * Which counters of losses, echoes of losses, and counters named like a loss moved since ovr_netdev_mark()?
 * @param ret_counter room for OVR_NETDEV_MOVED_MAX of them
 * @return how many
 */
uint32_t ovr_netdev_moved(
	struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_result_counter *ret_counter);
