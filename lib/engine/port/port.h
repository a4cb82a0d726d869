/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file The two ports of a trial: device and queue numbers for workers; setup, counters and links
 * for the control thread.
 *
 * Workers use ethdev with the device and queue of ovr_port_queue() for every kind of port. The
 * functions here hide the differences of the kinds: who moves frames, reads counters and sets
 * queues. Control thread only, except ovr_wire_poll() on @ref ovr_port_pair.wire.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "clock/clock.h"
#include "ledger/ledger.h"
#include "nic/counters.h"
#include "nic/meaning.h"
#include "plan/plan.h"
#include "port/device.h"
#include "port/device_rss.h"
#include "port/wire.h"
#include "result/result.h"

struct ovr_netdev;
struct ovr_udp;
struct ovr_undo;
struct rte_mempool;

/** One port. Plain data. */
struct ovr_port {
	enum ovr_port_kind kind;
	char label[48];  /**< "wire:1" */
	char driver[32]; /**< "wire", "net_ring" … */
	/** 1: it has all queues; more: each has one of them; 0: sockets, which are no ethdev's */
	uint16_t n_devices;
	uint16_t device[OVR_PLAN_QUEUES_MAX]; /**< ethdev port ids */
	uint32_t pci_id;                      /**< of a PCI port: vendor << 16 | device; else 0 */
	int numa_node;                        /**< -1: none or unknown */
	uint64_t line_bps;                    /**< 0: unknown */
	uint16_t n_rxq, n_txq;                /**< of all devices together */
	uint32_t rxd,
		txd; /**< as the device has them; 0: it does not report them, and may have ignored the request */
	bool rxd_is_given, txd_is_given; /**< requested from the driver; the device does not report it */
	struct ovr_device_changes changes[OVR_PLAN_QUEUES_MAX]; /**< of each device */
	struct ovr_device_rss rss;                              /**< of a port that is one device */
	bool is_running;                                        /**< its devices are started */
};

/** Most notes on ports. */
#define OVR_PORT_NOTES_MAX 16

/** Device and queue of a port's queue, as rte_eth_rx_burst() and rte_eth_tx_burst() take them. */
struct ovr_port_queue {
	uint16_t device, queue_id;
};

/** @return where queue @p queue of @p port is. Any thread. */
static inline struct ovr_port_queue
ovr_port_queue(const struct ovr_port *port, uint16_t queue)
{
	if (port->n_devices == 1)
		return (struct ovr_port_queue){ port->device[0], queue };
	return (struct ovr_port_queue){ port->device[queue], 0 };
}

/**
 * The two ports of a trial. Owned by the control thread. The one that is elsewhere in a half's plan
 * has a label, and no device, queue, counter or link.
 */
struct ovr_port_pair {
	struct ovr_port tx, rx;
	struct ovr_plan plan;        /**< what they were set up for last */
	bool is_one;                 /**< the same device sends and receives */
	struct ovr_wire *wire;       /**< NULL: real devices, which move their frames themselves */
	struct rte_mempool *tx_pool; /**< frames to send; NULL: the sender is elsewhere */
	/**
	 * frames received; NULL for the wire, which delivers the sender's, and where a socket sends
	 * and the receiver is elsewhere
	 */
	struct rte_mempool *rx_pool;
	struct rte_mempool *copies;        /**< the wire's duplicates; may be NULL */
	char vdev[2][OVR_PORT_NAME_BYTES]; /**< devices that closing removes */
	unsigned int n_vdevs;
	struct ovr_netdev *tx_netdev, *rx_netdev; /**< kernel interfaces; the same one twice if is_one */
	struct ovr_udp *tx_udp, *rx_udp;          /**< sockets */
	struct ovr_undo *undo;                    /**< what was changed on them */
	char note[OVR_PORT_NOTES_MAX][OVR_RESULT_NOTE_BYTES]; /**< for the report */
	uint32_t n_notes;
};

/**
 * Say what both ports are: their drivers and firmware, as far as those tell. The pair is open.
 * Control thread.
 */
void ovr_port_pair_identify(
	const struct ovr_port_pair *pair, struct ovr_result_port *ret_tx, struct ovr_result_port *ret_rx);

/**
 * One counter of a port: its value in a reading, its increase in a difference. Plain data; the
 * texts of the meaning are static.
 */
