/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Limits of a DPDK port, read before it is opened. Control thread only.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "plan/port_name.h"
#include "ring/depth.h"

/** A device's bounds. Plain data. */
struct ovr_port_bounds {
	char driver[32];
	uint16_t n_rxq_max;
	/**
	 * descriptors of a ring; a maximum of 65535 means that the driver states no limit
	 */
	uint32_t rx_max, rx_min, rx_align, tx_max, tx_min, tx_align;
	uint32_t rxd, txd; /**< what a run without options would get; 0: it would be refused */
	uint64_t line_bps; /**< 0: unknown while the port is not started */
};

/**
 * Read the bounds of a device of kind OVR_PORT_VDEV or OVR_PORT_PCI. EAL runs, and knows the PCI
 * device. A virtual device is created and removed again.
 * @return 0; negative errno: the device cannot be created or found, or does not report bounds
 */
int ovr_port_describe(
	const struct ovr_port_name *name, struct ovr_port_bounds *ret_bounds, struct ovr_err *err);

/**
 * Describe the rings of an end of the wire, as a run without options makes them. EAL need not run.
 * @param name of kind OVR_PORT_WIRE: "wire:1,speed=40G"
 * @param line_bps the line speed in bit/s that the user states; 0: none
 * @return 0; -EINVAL: two speeds
 */
int ovr_port_describe_wire(const struct ovr_port_name *name, uint64_t line_bps,
	struct ovr_ring_view *ret_view, struct ovr_err *err);
