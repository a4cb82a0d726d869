/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Ring sizes of an interface or a port, and the buffer time of its receive ring.
 *
 * Pure but for reading what the kernel says of an interface. Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nic/meaning.h"
#include "nic/nic.h"

/** Where the speed of a line is known from. */
enum ovr_ring_speed {
	OVR_RING_SPEED_UNKNOWN, /**< the driver does not tell */
	OVR_RING_SPEED_MADE_UP, /**< it does, but there is no line: veth and tun say 10G whatever they carry */
	OVR_RING_SPEED_DEVICE,  /**< the driver tells */
	OVR_RING_SPEED_GIVEN,   /**< the user says so */
};

/** A ring of each kind, in descriptors. */
struct ovr_ring_sizes {
	uint32_t rx, rx_mini, rx_jumbo, tx;
};

/** The rings of an interface or a port. Plain data. */
struct ovr_ring_view {
	char name[64];   /**< "eth0", "wire:1" */
	char driver[32]; /**< "" : unknown */
	char state[32];  /**< "up", "down", "no carrier"; "" for what is no interface */
	enum ovr_ring_speed speed;
	uint64_t line_bps;   /**< 0 unless it is known or given */
	uint64_t stated_bps; /**< what the driver states, made up or not; 0: it does not */
	uint32_t n_rxq;      /**< receive queues, each with a ring of that size */
	bool known;          /**< the driver has ring control; else no size is known */
	struct ovr_ring_sizes current, maximum;
	/** what a device asks of a size besides its maximum; 0: nothing, or it does not tell */
	uint32_t rx_min, tx_min, rx_align, tx_align;
	uint32_t usable, usable_max; /**< frames that the receive ring holds, as it is and at its maximum */
	bool usable_is_verified;     /**< seen with this driver; else the most that can be */
	bool is_saved;               /**< `ring set` has changed them: what they were stands in `saved` */
	struct ovr_ring_sizes saved;
};

/**
 * @return the buffer time of a ring in ns: how long it takes without a reader, while frames of @p
 * size (with FCS) come at line rate; 0: unknown line
 */
uint64_t ovr_ring_buffer_time_ns(uint32_t usable, uint32_t size, uint64_t line_bps);

/** @return the four sizes of what ethtool says */
struct ovr_ring_sizes ovr_ring_sizes_of(const struct ovr_nic_rings *rings);

/**
 * The rings of a kernel interface, without `saved`.
 * @param line_bps what the user says; 0: nothing
 */
void ovr_ring_view_facts(
	const struct ovr_nic_facts *facts, uint64_t line_bps, struct ovr_ring_view *ret_view);

/**
 * Sizes are known and the name and driver are set: say how much of them is usable, and what line
 * they stand on.
 */
void ovr_ring_view_complete(struct ovr_ring_view *view, uint64_t device_bps, uint64_t line_bps);