struct ovr_port_counter {
	/**
	 * its port, name and source; of an account also the place, the port's queue, the frames
	 * and the reason
	 */
	struct ovr_ledger_account account;
	bool is_account;
	struct ovr_nic_counter
		is; /**< as it was read: the queue is the interface's; value: what was added, in a difference */
	struct ovr_nic_meaning meaning;
	bool is_evidence; /**< a counter of the kernel; reported where it moved */
	bool is_unknown; /**< in a difference: only one reading has it, so the increase is unknown; value: its upper bound */
	bool was_reset; /**< in a difference: it went backwards; value is the last reading */
};

/**
 * A reading of all counters of both ports, or the difference of two readings. Zeroed memory is an
 * empty one. It owns the list; a copy of the struct does not.
 */
struct ovr_port_counters {
	bool tx_known, rx_known; /**< whether the driver counts frames at all */
	uint64_t tx_frames;      /**< frames the transmit port accepted */
	uint64_t rx_frames;      /**< frames the receive port handed to software */
	bool cable_known; /**< whether the interfaces are the two ends of a veth, whose counters are exact */
	uint64_t cable_frames; /**< frames from the sending end to the receiving one, foreign ones too */
	uint64_t paused_ns;    /**< the wire's */
	bool rx_missed_known;  /**< whether the driver counts ring overruns per receive queue */
	uint64_t rx_missed[OVR_PLAN_QUEUES_MAX]; /**< these; Σ accounts of each queue's ring */
	uint64_t rx_ring_frames; /**< Σ accounts of all rings, also of those that are no queue's */
	uint32_t n, capacity;
	struct ovr_port_counter *counter;
	bool is_incomplete; /**< there was no memory for all */
	uint32_t n_unknown; /**< in a difference: accounts that only one of the readings has */
	char unknown[128];  /**< in a difference: the first of these; "" if there are none */
	char reset[128];    /**< in a difference: an account that went backwards; "" if none did */
};

/** A link's state. */
struct ovr_port_link {
	bool up;
	uint32_t speed_mbps; /**< 0: unknown */
	uint32_t changes;    /**< how often it went up or down, where the kernel counts that; else 0 */
};

/**
 * Open both ports of a frozen plan: pools, rings, queues. EAL runs. Pools' frames are filled with
 * ovr_frame_filler(), so that no page is touched for the first time while a trial runs.
 * @param[out] ret_pair the caller closes it
 * @return 0; negative errno: @p err says what the device refused
 */
int ovr_port_pair_open(const struct ovr_plan *plan, const struct ovr_clock *clock,
	struct ovr_port_pair **ret_pair, struct ovr_err *err);

/**
 * Stop and close both, remove the devices that opening made, put back what it changed on
 * interfaces, free the pools. NULL is allowed.
 * @return 0; negative errno: something could not be put back; it stays in the journal, and the next
 *   process tries again
 */
int ovr_port_pair_close(struct ovr_port_pair *pair, struct ovr_err *err);

/** What has to be done to open ports before another plan's trial can use them. */
enum ovr_port_fit {
	OVR_PORT_FITS, /**< nothing */
	OVR_PORT_RESTARTS, /**< a ring, a number of queues or the largest frame is another one: ovr_port_pair_change() */
	OVR_PORT_REOPENS, /**< they are other ports or not what they were, or their pools are too small */
};

/**
 * Whether a plan can use ports that are open. A wire fits only a plan like its own: opening it
 * costs no link, and larger buffers than the plan asks for would make it slower. Workers have
 * ended.
 */
enum ovr_port_fit ovr_port_pair_fit(struct ovr_port_pair *pair, const struct ovr_plan *plan);

/**
 * Stop the port whose rings, queues or largest frame differ, or both, and set it up anew, where
 * ovr_port_pair_fit() says OVR_PORT_RESTARTS. Pools, the device and the journal stay, the other
 * port's link too.
 * @return 0; negative errno: it was refused, and the ports can only be closed
 */
int ovr_port_pair_change(struct ovr_port_pair *pair, const struct ovr_plan *plan, struct ovr_err *err);

/**
 * Start ports that do not run, and wait for both links. ovr_port_pair_is_intact() compares the
 * ports with their state here.
 * @return 0; -ETIMEDOUT: a link stays down; -EINTR: the program was asked to stop; -EIO
 */
int ovr_port_pair_start(struct ovr_port_pair *pair, const struct ovr_plan_ports *ports,
	const struct ovr_plan_frames *frames, struct ovr_err *err);

/**
 * @return whether both were started: false after ovr_port_pair_open() and ovr_port_pair_change()
 */
