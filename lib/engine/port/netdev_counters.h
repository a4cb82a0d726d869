/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Selection of the kernel counter that is the account of a lost frame.
 *
 * Several counters may count one lost frame; one of them is the account. A frame without room in
 * an AF_XDP socket is counted by the socket and, with some drivers, by the driver too: then the
 * account is the driver's counter, per queue, and the socket's counters give the reason. All other
 * counters follow the tables of lib/host/nic. Control thread only.
 */
#pragma once

#include "port/netdev.h"
#include "result/result.h"

/**
 * Add the loss counters of an interface and of its sockets to a reading.
 * @param sends book those of frames on their way out
 * @param receives book those of frames on their way in
 */
void ovr_netdev_count(struct ovr_netdev *netdev, const struct ovr_port *port, bool sends, bool receives,
	struct ovr_port_counters *counters);

/** The part of it that adds what stands in @p netdev's reading of the interface. */
void ovr_netdev_take_reading(const struct ovr_netdev *netdev, const struct ovr_port *port, bool sends,
	bool receives, struct ovr_port_counters *counters);

/**
 * Give each counter of a difference its meaning among those that moved with it: what is an alias as
 * a rule is booked if its original stood still (nic/alias.h).
 * @return 0; -ENOMEM, and every counter keeps the meaning that it has by itself
 */
int ovr_netdev_resolve(const struct ovr_netdev *netdev, const struct ovr_port *port, bool sends,
	bool receives, struct ovr_port_counters *difference);

/**
 * Whether the two interfaces, which have been read, are the ends of one veth.
 * @param[out] ret_frames all frames from @p from to @p to since the veth was created
 */
bool ovr_netdev_cable_frames(
	const struct ovr_netdev *from, const struct ovr_netdev *to, uint64_t *ret_frames);
