/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file A kernel interface as a port: its devices and sockets, and the settings changed for them.
 *
 * With AF_XDP each queue of the interface is a device of its own with one socket; with packet
 * sockets one device has as many sockets as queues are asked for, and the kernel spreads frames
 * over them by their flow. Each change of the interface is written to the journal of the process
 * (undo/undo.h) first; the owner of the journal undoes it. Control thread only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nic/counters.h"
#include "nic/nic.h"
#include "plan/netdev_conf.h"
#include "plan/plan.h"
#include "port/port.h"
#include "port/sockets.h"

struct ovr_undo;
struct rte_mempool;

/** Who counts, in accounts, where it is the socket. */
#define OVR_SOCKET_XDP_NAME    "AF_XDP socket"
#define OVR_SOCKET_PACKET_NAME "packet socket"

/** How to open an interface. */
struct ovr_netdev_conf_open {
	const struct ovr_port_name *name;
	uint16_t n_queues;    /**< of the direction that has more */
	uint32_t descriptors; /**< of each socket's rings, in both directions */
	uint16_t frame_bytes; /**< the largest frame, with its FCS */
	bool receives;        /**< frames are read from it, so nothing may merge them before */
	bool force;           /**< even if this host is reached through it */
	struct rte_mempool *pool;
	struct ovr_undo *undo; /**< where changes are noted */
};

/** An open interface. Owned by its port. */
struct ovr_netdev {
	char name[OVR_NIC_NAME_BYTES];
	enum ovr_netdev_mode mode;
	uint16_t first_queue;
	struct ovr_nic_facts facts;          /**< as it is while it is open */
	uint32_t changes_at_open;            /**< of its carrier, before anything was done to the interface */
	char note[2][OVR_RESULT_NOTE_BYTES]; /**< for the report; "": nothing */
	bool receives;
	uint16_t n_sockets;
	int socket[OVR_PLAN_QUEUES_MAX]; /**< the driver's */
	uint64_t socket_inode[OVR_PLAN_QUEUES_MAX];
	uint64_t packet_drops[OVR_PLAN_QUEUES_MAX]; /**< what was taken from packet sockets so far */
	uint16_t n_devices;
	char device[OVR_PLAN_QUEUES_MAX][48];
	struct ovr_nic_counters counters; /**< memory for readings */
};

/**
 * Room for a frame of so many bytes in the ring of a packet socket, its header included: the driver
 * demands as much of a pool.
 */
static inline uint32_t
ovr_netdev_packet_bytes(uint32_t frame_bytes)
{
	uint32_t bytes = 2048;

	while (bytes < frame_bytes + 128)
		bytes *= 2;
	return bytes;
}

/**
 * Check the interface, change what must be changed, make its devices and configure them.
 * @param[out] port its devices, driver, queues and rings are filled in
 * @param[out] ret_netdev to be closed with ovr_netdev_close()
 * @return 0; -ENODEV; -ENETDOWN; -EPERM: privileges are missing, or this host is reached through
 * it; -EBUSY: an XDP program is
 *         attached, or another process uses it; -ERANGE: queues that are not there; negative errno:
 *         what was refused
 */
int ovr_netdev_open(const struct ovr_netdev_conf_open *conf, struct ovr_port *port,
	struct ovr_netdev **ret_netdev, struct ovr_err *err);

/**
 * Remove the devices and their sockets. What was changed on the interface is put back by the
 * journal. NULL is allowed.
 */
void ovr_netdev_close(struct ovr_netdev *netdev);

/** Let the kernel send what stands in transmit rings. The workers have finished sending. */
void ovr_netdev_flush(const struct ovr_netdev *netdev, const struct ovr_port *port);

/**
 * Record the state of the interface before a trial, for ovr_netdev_is_intact().
 * @return 0; negative errno: it cannot be read
 */
int ovr_netdev_remember(struct ovr_netdev *netdev, struct ovr_err *err);

/**
 * Whether everything that a trial relies on is still as ovr_netdev_remember() found it: the
 * interface, our sockets on it, its MTU, rings and queues, and where frames are received the XDP
 * program, promiscuity, and the offloads that are off. Workers have ended.
 * @param[out] why if not, what changed: "netdev:eth1: its XDP program was detached"; else ""
 */
bool ovr_netdev_is_intact(struct ovr_netdev *netdev, const char *label, char *why, size_t size);

/**
 * Update the name of an interface that was renamed, by its index. An interface that is gone keeps
 * the old name.
 */
void ovr_netdev_follow_name(struct ovr_netdev *netdev);

/** @return the link as the kernel has it now */
struct ovr_port_link ovr_netdev_link(struct ovr_netdev *netdev);