bool ovr_port_pair_is_running(const struct ovr_port_pair *pair);

/**
 * @return whether a link came up since the ports were opened: that of a NIC comes up when it is
 * started, a kernel interface keeps it where the kernel counts no change. Always false for virtual
 * devices, most of which have no link.
 */
bool ovr_port_pair_links_came_up(const struct ovr_port_pair *pair);

/**
 * Free the frames in the receive rings: foreign ones, and late ones of the trial before. Workers
 * have ended.
 */
void ovr_port_pair_drain(const struct ovr_port_pair *pair);

/**
 * Read all counters. The reading is exact where the ports are at rest.
 * @param[in,out] counters memory of an earlier reading is used again; the caller calls
 * ovr_port_counters_done()
 */
void ovr_port_counters_read(const struct ovr_port_pair *pair, struct ovr_port_counters *counters);

/**
 * @return how long counters have to settle at least before they are read: as long as the drivers of
 * the interfaces take to ask their
 *         devices, 3 s at most; of a driver that takes longer its counters' remarks say so
 */
uint64_t ovr_port_pair_settle_ns(const struct ovr_port_pair *pair);

/**
 * after − before, counter by counter: the same port, source, name and queue, and where there are
 * several of these, the same one of them. Of a counter that was reset or could not be read before,
 * see struct ovr_port_counter.
 * @param[in,out] difference none of the two others; memory of an earlier one is used again; the
 * caller calls
 *                ovr_port_counters_done()
 */
void ovr_port_counters_subtract(const struct ovr_port_counters *after, const struct ovr_port_counters *before,
	struct ovr_port_counters *difference);

/**
 * Make a difference ready for the ledger, once: book aliases whose originals stood still
 * (nic/alias.h), and leave in each account only frames that may be lost there: without those that a
 * socket of ours got or refused and that the interface counts again (rx_dropped), and without a
 * packet socket's tries to send a frame once more.
 */
void ovr_port_counters_own(const struct ovr_port_pair *pair, struct ovr_port_counters *difference);

/** Free what it owns. */
void ovr_port_counters_done(struct ovr_port_counters *counters);

/**
 * Add the accounts of a difference to the ledger. A queue of the interface that the port does not
 * use has an account only if its counter moved; a counter whose increase is unknown has none.
 */
void ovr_port_counters_book(const struct ovr_port_counters *difference, struct ovr_ledger *ledger);

/**
 * The evidence of a difference: counters of losses, aliases of losses, and counters named like a
 * loss that moved or were reset. By port; losses first, then aliases.
 * @param[out] ret_counter malloc'ed, the caller frees it; NULL where there are none
 * @return how many
 */
uint32_t ovr_port_counters_evidence(
	const struct ovr_port_counters *difference, struct ovr_result_counter **ret_counter);

/**
 * Send the frames that are left in the transmit rings of kernel interfaces. The workers have
 * finished sending.
 */
void ovr_port_pair_flush(const struct ovr_port_pair *pair);

/**
 * The fill of a receive ring while a worker polls it: of a wire. The rings of drivers and the
 * sockets cannot be looked at by another thread without risk or a system call.
 * @param[out] ret_used frames in it; untouched where it is unknown
 * @return its descriptors; 0: unknown
 */
uint32_t ovr_port_ring_used(const struct ovr_port_pair *pair, uint16_t queue, uint32_t *ret_used);

/** @return the receive queue that RSS chooses for a flow; -1: only the device knows */
int ovr_port_queue_of(const struct ovr_port_pair *pair, const struct ovr_frame_flow *flow);

/**
 * @return receive queues of an AF_XDP port's interface that are not the port's: frames given to
 * them bypass it
 */
uint32_t ovr_port_unread_queues(const struct ovr_port_pair *pair);

/**
 * Checks that kernel interfaces are still as ovr_port_pair_start() left them. Workers have ended.
 * @param[out] why what was changed; "": nothing
 */
bool ovr_port_pair_is_intact(const struct ovr_port_pair *pair, char *why, size_t size);

/**
 * The MAC address that frames for a port are sent to. Port is open.
 * @return false: it has no address (a virtual device)
 */
bool ovr_port_mac(const struct ovr_port *port, uint8_t ret_mac[6]);

/** @return the link's state now */
struct ovr_port_link ovr_port_link_read(const struct ovr_port_pair *pair, const struct ovr_port *port);

/** @return megabytes that the pools and rings of a plan need */
uint32_t ovr_port_memory_mb(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames);
